#include "hebb/preprocess/preprocess.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

// One rounding to float32 (6e-8) and a few of double before it.
constexpr double kFloatRounding = 1.2e-7;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

// Collects what is logged while it lives.
class Log {
 public:
  Log() {
    before_ = set_log_sink([this](LogLevel level, std::string_view message) {
      lines.push_back((level == LogLevel::warning ? "warning: " : "info: ") + std::string(message));
    });
  }
  ~Log() { set_log_sink(before_); }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  std::vector<std::string> lines;

 private:
  LogSink before_;
};

Column numeric(std::string name) { return {.name = std::move(name), .categories = {}}; }

Dataset table(std::vector<Column> columns, std::vector<double> values) {
  const std::size_t rows = values.size() / columns.size();
  return Dataset(Table{.rows = rows, .columns = std::move(columns), .values = std::move(values)});
}

// ages and cities; a city is an index into Bern, Oslo, Rome.
Dataset people(std::vector<double> values) {
  return table({numeric("age"), {.name = "city", .categories = {"Bern", "Oslo", "Rome"}}},
               std::move(values));
}

Dataset images(std::size_t count, std::size_t channels, std::vector<std::uint8_t> bytes) {
  const std::size_t side = bytes.size() / count / channels;
  const auto owner = std::make_shared<std::vector<std::uint8_t>>(std::move(bytes));
  return Dataset(Images{.count = count,
                        .channels = channels,
                        .height = 1,
                        .width = side,
                        .pixels = {owner, owner->data()}});
}

std::vector<float> numbers(const Inputs& inputs) {
  std::vector<std::uint32_t> rows(inputs.samples());
  std::iota(rows.begin(), rows.end(), 0U);
  std::vector<float> out(inputs.samples() * inputs.features());
  inputs.gather(rows, out.data());
  return out;
}

Preprocessor fitted(const PreprocessOptions& options, const Dataset& train) {
  const Log quiet;
  Preprocessor out(options);
  out.fit(train);
  return out;
}

template <class Error, class Call>
std::string quiet_message_of(const Call& call) {
  const Log quiet;
  return message_of<Error>(call);
}

std::vector<double> with_gaps(const nlohmann::json& list) {
  std::vector<double> out;
  for (const auto& item : list) out.push_back(item.is_null() ? kNaN : item.get<double>());
  return out;
}

void expect_near(const std::vector<float>& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(values[i], expected[i], kFloatRounding * std::max(1.0, std::abs(expected[i])));
}

TEST(Preprocessor, ImputesAndScalesAsTheOracle) {
  const auto cases = test::oracle("preprocess")["numbers"];
  ASSERT_EQ(cases.size(), 20U);
  for (const auto& of : cases) {
    PreprocessOptions options{.scale = of["scale"].get<std::string>()};
    if (!of["impute"].is_null()) options.impute = of["impute"].get<std::string>();
    SCOPED_TRACE(options.scale + ", " + options.impute.value_or("no imputation"));
    const Shape train{of["train"].size() / 5, 5};
    const Shape test{of["test"].size() / 5, 5};
    const auto train_set = Dataset::from_values(with_gaps(of["train"]), train);
    const auto step = fitted(options, train_set);
    expect_near(numbers(step.transform(train_set)), with_gaps(of["train_out"]));
    expect_near(numbers(step.transform(Dataset::from_values(with_gaps(of["test"]), test))),
                with_gaps(of["test_out"]));
  }
}

TEST(Preprocessor, ClipsSmoothlyAsPublished) {
  const auto of = test::oracle("preprocess")["clipped"];
  const auto part = [&](const char* name) {
    return Dataset::from_values(with_gaps(of[name]), {of[name].size() / 5, 5});
  };
  const Log quiet;  // of the constant column
  const auto step = fitted({.scale = "robust", .clip = 3}, part("train"));
  const auto train = numbers(step.transform(part("train")));
  expect_near(train, with_gaps(of["train_out"]));
  expect_near(numbers(step.transform(part("test"))), with_gaps(of["test_out"]));
  EXPECT_NEAR(train[0], 3, 1e-6);  // 1e6
}

