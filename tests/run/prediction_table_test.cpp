#include "hebb/run/prediction_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>

#include "expect_error.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

Dataset rows(std::size_t count) {
  return Dataset::from_values(std::vector<double>(count, 0.0), {count, 1});
}

// Says what it is told to say.
class Told : public Classifier {
 public:
  Told(std::vector<std::string> classes, std::vector<float> probabilities)
      : Classifier("told", OptionSet()), probabilities_(std::move(probabilities)) {
    Model model;
    model.kind = "told";
    model.classes = std::move(classes);
    keep(std::move(model));
  }
  Capabilities capabilities() const override { return {}; }
  void fit(const Dataset&, const RunControl&) override {}
  std::vector<double> predict_one(std::span<const double>) const override { return {}; }
  bool has_probabilities() const override { return !probabilities_.empty(); }
  Tensor predict_proba(const Dataset& data) const override {
    Tensor all({data.samples(), classes().size()});
    std::ranges::copy(probabilities_, all.data());
    return all;
  }
  std::vector<double> decision_function(const Dataset& data) const override {
    return std::vector<double>(data.samples(), 1.0);
  }

 private:
  std::unique_ptr<Estimator> unfitted() const override { return nullptr; }

  std::vector<float> probabilities_;
};

class ToldNumbers : public Regressor {
 public:
  explicit ToldNumbers(std::vector<std::string> targets) : Regressor("told", OptionSet()) {
    Model model;
    model.kind = "told";
    model.task = Task::regress;
    model.target_names = std::move(targets);
    keep(std::move(model));
  }
  Capabilities capabilities() const override { return {}; }
  void fit(const Dataset&, const RunControl&) override {}
  std::vector<double> predict_one(std::span<const double>) const override { return {}; }
  std::vector<double> predict(const Dataset& data) const override {
    std::vector<double> values;
    for (std::size_t i = 0; i < data.samples() * targets().size(); ++i)
      values.push_back(0.1 + static_cast<double>(i));
    return values;
  }

 private:
  std::unique_ptr<Estimator> unfitted() const override { return nullptr; }
};

const Told kColours({"red", "green", "blue"}, {0.25F, 0.1F, 0.65F, 0.4F, 0.4F, 0.2F});

TEST(PredictionTable, IsACellALabelAtFirst) {
  const PredictionTable table(kColours, rows(2));
  EXPECT_EQ(table.rows(), 2U);
  EXPECT_EQ(table.csv_head(), "prediction\n");
  EXPECT_EQ(table.csv_row(0), "blue\n");
  EXPECT_EQ(table.csv_row(1), "red\n") << "the first of equals";
  EXPECT_EQ(table.json_row(0), R"({"prediction":"blue"})");
}

TEST(PredictionTable, HasAColumnAClassWithProbabilities) {
  const PredictionTable table(kColours, rows(2), {.proba = true});
  EXPECT_EQ(table.csv_head(), "prediction,red,green,blue\n");
  EXPECT_EQ(table.csv_row(0), "blue,0.25,0.1,0.65\n");
  EXPECT_EQ(table.json_row(0),
            R"({"prediction":"blue","proba":{"red":0.25,"green":0.1,"blue":0.65}})");
}

TEST(PredictionTable, HasTheMostProbableClassesInOrder) {
  const PredictionTable table(kColours, rows(2), {.top = 2});
  EXPECT_EQ(table.csv_head(), "prediction,probability,prediction_2,probability_2\n");
  EXPECT_EQ(table.csv_row(0), "blue,0.65,red,0.25\n");
  EXPECT_EQ(
      table.json_row(0),
      R"({"prediction":"blue","top":[{"class":"blue","probability":0.65},{"class":"red","probability":0.25}]})");
  EXPECT_EQ(PredictionTable(kColours, rows(2), {.top = 9}).csv_row(0),
            "blue,0.65,red,0.25,green,0.1\n");
}

TEST(PredictionTable, PredictsTheSecondOfTwoClassesFromAThresholdOn) {
  const Told two({"no", "yes"}, {0.7F, 0.3F, 0.75F, 0.25F});
  const PredictionTable table(two, rows(2), {.top = 1, .threshold = 0.3F});
  EXPECT_EQ(table.csv_row(0), "yes,0.3\n");
  EXPECT_EQ(table.csv_row(1), "no,0.75\n");
  expect_error<std::invalid_argument>(
      [] { PredictionTable(kColours, rows(2), {.threshold = 0.5}); },
      {"[threshold] is for two classes, there are 3"});
}

