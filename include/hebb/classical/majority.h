#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/estimators/estimator.h"

/// Predictions that ignore the features: what every other model has to beat.
namespace hebb {

/// There are none.
struct MajorityOptions {
  static const FieldList& fields();
};

/// Predicts the most frequent class, the first in order if several are equally frequent. The
/// probabilities are the shares of the classes in the training data, by weight. Takes data of any
/// form; one class is enough.
/// Source: scikit-learn's DummyClassifier(strategy="prior").
class MajorityClassifier : public Classifier {
 public:
  explicit MajorityClassifier(MajorityOptions options = {}, PreprocessOptions preprocess = {})
      : Classifier("majority", options, std::move(preprocess)) {}
  /// Errors: ModelError unless the model holds the shares of its classes.
  explicit MajorityClassifier(FromModel from);
  /// Errors: as Model::load; ModelError if the file holds something else.
  static MajorityClassifier load(const std::string& path);

  void fit(const Dataset& train, const RunControl& control = {}) override;
  Tensor predict_proba(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;
  Capabilities capabilities() const override;

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

/// Predicts the mean of each target, by weight.
/// Source: scikit-learn's DummyRegressor.
class MajorityRegressor : public Regressor {
 public:
  explicit MajorityRegressor(MajorityOptions options = {}, PreprocessOptions preprocess = {})
      : Regressor("majority", options, std::move(preprocess)) {}
  explicit MajorityRegressor(FromModel from);
  static MajorityRegressor load(const std::string& path);

  void fit(const Dataset& train, const RunControl& control = {}) override;
  std::vector<double> predict(const Dataset& data) const override;
  std::vector<double> predict_one(std::span<const double> features) const override;
  Capabilities capabilities() const override;

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

}  // namespace hebb
