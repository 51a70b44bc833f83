#include "hebb/estimators/ensembles.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "expect_error.h"
#include "hebb/core/random.h"
#include "hebb/data/folds.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"
#include "oracles/oracle.h"
#include "scratch.h"

namespace hebb {
namespace {

using Json = nlohmann::json;

// Members and the final model are solved to a gradient of 1e-8; probabilities are float32.
constexpr double kEnsembleTolerance = 2e-6;
// Full-batch descent to the least-squares solution, of targets of about 150.
constexpr double kNumberTolerance = 1e-3;

const std::string kSolved = ",tol=1e-8,max_iter=10000";

std::string logistics(const Json& strengths) {
  std::string text;
  for (const double c : strengths)
    text += (text.empty() ? "" : ",") + ("logistic:C=" + to_text(Value(c))) + kSolved;
  return text;
}

void expect_probabilities(const Classifier& ensemble, const Dataset& data, const Json& every_7th) {
  const Tensor p = ensemble.predict_proba(data);
  const std::size_t classes = ensemble.classes().size();
  for (std::size_t i = 0; i < every_7th.size(); ++i)
    for (std::size_t k = 0; k < classes; ++k)
      EXPECT_NEAR(double{p[7 * i * classes + k]}, every_7th[i][k].get<double>(), kEnsembleTolerance)
          << "row " << 7 * i;
}

TEST(Ensembles, StackLikeScikitLearn) {
  const auto cases = test::oracle("ensembles")["stacking"];
  for (const Json& one : cases) {
    SCOPED_TRACE(one["data"].get<std::string>() + " by " + one["stack_method"].get<std::string>());
    const Dataset data = load_dataset(one["data"].get<std::string>());
    StackingClassifier stacking({.models = logistics(one["C"]),
                                 .final_estimator = "logistic:C=1" + kSolved,
                                 .stack_method = one["stack_method"],
                                 .passthrough = one["passthrough"],
                                 .shuffle = false},
                                {.scale = "standard"});
    stacking.fit(data);
    expect_probabilities(stacking, data, one["probabilities"]);
  }
}

TEST(Ensembles, VoteLikeScikitLearn) {
  const auto cases = test::oracle("ensembles")["voting"];
  for (const Json& one : cases) {
    SCOPED_TRACE(one["data"].get<std::string>() + ", " + one["voting"].get<std::string>());
    const Dataset data = load_dataset(one["data"].get<std::string>());
    VotingOptions options{.models = logistics(one["C"]), .voting = one["voting"]};
    if (!one["weights"].is_null()) options.weights = one["weights"].get<std::vector<double>>();
    VotingClassifier voting(options, {.scale = "standard"});
    voting.fit(data);
    EXPECT_EQ(voting.predict_index(data), one["predicted"].get<std::vector<std::int32_t>>());
    EXPECT_EQ(voting.has_probabilities(), one["voting"] == "soft");
    if (voting.has_probabilities()) expect_probabilities(voting, data, one["probabilities"]);
  }
}

TEST(Ensembles, StackNumbersLikeScikitLearn) {
  const Dataset data = load_dataset("diabetes");
  const std::string squares = "adaline:full_batch=true,tol=0,max_iter=30000,n_iter_no_change=30000";
  StackingRegressor stacking({.models = squares, .final_estimator = squares, .shuffle = false},
                             {.scale = "standard", .scale_target = "standard"});
  stacking.fit(data);
  const std::vector<double> predicted = stacking.predict(data);
  const Json expected = test::oracle("ensembles")["numbers"]["predictions"];
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(predicted[7 * i], expected[i].get<double>(), kNumberTolerance);
}

// ---- bagging ----

// The rows of a member, as the header of random.h lets anyone draw them.
std::vector<std::uint32_t> drawn_rows(std::size_t samples, std::uint64_t seed,
                                      std::uint32_t member) {
  const Random random(seed, Purpose::ensemble, member + 1);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < samples; ++i)
    rows.push_back(static_cast<std::uint32_t>(random.uniform(i, 0) * static_cast<double>(samples)));
  std::ranges::sort(rows);
  return rows;
}

TEST(Bagging, AMemberLearnsFromTheRowsDrawnForIt) {
  const Dataset data = load_dataset("iris");
  BaggingClassifier bagging(LogisticRegression(), {.n_estimators = 3, .random_state = 5},
                            {.scale = "standard"});
  bagging.fit(data);
  ASSERT_EQ(bagging.members(), 3U);
  std::vector<double> sums(data.samples() * 3);
  std::vector<int> seen(data.samples());
  for (std::uint32_t m = 0; m < 3; ++m) {
    const auto rows = drawn_rows(data.samples(), 5, m);
    LogisticRegression alone({}, {.scale = "standard"});
    alone.fit(data.select(rows));
    EXPECT_EQ(bagging.member(m).model().units()->coef, alone.coef_());
    const Tensor p = alone.predict_proba(data);
    for (std::uint32_t r = 0; r < data.samples(); ++r) {
      if (std::ranges::binary_search(rows, r)) continue;
      ++seen[r];
      for (std::size_t k = 0; k < 3; ++k) sums[r * 3 + k] += double{p[r * 3 + k]};
    }
  }
  double right = 0, all = 0;
  for (std::size_t r = 0; r < data.samples(); ++r) {
    if (seen[r] == 0) continue;
    const auto row = std::span(sums).subspan(r * 3, 3);
    ++all;
    if (std::ranges::max_element(row) - row.begin() ==
        static_cast<std::ptrdiff_t>(data.target().values[r]))
      ++right;
  }
  EXPECT_LT(all, static_cast<double>(data.samples()));
  EXPECT_EQ(bagging.oob_score_(), right / all);
  EXPECT_EQ(bagging.model().results.count("oob_rows_"), static_cast<std::uint64_t>(all));
}

TEST(Bagging, PredictsTheMeanOfItsMembersAndTellsHowFarTheyDiffer) {
  const Dataset data = load_dataset("wine");
  BaggingClassifier bagging(LogisticRegression(), {.n_estimators = 4}, {.scale = "standard"});
  bagging.fit(data);
  const Tensor mean = bagging.predict_proba(data);
  const std::vector<double> spread = bagging.spread(data);
  std::vector<Tensor> members;
  for (std::size_t m = 0; m < 4; ++m)
    members.push_back(dynamic_cast<const Classifier&>(bagging.member(m)).predict_proba(data));
  double most = 0;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    double sum = 0, squares = 0;
    for (const Tensor& p : members) sum += double{p[i]};
    for (const Tensor& p : members) squares += std::pow(double{p[i]} - sum / 4, 2);
    EXPECT_EQ(mean[i], static_cast<float>(sum / 4));
    EXPECT_DOUBLE_EQ(spread[i], std::sqrt(squares / 4));
    most = std::max(most, spread[i]);
  }
  EXPECT_GT(most, 0);
}

