// What enters a data set is checked once: every index, size and range, with an error that names row,
// column, value and range.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "augment/augment.h"
#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/data/dataset.h"
#include "hebb/data/image_form.h"
#include "hebb/data/inputs.h"
#include "hebb/preprocess/preprocess.h"

namespace hebb {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kHuge = std::size_t{1} << 62U;

struct Refused {
  const char* what;
  std::function<void()> call;
  std::vector<std::string> parts;  // of the message
};

void expect_refused(const std::vector<Refused>& rows) {
  for (const Refused& row : rows) {
    SCOPED_TRACE(row.what);
    const std::string message = message_of<std::invalid_argument>(row.call);
    for (const std::string& part : row.parts) expect_contains(message, part);
  }
}

Table table_of(std::size_t rows, std::vector<std::string> categories = {}) {
  return {.rows = rows,
          .columns = {{.name = "size"}, {.name = "city", .categories = std::move(categories)}},
          .values = std::vector<double>(2 * rows)};
}

Target labels_with(double label) {
  return {.names = {"kind"}, .values = {0, 1, label, 1}, .classes = {"cat", "dog"}};
}

Dataset with_label(double label) { return Dataset(table_of(4), labels_with(label)); }

Dataset with_category(double category) {
  Table table = table_of(3, {"Basel", "Bern"});
  table.values[3] = category;  // of row 2
  return Dataset(std::move(table));
}

Images pixels_of(std::size_t count) {
  const auto bytes = std::make_shared<std::vector<std::uint8_t>>(count * 4);
  return {.count = count, .channels = 1, .height = 2, .width = 2, .pixels = {bytes, bytes->data()}};
}

Sequences three_sequences() { return {table_of(6), {0, 1, 3, 6}}; }

TEST(DataEntry, RefusesALabelThatIsNoIndexOfAClass) {
  for (const double label : {-1.0, 2.0, 5.0, 1e6, 0.5, std::numeric_limits<double>::infinity()}) {
    SCOPED_TRACE(label);
    expect_error<std::invalid_argument>([&] { with_label(label); },
                                        {"row 3, column 'kind': the label", "index from 0 to 1"});
  }
  EXPECT_EQ(with_label(kNan).samples(), 4U);  // a missing label
  EXPECT_THROW(LabelEncoder().fit(with_label(kNan)), DataError);
}

TEST(DataEntry, RefusesACategoryThatIsNoIndexOfOne) {
  for (const double category : {-1.0, 2.0, 1e6, 0.5}) {
    SCOPED_TRACE(category);
    expect_error<std::invalid_argument>(
        [&] { with_category(category); },
        {"row 2, column 'city': the category", "index from 0 to 1"});
  }
  EXPECT_EQ(with_category(kNan).samples(), 3U);  // a missing value
}

TEST(DataEntry, RefusesSizesIndicesAndRangesThatDoNotFit) {
  const auto two_columns = [](double label) {
    return Target{
        .names = {"a", "b"}, .values = {0.5, 0, 7, label}, .column_classes = {{}, {"low", "high"}}};
  };
  TableView changed(table_of(3));
  changed.rows = 1000;
  TableView wide(table_of(3));
  wide.columns.resize(9);
  const Dataset data = with_label(0);
  const TableView view(table_of(3));
  const Sequences sequences = three_sequences();
  expect_refused({
      {"several targets",
       [&] { Dataset(table_of(2), two_columns(2)); },
       {"row 2, column 'b': the label 2", "0 to 1"}},
      {"a class twice",
       [&] {
         Dataset(table_of(1), {.names = {"y"}, .values = {0}, .classes = {"a", "b", "a"}});
       },
       {"column 'y'", "class 'a' occurs twice"}},
      {"a category twice",
       [&] {
         Dataset(table_of(1, {"x", "x"}));
       },
       {"column 'city'", "category 'x' occurs twice"}},
      {"a label a step",
       [&] {
         Dataset(three_sequences(), {.names = {"y"},
                                     .values = {0, 1, 0, 1, 0, 3},
                                     .classes = {"a", "b"},
                                     .offsets = {0, 1, 3, 6}});
       },
       {"row 6, column 'y': the label 3"}},
      {"steps that begin late",
       [&] {
         Dataset(three_sequences(),
                 {.names = {"y"}, .values = std::vector<double>(8), .offsets = {2, 3, 5, 8}});
       },
       {"begin at 2, expected 0"}},
      {"a view that says more rows", [&] { Dataset{changed}; }, {"(3, 2)", "(1000, 2)"}},
      {"a view that says more columns", [&] { Dataset{wide}; }, {"(3, 2)", "(3, 9)"}},
      {"a table whose size wraps around",
       [&] {
         Table table = table_of(0);
         table.rows = kHuge * 2;
         Dataset(std::move(table));
       },
       {"table of"}},
      {"values whose size wraps around",
       [&] {
         Dataset::from_values({}, {kHuge, 4});
       },
       {"table of"}},
      {"columns without end",
       [&] {
         Dataset::from_values({}, {0, kHuge});
       },
       {"0 rows of"}},
      {"images whose size wraps around",
       [&] { Dataset(Images{.count = kHuge, .channels = 4, .height = 1, .width = 1}); },
       {"more bytes than can be counted"}},
      {"a category of a step",
       [&] {
         Table steps = table_of(2, {"x"});
         steps.values[3] = 1;
         Sequences(std::move(steps), {0, 2});
       },
       {"row 2, column 'city': the category 1", "0 to 0"}},
      {"offsets that go back",
       [&] {
         Sequences(table_of(4), {0, 3, 2, 4});
       },
       {"go back"}},
      {"a sequence too far", [&] { sequences.length(3); }, {"sequence 3 of 3"}},
      {"steps of none", [&] { Sequences().steps(0); }, {"sequence 0 of 0"}},
      {"the id of none", [&] { Sequences().id(0); }, {"sequence 0 of 0"}},
      {"sequences too far", [&] { sequences.slice(2, 4); }, {"[2, 4) of 3"}},
      {"sequences backwards", [&] { sequences.slice(2, 1); }, {"[2, 1) of 3"}},
      {"a list of sequences",
       [&] {
         sequences.select(RowIndex({0, 7}), 2);
       },
       {"row 7 of 3"}},
      {"rows of a view too far", [&] { view.slice(1, 4); }, {"[1, 4) of 3"}},
      {"rows of a view backwards", [&] { view.slice(2, 1); }, {"[2, 1) of 3"}},
      {"a list of rows",
       [&] {
         view.select(RowIndex({0, 3}), 2);
       },
       {"row 3 of 3"}},
      {"more rows than a list has",
       [&] {
         view.select(RowIndex({0, 1}), 3);
       },
       {"3 rows of a list"}},
      {"a range of rows", [&] { view.select(RowIndex(2), 2); }, {"[2, 4) of 3"}},
      {"selected rows",
       [&] {
         const std::uint32_t rows[] = {1, 4000000000U};
         (void)data.select(rows);
       },
       {"row 4000000000 of 4"}},
      {"a slice backwards", [&] { (void)data.slice(3, 2); }, {"[3, 2) of 4"}},
      {"the number of a row", [&] { (void)data.row_number(4); }, {"row 4 of 4"}},
      {"the file of a row", [&] { (void)data.place(9, "kind"); }, {"row 9 of 4"}},
      {"a test part too far", [&] { Dataset(data).set_test_begin(5); }, {"row 5 of 4"}},
      {"images of a table", [&] { (void)data.images(); }, {"no images"}},
      {"sequences of a table", [&] { (void)data.sequences(); }, {"no sequences"}},
      {"a group without a label",
       [&] {
         Dataset(data).set_groups({.name = "who", .values = {0, 1, 2, 0}, .labels = {"a", "b"}});
       },
       {"row 3, column 'who'", "2 is not an index from 0 to 1"}},
      {"a time without a label",
       [&] {
         Dataset(data).set_times({.name = "when", .values = {0, 1, 0.5, 0}, .labels = {"a", "b"}});
       },
       {"row 3, column 'when'", "0.5 is not an index from 0 to 1"}},
      {"a time that is missing",
       [&] {
         Dataset(data).set_times({.name = "when", .values = {0, 1, kNan, 0}});
       },
       {"row 3, column 'when'"}},
      {"no image to take a form from", [&] { form_of(Images{}); }, {"0 pixels"}},
  });
}

TEST(DataEntry, RefusesRowsThatInputsDoNotHave) {
  const Inputs table(Tensor({3, 2})), images(pixels_of(3), {1}, {0});
  float out[64];
  const std::uint32_t rows[] = {0, 3};
  const auto shift = Augmentation::parse("shift:1");
  expect_refused({
      {"a table", [&] { table.gather(rows, out); }, {"row 3 of 3"}},
      {"images", [&] { images.gather(rows, out); }, {"row 3 of 3"}},
      {"augmented", [&] { images.gather_augmented(rows, shift, 0, 0, out); }, {"row 3 of 3"}},
      {"copies", [&] { images.gather_copies(rows, shift, 0, 0, out); }, {"row 3 of 3"}},
      {"no pixels",
       [&] { Inputs(Images{.count = 2, .height = 2, .width = 2}, {1}, {0}); },
       {"without pixels"}},
      {"no pixels in double",
       [&] { DoubleInputs(Images{.count = 2, .height = 2, .width = 2}, {1}, {0}); },
       {"without pixels"}},
      {"rows of no features",
       [&] {
         DoubleInputs({1, 2}, 0);
       },
       {"no rows of 0"}},
  });
}

TEST(DataEntry, RefusesLabelsThatASplitCannotUse) {
  const std::vector<double> gap = {0, 1, kNan, 1, 0, 0, 1, 1}, far = {0, 1, 0, 9, 0, 1, 0, 1};
  const SplitOptions stratified{.stratify = true};
  Dataset grouped(table_of(8), {.names = {"y"}, .values = gap, .classes = {"a", "b"}});
  grouped.set_groups({.values = {0, 0, 1, 1, 2, 2, 3, 3}, .labels = {"a", "b", "c", "d"}});
  expect_refused({
      {"a gap", [&] { split_rows(8, gap, stratified); }, {"row 3 has none"}},
      {"a gap among groups", [&] { (void)grouped.split(stratified); }, {"row 3 has none"}},
      {"too far",
       [&] {
         split_rows(8, far, stratified, {"a", "b"});
       },
       {"the label of row 4, 9", "0 to 1"}},
      {"too few", [&] { split_rows(9, gap, stratified); }, {"as many labels, got 8"}},
      {"too many rows", [&] { split_rows(kHuge, {}, {}); }, {"at most 4294967294"}},
  });
}

TEST(DataEntry, RefusesTargetsThatAnEncoderCannotUse) {
  const LabelEncoder encoder({"cat", "dog"});
  expect_refused({
      {"fit", [] { LabelEncoder().fit(labels_with(7)); }, {"row 3, column 'kind'", "0 to 1"}},
      {"encode", [&] { (void)encoder.encode(labels_with(-1)); }, {"row 3, column 'kind'"}},
      {"a class twice",
       [] {
         LabelEncoder({"a", "b", "a"});
       },
       {"'a' occurs twice"}},
      {"without names",
       [&] {
         (void)encoder.encode(Target{.values = {1, 2}});
       },
       {"but 2 target values"}},
  });
}

TEST(DataEntry, RefusesShapesBeyondMemory) {
  expect_refused({
      {"wraps around",
       [] {
         Tensor({kHuge, 8});
       },
       {"more numbers than memory"}},
      {"bytes wrap around", [] { Tensor({kHuge}); }, {"more numbers than memory"}},
      {"a permutation", [] { permutation(kHuge, Random(0, Purpose::data)); }, {"at most"}},
  });
}

}  // namespace
}  // namespace hebb
