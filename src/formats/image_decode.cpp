#include "formats/image_decode.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "formats/image_formats.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

using Bytes = std::span<const std::uint8_t>;
using namespace std::string_view_literals;

struct Format {
  bool (*is_mine)(std::string_view start);
  ImageHeader (*header)(Bytes bytes, const std::string& name);
  Raster (*decode)(Bytes bytes, const std::string& name);
};

bool is_png(std::string_view start) { return start.starts_with("\x89PNG\r\n\x1a\n"sv); }
bool is_jpeg(std::string_view start) { return start.starts_with("\xff\xd8\xff"sv); }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// A table may also begin with P and a digit, but three numbers are unlikely to follow.
bool is_pnm(std::string_view start) {
  if (start.size() < 3 || start[0] != 'P' || "2356"sv.find(start[1]) == std::string_view::npos ||
      !is_space(start[2]))
    return false;
  const auto next = std::ranges::find_if_not(start.substr(2), is_space);
  return next != start.end() && (*next == '#' || (*next >= '0' && *next <= '9'));
}

constexpr Format kFormats[] = {{is_png, read_png_header, decode_png},
                               {is_jpeg, read_jpeg_header, decode_jpeg},
                               {is_pnm, read_pnm_header, decode_pnm}};

std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

const Format* find_format(Bytes bytes) {
  constexpr std::size_t kStart = 64;
  const auto start = text_of(bytes.first(std::min(bytes.size(), kStart)));
  const auto* const found = std::ranges::find_if(
      kFormats, [start](const Format& format) { return format.is_mine(start); });
  return found == std::end(kFormats) ? nullptr : found;
}

// A description of content that often has an image's file name but cannot be read.
std::string guess(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, const char*>, 8> kOthers = {
      {{"GIF8"sv, "a GIF"},
       {"BM"sv, "a BMP"},
       {"II*\0"sv, "a TIFF"},
       {"MM\0*"sv, "a TIFF"},
       {"P1"sv, "a PBM"},
       {"P4"sv, "a PBM"},
       {"\x1f\x8b"sv, "gzip"},
       {"%PDF"sv, "a PDF"}}};
  for (const auto& [start, what] : kOthers)
    if (text.starts_with(start)) return what;
  if (text.starts_with("RIFF") && text.substr(std::min<std::size_t>(8, text.size()), 4) == "WEBP")
    return "a WebP";
  if (text.substr(std::min<std::size_t>(4, text.size()), 4) == "ftyp") return "an AVIF or HEIC";
  const auto first = std::ranges::find_if_not(text, is_space);
  return first != text.end() && *first == '<' ? "HTML, XML or SVG" : "no image that is known";
}

const Format& format_of(Bytes bytes, const std::string& name) {
  check_data(!bytes.empty(), name, ": the file is empty");
  const Format* const format = find_format(bytes);
  check_data(format != nullptr, name, ": byte 0: this is ", guess(text_of(bytes)),
             "; expected PNG, JPEG, PGM or PPM");
  return *format;
}

}  // namespace

bool looks_like_image(Bytes bytes) { return find_format(bytes) != nullptr; }

ImageHeader read_image_header(Bytes bytes, const std::string& name) {
  return format_of(bytes, name).header(bytes, name);
}

Raster decode_image(Bytes bytes, const std::string& name) {
  return format_of(bytes, name).decode(bytes, name);
}

void check_extent(std::uint64_t width, std::uint64_t height, const std::string& name) {
  check_data(width > 0 && height > 0, name, ": an image of ", width, " x ", height, " pixels");
  check_data(width <= kMostPixels && height <= kMostPixels / width, name, ": an image of ", width,
             " x ", height, " pixels, over the limit of ", kMostPixels);
}

}  // namespace hebb
