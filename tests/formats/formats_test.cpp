// What the writers write, the readers read as the same data.
#include "hebb/formats/csv.h"
#include "hebb/formats/libsvm.h"
#include "hebb/formats/npz.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "expect_error.h"
#include "formats/files.h"
#include "formats/writers.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/io/file.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

using std::string_literals::operator""s;
using Doubles = std::vector<double>;
using Texts = std::vector<std::string>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::shared_ptr<const std::uint8_t> counted_pixels(std::size_t count) {
  const std::shared_ptr<std::uint8_t[]> pixels(new std::uint8_t[count]);
  for (std::size_t i = 0; i < count; ++i) pixels.get()[i] = static_cast<std::uint8_t>(i);
  return {pixels, pixels.get()};
}

// Numbers that a printer of fewer digits would change.
Table hard_numbers() {
  Table table{.rows = 3,
              .columns = {{.name = "c1"}, {.name = "c2"}, {.name = "c3"}},
              .values = {0.1, -0.0, 5e-324, 1.7976931348623157e308, 1.0 / 3, 1e22,
                         9007199254740992.0, 123456.789, 0}};
  return table;
}

Target labels(const Texts& classes = {}) {
  return {.names = {"label"}, .values = {1, 0, 1}, .classes = classes};
}

Dataset csv_again(const Dataset& data, const DataOptions& options = {}) {
  const TestFolder folder;
  write_csv(data, folder.path("a.csv"));
  return read_csv(folder.path("a.csv"), options,
                  data.has_target() ? TargetUse::required : TargetUse::none);
}

Dataset libsvm_again(const Dataset& data) {
  const TestFolder folder;
  write_libsvm(data, folder.path("a.svm"));
  return read_libsvm(folder.path("a.svm"));
}

Dataset npz_again(const Dataset& data) {
  const TestFolder folder;
  write_npz(data, folder.path("a.npz"));
  return read_npz(folder.path("a.npz"), data.has_target() ? TargetUse::required : TargetUse::none);
}

std::string written(void (*write)(const Dataset&, const std::string&), const Dataset& data) {
  const TestFolder folder;
  write(data, folder.path("a"));
  return test::read_text(folder.path("a"));
}

TEST(WriteCsv, KeepsEveryBuiltInTable) {
  for (const char* name : {"iris", "wine", "breast_cancer", "diabetes", "digits"}) {
    const auto data = load_dataset(name);
    const auto again = csv_again(data);
    EXPECT_EQ((data.target().is_classes() ? again.with_classes() : again).hash(), data.hash())
        << name;
  }
}

TEST(WriteCsv, WritesWhatAPersonWould) {
  const auto data = parse_csv("age,city,likes\n20,Rome,tea\n,\"a,b\",\"co\"\"la\"\n", "f.csv");
  EXPECT_EQ(written(write_csv, data), "age,city,likes\n20,Rome,tea\n,\"a,b\",\"co\"\"la\"\n");
  EXPECT_EQ(csv_again(data).hash(), data.hash());
}

TEST(WriteCsv, KeepsEveryBitOfANumber) {
  const Dataset data(hard_numbers(), labels());
  EXPECT_EQ(csv_again(data).hash(), data.hash());
  EXPECT_TRUE(std::signbit(csv_again(data).table().at(0, 1)));
}

TEST(WriteCsv, KeepsNamesAndTextsThatNeedQuotes) {
  Table table{.rows = 2, .columns = {}, .values = {0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0}};
  for (const auto& name :
       {"a;b;c;d;e;f;g"s, " blank "s, "line\nend"s, "\"quoted\""s, "\xEF\xBB\xBFmark"s, "3"s})
    table.columns.push_back({.name = name, .categories = {" x", "x\r\ny,\"z\" "}});
  const Dataset data(std::move(table),
                     {.names = {"t|\t"}, .values = {1, 0}, .classes = {"\ttab", "\xEF\xBB\xBF"}});
  EXPECT_EQ(csv_again(data).hash(), data.hash());
}

TEST(WriteCsv, KeepsARowOfOneMissingValue) {
  const Dataset data(Table{.rows = 2, .columns = {{.name = "a"}}, .values = {kNaN, 1}});
  EXPECT_EQ(written(write_csv, data), "a\n\"\"\n1\n");
  EXPECT_EQ(csv_again(data).samples(), 2U);
}

TEST(WriteCsv, KeepsWeightsAndSeveralTargets) {
  Table table = hard_numbers();
  table.columns[1].name = "weight";
  const Dataset data(table, {.names = {"u", "v"}, .values = {1, 2, 3, 4, 5, 6.5}}, {0, 1, 0.5});
  EXPECT_EQ(csv_again(data, {.target = {"u", "v"}, .weight = "weight_"}).hash(), data.hash());
}

TEST(WriteCsv, KeepsHowLabelsAreSpelt) {
  const auto data = parse_csv("a,y\n1,007\n2,1.0\n3,007\n", "f.csv");
  const auto again = csv_again(data);
  EXPECT_EQ(again.target().spelling, data.target().spelling);
  EXPECT_EQ(csv_again(data.with_classes()).with_classes().hash(), data.with_classes().hash());
}

