#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hebb/run/diagnose.h"

namespace hebb {

/// A class is rare if another has this many times its samples.
inline constexpr double kImbalance = 10;

/// What to do, in words, and as options of the next run; no options: none of the model's helps.
struct Advice {
  using Change = std::map<std::string, Value>;
  std::string words;
  Change change = {};
};

/// What the options of a run's model are, and what to change in them. Changes name only options that
/// the model has; the network of a model that continued from another stays.
class Adviser {
 public:
  /// `facts` must outlive it.
  explicit Adviser(const RunFacts& facts) : facts_(facts) {}

  /// Unset if the solver has none, or chooses it by the data.
  std::optional<double> learning_rate() const;
  /// At a rate so high that more of the same training is no remedy.
  bool learns_fast() const;
  bool has_constant_rate() const;
  bool weighs_classes() const;
  /// Whether a class is rare in the training part, as its scores count samples.
  bool has_rare_class() const;
  /// Without a hidden layer: more training of it is no remedy for what it cannot represent.
  bool is_linear() const;
  bool is_narrow() const;
  /// Whether the best epoch was kept.
  bool stops_early() const;
  /// Solvers whose steps have the size of the learning rate, whatever the gradient. Those of sgd grow
  /// with the target, and lbfgs finds its own.
  bool needs_a_scaled_target() const;

  Advice rate(double factor) const;
  Advice scaled_target() const;
  Advice epochs() const;
  Advice class_weights() const;
  /// Where few units are alive, wider layers are needed to learn at all.
  Advice against_dead_units() const;
  Advice against_vanishing() const;
  /// A new model weighs classes as the old one did, and rare ones in any case: without weights, what it
  /// gains on the others it would lose on them.
  Advice larger_model() const;
  Advice against_over_fitting(const Judgement& fit) const;
  /// Of a run that scored a validation part and went on.
  Advice early_stopping() const;

 private:
  bool takes(const char* option) const { return facts_.options.has(option); }
  const Value& value(const char* option) const { return facts_.options.value(option); }
  std::string text(const char* option) const { return facts_.options.text(option).value_or(""); }
  bool has_small_layer() const;
  Advice::Change activation(const std::vector<std::string>& names, const std::string& by) const;

  const RunFacts& facts_;
};

}  // namespace hebb
