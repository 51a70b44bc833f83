#include "hebb/data/inputs.h"

#include <algorithm>
#include <cstring>

#include "augment/augment.h"
#include "data/entry.h"
#include "hebb/core/error.h"
#include "kernels/doubles.h"
#include "kernels/elementwise.h"

namespace hebb {
namespace {

template <class Number>
void check_scales(const Images& images, const std::vector<Number>& scale,
                  const std::vector<Number>& shift) {
  check_images(images);
  check(images.channels > 0 && scale.size() == images.channels && shift.size() == images.channels,
        "inputs", "images of ", images.channels, " channels with ", scale.size(), " scales and ",
        shift.size(), " shifts");
}

}  // namespace

Inputs::Inputs(Tensor rows) : rows_(std::move(rows)) {
  check(rows_.shape().rank() >= 1, "inputs", "expected rows (samples, features), got ",
        rows_.shape());
}

Inputs::Inputs(Images images, std::vector<float> scale, std::vector<float> shift)
    : images_(std::move(images)), scale_(std::move(scale)), shift_(std::move(shift)) {
  check_scales(images_, scale_, shift_);
}

std::size_t Inputs::samples() const {
  if (!scale_.empty()) return images_.count;
  return rows_.shape().rank() == 0 ? 0 : rows_.shape()[0];
}

std::size_t Inputs::features() const {
  return scale_.empty() && rows_.shape().rank() == 0 ? 0 : sample_shape().size();
}

Shape Inputs::sample_shape() const {
  if (!scale_.empty()) return {images_.channels, images_.height, images_.width};
  return rows_.shape().rank() == 0 ? Shape{} : rows_.shape().without_front();
}

// Rows are far apart in memory, so each is prefetched while earlier ones are processed.
constexpr std::size_t kAhead = 4, kLine = 64;

void Inputs::prefetch(std::span<const std::uint32_t> rows, std::size_t at) const {
  if (at >= rows.size()) return;
  const std::size_t size = images_.image_size();
  for (std::size_t byte = 0; byte < size; byte += kLine)
    __builtin_prefetch(images_.pixels.get() + rows[at] * size + byte);
}

// Shapes:  image (C, H, W) -> out (H, W, C)
template <class Pixel>
void Inputs::scale_image(const Pixel* image, float* out) const {
  const std::size_t channels = images_.channels, plane = images_.height * images_.width;
  if (channels == 3) {  // three streams into one, which compilers turn into vector instructions
    const Pixel *red = image, *green = image + plane, *blue = image + 2 * plane;
    const float s0 = scale_[0], s1 = scale_[1], s2 = scale_[2];
    const float a0 = shift_[0], a1 = shift_[1], a2 = shift_[2];
    for (std::size_t i = 0; i < plane; ++i) {
      out[3 * i] = static_cast<float>(red[i]) * s0 + a0;
      out[3 * i + 1] = static_cast<float>(green[i]) * s1 + a1;
      out[3 * i + 2] = static_cast<float>(blue[i]) * s2 + a2;
    }
    return;
  }
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t i = 0; i < plane; ++i)
      out[i * channels + c] = static_cast<float>(image[c * plane + i]) * scale_[c] + shift_[c];
}

void Inputs::check_rows(std::span<const std::uint32_t> rows) const {
  if (rows.empty()) return;
  const std::uint32_t highest = *std::ranges::max_element(rows);
  check(highest < samples(), "inputs", "row ", highest, " of ", samples(), " (counted from 0)");
}

void Inputs::gather(std::span<const std::uint32_t> rows, float* out) const {
  check_rows(rows);
  const std::size_t size = features();
  if (scale_.empty()) {
    for (const auto row : rows) {
      std::memcpy(out, rows_.data() + row * size, size * sizeof(float));
      out += size;
    }
    return;
  }
  for (std::size_t r = 0; r < rows.size(); ++r, out += size) {
    prefetch(rows, r + kAhead);
    const std::uint8_t* image = images_.pixels.get() + rows[r] * size;
    if (images_.channels == 1)
      kernels::bytes_to_floats(image, size, scale_[0], shift_[0], out);
    else
      scale_image(image, out);
  }
}