TEST(Preprocessor, GivesTheNumberOfACategoryWhereThereAreMany) {
  const auto train = table({{.name = "city", .categories = {"Bern", "Kiel", "Oslo", "Rome"}},
                            numeric("age"),
                            {.name = "ok", .categories = {"no", "yes"}}},
                           {0, 10, 1, 2, 20, 0, 3, 30, 1});
  const auto one = fitted({.unknown = "ignore", .max_one_hot = 1}, train);
  EXPECT_EQ(one.feature_names_out(), (std::vector<std::string>{"city", "age", "ok"}));
  const auto two = fitted({.unknown = "ignore", .max_one_hot = 2}, train);
  EXPECT_EQ(two.feature_names_out(), (std::vector<std::string>{"city", "age", "ok=no", "ok=yes"}));
  EXPECT_EQ(two.features_out(), 4U);
  const auto encodings = two.encodings();
  ASSERT_EQ(encodings.size(), 3U);
  EXPECT_EQ(encodings[0].kind, Encoding::Kind::category);
  EXPECT_EQ(encodings[0].width, 1U);
  EXPECT_EQ(encodings[0].categories, 3U);  // Kiel is not in the training part
  EXPECT_EQ(encodings[1].kind, Encoding::Kind::number);
  EXPECT_EQ(encodings[2].kind, Encoding::Kind::one_hot);
  EXPECT_EQ(encodings[2].width, 2U);
  const Log quiet;
  const auto other = table({{.name = "city", .categories = {"Kiel", "Rome"}},
                            numeric("age"),
                            {.name = "ok", .categories = {"yes"}}},
                           {0, 10, 0, 1, 20, 0});
  const std::vector<float> expected{3, 10, 0, 1, 2, 20, 0, 1};
  EXPECT_EQ(numbers(two.transform(other)), expected);
  EXPECT_EQ(numbers(Preprocessor::from_json(two.to_json()).transform(other)), expected);
}

// Reads texts as a reader of files would: sorted categories, of this table alone.
Dataset texts(const nlohmann::json& list, std::size_t width) {
  std::vector<Column> columns(width);
  for (std::size_t j = 0; j < width; ++j) {
    columns[j].name = "c" + std::to_string(j + 1);
    auto& known = columns[j].categories;
    for (std::size_t i = j; i < list.size(); i += width) known.push_back(list[i]);
    std::ranges::sort(known);
    known.erase(std::unique(known.begin(), known.end()), known.end());
  }
  std::vector<double> values;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& known = columns[i % width].categories;
    const auto at = std::ranges::find(known, list[i].get<std::string>());
    values.push_back(static_cast<double>(at - known.begin()));
  }
  return table(std::move(columns), std::move(values));
}

TEST(Preprocessor, EncodesCategoriesAsTheOracle) {
  const auto of = test::oracle("preprocess")["categories"];
  const auto train = texts(of["train"], 2);
  const auto step = fitted({.unknown = "ignore"}, train);
  const Log quiet;
  expect_near(numbers(step.transform(train)), with_gaps(of["train_out"]));
  expect_near(numbers(step.transform(texts(of["test"], 2))), with_gaps(of["test_out"]));
  auto names = of["names"].get<std::vector<std::string>>();
  for (auto& name : names) name[2] = '=';  // where the oracle writes c1_Rome
  EXPECT_EQ(step.feature_names_out(), names);
}

TEST(Preprocessor, ExpandsCategoriesInPlaceAndLeavesThemUnscaled) {
  const auto train = table({{.name = "city", .categories = {"Bern", "Rome"}}, numeric("age")},
                           {0, 10, 1, 20, 0, 30});
  const auto step = fitted({.scale = "minmax"}, train);
  EXPECT_EQ(step.feature_names_out(), (std::vector<std::string>{"city=Bern", "city=Rome", "age"}));
  EXPECT_EQ(step.features_in(), 2U);
  EXPECT_EQ(step.features_out(), 3U);
  EXPECT_EQ(step.sample_shape(), Shape{3});
  EXPECT_EQ(numbers(step.transform(train)), (std::vector<float>{1, 0, 0, 0, 1, 0.5F, 1, 0, 1}));
}

TEST(Preprocessor, LearnsOnlyCategoriesThatOccurInTraining) {
  const auto step = fitted({}, people({30, 0, 40, 2}));
  EXPECT_EQ(step.feature_names_out(), (std::vector<std::string>{"age", "city=Bern", "city=Rome"}));
  EXPECT_EQ(quiet_message_of<DataError>([&] {
              step.transform(people({30, 0, 40, 1}));
            }),
            "row 2, column 'city': 'Oslo' never occurred in training: correct it, or train with "
            "--unknown "
            "ignore to allow such values");
}

