#pragma once

// What the estimators do alike on the way from a data set to something that can be trained.

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

/// `data`, or `kept`, which then holds the rows with a weight above 0: those of weight zero count
/// for nothing, not for scales, labels or splits either.
/// Errors: DataError for a weight that is not a number >= 0; std::invalid_argument if none is left.
const Dataset& without_zero_weights(const Dataset& data, std::optional<Dataset>& kept);

/// The values that belong to `rows`, `width` a row; all if there are as many.
std::vector<double> values_of(const std::vector<double>& values,
                              std::span<const std::uint32_t> rows, std::size_t width = 1);

/// The option class_weight ("balanced", or label=weight items), by class.
/// Errors: std::invalid_argument for an item that does not hold or names no class.
std::vector<double> class_weights(const std::vector<std::string>& option,
                                  const std::vector<std::string>& classes,
                                  std::span<const std::int32_t> truth);

/// The one of the model that is gone on from, or one that learns from `train`.
Preprocessor first_preprocessor(const PreprocessOptions& options, const Model* start,
                                const Dataset& train);

/// Errors: std::invalid_argument if the model gone on from has other classes.
void check_same_classes(const Model* start, const std::vector<std::string>& classes);

/// (training part, validation part) of samples, which are the rows `rows` of `train`, counted among
/// themselves. Groups are kept whole and times heeded as by split_rows(); stratified where there are
/// labels and no times. Errors: std::invalid_argument if so many cannot be held out.
std::pair<std::vector<std::uint32_t>, std::vector<std::uint32_t>> hold_out(
    const Dataset& train, std::span<const std::uint32_t> rows, std::span<const double> labels,
    double fraction, std::uint64_t seed, const std::vector<std::string>& classes);

/// How the targets of a regression are scaled: y = output * scale + shift.
struct TargetScaling {
  std::vector<double> shift, scale;
};
/// Of the targets `values` (rows, outputs). Warns of targets so large that `slow` solvers need very
/// long for them. Errors: DataError for a value that is not finite, with its place in `train`.
TargetScaling scale_targets(const PreprocessOptions& options, const Dataset& train,
                            std::span<const std::uint32_t> rows, const std::vector<double>& values,
                            bool slow);

/// Errors: std::invalid_argument for a column of labels, naming it.
void check_no_labels(const Target& target, const char* where);

/// Errors: std::invalid_argument unless the data has numbers to predict.
void check_numbers(const Dataset& train);

/// The numbers that outputs stand for, in the units of the targets.
std::vector<double> numbers_of(const Model& model, std::vector<double> outputs);

/// The hash of the data, taken on a thread of its own while something else is done, unless there is
/// to be one thread only.
inline std::future<std::string> hash_meanwhile(const Dataset& train, int threads) {
  const auto when = thread_count(threads) > 1 ? std::launch::async : std::launch::deferred;
  return std::async(when, [&train] { return train.hash(); });
}

/// A model with all that does not depend on what is trained, but for the hash of the data.
Model begin_model(const Estimator& estimator, const Dataset& train, Preprocessor preprocessor);

template <class Kind>
Kind load_as(const std::string& path, const char* kind, Task task, const char* name) {
  Model model = Model::load(path);
  check_model(model.kind == kind && model.task == task, path, ": holds no ", name);
  return of_file(path, [&] { return Kind(std::move(model)); });
}

}  // namespace hebb
