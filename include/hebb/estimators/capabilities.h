#pragma once

namespace hebb {

/// What a kind of estimator can do beyond what all of them do. Whoever uses an estimator asks for
/// these before it relies on one; tests hold each kind to those that it has.
struct Capabilities {
  bool probabilities = false;   ///< predict_proba(), at least with some options
  bool multi_output = false;    ///< predicts several numbers at once
  bool sample_weights = false;  ///< heeds Dataset::weights() in training
  bool images = false;          ///< takes images as well as tables
  bool sequences = false;       ///< takes sequences of variable length
  /// Learns in epochs: has the option max_iter; RunControl's events and stop_requested act.
  bool epochs = false;
  bool warm_start = false;            ///< the option warm_start, and Supervised::start_from()
  bool checkpoints = false;           ///< RunControl's checkpoint_dir and resume act
  bool learning_rate_search = false;  ///< find_learning_rate()
  bool updates = false;               ///< RunControl's on_update acts

  bool operator==(const Capabilities&) const = default;
};

}  // namespace hebb