TEST(Preprocessor, IgnoresUnknownCategoriesWhereAskedAndSaysSo) {
  const auto step = fitted({.unknown = "ignore"}, people({30, 0, 40, 2}));
  const Log log;
  EXPECT_EQ(numbers(step.transform(people({30, 1}))), (std::vector<float>{30, 0, 0}));
  EXPECT_EQ(log.lines,
            std::vector<std::string>{
                "warning: values never seen in training, encoded as all zeros: 1 ('city' 1)"});
}

TEST(Preprocessor, FindsCategoriesByTheirText) {
  const auto step = fitted({}, people({30, 0, 40, 1, 50, 2}));
  const auto other = table({numeric("age"), {.name = "city", .categories = {"Rome"}}}, {30, 0});
  EXPECT_EQ(numbers(step.transform(other)), (std::vector<float>{30, 0, 0, 1}));
}

TEST(Preprocessor, FindsNumbersAmongCategoriesByTheirText) {
  const auto train = table({{.name = "zip", .categories = {"007", "10", "none"}}}, {0, 1, 2});
  const auto step = fitted({}, train);
  EXPECT_EQ(numbers(step.transform(table({numeric("zip")}, {10, 7}))),
            (std::vector<float>{0, 1, 0, 1, 0, 0}));
  EXPECT_EQ(
      quiet_message_of<DataError>([&] { step.transform(table({numeric("zip")}, {2.5})); }),
      "row 1, column 'zip': '2.5' never occurred in training: correct it, or train with --unknown "
      "ignore to allow such values");
}

TEST(Preprocessor, RejectsANumberThatSeveralCategoriesAre) {
  const auto step =
      fitted({}, table({{.name = "zip", .categories = {"02138", "10", "2138"}}}, {0, 1, 2}));
  EXPECT_TRUE(quiet_message_of<DataError>([&] {
                step.transform(table({numeric("zip")}, {10, 2138}));
              }).starts_with("row 2, column 'zip': 2138 is a number, and several categories"));
}

TEST(Preprocessor, RejectsTextWhereTrainingHadNumbers) {
  const auto step = fitted({}, table({numeric("age")}, {1, 2}));
  auto data = table({{.name = "age", .categories = {"30", "old"}}}, {0, 1});
  data.set_name("new.csv");
  EXPECT_EQ(quiet_message_of<DataError>([&] { step.transform(data); }),
            "new.csv: row 2, column 'age': 'old' is not a number, and the column held numbers in "
            "training: correct it, or mark it as missing with --na");
  EXPECT_TRUE(quiet_message_of<DataError>([&] {
                step.transform(table({{.name = "age", .categories = {"old"}}}, {0}));
              }).starts_with("row 1, column 'age': 'old' is not a number"));
  const auto numbers_as_text = table({{.name = "age", .categories = {"30", "4.5"}}}, {1, 0});
  EXPECT_EQ(numbers(step.transform(numbers_as_text)), (std::vector<float>{4.5F, 30}));
}

TEST(Preprocessor, FindsColumnsByNameAndIgnoresOthers) {
  const auto step = fitted({}, table({numeric("a"), numeric("b")}, {1, 2, 3, 4}));
  const auto other = table({numeric("b"), numeric("extra"), numeric("a")}, {20, 99, 10});
  EXPECT_EQ(numbers(step.transform(other)), (std::vector<float>{10, 20}));
}

TEST(Preprocessor, FindsColumnsByPlaceWhereOneSideHasNoNames) {
  const auto named = table({numeric("a"), numeric("b")}, {1, 2, 3, 4});
  const auto nameless = Dataset::from_values(std::vector<double>{1, 2, 3, 4}, {2, 2});
  const auto x = table({numeric("x1"), numeric("x2")}, {1, 2, 3, 4});
  const std::vector<float> expected = {1, 2, 3, 4};
  EXPECT_EQ(numbers(fitted({}, named).transform(nameless)), expected);
  EXPECT_EQ(numbers(fitted({}, nameless).transform(named)), expected);
  EXPECT_EQ(numbers(fitted({}, x).transform(named)), expected);
}

