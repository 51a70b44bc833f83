// PGM and PPM, written as text (P2, P3) or as bytes (P5, P6): a header of width, height and the
// highest value, with comments from '#' to the line's end, then the samples.
// Source: the Netpbm manual pages pgm(5) and ppm(5).
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "formats/image_formats.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

using Bytes = std::span<const std::uint8_t>;

class Pnm {
 public:
  Pnm(Bytes bytes, const std::string& name) : bytes_(bytes), name_(name) {
    header_.color = kind() == '3' || kind() == '6';
    const std::uint64_t width = number("the width"), height = number("the height");
    check_extent(width, height, name_);
    header_.width = width;
    header_.height = height;
    skip_blanks();
    const std::size_t at = at_;
    most_ = number("the highest value");
    check_data(most_ > 0 && most_ <= 65535, name_, ": byte ", at, ": the highest value is ", most_,
               ", expected 1 to 65535");
    // As text, every sample takes at least a blank and a digit.
    const std::uint64_t needed = samples() * (is_text() ? 2 : sample_bytes());
    if (!is_text()) ++at_;  // one blank, whatever the next byte is
    const std::size_t left = bytes_.size() - std::min(at_, bytes_.size());
    check_data(needed <= left, name_, ": cut short: ", header_.width, " x ", header_.height,
               " pixels need ", needed, " bytes behind the header, there are ", left);
    check_data(is_text() || needed == left, name_, ": byte ", at_ + needed, ": ", left - needed,
               " bytes too many");
  }

  const ImageHeader& header() const { return header_; }

  Raster read() {
    Raster image{.width = header_.width, .height = header_.height};
    image.channels = header_.color ? 3 : 1;
    image.pixels.resize(samples());
    for (auto& pixel : image.pixels) {
      if (is_text()) skip_blanks();
      const std::size_t at = at_;
      const std::uint64_t value = is_text() ? number("a sample") : binary();
      check_data(value <= most_, name_, ": byte ", at, ": a sample of ", value,
                 ", above the highest value ", most_);
      pixel = static_cast<std::uint8_t>((value * 255 + most_ / 2) / most_);
    }
    if (is_text()) skip_blanks();
    check_data(at_ == bytes_.size(), name_, ": byte ", at_, ": ", bytes_.size() - at_,
               " bytes too many");
    return image;
  }

 private:
  char kind() const { return static_cast<char>(bytes_[1]); }
  bool is_text() const { return kind() == '2' || kind() == '3'; }
  std::uint64_t samples() const { return header_.width * header_.height * (header_.color ? 3 : 1); }
  std::uint64_t sample_bytes() const { return most_ > 255 ? 2 : 1; }

  void skip_blanks() {
    for (bool comment = false; at_ < bytes_.size(); ++at_) {
      const auto c = static_cast<char>(bytes_[at_]);
      if (c == '\n') comment = false;
      if (c == '#') comment = true;
      if (!comment && c != ' ' && (c < '\t' || c > '\r')) return;
    }
  }

  std::uint64_t number(std::string_view what) {
    skip_blanks();
    const std::size_t begin = at_;
    std::uint64_t value = 0;
    constexpr std::size_t kMostDigits = 10;
    for (; at_ < bytes_.size() && bytes_[at_] >= '0' && bytes_[at_] <= '9'; ++at_) {
      check_data(at_ - begin < kMostDigits, name_, ": byte ", begin, ": ", what, " is too large");
      value = value * 10 + (bytes_[at_] - std::uint64_t{'0'});
    }
    check_data(begin < bytes_.size(), name_, ": cut short before ", what);
    check_data(at_ > begin, name_, ": byte ", begin, ": expected ", what, ", a whole number");
    return value;
  }

  std::uint64_t binary() {
    std::uint64_t value = bytes_[at_++];
    if (sample_bytes() == 2) value = value << 8U | bytes_[at_++];
    return value;
  }

  Bytes bytes_;
  const std::string& name_;
  ImageHeader header_;
  std::uint64_t most_ = 0;
  std::size_t at_ = 2;
};

}  // namespace

ImageHeader read_pnm_header(Bytes bytes, const std::string& name) {
  return Pnm(bytes, name).header();
}

Raster decode_pnm(Bytes bytes, const std::string& name) { return Pnm(bytes, name).read(); }

}  // namespace hebb
