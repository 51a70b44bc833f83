#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/core/catalogue.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

/// The function that turns a network's outputs into predictions, unless the network itself does.
/// For a single output, softmax is the second component of softmax(0, output), which is the
/// logistic function: the probability of the second of two classes.
enum class OutputActivation { identity, logistic, softmax, exp };
/// "identity", "logistic", "softmax" or "exp", as models record it.
const char* name_of(OutputActivation activation);

/// The function that training minimises. Its arguments are the network's outputs before the output
/// activation.
class Loss {
 public:
  virtual ~Loss() = default;
  /// The name that make_loss() takes: "huber", "quantile:0.9".
  virtual std::string name() const = 0;
  virtual OutputActivation output_activation() const { return OutputActivation::identity; }
  /// The gradient divided by the derivative of the value. scikit-learn averages the losses of a
  /// difference over the outputs, but does not divide their gradient by the number of outputs
  /// (scikit-learn #8349).
  virtual double gradient_factor(std::size_t /*outputs*/) const { return 1; }
  /// Errors: std::invalid_argument for targets for which the loss is not defined.
  virtual void check_targets(std::span<const float> /*targets*/) const {}
  /// Returns the weighted sum of the loss over the rows, in double. Writes d loss / d outputs,
  /// times the weight of the row, times `scale`. Shapes:  outputs, targets, gradient (n, outputs);
  /// weights (n) or empty.
  /// Errors: std::invalid_argument for shapes that differ, naming them.
  virtual double value_and_gradient(ConstView outputs, ConstView targets,
                                    std::span<const float> weights, float scale,
                                    View gradient) const = 0;
};

/// The loss of a network with members: the mean of the losses of each, and its gradient. Of outputs
/// (n, outputs), that of `loss`.
/// Shapes:  outputs and gradient (n, k, outputs) or (n, outputs), targets (n, outputs); weights (n),
///          (n, k) or empty.
/// Errors: std::invalid_argument for shapes that differ, naming them.
double loss_of_members(const Loss& loss, ConstView outputs, ConstView targets,
                       std::span<const float> weights, float scale, View gradient);

struct LossRow {
  /// A number that follows the loss's name after a colon: "quantile:0.9".
  struct Parameter {
    std::string name = {};  ///< empty: the loss takes none
    double otherwise = 0;   ///< its default
    double low = 0, high = 0;
    bool open = false;  ///< whether the bounds themselves are out of range
  };
  std::string name;
  std::string help = {};        ///< one line, with the formula
  bool classification = false;  ///< for classification (one-hot targets)
  bool regression = false;      ///< for regression
  std::function<std::unique_ptr<Loss>(double parameter)> make = {};
  Parameter parameter = {};
  bool one_output = false;  ///< for classification: two classes take one output
};

/// Whether a loss, or "auto", takes targets below 0. Errors: std::invalid_argument for an unknown name.
bool takes_negative_targets(const std::string& loss);

const Catalogue<LossRow>& loss_catalogue();
/// Adds a loss, which the option `loss` may name from then on.
/// Errors: std::invalid_argument for a name that is taken or is not a single word, and for a row
/// without `make`.
void register_loss(LossRow row);
std::vector<std::string> loss_names();
/// The row of a loss given by name, with or without a parameter: "quantile", "quantile:0.9".
/// Errors: std::invalid_argument with the nearest name.
const LossRow& find_loss(const std::string& name);
/// Errors: std::invalid_argument with the nearest name, or for a parameter that is out of range or
/// that the loss does not have.
std::unique_ptr<Loss> make_loss(const std::string& name);

}  // namespace hebb
