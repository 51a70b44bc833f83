#include "hebb/core/catalogue.h"

#include <algorithm>

namespace hebb {

bool is_same_word(std::string_view name, std::string_view written) {
  return std::ranges::equal(name, written, [](char own, char other) {
    return own == other || (own == '_' && other == '-');
  });
}

bool is_word(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && std::ranges::all_of(text, allowed);
}

}  // namespace hebb
