#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hebb/augment/augmentation.h"
#include "hebb/data/dataset.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

/// The data from which batches are gathered: float32 rows, or images that are stored as bytes and
/// converted batch by batch (value = byte * scale + shift, by channel).
class Inputs {
 public:
  Inputs() = default;
  /// Rows of shape (samples, features).
  explicit Inputs(Tensor rows);
  /// Errors: std::invalid_argument unless there is one scale and one shift per channel, or for images
  /// without pixels.
  Inputs(Images images, std::vector<float> scale, std::vector<float> shift);

  std::size_t samples() const;
  /// Numbers in one sample.
  std::size_t features() const;
  /// The shape of one sample: (features) or (C, H, W).
  Shape sample_shape() const;

  /// Writes the samples `rows`, in that order, to `out` (rows.size(), features). Images are written
  /// channels last, (H, W, C).
  /// Errors of all gathers: std::invalid_argument for a row that does not exist.
  void gather(std::span<const std::uint32_t> rows, float* out) const;

  /// As gather(), with each image changed by `augmentation` for this seed and epoch. The change of
  /// a row depends neither on the other rows nor on their order.
  /// Errors: std::invalid_argument for a table, unless the augmentation is empty.
  void gather_augmented(std::span<const std::uint32_t> rows, const Augmentation& augmentation,
                        std::uint64_t seed, std::uint32_t epoch, float* out) const;

  /// As gather(), with the same change applied to every image. `seed` and `copy` determine the
  /// change; the row does not affect it.
  /// Errors: std::invalid_argument for a table.
  void gather_copies(std::span<const std::uint32_t> rows, const Augmentation& augmentation,
                     std::uint64_t seed, std::uint32_t copy, float* out) const;

 private:
  // Applies to the image of each row the change of the sample sample_of(row).
  template <class SampleOf>
  void gather_changed(std::span<const std::uint32_t> rows, const Augmentation& augmentation,
                      std::uint64_t seed, std::uint32_t epoch, const SampleOf& sample_of,
                      float* out) const;
  void check_rows(std::span<const std::uint32_t> rows) const;
  // Prefetches the image of rows[at], if there is one.
  void prefetch(std::span<const std::uint32_t> rows, std::size_t at) const;
  template <class Pixel>
  void scale_image(const Pixel* image, float* out) const;

  Tensor rows_;
  Images images_;
  std::vector<float> scale_, shift_;
};

/// As Inputs, but in double and row by row, for models that compute in double.
class DoubleInputs {
 public:
  DoubleInputs() = default;
  /// Rows of `features` numbers, row-major. Errors: std::invalid_argument if the number of values
  /// is not a multiple of `features`.
  DoubleInputs(std::vector<double> rows, std::size_t features);
  /// Refers to rows that are owned elsewhere and must outlive this object.
  static DoubleInputs refer_to(std::span<const double> rows, std::size_t features);
  /// value = byte * scale + shift, by channel. Errors: as Inputs.
  DoubleInputs(Images images, std::vector<double> scale, std::vector<double> shift);

  std::size_t samples() const { return samples_; }
  /// Numbers in one sample.
  std::size_t features() const { return features_; }
  /// A pointer to the sample `row`: in place, or converted into `buffer` of features() numbers. The
  /// row is not checked, as this is called for every sample of every pass.
  const double* row(std::size_t row, double* buffer) const;
  /// For a table, all rows contiguously; otherwise nullptr.
  const double* table() const { return scale_.empty() ? (rows_ ? rows_ : own_.data()) : nullptr; }
  /// Prefetches the sample `row` into the cache. The row is not checked.
  void prefetch(std::size_t row) const;

 private:
  std::vector<double> own_;
  const double* rows_ = nullptr;  // owned elsewhere; otherwise own_ or images_
  std::size_t samples_ = 0, features_ = 0;
  Images images_;
  std::vector<double> scale_, shift_;
};

}  // namespace hebb
