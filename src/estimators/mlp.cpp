#include "hebb/estimators/mlp.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "augment/augment.h"
#include "estimators/common.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"

namespace hebb {
namespace {

// What fitting either estimator needs; the two differ in targets and scores alone.
struct Problem {
  Inputs inputs;
  Targets targets;
  std::vector<std::uint32_t> rows;  // of the inputs, those that count
  std::vector<double> labels;       // of the rows, for stratified validation
  std::vector<float> weights;       // by row of the inputs, or empty
};

// Rows whose class has weight zero are left out; the others' weights are brought to a mean of one.
void apply_weights(Problem& problem, const std::vector<double>& weights) {
  if (weights.empty()) return;
  std::erase_if(problem.rows, [&](std::uint32_t row) { return weights[row] == 0; });
  check(!problem.rows.empty(), "fit", "no sample has a weight above 0");
  double sum = 0;
  bool equal = true;
  for (const std::uint32_t row : problem.rows) {
    sum += weights[row];
    equal = equal && weights[row] == weights[problem.rows.front()];
  }
  if (equal) return;
  const double mean = sum / static_cast<double>(problem.rows.size());
  problem.weights.assign(weights.size(), 0.0F);
  for (const std::uint32_t row : problem.rows)
    problem.weights[row] = static_cast<float>(weights[row] / mean);
}

Network first_network(const MLPOptions& options, Network built, const Model* start) {
  if (!start) {
    built.initialize(options.init, options.random_state);
    return built;
  }
  check(
      start->network.text() == built.text() && start->network.input_shape() == built.input_shape(),
      "fit", "cannot go on from a network '", start->network.text(), "' on ",
      start->network.input_shape(), " inputs: options and data give '", built.text(), "' on ",
      built.input_shape());
  return start->network;
}

// Nothing where it was to search a learning rate alone.
std::optional<TrainResult> fit_network(Model& model, const Problem& problem, const Scorer& score,
                                       const MLPOptions& options, const RunControl& control) {
  TrainingSet data{&problem.inputs, &problem.targets, problem.rows, problem.weights};
  TrainingSet validation{&problem.inputs, &problem.targets, {}, problem.weights};
  if ((options.early_stopping && options.solver != "lbfgs") || options.validate) {
    const auto [train, held_out] =
        hold_out(problem.rows.size(), problem.labels, options.validation_fraction,
                 options.random_state, model.classes);
    data.rows.clear();
    for (const auto row : train) data.rows.push_back(problem.rows[row]);
    for (const auto row : held_out) validation.rows.push_back(problem.rows[row]);
  }
  if (options.batch_size && *options.batch_size > data.rows.size() && options.solver != "lbfgs")
    warn(concat("batch_size ", *options.batch_size, " is larger than the ", data.rows.size(),
                " samples there are: one batch an epoch"));
  const auto loss = make_loss(model.loss);
  if (control.search) {
    *control.search = find_learning_rate(model.network, *loss, data, options, control.on_event);
    return std::nullopt;
  }
  return train(model.network, *loss, data, validation, score, options, control);
}

// Once the estimator holds what was trained: a run that was to be resumable and is not ends in an
// error.
void check_last_checkpoint(const TrainResult& result) {
  if (result.checkpoint_error.empty()) return;
  throw std::runtime_error(
      concat("the last checkpoint could not be kept: ", result.checkpoint_error));
}

void keep_results(const TrainResult& result, const Model& model, FitResults& out, Model& record) {
  out.loss_ = result.loss;
  out.best_loss_ = result.best_loss;
  out.loss_curve_ = result.loss_curve;
  out.validation_scores_ = result.validation_scores;
  out.n_iter_ = result.epochs;
  out.out_activation_ = model.output_activation == OutputActivation::softmax    ? "softmax"
                        : model.output_activation == OutputActivation::logistic ? "logistic"
                                                                                : "identity";
  record.results_json = nlohmann::ordered_json{
      {"n_iter_", out.n_iter_},
      {"loss_", out.loss_},
      {"best_loss_", out.best_loss_},
      {"loss_curve_", out.loss_curve_},
      {"validation_scores_", out.validation_scores_},
      {"out_activation_",
       out.out_activation_}}.dump();
}

void read_results(const Model& model, FitResults& out) {
  const auto json = nlohmann::ordered_json::parse(model.results_json, nullptr, false);
  out.loss_ = result_number(json, "loss_");
  out.best_loss_ = result_number(json, "best_loss_");
  out.n_iter_ = result_count(json, "n_iter_");
  out.loss_curve_ = result_numbers(json, "loss_curve_");
  out.validation_scores_ = result_numbers(json, "validation_scores_");
  if (json.contains("out_activation_") && json["out_activation_"].is_string())
    out.out_activation_ = json["out_activation_"].get<std::string>();
}

std::vector<Tensor> blocks_named(const Network& network, const std::string& ending) {
  std::vector<Tensor> found;
  for (const auto& block : network.blocks()) {
    if (!block.name.ends_with(ending)) continue;
    Tensor& tensor = found.emplace_back(block.shape);
    std::ranges::copy(network.parameters().subspan(block.begin, tensor.size()), tensor.data());
  }
  return found;
}

// What averaging over copies needs, told before training as well as before predicting.
void check_tta(const MLPOptions& options, bool images) {
  check(options.tta == 1 || images, "tta",
        "averages over copies of images, which this table has none of");
}

Tensor outputs_of(const Model& model, const MLPOptions& options, const Dataset& data) {
  const Inputs inputs = model.preprocessor.transform(data);
  check_data(inputs.samples() == data.samples(), data.samples() - inputs.samples(), " of ",
             data.samples(),
             " rows have a missing value and would get no prediction (impute=drop): ",
             "leave them out, or train with another way to impute");
  std::vector<std::uint32_t> rows(inputs.samples());
  std::iota(rows.begin(), rows.end(), 0U);
  // One row or a few are done before another thread has started.
  const auto samples = static_cast<double>(rows.size() * options.tta);
  const bool small = model.network.flops() * samples < 5e7;
  return predict(model.network, model.output_activation, inputs, rows, small ? 1 : 0,
                 {.count = options.tta, .augment = options.augment, .seed = options.random_state});
}

Dataset image_of(const Shape& shape, std::span<const double> features) {
  auto bytes = std::make_shared<std::vector<std::uint8_t>>();
  for (const double value : features) {
    check_data(value == std::floor(value), "pixel ", bytes->size() + 1, ": ", value,
               " is no byte, and copies are made of bytes");
    bytes->push_back(static_cast<std::uint8_t>(value));
  }
  return Dataset(Images{.count = 1,
                        .channels = shape[0],
                        .height = shape[1],
                        .width = shape[2],
                        .pixels = {bytes, bytes->data()}},
                 {});
}

Tensor outputs_of_one(const Model& model, const MLPOptions& options,
                      std::span<const double> features) {
  const Tensor x = model.preprocessor.transform_one(features);
  if (options.tta > 1)
    return outputs_of(model, options, image_of(model.preprocessor.sample_shape(), features));
  return predict(model.network, model.output_activation, x.view());
}

// Of what is fitted: the options, and their record in the model.
void change_tta(std::size_t copies, MLPOptions& options, Model& model) {
  MLPOptions changed = options;
  changed.tta = copies;
  check_fields(changed);
  check_tta(changed, model.preprocessor.sample_shape().rank() == 3);
  model.options_json = recorded_fields(MLPOptions::fields(), &changed).dump();
  options = std::move(changed);
}

const char* kind_of(const Model& model) { return model.kind == "convnet" ? "convnet" : "mlp"; }

// A file may hold anything: what predicting would refuse is refused before.
void check_network(const Model& model, const MLPOptions& options) {
  check_model(!model.units, "a model of kind '", model.kind,
              "' needs a network, this one holds units");
  try {
    Augmentation::parse(options.augment);
    check_tta(options, model.preprocessor.sample_shape().rank() == 3);
  } catch (const std::invalid_argument& error) {
    throw ModelError(concat("the model's options do not hold: ", error.what()));
  }
}

// Outputs of a loss without an output activation of its own are no probabilities: they are cut to
// [0, 1] and brought to a sum of one.
void make_probabilities(View rows) {
  for (std::size_t r = 0; r < rows.rows(); ++r) {
    const std::span<float> row(rows.row(r), rows.row_size());
    float sum = 0;
    for (float& p : row) sum += p = std::clamp(p, 0.0F, 1.0F);
    for (float& p : row) p = sum > 0 ? p / sum : 1.0F / static_cast<float>(row.size());
  }
}

// One column a class, from a network's outputs.
Tensor probabilities_of(const Model& model, Tensor outputs) {
  const std::size_t classes = model.classes.size();
  if (model.output_activation == OutputActivation::identity && outputs.view().row_size() == classes)
    make_probabilities(outputs.view());
  if (outputs.view().row_size() == classes) return outputs;
  Tensor both({outputs.size(), 2});
  for (std::size_t r = 0; r < outputs.size(); ++r) {
    const float p = std::clamp(outputs[r], 0.0F, 1.0F);
    both[2 * r] = 1.0F - p;
    both[2 * r + 1] = p;
  }
  return both;
}

// The numbers that a network's outputs stand for, in the target's own units.
std::vector<double> numbers_of(const Model& model, const Tensor& outputs) {
  const std::size_t width = model.target_names.size();
  std::vector<double> values(outputs.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = double{outputs[i]} * model.target_scale[i % width] + model.target_shift[i % width];
  return values;
}

}  // namespace

namespace {

// A word alone may be the name of a network as well as a layer.
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

// The text of `net` without a last layer of this name, where it has one.
std::string without_last(const std::string& net, std::string_view layer) {
  if (net.empty() || named_network(net)) return net;
  const auto specs = parse_network_text(net);
  return specs.size() > 1 && specs.back().name == layer ? net.substr(0, specs.back().at) : net;
}

}  // namespace

MLPPlan plan_classifier(const MLPOptions& options, const Shape& input, std::size_t classes) {
  const bool two = classes == 2;
  const bool one = two && (options.loss == "auto" || options.loss == "binary_cross_entropy");
  MLPOptions own = options;
  if (options.loss == "auto" || options.loss == "cross_entropy")
    own.net = without_last(own.net, "softmax");
  if (one) own.net = without_last(own.net, "logistic");
  MLPPlan plan{build_mlp(own, input, one ? 1 : classes), options.loss};
  const std::size_t outputs = plan.network.output_shape().size();
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
  check(find_row(loss_catalogue(), plan.loss, "loss", "loss").regression, "loss", plan.loss,
        " is for classification");
  check(plan.network.output_shape().size() == targets, "fit", "the network ends in ",
        plan.network.output_shape().size(), " outputs, but there are ", targets, " targets");
  return plan;
}

// ---- ConvNetClassifier, ConvNetRegressor ----

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

ConvNetClassifier ConvNetClassifier::load(const std::string& path) {
  return load_as<ConvNetClassifier>(path, "convnet", true, "ConvNetClassifier");
}

ConvNetRegressor ConvNetRegressor::load(const std::string& path) {
  return load_as<ConvNetRegressor>(path, "convnet", false, "ConvNetRegressor");
}

// ---- MLPClassifier ----

MLPClassifier::MLPClassifier(Model model)
    : kind_(kind_of(model)), options_(read_options<MLPOptions>(model)) {
  check_network(model, options_);
  read_results(model, *this);
  preprocess_ = model.preprocessor.options();
  model_ = std::move(model);
  fitted_ = true;
}

MLPClassifier MLPClassifier::load(const std::string& path) {
  return load_as<MLPClassifier>(path, "mlp", true, "MLPClassifier");
}

void MLPClassifier::start_from(const Model& model) { start_ = model; }

void MLPClassifier::set_tta(std::size_t copies) {
  model();  // is there one?
  change_tta(copies, options_, model_);
}

void MLPClassifier::fit(const Dataset& data, const RunControl& control) {
  check_fields(options_);
  std::optional<Dataset> rest;
  const Dataset& train = without_zero_weights(data, rest);
  check_tta(options_, train.is_images());
  const Model* start = start_of(start_, options_.warm_start && fitted_, model_);
  Preprocessor preprocessor = first_preprocessor(preprocess_, start, train);
  LabelEncoder encoder;
  encoder.fit(train);
  const std::vector<std::string>& classes = encoder.classes();
  check_same_classes(start, classes);

  Problem problem;
  const auto rows = preprocessor.kept_rows(train);
  problem.inputs = preprocessor.transform(train);
  Target target = train.target();
  target.values = values_of(target.values, rows);
  problem.targets.classes = encoder.encode(target);
  problem.labels.assign(problem.targets.classes.begin(), problem.targets.classes.end());
  problem.rows.resize(problem.inputs.samples());
  std::iota(problem.rows.begin(), problem.rows.end(), 0U);

  std::vector<double> weights = values_of(train.weights(), rows);
  if (!options_.class_weight.empty()) {
    const auto by_class = class_weights(options_.class_weight, classes, problem.targets.classes);
    weights.resize(problem.inputs.samples(), 1.0);
    for (std::size_t i = 0; i < weights.size(); ++i)
      weights[i] *= by_class[static_cast<std::size_t>(problem.targets.classes[i])];
  }
  apply_weights(problem, weights);
  problem.labels = values_of(problem.labels, problem.rows);

  MLPPlan plan = plan_classifier(options_, problem.inputs.sample_shape(), classes.size());
  const std::size_t outputs = plan.network.output_shape().size();
  Model model = begin_model(kind_, options_, train, std::move(preprocessor));
  model.data_hash = train.hash();
  model.classifies = true;
  model.classes = classes;
  model.loss = plan.loss;
  model.output_activation = make_loss(model.loss)->output_activation();
  problem.targets.outputs = outputs;
  problem.targets.one_hot = outputs == classes.size();
  model.network = first_network(options_, std::move(plan.network), start);

  const Scorer accuracy = [&](ConstView out, std::span<const std::uint32_t> scored) {
    double right = 0;
    for (std::size_t r = 0; r < scored.size(); ++r) {
      const float* row = out.row(r);
      const auto predicted =
          outputs == 1 && classes.size() == 2
              ? static_cast<std::int32_t>(row[0] > 0.5F)
              : static_cast<std::int32_t>(std::max_element(row, row + outputs) - row);
      right += predicted == problem.targets.classes[scored[r]] ? 1 : 0;
    }
    return right / static_cast<double>(scored.size());
  };
  std::optional<TrainResult> result;
  try {
    result = fit_network(model, problem, accuracy, options_, control);
  } catch (const DivergedError&) {
    if (control.search) throw;
    model_ = std::move(model);  // the last that was finite
    fitted_ = true;
    throw;
  }
  if (!result) return;
  keep_results(*result, model, *this, model);
  model_ = std::move(model);
  fitted_ = true;
  check_last_checkpoint(*result);
}

Tensor MLPClassifier::predict_proba(const Dataset& data) const {
  return probabilities_of(model(), outputs_of(model(), options_, data));
}

std::vector<double> MLPClassifier::predict_one(std::span<const double> features) const {
  const Tensor all = probabilities_of(model(), outputs_of_one(model(), options_, features));
  return {all.span().begin(), all.span().end()};
}

std::vector<Tensor> MLPClassifier::coefs_() const {
  return blocks_named(model().network, ".weight");
}
std::vector<Tensor> MLPClassifier::intercepts_() const {
  return blocks_named(model().network, ".bias");
}

// ---- MLPRegressor ----

MLPRegressor::MLPRegressor(Model model)
    : kind_(kind_of(model)), options_(read_options<MLPOptions>(model)) {
  check_network(model, options_);
  read_results(model, *this);
  preprocess_ = model.preprocessor.options();
  model_ = std::move(model);
  fitted_ = true;
}

MLPRegressor MLPRegressor::load(const std::string& path) {
  return load_as<MLPRegressor>(path, "mlp", false, "MLPRegressor");
}

void MLPRegressor::start_from(const Model& model) { start_ = model; }

void MLPRegressor::set_tta(std::size_t copies) {
  model();  // is there one?
  change_tta(copies, options_, model_);
}

void MLPRegressor::fit(const Dataset& data, const RunControl& control) {
  check_fields(options_);
  std::optional<Dataset> rest;
  const Dataset& train = without_zero_weights(data, rest);
  check_tta(options_, train.is_images());
  check(options_.class_weight.empty(), "class_weight", "is for classification");
  check(train.has_target(), "fit", "the data has no target to learn");
  check(!train.target().is_classes(), "fit", "the target '", train.target().names.front(),
        "' holds labels, a regressor needs numbers");
  const Model* start = start_of(start_, options_.warm_start && fitted_, model_);
  Preprocessor preprocessor = first_preprocessor(preprocess_, start, train);

  Problem problem;
  const std::size_t outputs = train.target().outputs();
  const auto rows = preprocessor.kept_rows(train);
  problem.inputs = preprocessor.transform(train);
  const std::vector<double> values = values_of(train.target().values, rows, outputs);
  problem.rows.resize(problem.inputs.samples());
  std::iota(problem.rows.begin(), problem.rows.end(), 0U);
  apply_weights(problem, values_of(train.weights(), rows));

  MLPPlan plan = plan_regressor(options_, problem.inputs.sample_shape(), outputs);
  Model model = begin_model(kind_, options_, train, std::move(preprocessor));
  model.data_hash = train.hash();
  model.classifies = false;
  model.loss = plan.loss;
  TargetScaling scaling =
      scale_targets(preprocess_, train, rows, values, options_.solver != "lbfgs");
  model.target_shift = std::move(scaling.shift);
  model.target_scale = std::move(scaling.scale);
  if (start && start->target_scale.size() == outputs) {
    model.target_shift = start->target_shift;
    model.target_scale = start->target_scale;
  }
  problem.targets.outputs = outputs;
  for (std::size_t i = 0; i < values.size(); ++i)
    problem.targets.values.push_back(static_cast<float>(
        (values[i] - model.target_shift[i % outputs]) / model.target_scale[i % outputs]));

  model.output_activation = make_loss(model.loss)->output_activation();
  model.network = first_network(options_, std::move(plan.network), start);

  const Scorer r2 = [&](ConstView out, std::span<const std::uint32_t> scored) {
    std::vector<double> truth, predicted(out.data, out.data + out.size());
    for (const auto row : scored)
      for (std::size_t o = 0; o < outputs; ++o)
        truth.push_back(problem.targets.values[row * outputs + o]);
    return regression_scores(truth, predicted, outputs).r2.value_or(0.0);
  };
  std::optional<TrainResult> result;
  try {
    result = fit_network(model, problem, r2, options_, control);
  } catch (const DivergedError&) {
    if (control.search) throw;
    model_ = std::move(model);
    fitted_ = true;
    throw;
  }
  if (!result) return;
  keep_results(*result, model, *this, model);
  model_ = std::move(model);
  fitted_ = true;
  check_last_checkpoint(*result);
}

std::vector<double> MLPRegressor::predict(const Dataset& data) const {
  return numbers_of(model(), outputs_of(model(), options_, data));
}

std::vector<double> MLPRegressor::predict_one(std::span<const double> features) const {
  return numbers_of(model(), outputs_of_one(model(), options_, features));
}

std::vector<Tensor> MLPRegressor::coefs_() const {
  return blocks_named(model().network, ".weight");
}
std::vector<Tensor> MLPRegressor::intercepts_() const {
  return blocks_named(model().network, ".bias");
}

}  // namespace hebb
