#include "hebb/data/dataset.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

Dataset numbers(std::vector<double> target, std::vector<double> weights = {}) {
  const std::size_t n = target.size();
  std::vector<double> values(2 * n);
  std::iota(values.begin(), values.end(), 0.0);
  return Dataset::from_values(values, {n, 2},
                              {.names = {"y"}, .values = std::move(target), .classes = {}},
                              std::move(weights));
}

Images counting_images(std::size_t count) {
  const std::shared_ptr<std::uint8_t[]> pixels(new std::uint8_t[count * 6]);
  std::iota(pixels.get(), pixels.get() + count * 6, std::uint8_t{0});
  return {.count = count, .channels = 1, .height = 2, .width = 3, .pixels = {pixels, pixels.get()}};
}

Target classes_of(std::vector<double> values) {
  return {.names = {"kind"}, .values = std::move(values), .classes = {"cat", "dog"}};
}

TEST(Dataset, TellsItsSizes) {
  const auto table = numbers({1, 2, 3});
  EXPECT_EQ(table.samples(), 3U);
  EXPECT_EQ(table.features(), 2U);
  EXPECT_EQ(table.sample_shape(), Shape({2}));
  EXPECT_EQ(table.table().columns[1].name, "c2");
  EXPECT_TRUE(table.has_target());
  const Dataset images(counting_images(4));
  EXPECT_EQ(images.samples(), 4U);
  EXPECT_EQ(images.features(), 6U);
  EXPECT_EQ(images.sample_shape(), Shape({1, 2, 3}));
  EXPECT_FALSE(images.has_target());
}

TEST(Dataset, RejectsSizesThatDoNotMatchNamingBoth) {
  const std::vector<double> six(6);
  const auto with = [&](const Shape& shape, Target target, std::vector<double> weights) {
    return message_of<std::invalid_argument>(
        [&] { Dataset::from_values(six, shape, std::move(target), std::move(weights)); });
  };
  expect_contains(with({3, 2}, {.names = {"y"}, .values = {1, 2}, .classes = {}}, {}),
                  "3 samples and 1 target columns, but 2 target values");
  expect_contains(with({3, 2}, {}, {1.0}), "3 samples, but 1 weights");
  expect_contains(with({4, 2}, {}, {}), "table of (4, 2), but 6 values");
  expect_contains(with({6}, {}, {}), "expected 2D");
  expect_contains(
      message_of<std::invalid_argument>([] {
        Dataset(Images{.count = 2, .channels = 1, .height = 1, .width = 1, .pixels = {}});
      }),
      "2 images without pixels");
  expect_contains(with({3, 2}, {.names = {"a", "b"}, .values = six, .classes = {"x"}}, {}),
                  "classes need one target column, got 2");
}

TEST(Dataset, SelectsRowsInTheOrderNamed) {
  const auto data = numbers({10, 20, 30}, {1, 2, 3});
  const std::vector<std::uint32_t> rows = {2, 0, 2};
  const auto some = data.select(rows);
  EXPECT_EQ(some.table().values(), (std::vector<double>{4, 5, 0, 1, 4, 5}));
  EXPECT_EQ(some.target().values, (std::vector<double>{30, 10, 30}));
  EXPECT_EQ(some.weights(), (std::vector<double>{3, 1, 3}));
  const std::vector<std::uint32_t> beyond = {3};
  expect_contains(message_of<std::invalid_argument>([&] { (void)data.select(beyond); }),
                  "row 3 of 3");
}

