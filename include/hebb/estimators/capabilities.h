#pragma once

namespace hebb {

/// The optional features of a kind of estimator. Callers check these before they rely on one; tests
/// check each kind against those that it declares.
struct Capabilities {
  bool probabilities = false;   ///< predict_proba(), at least with some options
  bool multi_output = false;    ///< predicts several numbers at once
  bool sample_weights = false;  ///< uses Dataset::weights() in training
  bool images = false;          ///< takes images as well as tables
  bool sequences = false;       ///< takes sequences of variable length
  bool missing = false;         ///< takes missing values, with PreprocessOptions::impute keep
  /// Learns in epochs: has the option max_iter; RunControl's events and stop_requested work.
  bool epochs = false;
  bool warm_start = false;            ///< the option warm_start, and Supervised::start_from()
  bool checkpoints = false;           ///< RunControl's checkpoint_dir and resume work
  bool learning_rate_search = false;  ///< find_learning_rate()
  bool updates = false;               ///< RunControl's on_update works

  bool operator==(const Capabilities&) const = default;
};

}  // namespace hebb
