// Builds the network of an estimator from its options, by way of the network text.
#include <algorithm>
#include <cctype>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

// A single word may be the name of a network or a layer.
void check_word(const std::string& net) {
  const auto is_letter = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  auto names = row_names(layer_catalogue());
  if (!std::ranges::all_of(net, is_letter) || std::ranges::count(names, net) > 0) return;
  for (const NamedNetwork& named : network_catalogue()) names.push_back(named.name);
  const auto near = nearest(net, names);
  throw std::invalid_argument(concat("[net] there is no network or layer '", net, "'",
                                     near.empty() ? "; see both in 'hebb help fit --all'"
                                                  : "; did you mean " + near.front() + "?"));
}

}  // namespace

std::string network_text(const MLPOptions& options, std::size_t outputs) {
  const std::string last = concat("linear(", outputs, ")");
  if (const NamedNetwork* named = named_network(options.net)) return named->text + ' ' + last;
  if (!options.net.empty()) {
    check_word(options.net);
    return options.net;
  }
  std::string text;
  for (const std::size_t units : options.hidden_layer_sizes) {
    text += concat("linear(", units, ") ", options.activation, ' ');
    if (options.dropout > 0) text += concat("dropout(", to_text(options.dropout), ") ");
  }
  return text + last;
}

Network build_mlp(const MLPOptions& options, const Shape& input, std::size_t outputs) {
  check(options.net.empty() || options.dropout == 0, "dropout",
        "acts on hidden_layer_sizes: in a network of your own write dropout(", options.dropout,
        ")");
  check(!named_network(options.net) || input.rank() == 3, "net", "'", options.net,
        "' is a network for images (C, H, W), got ", input);
  return {network_text(options, outputs), input};
}

namespace {

// `net` without its last layer, if that has this name.
std::string without_last(const std::string& net, std::string_view layer) {
  if (net.empty() || named_network(net)) return net;
  const auto specs = parse_network_text(net);
  return specs.size() > 1 && specs.back().name == layer ? net.substr(0, specs.back().at) : net;
}

}  // namespace

std::size_t network_outputs(const NetOptions& options, std::size_t classes) {
  const bool one = classes == 2 && (options.loss == "auto" || find_loss(options.loss).one_output);
  return one ? 1 : classes;
}

MLPPlan plan_classifier(const MLPOptions& options, const Shape& input, std::size_t classes) {
  const bool two = classes == 2;
  check(options.loss == "auto" || find_loss(options.loss).classification, "loss", options.loss,
        " is for regression");
  const bool one = two && network_outputs(options, classes) == 1;
  MLPOptions own = options;
  if (options.loss == "auto" || options.loss == "cross_entropy")
    own.net = without_last(own.net, "softmax");
  if (one) own.net = without_last(own.net, "logistic");
  MLPPlan plan{build_mlp(own, input, one ? 1 : classes), options.loss};
  const std::size_t outputs = plan.network.outputs();
  check(outputs == classes || (outputs == 1 && two), "fit", "the network ends in ", outputs,
        " outputs, but there are ", classes, " classes");
  if (plan.loss == "auto")
    plan.loss = outputs == 1 && two ? "binary_cross_entropy" : "cross_entropy";
  check(plan.loss != "binary_cross_entropy" || outputs == 1, "loss",
        "binary_cross_entropy needs two classes and one output, there are ", classes,
        " classes and ", outputs, " outputs");
  check(plan.loss != "cross_entropy" || outputs == classes, "loss",
        "cross_entropy needs one output a class: end the network in linear(", classes, ")");
  return plan;
}

MLPPlan plan_regressor(const MLPOptions& options, const Shape& input, std::size_t targets) {
  MLPPlan plan{build_mlp(options, input, targets),
               options.loss == "auto" ? "squared_error" : options.loss};
  check(find_loss(plan.loss).regression, "loss", plan.loss, " is for classification");
  check(plan.network.outputs() == targets, "fit", "the network ends in ", plan.network.outputs(),
        " outputs, but there are ", targets, " targets");
  return plan;
}

// ---- networks for images ----

const std::vector<NamedNetwork>& network_catalogue() {
  static const std::vector<NamedNetwork> rows = {
      {"simple", "four convolutions with batch normalisation, two pools, dropout",
       "conv(16,3) batchnorm relu conv(16,3) batchnorm relu maxpool(2) conv(32,3) batchnorm relu "
       "conv(32,3) batchnorm relu maxpool(2) dropout(0.25) flatten linear(128) relu dropout(0.5)"},
      {"lenet5", "two convolutions and two pools (LeCun et al. 1998)",
       "conv(6,5) relu maxpool(2) conv(16,5,pad=valid) relu maxpool(2) flatten linear(120) relu "
       "linear(84) relu"},
      {"resnet8", "three residual parts with batch normalisation (He et al. 2016)",
       "conv(16,3) batchnorm relu residual(conv(16,3) batchnorm relu conv(16,3) batchnorm) relu "
       "residual(conv(32,3,stride=2) batchnorm relu conv(32,3) batchnorm) relu "
       "residual(conv(64,3,stride=2) batchnorm relu conv(64,3) batchnorm) relu globalavgpool "
       "flatten"}};
  return rows;
}

const NamedNetwork* named_network(const std::string& name) {
  const auto& all = network_catalogue();
  const auto row = std::ranges::find(all, name, &NamedNetwork::name);
  return row == all.end() ? nullptr : &*row;
}

ConvNetOptions::ConvNetOptions() {
  net = "simple";
  hidden_layer_sizes = {};
  init = "he_uniform";
  alpha = 0;
  learning_rate = "one_cycle";
  learning_rate_init = 3e-3;
  max_iter = 12;
}

const FieldList& ConvNetOptions::fields() {
  static const FieldList list = [] {
    FieldList fields = NetOptions::fields();
    std::erase_if(fields, [](const Field& field) {
      return field.name == "hidden_layer_sizes" || field.name == "activation" ||
             field.name == "dropout";
    });
    return fields;
  }();
  return list;
}

}  // namespace hebb
