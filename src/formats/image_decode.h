#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hebb {

/// Pixels that one image may have, held against its header before it is decoded: 100 million.
constexpr std::uint64_t kMostPixels = 100'000'000;

/// What an image's header says; `color` is false where every pixel is grey by its format.
struct ImageHeader {
  std::size_t width = 0, height = 0;
  bool color = false;
};

/// A decoded image, row by row, the channels of a pixel side by side: 1 of grey or 3 of RGB.
struct Raster {
  std::size_t channels = 1, width = 0, height = 0;
  std::vector<std::uint8_t> pixels = {};
};

/// Whether the bytes begin as one of the formats that are read: PNG, JPEG, PGM, PPM.
bool looks_like_image(std::span<const std::uint8_t> bytes);

/// The header, and the whole image, of the format that the bytes begin as. `name` stands for the
/// file in messages. A transparent PNG is laid on white; samples of 16 bits are scaled to 8.
/// Errors: DataError as read_image().
ImageHeader read_image_header(std::span<const std::uint8_t> bytes, const std::string& name);
Raster decode_image(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace hebb
