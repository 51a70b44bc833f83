#include "hebb/checks/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "checks/row_groups.h"
#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

using Doubles = std::vector<double>;
using Texts = std::vector<std::string>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Texts kinds_of(const std::vector<Finding>& findings) {
  Texts kinds;
  for (const auto& finding : findings) kinds.push_back(finding.kind);
  return kinds;
}

// The reason of a kind of finding; empty: it was not found.
std::string reason(const std::string& kind, const Dataset& data, const Dataset* test = nullptr) {
  for (const auto& finding : check_dataset(data, test))
    if (finding.kind == kind) return finding.reason;
  return {};
}

std::string advice(const std::string& kind, const Dataset& data) {
  for (const auto& finding : check_dataset(data))
    if (finding.kind == kind) return finding.advice;
  return {};
}

Target numbers(Doubles values) { return {.names = {"y"}, .values = std::move(values)}; }

// Columns of noise, of which no value repeats, and classes by turns.
Table noise(std::size_t rows, std::size_t columns = 3, std::uint64_t seed = 1) {
  Table table{.rows = rows, .columns = {}, .values = {}};
  for (std::size_t c = 0; c < columns; ++c) table.columns.push_back({.name = concat("n", c + 1)});
  const auto values = test::uniform(seed, rows * columns);
  for (std::size_t i = 0; i < values.size(); ++i)
    table.values.push_back(double{values[i]} + 1e-6 * static_cast<double>(i));
  return table;
}

Target turns(std::size_t rows) {
  Target target{.names = {"y"}, .values = {}, .classes = {"a", "b"}};
  for (std::size_t i = 0; i < rows; ++i) target.values.push_back(static_cast<double>(i % 2));
  return target;
}

void copy_row(Table& table, std::size_t from, std::size_t to) {
  const std::size_t columns = table.columns.size();
  std::copy_n(table.values.begin() + static_cast<std::ptrdiff_t>(from * columns), columns,
              table.values.begin() + static_cast<std::ptrdiff_t>(to * columns));
}

void set_column(Table& table, std::size_t column, const Doubles& values) {
  for (std::size_t row = 0; row < table.rows; ++row)
    table.values[row * table.columns.size() + column] = values[row % values.size()];
}

// Two columns of categories, six possible rows, by turns that differ.
Table categories(std::size_t rows) {
  Table table{.rows = rows,
              .columns = {{.name = "a", .categories = {"x", "y", "z"}},
                          {.name = "b", .categories = {"u", "v"}}},
              .values = {}};
  for (std::size_t i = 0; i < rows; ++i) {
    table.values.push_back(static_cast<double>(i * i % 3));
    table.values.push_back(static_cast<double>(i / 5 % 2));
  }
  return table;
}

TEST(CheckDataset, FindsNothingInGoodData) {
  EXPECT_EQ(kinds_of(check_dataset(Dataset(noise(100), turns(100)))), Texts{});
  EXPECT_EQ(kinds_of(check_dataset(Dataset(noise(100)))), Texts{});
  EXPECT_EQ(kinds_of(check_dataset(load_dataset("mnist10k"))), Texts{});
  EXPECT_EQ(kinds_of(check_dataset(load_dataset("diabetes"))), Texts{});
  EXPECT_EQ(kinds_of(check_dataset(Dataset())), Texts{});
}

TEST(CheckDataset, NamesItsKindsWorstFirst) {
  const auto& kinds = data_finding_kinds();
  EXPECT_EQ(kinds.size(), 15U);
  Table bad = noise(40, 4);
  copy_row(bad, 0, 2);
  copy_row(bad, 1, 5);
  set_column(bad, 1, {7});
  set_column(bad, 2, {1000, -1000});
  bad.values[3 * 4] = kNaN;
  Target target = turns(40);
  std::fill(target.values.begin() + 5, target.values.end(), 0);
  const Dataset data(bad, target);
  const Dataset test = data.slice(0, 10);
  Texts found = kinds_of(check_dataset(data, &test));
  Texts expected = kinds;
  std::erase_if(expected, [](const std::string& kind) {  // these have tests of their own
    static const Texts others = {"target_copy", "predictor", "missing_by_label", "row_number",
                                 "ids",         "sentinels", "spelling",         "dates"};
    return std::ranges::find(others, kind) != others.end();
  });
  EXPECT_EQ(found, expected);
  for (const Finding& one : check_dataset(data, &test))
    EXPECT_FALSE(one.title.empty() || one.reason.empty() || one.advice.empty()) << one.kind;
}

