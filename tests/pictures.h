#pragma once

#include <cstdio>  // jpeglib.h wants it first
//
#include <jpeglib.h>
#include <png.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace hebb::test {

/// Samples row by row, the channels of a pixel side by side, to be packed into a file's bytes.
struct Picture {
  unsigned width = 1, height = 1;
  std::vector<std::uint8_t> samples = {};
};

/// What a PNG may be: samples of 16 bits are two bytes, high first; smaller ones are one byte each.
struct PngKind {
  int type = PNG_COLOR_TYPE_GRAY;
  int depth = 8;
  bool interlaced = false;
  std::vector<png_color> palette = {};
  std::vector<std::uint8_t> alphas = {};  ///< of the palette
};

inline std::string png_bytes(const Picture& picture, const PngKind& kind = {}) {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  std::string out;
  png_set_write_fn(
      png, &out,
      [](png_structp p, png_bytep data, std::size_t size) {
        static_cast<std::string*>(png_get_io_ptr(p))
            ->append(reinterpret_cast<const char*>(data), size);
      },
      [](png_structp) {});
  png_set_IHDR(png, info, picture.width, picture.height, kind.depth, kind.type,
               kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (!kind.palette.empty())
    png_set_PLTE(png, info, kind.palette.data(), static_cast<int>(kind.palette.size()));
  if (!kind.alphas.empty())
    png_set_tRNS(png, info, kind.alphas.data(), static_cast<int>(kind.alphas.size()), nullptr);
  png_write_info(png, info);
  png_set_packing(png);
  std::vector<std::uint8_t> samples = picture.samples;
  std::vector<png_bytep> rows(picture.height);
  const std::size_t row = samples.size() / picture.height;
  for (std::size_t y = 0; y < rows.size(); ++y) rows[y] = samples.data() + y * row;
  png_write_image(png, rows.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return out;
}

/// A JPEG of 1, 3 or, as CMYK, 4 channels, of the best quality.
inline std::string jpeg_bytes(const Picture& picture, int channels) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;  // the library's type
  jpeg_mem_dest(&info, &bytes, &size);
  info.image_width = picture.width;
  info.image_height = picture.height;
  info.input_components = channels;
  info.in_color_space = channels == 1 ? JCS_GRAYSCALE : channels == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 100, TRUE);
  jpeg_start_compress(&info, TRUE);
  std::vector<std::uint8_t> samples = picture.samples;
  for (unsigned y = 0; y < picture.height; ++y) {
    JSAMPROW row =
        samples.data() + std::size_t{y} * picture.width * static_cast<unsigned>(channels);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  std::string out(reinterpret_cast<const char*>(bytes), size);
  std::free(bytes);  // the library has taken it by malloc
  return out;
}

}  // namespace hebb::test
