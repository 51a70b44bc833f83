#pragma once

#include <cstdint>
#include <span>

#include "hebb/tensor/tensor.h"

namespace hebb {

/// Mixup: the rows of a shard are paired, and each row x of a pair (x, x') becomes lambda x + (1 -
/// lambda) x', its target likewise. Lambda is drawn for each pair from Beta(alpha, alpha). Both
/// rows have the same lambda, so that the sum of a pair is preserved. The pairs and lambda are
/// functions of (seed, epoch, the shard's rows). A row may remain unpaired.
/// Source:  Zhang et al., ICLR 2018; pairs by reversal as in timm, about a random position.
class Mixup {
 public:
  /// alpha of 0 changes nothing.
  Mixup(double alpha, std::uint64_t seed) : alpha_(alpha), seed_(seed) {}

  /// Lambda of the pair whose first row is `row`, in [0, 1].
  double share(std::uint32_t epoch, std::uint32_t row) const;

  /// Mixes a shard in place. With `classes`, each target is weighted by the weight of its own
  /// sample: the loss of a row is lambda w L(target) + (1 - lambda) w' L(target'). Numbers are
  /// mixed by lambda alone, as the inputs are.
  /// Shapes:  rows (n), x (n, ...), targets (n, outputs), weights (n) or empty.
  void mix(std::uint32_t epoch, std::span<const std::uint32_t> rows, bool classes, View x,
           View targets, std::span<float> weights) const;

 private:
  double alpha_;
  std::uint64_t seed_;
};

}  // namespace hebb
