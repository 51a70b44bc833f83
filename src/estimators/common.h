#pragma once

// The common steps of the estimators from a data set to a training problem.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <future>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/core/threads.h"
#include "hebb/data/dataset.h"
#include "hebb/estimators/estimator.h"
#include "hebb/model/model.h"
#include "hebb/preprocess/preprocess.h"
#include "model/of_file.h"

namespace hebb {

/// Returns `data`, or if it has rows of weight zero, `kept`, which is then set to data.weighed().
/// Rows of weight zero are ignored throughout, for scales, labels and splits too.
/// Errors: as Dataset::weighed().
const Dataset& without_zero_weights(const Dataset& data, std::optional<Dataset>& kept);

/// Returns the rows of `data` that preprocessing keeps, from which the classes are learnt: `data`, or
/// `kept`.
const Dataset& labelled_rows(const Dataset& data, std::span<const std::uint32_t> rows,
                             std::optional<Dataset>& kept);

/// The values that belong to `rows`, `width` a row; all if there are as many.
std::vector<double> values_of(const std::vector<double>& values,
                              std::span<const std::uint32_t> rows, std::size_t width = 1);

/// The option class_weight ("balanced", or label=weight items), by class.
/// Errors: std::invalid_argument for an invalid item or one that names no class.
std::vector<double> class_weights(const std::vector<std::string>& option,
                                  const std::vector<std::string>& classes,
                                  std::span<const std::int32_t> truth);

/// The preprocessor of the model `start`, or else one fitted to `train`; for kinds that take no
/// missing values. Errors: std::invalid_argument for impute=keep; as Preprocessor::fit().
Preprocessor first_preprocessor(const PreprocessOptions& options, const Model* start,
                                const Dataset& train);

/// The classes of a fit: those of `start` if there are some, or else `classes`.
/// Errors: std::invalid_argument unless both are the same labels, which may be spelt differently.
std::vector<std::string> first_classes(const Model* start, std::vector<std::string> classes);

/// Returns (training part, validation part) of the samples `rows` of `train`, as indices into
/// `rows`. Groups are kept together and times respected as by split_rows(); the split is stratified
/// if there are labels and no times, and enough rows of each class; if too few, it says so. Errors: std::invalid_argument if so many cannot be held out.
std::pair<std::vector<std::uint32_t>, std::vector<std::uint32_t>> hold_out(
    const Dataset& train, std::span<const std::uint32_t> rows, std::span<const double> labels,
    double fraction, std::uint64_t seed, const std::vector<std::string>& classes);
/// The fold of each of `rows`, 0 .. folds - 1: stratified if each class has two rows, and no group in
/// two folds. Errors: as fold_rows().
std::vector<std::uint32_t> folds_of(const Dataset& train, std::span<const std::uint32_t> rows,
                                    std::span<const double> labels, std::size_t folds,
                                    std::uint64_t seed, const std::vector<std::string>& classes);

/// How the targets of a regression are scaled: y = output * scale + shift.
struct TargetScaling {
  std::vector<double> shift, scale;
};
/// Computes the scaling of the targets `values` (rows, outputs). Warns of targets so large that
/// `slow` solvers take very long. Errors: DataError for a value that is not finite, or is beyond
/// float32, with its place in `train`.
TargetScaling scale_targets(const PreprocessOptions& options, const Dataset& train,
                            std::span<const std::uint32_t> rows, const std::vector<double>& values,
                            bool slow);

/// Errors: std::invalid_argument for a column of labels, naming it.
void check_no_labels(const Target& target, const char* where);

/// Errors: std::invalid_argument unless the data has numbers to predict.
void check_numbers(const Dataset& train);

/// Checks predictions for the samples of `data`, equally many each: finite weights may give sums that
/// are not. Errors: ModelError with the row of the first that is not finite, or not as a Limit.
template <class Limit, class Number>
void check_finite(const Dataset& data, std::span<const Number> values,
                  const std::vector<std::string>& targets) {
  const auto bad = std::ranges::find_if_not(
      values, [](Number v) { return std::isfinite(static_cast<Limit>(v)); });
  if (bad == values.end()) return;
  const auto row =
      static_cast<std::size_t>(bad - values.begin()) / (values.size() / data.samples());
  throw ModelError(concat(data.place(row, targets.empty() ? "" : targets.front()),
                          "the model gives ", double{*bad}, ", which is no finite number of ",
                          8 * sizeof(Limit),
                          " bits: its weights, or the values of this row, are too large"));
}

/// Errors: DataError unless preprocessing has kept all rows of `data`, to be predicted.
void check_none_dropped(const Dataset& data, std::size_t kept);

/// Converts outputs to the units of the targets.
std::vector<double> numbers_of(const Model& model, std::vector<double> outputs);

/// The hash of the data, computed concurrently on a thread of its own unless `threads` is 1.
inline std::future<std::string> hash_meanwhile(const Dataset& train, int threads) {
  const auto when = thread_count(threads) > 1 ? std::launch::async : std::launch::deferred;
  return std::async(when, [&train] { return train.hash(); });
}

/// A model with all entries that do not depend on training, except the hash of the data.
Model begin_model(const Estimator& estimator, const Dataset& train, Preprocessor preprocessor);

/// Errors: ModelError unless the model's body fits its preprocessing, and its classes or targets. A
/// model read from a file does; one built by a program may not.
void check_body(const Model& model, const std::string& what);

template <class Kind>
Kind load_as(const std::string& path, const char* kind, Task task, const char* name) {
  Model model = Model::load(path);
  check_model(model.kind == kind && model.task == task, path, ": holds no ", name);
  return of_file(path, [&] { return Kind(FromModel(std::move(model))); });
}

}  // namespace hebb