TEST(Preprocessor, RejectsAnotherWidthOrNames) {
  std::vector<Column> names;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"}) names.push_back(numeric(name));
  const auto step = fitted({}, table(names, std::vector<double>(16)));
  EXPECT_EQ(
      quiet_message_of<std::invalid_argument>([&] { step.transform(table({numeric("a")}, {1})); }),
      "[preprocess] X has 1 features, expected 8: there is no column 'b', 'c', 'd', 'e', 'f' and 2 "
      "more");
  names[3].name = "other";
  EXPECT_EQ(quiet_message_of<std::invalid_argument>(
                [&] { step.transform(table(names, std::vector<double>(8))); }),
            "[preprocess] X has no column 'd', which the training data had");
}

TEST(Preprocessor, TakesColumnsThatSparseDataLeavesOutAsZeros) {
  const std::vector<Column> three = {numeric("c1"), numeric("c2"), numeric("c3")};
  const auto step = fitted({}, table(three, {1, 2, 3}));
  auto sparse = table({numeric("c1")}, {7});
  sparse.set_zeros_follow(true);
  EXPECT_EQ(numbers(step.transform(sparse)), (std::vector<float>{7, 0, 0}));
  EXPECT_EQ(numbers(step.transform(sparse.slice(0, 1))), (std::vector<float>{7, 0, 0}));
  const std::vector<std::uint32_t> rows = {0};
  EXPECT_EQ(numbers(step.transform(sparse.select(rows))), (std::vector<float>{7, 0, 0}));
  const auto named = fitted({}, table({numeric("c1"), numeric("city")}, {1, 2}));
  EXPECT_THROW(named.transform(sparse), std::invalid_argument);
  sparse.set_zeros_follow(false);
  EXPECT_THROW(step.transform(sparse), std::invalid_argument);
}

TEST(Preprocessor, RejectsMissingValuesUnlessTheyAreImputed) {
  auto train = people({30, 0, kNaN, 1});
  train.set_name("people.csv");
  const std::string expected =
      "people.csv: row 2, column 'age': the value is missing: train with --impute mean, "
      "median, mode or indicator to fill such values, or with --impute drop to leave their rows out";
  Preprocessor step;
  EXPECT_EQ(quiet_message_of<DataError>([&] { step.fit(train); }), expected);
  EXPECT_EQ(quiet_message_of<DataError>([&] { step.check_values(train); }), expected);
  EXPECT_FALSE(step.is_fitted());
  EXPECT_EQ(
      quiet_message_of<DataError>([&] {
        fitted({}, people({30, 0})).transform(people({30, kNaN}));
      }),
      "row 1, column 'city': the value is missing: train with --impute mean, median, mode or indicator to "
      "fill such values, or with --impute drop to leave their rows out");
}

TEST(Preprocessor, RejectsInfinityAlways) {
  const std::string expected =
      "row 1, column 'age': the value is infinite: correct it, or leave it empty and --impute";
  for (const char* impute : {"mean", "median", "mode", "drop"}) {
    const PreprocessOptions options{.impute = impute};
    EXPECT_EQ(quiet_message_of<DataError>([&] { fitted(options, people({-kInf, 0})); }), expected);
    const auto step = fitted(options, people({1, 0}));
    EXPECT_EQ(quiet_message_of<DataError>([&] { step.transform(people({kInf, 0})); }), expected);
  }
}

TEST(Preprocessor, FillsCategoriesByTheMostFrequentAndCounts) {
  const auto train = people({10, 2, kNaN, 1, 20, 2, 30, 1, kNaN, 0, 60, kNaN});
  const auto step = fitted({.impute = "mean"}, train);
  const Log log;
  const auto out = numbers(step.transform(train));
  EXPECT_EQ(out[4 * 1], 30);  // the mean of 10, 20, 30, 60
  // Oslo and Rome come twice; the smaller one is taken.
  EXPECT_EQ((std::vector<float>(out.end() - 4, out.end())), (std::vector<float>{60, 0, 1, 0}));
  EXPECT_EQ(log.lines,
            std::vector<std::string>{"info: missing values imputed: 3 ('age' 2, 'city' 1)"});
}

