// Runs whose kind of model is left open: which one they take, with which preprocessing.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "cli/run.h"
#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/datasets/generators.h"
#include "hebb/estimators/tabular.h"
#include "hebb/run/plan.h"
#include "hebb/run/run.h"

namespace hebb {
namespace {

using Options = OptionValues;

std::string kind_for(Dataset data, Options options, std::vector<std::string> varied = {}) {
  return prepare_run({.dataset = std::move(data),
                      .options = std::move(options),
                      .varied = std::move(varied)})
      .row->name;
}

std::string kind_of_table(Options options, std::vector<std::string> varied = {}) {
  return kind_for(make_moons({.n = 30, .seed = 1}), std::move(options), std::move(varied));
}

std::string kind_of_images(Options options, std::vector<std::string> varied = {}) {
  return kind_for(load_dataset("mnist10k").slice(0, 30), std::move(options), std::move(varied));
}

TEST(DefaultKind, OfATableIsTabularUnlessLayersAreDescribed) {
  EXPECT_EQ(kind_of_table({}), "tabular");
  EXPECT_EQ(kind_of_table({{"max_iter", 3}, {"alpha", 0.1}, {"dropout", 0.2}}), "tabular");
  EXPECT_EQ(kind_of_table({{"solver", "adamw"}}), "tabular");
  EXPECT_EQ(kind_of_table({{"members", 8}}), "tabular");
  EXPECT_EQ(kind_of_table({{"hidden_layer_sizes", 4}}), "mlp");
  EXPECT_EQ(kind_of_table({{"activation", "tanh"}}), "mlp");
  EXPECT_EQ(kind_of_table({{"net", "linear(4) relu linear(2)"}}), "mlp");
  EXPECT_EQ(kind_of_table({{"solver", "lbfgs"}}), "mlp");
}

TEST(DefaultKind, IsTabularForAnOptionThatItAloneHas) {
  EXPECT_EQ(kind_of_table({{"members", 8}, {"hidden_layer_sizes", 4}}), "tabular");
  EXPECT_EQ(kind_of_table({{"numbers", "plain"}, {"activation", "tanh"}}), "tabular");
  EXPECT_EQ(kind_of_table({{"numbers", "plain"}, {"solver", "lbfgs"}}), "tabular");
  expect_error<std::invalid_argument>([] { kind_of_table({{"average", true}}); }, {"average"});
}

TEST(DefaultKind, OfImagesIsNeverTabularUnlessAskedFor) {
  EXPECT_EQ(kind_of_images({}), "convnet");
  EXPECT_EQ(kind_of_images({{"dropout", 0.1}}), "mlp");
  EXPECT_EQ(kind_of_images({{"hidden_layer_sizes", 4}}), "mlp");
  EXPECT_EQ(kind_of_images({{"net", "simple"}}), "convnet");
  RunSpec spec{.dataset = load_dataset("mnist10k").slice(0, 30), .options = {{"members", 8}}};
  expect_error<std::invalid_argument>([&] { run(spec); }, {"[model] tabular is for tables"});
}

TEST(DefaultKind, CountsOptionsThatAreSetLater) {
  EXPECT_EQ(kind_of_table({}, {"alpha"}), "tabular");
  EXPECT_EQ(kind_of_table({}, {"alpha", "hidden_layer_sizes"}), "mlp");
  EXPECT_EQ(kind_of_table({{"activation", "relu"}}, {"members"}), "tabular");
  EXPECT_EQ(kind_of_images({}, {"alpha"}), "convnet");
  EXPECT_EQ(kind_of_images({}, {"alpha", "dropout"}), "mlp");
}

TEST(DefaultKind, IsSaidWhereItWasOpen) {
  const auto notes = [](const std::string& model, Options options) {
    const PreparedRun run =
        prepare_run({.data = "wine", .model = model, .options = std::move(options)});
    return std::ranges::count(run.notes,
                              "model: tabular, the default for tables; --model mlp takes a "
                              "multi-layer perceptron");
  };
  EXPECT_EQ(notes("", {}), 1);
  EXPECT_EQ(notes("", {{"members", 8}}), 1);
  EXPECT_EQ(notes("", {{"hidden_layer_sizes", 4}}), 0);
  EXPECT_EQ(notes("tabular", {}), 0);
  EXPECT_EQ(notes("mlp", {}), 0);
}

// ---- preprocessing ----

Record preprocessing_of(const RunSpec& spec) {
  return OptionSet(prepare_run(spec).preprocess).record();
}

Record record_with(PreprocessOptions options) { return OptionSet(std::move(options)).record(); }

TEST(KindsPreprocessing, IsTakenWhereNothingIsSaid) {
  const Record tabular = record_with(tabular_preprocessing());
  EXPECT_EQ(preprocessing_of({.data = "iris"}), tabular);
  EXPECT_EQ(preprocessing_of({.data = "diabetes"}), tabular);
  EXPECT_EQ(preprocessing_of({.data = "iris", .model = "tabular"}), tabular);
  EXPECT_EQ(preprocessing_of({.data = "iris", .model = "mlp"}), record_with({.scale = "standard"}));
  EXPECT_EQ(preprocessing_of({.data = "iris", .options = {{"hidden_layer_sizes", 4}}}),
            record_with({.scale = "standard"}));
}

TEST(KindsPreprocessing, IsReplacedByWhatIsSaid) {
  PreprocessOptions expected = tabular_preprocessing();
  expected.scale = "robust";
  expected.impute = {};
  expected.unknown = "ignore";
  expected.max_categories = {};
  expected.max_one_hot = 5;
  expected.clip_target = false;
  EXPECT_EQ(preprocessing_of({.data = "iris",
                              .preprocess = {{"scale", "robust"},
                                             {"impute", Value()},
                                             {"unknown", "ignore"},
                                             {"max_categories", Value()},
                                             {"max_one_hot", 5},
                                             {"clip_target", false}}}),
            record_with(expected));
}

TEST(KindsPreprocessing, ScalesNoTargetForALossThatTakesNoneBelowZero) {
  PreprocessOptions expected = tabular_preprocessing();
  expected.scale_target = "none";
  const RunSpec spec{.data = "diabetes", .options = {{"loss", "poisson"}, {"max_iter", 2}}};
  EXPECT_EQ(preprocessing_of(spec), record_with(expected));
  EXPECT_NO_THROW(run(spec));
  RunSpec scaled = spec;
  scaled.preprocess = {{"scale_target", "standard"}};
  expect_error<std::invalid_argument>([&] { run(scaled); }, {"scale_target", "poisson"});
}

TEST(KindsPreprocessing, OfAnEnsembleIsThatOfItsMembersIfTheyAreOfOneKind) {
  const auto of = [](const std::string& model, Options options) {
    return preprocessing_of({.data = "iris", .model = model, .options = std::move(options)});
  };
  const Record tabular = record_with(tabular_preprocessing());
  const Record plain = record_with({.scale = "standard"});
  EXPECT_EQ(of("bagging", {}), plain);
  EXPECT_EQ(of("bagging", {{"base", "tabular"}}), tabular);
  EXPECT_EQ(of("voting", {{"models", "tabular:members=4,tabular:members=8"}}), tabular);
  EXPECT_EQ(of("voting", {{"models", "tabular,logistic"}}), plain);
  EXPECT_EQ(of("voting", {{"models", "logistic,tabular"}}), plain);
}

TEST(KindsPreprocessing, IsThatOfTheModelThatARunGoesOnFrom) {
  const RunSpec first{.data = "diabetes",
                      .options = {{"max_iter", 2}, {"members", 4}},
                      .preprocess = {{"unknown", "error"}, {"impute", Value()}}};
  RunSpec next{.data = "diabetes", .options = {{"max_iter", 2}}};
  next.from = run(first).estimator->model();
  PreprocessOptions expected = tabular_preprocessing();
  expected.unknown = "error";
  expected.impute = {};
  EXPECT_EQ(preprocessing_of(next), record_with(expected));
  const RunResult result = run(next);
  EXPECT_EQ(result.estimator->kind(), "tabular");
  EXPECT_EQ(result.estimator->model().network()->text(), next.from->network()->text());
}

// ---- data as they are ----

const char* const kGaps =
    "age,city,y\n31,Rome,a\n,Oslo,b\n52,,a\n28,Oslo,b\n44,Rome,a\n,Oslo,b\n39,Rome,a\n27,Oslo,b\n";

TEST(TabularRun, IsStoppedNeitherByMissingValuesNorByUnknownCategories) {
  const test::Folder folder;
  folder.write("train.csv", kGaps);
  folder.write("test.csv", "age,city,y\n30,Bonn,a\n,,b\n");
  RunSpec spec{
      .data = folder / "train.csv", .test_data = folder / "test.csv", .options = {{"max_iter", 3}}};
  EXPECT_NO_THROW(check_test(prepare_run(spec)));
  const RunResult result = run(spec);
  EXPECT_EQ(result.predictions.truth.size(), 2U);
  spec.model = "mlp";
  expect_error<DataError>([&] { prepare_run(spec); }, {"row 2, column 'age'", "is missing"});
  spec.preprocess = {{"impute", "median"}};
  expect_error<DataError>([&] { run(spec); }, {"'Bonn' never occurred in training"});
}

TEST(TabularRun, RefusesATestPartOfALabelThatTrainingDoesNotKnow) {
  const test::Folder folder;
  folder.write("train.csv", kGaps);
  folder.write("test.csv", "age,city,y\n30,Rome,c\n");
  const RunSpec spec{.data = folder / "train.csv", .test_data = folder / "test.csv"};
  expect_error<DataError>([&] { check_test(prepare_run(spec)); }, {"test.csv", "'c'"});
}

TEST(TabularRun, ValidatesTheLastRowsOfATableWithTimes) {
  const test::Folder folder;
  std::string text = "day,x,y\n";
  for (int i = 0; i < 60; ++i)
    text += std::to_string(i) + ',' + std::to_string(i % 7) + ',' + std::to_string(i % 2) + '\n';
  folder.write("d.csv", text);
  DataOptions reading;
  reading.time_column = "day";
  const RunResult result =
      run({.data = folder / "d.csv", .reading = reading, .options = {{"max_iter", 3}}});
  EXPECT_EQ(result.estimator->model().results.numbers("validation_scores_").size(), 3U);
  expect_error<std::invalid_argument>(
      [&] {
        run({.data = folder / "d.csv",
             .reading = reading,
             .options = {{"max_iter", 3}, {"validation_folds", 4}}});
      },
      {"validation_folds", "times"});
}

TEST(TabularRun, IsPlannedAsItIsTrained) {
  const RunSpec spec{.data = "diabetes", .options = {{"max_iter", 1}}};
  const PreparedRun prepared = prepare_run(spec);
  const RunPlan plan = plan_run(prepared);
  const RunResult result = run(spec);
  const Network& network = *result.estimator->model().network();
  ASSERT_TRUE(plan.is_network());
  EXPECT_EQ(plan.network.text(), network.text());
  EXPECT_EQ(plan.parameters(), network.parameter_count());
}

}  // namespace
}  // namespace hebb