TEST(Bagging, WithoutDrawingIsADeepEnsemble) {
  const Dataset data = load_dataset("iris");
  BaggingClassifier bagging(MLPClassifier({.hidden_layer_sizes = {5}, .max_iter = 5}),
                            {.n_estimators = 2, .bootstrap = false});
  bagging.fit(data);
  EXPECT_EQ(bagging.member(0).model().data_hash, data.hash());
  EXPECT_EQ(bagging.member(1).model().data_hash, data.hash());
  const auto parameters = [&](std::size_t m) {
    const auto all = bagging.member(m).model().network()->parameters();
    return std::vector<float>(all.begin(), all.end());
  };
  EXPECT_NE(parameters(0), parameters(1));
  EXPECT_NE(bagging.member(0).options().get("random_state"),
            bagging.member(1).options().get("random_state"));
  EXPECT_TRUE(std::isnan(bagging.oob_score_()));
}

TEST(Bagging, DrawsAShareOfTheRows) {
  const Dataset data = load_dataset("wine");
  BaggingClassifier bagging(LogisticRegression(),
                            {.n_estimators = 2, .max_samples = 0.5, .bootstrap = false},
                            {.scale = "standard"});
  bagging.fit(data);
  // A row is in none of two halves with a probability of 1/4, in one with 1/2.
  const auto rows = bagging.model().results.count("oob_rows_");
  EXPECT_GT(rows, data.samples() * 6 / 10);
  EXPECT_LT(rows, data.samples() * 9 / 10);
}