TEST(CheckDataset, NamesColumnsThatNumberTheRows) {
  Table table = noise(40);
  Doubles numbers(40);
  for (std::size_t i = 0; i < 40; ++i) numbers[i] = static_cast<double>((7 * i) % 40);
  set_column(table, 1, numbers);
  const std::string name = table.columns[1].name;
  expect_contains(reason("row_number", Dataset(table)),
                  "column '" + name + "' numbers the rows, from 0");
  for (double& number : numbers) ++number;
  set_column(table, 1, numbers);
  expect_contains(reason("row_number", Dataset(table)), "from 1");
  numbers[3] = numbers[4];
  set_column(table, 1, numbers);
  EXPECT_EQ(reason("row_number", Dataset(table)), "");
  for (std::size_t i = 0; i < 40; ++i) numbers[i] = static_cast<double>(1000 + 3 * i);
  set_column(table, 1, numbers);
  EXPECT_EQ(reason("row_number", Dataset(table)), "");
  table.columns[1].name = "customer_id";
  expect_contains(reason("row_number", Dataset(table)), "another whole number in each row");
  expect_contains(advice("row_number", Dataset(table)), "--ignore customer_id, unless");
  table.columns[1].name = "-old id";
  expect_contains(advice("row_number", Dataset(table)), "--ignore='-old id', unless");
}

// ----- Rows

TEST(CheckDataset, CountsDuplicatesAndNamesTheirRows) {
  Table table = noise(50);
  copy_row(table, 2, 7);
  copy_row(table, 2, 9);
  table.values[0] = 0.0;
  copy_row(table, 0, 40);
  table.values[40 * 3] = -0.0;
  EXPECT_EQ(reason("duplicates", Dataset(table)),
            "3 of 50 rows equal an earlier one in every feature: row 8 is row 3, row 10 is row 3, "
            "row 41 is row 1");
  EXPECT_EQ(reason("duplicates", Dataset(table).slice(2, 10)),
            "2 of 8 rows equal an earlier one in every feature: row 8 is row 3, row 10 is row 3");
  EXPECT_EQ(reason("duplicates", Dataset(noise(50))), "");
  for (std::size_t row = 10; row < 30; ++row) copy_row(table, 5, row);
  expect_contains(reason("duplicates", Dataset(table)), "23 of 50 rows");
  expect_contains(reason("duplicates", Dataset(table)), "row 13 is row 6 and 18 more");
}

TEST(CheckDataset, ComparesMissingValuesAndImages) {
  Table table = noise(30);
  table.values[0] = kNaN;
  copy_row(table, 0, 3);
  expect_contains(reason("duplicates", Dataset(table)), "row 4 is row 1");
  table.values[3 * 3] = 0;
  EXPECT_EQ(reason("duplicates", Dataset(table)), "");
  const std::shared_ptr<std::uint8_t[]> pixels(new std::uint8_t[5 * 9]());
  for (int i = 0; i < 5; ++i) pixels[i * 9 + 8] = static_cast<std::uint8_t>(i % 4);
  const Images images{.count = 5, .height = 3, .width = 3, .pixels = {pixels, pixels.get()}};
  EXPECT_EQ(reason("duplicates", Dataset(images)),
            "1 of 5 rows equal an earlier one in every feature: row 5 is row 1");
}

TEST(CheckDataset, CallsNoRepeatsDuplicatesWhereRowsMustRepeat) {
  EXPECT_EQ(reason("duplicates", Dataset(categories(60))), "");
  Table numbered = categories(60);
  for (auto& column : numbered.columns) column.categories.clear();
  EXPECT_EQ(reason("duplicates", Dataset(numbered)), "");
}

