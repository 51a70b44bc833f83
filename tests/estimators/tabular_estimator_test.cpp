// Networks for tables: what their options leave open, and what they promise beyond other networks.
#include "hebb/estimators/tabular.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/core/random.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/datasets/generators.h"
#include "hebb/estimators/catalogue.h"
#include "scratch.h"

namespace hebb {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// A table of two numbers for `samples` rows and three classes.
TableFacts facts_for(std::size_t samples) {
  return {.samples = samples, .outputs = 3, .encodings = {{}, {}}};
}

TableFacts numbers_for(std::size_t samples) {
  TableFacts facts = facts_for(samples);
  facts.task = Task::regress;
  facts.outputs = 1;
  return facts;
}

NetOptions planned(std::size_t samples, const TabularOptions& options = {}) {
  return plan_table(options, facts_for(samples));
}

TabularOptions with_net(const std::string& net) {
  TabularOptions options;
  options.net = net;
  return options;
}

bool has_periodic_features(const NetOptions& plan) {
  return plan.net.find(" cos ") != std::string::npos;
}

TEST(PlanTable, TakesBatchesByTheNumberOfSamples) {
  EXPECT_EQ(planned(5).batch_size, 5U);
  EXPECT_EQ(planned(100).batch_size, 16U);
  EXPECT_EQ(planned(1600).batch_size, 100U);
  EXPECT_EQ(planned(50'000).batch_size, 256U);
  EXPECT_EQ(planned(1'000'000).batch_size, 1024U);
  TabularOptions options;
  options.batch_size = 7;
  EXPECT_EQ(planned(1600, options).batch_size, 7U);
}

// As many epochs as take 800 updates, but 10 to 32.
TEST(PlanTable, WaitsForABetterEpochByTheNumberOfUpdates) {
  EXPECT_EQ(planned(100).n_iter_no_change, 32U);
  EXPECT_EQ(planned(10'240).n_iter_no_change, 20U);
  EXPECT_EQ(planned(50'000).n_iter_no_change, 10U);
  TabularOptions options;
  options.n_iter_no_change = 3;
  EXPECT_EQ(planned(100, options).n_iter_no_change, 3U);
}

// The first layer of all members has about 4 million weights at most.
TEST(PlanTable, TakesFewerUnitsAndMembersForVeryManyInputs) {
  const auto text = [](std::size_t inputs, const TabularOptions& options = {}) {
    TableFacts facts = facts_for(100);
    facts.encodings.assign(inputs, Encoding());
    facts.varied.assign(inputs, false);
    return plan_table(options, facts).net;
  };
  EXPECT_TRUE(text(5000).starts_with("members(8) scale grouped(100)")) << text(5000);
  EXPECT_TRUE(text(5001).starts_with("members(8) scale grouped(50)")) << text(5001);
  EXPECT_TRUE(text(100'000).starts_with("members(4) scale grouped(25)")) << text(100'000);
  TabularOptions options;
  options.hidden_layer_sizes = {300};
  EXPECT_TRUE(text(5001, options).starts_with("members(4) scale grouped(300)"));
}

TEST(PlanTable, HoldsOutFoldsUnlessSomethingForbidsThem) {
  EXPECT_EQ(planned(20).validation_folds, 4U);
  EXPECT_TRUE(planned(20).early_stopping);
  const auto folds = [](const auto& change) {
    TabularOptions options;
    change(options);
    return planned(100, options).validation_folds;
  };
  using Folds = std::optional<std::size_t>;
  EXPECT_EQ(folds([](TabularOptions& o) { o.validation_folds = 5; }), Folds(5));
  EXPECT_EQ(folds([](TabularOptions& o) { o.members = 4; }), Folds(4));
  EXPECT_EQ(folds([](TabularOptions& o) { o.members = 3; }), Folds());
  EXPECT_EQ(folds([](TabularOptions& o) { o.mixup = 0.2; }), Folds());
  EXPECT_EQ(folds([](TabularOptions& o) { o.validation_fraction = 0.2; }), Folds());
  EXPECT_EQ(folds([](TabularOptions& o) { o.solver = "lbfgs"; }), Folds());
  EXPECT_EQ(folds([](TabularOptions& o) { o.early_stopping = false; }), Folds());
  EXPECT_EQ(folds([](TabularOptions& o) {
              o.early_stopping = false;
              o.validate = true;
            }),
            Folds(4));
  TableFacts in_time = facts_for(100);
  in_time.in_time = true;
  EXPECT_EQ(plan_table({}, in_time).validation_folds, Folds());
  EXPECT_TRUE(plan_table({}, in_time).early_stopping) << "the last samples are held out";
}

TEST(PlanTable, HoldsOutNoneOfFewSamplesUnlessToldTo) {
  EXPECT_FALSE(planned(19).early_stopping);
  EXPECT_FALSE(planned(19).validation_folds);
  TabularOptions options;
  options.n_iter_no_change = 5;
  EXPECT_TRUE(planned(19, options).early_stopping);
  EXPECT_FALSE(planned(19, options).validation_folds);
  options = {};
  options.validation_fraction = 0.3;
  EXPECT_TRUE(planned(19, options).early_stopping);
  options = {};
  options.validation_folds = 2;
  EXPECT_TRUE(planned(19, options).early_stopping);
}

TEST(PlanTable, ValidatesClassesByTheBrierScore) {
  EXPECT_EQ(planned(100).validation_metric, "brier");
  EXPECT_EQ(plan_table({}, numbers_for(100)).validation_metric, "");
  TabularOptions options;
  options.validation_metric = "accuracy";
  EXPECT_EQ(planned(100, options).validation_metric, "accuracy");
}

// Both kinds of members, or one.
TEST(PlanTable, GivesPeriodicFeaturesByTask) {
  const auto is_mixed = [](const NetOptions& plan) {
    return plan.net.starts_with("concat(members(4)") && has_periodic_features(plan);
  };
  EXPECT_TRUE(is_mixed(planned(100)));
  EXPECT_TRUE(has_periodic_features(plan_table({}, numbers_for(30))));
  EXPECT_FALSE(is_mixed(plan_table({}, numbers_for(30))));
  TabularOptions options;
  options.numbers = "mixed";
  EXPECT_TRUE(is_mixed(plan_table(options, numbers_for(30))));
  options.numbers = "plain";
  EXPECT_FALSE(has_periodic_features(planned(100, options)));
  EXPECT_FALSE(has_periodic_features(plan_table(options, numbers_for(30))));
  options.numbers = "periodic";
  EXPECT_TRUE(has_periodic_features(planned(100, options)));
  EXPECT_FALSE(is_mixed(planned(100, options)));
  TableFacts few = facts_for(100);
  few.varied.assign(few.encodings.size(), false);
  EXPECT_FALSE(has_periodic_features(plan_table({}, few))) << "columns of a few values";
  options = {};
  options.members = 1;
  EXPECT_TRUE(has_periodic_features(planned(100, options)));
}

// What members share learns from all rows, so that folds would hold out none.
TEST(PlanTable, HoldsOutRowsWhereColumnsAreEmbedded) {
  TableFacts facts = facts_for(1000);
  facts.encodings.push_back({.kind = Encoding::Kind::category, .categories = 300});
  EXPECT_FALSE(plan_table({}, facts).validation_folds);
  EXPECT_TRUE(plan_table({}, facts).early_stopping);
}

// The network for a row of these features, which must be one for so many inputs.
std::string network_for(const TabularOptions& options, const TableFacts& facts) {
  std::string text = plan_table(options, facts).net;
  std::size_t inputs = 0;
  for (const Encoding& one : facts.encodings) inputs += one.width;
  const Network network = build_mlp(plan_table(options, facts), {inputs}, facts.outputs);
  EXPECT_EQ(network.members(), options.members) << text;
  EXPECT_EQ(network.outputs(), facts.outputs) << text;
  return text;
}

TEST(PlanTable, WritesANetworkOfMembers) {
  TabularOptions options;
  options.numbers = "plain";
  EXPECT_EQ(network_for(options, facts_for(100)),
            "members(8) scale grouped(100) relu dropout(0.15) grouped(100) relu dropout(0.15) "
            "grouped(3)");
  options.members = 2;
  options.hidden_layer_sizes = {20};
  options.activation = "silu";
  options.dropout = 0;
  EXPECT_EQ(network_for(options, facts_for(100)), "members(2) scale grouped(20) silu grouped(3)");
  const NetOptions plan = plan_table(options, facts_for(100));
  EXPECT_TRUE(plan.hidden_layer_sizes.empty()) << "the text says all";
}

// Front of the members: "concat(...) " or nothing.
std::string front_for(const std::vector<Encoding>& encodings, bool periodic) {
  TabularOptions options;
  options.numbers = periodic ? "periodic" : "plain";
  TableFacts facts = facts_for(100);
  facts.encodings = encodings;
  const std::string text = network_for(options, facts);
  return text.substr(0, text.find("members("));
}

TEST(PlanTable, EmbedsColumnsThatAreTheNumbersOfCategories) {
  const Encoding number, one_hot{.kind = Encoding::Kind::one_hot, .width = 3, .categories = 3},
      forty{.kind = Encoding::Kind::category, .categories = 40},
      two{.kind = Encoding::Kind::category, .categories = 2},
      thousand{.kind = Encoding::Kind::category, .categories = 1000};
  EXPECT_EQ(front_for({number, one_hot}, false), "");
  // 1.6 x 40^0.56 = 12.6.
  EXPECT_EQ(front_for({number, forty, one_hot}, false),
            "concat(columns(0,1) | columns(1,2) embed(40,13) | columns(2,5)) ");
  EXPECT_EQ(front_for({two}, false), "columns(0,1) embed(2,2) ");
  EXPECT_EQ(front_for({thousand, two}, false),
            "concat(columns(0,1) embed(1000,32) | columns(1,2) embed(2,2)) ");
}

TEST(PlanTable, GivesPeriodicFeaturesToNumbersAlone) {
  const std::string periodic =
      " grouped(16,weight=0.1,bias_init=3.14159,rate=6.28319) cos grouped(3) flatten";
  const Encoding number, missing{.width = 2},
      one_hot{.kind = Encoding::Kind::one_hot, .width = 3, .categories = 3},
      forty{.kind = Encoding::Kind::category, .categories = 40};
  EXPECT_EQ(front_for({number, missing}, true),
            "concat(columns(0,3) | columns(0,3)" + periodic + ") ");
  EXPECT_EQ(front_for({number, one_hot, number, forty, number}, true),
            "concat(columns(0,1)" + periodic +
                " | columns(0,5) | columns(5,6) embed(40,13) | "
                "columns(4,5)" +
                periodic + " | columns(6,7) | columns(6,7)" + periodic + ") ");
  EXPECT_EQ(front_for({one_hot}, true), "");
}

TEST(PlanTable, LeavesAGivenNetworkAsItIs) {
  const NetOptions plan = planned(1000, with_net("linear(8) relu linear(3)"));
  EXPECT_EQ(plan.net, "linear(8) relu linear(3)");
  EXPECT_EQ(plan.dropout, 0) << "is for hidden layers";
  EXPECT_FALSE(plan.validation_folds) << "it has no members";
  EXPECT_TRUE(plan.early_stopping);
  EXPECT_EQ(plan.batch_size, 62U);
  TabularOptions folded = with_net("members(2) grouped(3)");
  folded.validation_folds = 2;
  EXPECT_EQ(planned(1000, folded).validation_folds, 2U);
}

// `each` rows of each of `categories` categories, of two classes; nothing is missing.
Dataset categories_of(std::size_t categories, std::size_t each = 3) {
  Table table{.rows = categories * each, .columns = {{.name = "town"}}};
  Target target{.names = {"y"}, .classes = {"a", "b"}};
  for (std::size_t c = 0; c < categories; ++c) {
    table.columns[0].categories.push_back("t" + std::to_string(c));
    table.values.insert(table.values.end(), each, static_cast<double>(c));
    target.values.insert(target.values.end(), each, static_cast<double>(c % 2));
  }
  return Dataset(std::move(table), std::move(target));
}

NetOptions options_for(const Dataset& data, PreprocessOptions preprocess) {
  Preprocessor fitted(std::move(preprocess));
  fitted.fit(data);
  return training_options(OptionSet(TabularOptions()), Task::classify, fitted, data, 1);
}

TEST(TrainingOptions, EmbedColumnsOfMoreThan250Categories) {
  EXPECT_TRUE(options_for(categories_of(250), tabular_preprocessing()).net.starts_with("members"));
  EXPECT_TRUE(options_for(categories_of(251), tabular_preprocessing())
                  .net.starts_with("columns(0,1) embed(251,32) members"));
}

TEST(TrainingOptions, CountTheRowsThatAreKept) {
  const Dataset complete = make_moons({.n = 40, .seed = 1});
  std::vector<double> values = complete.table().values();
  for (std::size_t row = 10; row < 40; ++row) values[2 * row] = kMissing;
  const Dataset gaps = Dataset::from_values(values, {40, 2}, complete.target());
  PreprocessOptions drop = tabular_preprocessing();
  drop.impute = "drop";
  EXPECT_EQ(options_for(gaps, drop).batch_size, 10U);
  EXPECT_FALSE(options_for(gaps, drop).early_stopping);
  EXPECT_EQ(options_for(gaps, tabular_preprocessing()).batch_size, 16U);
}

TEST(TrainingOptions, OfOtherNetworksAreThoseGiven) {
  const Dataset moons = make_moons({.n = 40, .seed = 1});
  Preprocessor fitted;
  fitted.fit(moons);
  const NetOptions same =
      training_options(OptionSet(MLPOptions()), Task::classify, fitted, moons, 1);
  EXPECT_EQ(OptionSet(same).record(), OptionSet(NetOptions()).record());
}

// ---- estimators ----

TabularOptions small_tabular() {
  TabularOptions options;
  options.max_iter = 5;
  options.hidden_layer_sizes = {16};
  options.members = 4;
  return options;
}

// y = 3 x1 in rows whose second value is of no use, x1 from -1 to 1.
Dataset line(std::size_t rows = 60) {
  std::vector<double> values;
  Target target{.names = {"y"}};
  const Random random(3, Purpose::data);
  for (std::uint32_t i = 0; i < rows; ++i) {
    const double x = -1 + 2.0 * i / static_cast<double>(rows - 1);
    values.insert(values.end(), {x, random.normal(i, 0)});
    target.values.push_back(3 * x);
  }
  return Dataset::from_values(values, {rows, 2}, std::move(target));
}

Dataset far_out() { return Dataset::from_values(std::vector<double>{-50, 0, 50, 0}, {2, 2}); }

TEST(TabularRegressor, PredictsWithinTheRangeOfTheTrainingTarget) {
  TabularOptions options = small_tabular();
  options.max_iter = 60;
  TabularRegressor bounded(options);
  bounded.fit(line());
  EXPECT_EQ(bounded.predict(far_out()), (std::vector<double>{-3, 3}));
  PreprocessOptions free = tabular_preprocessing();
  free.clip_target = false;
  TabularRegressor unbounded(options, free);
  unbounded.fit(line());
  EXPECT_LT(unbounded.predict(far_out())[0], -6);
  EXPECT_GT(unbounded.predict(far_out())[1], 6);
}

TEST(TabularRegressor, ScalesNoTargetForALossThatTakesNoneBelowZero) {
  TabularOptions options = small_tabular();
  options.loss = "poisson";
  const Dataset counts = Dataset::from_values(line().table().values(), {60, 2}, [] {
    Target target = line().target();
    for (double& value : target.values) value = std::round(value + 4);
    return target;
  }());
  expect_error<std::invalid_argument>([&] { TabularRegressor(options).fit(counts); },
                                      {"[scale_target] standard", "poisson"});
  PreprocessOptions plain = tabular_preprocessing();
  plain.scale_target = "none";
  EXPECT_NO_THROW(TabularRegressor(options, plain).fit(counts));
}

TEST(TabularClassifier, TakesMissingValuesAndCategoriesThatTrainingDidNotHave) {
  const Dataset towns = categories_of(4);
  TabularClassifier net(small_tabular());
  net.fit(towns);
  const Dataset other(Table{.rows = 3,
                            .columns = {{.name = "town", .categories = {"t1", "elsewhere"}}},
                            .values = {0, kMissing, 1}});
  const Tensor p = net.predict_proba(other);
  EXPECT_EQ(p.shape(), (Shape{3, 2}));
  for (const float one : p.span()) EXPECT_TRUE(one > 0 && one < 1) << one;
  TabularClassifier strict(small_tabular(), {});
  strict.fit(towns);
  expect_error<DataError>([&] { strict.predict_proba(other); }, {"the value is missing"});
}

TEST(TabularClassifier, TakesMissingValuesInTraining) {
  const Dataset complete = make_moons({.n = 60, .seed = 1});
  std::vector<double> values = complete.table().values();
  for (std::size_t row = 0; row < 60; row += 7) values[2 * row] = kMissing;
  TabularClassifier net(small_tabular());
  net.fit(Dataset::from_values(values, {60, 2}, complete.target()));
  EXPECT_EQ(net.model().preprocessor.features_out(), 3U) << "an indicator";
}

TEST(TabularClassifier, IsForTables) {
  const Dataset images = load_dataset("mnist10k").slice(0, 40);
  TabularClassifier net(small_tabular());
  expect_error<std::invalid_argument>([&] { net.fit(images); },
                                      {"[model]", "tabular is for tables", "convnet"});
  EXPECT_FALSE(net.capabilities().images);
  EXPECT_FALSE(TabularRegressor().capabilities().images);
}

TEST(TabularClassifier, LearnsFromAFewSamplesWithoutAWord) {
  std::vector<std::string> heard;
  auto before = set_log_sink([&](LogLevel, std::string_view text) { heard.emplace_back(text); });
  for (const std::size_t samples : {2U, 3U, 8U, 19U}) {
    TabularClassifier net(small_tabular());
    net.fit(make_moons({.n = samples, .seed = 1}));
    EXPECT_TRUE(net.validation_scores_.empty()) << samples;
    EXPECT_EQ(net.n_iter_, 5U) << samples;
  }
  const std::vector<double> two = {1, 2};
  TabularRegressor(small_tabular())
      .fit(Dataset::from_values(two, {2, 1}, {.names = {"y"}, .values = {3, 5}}));
  set_log_sink(std::move(before));
  EXPECT_EQ(heard, std::vector<std::string>());
}

TEST(TabularClassifier, KeepsTheBestEpochByTheBrierScoreOfRowsHeldOut) {
  TabularOptions options = small_tabular();
  options.max_iter = 200;
  options.learning_rate_init = 0.05;
  options.dropout = 0;
  options.n_iter_no_change = 10;
  TabularClassifier net(options);
  net.fit(make_moons({.n = 100, .noise = 0.4, .seed = 1}));
  ASSERT_LT(net.n_iter_, 200U) << "it stops";
  EXPECT_EQ(net.validation_metric_, "brier");
  EXPECT_EQ(net.validation_scores_.size(), net.n_iter_);
  const double best = std::ranges::max(net.validation_scores_);
  EXPECT_LT(best, 0) << "the negative of a loss";
  EXPECT_LT(net.validation_scores_.back(), best);
}

template <class Net>
void expect_kept(const Dataset& data) {
  const test::Scratch scratch;
  Net net(small_tabular());
  net.fit(data);
  net.save(scratch / "m.hebb");
  const Net loaded = Net::load(scratch / "m.hebb");
  EXPECT_EQ(loaded.kind(), "tabular");
  EXPECT_EQ(loaded.options(), net.options());
  EXPECT_EQ(loaded.options().template as<TabularOptions>().members, 4U);
  EXPECT_EQ(OptionSet(loaded.model().preprocessor.options()).record(),
            OptionSet(tabular_preprocessing()).record());
  EXPECT_EQ(loaded.validation_scores_, net.validation_scores_);
  EXPECT_EQ(loaded.validation_metric_, net.validation_metric_);
  EXPECT_EQ(loaded.predict(data), net.predict(data));
  loaded.save(scratch / "again.hebb");
  EXPECT_EQ(test::read_text(scratch / "again.hebb") == test::read_text(scratch / "m.hebb"), true);
}

TEST(TabularEstimators, AreSavedAndLoaded) {
  expect_kept<TabularClassifier>(make_moons({.n = 60, .seed = 1}));
  expect_kept<TabularRegressor>(line());
}

TEST(TabularEstimators, AreLoadedAsTheirOwnKind) {
  const test::Scratch scratch;
  TabularRegressor net(small_tabular());
  net.fit(line());
  net.save(scratch / "m.hebb");
  expect_error<ModelError>([&] { TabularClassifier::load(scratch / "m.hebb"); },
                           {"holds no TabularClassifier"});
  expect_error<ModelError>([&] { MLPRegressor::load(scratch / "m.hebb"); },
                           {"holds no MLPRegressor"});
  EXPECT_EQ(load_estimator(scratch / "m.hebb")->kind(), "tabular");
}

TEST(TabularEstimators, AreTheSameForAnyNumberOfThreads) {
  const test::Scratch scratch;
  const auto bytes = [&](int threads) {
    TabularOptions options;
    options.max_iter = 3;
    options.threads = threads;
    TabularClassifier net(options);
    net.fit(make_moons({.n = 1200, .seed = 1}));
    net.save(scratch / "m.hebb");
    return test::read_text(scratch / "m.hebb");
  };
  const std::string one = bytes(1);
  EXPECT_EQ(bytes(1) == one, true);
  EXPECT_EQ(bytes(2) == one, true);
  EXPECT_EQ(bytes(4) == one, true);
}

}  // namespace
}  // namespace hebb
