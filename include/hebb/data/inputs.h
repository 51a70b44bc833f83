#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hebb/augment/augmentation.h"
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

  /// Writes the samples `rows`, in that order, to `out` (rows.size(), features). Images lie
  /// channels last: (H, W, C), a pixel's channels side by side.
  void gather(std::span<const std::uint32_t> rows, float* out) const;

  /// The same with the images changed as `augmentation` has it for this seed and epoch; a row's
  /// change depends neither on the other rows nor on their order.
  /// Errors: std::invalid_argument for a table, unless the augmentation is empty.
  void gather_augmented(std::span<const std::uint32_t> rows, const Augmentation& augmentation,
                        std::uint64_t seed, std::uint32_t epoch, float* out) const;

  /// The same with all images changed alike, by the change that seed and `copy` have: what comes of
  /// an image does not depend on its row.
  /// Errors: std::invalid_argument for a table.
  void gather_copies(std::span<const std::uint32_t> rows, const Augmentation& augmentation,
                     std::uint64_t seed, std::uint32_t copy, float* out) const;

 private:
  // Changes each image as that of the sample that sample_of(row) says.
  template <class SampleOf>
  void gather_changed(std::span<const std::uint32_t> rows, const Augmentation& augmentation,
                      std::uint64_t seed, std::uint32_t epoch, const SampleOf& sample_of,
                      float* out) const;
  // Has the image of the row `at` positions on brought nearer.
  void prefetch(std::span<const std::uint32_t> rows, std::size_t at) const;
  template <class Pixel>
  void scale_image(const Pixel* image, float* out) const;

  Tensor rows_;
  Images images_;
  std::vector<float> scale_, shift_;
};

/// The same in double, a row at a time, for models that compute in double.
class DoubleInputs {
 public:
  DoubleInputs() = default;
  /// Rows of `features` numbers, row-major. Errors: std::invalid_argument if they do not come out
  /// even.
  DoubleInputs(std::vector<double> rows, std::size_t features);
  /// Rows that stand elsewhere and stay there as long as this is used.
  static DoubleInputs refer_to(std::span<const double> rows, std::size_t features);
  /// value = byte * scale + shift, by channel. Errors: as Inputs.
  DoubleInputs(Images images, std::vector<double> scale, std::vector<double> shift);

  std::size_t samples() const { return samples_; }
  /// Numbers in one sample.
  std::size_t features() const { return features_; }
  /// The sample `row`: where it stands, or converted to `buffer` (features()).
  const double* row(std::size_t row, double* buffer) const;
  /// Of a table, all rows one behind another; otherwise null.
  const double* table() const { return scale_.empty() ? (rows_ ? rows_ : own_.data()) : nullptr; }
  /// Has the sample `row` brought nearer.
  void prefetch(std::size_t row) const;

 private:
  std::vector<double> own_;
  const double* rows_ = nullptr;  // of others; otherwise own_ or images_
  std::size_t samples_ = 0, features_ = 0;
  Images images_;
  std::vector<double> scale_, shift_;
};

}  // namespace hebb
