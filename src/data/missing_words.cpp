#include "data/missing_words.h"

#include <algorithm>
#include <array>

namespace hebb {

bool is_missing_word(std::string_view text) {
  static constexpr std::array<std::string_view, 32> words = {
      "-",    "--",     "---",    "\u2013",  "\u2014",  "?",     ".",       "*",
      "#n/a", "#na",    "#null!", "#div/0!", "#value!", "#ref!", "#num!",   "#name?",
      "<na>", "(null)", "\\n",    "n/a",     "n.a.",    "na",    "nan",     "nat",
      "nil",  "none",   "null",   "missing", "n.d.",    "n/d",   "unknown", "unk"};
  constexpr std::size_t kLongest = 7;
  if (text.empty() || text.size() > kLongest) return false;
  return std::ranges::any_of(words, [&](std::string_view word) {
    return std::ranges::equal(text, word, [](char a, char b) {
      return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
    });
  });
}

}  // namespace hebb
