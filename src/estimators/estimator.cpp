#include "hebb/estimators/estimator.h"

#include <algorithm>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/estimators/mlp.h"

namespace hebb {

const Model& Estimator::model() const {
  if (!fitted_) throw std::logic_error("not fitted: call fit() first, or load a model");
  return model_;
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

}  // namespace

std::vector<std::int32_t> Classifier::predict_index(const Dataset& data) const {
  return largest_of_rows(predict_proba(data));
}

std::vector<std::string> Classifier::predict(const Dataset& data) const {
  std::vector<std::string> labels;
  for (const std::int32_t index : predict_index(data))
    labels.push_back(classes()[static_cast<std::size_t>(index)]);
  return labels;
}

Scores Classifier::scores(const Dataset& data) const {
  const Tensor probabilities = predict_proba(data);
  const auto truth = LabelEncoder(classes()).encode(data);
  const std::vector<double> wide(probabilities.span().begin(), probabilities.span().end());
  return classification_scores(truth, largest_of_rows(probabilities), wide, classes(),
                               data.weights());
}

Scores Regressor::scores(const Dataset& data) const {
  check(!data.target().is_classes(), "score", "the target '",
        data.has_target() ? data.target().names.front() : "", "' holds labels, expected numbers");
  return regression_scores(data.target().values, predict(data), targets().size(), data.weights());
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

template <class ForClasses, class ForNumbers>
EstimatorRow row_of(std::string name, std::string help) {
  return {std::move(name), std::move(help),
          [](bool classifies, const NetOptions& options,
             const PreprocessOptions& preprocess) -> std::unique_ptr<Estimator> {
            if (classifies) return std::make_unique<ForClasses>(options, preprocess);
            return std::make_unique<ForNumbers>(options, preprocess);
          },
          [](Model model) -> std::unique_ptr<Estimator> {
            if (model.classifies) return std::make_unique<ForClasses>(std::move(model));
            return std::make_unique<ForNumbers>(std::move(model));
          }};
}

}  // namespace

const std::vector<EstimatorRow>& estimator_catalogue() {
  static const std::vector<EstimatorRow> rows = {
      row_of<MLPClassifier, MLPRegressor>(
          "mlp", "multi-layer perceptron: linear layers with an activation between them"),
  };
  return rows;
}

std::vector<std::string> estimator_names() { return row_names(estimator_catalogue()); }

}  // namespace hebb
