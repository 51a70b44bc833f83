#include "hebb/core/text.h"

#include <gtest/gtest.h>

namespace hebb {
namespace {

TEST(Text, GroupsDigitsByThree) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(18446744073709551615U), "18,446,744,073,709,551,615");
}

TEST(Text, CountsNouns) {
  EXPECT_EQ(counted(1, "sample"), "1 sample");
  EXPECT_EQ(counted(1797, "sample"), "1,797 samples");
  EXPECT_EQ(counted(10, "class"), "10 classes");
}

TEST(Text, GivesBytesTheUnitThatLeavesThreeDigits) {
  EXPECT_EQ(bytes_text(0), "0 bytes");
  EXPECT_EQ(bytes_text(999), "999 bytes");
  EXPECT_EQ(bytes_text(1000), "1.0 kB");
  EXPECT_EQ(bytes_text(2.55e6), "2.5 MB");
  EXPECT_EQ(bytes_text(123.4e9), "123 GB");
  EXPECT_EQ(bytes_text(3e21), "3000 EB");
}

TEST(Text, OfAFloatReadsBackTheSameFloat) {
  EXPECT_EQ(float_text(0.1F), "0.1");
  for (const float value : {1.0F / 3, 1e-30F, 16777216.0F, -0.0F})
    EXPECT_EQ(std::stof(float_text(value)), value);
}

TEST(Text, QuotesCellsAndWords) {
  EXPECT_EQ(csv_cell("plain"), "plain");
  EXPECT_EQ(csv_cell("coffee, black"), "\"coffee, black\"");
  EXPECT_EQ(csv_cell("12\" disk"), "\"12\"\" disk\"");
  EXPECT_EQ(shell_word("data/iris.csv"), "data/iris.csv");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("a b'c"), "'a b'\\''c'");
  EXPECT_EQ(shell_word("日本.csv"), "'日本.csv'");
}

TEST(Text, WordsForAShellArePrintable) {
  EXPECT_EQ(shell_word("a\x1b[31m.csv"), R"($'a\033[31m.csv')");
  EXPECT_EQ(shell_word("a\n'b\\.csv"), R"($'a\012\'b\\.csv')");
  EXPECT_EQ(shell_word("\u202E1"), R"($'\342\200\2561')");
}

}  // namespace
}  // namespace hebb
