#include "hebb/classical/majority.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "classical/bodies.h"
#include "classical/problem.h"

namespace hebb {

using classical::body_of;
using classical::ConstantBody;

const FieldList& MajorityOptions::fields() {
  static const FieldList none;
  return none;
}

namespace {

Model with_constants(Model model) {
  model = classical::with_body<ConstantBody>(std::move(model), "constants");
  if (!model.classifies()) return model;
  const auto& shares = body_of<ConstantBody>(model).values;
  check_model(shares.size() == model.classes.size() &&
                  std::ranges::all_of(shares, [](double p) { return p >= 0 && p <= 1; }),
              "a model of kind '", model.kind, "' needs a share in [0, 1] for each class");
  return model;
}

// Means (outputs) of the rows of `values`, by weight.
std::vector<double> means(const std::vector<double>& values, std::size_t outputs,
                          const std::vector<double>& weights) {
  std::vector<double> sums(outputs, 0.0);
  double total = 0;
  for (std::size_t i = 0; i < values.size() / outputs; ++i) {
    const double w = weights.empty() ? 1 : weights[i];
    total += w;
    for (std::size_t o = 0; o < outputs; ++o) sums[o] += w * values[i * outputs + o];
  }
  for (std::size_t o = 0; o < outputs; ++o) {
    if (std::isfinite(sums[o])) {
      sums[o] /= total;
      continue;
    }
    sums[o] = 0;  // the sum is beyond the range of double, the mean is not
    for (std::size_t i = 0; i < values.size() / outputs; ++i)
      sums[o] += (weights.empty() ? 1 : weights[i]) / total * values[i * outputs + o];
  }
  return sums;
}

// Checks the data as other models do.
std::size_t checked_rows(const Model& model, const Dataset& data) {
  return classical::inputs_of(model, data).samples();
}

std::vector<double> repeated(const std::vector<double>& row, std::size_t samples) {
  std::vector<double> all;
  all.reserve(row.size() * samples);
  for (std::size_t i = 0; i < samples; ++i) all.insert(all.end(), row.begin(), row.end());
  return all;
}

}  // namespace

MajorityClassifier::MajorityClassifier(FromModel from)
    : Classifier(with_constants(std::move(from.model)), MajorityOptions()) {}

MajorityClassifier MajorityClassifier::load(const std::string& path) {
  return classical::load_kind<MajorityClassifier>(path, "majority", Task::classify,
                                                  "MajorityClassifier");
}

std::unique_ptr<Estimator> MajorityClassifier::unfitted() const {
  return std::make_unique<MajorityClassifier>(MajorityOptions(), preprocess());
}

Capabilities MajorityClassifier::capabilities() const {
  return {.probabilities = true, .multi_output = true, .sample_weights = true, .images = true};
}

void MajorityClassifier::fit(const Dataset& train, const RunControl& control) {
  classical::Problem problem(*this, train, control);
  std::vector<double> shares(problem.model.classes.size(), 0.0);
  double total = 0;
  for (std::size_t i = 0; i < problem.samples(); ++i) {
    const double w = problem.weights.empty() ? 1 : problem.weights[i];
    shares[static_cast<std::size_t>(problem.classes[i])] += w;
    total += w;
  }
  for (double& share : shares) share /= total;
  Model model = problem.take_model();
  model.body = std::make_shared<ConstantBody>(model.preprocessor.features_out(), std::move(shares));
  keep(std::move(model));
}

Tensor MajorityClassifier::predict_proba(const Dataset& data) const {
  const std::size_t samples = checked_rows(model(), data);
  return classical::probabilities(repeated(body_of<ConstantBody>(model()).values, samples),
                                  samples);
}

std::vector<double> MajorityClassifier::predict_one(std::span<const double> features) const {
  static_cast<void>(model().preprocessor.transform_one(features));  // checks them
  return classical::doubles_of(classical::probabilities(body_of<ConstantBody>(model()).values, 1));
}

MajorityRegressor::MajorityRegressor(FromModel from)
    : Regressor(with_constants(std::move(from.model)), MajorityOptions()) {}

MajorityRegressor MajorityRegressor::load(const std::string& path) {
  return classical::load_kind<MajorityRegressor>(path, "majority", Task::regress,
                                                 "MajorityRegressor");
}

std::unique_ptr<Estimator> MajorityRegressor::unfitted() const {
  return std::make_unique<MajorityRegressor>(MajorityOptions(), preprocess());
}

Capabilities MajorityRegressor::capabilities() const {
  return {.multi_output = true, .sample_weights = true, .images = true};
}

void MajorityRegressor::fit(const Dataset& train, const RunControl& control) {
  classical::Problem problem(*this, train, control);
  auto mean = means(problem.values, problem.outputs(), problem.weights);
  Model model = problem.take_model();
  model.body = std::make_shared<ConstantBody>(model.preprocessor.features_out(), std::move(mean));
  keep(std::move(model));
}

std::vector<double> MajorityRegressor::predict(const Dataset& data) const {
  return numbers_of(model(),
                    repeated(body_of<ConstantBody>(model()).values, checked_rows(model(), data)));
}

std::vector<double> MajorityRegressor::predict_one(std::span<const double> features) const {
  static_cast<void>(model().preprocessor.transform_one(features));
  return numbers_of(model(), body_of<ConstantBody>(model()).values);
}

}  // namespace hebb
