#pragma once

#include <span>
#include <string>

#include "formats/image_decode.h"

namespace hebb {

/// One decoder per format, for bytes that begin like it. Errors: DataError as read_image().
ImageHeader read_png_header(std::span<const std::uint8_t> bytes, const std::string& name);
Raster decode_png(std::span<const std::uint8_t> bytes, const std::string& name);
ImageHeader read_jpeg_header(std::span<const std::uint8_t> bytes, const std::string& name);
Raster decode_jpeg(std::span<const std::uint8_t> bytes, const std::string& name);
ImageHeader read_pnm_header(std::span<const std::uint8_t> bytes, const std::string& name);
Raster decode_pnm(std::span<const std::uint8_t> bytes, const std::string& name);

/// Errors: DataError naming size and limit, unless an image of this size may be decoded.
void check_extent(std::uint64_t width, std::uint64_t height, const std::string& name);

}  // namespace hebb
