#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hebb {

/// The purpose of a random number. Each purpose has its own stream of numbers. The bits of results
/// depend on these values, so they are never renumbered.
enum class Purpose : std::uint32_t {
  init = 1,
  shuffle = 2,
  split = 3,
  dropout = 4,
  data = 5,
  augment = 6,
  mixup = 7,
  folds = 8,
  tune = 9,
  bootstrap = 10,
  ensemble = 11,
  permutation = 12
};

/// A counter-based random number generator: every number is a pure function of (seed, purpose,
/// step, sample, element). So shuffling, dropout and resuming give the same bits on any thread and
/// in any order. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011
/// (Philox4x32-10).
class Random {
 public:
  Random(std::uint64_t seed, Purpose purpose, std::uint32_t step = 0)
      : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
        purpose_(static_cast<std::uint32_t>(purpose)),
        step_(step) {}

  /// Four independent 32-bit words for a sample and a block of elements.
  std::array<std::uint32_t, 4> bits(std::uint32_t sample, std::uint32_t block) const;

  /// Uniform in [0, 1), 53 bits.
  double uniform(std::uint32_t sample, std::uint32_t element) const;

  /// Standard normal (Box and Muller 1958).
  double normal(std::uint32_t sample, std::uint32_t element) const;

  std::uint64_t seed() const { return (std::uint64_t{key_[1]} << 32) | key_[0]; }

 private:
  std::array<std::uint32_t, 2> key_;
  std::uint32_t purpose_;
  std::uint32_t step_;
};

/// Shuffles `items` (Fisher and Yates). The order is a pure function of `random`.
void shuffle(std::span<std::uint32_t> items, const Random& random);

/// 0 .. n-1 in a random order.
std::vector<std::uint32_t> permutation(std::size_t n, const Random& random);

}  // namespace hebb