TEST(Bagging, DrawsWholeGroups) {
  Dataset data = load_dataset("iris");
  Groups groups;
  for (std::uint32_t row = 0; row < data.samples(); ++row) groups.values.push_back(row % 10);
  for (int i = 0; i < 10; ++i) groups.labels.push_back("g" + std::to_string(i));
  data.set_groups(groups);
  BaggingClassifier bagging(LogisticRegression(), {.n_estimators = 1}, {.scale = "standard"});
  bagging.fit(data);
  const auto rows = bagging.model().results.count("oob_rows_");
  ASSERT_TRUE(rows.has_value());
  EXPECT_EQ(*rows % 15, 0U);  // each group has 15 rows
  EXPECT_GT(*rows, 0U);
}

TEST(Bagging, MembersWithoutProbabilitiesVote) {
  const Dataset data = load_dataset("iris");
  BaggingClassifier bagging(Perceptron({.max_iter = 20}), {.n_estimators = 5});
  bagging.fit(data);
  EXPECT_FALSE(bagging.has_probabilities());
  expect_error<std::invalid_argument>([&] { (void)bagging.predict_proba(data); },
                                      {"vote", "no probabilities", "decision_function"});
  const std::vector<double> shares = bagging.decision_function(data);
  const auto predicted = bagging.predict_index(data);
  for (std::size_t r = 0; r < data.samples(); ++r) {
    std::vector<double> votes(3);
    for (std::size_t m = 0; m < 5; ++m)
      votes[static_cast<std::size_t>(dynamic_cast<const Classifier&>(bagging.member(m))
                                         .predict_index(data.slice(r, r + 1))[0])] += 1;
    for (std::size_t k = 0; k < 3; ++k) EXPECT_DOUBLE_EQ(shares[r * 3 + k], votes[k] / 5);
    EXPECT_EQ(predicted[r], std::ranges::max_element(votes) - votes.begin());
  }
  EXPECT_EQ(bagging.predict_one(std::vector<double>{5, 3, 1, 0.2}).size(), 3U);
}

TEST(Bagging, AMemberMayLackTheRowsOfAClassAndACategory) {
  // One row of class c, and one of the city Ulm: most draws of rows leave them out.
  Table table{.rows = 30,
              .columns = {{.name = "x"}, {.name = "city", .categories = {"Bonn", "Rome", "Ulm"}}}};
  Target target{.names = {"kind"}, .classes = {"a", "b", "c"}};
  for (std::size_t r = 0; r < 30; ++r) {
    table.values.insert(table.values.end(),
                        {static_cast<double>(r % 7), r == 3 ? 2.0 : static_cast<double>(r % 2)});
    target.values.push_back(r == 8 ? 2.0 : static_cast<double>(r % 2));
  }
  const Dataset data(table, target);
  BaggingClassifier bagging(LogisticRegression(), {.n_estimators = 6});
  bagging.fit(data);
  bool lacks_category = false;
  for (std::size_t m = 0; m < 6; ++m) {
    lacks_category = lacks_category || bagging.member(m).model().preprocessor.features_out() < 4;
  }
  EXPECT_TRUE(lacks_category);
  EXPECT_EQ(bagging.classes(), target.classes);
  const Tensor p = bagging.predict_proba(data);
  EXPECT_EQ(p.shape(), (Shape{30, 3}));
  const auto one = bagging.predict_one(std::vector<double>{3, 2});
  for (std::size_t k = 0; k < 3; ++k) EXPECT_FLOAT_EQ(static_cast<float>(one[k]), p[9 + k]);
  table.columns[1].categories = {"Bonn", "Paris", "Ulm"};
  expect_error<DataError>([&] { (void)bagging.predict_proba(Dataset(table)); }, {"row 2", "Paris"});
}

// ---- what all of them do ----

TEST(Ensembles, TellWhichMemberIsTrained) {
  const Dataset data = load_dataset("iris");
  const auto names_of = [&](Supervised& ensemble) {
    std::vector<std::string> names;
    std::size_t stops = 0;
    ensemble.fit(data, {.on_event = [&](const Event& event) {
                   if (const auto* started = std::get_if<MemberStarted>(&event)) {
                     names.push_back(started->name);
                     EXPECT_EQ(started->member, std::min(names.size(), started->members));
                   }
                   stops += std::holds_alternative<Stopped>(event) ? 1 : 0;
                 }});
    EXPECT_EQ(stops, 1U);
    return names;
  };
  BaggingClassifier bagging(LogisticRegression(), {.n_estimators = 2});
  EXPECT_EQ(names_of(bagging), (std::vector<std::string>{"member 1 of 2", "member 2 of 2"}));
  StackingClassifier stacking({.models = "logistic", .cv = 2});
  EXPECT_EQ(names_of(stacking),
            (std::vector<std::string>{"logistic, model 1 of 1, fold 1 of 2",
                                      "logistic, model 1 of 1, fold 2 of 2",
                                      "logistic, model 1 of 1, all rows", "the final logistic"}));
}

