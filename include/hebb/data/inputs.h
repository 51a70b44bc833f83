#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

/// What batches are gathered from: float32 rows, or images that stay bytes until they are batched
/// (value = byte * scale + shift, by channel).
class Inputs {
 public:
  Inputs() = default;
  /// Rows of shape (samples, features).
  explicit Inputs(Tensor rows);
  /// Errors: std::invalid_argument unless there is one scale and one shift a channel.
  Inputs(Images images, std::vector<float> scale, std::vector<float> shift);

  std::size_t samples() const;
  /// Numbers in one sample.
  std::size_t features() const;
  /// Of one sample: (features), or (C, H, W).
  Shape sample_shape() const;

  /// Writes the samples `rows`, in that order, to `out` (rows.size(), features).
  void gather(std::span<const std::uint32_t> rows, float* out) const;

 private:
  Tensor rows_;
  Images images_;
  std::vector<float> scale_, shift_;
};

}  // namespace hebb
