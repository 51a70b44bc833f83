#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hebb/data/inputs.h"

namespace hebb::classical {

/// What LIBLINEAR is to learn.
struct LinearTask {
  const DoubleInputs* inputs = nullptr;
  std::span<const std::uint32_t> order = {};  // of the samples: those of a class stand together
  std::span<const double> targets =
      {};                             // by sample: numbers, or classes as 0, 1, ..., and as -1 and
                                      // 1 if there are two
  std::vector<double> class_weights;  // of classes; or empty
  bool classifies = true;
  bool squared = true;  // the loss
  bool l1 = false;      // the penalty
  bool dual = false;
  double C = 1, tol = 1e-4, epsilon = 0;
  std::optional<double> constant = {};  // the feature whose weight is the intercept
  std::uint64_t seed = 0;
};

struct LinearAnswer {
  std::vector<double> coef;  // (units, features)
  std::vector<double> intercept;
  bool converged = true;
};

/// Errors: std::invalid_argument unless LIBLINEAR has a solver for this loss, penalty and form.
void check_solver(const LinearTask& task);
/// Trains, in this process: prints nothing, and sets the seed of rand(). Returns what answer_of()
/// reads. Errors: std::invalid_argument as LIBLINEAR's own checks.
std::string train_liblinear(const LinearTask& task);
LinearAnswer answer_of(std::string bytes, const LinearTask& task);

}  // namespace hebb::classical