TEST(Preprocessor, DropsRowsWithMissingValuesAndCounts) {
  const auto train = people({10, 0, kNaN, 1, 20, kNaN, 30, 0});
  const auto step = fitted({.scale = "minmax", .impute = "drop"}, train);
  const Log log;
  EXPECT_EQ(step.kept_rows(train), (std::vector<std::uint32_t>{0, 3}));
  EXPECT_EQ(numbers(step.transform(train)), (std::vector<float>{0, 1, 1, 1}));
  EXPECT_EQ(log.lines,
            std::vector<std::string>{"warning: 2 of 4 rows have a missing value and are left out"});
  EXPECT_EQ(fitted({.impute = "mean"}, train).kept_rows(train).size(), 4U);
}

TEST(Preprocessor, KeepsMissingNumbersWhereTheyAreToBeKept) {
  const auto train = people({10, 0, kNaN, 1, 30, 0, 20, kNaN});
  const auto step = fitted({.scale = "minmax", .impute = "keep"}, train);
  const auto out = numbers(step.transform(train));
  ASSERT_EQ(out.size(), 12U);
  EXPECT_EQ(out[0], 0);
  EXPECT_TRUE(std::isnan(out[3]));
  EXPECT_EQ((std::vector<float>(out.begin() + 4, out.end())),
            (std::vector<float>{0, 1, 1, 1, 0, 0.5F, 1, 0}));
  EXPECT_TRUE(std::isnan(step.transform_one(std::vector<double>{kNaN, 0})[0]));
}

TEST(Preprocessor, RejectsDroppingEveryRow) {
  const std::string expected =
      "every row has a missing value, so --impute drop leaves none: leave columns out with "
      "--ignore, "
      "or choose --impute mean, median or mode";
  const auto gaps = people({kNaN, 0, 10, kNaN});
  EXPECT_EQ(quiet_message_of<DataError>([&] { fitted({.impute = "drop"}, gaps); }), expected);
  const auto step = fitted({.impute = "drop"}, people({10, 0}));
  EXPECT_EQ(quiet_message_of<DataError>([&] { step.transform(gaps); }), expected);
}

TEST(Preprocessor, RejectsAColumnWithoutAnyValue) {
  EXPECT_EQ(quiet_message_of<DataError>([&] {
              fitted({.impute = "mean"}, people({kNaN, 0, kNaN, 1}));
            }),
            "column 'age' has no value at all: leave it out with --ignore age");
}

TEST(Preprocessor, RejectsWhatIsTooLargeToScale) {
  const auto huge = table({numeric("a")}, {-1e308, 1e308});
  EXPECT_EQ(quiet_message_of<DataError>([&] { fitted({.scale = "minmax"}, huge); }),
            "column 'a': its values lie too far apart, or too close, to be scaled in double "
            "precision: rescale it, or leave it out with --ignore a");
  const auto large = table({numeric("a")}, {-5e307, 5e307});
  EXPECT_EQ(numbers(fitted({.scale = "minmax"}, large).transform(large)),
            (std::vector<float>{0, 1}));
  EXPECT_EQ(quiet_message_of<DataError>([&] { fitted({}, huge).transform(huge); }),
            "row 1, column 'a': -1e+308 is -1e+308 after scaling, beyond float32: choose --scale "
            "standard, or rescale the column");
}

TEST(Preprocessor, WarnsOfConstantColumnsByName) {
  const Log log;
  std::vector<Column> columns;
  for (int i = 0; i < 7; ++i) columns.push_back(numeric("k" + std::to_string(i)));
  Preprocessor step({.scale = "standard"});
  step.fit(table({numeric("same"), numeric("other")}, {0.1, 1, 0.1, 2, 0.1, 3}));
  step.fit(table(columns, std::vector<double>(14, 0.1)));
  EXPECT_EQ(numbers(step.transform(table(columns, std::vector<double>(7, 1.1)))),
            std::vector<float>(7, 1));
  EXPECT_EQ(log.lines, (std::vector<std::string>{
                           "warning: 'same' is constant in the training part, of no use to a "
                           "network; scaled by 1",
                           "warning: 'k0', 'k1', 'k2', 'k3', 'k4' and 2 more are constant in the "
                           "training part, of no use to a network; scaled by 1"}));
}

TEST(Preprocessor, FillsAConstantColumnWithItsValue) {
  std::vector<double> values(11, 0.1);  // the sum of ten of them is not 1 in double
  values[4] = kNaN;
  const auto train = table({numeric("same")}, values);
  const auto step = fitted({.scale = "standard", .impute = "mean"}, train);
  const Log quiet;
  EXPECT_EQ(numbers(step.transform(train)), std::vector<float>(11, 0));
}

