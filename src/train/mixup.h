#pragma once

#include <cstdint>
#include <span>

#include "hebb/tensor/tensor.h"

namespace hebb {

/// Mixup: rows of a shard are joined in pairs, and each row of a pair becomes lambda of itself and
/// 1 - lambda of the other, its target likewise. Lambda is a pair's own, from Beta(alpha, alpha);
/// both have the same, so that over a pair nothing is lost. Who is joined with whom, and lambda,
/// are functions of (seed, epoch, the shard's rows). A row may be left alone.
/// Source:  Zhang et al., ICLR 2018; pairs by reversal as in timm, about a place drawn by lot.
class Mixup {
 public:
  /// alpha of 0 changes nothing.
  Mixup(double alpha, std::uint64_t seed) : alpha_(alpha), seed_(seed) {}

  /// Lambda of the pair whose first row this is, in [0, 1].
  double share(std::uint32_t epoch, std::uint32_t row) const;

  /// Mixes a shard in place. With `classes`, a target counts by the weight of its own sample: the
  /// loss of a row is lambda w L(target) + (1 - lambda) w' L(target'). Numbers are mixed by lambda
  /// alone, as the inputs are.
  /// Shapes:  rows (n), x (n, ...), targets (n, outputs), weights (n) or empty.
  void mix(std::uint32_t epoch, std::span<const std::uint32_t> rows, bool classes, View x,
           View targets, std::span<float> weights) const;

 private:
  double alpha_;
  std::uint64_t seed_;
};

}  // namespace hebb