TEST(Ensembles, ABaggingThatIsStoppedKeepsTheMembersThatAreComplete) {
  const Dataset data = load_dataset("iris");
  std::size_t begun = 0;
  bool at_once = false;
  std::optional<StopReason> reason;
  const RunControl control{.on_event =
                               [&](const Event& event) {
                                 if (const auto* started = std::get_if<MemberStarted>(&event))
                                   begun = started->member;
                                 if (const auto* stopped = std::get_if<Stopped>(&event))
                                   reason = stopped->reason;
                               },
                           .stop_requested = [&] { return at_once || begun >= 4; }};
  BaggingClassifier bagging(MLPClassifier({.hidden_layer_sizes = {5}, .max_iter = 5}),
                            {.n_estimators = 10});
  bagging.fit(data, control);
  EXPECT_EQ(bagging.members(), 3U);
  EXPECT_EQ(reason, StopReason::interrupted);
  at_once = true;  // a model must predict all the same
  bagging.fit(data, control);
  EXPECT_EQ(bagging.members(), 1U);
}

TEST(Ensembles, OthersThatAreStoppedHaveNoModel) {
  const Dataset data = load_dataset("iris");
  std::size_t begun = 0;
  const RunControl control{.on_event =
                               [&](const Event& event) {
                                 if (const auto* started = std::get_if<MemberStarted>(&event))
                                   begun = started->member;
                               },
                           .stop_requested = [&] { return begun >= 2; }};
  VotingClassifier voting({.models = "logistic,mlp:hidden=5,max_iter=5,logistic"});
  expect_error<StoppedError>([&] { voting.fit(data, control); }, {"training 2 of 3", "voting"});
  EXPECT_FALSE(voting.is_fitted());
  begun = 0;
  StackingClassifier stacking({.models = "logistic"});
  expect_error<StoppedError>([&] { stacking.fit(data, control); }, {"training 2 of 7", "stacking"});
}

TEST(Ensembles, ATimeLimitIsForTheWhole) {
  const Dataset data = load_dataset("iris");
  std::optional<StopReason> reason;
  BaggingClassifier bagging(
      MLPClassifier({.max_iter = 100000, .tol = 0, .n_iter_no_change = 100000}),
      {.n_estimators = 3, .max_seconds = 0.05});
  bagging.fit(data, {.on_event = [&](const Event& event) {
                if (const auto* stopped = std::get_if<Stopped>(&event)) reason = stopped->reason;
              }});
  EXPECT_EQ(reason, StopReason::time_budget);
  EXPECT_GE(bagging.members(), 1U);
  // The limit is not part of the model.
  EXPECT_FALSE(bagging.model().options.has("max_seconds"));
}

TEST(Ensembles, TrainEqualModelsWithOtherSeedsUnlessOneIsGiven) {
  const Dataset data = load_dataset("iris");
  VotingClassifier voting({.models = "mlp:hidden=4,max_iter=3,mlp:hidden=4,max_iter=3,"
                                     "mlp:hidden=4,max_iter=3,random_state=9",
                           .random_state = 2});
  voting.fit(data);
  const auto seed = [&](std::size_t m) { return voting.member(m).options().get("random_state"); };
  EXPECT_NE(seed(0), seed(1));
  EXPECT_EQ(seed(2), Value(std::int64_t{9}));
}

