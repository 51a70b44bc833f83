#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/core/catalogue.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

/// What turns a network's outputs into predictions, where the network itself does not. The softmax
/// of a single output is the second of softmax(0, output), its logistic: the probability of the
/// second of two classes.
enum class OutputActivation { identity, logistic, softmax, exp };

/// What training lowers. It takes the network's outputs before the output activation.
class Loss {
 public:
  virtual ~Loss() = default;
  /// As make_loss() takes it: "huber", "quantile:0.9".
  virtual std::string name() const = 0;
  virtual OutputActivation output_activation() const { return OutputActivation::identity; }
  /// By how much the gradient exceeds the derivative of the value: scikit-learn reports the losses
  /// of a difference as a mean over outputs, but does not divide their gradient (scikit-learn
  /// #8349).
  virtual double gradient_factor(std::size_t /*outputs*/) const { return 1; }
  /// Errors: std::invalid_argument for target numbers that the loss is not defined for.
  virtual void check_targets(std::span<const float> /*targets*/) const {}
  /// The weighted sum over rows of the loss, in double; writes d loss / d outputs, times the weight
  /// of the row, times `scale`. Shapes:  outputs, targets, gradient (n, outputs); weights (n) or
  /// empty.
  virtual double value_and_gradient(ConstView outputs, ConstView targets,
                                    std::span<const float> weights, float scale,
                                    View gradient) const = 0;
};

struct LossRow {
  /// A number that the loss takes behind its name, after a colon: "quantile:0.9".
  struct Parameter {
    std::string name = {};  ///< empty: the loss takes none
    double otherwise = 0;   ///< its default
    double low = 0, high = 0;
    bool open = false;  ///< whether the bounds themselves are out of range
  };
  std::string name;
  std::string help = {};        ///< one line, with the formula
  bool classification = false;  ///< serves classes (one-hot targets)
  bool regression = false;      ///< serves numbers
  std::function<std::unique_ptr<Loss>(double parameter)> make = {};
  Parameter parameter = {};
  bool one_output = false;  ///< of classification: two classes are one output
};

const Catalogue<LossRow>& loss_catalogue();
/// Adds a loss, which the option `loss` may name from then on.
/// Errors: std::invalid_argument for a name that is taken, or is no word, and without `make`.
void register_loss(LossRow row);
std::vector<std::string> loss_names();
/// The row of a loss given by name, with or without a parameter behind it.
/// Errors: std::invalid_argument with the nearest name.
const LossRow& find_loss(const std::string& name);
/// Errors: std::invalid_argument with the nearest name, or for a parameter that is out of range or
/// not taken.
std::unique_ptr<Loss> make_loss(const std::string& name);

}  // namespace hebb
