#include "run/adviser.h"

#include <fmt/format.h>

#include <algorithm>

#include "hebb/estimators/mlp.h"
#include "hebb/nn/spec.h"

namespace hebb {
namespace {

constexpr double kFastRate = 0.5;
constexpr double kCalmRate = 0.02;  // at higher ones chance decides

constexpr std::int64_t kSmallLayer = 50;  // units
constexpr std::int64_t kWideLayer = 100;
constexpr double kPenalty = 0.1;
constexpr double kWideGap = 0.15;
constexpr double kLearnt = 0.85;  // skill: a penalty acts on what long training has memorised
constexpr std::size_t kSeveralColumns = 8;
constexpr double kValidationSamples = 50;
constexpr std::int64_t kPatience = 10;  // epochs

double rounded(double value) { return std::stod(fmt::format("{:.4g}", value)); }

std::vector<std::string> balanced() { return {"balanced"}; }

Advice::Change::value_type hidden() {
  return {"hidden_layer_sizes", std::vector<std::int64_t>{kWideLayer}};
}

bool replace_layer(std::vector<LayerSpec>& specs, const std::vector<std::string>& names,
                   const std::string& by) {
  bool replaced = false;
  for (LayerSpec& spec : specs) {
    for (auto& branch : spec.branches) replaced = replace_layer(branch, names, by) || replaced;
    if (std::ranges::count(names, spec.name) == 0) continue;
    spec = LayerSpec(by);
    replaced = true;
  }
  return replaced;
}

bool has_activation(const std::vector<LayerSpec>& specs) {
  return std::ranges::any_of(specs, [](const LayerSpec& spec) {
    const LayerRow* const row = layer_catalogue().find(spec.name);
    return (row && row->activation) || std::ranges::any_of(spec.branches, has_activation);
  });
}

}  // namespace

// ---- what the options are ----

std::optional<double> Adviser::learning_rate() const {
  if (text("solver") == "lbfgs") return {};
  return facts_.options.number("learning_rate_init");
}

bool Adviser::learns_fast() const { return learning_rate().value_or(0) >= kFastRate; }

bool Adviser::has_constant_rate() const {
  return !takes("learning_rate") || text("learning_rate") == "constant";
}

bool Adviser::weighs_classes() const {
  const auto* weights = std::get_if<std::vector<std::string>>(&value("class_weight"));
  return weights && !weights->empty();
}

bool Adviser::has_rare_class() const {
  const auto& train = facts_.evaluation.train;
  const auto* scores = train ? std::get_if<ClassificationScores>(&*train) : nullptr;
  if (!scores || scores->per_class.empty()) return false;
  const auto largest = std::ranges::max(scores->per_class, {}, &PrecisionRecall::support).support;
  return std::ranges::any_of(scores->per_class, [&](const PrecisionRecall& one) {
    return one.support > 0 && kImbalance * one.support <= largest;
  });
}

bool Adviser::is_linear() const {
  if (facts_.linear) return true;
  const std::string net = text("net");
  return !net.empty() && !named_network(net) && !has_activation(parse_network_text(net));
}

bool Adviser::is_narrow() const {
  return !facts_.continued && takes("hidden_layer_sizes") && text("net").empty() &&
         has_small_layer();
}

bool Adviser::stops_early() const {
  const auto* early = std::get_if<bool>(&value("early_stopping"));
  return early && *early;
}

bool Adviser::needs_a_scaled_target() const {
  const std::string solver = text("solver");
  return takes("hidden_layer_sizes") && facts_.preprocess.scale_target == "none" &&
         !learns_fast() && solver != "sgd" && solver != "lbfgs";
}

bool Adviser::has_small_layer() const {
  const auto* sizes = std::get_if<std::vector<std::int64_t>>(&value("hidden_layer_sizes"));
  if (sizes && sizes->empty()) return !takes("members");  // else their sizes are chosen by the data
  return sizes && std::ranges::min(*sizes) < kSmallLayer;
}

// ---- what to change ----

Advice Adviser::rate(double factor) const {
  const double rate = *learning_rate(), other = rounded(rate * factor);
  return {fmt::format("a {} learning rate, {:.4g} in place of {:.4g}",
                      factor > 1 ? "larger" : "smaller", other, rate),
          {{"learning_rate_init", other}}};
}

Advice Adviser::scaled_target() const {
  Advice advice{"a target of mean 0 and standard deviation 1 while training",
                {{"scale_target", std::string("standard")}}};
  if (is_narrow()) {
    advice.words += ", and wider layers";
    advice.change.insert(hidden());
  }
  return advice;
}

Advice Adviser::epochs() const {
  const auto twice = static_cast<std::int64_t>(2 * facts_.loss_curve.size());
  return {fmt::format("twice as many epochs, {}", twice), {{"max_iter", twice}}};
}

Advice Adviser::class_weights() const {
  Advice advice{"balanced accuracy or F1 as the metric"};
  if (!takes("class_weight")) return advice;
  advice.words += ", and classes weighted by their frequency";
  advice.change = {{"class_weight", balanced()}};
  return advice;
}

Advice Adviser::against_dead_units() const {
  Advice advice{"leaky_relu, which passes a gradient on everywhere",
                activation({"relu"}, "leaky_relu")};
  if (advice.change.contains("activation") && has_small_layer()) {
    advice.words += ", and wider layers";
    advice.change.insert(hidden());
  }
  advice.words += "; another seed may do as well";
  return advice;
}

Advice Adviser::against_vanishing() const {
  return {"an activation that does not saturate, relu, or fewer layers",
          activation({"logistic", "tanh", "hard_sigmoid"}, "relu")};
}

Advice Adviser::larger_model() const {
  Advice other_data = {"features that tell more of the target, or another kind of model"};
  if (facts_.linear) {
    Advice advice{"a model with a hidden layer, mlp", {{"model", std::string("mlp")}}};
    if (facts_.evaluation.classes.empty()) {
      advice.change["scale_target"] = std::string("standard");
    } else if (weighs_classes()) {
      advice.change["class_weight"] = value("class_weight");
    } else if (has_rare_class()) {
      advice.words += ", and classes weighted by their frequency";
      advice.change["class_weight"] = balanced();
    }
    return advice;
  }
  if (facts_.continued || !takes("hidden_layer_sizes")) return other_data;
  if (const std::string net = text("net"); !net.empty()) {
    if (has_activation(parse_network_text(net))) return other_data;
    return {"a network with a hidden layer", {{"net", Value()}, hidden()}};
  }
  if (!has_small_layer()) return other_data;
  return {fmt::format("a wider network, with {} hidden units", kWideLayer), {hidden()}};
}

Advice Adviser::against_over_fitting(const Judgement& fit) const {
  const auto alpha = facts_.options.number("alpha");
  const auto rate = learning_rate();
  const bool mlp = takes("hidden_layer_sizes") && !takes("members");
  if (mlp && alpha && *alpha < kPenalty && rate && *rate <= kCalmRate && facts_.train &&
      !facts_.train->is_images() && facts_.train->features() >= kSeveralColumns &&
      fit.gap > kWideGap && fit.skill.value_or(0) > kLearnt)
    return {"a stronger penalty on the weights, or more data", {{"alpha", kPenalty}}};
  return {"more data"};
}

Advice Adviser::early_stopping() const {
  if (!takes("early_stopping") || !facts_.train ||
      static_cast<double>(facts_.train->samples()) *
              facts_.options.number("validation_fraction").value_or(0) <
          kValidationSamples)
    return {"fewer epochs, or more data"};
  return {"early stopping, which keeps the best epoch",
          {{"early_stopping", true}, {"n_iter_no_change", kPatience}}};
}

// Another activation of the hidden layers; nothing if the network cannot be changed.
Advice::Change Adviser::activation(const std::vector<std::string>& names,
                                   const std::string& by) const {
  if (facts_.continued) return {};
  const std::string net = text("net");
  if (net.empty())
    return takes("activation") && std::ranges::count(names, text("activation")) > 0
               ? Advice::Change{{"activation", by}}
               : Advice::Change();
  if (named_network(net)) return {};
  auto specs = parse_network_text(net);
  const LayerSpec last = specs.back();  // a logistic there is the output activation
  specs.pop_back();
  if (!replace_layer(specs, names, by)) return {};
  specs.push_back(last);
  return {{"net", to_text(specs)}};
}

}  // namespace hebb
