#include "data/labels.h"

#include <gtest/gtest.h>

namespace hebb {
namespace {

using Texts = std::vector<std::string>;

TEST(ExactValue, IsTheSameForEqualNumbersOnly) {
  for (const char* seven : {"7", "007", "+7", "7.0", "7.", "70e-1", "0.7E+1"})
    EXPECT_EQ(exact_value(seven), exact_value("7")) << seven;
  for (const char* zero : {"0", "-0", "0.00", "0e5"}) EXPECT_EQ(exact_value(zero), "0") << zero;
  for (const char* other : {"70", "-7", "0.7", "7.0000000000000000001"})
    EXPECT_NE(exact_value(other), exact_value("7")) << other;
  EXPECT_NE(exact_value("9007199254740993"), exact_value("9007199254740992"));
  EXPECT_EQ(exact_value("123456789012345678901234567890"),
            exact_value("12345678901234567890123456789e1"));
}

TEST(ExactValue, IsEmptyForOtherTexts) {
  for (const char* text : {"", "-", ".", "a", "1a", "1e", "1e+-2", "+-1", "--1", "1,5", "0x10",
                           "nan", "inf", "1e99999999999999999999"})
    EXPECT_EQ(exact_value(text), "") << text;
}

TEST(SortLabels, IsByTheExactValueOfNumbers) {
  Texts labels = {"9007199254740993", "10", "+9007199254740992", "-9007199254740993",
                  "-9007199254740992"};
  sort_labels(labels);
  EXPECT_EQ(labels, (Texts{"-9007199254740993", "-9007199254740992", "10", "+9007199254740992",
                           "9007199254740993"}));
}

TEST(LabelIndex, FindsByTextAndThenByValue) {
  const LabelIndex index(Texts{"0.0", "01", "+2"});
  EXPECT_TRUE(index.by_value());
  EXPECT_EQ(index.find("0"), 0U);
  EXPECT_EQ(index.find("1.0"), 1U);
  EXPECT_EQ(index.find("2"), 2U);
  EXPECT_FALSE(index.find("3"));
  EXPECT_FALSE(index.find("x"));
}

TEST(LabelIndex, FindsByTextAloneIfSomeAreNoNumbersOrEqual) {
  const LabelIndex codes(Texts{"1e5", "a3f"});
  EXPECT_FALSE(codes.by_value());
  EXPECT_FALSE(codes.find("100000"));
  const LabelIndex equal(Texts{"02138", "2138"});
  EXPECT_FALSE(equal.by_value());
  EXPECT_EQ(equal.find("2138"), 1U);
  EXPECT_FALSE(equal.find("2138.0"));
}

Target spelt(const Texts& texts) {
  Target target{.names = {"y"}};
  for (const auto& text : texts) target.values.push_back(finite_number(text).value());
  keep_spelling(target, [&](std::size_t row) { return texts[row]; });
  return target;
}

TEST(KeepSpelling, KeepsTheFirstSpellingOfANumber) {
  const Target target = spelt({"007", "7", "1", "7.0"});
  EXPECT_EQ(target.spelling, (std::map<double, std::string>{{7, "007"}}));
  EXPECT_EQ(target.alike, (Texts{"007", "7"}));
  EXPECT_TRUE(target.exact.values.empty());
  EXPECT_EQ(to_classes(target).classes, (Texts{"1", "007"}));
  EXPECT_TRUE(spelt({"1", "2", "1"}).alike.empty());
}

TEST(KeepSpelling, KeepsIntegersThatADoubleRounds) {
  const Target target = spelt({"9007199254740993", "9007199254740992", "+9007199254740993"});
  EXPECT_EQ(target.exact.labels, (Texts{"9007199254740992", "9007199254740993"}));
  EXPECT_EQ(target.exact.values, (std::vector<std::uint32_t>{1, 0, 1}));
  const Target classes = to_classes(target);
  EXPECT_EQ(classes.classes, target.exact.labels);
  EXPECT_EQ(classes.values, (std::vector<double>{1, 0, 1}));
  EXPECT_TRUE(classes.exact.values.empty());
}

TEST(KeepSpelling, KeepsNothingOfFractions) {
  const Target target = spelt({"9007199254740993", "0.5", "007", "7"});
  EXPECT_TRUE(target.exact.values.empty() && target.spelling.empty() && target.alike.empty());
}

Dataset exact_rows() {
  return Dataset::from_values(
      std::vector<double>{1, 2, 3, 4}, {4, 1},
      spelt({"9007199254740993", "9007199254740992", "9007199254740993", "9007199254740992"}));
}

TEST(Dataset, SelectsExactLabels) {
  const Dataset part = exact_rows().select(std::vector<std::uint32_t>{3, 0});
  EXPECT_EQ(part.target().exact.values, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(exact_rows().slice(1, 2).with_classes().target().values, (std::vector<double>{0}));
}

TEST(Dataset, HashesAndStratifiesExactLabels) {
  Target nearest{.names = {"y"}, .values = exact_rows().target().values};
  const auto rounded =
      Dataset::from_values(std::vector<double>{1, 2, 3, 4}, {4, 1}, std::move(nearest));
  EXPECT_NE(exact_rows().hash(), rounded.hash());
  const auto [train, test] = exact_rows().split({.test_size = 0.5, .stratify = true});
  EXPECT_NE(test.target().exact.values[0], test.target().exact.values[1]);
}

TEST(Dataset, RejectsExactLabelsThatDoNotMatch) {
  Target target{.names = {"y"}, .values = {1, 2}};
  target.exact = {.values = {0}, .labels = {"1"}};
  EXPECT_THROW(Dataset::from_values(std::vector<double>{1, 2}, {2, 1}, target),
               std::invalid_argument);
  target.exact = {.values = {0, 1}, .labels = {"1"}};
  EXPECT_THROW(Dataset::from_values(std::vector<double>{1, 2}, {2, 1}, target),
               std::invalid_argument);
}

}  // namespace
}  // namespace hebb