TEST(CheckDataset, FindsContradictions) {
  Table table = noise(40);
  copy_row(table, 2, 5);
  copy_row(table, 2, 6);
  copy_row(table, 8, 10);
  EXPECT_EQ(
      reason("contradictions", Dataset(table, turns(40))),
      "3 of 40 rows equal others in every feature but have another label, so that no model can "
      "be right in more than 97.50% of the rows: row 3 (a) and 6 (b)");
  Doubles whole(40), fractions(40);
  for (std::size_t i = 0; i < 40; ++i) {
    whole[i] = static_cast<double>(i % 2);
    fractions[i] = 0.5 * static_cast<double>(i);
  }
  expect_contains(reason("contradictions", Dataset(table, numbers(whole))), "row 3 (0) and 6 (1)");
  // Two measurements of a number may differ.
  EXPECT_EQ(reason("contradictions", Dataset(table, numbers(fractions))), "");
  table = noise(40);
  copy_row(table, 8, 10);
  EXPECT_EQ(reason("contradictions", Dataset(table, turns(40))), "");
}

// ----- Leaks

TEST(CheckDataset, FindsTestRowsInTheTrainingPart) {
  const Dataset train(noise(100, 3, 1), turns(100));
  Table table = noise(50, 3, 2);
  std::copy_n(train.table().row(0), 4 * 3, table.values.begin() + 30);
  const Dataset test(table, turns(50));
  EXPECT_EQ(
      reason("leak", train, &test),
      "4 of the 50 rows of the test part (8.0%) are also in the training part, in which only 0.0% "
      "have a duplicate: row 11 is row 1, row 12 is row 2, row 13 is row 3, row 14 is row 4");
  const Dataset clean(noise(50, 3, 2), turns(50));
  EXPECT_EQ(reason("leak", train, &clean), "");
}

TEST(CheckDataset, TakesThePartThatTheSetComesWith) {
  Table table = noise(60);
  copy_row(table, 0, 50);
  copy_row(table, 1, 51);
  Dataset data(table, turns(60));
  expect_contains(reason("duplicates", data), "row 51 is row 1, row 52 is row 2");
  data.set_test_begin(40);
  expect_contains(reason("leak", data), "2 of the 20 rows of the test part (10.0%)");
  expect_contains(reason("leak", data), "row 51 is row 1");
  EXPECT_EQ(reason("duplicates", data), "");
}

TEST(CheckDataset, ComparesTablesByNamesAndTexts) {
  const auto table = [](const Texts& columns, const Texts& cities, const Doubles& values) {
    Table out{.rows = values.size() / 2, .columns = {}, .values = values};
    for (const auto& name : columns)
      out.columns.push_back({.name = name, .categories = name == "city" ? cities : Texts()});
    return Dataset(out);
  };
  const auto train =
      table({"city", "n"}, {"Oslo", "Rome"}, {0, 0.1, 1, 0.2, 0, 0.3, 1, 0.4, 0, 0.5});
  const auto test = table({"n", "city"}, {"Rome"}, {0.2, 0, 0.4, 0, 0.5, 0});
  expect_contains(reason("leak", train, &test), "row 1 is row 2, row 2 is row 4");
  expect_contains(reason("leak", train, &test), "2 of the 3 rows");
  const auto other = table({"n", "country"}, {}, {0.2, 1, 0.4, 1});
  EXPECT_EQ(reason("leak", train, &other), "");
  const auto images = load_dataset("mnist10k").slice(0, 3);
  EXPECT_EQ(reason("leak", train, &images), "");
}

// Where few rows are possible, those of the test part are met in the training part as a rule.
TEST(CheckDataset, CallsNaturalRepeatsNoLeak) {
  const Dataset data(categories(200), turns(200));
  const auto [train, test] = data.split();
  EXPECT_EQ(reason("leak", train, &test), "");
}