TEST(Ensembles, RefuseWhatDoesNotGoTogether) {
  const Dataset iris = load_dataset("iris"), diabetes = load_dataset("diabetes");
  const auto refused = [](Supervised&& ensemble, const Dataset& data,
                          std::initializer_list<std::string> parts) {
    expect_error<std::invalid_argument>([&] { ensemble.fit(data); }, parts);
    EXPECT_FALSE(ensemble.is_fitted());
  };
  refused(VotingClassifier({.models = "logistic,perceptron"}), iris,
          {"[voting]", "perceptron has no probabilities", "hard"});
  refused(VotingClassifier({.models = "logistic,logistic", .weights = {1}}), iris,
          {"[weights]", "1 numbers for 2 models"});
  refused(VotingClassifier({.models = "logistic", .weights = {0}}), iris, {"[weights]", "all 0"});
  refused(VotingRegressor({.models = "logistic"}), diabetes,
          {"[models]", "logistic does not regress"});
  refused(VotingRegressor({.models = "adaline", .voting = "hard"}), diabetes,
          {"[voting]", "for classes"});
  refused(BaggingRegressor({.base = "logistic"}), diabetes,
          {"[base]", "logistic does not regress"});
  refused(BaggingClassifier({.base = "nothing"}), iris, {"[base]", "nothing"});
  refused(StackingClassifier({.models = "logistic", .final_estimator = "logistic,mlp"}), iris,
          {"[final_estimator]", "one model, got 2"});
  refused(StackingClassifier({.models = "perceptron", .stack_method = "predict_proba"}), iris,
          {"[stack_method]", "perceptron has no probabilities"});
  refused(StackingClassifier({.models = "logistc"}), iris, {"[models]", "did you mean logistic"});
  refused(BaggingClassifier(Adaline({.batch_size = 2, .full_batch = true})), iris,
          {"member 1 of 10", "full_batch"});
}

TEST(Ensembles, TakeOptionsByName) {
  VotingClassifier voting;
  expect_error<std::invalid_argument>([&] { voting.set_option("models", std::string("mlpp")); },
                                      {"[models]", "did you mean mlp"});
  StackingClassifier stacking;
  expect_error<std::invalid_argument>(
      [&] { stacking.set_option("final_estimator", std::string("logistc")); },
      {"[final_estimator]", "did you mean logistic"});
  EXPECT_EQ(voting.options(), OptionSet(VotingOptions()));

  BaggingClassifier bagging;
  bagging.set_option("base.alpha", 0.5);
  bagging.set_option("base", std::string("perceptron"));
  bagging.set_option("base.penalty", std::string("l2"));
  expect_error<std::invalid_argument>([&] { bagging.set_option("base.dropout", 0.5); },
                                      {"[base.dropout]", "no option"});
  bagging.fit(load_dataset("iris"));
  EXPECT_EQ(bagging.member(0).options().get("penalty"), Value(std::string("l2")));
  EXPECT_EQ(bagging.model().options.part("base_options")->text("penalty"), "l2");
}

TEST(Ensembles, AreNestedNoDeeperThanModelFilesHold) {
  BaggingClassifier bagging;
  std::string name = "base";
  for (int level = 1; level < 8; ++level, name += ".base")
    bagging.set_option(name, std::string("bagging"));
  expect_error<std::invalid_argument>([&] { bagging.set_option(name, std::string("bagging")); },
                                      {"nests models 9 deep", "at most 8"});
  bagging.set_option(name, std::string("logistic"));
  for (std::string own = "n_estimators"; own.size() < 60; own.insert(0, "base."))
    if (bagging.options().find(own)) bagging.set_option(own, std::int64_t{1});
  const Dataset data = load_dataset("iris");
  bagging.fit(data);
  const test::Scratch scratch;
  bagging.save(scratch / "deep.hebb");
  const auto loaded = load_model(scratch / "deep.hebb");
  EXPECT_EQ(loaded->options().record(), bagging.options().record());
  EXPECT_EQ(loaded->predictions(data).scores, bagging.predictions(data).scores);
}

TEST(Ensembles, StackEnsembles) {
  const Dataset data = load_dataset("wine");
  StackingClassifier stacking({.models = "bagging:base=logistic,n_estimators=2,"
                                         "voting:models=(logistic,perceptron),voting=hard",
                               .cv = 2},
                              {.scale = "standard"});
  stacking.fit(data);
  const auto& body = *ensemble_of(stacking.model());
  EXPECT_EQ(body.taken,
            (std::vector<MemberOutput>{MemberOutput::probabilities, MemberOutput::decisions}));
  EXPECT_EQ(ensemble_of(body.members[1])->combination, Combination::vote);
  const test::Scratch scratch;
  stacking.save(scratch / "s.hebb");
  const StackingClassifier loaded = StackingClassifier::load(scratch / "s.hebb");
  EXPECT_EQ(loaded.predictions(data).scores, stacking.predictions(data).scores);
  EXPECT_GT(loaded.score(data), 0.95);
  expect_error<ModelError>([&] { VotingClassifier::load(scratch / "s.hebb"); },
                           {"s.hebb", "holds no VotingClassifier"});
}

