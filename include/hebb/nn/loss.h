#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hebb/tensor/tensor.h"

namespace hebb {

/// What turns a network's outputs into predictions, where the network itself does not.
enum class OutputActivation { identity, logistic, softmax };

/// What training lowers. It takes the network's outputs before the output activation.
class Loss {
 public:
  virtual ~Loss() = default;
  virtual std::string name() const = 0;
  virtual OutputActivation output_activation() const { return OutputActivation::identity; }
  /// By how much the gradient exceeds the derivative of the value: scikit-learn reports the losses
  /// of a difference as a mean over outputs, but does not divide their gradient (scikit-learn
  /// #8349).
  virtual double gradient_factor(std::size_t /*outputs*/) const { return 1; }
  /// The weighted sum over rows of the loss, in double; writes d loss / d outputs, times the weight
  /// of the row, times `scale`. Shapes:  outputs, targets, gradient (n, outputs); weights (n) or
  /// empty.
  virtual double value_and_gradient(ConstView outputs, ConstView targets,
                                    std::span<const float> weights, float scale,
                                    View gradient) const = 0;
};

struct LossRow {
  std::string name;
  std::string help;     ///< one line, with the formula
  bool classification;  ///< needs classes (one-hot targets)
  bool regression;      ///< serves numbers
  std::unique_ptr<Loss> (*make)();
};

const std::vector<LossRow>& loss_catalogue();
std::vector<std::string> loss_names();
/// Errors: std::invalid_argument with the nearest name.
std::unique_ptr<Loss> make_loss(const std::string& name);

}  // namespace hebb