TEST(CheckDataset, CallsOneTwinInATestPartNoLeak) {
  const auto [train, test] = load_dataset("iris").split();
  EXPECT_EQ(reason("leak", train, &test), "");
}

// ----- Columns

TEST(CheckDataset, FindsAColumnThatIsTheLabel) {
  Table table = noise(40);
  set_column(table, 1, {3, -3});
  EXPECT_EQ(reason("target_copy", Dataset(table, turns(40))),
            "'n2' is the same, or nearly so, in all samples of a label");
  for (std::size_t row = 0; row < 40; ++row)
    table.values[row * 3 + 1] += 1e-3 * static_cast<double>(row % 7);
  expect_contains(reason("target_copy", Dataset(table, turns(40))), "'n2' is the same, or nearly");
  table.columns[1].categories = {"u", "v", "w", "x"};
  set_column(table, 1, {0, 1, 2, 3});
  EXPECT_EQ(reason("target_copy", Dataset(table, turns(40))),
            "each value of 'n2' goes with one label");
}

TEST(CheckDataset, CallsNoColumnACopyThatOnlyTellsMuch) {
  // A threshold tells the classes, as of flowers; but the values say more than the class.
  Table table = noise(40);
  for (std::size_t row = 0; row < 40; ++row) table.values[row * 3] += row % 2 == 0 ? 5 : -5;
  EXPECT_EQ(reason("target_copy", Dataset(table, turns(40))), "");
  // Names of cases tell everything, and nothing.
  table = noise(40);
  for (int i = 0; i < 40; ++i) table.columns[0].categories.push_back(concat("case ", 100 + i));
  for (std::size_t row = 0; row < 40; ++row) table.values[row * 3] = static_cast<double>(row);
  EXPECT_EQ(reason("target_copy", Dataset(table, turns(40))), "");
  // Of few rows anything can be said.
  Table few = noise(6);
  set_column(few, 1, {3, -3});
  EXPECT_EQ(reason("target_copy", Dataset(few, turns(6))), "");
}

TEST(CheckDataset, FindsAColumnThatIsTheNumber) {
  const Table table = noise(60);
  Doubles copy(60), near(60), far(60);
  const auto jitter = test::uniform(9, 60);
  for (std::size_t row = 0; row < 60; ++row) {
    copy[row] = 7 - 2 * table.at(row, 2);
    near[row] = copy[row] + 0.001 * double{jitter[row]};
    far[row] = copy[row] + 0.1 * double{jitter[row]};
  }
  EXPECT_EQ(reason("target_copy", Dataset(table, numbers(copy))), "'n3' correlates with 'y' by -1");
  expect_contains(reason("target_copy", Dataset(table, numbers(near))), "'n3' correlates with 'y'");
  EXPECT_EQ(reason("target_copy", Dataset(table, numbers(far))), "");
  Target two{.names = {"u", "v"}, .values = {}};
  for (std::size_t row = 0; row < 60; ++row) {
    two.values.push_back(far[row]);
    two.values.push_back(copy[row]);
  }
  EXPECT_EQ(reason("target_copy", Dataset(table, two)), "'n3' correlates with 'v' by -1");
  // A column of two values is a feature.
  Table flag = noise(60);
  set_column(flag, 0, {0, 1});
  Doubles halves(60);
  for (std::size_t row = 0; row < 60; ++row) halves[row] = row % 2 == 0 ? 0.5 : 1.5;
  EXPECT_EQ(reason("target_copy", Dataset(flag, numbers(halves))), "");
}

TEST(CheckDataset, CountsMissingValuesByColumn) {
  Table table = noise(30);
  table.values[0] = table.values[3] = table.values[5] = kNaN;
  EXPECT_EQ(reason("missing", Dataset(table)), "3 of 90 values missing: 'n1' 2, 'n3' 1");
  EXPECT_EQ(reason("missing", Dataset(noise(30))), "");
}

