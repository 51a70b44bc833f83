#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hebb/core/record.h"
#include "hebb/core/task.h"
#include "hebb/model/bodies.h"
#include "hebb/model/body.h"
#include "hebb/preprocess/preprocess.h"

namespace hebb {

/// All that is needed to predict, in one file: a head that every model has, and a body of one of
/// several kinds with the learnt parameters. The file is a safetensors container
/// (docs/model-format.md).
struct Model {
  static constexpr int kFormat = 1;

  std::string kind;  ///< "mlp", "perceptron", ...
  Task task = Task::classify;
  Preprocessor preprocessor;
  std::vector<std::string> classes;  ///< of a classifier, in the order of probabilities
  std::vector<std::string> target_names;
  std::vector<double> target_shift, target_scale;  ///< of regression: y = output * scale + shift
  /// The range of the training target, to which predictions are held; empty: they are not.
  std::vector<double> target_least, target_most;
  Record options;                         ///< the recorded fields of the estimator's options
  Record results;                         ///< loss_curve_, validation_scores_, n_iter_, ...
  std::string loss;                       ///< the loss minimised in training; empty: none
  std::string data_name, data_hash;       ///< of the training data
  Record reading;                         ///< Dataset::reading() of the training data
  std::string hebb_version;               ///< that wrote the file it was loaded from
  std::shared_ptr<const ModelBody> body;  ///< null: not fitted yet

  bool classifies() const { return task == Task::classify; }
  std::size_t parameter_count() const { return body ? body->parameter_count() : 0; }

  /// The body's network or units; nullptr if the body is of another kind.
  const Network* network() const;
  const LinearUnits* units() const;
  /// The activation applied to the outputs of a network or the scores of units; for other bodies
  /// the identity.
  OutputActivation output_activation() const;

  /// Why a body of so many inputs and outputs does not fit preprocessing, classes or targets, in
  /// words; empty: it fits. `what` names the body: "network".
  std::string misfit(std::size_t inputs, std::size_t outputs, const std::string& what) const;

  /// The file is read back, by the rules of load(), before it replaces another. A data_name that is
  /// not UTF-8 is saved as printable() has it.
  /// Errors: std::runtime_error as replace_file(), and for a model that load() would refuse;
  /// DataError for other text that is not UTF-8, as a name or a class may be, and for records nested
  /// deeper than 64 levels; std::logic_error without a body; std::invalid_argument for a body that BodyWriter rejects.
  void save(const std::string& path) const;
  /// Errors: std::runtime_error if the file cannot be read; ModelError naming file, place and rule,
  /// or a kind of body that is not registered.
  static Model load(const std::string& path);
};

/// Whether a file has the header of a model or a checkpoint, damaged ones included. Reads the header
/// only. False if it cannot be read.
bool is_model_file(const std::string& path);

}  // namespace hebb
