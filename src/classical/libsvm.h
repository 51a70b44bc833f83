#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "classical/bodies.h"
#include "hebb/data/inputs.h"

namespace hebb::classical {

/// What LIBSVM is to learn.
struct SvmTask {
  const DoubleInputs* inputs = nullptr;
  std::span<const std::uint32_t> order =
      {};                                // of the samples: those of a class stand together, classes
                                         // in their order
  std::span<const double> targets = {};  // by sample: numbers, or classes as 0, 1, ...
  std::size_t classes = 0;               // 0: a regression
  std::vector<double> class_weights;     // of classes; or empty
  SvmKernel kernel;
  double C = 1, epsilon = 0.1, tol = 1e-3, cache_megabytes = 200;
  bool shrinking = true, probability = false;
  std::uint64_t seed = 0;
};

/// Trains, in this process: prints nothing, and sets the seed of rand(). Returns what svm_body()
/// reads. Errors: std::invalid_argument as LIBSVM's own checks.
std::string train_libsvm(const SvmTask& task);
SvmBody svm_body(std::string bytes, const SvmTask& task);

}  // namespace hebb::classical