TEST(CheckDataset, FindsConstantColumns) {
  Table table = noise(30);
  set_column(table, 0, {4});
  set_column(table, 2, {kNaN, 5, 5});
  table.columns[1].categories = {"a", "b"};
  set_column(table, 1, {1});
  EXPECT_EQ(reason("constant", Dataset(table)), "3 of 3 columns: 'n1', 'n2', 'n3'");
  set_column(table, 1, {1, 0});
  EXPECT_EQ(reason("constant", Dataset(table)), "2 of 3 columns: 'n1', 'n3'");
  EXPECT_EQ(reason("constant", Dataset(noise(30))), "");
}

TEST(CheckDataset, FindsImbalance) {
  const auto of = [](std::size_t a, std::size_t b) {
    Target target{.names = {"y"}, .values = Doubles(a, 0), .classes = {"a", "b"}};
    target.values.resize(a + b, 1);
    return reason("imbalance", Dataset(noise(a + b), target));
  };
  EXPECT_EQ(of(209, 19),
            "class 'a' has 209 samples, class 'b' 19: always guessing 'a' is right in "
            "91.7%");
  EXPECT_EQ(of(190, 19), "");
  EXPECT_EQ(of(10, 10), "");
  EXPECT_EQ(of(10, 9), "class 'b' has only 9 samples");
  EXPECT_EQ(of(4, 4), "class 'a' has only 4 samples");
  expect_contains(of(30, 0), "class 'b' 0");
  Doubles fractions(30, 0.5);
  fractions[3] = 1;
  EXPECT_EQ(reason("imbalance", Dataset(noise(30), numbers(fractions))), "");
}

TEST(CheckDataset, FindsUnscaledFeatures) {
  Table table = noise(40);
  set_column(table, 1, {500, -500});
  expect_contains(reason("unscaled", Dataset(table)),
                  "column 'n2' has a standard deviation of 500, column 'n");
  set_column(table, 1, {5, -5});
  EXPECT_EQ(reason("unscaled", Dataset(table)), "");
  // Seldom anything but 0, but on the scale of the others.
  Doubles rare(40000);
  rare[7] = 1;
  Table large = noise(40000);
  set_column(large, 1, rare);
  EXPECT_EQ(reason("unscaled", Dataset(large)), "");
}

// ----- Single columns

void make_texts(Table& table, std::size_t column, const Texts& texts) {
  table.columns[column].categories = texts;
  for (std::size_t row = 0; row < table.rows; ++row)
    table.values[row * table.columns.size() + column] = static_cast<double>(row % texts.size());
}

TEST(CheckColumns, FindNothingInBuiltInAndGeneratedData) {
  const Texts columns = {"predictor", "missing_by_label", "ids", "sentinels", "spelling", "dates"};
  for (const char* name : {"iris", "wine", "breast_cancer", "diabetes", "digits", "moons",
                           "circles", "spirals", "blobs", "blobs:separable=true", "xor",
                           "checkerboard", "classification", "regression", "friedman1", "sine"}) {
    const Dataset data = load_dataset(name);
    for (const Finding& one : check_dataset(data))
      EXPECT_EQ(std::ranges::find(columns, one.kind), columns.end()) << name << ": " << one.reason;
  }
}

TEST(CheckColumns, FindACounterThatIsAboveZeroForOneLabelAlone) {
  Table table = noise(200);
  table.columns[1].name = "late calls";
  for (std::size_t row = 0; row < 200; ++row)
    table.values[row * 3 + 1] = row % 2 == 0 ? 0 : 1 + static_cast<double>(row % 7);
  const Dataset data(table, turns(200));
  expect_contains(reason("predictor", data),
                  "'late calls' alone tells the label in 100.0% of the rows (0 in 100 of the 100 "
                  "rows of 'a')");
  expect_contains(advice("predictor", data), "--ignore 'late calls'");
  // In one of ten rows it is wrong.
  for (std::size_t row = 0; row < 200; row += 10) table.values[row * 3 + 1] = 3;
  EXPECT_EQ(reason("predictor", Dataset(table, turns(200))), "");
}

