#include "hebb/data/inputs.h"

#include <cstring>

#include "hebb/core/error.h"
#include "hebb/kernels/elementwise.h"

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

}  // namespace hebb
