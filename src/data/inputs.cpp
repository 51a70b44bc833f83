#include "hebb/data/inputs.h"

#include <cstring>

#include "hebb/core/error.h"
#include "kernels/doubles.h"
#include "kernels/elementwise.h"

namespace hebb {

Inputs::Inputs(Tensor rows) : rows_(std::move(rows)) {
  check(rows_.shape().rank() >= 1, "inputs", "expected rows (samples, features), got ",
        rows_.shape());
}

Inputs::Inputs(Images images, std::vector<float> scale, std::vector<float> shift)
    : images_(std::move(images)), scale_(std::move(scale)), shift_(std::move(shift)) {
  check(images_.channels > 0 && scale_.size() == images_.channels &&
            shift_.size() == images_.channels,
        "inputs", "images of ", images_.channels, " channels with ", scale_.size(), " scales and ",
        shift_.size(), " shifts");
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

void Inputs::gather(std::span<const std::uint32_t> rows, float* out) const {
  const std::size_t size = features();
  if (scale_.empty()) {
    for (const auto row : rows) {
      std::memcpy(out, rows_.data() + row * size, size * sizeof(float));
      out += size;
    }
    return;
  }
  // The rows are far apart: each is asked for while others are worked on.
  constexpr std::size_t kAhead = 4, kLine = 64;
  const std::size_t plane = images_.height * images_.width;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::uint8_t* image = images_.pixels.get() + rows[r] * size;
    if (r + kAhead < rows.size())
      for (std::size_t at = 0; at < size; at += kLine)
        __builtin_prefetch(images_.pixels.get() + rows[r + kAhead] * size + at);
    for (std::size_t c = 0; c < images_.channels; ++c, image += plane, out += plane)
      kernels::bytes_to_floats(image, plane, scale_[c], shift_[c], out);
  }
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
  check(images_.channels > 0 && scale_.size() == images_.channels &&
            shift_.size() == images_.channels,
        "inputs", "images of ", images_.channels, " channels with ", scale_.size(), " scales and ",
        shift_.size(), " shifts");
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
  constexpr std::size_t kLine = 64;
  const auto* from =
      scale_.empty()
          ? reinterpret_cast<const std::uint8_t*>((rows_ ? rows_ : own_.data()) + row * features_)
          : images_.pixels.get() + row * features_;
  const std::size_t bytes = features_ * (scale_.empty() ? sizeof(double) : 1);
  for (std::size_t at = 0; at < bytes; at += kLine) __builtin_prefetch(from + at);
}

}  // namespace hebb