TEST(Ensembles, StackByTimeFromTheRowsThatAreHeldOut) {
  Dataset data = load_dataset("diabetes");
  Times times;
  for (std::size_t r = 0; r < data.samples(); ++r) times.values.push_back(static_cast<double>(r));
  data.set_times(times);
  StackingRegressor stacking({.models = "adaline:max_iter=20"},
                             {.scale = "standard", .scale_target = "standard"});
  stacking.fit(data);
  EXPECT_GT(stacking.score(data), 0.4);
}

Dataset striped_images() {
  Images images{.count = 20, .channels = 1, .height = 4, .width = 4};
  auto bytes = std::make_shared<std::vector<std::uint8_t>>();
  Target target{.names = {"kind"}, .classes = {"left", "right"}};
  for (std::size_t i = 0; i < images.count; ++i) {
    target.values.push_back(static_cast<double>(i % 2));
    for (std::size_t p = 0; p < 16; ++p)
      bytes->push_back(static_cast<std::uint8_t>((p % 4 < 2) == (i % 2 == 0) ? 200 + i : 3 * i));
  }
  images.pixels = {bytes, bytes->data()};
  return Dataset(images, target);
}

TEST(Ensembles, TakeImages) {
  const Dataset data = striped_images();
  BaggingClassifier bagging(MLPClassifier({.hidden_layer_sizes = {5}, .max_iter = 30}),
                            {.n_estimators = 2}, {.scale = "minmax"});
  StackingClassifier stacking(
      {.models = "mlp:hidden=4,max_iter=20,logistic", .passthrough = true, .cv = 2},
      {.scale = "minmax"});
  for (Classifier* one :
       {static_cast<Classifier*>(&bagging), static_cast<Classifier*>(&stacking)}) {
    one->fit(data);
    EXPECT_GT(one->score(data), 0.9);
    const Tensor p = one->predict_proba(data);
    const auto* bytes = data.images().pixels.get();
    const std::vector<double> first(bytes, bytes + 16);
    const auto alone = one->predict_one(first);
    for (std::size_t k = 0; k < 2; ++k) EXPECT_FLOAT_EQ(static_cast<float>(alone[k]), p[k]);
    expect_error<std::invalid_argument>([&] { (void)one->predict_one(std::vector<double>{1}); },
                                        {"X has 1 features, expected 16"});
  }
}

TEST(Ensembles, OptionsThatActAtPredictionReachTheMembers) {
  const Dataset data = striped_images();
  BaggingClassifier bagging(
      MLPClassifier({.hidden_layer_sizes = {5}, .max_iter = 5, .augment = "shift:1"}),
      {.n_estimators = 2}, {.scale = "minmax"});
  bagging.fit(data);
  const Tensor plain = bagging.predict_proba(data);
  bagging.set_option("base.tta", std::int64_t{4});
  const Tensor averaged = bagging.predict_proba(data);
  EXPECT_FALSE(std::ranges::equal(averaged.span(), plain.span()));
  EXPECT_EQ(bagging.member(1).options().get("tta"), Value(std::int64_t{4}));
  // They are in the model that is saved.
  const test::Scratch scratch;
  bagging.save(scratch / "b.hebb");
  const BaggingClassifier loaded = BaggingClassifier::load(scratch / "b.hebb");
  EXPECT_TRUE(std::ranges::equal(loaded.predict_proba(data).span(), averaged.span()));
  // Of a table there are no copies.
  BaggingClassifier of_table(MLPClassifier({.hidden_layer_sizes = {5}, .max_iter = 5}),
                             {.n_estimators = 2});
  of_table.fit(load_dataset("iris"));
  expect_error<std::invalid_argument>([&] { of_table.set_option("base.tta", std::int64_t{4}); },
                                      {"[tta]", "copies of images"});
}

