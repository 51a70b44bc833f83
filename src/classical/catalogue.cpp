#include "hebb/classical/catalogue.h"

#include <mutex>

#include "classical/bodies.h"
#include "hebb/classical/knn.h"
#include "hebb/classical/linear_svm.h"
#include "hebb/classical/majority.h"
#include "hebb/classical/svm.h"
#include "hebb/classical/trees.h"
#include "hebb/estimators/catalogue.h"

namespace hebb {
namespace {

constexpr double kFloat = sizeof(float), kDouble = sizeof(double);

// Bytes of training beside the data, as EstimatorRow::training_bytes.
using Bytes = double (*)(double samples, double inputs, const OptionSet& options);

void add(EstimatorRow row, Bytes bytes) {
  row.training_bytes = [bytes](std::size_t samples, std::size_t inputs, const OptionSet& options) {
    return bytes(static_cast<double>(samples), static_cast<double>(inputs), options);
  };
  register_estimator(std::move(row));
}

void add_all() {
  register_body({.name = "constants", .read = classical::ConstantBody::read});
  register_body({.name = "samples", .read = classical::SamplesBody::read});
  register_body({.name = "svm", .read = classical::SvmBody::read});
  register_body({.name = "trees", .read = classical::TreesBody::read});
  add(estimator_row<MajorityOptions, MajorityClassifier, MajorityRegressor>(
          "majority", "the most frequent class, or the mean: what other models have to beat"),
      [](double samples, double inputs, const OptionSet&) { return kFloat * samples * inputs; });
  add(estimator_row<KnnOptions, KnnClassifier, KnnRegressor>(
          "knn", "k nearest neighbours: what the most similar training samples are"),
      [](double samples, double inputs, const OptionSet&) {
        return 2 * kFloat * samples * inputs;
      });
  // Libraries take a number with its index, 16 bytes.
  add(estimator_row<LinearSvmOptions, LinearSvmClassifier, LinearSvmRegressor>(
          "linear_svm", "linear support vector machine (LIBLINEAR)"),
      [](double samples, double inputs, const OptionSet&) {
        return 3 * kDouble * samples * inputs;
      });
  add(estimator_row<SvmOptions, SvmClassifier, SvmRegressor>(
          "svm", "support vector machine with a kernel (LIBSVM)"),
      [](double samples, double inputs, const OptionSet& options) {
        constexpr double kMegabyte = 1 << 20;
        // The kernel's values are float32, and there are no more than these.
        const double cache =
            std::min(options.as<SvmOptions>().cache_size * kMegabyte, kFloat * samples * samples);
        return 4 * kDouble * samples * inputs + cache;
      });
  // float32 rows, XGBoost's copy with indices, and its bins.
  const Bytes of_trees = [](double samples, double inputs, const OptionSet&) {
    return 6 * kFloat * samples * inputs;
  };
  add(estimator_row<TreesOptions, TreesClassifier, TreesRegressor>(
          "trees", "gradient-boosted decision trees (XGBoost)"),
      of_trees);
  add(estimator_row<ForestOptions, ForestClassifier, ForestRegressor>(
          "forest", "random forest of decision trees (XGBoost)"),
      of_trees);
}

}  // namespace

void register_classical() {
  static std::once_flag once;
  std::call_once(once, add_all);
}

}  // namespace hebb
