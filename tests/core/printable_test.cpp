#include "hebb/core/printable.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cwchar>
#include <random>
#include <string>

#include "core/utf8.h"

namespace hebb {
namespace {

std::string utf8_of(char32_t point) {
  const auto byte = [](char32_t value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0U | point >> 6U), byte(0x80U | (point & 0x3FU))};
  if (point < 0x10000)
    return {byte(0xE0U | point >> 12U), byte(0x80U | (point >> 6U & 0x3FU)),
            byte(0x80U | (point & 0x3FU))};
  return {byte(0xF0U | point >> 18U), byte(0x80U | (point >> 12U & 0x3FU)),
          byte(0x80U | (point >> 6U & 0x3FU)), byte(0x80U | (point & 0x3FU))};
}

TEST(Printable, EscapesControlCharacters) {
  EXPECT_EQ(printable("\x1b[31mred\x1b[0m"), R"(\x1b[31mred\x1b[0m)");
  EXPECT_EQ(printable("a\r\n\tb\b\a"), R"(a\r\n\tb\x08\x07)");
  EXPECT_EQ(printable(std::string(1, '\0') + "\x7F"), R"(\x00\x7f)");
  EXPECT_EQ(printable("\xC2\x9B"
                      "2J"),
            R"(\u009b2J)");
}

TEST(Printable, EscapesWhatChangesTheDirectionOrEndsALine) {
  for (char32_t point = 0x2000; point < 0x2070; ++point) {
    const bool unsafe = point == 0x200E || point == 0x200F ||
                        (point >= 0x2028 && point <= 0x202E) ||
                        (point >= 0x2066 && point <= 0x2069);
    EXPECT_EQ(printable(utf8_of(point)) != utf8_of(point), unsafe) << std::hex << unsigned{point};
  }
  EXPECT_EQ(printable("\u202Etxt.exe\u2066"), R"(\u202etxt.exe\u2066)");
  EXPECT_EQ(printable("\u061C"), R"(\u061c)");
}

TEST(Printable, EscapesBytesThatAreNotUtf8) {
  EXPECT_EQ(printable("caf\xE9"), R"(caf\xe9)");
  EXPECT_EQ(printable("\xE6\x97"), R"(\xe6\x97)");
  EXPECT_EQ(printable("\xC0\x9B"), R"(\xc0\x9b)");  // an over-long form of a control character
}

TEST(Printable, LeavesLettersOfAnyScriptAlone) {
  for (const char* text : {"", "plain text", R"(C:\new\x1b)", "café", "日本語", "שלום", "العربية",
                           "e\u0301", "👩\u200D👩\u200D👧", "❤\uFE0F", "\u00A0"})
    EXPECT_EQ(printable(text), text);
}

TEST(Printable, IsSafeAndStableForAnyBytes) {
  std::mt19937 random(7);
  const std::string_view often = "\x1b\xC2\x9B\xE2\x80\xAE\x80\xFF\r";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (std::size_t i = random() % 12; i > 0; --i)
      text += random() % 2 == 0 ? often[random() % often.size()] : static_cast<char>(random());
    const std::string out = printable(text);
    for (std::size_t at = 0; at < out.size();) {
      const std::size_t length = utf8_shown_length(std::string_view(out).substr(at));
      ASSERT_GT(length, 0U) << out;
      at += length;
    }
    EXPECT_EQ(printable(out), out);
    EXPECT_EQ(display_width(out), display_width(text)) << out;
    const auto cut = cut_to_width(text, 5);
    EXPECT_TRUE(text.starts_with(cut));
    EXPECT_LE(display_width(cut), 5U) << out;
    EXPECT_TRUE(out.starts_with(printable(cut))) << out;
  }
}

TEST(DisplayWidth, IsTwoForWideAndNoneForCombiningCharacters) {
  EXPECT_EQ(display_width("plain"), 5U);
  EXPECT_EQ(display_width("日本語のラベル"), 14U);
  EXPECT_EQ(display_width("한국어"), 6U);
  EXPECT_EQ(display_width("ＡＢ"), 4U);  // F
  EXPECT_EQ(display_width("ｱｲ"), 2U);    // halfwidth
  EXPECT_EQ(display_width("😀🎉"), 4U);
  EXPECT_EQ(display_width("e\u0301a\u0300"), 2U);
  EXPECT_EQ(display_width("שלום"), 4U);
  EXPECT_EQ(display_width("a\u200Bb\uFEFF"), 2U);
  EXPECT_EQ(display_width("\x1b"), 4U);  // \x1b
  EXPECT_EQ(display_width("\u202E"), 6U);
}

// The C library has tables of its own. Its two exceptions are wide there for the sake of their
// neighbours: circled numbers, of ambiguous width, and hexagrams, wide since Unicode 16.
TEST(DisplayWidth, IsThatOfTheCLibrary) {
  const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  ASSERT_NE(utf8, nullptr);
  const locale_t before = ::uselocale(utf8);
  std::size_t compared = 0;
  for (char32_t point = 0xA0; point < 0x30000; ++point) {
    if ((point >= 0x3248 && point <= 0x324F) || (point >= 0x4DC0 && point <= 0x4DFF)) continue;
    const std::string text = utf8_of(point);
    const int width = ::wcwidth(static_cast<wchar_t>(point));
    if (width < 0 || utf8_shown_length(text) == 0 || printable(text) != text) continue;
    ++compared;
    EXPECT_EQ(display_width(text), static_cast<std::size_t>(width)) << std::hex << unsigned{point};
  }
  ::uselocale(before);
  ::freelocale(utf8);
  EXPECT_GT(compared, 100000U);
}

TEST(CutToWidth, KeepsCharactersWhole) {
  EXPECT_EQ(cut_to_width("plain", 3), "pla");
  EXPECT_EQ(cut_to_width("plain", 9), "plain");
  EXPECT_EQ(cut_to_width("日本語", 5), "日本");
  EXPECT_EQ(cut_to_width("e\u0301x", 1), "e\u0301");
  EXPECT_EQ(cut_to_width("a\x1b", 4), "a");
  EXPECT_EQ(cut_to_width("日", 1), "");
}

TEST(ShownName, SaysThatANameIsEmptyAndCutsALongOne) {
  EXPECT_EQ(shown_name("setosa"), "setosa");
  EXPECT_EQ(shown_name(""), "(empty)");
  EXPECT_EQ(shown_name("  "), "'  '");
  EXPECT_EQ(shown_name("abcdef", 6), "abcdef");
  EXPECT_EQ(shown_name("abcdefg", 6), "abcde…");
  EXPECT_EQ(display_width(shown_name(std::string(8000, 'x'))), 60U);
  EXPECT_EQ(quoted_name(""), "''");
  EXPECT_EQ(quoted_name("abcdefg", 6), "'abcde…'");
}

}  // namespace
}  // namespace hebb
