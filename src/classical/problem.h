#pragma once

// The common steps of the kinds of this room: from a data set to what they learn from, and from a
// data set or a sample to what they predict from.

#include <cstdint>
#include <future>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "estimators/common.h"
#include "hebb/classical/catalogue.h"
#include "hebb/data/inputs.h"
#include "hebb/estimators/estimator.h"
#include "hebb/model/model.h"

namespace hebb::classical {

/// What a fit learns from. `data` is the training data without rows of weight zero, and must outlive
/// it.
struct Problem {
  Problem(const Estimator& estimator, const Dataset& train, const RunControl& control,
          std::size_t least_classes = 1);
  Problem(const Problem&) = delete;  // `data` may point into it
  Problem& operator=(const Problem&) = delete;

  std::size_t samples() const { return rows.size(); }
  std::size_t outputs() const { return model.target_names.size(); }
  /// The preprocessed features of all samples, (samples, features), images channels last.
  std::vector<float> features() const;
  DoubleInputs double_features() const { return model.preprocessor.transform_double(*data); }
  /// The weight of each sample, times that of its class (the option class_weight); empty: all are 1.
  std::vector<double> all_weights(const std::vector<std::string>& class_weight) const;
  /// The samples ordered by class, those of a class in their order: libraries number classes by their
  /// first sample.
  std::vector<std::uint32_t> by_class() const;
  /// Ends the thread that computes the hash of the data, as train_apart() wants it.
  void finish_hash();
  /// The head, with the hash. To be called once.
  Model take_model();

  std::optional<Dataset> kept;  // if rows of weight zero were left out
  const Dataset* data;
  Model model;                        // the head: all but results and body
  std::vector<std::uint32_t> rows;    // of `data`, those that preprocessing keeps
  std::vector<std::int32_t> classes;  // (samples), of classification
  std::vector<double> values;         // (samples, outputs), of regression, scaled
  std::vector<double> weights;        // (samples), or empty: all one

 private:
  std::future<std::string> hash_;
};

/// The preprocessed features of data to predict. Errors: as Preprocessor::transform(), and DataError
/// for rows that it drops.
Inputs inputs_of(const Model& model, const Dataset& data);
DoubleInputs double_inputs_of(const Model& model, const Dataset& data);
/// Of one sample: (1, features), images channels last.
Inputs input_of_one(const Model& model, std::span<const double> features);

/// The estimator's model from a file: its body must be a Body, and fit the head.
/// Errors: ModelError otherwise.
template <class Body>
Model with_body(Model model, const char* what) {
  check_model(dynamic_cast<const Body*>(model.body.get()) != nullptr, "a model of kind '",
              model.kind, "' needs ", what, ", this one holds ",
              model.body ? model.body->kind() : "nothing");
  check_body(model, model.body->kind());
  return model;
}
template <class Body>
const Body& body_of(const Model& model) {
  return static_cast<const Body&>(*model.body);
}

/// As load_as(), once the bodies of this room are known.
template <class Kind>
Kind load_kind(const std::string& path, const char* kind, Task task, const char* name) {
  register_classical();
  return load_as<Kind>(path, kind, task, name);
}

/// Rows of probabilities as float32.
Tensor probabilities(std::span<const double> values, std::size_t samples);
std::vector<double> doubles_of(const Tensor& tensor);

/// Runs `work`, the training of a library that cannot be stopped, in a process of its own, and
/// returns the bytes that it returns. No other thread may be at work for this fit. A request to stop and `max_seconds` end it.
/// Errors: StoppedError, after the event Stopped; what `work` throws.
std::string train_apart(const std::string& kind, const std::function<std::string()>& work,
                        const RunControl& control, std::optional<double> max_seconds);

}  // namespace hebb::classical
