#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hebb {

/// The largest number of pixels of one image, checked in its header before it is decoded: 100
/// million.
constexpr std::uint64_t kMostPixels = 100'000'000;

/// The contents of an image's header. `color` is false if the format makes every pixel grey.
struct ImageHeader {
  std::size_t width = 0, height = 0;
  bool color = false;
};

/// A decoded image, row by row, with interleaved channels: 1 for grey or 3 for RGB.
struct Raster {
  std::size_t channels = 1, width = 0, height = 0;
  std::vector<std::uint8_t> pixels = {};
};

/// Whether the bytes begin like one of the supported formats: PNG, JPEG, PGM, PPM.
bool looks_like_image(std::span<const std::uint8_t> bytes);

/// Read the header, or the whole image, in the format that the beginning of the bytes shows. `name`
/// is the file name in messages. A transparent PNG is blended onto white; samples of 16 bits are
/// scaled to 8.
/// Errors: DataError as read_image().
ImageHeader read_image_header(std::span<const std::uint8_t> bytes, const std::string& name);
Raster decode_image(std::span<const std::uint8_t> bytes, const std::string& name);

}  // namespace hebb