TEST(CheckColumns, FindAThresholdThatTellsTheLabelWhereNoOtherColumnDoes) {
  Table table = noise(200);
  for (std::size_t row = 0; row < 200; ++row) table.values[row * 3] += row % 2 == 0 ? 5 : -5;
  expect_contains(reason("predictor", Dataset(table, turns(200))), "'n1' alone tells the label");
  // Measurements that all tell much, as of flowers.
  for (std::size_t row = 0; row < 200; ++row) table.values[row * 3 + 1] += row % 2 == 0 ? 1 : -1;
  EXPECT_EQ(reason("predictor", Dataset(table, turns(200))), "");
  EXPECT_EQ(reason("predictor", Dataset(noise(200, 50), turns(200))), "");
  EXPECT_EQ(reason("predictor", Dataset(noise(24, 50), turns(24))), "");
}

TEST(CheckColumns, FindAColumnThatAloneTellsTheNumber) {
  const std::size_t rows = 2000;
  Table table = noise(rows);
  Doubles wave(rows), loud(rows), sum(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    wave[row] = std::sin(3 * table.at(row, 1));
    loud[row] = wave[row] + 0.3 * table.at(row, 0);
    sum[row] = table.at(row, 0) + table.at(row, 1);
  }
  expect_contains(reason("predictor", Dataset(table, numbers(wave))), "'n2' alone explains 99.9");
  expect_contains(advice("predictor", Dataset(table, numbers(wave))), "--ignore n2, if it is not");
  EXPECT_EQ(reason("predictor", Dataset(table, numbers(loud))), "");
  EXPECT_EQ(reason("predictor", Dataset(table, numbers(sum))), "");
  EXPECT_EQ(
      reason("predictor", Dataset(noise(50), numbers(Doubles(wave.begin(), wave.begin() + 50)))),
      "");
  // A category's mean.
  make_texts(table, 2, {"a", "b", "c", "d", "e", "f", "g"});
  Doubles of_text(rows);
  for (std::size_t row = 0; row < rows; ++row)
    of_text[row] = 1.5 * std::pow(table.at(row, 2), 2) + 0.01 * table.at(row, 0);
  expect_contains(reason("predictor", Dataset(table, numbers(of_text))), "'n3' alone explains");
}

TEST(CheckColumns, FindACategoryThatTellsTheLabelNearlyAlways) {
  Table table = noise(400);
  make_texts(table, 2, {"open", "shut", "ajar", "barred"});
  table.values[2] = 1;  // of the other label
  expect_contains(reason("predictor", Dataset(table, turns(400))),
                  "'n3' alone tells the label in 99.8% of the rows (the category)");
  // A case of its own in each row tells nothing.
  Texts cases;
  for (int i = 0; i < 400; ++i) cases.push_back(concat("case ", i));
  make_texts(table, 2, cases);
  EXPECT_EQ(reason("predictor", Dataset(table, turns(400))), "");
}

TEST(CheckColumns, FindValuesThatAreMissingWithOneLabelOnly) {
  Table table = noise(100);
  for (std::size_t row = 0; row < 40; row += 2) table.values[row * 3 + 1] = kNaN;
  EXPECT_EQ(reason("missing_by_label", Dataset(table, turns(100))),
            "'n2' is missing in 20 rows, all of them of label 'a'");
  expect_contains(advice("missing_by_label", Dataset(table, turns(100))), "--ignore n2");
  for (std::size_t row = 0; row < 20; ++row) table.values[row * 3 + 1] = kNaN;
  EXPECT_EQ(reason("missing_by_label", Dataset(table, turns(100))), "");
  // Three times by chance.
  table = noise(100);
  for (const std::size_t row : {2U, 8U, 14U}) table.values[row * 3 + 1] = kNaN;
  EXPECT_EQ(reason("missing_by_label", Dataset(table, turns(100))), "");
}

