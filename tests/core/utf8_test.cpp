#include "core/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace hebb {
namespace {

TEST(Utf8, MeasuresTheFirstCodePoint) {
  EXPECT_EQ(utf8_length("a"), 1U);
  EXPECT_EQ(utf8_length("\xC3\xA9x"), 2U);
  EXPECT_EQ(utf8_length("\xE2\x82\xAC"), 3U);
  EXPECT_EQ(utf8_length("\xF0\x9F\x98\x80"), 4U);
  EXPECT_EQ(utf8_length("\xF4\x8F\xBF\xBF"), 4U);
  EXPECT_EQ(utf8_length(std::string(1, '\0')), 1U);
}

TEST(Utf8, RefusesWhatIsNone) {
  for (const char* bytes :
       {"", "\x80", "\xC0\xAF", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xED\xA0\x80",
        "\xE2\x82", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"})
    EXPECT_EQ(utf8_length(bytes), 0U) << bytes;
}

TEST(Utf8, ControlCharactersAreNotShown) {
  for (const char* bytes : {"\t", "\n", "\x1B", "\x7F", "\xC2\x80", "\xC2\x9F"}) {
    EXPECT_GT(utf8_length(bytes), 0U);
    EXPECT_EQ(utf8_shown_length(bytes), 0U);
  }
  EXPECT_EQ(utf8_shown_length("\xC2\xA0"), 2U);
  EXPECT_EQ(utf8_shown_length("~"), 1U);
}

}  // namespace
}  // namespace hebb
