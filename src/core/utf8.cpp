#include "core/utf8.h"

namespace hebb {

std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned lead = byte(0);
  if (text.empty() || (lead >= 0x80 && lead < 0xC2) || lead > 0xF4) return 0;
  const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  const unsigned next = byte(1);
  const bool overlong = (lead == 0xE0 && next < 0xA0) || (lead == 0xF0 && next < 0x90);
  const bool surrogate = lead == 0xED && next > 0x9F;
  const bool beyond = lead == 0xF4 && next > 0x8F;
  return overlong || surrogate || beyond ? 0 : length;
}

std::size_t utf8_shown_length(std::string_view text) {
  const std::size_t length = utf8_length(text);
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const bool control = (length == 1 && (byte(0) < 0x20 || byte(0) == 0x7F)) ||
                       (length == 2 && byte(0) == 0xC2 && byte(1) < 0xA0);
  return control ? 0 : length;
}

}  // namespace hebb
