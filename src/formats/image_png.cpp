// PNG by libpng. It reports errors by longjmp, which must not skip the destructor of any object:
// every call is made inside Png::guarded(), from a lambda that owns nothing. Gamma and colour
// profiles are ignored, so that a sample of 8 bits is the byte in the file.
#include <png.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include "formats/image_formats.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

using Bytes = std::span<const std::uint8_t>;

class Png {
 public:
  Png(Bytes bytes, const std::string& name) : name_(name), file_(bytes), left_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
    if (info_ == nullptr) {
      destroy();
      throw std::runtime_error(name + ": no memory to read it");
    }
    png_set_read_fn(png_, this, on_read);
  }
  Png(const Png&) = delete;
  Png& operator=(const Png&) = delete;
  ~Png() { destroy(); }

  ImageHeader read_header() {
    guarded([this] {
      // We check the size limit ourselves, with our own message. Text and profile chunks are not
      // read, because they could unpack to any size.
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, kUnread.data(),
                                  static_cast<int>(kUnread.size() / kChunkName));
      png_read_info(png_, info_);
    });
    const ImageHeader header{.width = png_get_image_width(png_, info_),
                             .height = png_get_image_height(png_, info_),
                             .color = is_colored()};
    check_extent(header.width, header.height, name_);
    // Deflate compresses at most 1032 bytes into one.
    constexpr std::uint64_t kMostPacking = 1032;
    check_data(header.height * png_get_rowbytes(png_, info_) <= file_.size() * kMostPacking, name_,
               ": its header claims ", header.width, " x ", header.height,
               " pixels, more than its ", file_.size(), " bytes can hold: cut short or damaged");
    return header;
  }

  /// Returns the number of channels in the rows, including alpha if there is any: 1 to 4.
  std::size_t prepare_rows() {
    guarded([this] {
      png_set_expand(png_);
      png_set_scale_16(png_);
      png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
    });
    return png_get_channels(png_, info_);
  }

  void read_rows(std::vector<std::uint8_t*>& rows) {
    std::uint8_t** const to = rows.data();
    guarded([this, to] {
      png_read_image(png_, to);
      png_read_end(png_, nullptr);
    });
  }

 private:
  static constexpr std::size_t kChunkName = 5;
  static constexpr std::array<png_byte, 4 * kChunkName> kUnread = {
      'i', 'C', 'C', 'P', 0, 'i', 'T', 'X', 't', 0, 't', 'E', 'X', 't', 0, 'z', 'T', 'X', 't', 0};

  template <class Steps>
  void guarded(const Steps& steps) {
    if (!run(steps)) throw DataError(name_ + ": " + (cut_ ? "cut short" : message_.data()));
  }
  template <class Steps>
  bool run(const Steps& steps) {
    // libpng reports errors only by longjmp.
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    steps();
    return true;
  }

  bool is_colored() const {
    const int type = png_get_color_type(png_, info_);
    if (type != PNG_COLOR_TYPE_PALETTE) return (type & PNG_COLOR_MASK_COLOR) != 0;
    png_colorp colors = nullptr;
    int count = 0;
    png_get_PLTE(png_, info_, &colors, &count);
    return std::any_of(colors, colors + count, [](const png_color& color) {
      return color.red != color.green || color.green != color.blue;
    });
  }

  static void on_read(png_structp png, png_bytep to, std::size_t size) {
    auto& self = *static_cast<Png*>(png_get_io_ptr(png));
    self.cut_ = size > self.left_.size();
    if (self.cut_) png_error(png, "cut short");
    std::copy_n(self.left_.data(), size, to);
    self.left_ = self.left_.subspan(size);
  }
  [[noreturn]] static void on_error(png_structp png, png_const_charp message) {
    auto& self = *static_cast<Png*>(png_get_error_ptr(png));
    std::strncpy(self.message_.data(), message, self.message_.size() - 1);
    png_longjmp(png, 1);
  }
  static void on_warning(png_structp, png_const_charp) {}

  void destroy() { png_destroy_read_struct(&png_, &info_, nullptr); }

  const std::string& name_;
  Bytes file_, left_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  bool cut_ = false;                    // the decoder wanted more than the file has
  std::array<char, 200> message_ = {};  // libpng's; not a string, because of longjmp
};

// Blends pixels, whose last channel is alpha, onto white and removes that channel, in place.
void drop_alpha(Raster& image, std::size_t channels) {
  const std::uint8_t* from = image.pixels.data();
  std::uint8_t* to = image.pixels.data();
  for (std::size_t i = image.width * image.height; i > 0; --i, from += channels) {
    const unsigned alpha = from[channels - 1];
    for (std::size_t c = 0; c + 1 < channels; ++c)
      *to++ = static_cast<std::uint8_t>((from[c] * alpha + 255U * (255U - alpha) + 127U) / 255U);
  }
  image.pixels.resize(static_cast<std::size_t>(to - image.pixels.data()));
}

}  // namespace

ImageHeader read_png_header(Bytes bytes, const std::string& name) {
  return Png(bytes, name).read_header();
}

Raster decode_png(Bytes bytes, const std::string& name) {
  Png png(bytes, name);
  const auto header = png.read_header();
  const std::size_t channels = png.prepare_rows();
  Raster image{.width = header.width, .height = header.height};
  image.channels = channels < 3 ? 1 : 3;
  image.pixels.resize(header.width * header.height * channels);
  std::vector<std::uint8_t*> rows(header.height);
  for (std::size_t y = 0; y < rows.size(); ++y)
    rows[y] = image.pixels.data() + y * header.width * channels;
  png.read_rows(rows);
  if (channels != image.channels) drop_alpha(image, channels);
  return image;
}

}  // namespace hebb