TEST(Ensembles, DropRowsWithMissingValues) {
  auto values = load_dataset("iris").table().values();
  values[4 * 7] = std::nan("");
  const Dataset data = Dataset::from_values(values, {150, 4}, load_dataset("iris").target());
  StackingClassifier stacking({.models = "logistic"}, {.impute = "drop"});
  stacking.fit(data);
  expect_error<DataError>([&] { (void)stacking.predict_proba(data); }, {"1 of 150", "impute=drop"});
  BaggingClassifier bagging(LogisticRegression(), {.n_estimators = 2}, {.impute = "mean"});
  bagging.fit(data);
  EXPECT_EQ(bagging.predict_proba(data).shape(), (Shape{150, 3}));
}

// ---- files that others wrote ----

TEST(Ensembles, RefuseMembersThatDoNotFit) {
  const Dataset data = load_dataset("iris");
  StackingClassifier fitted({.models = "logistic,perceptron"});
  fitted.fit(data);
  VotingClassifier binary({.models = "logistic"});
  binary.fit(data.slice(0, 100));
  AdalineRegressor numbers({.max_iter = 5}, {.scale = "standard"});
  numbers.fit(load_dataset("diabetes"));
  const test::Scratch scratch;
  const auto refused = [&](const std::function<void(Model&, EnsembleBody&)>& spoil,
                           std::initializer_list<std::string> parts) {
    Model model = fitted.model();
    auto body = std::make_shared<EnsembleBody>(*ensemble_of(model));
    spoil(model, *body);
    model.body = body;
    expect_error<std::runtime_error>([&] { model.save(scratch / "m.hebb"); }, parts);
  };
  using Head = Model;
  using Body = EnsembleBody;
  refused([](Head&, Body& b) { b.members.clear(); }, {"no members"});
  refused([](Head&, Body& b) { b.weights = {1}; }, {"a weight for each of its 2 members"});
  refused([](Head&, Body& b) { b.weights = {2, -1}; }, {"none negative"});
  refused([](Head&, Body& b) { b.weights = {0, 0}; }, {"not all 0"});
  refused([&](Head&, Body& b) { b.members[1] = numbers.model(); },
          {"member2 does regress, the ensemble classify"});
  refused([](Head&, Body& b) { b.members[0].classes[1] = "other"; }, {"class 'other'"});
  refused([](Head&, Body& b) { b.members[0].preprocessor = Preprocessor(); },
          {"preprocessing gives 0"});
  refused([&](Head&, Body& b) { b.members[0].preprocessor = numbers.model().preprocessor; },
          {"10"});
  refused([](Head&, Body& b) { b.taken.pop_back(); }, {"what it takes"});
  refused([](Head&, Body& b) { b.taken[0] = MemberOutput::prediction; },
          {"final model takes 6 columns, the members give 4"});
  refused([](Head&, Body& b) { b.passthrough = true; }, {"the members give 10"});
  refused([](Head&, Body& b) { b.final_model.reset(); }, {"what it takes"});
  refused([](Head& m, Body&) { m.preprocessor = Preprocessor(); }, {"lacks its preprocessing"});
  refused([](Head& m, Body&) { m.classes = {"setosa", "versicolor"}; }, {"class 'virginica'"});

  // What a file may say of members that only their kinds can tell.
  const auto refused_by_kind = [&](const std::function<void(Model&, EnsembleBody&)>& spoil,
                                   std::initializer_list<std::string> parts) {
    Model model = fitted.model();
    auto body = std::make_shared<EnsembleBody>(*ensemble_of(model));
    spoil(model, *body);
    model.body = body;
    model.save(scratch / "m.hebb");
    expect_error<ModelError>([&] { load_model(scratch / "m.hebb"); }, parts);
  };
  refused_by_kind([](Head&, Body& b) { b.taken[1] = MemberOutput::probabilities; },
                  {"m.hebb", "member 2", "no probabilities"});
  refused_by_kind(
      [](Head&, Body& b) {
        b.combination = Combination::mean;
        b.final_model.reset();
      },
      {"m.hebb", "member 2", "no probabilities"});
  refused_by_kind([](Head&, Body& b) { b.members[1].kind = "unheard"; }, {"m.hebb", "unheard"});
  refused_by_kind([](Head& m, Body&) { m.options.set("models", Value("nothing")); },
                  {"m.hebb", "there is no model 'nothing'"});
}

}  // namespace
}  // namespace hebb
