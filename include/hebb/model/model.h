#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hebb/nn/loss.h"
#include "hebb/nn/network.h"
#include "hebb/preprocess/preprocess.h"

namespace hebb {

/// Single units side by side, in double: score[u] = sum over j of coef[u][j] * x[j] + intercept[u].
struct LinearUnits {
  std::size_t units = 0, inputs = 0;
  std::vector<double> coef;       ///< (units, inputs)
  std::vector<double> intercept;  ///< (units)

  std::size_t parameter_count() const { return coef.size() + intercept.size(); }
};

/// All that is needed to predict, in one file: preprocessing, network, labels, and what was trained
/// on what. The file is a safetensors container (docs/model-format.md).
struct Model {
  static constexpr int kFormat = 1;

  std::string kind;  ///< "mlp", "perceptron", ...
  bool classifies = true;
  Preprocessor preprocessor;
  Network network;                        ///< empty where there are units
  std::optional<LinearUnits> units = {};  ///< in place of a network
  OutputActivation output_activation = OutputActivation::identity;
  std::vector<std::string> classes;  ///< of a classifier, in the order of probabilities
  std::vector<std::string> target_names;
  std::vector<double> target_shift, target_scale;  ///< of regression: y = output * scale + shift
  std::string options_json = "{}";  ///< the recorded fields of the estimator's options
  std::string loss;
  std::string data_name, data_hash;
  std::string hebb_version;
  std::string results_json = "{}";  ///< loss_curve_, validation_scores_, n_iter_, ...

  /// Of the network, or the units.
  std::size_t parameter_count() const;

  /// Errors: std::runtime_error as replace_file().
  void save(const std::string& path) const;
  /// Errors: std::runtime_error if the file cannot be read; ModelError naming file, place and rule.
  static Model load(const std::string& path);
};

}  // namespace hebb