TEST(Preprocessor, ScalesImagesByTheirRangeOrByChannel) {
  const auto train = images(2, 2, {0, 255, 10, 10, 51, 102, 10, 10});
  EXPECT_EQ(numbers(fitted({}, train).transform(train)),
            (std::vector<float>{0, 10, 255, 10, 51, 10, 102, 10}));  // channels last
  expect_near(numbers(fitted({.scale = "minmax"}, train).transform(train)),
              {0, 10 / 255.0, 1, 10 / 255.0, 0.2, 10 / 255.0, 0.4, 10 / 255.0});
  expect_near(numbers(fitted({.scale = "symmetric"}, train).transform(train)),
              {-1, 10 / 127.5 - 1, 1, 10 / 127.5 - 1, -0.6, 10 / 127.5 - 1, -0.2, 10 / 127.5 - 1});
  const double mean = 102;
  const double deviation = std::sqrt((102 * 102 + 153 * 153 + 51 * 51) / 4.0);
  const Log log;
  Preprocessor step({.scale = "standard"});
  step.fit(train);
  expect_near(numbers(step.transform(train)),
              {-mean / deviation, 0, 153 / deviation, 0, -51 / deviation, 0, 0, 0});
  EXPECT_EQ(log.lines, std::vector<std::string>{
                           "warning: 'channel 2' is constant in the training part, of no use to a "
                           "network; scaled by 1"});
  EXPECT_EQ(step.sample_shape(), (Shape{2, 1, 2}));
  EXPECT_EQ(step.feature_names_out().back(), "pixel4");
}

TEST(Preprocessor, RefusesRobustScalingOfImages) {
  expect_error<std::invalid_argument>(
      [] {
        fitted({.scale = "robust"}, images(2, 2, {0, 255, 10, 10, 51, 102, 10, 10}));
      },
      {"[scale] robust is for tables", "standard"});
}

TEST(Preprocessor, LearnsTheFormOfImagesAndTheirBorder) {
  // Two images of 3 x 3 whose middles, 9 and 200, are no border.
  const auto owner = std::make_shared<std::vector<std::uint8_t>>(
      std::vector<std::uint8_t>{0, 8, 0, 8, 9, 0, 0, 0, 0, 4, 4, 4, 4, 200, 4, 4, 4, 4});
  const Dataset train(
      Images{.count = 2, .channels = 1, .height = 3, .width = 3, .pixels = {owner, owner->data()}});
  const auto form = fitted({}, train).image_form();
  ASSERT_TRUE(form);
  EXPECT_EQ(form->channels, 1U);
  EXPECT_EQ(form->height, 3U);
  EXPECT_EQ(form->width, 3U);
  EXPECT_EQ(form->border, 3.0);  // (16 + 32) / 16
  EXPECT_FALSE(Preprocessor().image_form());
  EXPECT_FALSE(fitted({}, people({1, 0})).image_form());
}

TEST(Preprocessor, RejectsImagesOfAnotherShapeAndTablesForImages) {
  const auto of_images = fitted({}, images(1, 1, {1, 2, 3, 4}));
  EXPECT_EQ(quiet_message_of<std::invalid_argument>([&] {
              of_images.transform(images(1, 1, {1, 2}));
            }),
            "[preprocess] X has 2 features, expected 4: images of (1, 1, 2), where training had "
            "images of (1, 1, 4)");
  EXPECT_EQ(
      quiet_message_of<std::invalid_argument>([&] {
        of_images.transform(people({1, 0}));
      }),
      "[preprocess] X has 2 features, expected 4: a table of (2), where training had images of "
      "(1, 1, 4)");
  EXPECT_EQ(quiet_message_of<std::invalid_argument>([&] {
              fitted({}, people({1, 0})).transform(images(1, 1, {1, 2}));
            }),
            "[preprocess] X has 2 features, expected 2: images of (1, 1, 2), where training had a "
            "table");
}

TEST(Preprocessor, RejectsEmptyData) {
  EXPECT_EQ(quiet_message_of<std::invalid_argument>([&] { fitted({}, people({})); }),
            "[preprocess] 0 samples");
  EXPECT_EQ(quiet_message_of<std::invalid_argument>(
                [&] { fitted({}, Dataset(Table{.rows = 2, .columns = {}, .values = {}})); }),
            "[preprocess] 0 features");
  EXPECT_EQ(quiet_message_of<std::invalid_argument>([&] {
              fitted({}, people({1, 0})).transform(people({}));
            }),
            "[preprocess] 0 samples");
}