TEST(WriteCsv, WritesWholeLabelsWithoutExponent) {
  const auto data = parse_csv("a,y\n1e5,2000000000\n2,-0\n3,1e22\n", "f.csv");
  EXPECT_EQ(written(write_csv, data), "a,y\n1e+05,2000000000\n2,-0\n3,1e22\n");
  const auto again = csv_again(data);
  EXPECT_EQ(again.hash(), data.hash());
  EXPECT_EQ(again.with_classes().hash(), data.with_classes().hash());
}

TEST(WriteLibsvm, KeepsTheValues) {
  const Dataset data(hard_numbers(), labels());
  EXPECT_EQ(libsvm_again(data).hash(), data.hash());
  const Dataset named(hard_numbers(), labels({"-1", "+1"}));
  EXPECT_EQ(libsvm_again(named).with_classes().hash(), named.hash());
}

TEST(WriteLibsvm, LeavesZerosOutButKeepsTheWidth) {
  const Table table{
      .rows = 3, .columns = {{.name = "c1"}, {.name = "c2"}}, .values = {0, 0, 0.5, 0, 0, -0.0}};
  const Dataset data(table, {.names = {"label"}, .values = {1, 2, 3}});
  EXPECT_EQ(written(write_libsvm, data), "1 2:0\n2 1:0.5\n3 2:-0\n");
  EXPECT_EQ(libsvm_again(data).hash(), data.hash());
}

TEST(WriteNpz, KeepsEveryBuiltInSet) {
  for (const char* name : {"iris", "wine", "breast_cancer", "diabetes", "digits", "mnist10k"}) {
    const auto data = load_dataset(name);
    const auto again = npz_again(data);
    EXPECT_EQ(again.hash(), data.hash()) << name;
    EXPECT_EQ(again.test_begin(), data.test_begin()) << name;
  }
}

TEST(WriteNpz, KeepsNumbersMissingValuesAndWeights) {
  Table table = hard_numbers();
  table.values[4] = kNaN;
  table.columns[2].name = "größe 😀";
  const Dataset data(table, {.names = {"u", "v"}, .values = {1, 2, 3, 4, 5, 6.5}}, {0, 1, 0.5});
  EXPECT_EQ(npz_again(data).hash(), data.hash());
  const Dataset bare(hard_numbers());
  EXPECT_EQ(npz_again(bare).hash(), bare.hash());
}

TEST(WriteNpz, KeepsAllClassesInTheirOrder) {
  const Dataset data(hard_numbers(), labels({"z", "a", "never"}));
  EXPECT_EQ(npz_again(data).hash(), data.hash());
}

TEST(WriteNpz, KeepsImagesOfColour) {
  const Images images{
      .count = 3, .channels = 3, .height = 1, .width = 4, .pixels = counted_pixels(36)};
  const Dataset data(images, labels());
  EXPECT_EQ(npz_again(data).hash(), data.hash());
}

TEST(WriteNpz, WritesTheSameBytesEachTime) {
  const auto data = load_dataset("wine");
  EXPECT_EQ(written(write_npz, data), written(write_npz, data));
}

// NumPy pads the header otherwise; dictionary, alignment and values are its.
TEST(WriteNpz, WritesArraysAsNumPyDoes) {
  const auto expect_like = [](const std::string& ours, const std::string& name) {
    std::string theirs;
    const auto digits = test::oracle("npz")["written"][name].get<std::string>();
    for (std::size_t i = 0; i < digits.size(); i += 2)
      theirs += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    const auto dictionary = [](const std::string& file) {
      return file.substr(10, file.find('}') - 9);
    };
    EXPECT_EQ(ours.substr(0, 8), theirs.substr(0, 8));
    EXPECT_EQ(dictionary(ours), dictionary(theirs));
    EXPECT_EQ((ours.find('\n') + 1) % 64, 0U);
    EXPECT_EQ(ours.substr(ours.find('\n')), theirs.substr(theirs.find('\n'))) << name;
  };
  const auto bytes = [](const auto& values) {
    return std::string(reinterpret_cast<const char*>(values.data()), 8 * values.size());
  };
  expect_like(npy_header("<f8", {3, 2}) + bytes(Doubles{1.5, -2, 0.1, 4, 1e300, 6}), "numbers");
  expect_like(npy_header("<f8", {3}) + bytes(Doubles{1.5, 0.1, 1e300}), "column");
  expect_like(npy_header("<i8", {3}) + bytes(std::vector<std::int64_t>{2, 0, 1}), "labels");
  expect_like(npy_of_texts({"a", "Größe", "😀"}), "texts");
  std::string pixels;
  for (int i = 0; i < 24; ++i) pixels += static_cast<char>(i);
  expect_like(npy_header("|u1", {4, 2, 3}) + pixels, "pixels");
}