TEST(PredictionTable, HasDecisionsWhereThereAreNoProbabilities) {
  const Told deciding({"no", "yes, sir"}, {});
  EXPECT_EQ(PredictionTable(deciding, rows(1)).csv_row(0), "\"yes, sir\"\n");
  const auto refuses = [&](PredictionColumns columns, const char* option) {
    expect_error<std::invalid_argument>([&] { PredictionTable(deciding, rows(1), columns); },
                                        {option, "needs probabilities", "told"});
  };
  refuses({.proba = true}, "[proba]");
  refuses({.top = 1}, "[top]");
  refuses({.threshold = 0.5}, "[threshold]");
}

TEST(PredictionTable, HasNumbersByTheirTargets) {
  const PredictionTable one(ToldNumbers({"price"}), rows(2));
  EXPECT_EQ(one.csv_head(), "prediction\n");
  EXPECT_EQ(one.csv_row(1), "1.1\n");
  EXPECT_EQ(one.json_row(0), R"({"prediction":0.1})");
  const PredictionTable two(ToldNumbers({"x", "y"}), rows(2));
  EXPECT_EQ(two.csv_head(), "prediction_x,prediction_y\n");
  EXPECT_EQ(two.csv_row(1), "2.1,3.1\n");
  EXPECT_EQ(two.json_row(0), R"({"prediction":{"x":0.1,"y":1.1}})");
  expect_error<std::invalid_argument>(
      [] { PredictionTable(ToldNumbers({"x"}), rows(1), {.proba = true}); },
      {"this model predicts numbers"});
}

TEST(PredictionTable, HasTheDigitsOfDoubles) {
  class Large : public ToldNumbers {
   public:
    Large() : ToldNumbers({"y"}) {}
    std::vector<double> predict(const Dataset&) const override { return {1700000000.25, 4e300}; }
  };
  const PredictionTable table(Large(), rows(2));
  EXPECT_EQ(table.csv_row(0), "1700000000.25\n");
  EXPECT_EQ(table.csv_row(1), "4e+300\n");
  EXPECT_EQ(table.json_row(0), R"({"prediction":1700000000.25})");
}

TEST(PredictionTable, BeginsWithTheFileOfAnImage) {
  Dataset images = rows(2);
  images.set_files({"cat/1.png", "a\xff, b.png"});
  const PredictionTable table(kColours, images);
  EXPECT_EQ(table.csv_head(), "file,prediction\n");
  EXPECT_EQ(table.csv_row(0), "cat/1.png,blue\n");
  EXPECT_EQ(table.csv_row(1), "\"a\xff, b.png\",red\n");
  EXPECT_EQ(table.json_row(1), "{\"file\":\"a\xef\xbf\xbd, b.png\",\"prediction\":\"red\"}");
}

TEST(PredictionTable, BeginsWithTheColumnsThatTheDataKeep) {
  Dataset data = rows(3);
  data.set_kept(
      {{.name = "id", .texts = {"007", "8", "a,b"}}, {.name = "x", .texts = {"", "1", "2"}}});
  const std::vector<std::uint32_t> picked = {2, 0};
  const PredictionTable table(kColours, data.select(picked));
  EXPECT_EQ(table.csv_head(), "id,x,prediction\n");
  EXPECT_EQ(table.csv_row(0), "\"a,b\",2,blue\n");
  EXPECT_EQ(table.csv_row(1), "007,,red\n");
  EXPECT_EQ(table.json_row(1), R"({"kept":{"id":"007","x":""},"prediction":"red"})");
}

TEST(PredictionTable, HoldsFiniteNumbersOnly) {
  const float nan = std::nanf(""), infinity = std::numeric_limits<float>::infinity();
  for (const float bad : {nan, -nan, infinity, -infinity})
    expect_error<ModelError>(
        [&] {
          PredictionTable(Told({"a", "b"}, {0.5F, 0.5F, 0.5F, bad}), rows(2));
        },
        {"row 2", "no finite number"});
}

TEST(PredictionTable, CanMakeCellsSafeForSpreadsheets) {
  const auto first = [](const std::string& label, bool safe) {
    const PredictionTable table(Told({label, "b"}, {1, 0}), rows(1),
                                {.proba = true, .safe_cells = safe});
    return table.csv_head() + table.csv_row(0);
  };
  for (const char* label : {"=1+1", "+cmd", "-a", "@b", "\tx"}) {
    EXPECT_EQ(first(label, false), concat("prediction,", label, ",b\n", label, ",1,0\n"));
    EXPECT_EQ(first(label, true), concat("prediction,'", label, ",b\n'", label, ",1,0\n"));
  }
  for (const char* label : {"-1", "-1.5e3", "a=b", ""})
    EXPECT_EQ(first(label, true), first(label, false));
}

}  // namespace
}  // namespace hebb