TEST(CheckColumns, FindNumbersThatStandForMissingValues) {
  const auto with = [](double value, std::size_t times) {
    Table table = noise(200);
    for (std::size_t i = 0; i < times; ++i) table.values[(7 * i + 3) % 200 * 3 + 1] = value;
    return Dataset(table, turns(200));
  };
  for (const double value : {-999.0, -9.0, 99.0, 99999.0, 5000.0})
    expect_contains(reason("sentinels", with(value, 6)), concat(value, " in 6 rows"));
  expect_contains(advice("sentinels", with(-999, 6)), "--na=-999 --impute median");
  EXPECT_EQ(reason("sentinels", with(-999, 1)), "");  // an outlier
  EXPECT_EQ(reason("sentinels", with(1, 30)), "");
  Table counts = noise(200);
  for (std::size_t row = 0; row < 200; ++row)
    counts.values[row * 3] = static_cast<double>(row * row % 101);
  EXPECT_EQ(reason("sentinels", Dataset(counts)), "");  // 99 among others
}

TEST(CheckColumns, FindSpellingsOfOneCategory) {
  Table table = noise(60);
  make_texts(table, 0, {"Basic", "basic", "Premium", "basic "});
  expect_contains(reason("spelling", Dataset(table)), "'n1' has 'Basic' and 'basic' and 'basic '");
  make_texts(table, 0, {"a+", "a", "1.5", "15"});
  EXPECT_EQ(reason("spelling", Dataset(table)), "");
  Target target = turns(60);
  target.classes = {"Yes", "yes"};
  expect_contains(reason("spelling", Dataset(noise(60), target)),
                  "the label 'y' has 'Yes' and 'yes'");
}

TEST(CheckColumns, FindIdsAndDates) {
  Table table = noise(40);
  Texts ids, dates;
  for (int i = 0; i < 40; ++i) {
    ids.push_back(concat("K-", 1000 + 7 * i));
    if (i < 20) dates.push_back(concat("2024-0", 1 + i / 10, '-', 10 + i % 10));
  }
  make_texts(table, 0, ids);
  make_texts(table, 2, dates);
  EXPECT_EQ(reason("ids", Dataset(table)), "'n1' has another text in each row, such as 'K-1000'");
  expect_contains(advice("ids", Dataset(table)), "--ignore n1");
  EXPECT_EQ(reason("dates", Dataset(table)), "'n3' has dates as texts, such as '2024-01-10'");
  expect_contains(advice("dates", Dataset(table)), "--time-column n3");
  for (const Texts& some : {Texts{"31.12.2023", "1.1.2024", "02.01.2024"},
                            Texts{"12/31/2023", "01/01/2024", "01/02/2024 10:30"},
                            Texts{"3 May 2024", "May 4, 2024", "5 June 2024"}}) {
    make_texts(table, 2, some);
    EXPECT_NE(reason("dates", Dataset(table)), "") << some[0];
  }
  for (const Texts& some : {Texts{"1.2.3", "1.2.4", "10.0.0"}, Texts{"may", "june", "july"},
                            Texts{"192.168.1.10", "10.0.0.1", "10.0.0.2"},
                            Texts{"555-12-1234", "555-13-1234", "555-14-1234"}}) {
    make_texts(table, 2, some);
    EXPECT_EQ(reason("dates", Dataset(table)), "") << some[0];
  }
}

TEST(CheckColumns, AdviseNoNameThatCannotBeTyped) {
  Table table = noise(100);
  table.columns[1].name = "a, b";
  for (std::size_t row = 0; row < 40; row += 2) table.values[row * 3 + 1] = kNaN;
  EXPECT_TRUE(advice("missing_by_label", Dataset(table, turns(100)))
                  .starts_with("--ignore with its number, unless"));
}

TEST(RowGroups, FindTheFirstOfEqualRows) {
  Table table = noise(10);
  copy_row(table, 1, 4);
  copy_row(table, 1, 8);
  const Dataset data(table);
  const RowGroups groups(data);
  EXPECT_EQ(groups.copies(), 2U);
  EXPECT_EQ(groups.first_of(8), 1U);
  EXPECT_EQ(groups.size_of(4), 3U);
  EXPECT_EQ(groups.size_of(0), 1U);
}

}  // namespace
}  // namespace hebb