// ----- What is refused

struct Refusal {
  void (*write)(const Dataset&, const std::string&);
  Dataset data;
  const char* says;
  const char* file = "a";
};

Dataset with_column(const Column& column) {
  return Dataset(Table{.rows = 1, .columns = {column, {.name = "b"}}, .values = {0, 1}});
}

Dataset with_value(double value) {
  return Dataset(Table{.rows = 1, .columns = {{.name = "a"}}, .values = {value}},
                 {.names = {"y"}, .values = {1}});
}

TEST(Writers, RefuseWhatCannotBeReadBack) {
  const Dataset none,
      images(Images{.count = 3, .height = 1, .width = 1, .pixels = counted_pixels(3)});
  const Dataset wide(
      Images{.count = 1, .channels = 5, .height = 1, .width = 1, .pixels = counted_pixels(5)});
  const Dataset good(hard_numbers(), labels());
  const auto text = [](const std::string& name) {
    return with_column({.name = "a", .categories = {name}});
  };
  const Refusal refusals[] = {
      {write_csv, none, "[write_csv] 0 samples"},
      {write_libsvm, none, "[write_libsvm] 0 samples"},
      {write_npz, none, "[write_npz] 0 samples"},
      {write_csv, Dataset(Table{.rows = 1}), "0 features"},
      {write_npz, Dataset(Table{.rows = 1}), "0 features"},
      {write_csv, images, "images are no table: write them as NPZ"},
      {write_libsvm, images, "images are no table"},
      {write_npz, wide, "images of more channels than they are wide"},
      {write_csv, good, "leave out .gz", "a.csv.gz"},
      {write_libsvm, good, "leave out .gz", "a.svm.gz"},
      {write_csv, with_value(kInfinity), "row 1, column 'a': the value is infinite"},
      {write_libsvm, with_value(-kInfinity), "row 1, column 'a': the value is infinite"},
      {write_npz, with_value(kInfinity), "row 1, column 'a': the value is infinite"},
      {write_libsvm, with_value(kNaN), "row 1, column 'a': the value is missing"},
      {write_csv, with_column({.name = "b"}), "two columns are called 'b'"},
      {write_csv, with_column({.name = ""}), "or one has no name"},
      {write_csv, with_column({.name = "\xE4"}), "not UTF-8, or with NUL in it"},
      {write_csv, with_column({.name = "a\0b"s}), "not UTF-8, or with NUL in it"},
      {write_csv, text("NA"), "'NA' in column 'a' would be read as a missing value"},
      {write_csv, text("NAN"), "'NAN' in column 'a' would be read as a missing value"},
      {write_csv, text(""), "'' in column 'a' would be read as a missing value"},
      {write_csv, text("\xFF"), "not UTF-8, or with NUL in it"},
      {write_csv, text(std::string((1 << 20) + 1, 'x')), "has 1048577 bytes, at most 1048576"},
      {write_csv, Dataset(hard_numbers(), labels({"?", "a"})), "'?' in column 'label' would be"},
      {write_libsvm, text("x"), "column 'a' holds categories, and LIBSVM numbers only"},
      {write_libsvm, Dataset(hard_numbers()), "a sample has one label, got 0 targets"},
      {write_libsvm, Dataset(hard_numbers(), labels(), {1, 2, 3}), "LIBSVM has no weights"},
      {write_libsvm, Dataset(hard_numbers(), labels({"a", "1"})), "the label 'a' is no number"},
      {write_libsvm, Dataset(hard_numbers(), {.names = {"y"}, .values = {1, kNaN, 2}}),
       "row 2, column 'y': the target is missing or infinite"},
      {write_csv, Dataset(hard_numbers(), {.names = {"y"}, .values = {1, 2, kInfinity}}),
       "row 3, column 'y': the target is missing or infinite"},
      {write_npz, Dataset(hard_numbers(), {.names = {"y"}, .values = {kNaN, 2, 1}}),
       "row 1, column 'y': the target is missing or infinite"},
      {write_npz, text("x"), "column 'a' holds categories, and an array one type of value"},
      {write_npz, with_column({.name = "b"}), "two columns are called 'b'"},
      {write_npz, with_column({.name = "a\0b"s}), "not UTF-8, or with NUL in it"},
      {write_npz, Dataset(hard_numbers(), labels({"a", "\xFF"})), "not UTF-8, or with NUL in it"},
  };
  for (const auto& [write, data, says, file] : refusals) {
    const TestFolder folder;
    expect_error<std::invalid_argument>([&] { write(data, folder.path(file)); }, {says});
    EXPECT_FALSE(std::filesystem::exists(folder.path(file))) << says;
  }
}

TEST(Writers, NameTheFileThatCannotBeWritten) {
  const Dataset data(hard_numbers(), labels());
  for (const auto write : {write_csv, write_libsvm, write_npz})
    expect_error<std::runtime_error>([&] { write(data, "/none/a"); }, {"/none/a"});
}

}  // namespace
}  // namespace hebb
