#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hebb/core/fields.h"

namespace hebb {

/// Options of every estimator that trains a network. Names, order and defaults of the first block
/// are scikit-learn's MLPClassifier's (1.2); hebb's own follow.
struct NetOptions {
  std::vector<std::size_t> hidden_layer_sizes = {100};
  std::string activation = "relu";
  std::string solver = "adam";
  double alpha = 1e-4;
  std::optional<std::size_t> batch_size = {};  ///< unset: min(200, samples)
  std::string learning_rate = "constant";
  double learning_rate_init = 1e-3;
  double power_t = 0.5;
  std::size_t max_iter = 200;
  bool shuffle = true;
  std::uint64_t random_state = 0;
  double tol = 1e-4;
  bool warm_start = false;
  double momentum = 0.9;
  bool nesterovs_momentum = true;
  bool early_stopping = false;
  double validation_fraction = 0.1;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double epsilon = 1e-8;
  std::size_t n_iter_no_change = 10;
  std::size_t max_fun = 15000;

  std::string net = {};  ///< one-line network text; in place of hidden_layer_sizes
  double dropout = 0;    ///< after every hidden activation
  std::string loss = "auto";
  std::string init = "sklearn";
  std::string output_bias = "init";  ///< of a new network's last layer: by init, or the prior
  double weight_decay = 1e-2;        ///< of adamw, decoupled
  double rho = 0.99;                 ///< of rmsprop
  double step_factor = 0.1;          ///< of the schedule "step"
  std::size_t step_epochs = 30;
  double warmup = 0.3;         ///< share of the schedule one_cycle that rises
  double clip_norm = 0;        ///< 0: gradients are not clipped
  double ema = 0;              ///< decay of the average of the weights; 0: no averaging
  double label_smoothing = 0;  ///< share of the target spread evenly over all classes
  double mixup = 0;            ///< alpha of mixup's Beta(alpha, alpha); 0: no mixup
  std::vector<std::string> class_weight = {};  ///< "balanced", or "label=weight" items
  std::string augment = {};                    ///< random changes of images: "shift:2,rotate:10"
  std::size_t tta = 1;                         ///< copies of an image averaged in prediction
  std::string precision = "float32";           ///< of factors while training: float32, bf16
  /// Instead of validation_fraction, for a network of members: each holds out one of these folds.
  std::optional<std::size_t> validation_folds = {};
  std::string validation_metric = {};  ///< empty: accuracy or R2
  bool validate = false;  ///< score a held-out validation_fraction, without early stopping
  std::optional<double> max_seconds = {};  ///< stop after this much training time
  int threads = 0;                         ///< 0: one a core

  static const FieldList& fields();
};

}  // namespace hebb
