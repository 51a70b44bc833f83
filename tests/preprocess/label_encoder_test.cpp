#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/preprocess/preprocess.h"

namespace hebb {
namespace {

using Labels = std::vector<std::string>;
using Indices = std::vector<std::int32_t>;

Target numbers(std::vector<double> values) {
  return {.names = {"y"}, .values = std::move(values), .classes = {}};
}

Target classes(std::vector<double> values, Labels names) {
  return {.names = {"y"}, .values = std::move(values), .classes = std::move(names)};
}

LabelEncoder fitted(const Target& target) {
  LabelEncoder encoder;
  encoder.fit(target);
  return encoder;
}

TEST(LabelEncoder, SortsByNumberIfAllAreNumbers) {
  EXPECT_EQ(fitted(numbers({10, 9, -1, 9, 1e9})).classes(),
            (Labels{"-1", "9", "10", "1000000000"}));
  EXPECT_EQ(fitted(classes({0, 1, 2}, {"10", "9", "-1"})).classes(), (Labels{"-1", "9", "10"}));
}

TEST(LabelEncoder, SortsAsTextOtherwise) {
  EXPECT_EQ(fitted(classes({0, 1, 2}, {"b", "10", "9"})).classes(), (Labels{"10", "9", "b"}));
}

TEST(LabelEncoder, KeepsTheUsersSpelling) {
  Target target = numbers({7, 8});
  target.spelling[7] = "007";
  const auto encoder = fitted(target);
  EXPECT_EQ(encoder.classes(), (Labels{"007", "8"}));
  EXPECT_EQ(encoder.encode(target), (Indices{0, 1}));
}

TEST(LabelEncoder, LearnsOnlyLabelsThatOccur) {
  const auto encoder = fitted(classes({2, 0, 2}, {"a", "b", "c"}));
  EXPECT_EQ(encoder.classes(), (Labels{"a", "c"}));
  EXPECT_EQ(encoder.encode(classes({2, 0, 2}, {"a", "b", "c"})), (Indices{1, 0, 1}));
}

TEST(LabelEncoder, FindsLabelsByTheirText) {
  const auto encoder = fitted(classes({0, 1}, {"a", "c"}));
  EXPECT_EQ(encoder.encode(classes({0, 0}, {"c"})), (Indices{1, 1}));
  EXPECT_EQ(LabelEncoder({"1", "2"}).encode(numbers({2, 1})), (Indices{1, 0}));
}

TEST(LabelEncoder, FindsNumbersByTheirValue) {
  EXPECT_EQ(LabelEncoder({"0.0", "1.0"}).encode(numbers({1, 0})), (Indices{1, 0}));
  EXPECT_EQ(LabelEncoder({"01", "+2"}).encode(classes({0, 1}, {"1", "2.0"})), (Indices{0, 1}));
  EXPECT_EQ(LabelEncoder({"01", "1"}).encode(classes({0, 1}, {"1", "01"})), (Indices{1, 0}));
  EXPECT_THROW((void)LabelEncoder({"01", "1"}).encode(classes({0}, {"1.0"})), DataError);
}

TEST(LabelEncoder, RejectsLabelsNeverSeen) {
  const auto encoder = fitted(classes({0, 1}, {"a", "c"}));
  EXPECT_EQ(message_of<DataError>([&] {
              encoder.encode(classes({0, 1}, {"a", "b"}));
            }),
            "row 2, column 'y': the label 'b' never occurred in training, which had 'a', 'c'");
}

TEST(LabelEncoder, RejectsNumbersThatAreNotWhole) {
  const std::string start = "row 2, column 'y': Unknown label type: continuous: 1.5;";
  EXPECT_TRUE(message_of<DataError>([] { fitted(numbers({1, 1.5})); }).starts_with(start));
  const LabelEncoder encoder({"1"});
  EXPECT_TRUE(message_of<DataError>([&] { encoder.encode(numbers({1, 1.5})); }).starts_with(start));
}

TEST(LabelEncoder, RejectsMissingLabels) {
  const double gap = std::numeric_limits<double>::quiet_NaN();
  const std::string expected =
      "row 3, column 'y': the label is missing: leave the row out, or write one";
  EXPECT_EQ(message_of<DataError>([&] { fitted(numbers({1, 2, gap})); }), expected);
  EXPECT_EQ(message_of<DataError>([&] { fitted(classes({0, 0, gap}, {"a"})); }), expected);
  EXPECT_EQ(message_of<DataError>([&] {
              LabelEncoder({"1"}).encode(numbers({1, 1, gap}));
            }),
            expected);
}

TEST(LabelEncoder, RejectsAnythingButOneTargetColumn) {
  EXPECT_EQ(message_of<std::invalid_argument>([] { fitted(Target{}); }),
            "[labels] classes need one target column, got 0");
  EXPECT_EQ(message_of<std::invalid_argument>([] {
              fitted({.names = {"y", "z"}, .values = {1, 2}, .classes = {}});
            }),
            "[labels] classes need one target column, got 2");
  EXPECT_EQ(message_of<std::invalid_argument>([] { fitted(numbers({})); }), "[labels] 0 samples");
}

}  // namespace
}  // namespace hebb