TEST(Preprocessor, RejectsWorkBeforeItIsFitted) {
  const std::string expected = "[preprocess] not fitted: call fit() first";
  const auto data = people({1, 0});
  EXPECT_EQ(quiet_message_of<std::logic_error>([&] { Preprocessor().transform(data); }), expected);
  EXPECT_EQ(quiet_message_of<std::logic_error>([&] { Preprocessor().kept_rows(data); }), expected);
}

TEST(Preprocessor, RejectsOptionsOutOfRange) {
  const auto error = [](const PreprocessOptions& options) {
    return quiet_message_of<std::invalid_argument>([&] { Preprocessor step(options); });
  };
  EXPECT_EQ(
      error({.scale = "standart"}),
      "[scale] must be one of: standard, minmax, symmetric, robust, none, got standart; did you mean "
      "standard?");
  EXPECT_EQ(error({.impute = "zero"}),
            "[impute] must be one of: mean, median, mode, indicator, drop, keep, got zero");
  EXPECT_EQ(error({.unknown = "drop"}), "[unknown] must be one of: error, ignore, other, got drop");
  EXPECT_EQ(error({.scale_target = "minmax"}),
            "[scale_target] must be one of: standard, none, got minmax");
}

TEST(Preprocessor, LearnsFromTheTrainingPartOnlyAndChangesNoInput) {
  const auto train = people({10, 0, 20, 2, kNaN, 1});
  const auto test = people({1000, 1, kNaN, kNaN});
  const auto train_before = train.hash();
  const auto test_before = test.hash();
  const auto step = fitted({.scale = "standard", .impute = "mean"}, train);
  const auto state = step.to_json();
  const auto first = numbers(step.transform(test));
  EXPECT_EQ(numbers(step.transform(test)), first);
  EXPECT_EQ(step.to_json(), state);
  EXPECT_EQ(train.hash(), train_before);
  EXPECT_EQ(test.hash(), test_before);
}

TEST(Preprocessor, ForgetsWhatItLearntBefore) {
  const auto image = images(2, 1, {0, 1, 2, 3});
  const auto rows = people({10, 0, 20, 2});
  const PreprocessOptions options{.scale = "standard"};
  Preprocessor step(options);
  step.fit(image);
  step.fit(rows);
  EXPECT_EQ(step.to_json(), fitted(options, rows).to_json());
  step.fit(image);
  EXPECT_EQ(step.to_json(), fitted(options, image).to_json());
}

// A table of ages and cities; an empty city is missing.
Dataset towns(const std::vector<double>& ages, const std::vector<std::string>& cities) {
  Table table{.rows = ages.size(), .columns = {{.name = "age"}, {.name = "city"}}};
  auto& known = table.columns[1].categories;
  known = cities;
  std::erase(known, "");
  std::ranges::sort(known);
  known.erase(std::unique(known.begin(), known.end()), known.end());
  for (std::size_t row = 0; row < ages.size(); ++row) {
    table.values.push_back(ages[row]);
    table.values.push_back(
        cities[row].empty()
            ? kNaN
            : static_cast<double>(std::ranges::lower_bound(known, cities[row]) - known.begin()));
  }
  return Dataset(table);
}

std::vector<double> row_of(const Preprocessor& step, const Dataset& data, std::size_t row) {
  std::vector<double> buffer(step.features_out());
  const DoubleInputs inputs = step.transform_double(data);
  const double* const values = inputs.row(row, buffer.data());
  return {values, values + step.features_out()};
}

using Row = std::vector<double>;

