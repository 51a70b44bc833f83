#pragma once

// The common code of the training rules of single units.

#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "estimators/common.h"
#include "hebb/data/inputs.h"
#include "hebb/estimators/linear.h"
#include "hebb/model/model.h"
#include "hebb/train/events.h"
#include "kernels/denormals.h"

namespace hebb {

/// 1 / (1 + exp(-x)), computed without overflow.
inline double logistic(double x) {
  return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
}

/// The training problem of single units.
struct UnitProblem {
  const Dataset* data = nullptr;
  DoubleInputs inputs;
  std::vector<std::uint32_t> rows;    // of the data set, those that inputs hold
  std::vector<std::int32_t> classes;  // (samples), of classification
  std::vector<std::string> names;     // of the classes
  std::vector<double> values;         // (samples, units), of regression, scaled
  std::vector<double> weights;        // (samples), or empty: all one
  std::vector<double> by_class;       // weights of the classes
  std::size_t units = 0;

  std::size_t samples() const { return inputs.samples(); }
  /// Whether the sample belongs to the class that the unit is for.
  bool is_positive(std::size_t sample, std::size_t unit) const {
    return classes[sample] == static_cast<std::int32_t>(units == 1 ? 1 : unit);
  }
  std::size_t row_number(std::size_t sample) const { return data->row_number(rows[sample]); }
  double weight(std::size_t sample) const { return weights.empty() ? 1.0 : weights[sample]; }
};

/// Errors: std::invalid_argument for options of `control` that units do not support.
void check_control(const RunControl& control, const char* kind);

/// The problem of a classification; also sets the model's classes and preprocessing. `train` must
/// have no weights of zero.
/// Errors: as Estimator::fit; std::invalid_argument for one class only.
UnitProblem classes_to_learn(const Dataset& train, const PreprocessOptions& preprocess,
                             const Model* start, const std::vector<std::string>& class_weight,
                             const std::vector<std::string>& classes, Preprocessor& preprocessor);

/// The weights that training begins with: zeros, or those of `start`.
/// Errors: std::invalid_argument if `start` has other units or inputs.
LinearUnits first_units(const Model* start, std::size_t units, std::size_t inputs);

/// Handles the events, stop requests and time limit of a run. During its lifetime the calling
/// thread flushes denormal numbers, except within user-supplied functions.
class Passes {
 public:
  Passes(const RunControl& control, std::size_t epochs, std::size_t samples,
         std::optional<double> max_seconds);

  /// Called between updates with the progress of the pass. Returns true if training must stop.
  bool should_stop(std::size_t samples_done, double loss_sum);
  void end_epoch(double loss, std::optional<double> score, double learning_rate);
  void end(StopReason reason, const std::string& message);
  bool traces() const { return tracing_; }
  void trace(UnitUpdate update);

  std::size_t epoch() const { return epoch_; }  // complete ones
  bool stopped() const { return reason_.has_value(); }
  StopReason reason() const { return *reason_; }
  /// For a run that should_stop() has ended.
  void end_stopped();

 private:
  using Clock = std::chrono::steady_clock;
  double seconds() const;

  kernels::DenormalsFlushed flushed_;
  const RunControl& control_;
  std::size_t epochs_, samples_, epoch_ = 0, updates_ = 0;
  std::optional<double> max_seconds_;
  std::optional<StopReason> reason_;
  bool tracing_;
  Clock::time_point begin_ = Clock::now(), last_event_ = begin_;
};

/// Samples between two checks of the clock and of stop requests.
constexpr std::size_t kStretch = 2048;

/// The order of a pass.
std::vector<std::uint32_t> pass_order(std::span<const std::uint32_t> rows, bool shuffle,
                                      std::uint64_t seed, std::size_t epoch);

/// The results as the model records them.
void keep_results(const UnitResults& results, Model& model);
UnitResults read_results(const Model& model);

/// Scores (samples, units) of a data set, with as many threads as the option `threads` says;
/// (1, units) of one sample.
std::vector<double> unit_scores(const Model& model, const OptionSet& options, const Dataset& data);
std::vector<double> unit_scores_of_one(const Model& model, std::span<const double> features);

/// The largest eigenvalue of the mean of weight * x x' over `rows`, x with the constant input 1
/// where there is an intercept, by power iteration.
double largest_eigenvalue(const DoubleInputs& inputs, std::span<const std::uint32_t> rows,
                          bool intercept, const std::function<double(std::uint32_t)>& weight);

/// Largest and mean squared norm of the samples, with the constant input where there is one.
struct Norms {
  double largest = 0, mean = 0;
};
Norms squared_norms(const DoubleInputs& inputs, std::span<const std::uint32_t> rows,
                    bool intercept);

/// Returns the model. Errors: ModelError unless it contains units.
Model with_units(Model model);

Capabilities capabilities_of_units(bool probabilities);

/// A model's body of units.
std::shared_ptr<const ModelBody> unit_body(LinearUnits units, OutputActivation activation);

}  // namespace hebb
