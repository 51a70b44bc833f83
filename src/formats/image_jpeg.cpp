// JPEG by libjpeg-turbo, whose errors leave it by longjmp: as in image_png.cpp, every call is made
// inside Jpeg::guarded(), from a lambda that owns nothing. Missing data, which the library fills
// with grey with only a warning, is an error here.
#include <cstdio>  // jpeglib.h requires it first
//
#include <jerror.h>
#include <jpeglib.h>

#include <array>
#include <csetjmp>
#include <vector>

#include "formats/image_formats.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

using Bytes = std::span<const std::uint8_t>;

class Jpeg {
 public:
  Jpeg(Bytes bytes, const std::string& name) : name_(name), file_(bytes) {
    info_.err = jpeg_std_error(&errors_);
    errors_.error_exit = on_error;
    errors_.emit_message = on_message;
    info_.client_data = this;
    progress_.progress_monitor = on_progress;
  }
  Jpeg(const Jpeg&) = delete;
  Jpeg& operator=(const Jpeg&) = delete;
  ~Jpeg() { jpeg_destroy_decompress(&info_); }

  ImageHeader read_header() {
    guarded([this] {
      jpeg_create_decompress(&info_);
      info_.progress = &progress_;
      jpeg_mem_src(&info_, file_.data(), file_.size());
      jpeg_read_header(&info_, TRUE);
    });
    const std::uint64_t width = info_.image_width, height = info_.image_height;
    check_data(info_.num_components == 1 || info_.num_components == 3, name_, ": a JPEG of ",
               info_.num_components, " colours, ",
               info_.num_components == 4 ? "CMYK for print" : "of no known kind",
               "; expected grey or RGB: convert it");
    check_extent(width, height, name_);
    // A block of 8 x 8 takes at least one bit, and its channel may have 16 times fewer samples.
    constexpr std::uint64_t kMostPacking = std::uint64_t{8} * 64 * 16;
    check_data(info_.arith_code == TRUE || width * height <= file_.size() * kMostPacking, name_,
               ": its header claims ", width, " x ", height, " pixels, more than its ",
               file_.size(), " bytes can hold: cut short or damaged");
    return {.width = width, .height = height, .color = info_.num_components == 3};
  }

  void read_rows(std::uint8_t* to) {
    guarded([this, to] {
      info_.out_color_space = info_.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
      jpeg_start_decompress(&info_);
      const std::size_t row =
          std::size_t{info_.output_width} * static_cast<std::size_t>(info_.output_components);
      while (info_.output_scanline < info_.output_height) {
        JSAMPROW rows = to + info_.output_scanline * row;
        jpeg_read_scanlines(&info_, &rows, 1);
      }
      jpeg_finish_decompress(&info_);
    });
  }

 private:
  template <class Steps>
  void guarded(const Steps& steps) {
    if (!run(steps)) throw DataError(name_ + ": " + (cut_ ? "cut short" : message_.data()));
  }
  template <class Steps>
  bool run(const Steps& steps) {
    // The library reports errors only by longjmp.
    if (setjmp(jump_) != 0) return false;
    steps();
    return true;
  }

  [[noreturn]] static void on_error(j_common_ptr info) {
    auto& self = *static_cast<Jpeg*>(info->client_data);
    info->err->format_message(info, self.message_.data());
    std::longjmp(self.jump_, 1);
  }

  static void on_message(j_common_ptr info, int level) {
    if (level >= 0) return;  // a trace
    auto& self = *static_cast<Jpeg*>(info->client_data);
    const int code = info->err->msg_code;
    self.cut_ = code == JWRN_JPEG_EOF;
    // These warnings do not affect the image.
    if (code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_TOO_MUCH_DATA)
      return;
    on_error(info);
  }

  // Every scan of a progressive image processes the whole image, so a small file could keep a core
  // busy for hours. Encoders write about ten scans.
  static void on_progress(j_common_ptr info) {
    constexpr int kMostScans = 500;
    auto* const decompress = reinterpret_cast<j_decompress_ptr>(info);
    if (decompress->input_scan_number <= kMostScans) return;
    auto& self = *static_cast<Jpeg*>(info->client_data);
    std::snprintf(self.message_.data(), self.message_.size(), "more than %d scans", kMostScans);
    std::longjmp(self.jump_, 1);
  }

  const std::string& name_;
  Bytes file_;
  jpeg_decompress_struct info_ = {};
  jpeg_error_mgr errors_ = {};
  jpeg_progress_mgr progress_ = {};
  std::jmp_buf jump_ = {};
  bool cut_ = false;  // the decoder wanted more than the file has
  std::array<char, JMSG_LENGTH_MAX> message_ = {};
};

}  // namespace

ImageHeader read_jpeg_header(Bytes bytes, const std::string& name) {
  return Jpeg(bytes, name).read_header();
}

Raster decode_jpeg(Bytes bytes, const std::string& name) {
  Jpeg jpeg(bytes, name);
  const auto header = jpeg.read_header();
  Raster image{.width = header.width, .height = header.height};
  image.channels = header.color ? 3 : 1;
  image.pixels.resize(image.width * image.height * image.channels);
  jpeg.read_rows(image.pixels.data());
  return image;
}

}  // namespace hebb