template <class SampleOf>
void Inputs::gather_changed(std::span<const std::uint32_t> rows, const Augmentation& augmentation,
                            std::uint64_t seed, std::uint32_t epoch, const SampleOf& sample_of,
                            float* out) const {
  check_rows(rows);
  const std::size_t size = features();
  thread_local std::vector<float> changed;  // (C, H, W)
  if (changed.size() < size) changed.resize(size);
  for (std::size_t r = 0; r < rows.size(); ++r, out += size) {
    prefetch(rows, r + kAhead);
    augmentation.apply(seed, epoch, sample_of(rows[r]), images_.pixels.get() + rows[r] * size,
                       images_.channels, images_.height, images_.width, changed.data());
    scale_image(changed.data(), out);
  }
}

void Inputs::gather_augmented(std::span<const std::uint32_t> rows, const Augmentation& augmentation,
                              std::uint64_t seed, std::uint32_t epoch, float* out) const {
  if (augmentation.empty()) return gather(rows, out);
  check(!scale_.empty(), "augment", "augmentation is for images; these are tables");
  gather_changed(
      rows, augmentation, seed, epoch, [](std::uint32_t row) { return row; }, out);
}

void Inputs::gather_copies(std::span<const std::uint32_t> rows, const Augmentation& augmentation,
                           std::uint64_t seed, std::uint32_t copy, float* out) const {
  check(!scale_.empty(), "tta", "averages over copies of images; these are tables");
  constexpr std::uint32_t kCopies = ~0U;  // no row of a data set
  gather_changed(
      rows, augmentation, seed, copy, [](std::uint32_t) { return kCopies; }, out);
}

DoubleInputs::DoubleInputs(std::vector<double> rows, std::size_t features)
    : own_(std::move(rows)),
      samples_(features > 0 ? own_.size() / features : 0),
      features_(features) {
  check(samples_ * features_ == own_.size(), "inputs", own_.size(), " numbers are no rows of ",
        features);
}

DoubleInputs DoubleInputs::refer_to(std::span<const double> rows, std::size_t features) {
  check(features > 0 && rows.size() % features == 0, "inputs", rows.size(),
        " numbers are no rows of ", features);
  DoubleInputs inputs;
  inputs.rows_ = rows.data();
  inputs.samples_ = rows.size() / features;
  inputs.features_ = features;
  return inputs;
}

DoubleInputs::DoubleInputs(Images images, std::vector<double> scale, std::vector<double> shift)
    : samples_(images.count),
      features_(images.image_size()),
      images_(std::move(images)),
      scale_(std::move(scale)),
      shift_(std::move(shift)) {
  check_scales(images_, scale_, shift_);
}

const double* DoubleInputs::row(std::size_t row, double* buffer) const {
  if (scale_.empty()) return (rows_ ? rows_ : own_.data()) + row * features_;
  const std::size_t plane = images_.height * images_.width;
  const std::uint8_t* image = images_.pixels.get() + row * features_;
  for (std::size_t c = 0; c < images_.channels; ++c)
    kernels::bytes_to_doubles(image + c * plane, plane, scale_[c], shift_[c], buffer + c * plane);
  return buffer;
}

void DoubleInputs::prefetch(std::size_t row) const {
  const auto* from =
      scale_.empty()
          ? reinterpret_cast<const std::uint8_t*>((rows_ ? rows_ : own_.data()) + row * features_)
          : images_.pixels.get() + row * features_;
  const std::size_t bytes = features_ * (scale_.empty() ? sizeof(double) : 1);
  for (std::size_t at = 0; at < bytes; at += kLine) __builtin_prefetch(from + at);
}

}  // namespace hebb