TEST(Preprocessor, IndicatesWhatWasMissing) {
  const Log log;
  const Preprocessor step =
      fitted({.impute = "indicator"}, towns({30, kNaN, 50, 70}, {"Rome", "Oslo", "", "Rome"}));
  EXPECT_EQ(step.feature_names_out(), (std::vector<std::string>{"age", "age=(missing)", "city=Oslo",
                                                                "city=Rome", "city=(missing)"}));
  const Dataset next = towns({kNaN, 20}, {"", "Oslo"});
  EXPECT_EQ(row_of(step, next, 0), (Row{50, 1, 0, 0, 1}));
  EXPECT_EQ(row_of(step, next, 1), (Row{20, 0, 1, 0, 0}));
  EXPECT_EQ(step.transform_one_double(Row{kNaN, kNaN}), (Row{50, 1, 0, 0, 1}));
  // Without gaps in training there is nothing to learn from: the median and the commonest stand in.
  const Preprocessor whole = fitted({.impute = "indicator"}, towns({30, 50, 70}, {"b", "b", "a"}));
  EXPECT_EQ(whole.features_out(), 3U);
  EXPECT_EQ(row_of(whole, next.select(std::vector<std::uint32_t>{0}), 0), (Row{50, 0, 1}));
  // A column that has no value in this part of the data.
  const Preprocessor none = fitted({.impute = "indicator"}, towns({kNaN, kNaN}, {"b", "a"}));
  EXPECT_EQ(row_of(none, towns({7}, {"a"}), 0), (Row{7, 0, 1, 0}));
}

TEST(Preprocessor, TakesRareCategoriesTogether) {
  const Log log;
  const std::vector<std::string> cities = {"a", "b", "b", "c", "c", "c", "d"};
  const Row ages(cities.size(), 1);
  const Preprocessor most = fitted({.max_categories = 2}, towns(ages, cities));
  EXPECT_EQ(most.feature_names_out(),
            (std::vector<std::string>{"age", "city=b", "city=c", "city=(other)"}));
  EXPECT_EQ(row_of(most, towns({1, 1}, {"d", "c"}), 0), (Row{1, 0, 0, 1}));
  expect_error<DataError>([&] { most.transform(towns({1}, {"e"})); }, {"'e' never occurred"});
  const Preprocessor others = fitted({.unknown = "other"}, towns(ages, cities));
  EXPECT_EQ(others.feature_names_out(), most.feature_names_out());  // a and d are in one row each
  EXPECT_EQ(row_of(others, towns({1}, {"e"}), 0), (Row{1, 0, 0, 1}));
  EXPECT_EQ(log.lines.back(),
            "warning: values never seen in training, taken as other: 1 ('city' 1)");
  // Where no category is rare, one that is new is none of them.
  const Preprocessor common =
      fitted({.unknown = "other"}, towns({1, 1, 1, 1}, {"a", "a", "b", "b"}));
  EXPECT_EQ(row_of(common, towns({1}, {"e"}), 0), (Row{1, 0, 0}));
  const Preprocessor singles = fitted({.unknown = "other"}, towns({1, 1}, {"a", "b"}));
  EXPECT_EQ(singles.feature_names_out(),
            (std::vector<std::string>{"age", "city=a", "city=(other)"}));
}

TEST(Preprocessor, KeepsIndicatorsAndRareCategoriesInItsRecord) {
  const Log log;
  const Dataset train = towns({30, kNaN, 50, 70, 1}, {"Rome", "Oslo", "", "Rome", "Bern"});
  const Preprocessor step = fitted(
      {.scale = "standard", .impute = "indicator", .unknown = "other", .max_categories = 1}, train);
  const Preprocessor again = Preprocessor::from_json(step.to_json());
  EXPECT_EQ(again.to_json(), step.to_json());
  for (std::size_t row = 0; row < train.samples(); ++row)
    EXPECT_EQ(row_of(again, train, row), row_of(step, train, row));
  const auto broken = [&](const std::string& from, const std::string& to) {
    std::string text = step.to_json();
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << text;
    expect_error<ModelError>([&] { Preprocessor::from_json(text.replace(at, from.size(), to)); },
                             {"rare"});
  };
  broken("\"rare\":[0,1]", "\"rare\":[0,1,2]");
  broken("\"rare\":[0,1]", "\"rare\":[1,0]");
  broken("\"rare\":[0,1]", "\"rare\":[0.5]");
}

TEST(Preprocessor, TakesManyCategories) {
  const Log log;
  std::vector<std::string> cities;
  const std::size_t rows = 100'000;
  for (std::size_t i = 0; i < rows; ++i) cities.push_back("city" + std::to_string(i));
  cities[5] = cities[6];
  const Preprocessor step = fitted({.unknown = "other", .max_categories = 50},
                                   towns(std::vector<double>(rows, 1), cities));
  EXPECT_EQ(step.features_out(), 3U);  // age, the one of two rows, and the others
}

}  // namespace
}  // namespace hebb
