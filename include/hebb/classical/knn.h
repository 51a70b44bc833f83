#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/estimators/estimator.h"

namespace hebb {

/// Names and defaults are those of scikit-learn's KNeighborsClassifier.
struct KnnOptions {
  std::size_t n_neighbors = 5;
  std::string weights = "uniform";  ///< or distance: a neighbour counts 1 / its distance
  int threads = 0;

  static const FieldList& fields();
};

/// What the k nearest training samples are, by Euclidean distance of the preprocessed features. Of
/// equally distant samples the earlier one is nearer. The model holds all training samples, as
/// float32; distances are exact to double. With weights=distance, samples at distance 0 are the only
/// ones that count.
///
/// All distances are computed, as a matrix product, so memory does not grow with the number of
/// samples to predict. The option n_neighbors and weights can be changed after fitting.
/// Sample weights are not used.
/// Source: scikit-learn's KNeighborsClassifier(algorithm="brute").
class KnnClassifier : public Classifier {
 public:
  explicit KnnClassifier(KnnOptions options = {}, PreprocessOptions preprocess = {})
      : Classifier("knn", std::move(options), std::move(preprocess)) {}
  /// Errors: ModelError unless the model holds samples with classes, n_neighbors or more.
  explicit KnnClassifier(FromModel from);
  /// Errors: as Model::load; ModelError if the file holds something else.
  static KnnClassifier load(const std::string& path);

  /// Errors: as Estimator; std::invalid_argument for fewer samples than n_neighbors.
  void fit(const Dataset& train, const RunControl& control = {}) override;
  /// The shares of the classes among the neighbours.
  Tensor predict_proba(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;
  Capabilities capabilities() const override;

 private:
  void accept_prediction_option(std::string_view name, const OptionSet& options) override;
  std::unique_ptr<Estimator> unfitted() const override;
};

/// The mean of the targets of the k nearest training samples; otherwise as KnnClassifier.
class KnnRegressor : public Regressor {
 public:
  explicit KnnRegressor(KnnOptions options = {}, PreprocessOptions preprocess = {})
      : Regressor("knn", std::move(options), std::move(preprocess)) {}
  explicit KnnRegressor(FromModel from);
  static KnnRegressor load(const std::string& path);

  void fit(const Dataset& train, const RunControl& control = {}) override;
  std::vector<double> predict(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;
  Capabilities capabilities() const override;

 private:
  void accept_prediction_option(std::string_view name, const OptionSet& options) override;
  std::unique_ptr<Estimator> unfitted() const override;
};

}  // namespace hebb
