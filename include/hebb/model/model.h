#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "hebb/nn/loss.h"
#include "hebb/nn/network.h"
#include "hebb/preprocess/preprocess.h"

namespace hebb {

/// All that is needed to predict, in one file: preprocessing, network, labels, and what was trained
/// on what. The file is a safetensors container (docs/model-format.md).
struct Model {
  static constexpr int kFormat = 1;

  std::string kind;  ///< "mlp"
  bool classifies = true;
  Preprocessor preprocessor;
  Network network;
  OutputActivation output_activation = OutputActivation::identity;
  std::vector<std::string> classes;  ///< of a classifier, in the order of probabilities
  std::vector<std::string> target_names;
  std::vector<double> target_shift, target_scale;  ///< of regression: y = output * scale + shift
  std::string options_json = "{}";  ///< the recorded fields of the estimator's options
  std::string loss;
  std::string data_name, data_hash;
  std::string hebb_version;
  std::string results_json = "{}";  ///< loss_curve_, validation_scores_, n_iter_, ...

  /// Errors: std::runtime_error as replace_file().
  void save(const std::string& path) const;
  /// Errors: std::runtime_error if the file cannot be read; ModelError naming file, place and rule.
  static Model load(const std::string& path);
};

}  // namespace hebb
