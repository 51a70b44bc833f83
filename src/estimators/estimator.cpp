#include "hebb/estimators/estimator.h"

#include <algorithm>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"

namespace hebb {

const Model& Estimator::model() const {
  if (!fitted_) throw std::logic_error("not fitted: call fit() first, or load a model");
  return model_;
}

void Estimator::set_tta(std::size_t /*copies*/) {
  check(false, "tta", "averages over copies of images, for networks: this is a ", model().kind);
}

void Estimator::save(const std::string& path) const { model().save(path); }

double Estimator::score(const Dataset& data) const {
  const Scores all = scores(data);
  if (const auto* classification = std::get_if<ClassificationScores>(&all))
    return classification->accuracy;
  return std::get<RegressionScores>(all).r2.value_or(0.0);
}

namespace {

std::vector<std::int32_t> largest_of_rows(const Tensor& probabilities) {
  std::vector<std::int32_t> best;
  const ConstView all = probabilities.view();
  for (std::size_t r = 0; r < all.rows(); ++r) {
    const float* row = all.row(r);
    best.push_back(static_cast<std::int32_t>(std::max_element(row, row + all.row_size()) - row));
  }
  return best;
}

std::vector<std::int32_t> decided(const std::vector<double>& scores, std::size_t classes) {
  std::vector<std::int32_t> best;
  if (classes == 2) {
    for (const double score : scores) best.push_back(score > 0 ? 1 : 0);
    return best;
  }
  for (auto row = scores.begin(); row != scores.end(); row += static_cast<std::ptrdiff_t>(classes))
    best.push_back(static_cast<std::int32_t>(
        std::max_element(row, row + static_cast<std::ptrdiff_t>(classes)) - row));
  return best;
}

}  // namespace

std::vector<double> Classifier::decision_function(const Dataset& data) const {
  const Tensor p = predict_proba(data);
  if (classes().size() != 2) return {p.span().begin(), p.span().end()};
  std::vector<double> differences;
  for (std::size_t i = 0; i < p.size(); i += 2)
    differences.push_back(double{p[i + 1]} - double{p[i]});
  return differences;
}

std::vector<std::int32_t> Classifier::predict_index(const Dataset& data) const {
  if (has_probabilities()) return largest_of_rows(predict_proba(data));
  return decided(decision_function(data), classes().size());
}

std::vector<std::string> Classifier::predict(const Dataset& data) const {
  std::vector<std::string> labels;
  for (const std::int32_t index : predict_index(data))
    labels.push_back(classes()[static_cast<std::size_t>(index)]);
  return labels;
}

Predictions Classifier::predictions(const Dataset& data) const {
  Predictions out{.classes = classes(),
                  .truth = LabelEncoder(classes()).encode(data),
                  .probabilities = has_probabilities(),
                  .weights = data.weights()};
  if (out.probabilities) {
    const Tensor probabilities = predict_proba(data);
    out.scores.assign(probabilities.span().begin(), probabilities.span().end());
    out.predicted = largest_of_rows(probabilities);
  } else {
    out.scores = decision_function(data);
    out.predicted = decided(out.scores, classes().size());
  }
  return out;
}

Predictions Regressor::predictions(const Dataset& data) const {
  check(!data.target().is_classes(), "score", "the target '",
        data.has_target() ? data.target().names.front() : "", "' holds labels, expected numbers");
  return {.outputs = targets().size(),
          .true_values = data.target().values,
          .predicted_values = predict(data),
          .weights = data.weights()};
}

std::unique_ptr<Estimator> load_model(const std::string& path) {
  Model model = Model::load(path);
  const auto row = std::ranges::find(estimator_catalogue(), model.kind, &EstimatorRow::name);
  check_model(row != estimator_catalogue().end(), path, ": holds a model of kind '", model.kind,
              "', which this hebb does not know");
  try {
    return row->restore(std::move(model));
  } catch (const ModelError& error) {
    throw ModelError(concat(path, ": ", error.what()));
  }
}

Evaluation evaluate(const Estimator& estimator, const Dataset& test) {
  return {
      .classes = estimator.model().classes, .train = std::nullopt, .test = estimator.scores(test)};
}

Evaluation evaluate(const Estimator& estimator, const Dataset& train, const Dataset& test) {
  return {.classes = estimator.model().classes,
          .train = estimator.scores(train),
          .test = estimator.scores(test)};
}

namespace {

template <class Kind>
std::unique_ptr<Estimator> restored(Model model) {
  return std::make_unique<Kind>(std::move(model));
}

// ForNumbers is void where a kind predicts classes only.
template <class Options, class ForClasses, class ForNumbers = void>
EstimatorRow row_of(std::string name, std::string help) {
  constexpr bool kRegresses = !std::is_void_v<ForNumbers>;
  EstimatorRow row{.name = std::move(name),
                   .help = std::move(help),
                   .regresses = kRegresses,
                   .network = std::is_base_of_v<NetOptions, Options>,
                   .fields = &Options::fields(),
                   .options = []() -> std::shared_ptr<void> { return std::make_shared<Options>(); },
                   .make = nullptr,
                   .restore = nullptr};
  row.make = [](bool classifies, const void* options,
                const PreprocessOptions& preprocess) -> std::unique_ptr<Estimator> {
    const auto& own = *static_cast<const Options*>(options);
    if (classifies) return std::make_unique<ForClasses>(own, preprocess);
    if constexpr (kRegresses) return std::make_unique<ForNumbers>(own, preprocess);
    throw std::invalid_argument("[model] this kind predicts classes, not numbers");
  };
  row.restore = [](Model model) -> std::unique_ptr<Estimator> {
    if (model.classifies) return restored<ForClasses>(std::move(model));
    if constexpr (kRegresses) return restored<ForNumbers>(std::move(model));
    throw ModelError(concat("a model of kind '", model.kind, "' predicts classes, not numbers"));
  };
  return row;
}

}  // namespace

const std::vector<EstimatorRow>& estimator_catalogue() {
  static const std::vector<EstimatorRow> rows = {
      row_of<MLPOptions, MLPClassifier, MLPRegressor>(
          "mlp", "multi-layer perceptron: linear layers with an activation between them"),
      row_of<ConvNetOptions, ConvNetClassifier, ConvNetRegressor>(
          "convnet",
          "convolutional network for images; --net simple, lenet5, resnet8, or its text"),
      row_of<PerceptronOptions, Perceptron>(
          "perceptron", "one unit a class, taught by its mistakes (Rosenblatt)"),
      row_of<AdalineOptions, Adaline, AdalineRegressor>(
          "adaline", "one linear unit a class or number, by the delta rule: least squares"),
      row_of<LogisticOptions, LogisticRegression>(
          "logistic", "one unit a class with real probabilities, by cross-entropy"),
  };
  return rows;
}

std::vector<std::string> estimator_names() { return row_names(estimator_catalogue()); }

}  // namespace hebb