TEST(Dataset, SelectsImagesAndKeepsNameAndClasses) {
  Dataset data(counting_images(3), classes_of({0, 1, 1}));
  data.set_name("pets");
  data.set_test_begin(2);
  const std::vector<std::uint32_t> rows = {2, 1};
  const auto some = data.select(rows);
  EXPECT_EQ(some.images().pixels.get()[0], 12);
  EXPECT_EQ(some.images().pixels.get()[6], 6);
  EXPECT_EQ(some.target().classes, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_EQ(some.name(), "pets");
  EXPECT_EQ(some.test_begin(), 0U);
}

TEST(Dataset, SlicesShareImages) {
  const Dataset data(counting_images(3), classes_of({0, 1, 1}));
  const auto part = data.slice(1, 3);
  EXPECT_EQ(part.samples(), 2U);
  EXPECT_EQ(part.images().pixels.get(), data.images().pixels.get() + 6);
  EXPECT_EQ(part.target().values, (std::vector<double>{1, 1}));
  EXPECT_EQ(numbers({10, 20, 30}).slice(1, 2).table().values(), (std::vector<double>{2, 3}));
  EXPECT_THROW((void)data.slice(2, 4), std::invalid_argument);
}

TEST(Dataset, TurnsNumbersIntoClassesSortedByNumber) {
  const auto data = numbers({1e9, 9, 10, -1, 9}).with_classes();
  EXPECT_EQ(data.target().classes, (std::vector<std::string>{"-1", "9", "10", "1000000000"}));
  EXPECT_EQ(data.target().values, (std::vector<double>{3, 1, 2, 0, 1}));
  EXPECT_EQ(data.with_classes().target().classes, data.target().classes);
}

TEST(Dataset, ClassesKeepTheSpellingOfTheUser) {
  Target target{.names = {"y"}, .values = {7, 1, 7}, .classes = {}, .spelling = {{7, "007"}}};
  EXPECT_EQ(to_classes(target).classes, (std::vector<std::string>{"1", "007"}));
}

TEST(Dataset, RejectsContinuousLabelsNamingTheRow) {
  const auto text = message_of<DataError>([] { (void)numbers({1, 2, 1.5}).with_classes(); });
  expect_contains(text, "row 3, column 'y': Unknown label type: continuous: 1.5;");
  EXPECT_THROW((void)numbers({1, std::nan("")}).with_classes(), DataError);
  EXPECT_THROW((void)Dataset(counting_images(1)).with_classes(), std::invalid_argument);
}

TEST(Dataset, HashTellsDataApart) {
  const auto data = numbers({1, 2, 3});
  EXPECT_EQ(data.hash(), numbers({1, 2, 3}).hash());
  EXPECT_EQ(data.hash().size(), 64U);
  EXPECT_NE(data.hash(), numbers({1, 2, 4}).hash());
  EXPECT_NE(data.hash(), numbers({1, 2, 3}, {1, 1, 2}).hash());
  EXPECT_NE(data.hash(), data.slice(0, 2).hash());
  EXPECT_NE(data.hash(), data.with_classes().hash());
  const Dataset images(counting_images(3));
  EXPECT_EQ(images.slice(1, 3).hash(), images.select(std::vector<std::uint32_t>{1, 2}).hash());
  EXPECT_NE(images.slice(0, 2).hash(), images.slice(1, 3).hash());
}

// Models record it, so it must not change.
TEST(Dataset, HashStaysTheSameFromBuildToBuild) {
  EXPECT_EQ(numbers({1, 2, 3}).hash(), test::oracle("dataset_hash").get<std::string>());
}

TEST(Dataset, SplitUsesThePartsOfABuiltInSet) {
  auto data = numbers({1, 2, 3, 4});
  data.set_test_begin(3);
  const auto [train, test] = data.split();
  EXPECT_EQ(train.target().values, (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(test.target().values, (std::vector<double>{4}));
  data.set_test_begin(0);
  EXPECT_EQ(data.split().second.samples(), 1U);  // a quarter
}

TEST(Dataset, KnowsWhereItsRowsStood) {
  const std::vector<double> x = {0, 1, 2, 3, 4};
  const Dataset all = Dataset::from_values(x, {5, 1});
  EXPECT_EQ(all.row_number(2), 3U);
  const std::vector<std::uint32_t> rows = {4, 1, 3};
  const Dataset some = all.select(rows);
  EXPECT_EQ(some.row_number(0), 5U);
  EXPECT_EQ(some.slice(1, 3).row_number(1), 4U);
  EXPECT_EQ(all.slice(2, 5).row_number(0), 3U);
}

TEST(Dataset, AHashThatIsKeptFollowsTheTarget) {
  const std::vector<double> x = {1, 2, 3, 4};
  const Dataset numbers = Dataset::from_values(x, {2, 2}, {.names = {"y"}, .values = {0, 1}});
  const std::string before = numbers.hash();
  EXPECT_EQ(Dataset(numbers).hash(), before);
  EXPECT_NE(numbers.with_classes().hash(), before);
  EXPECT_NE(Dataset(numbers).with_classes().hash(), before);
  EXPECT_NE(numbers.slice(0, 1).hash(), before);
  EXPECT_EQ(numbers.hash(), before);
}

}  // namespace
}  // namespace hebb
