// What every estimator promises, by its task and its capabilities, after scikit-learn's own battery: a
// new row is held to all of it.
#include "estimators/contract.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <thread>

#include "expect_error.h"
#include "hebb/classical/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "scratch.h"

namespace hebb::test {
namespace {

// float32 sums in another order.
constexpr double kRowTolerance = 1e-6;
// Those of the row; probabilities are of classes alone.
Capabilities capabilities_for(const EstimatorRow& row, Task task) {
  Capabilities expected = row.capabilities;
  if (task != Task::classify) expected.probabilities = false;
  return expected;
}

// A few roundings of float32 in a sum of probabilities.
constexpr double kSumTolerance = 1e-6;

constexpr std::size_t kRows = 60, kColumns = 8;

// Before any test registers a kind of its own.
const std::vector<Kind> kKinds = [] {
  register_classical();
  std::vector<Kind> all;
  for (const EstimatorRow& row : estimator_catalogue()) {
    if ((row.name == "trees" || row.name == "forest") && !has_xgboost()) continue;
    for (const Kind& kind : kinds_of(row)) all.push_back(kind);
  }
  return all;
}();

std::vector<double> features() {
  std::vector<double> x;
  const Random random(12, Purpose::data);
  for (std::uint32_t r = 0; r < kRows; ++r)
    for (std::uint32_t c = 0; c < kColumns; ++c)
      x.push_back(random.normal(r, c) + (c == r % 3 ? 3.0 : 0.0));  // row r stands out in r % 3
  return x;
}

Target labels(std::vector<std::string> names) {
  Target target{.names = {"kind"}, .values = {}, .classes = std::move(names)};
  for (std::size_t r = 0; r < kRows; ++r)
    target.values.push_back(static_cast<double>(r % target.classes.size()));
  return target;
}

Target numbers() {
  Target target{.names = {"size"}};
  const auto x = features();
  for (std::size_t r = 0; r < kRows; ++r)
    target.values.push_back(x[r * kColumns] + 2 * x[r * kColumns + 1]);
  return target;
}

Dataset table(Target target, std::vector<double> weights = {}) {
  return Dataset::from_values(features(), {kRows, kColumns}, std::move(target), std::move(weights));
}

// Probabilities, scores of classes, numbers, or new features.
std::vector<double> outputs(const Estimator& estimator, const Dataset& data) {
  if (const auto* transformer = dynamic_cast<const Transformer*>(&estimator))
    return transformer->transform(data).table().values();
  const auto* classifier = dynamic_cast<const Classifier*>(&estimator);
  if (!classifier) return dynamic_cast<const Regressor&>(estimator).predict(data);
  if (!classifier->has_probabilities()) return classifier->decision_function(data);
  const Tensor p = classifier->predict_proba(data);
  return {p.span().begin(), p.span().end()};
}

const Supervised& supervised(const Estimator& estimator) {
  return dynamic_cast<const Supervised&>(estimator);
}

std::string bytes(const Estimator& estimator) {
  const Scratch scratch;
  estimator.save(scratch / "m.hebb");
  return read_text(scratch / "m.hebb");
}

// Of networks and units; of others what they give for the features that all tests learn from.
std::vector<double> learnt(const Estimator& estimator) {
  std::vector<double> all;
  if (const Network* network = estimator.model().network())
    all.assign(network->parameters().begin(), network->parameters().end());
  if (const LinearUnits* units = estimator.model().units()) {
    all.insert(all.end(), units->coef.begin(), units->coef.end());
    all.insert(all.end(), units->intercept.begin(), units->intercept.end());
  }
  if (all.empty()) all = outputs(estimator, table({}));
  EXPECT_FALSE(all.empty());
  return all;
}

}  // namespace

OptionSet Contract::with(const Values& values) {
  OptionSet options = row().options;
  // Convolutional networks promise this of tables too, by a network that takes them.
  if (row().name == "convnet") options.set("net", std::string());
  for (const auto& [name, value] : values)
    if (const Field* field = find_field(options.fields(), name)) field->set(options.data(), value);
  return options;
}

OptionSet Contract::quick() {
  return with({{"max_iter", std::int64_t{20}}, {"threads", std::int64_t{1}}});
}

std::unique_ptr<Estimator> Contract::make(const OptionSet& options,
                                          const PreprocessOptions& preprocess) {
  return row().make(task(), options, preprocess);
}

Target Contract::target() {
  return classifies() ? labels({"ant", "bee", "cat"}) : predicts() ? numbers() : Target{};
}

std::unique_ptr<Estimator> Contract::fitted(const Dataset& data) {
  auto estimator = make();
  estimator->fit(data);
  return estimator;
}

namespace {

INSTANTIATE_TEST_SUITE_P(Catalogue, Contract, testing::ValuesIn(kKinds), kind_name);

TEST_P(Contract, MakesWhatTheTaskAsksFor) {
  const auto estimator = make();
  EXPECT_EQ(estimator->task(), task());
  EXPECT_EQ(estimator->capabilities(), capabilities_for(row(), task()));
  EXPECT_EQ(estimator->kind(), row().name);
  EXPECT_EQ(estimator->options(), quick());
  EXPECT_FALSE(estimator->is_fitted());
  const auto learned = fitted(table(target()));
  EXPECT_EQ(learned->model().kind, row().name);
  EXPECT_EQ(learned->model().task, task());
  for (const Task other : {Task::classify, Task::regress, Task::transform})
    if (!row().has_task(other))
      expect_error<std::invalid_argument>([&] { row().make(other, quick(), {}); },
                                          {row().name, task_name(other)});
}

TEST_P(Contract, NoRowsOrNoColumnsAreRefused) {
  Target none = target();
  none.values.clear();
  expect_error<std::invalid_argument>(
      [&] {
        make()->fit(Dataset::from_values({}, {0, kColumns}, none));
      },
      {"0 samples"});
  Target two = none;
  if (predicts()) two.values = {0, 1};
  expect_error<std::invalid_argument>(
      [&] {
        make()->fit(Dataset::from_values({}, {2, 0}, two));
      },
      {"0 features"});
  const auto estimator = fitted(table(target()));
  expect_error<std::invalid_argument>(
      [&] {
        outputs(*estimator, Dataset::from_values({}, {0, kColumns}));
      },
      {"0 samples"});
}

TEST_P(Contract, OneDimensionalDataIsRefused) {
  expect_error<std::invalid_argument>(
      [] { make()->fit(Dataset::from_values(features(), {kRows * kColumns}, target())); },
      {"expected 2D"});
}

TEST_P(Contract, TargetShorterThanDataNamesBothCounts) {
  if (!predicts()) GTEST_SKIP() << "it has no target";
  Target shorter = target();
  shorter.values.pop_back();
  expect_error<std::invalid_argument>([&] { make()->fit(table(shorter)); },
                                      {"60 samples", "59 target values"});
}

TEST_P(Contract, NoTargetIsRefused) {
  if (!predicts()) GTEST_SKIP() << "it has no target";
  expect_error<std::invalid_argument>([] { make()->fit(table({})); }, {"target"});
}

TEST_P(Contract, AnotherWidthIsRefusedWithBothNamed) {
  const auto estimator = fitted(table(target()));
  const std::vector<double> narrow(3, 0.0);
  expect_error<std::invalid_argument>(
      [&] {
        outputs(*estimator, Dataset::from_values(narrow, {3, 1}));
      },
      {"X has 1 features, expected 8"});
}

TEST_P(Contract, SequencesAreRefusedWhereItTakesNone) {
  if (can().sequences) GTEST_SKIP() << "it takes sequences";
  const Dataset whole = table(target());
  Table steps{.rows = kRows, .columns = whole.columns(), .values = features()};
  std::vector<std::size_t> offsets;
  for (std::size_t begin = 0; begin <= kRows; begin += 2) offsets.push_back(begin);
  Target of_sequences = target(), of_steps = target();
  of_sequences.values.resize(of_sequences.outputs() * kRows / 2);
  if (predicts()) of_steps.offsets = offsets;
  const Dataset one_each(Sequences(steps, offsets), std::move(of_sequences));
  const Dataset one_a_step(Sequences(steps, offsets), std::move(of_steps));
  for (const Dataset* data : {&one_each, &one_a_step})
    expect_error<std::invalid_argument>([&] { make()->fit(*data); }, {"holds sequences"});
  const auto estimator = fitted(whole);
  expect_error<std::invalid_argument>([&] { (void)outputs(*estimator, one_each); },
                                      {"holds sequences"});
}

TEST_P(Contract, LabelsInSeveralColumnsAreRefused) {
  if (!predicts()) GTEST_SKIP() << "it predicts nothing";
  Target two{.names = {"kind", "size"},
             .values = std::vector<double>(2 * kRows),
             .column_classes = {{}, {"ant"}}};
  const Dataset data = table(std::move(two));
  expect_error<std::invalid_argument>(
      [&] { make()->fit(data); },
      {classifies() ? "classes need one target column, got 2" : "the target 'size' holds labels"});
}

TEST_P(Contract, NumbersThatAreNotFiniteAreNamedByRowAndColumn) {
  const auto estimator = fitted(table(target()));
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    auto x = features();
    x[2 * kColumns + 1] = bad;
    const Dataset data = Dataset::from_values(x, {kRows, kColumns}, target());
    expect_error<DataError>([&] { make()->fit(data); }, {"row 3", "'c2'"});
    expect_error<DataError>([&] { outputs(*estimator, data); }, {"row 3", "'c2'"});
    if (!predicts()) continue;
    Target gap = target();
    gap.values[4] = bad;
    if (classifies()) gap.classes.clear();
    expect_error<DataError>([&] { make()->fit(table(gap)); },
                            {"row 5", "'" + gap.names.front() + "'"});
  }
}

TEST_P(Contract, ErrorsNameTheDataSet) {
  auto x = features();
  x[2 * kColumns + 1] = std::nan("");
  Dataset data = Dataset::from_values(x, {kRows, kColumns}, target());
  data.set_name("new.csv");
  expect_error<DataError>([&] { make()->fit(data); }, {"new.csv: row 3, column 'c2'"});
  if (!predicts()) return;
  Target gap = target();
  gap.classes.clear();
  gap.values[4] = std::nan("");
  Dataset other = table(gap);
  other.set_name("new.csv");
  expect_error<DataError>([&] { make()->fit(other); }, {"new.csv: row 5, column"});
}

TEST_P(Contract, LabelsComeBackAsGiven) {
  if (!predicts()) GTEST_SKIP() << "it has no target";
  if (!classifies()) {
    expect_error<std::invalid_argument>(
        [] {
          make()->fit(table(labels({"a", "b"})));
        },
        {"'kind' holds labels", "numbers"});
    return;
  }
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{"ant", "bee, black", "größe"}, {"-5", "0", "1000000000"}}) {
    const Dataset data = table(labels(names));
    const auto estimator = fitted(data);
    const auto& classifier = dynamic_cast<const Classifier&>(*estimator);
    EXPECT_EQ(classifier.classes(), names);
    for (const std::string& label : classifier.predict(data))
      EXPECT_NE(std::ranges::find(names, label), names.end()) << label;
  }
  Target whole{.names = {"kind"}};
  for (std::size_t r = 0; r < kRows; ++r) whole.values.push_back(r % 2 ? 1e9 : -5);
  EXPECT_EQ(fitted(table(whole))->model().classes, (std::vector<std::string>{"-5", "1000000000"}));
}

TEST_P(Contract, OneClassIsAlwaysPredictedOrRefused) {
  if (!predicts()) GTEST_SKIP() << "it has no target";
  if (!classifies()) {
    Target constant = numbers();
    std::ranges::fill(constant.values, 7.0);
    for (const double value : outputs(*fitted(table(constant)), table({})))
      EXPECT_TRUE(std::isfinite(value));
    return;
  }
  try {
    const Dataset data = table(labels({"only"}));
    const auto estimator = fitted(data);
    for (const std::string& label : dynamic_cast<const Classifier&>(*estimator).predict(data))
      EXPECT_EQ(label, "only");
  } catch (const std::invalid_argument& error) {
    expect_contains(error.what(), "class");
  }
}

TEST_P(Contract, AContinuousTargetIsNoLabel) {
  if (!classifies())
    return;  // it is what a regressor learns: LabelsComeBackAsGiven has the reverse
  Target continuous = numbers();
  continuous.values.front() = 1.5;
  expect_error<DataError>([&] { make()->fit(table(continuous)); },
                          {"row 1", "Unknown label type", "1.5"});
}

TEST_P(Contract, NotFittedIsSaid) {
  const auto estimator = make();
  expect_error<std::logic_error>([&] { outputs(*estimator, table({})); }, {"not fitted"});
  if (predicts())
    expect_error<std::logic_error>([&] { supervised(*estimator).score(table(target())); },
                                   {"not fitted"});
  expect_error<std::logic_error>([&] { (void)estimator->model(); }, {"not fitted"});
  const test::Scratch scratch;
  expect_error<std::logic_error>([&] { estimator->save(scratch / "m.hebb"); }, {"not fitted"});
  EXPECT_EQ(scratch.entries(), 0U);
}

TEST_P(Contract, ProbabilitiesSumToOneAndTheirLargestIsThePrediction) {
  if (!classifies()) {
    EXPECT_EQ(outputs(*fitted(table(target())), table({})).size() % kRows, 0U);
    return;
  }
  for (const auto& names : {std::vector<std::string>{"a", "b"}, {"a", "b", "c"}}) {
    const Dataset data = table(labels(names));
    const auto estimator = fitted(data);
    const auto& classifier = dynamic_cast<const Classifier&>(*estimator);
    EXPECT_LE(classifier.has_probabilities(), can().probabilities);
    if (!classifier.has_probabilities()) {
      expect_error<std::invalid_argument>([&] { classifier.predict_proba(data); },
                                          {"no probabilities", "decision_function", "logistic"});
      continue;
    }
    const Tensor p = classifier.predict_proba(data);
    ASSERT_EQ(p.shape(), (Shape{kRows, names.size()}));
    const auto predicted = classifier.predict(data);
    for (std::size_t r = 0; r < kRows; ++r) {
      const std::span<const float> row(p.view().row(r), names.size());
      double sum = 0;
      for (const float v : row) sum += double{v};
      EXPECT_NEAR(sum, 1, kSumTolerance);
      const auto largest = std::ranges::max_element(row) - row.begin();
      EXPECT_EQ(names[static_cast<std::size_t>(largest)], predicted[r]);
    }
  }
}

TEST_P(Contract, RefitEqualsFitBitForBit) {
  const Dataset data = table(target());
  const auto estimator = fitted(data);
  const std::string first = bytes(*estimator);
  // Whatever it learnt between is forgotten.
  estimator->fit(classifies() ? table(labels({"a", "b"})) : data.slice(0, kRows / 2));
  estimator->fit(data);
  EXPECT_EQ(bytes(*estimator), first);
}

TEST_P(Contract, ABatchEqualsItsRows) {
  const Dataset data = table(target());
  const auto estimator = fitted(data);
  const auto all = outputs(*estimator, data);
  const std::size_t width = all.size() / kRows;
  for (std::size_t r = 0; r < kRows; ++r) {
    const auto one = outputs(*estimator, data.slice(r, r + 1));
    ASSERT_EQ(one.size(), width);
    for (std::size_t i = 0; i < width; ++i)
      EXPECT_NEAR(one[i], all[r * width + i], kRowTolerance * std::max(1.0, std::abs(one[i])));
  }
}

TEST_P(Contract, WeightsOfOneEqualNone) {
  if (!can().sample_weights) GTEST_SKIP() << "it heeds no weights";
  const auto plain = fitted(table(target()));
  const auto ones = fitted(table(target(), std::vector<double>(kRows, 1.0)));
  EXPECT_EQ(learnt(*ones), learnt(*plain));
}

TEST_P(Contract, WeightsOfZeroEqualAbsentRows) {
  if (!can().sample_weights) GTEST_SKIP() << "it heeds no weights";
  std::vector<double> weights(kRows, 1.0);
  std::vector<std::uint32_t> rest;
  for (std::uint32_t r = 0; r < kRows; ++r) {
    if (r % 4 == 0) weights[r] = 0;
    if (r % 4 != 0) rest.push_back(r);
  }
  const auto zeros = fitted(table(target(), weights));
  const auto absent = fitted(table(target()).select(rest));
  EXPECT_EQ(learnt(*zeros), learnt(*absent));
}

TEST_P(Contract, InputIsNotChanged) {
  const Dataset data = table(target(), std::vector<double>(kRows, 2.0));
  const std::string before = data.hash();
  const auto estimator = fitted(data);
  outputs(*estimator, data);
  if (predicts()) supervised(*estimator).score(data);
  EXPECT_EQ(data.hash(), before);
}

// Every option of a number or a name, with a value out of its range.
std::vector<std::pair<std::string, Value>> out_of_range(const OptionSet& options) {
  std::vector<std::pair<std::string, Value>> all;
  for (const Field& field : options.fields()) {
    if (field.type == Field::Type::text && field.choices) all.emplace_back(field.name, "adem");
    if (field.type == Field::Type::real && std::isfinite(field.low))
      all.emplace_back(field.name, field.low - 1);
    if (field.type == Field::Type::integer && field.low > 0)
      all.emplace_back(field.name, std::int64_t{0});
  }
  return all;
}

TEST_P(Contract, OptionsAreCheckedAtFitAndNamedWithRangeAndValue) {
  const Dataset data = table(target());
  for (const auto& [name, bad] : out_of_range(row().options)) {
    std::unique_ptr<Estimator> estimator;
    EXPECT_NO_THROW(estimator = make(with({{name, bad}})));
    expect_error<std::invalid_argument>([&] { estimator->fit(data); }, {name, to_text(bad)});
    EXPECT_FALSE(estimator->is_fitted());
  }
}

TEST_P(Contract, OptionsAreSetByNameOrRefusedWithoutAnEffect) {
  const auto estimator = make();
  for (const auto& [name, bad] : out_of_range(row().options))
    expect_error<std::invalid_argument>([&] { estimator->set_option(name, bad); },
                                        {name, to_text(bad)});
  for (const std::string& name : estimator->options().names())
    expect_error<std::invalid_argument>([&] { estimator->set_option(name + "z", std::int64_t{1}); },
                                        {"no option", name});
  EXPECT_EQ(estimator->options(), quick());
  for (const std::string& name : estimator->options().names()) {
    const Value value = estimator->options().get(name);
    const auto* flag = std::get_if<bool>(&value);
    estimator->set_option(name, flag ? Value(!*flag) : value);
    EXPECT_EQ(estimator->options().get(name), flag ? Value(!*flag) : value) << name;
  }
}

TEST_P(Contract, AnOptionThatIsSetActsAsOneThatWasGiven) {
  const Dataset data = table(target());
  const auto given = fitted(data);
  const auto set = make(row().options);
  for (const std::string& name : given->options().names())
    set->set_option(name, given->options().get(name));
  set->fit(data);
  EXPECT_EQ(bytes(*set), bytes(*given));
}

TEST_P(Contract, ACloneHasTheOptionsAndHasLearntNothing) {
  const Dataset data = table(target());
  auto estimator = make(quick(), {.scale = "minmax"});
  estimator->fit(data);
  const auto clone = estimator->clone();
  EXPECT_FALSE(clone->is_fitted());
  EXPECT_EQ(clone->kind(), estimator->kind());
  EXPECT_EQ(clone->task(), estimator->task());
  EXPECT_EQ(clone->options(), estimator->options());
  clone->fit(data);
  EXPECT_EQ(bytes(*clone), bytes(*estimator));
  // They have nothing in common.
  if (!row().options.find("threads")) return;
  clone->set_option("threads", std::int64_t{2});
  EXPECT_EQ(estimator->options().get("threads"), Value(std::int64_t{1}));
}

TEST_P(Contract, DecisionsPickThePrediction) {
  if (!classifies()) return;
  for (const auto& names : {std::vector<std::string>{"a", "b"}, {"a", "b", "c"}}) {
    const Dataset data = table(labels(names));
    const auto estimator = fitted(data);
    const auto& classifier = dynamic_cast<const Classifier&>(*estimator);
    const auto scores = classifier.decision_function(data);
    const std::size_t width = names.size() == 2 ? 1 : names.size();
    ASSERT_EQ(scores.size(), kRows * width);
    const auto predicted = classifier.predict_index(data);
    for (std::size_t r = 0; r < kRows; ++r) {
      const std::span<const double> row(&scores[r * width], width);
      const auto best =
          width == 1 ? (row[0] > 0 ? 1 : 0) : std::ranges::max_element(row) - row.begin();
      EXPECT_EQ(best, predicted[r]);
    }
  }
}

TEST_P(Contract, ThreadsDoNotChangeABit) {
  const Dataset data = table(target());
  const auto run = [&](std::int64_t threads) {
    const auto estimator = make(with({{"max_iter", std::int64_t{20}}, {"threads", threads}}));
    estimator->fit(data);
    return learnt(*estimator);
  };
  EXPECT_EQ(run(1), run(2));
  EXPECT_EQ(run(1), run(3));
}

TEST_P(Contract, ThreadsThatPredictDoNotChangeABit) {
  if (!row().options.find("threads")) GTEST_SKIP() << "it runs on one thread";
  // So much that it is worth a second thread.
  std::vector<double> x;
  for (int copy = 0; copy < 2000; ++copy)
    for (const double value : features()) x.push_back(value);
  const Dataset many = Dataset::from_values(x, {2000 * kRows, kColumns});
  const auto estimator = fitted(table(target()));
  const auto one = outputs(*estimator, many);
  for (const std::int64_t threads : {2, 3}) {
    estimator->set_option("threads", threads);
    EXPECT_EQ(outputs(*estimator, many), one) << threads;
  }
}

TEST_P(Contract, AWarmStartGoesOn) {
  if (!can().warm_start) {
    EXPECT_FALSE(row().options.find("warm_start"));
    return;
  }
  const Dataset data = table(target());
  const auto cold = make(with({{"max_iter", std::int64_t{2}}, {"tol", 0.0}}));
  const auto warm = make(with({{"max_iter", std::int64_t{2}}, {"warm_start", true}, {"tol", 0.0}}));
  cold->fit(data);
  warm->fit(data);
  EXPECT_EQ(learnt(*warm), learnt(*cold));
  warm->fit(data);
  EXPECT_NE(learnt(*warm), learnt(*cold));
}

TEST_P(Contract, PredictOneIsARowOfTheBatch) {
  if (!predicts()) GTEST_SKIP() << "it predicts nothing";
  const Dataset data = table(target());
  const auto estimator = fitted(data);
  const auto all = outputs(*estimator, data);
  const std::size_t width = all.size() / kRows;
  const auto x = features();
  for (std::size_t r = 0; r < kRows; ++r) {
    const auto one =
        supervised(*estimator).predict_one(std::span(x).subspan(r * kColumns, kColumns));
    ASSERT_EQ(one.size(), width);
    for (std::size_t i = 0; i < width; ++i)
      EXPECT_NEAR(one[i], all[r * width + i], kRowTolerance * std::max(1.0, std::abs(one[i])));
  }
}

TEST_P(Contract, StopsWhenAskedTo) {
  if (!can().epochs) GTEST_SKIP() << "it learns all at once";
  EXPECT_TRUE(row().options.find("max_iter"));
  const auto estimator = make();
  std::optional<StopReason> reason;
  RunControl control;
  control.stop_requested = [] { return true; };
  control.on_event = [&](const Event& event) {
    if (const auto* stopped = std::get_if<Stopped>(&event)) reason = stopped->reason;
  };
  estimator->fit(table(target()), control);
  EXPECT_EQ(reason, StopReason::interrupted);
  EXPECT_TRUE(estimator->is_fitted());
}

TEST_P(Contract, SaveAndLoadPredictTheSameBits) {
  const Dataset data = table(target());
  const auto estimator = make(quick(), PreprocessOptions{.scale = "standard"});
  estimator->fit(data);
  const test::Scratch scratch;
  estimator->save(scratch / "m.hebb");
  const auto loaded = load_estimator(scratch / "m.hebb");
  EXPECT_EQ(outputs(*loaded, data), outputs(*estimator, data));
  EXPECT_EQ(loaded->task(), task());
  EXPECT_EQ(loaded->kind(), row().name);
  EXPECT_EQ(bytes(*loaded), bytes(*estimator));
  // Options that are not recorded have their defaults.
  EXPECT_EQ(loaded->options().record(), estimator->options().record());
  if (!predicts()) {
    expect_error<ModelError>([&] { load_model(scratch / "m.hebb"); }, {"m.hebb", "transformer"});
    return;
  }
  const auto predictor = load_model(scratch / "m.hebb");
  EXPECT_EQ(predictor->score(data), supervised(*estimator).score(data));
}

TEST_P(Contract, GoesOnFromAModelOfItsKind) {
  if (!predicts()) GTEST_SKIP() << "it predicts nothing";
  const Dataset data = table(target());
  const auto first = fitted(data);
  const auto next = make_supervised(row(), task(), quick(), {});
  if (!can().warm_start) {
    expect_error<std::invalid_argument>([&] { next->start_from(first->model()); },
                                        {"from", "cannot continue"});
    return;
  }
  next->start_from(first->model());
  next->fit(data);
  EXPECT_NE(bytes(*next), bytes(*first));
  EXPECT_EQ(outputs(*next, data).size(), outputs(*first, data).size());
}

TEST_P(Contract, IsScoredByAMetricOfItsName) {
  if (!predicts()) GTEST_SKIP() << "it predicts nothing";
  const Dataset data = table(target());
  const auto estimator = fitted(data);
  const Supervised& judged = supervised(*estimator);
  const Predictions predictions = judged.predictions(data);
  for (const MetricRow& metric : metric_catalogue()) {
    if (metric.task != task()) {
      expect_error<std::invalid_argument>([&] { (void)judged.score(data, metric.name); },
                                          {metric.name, "is for"});
      continue;
    }
    const auto expected = find_metric(metric.name)(predictions, scores_of(predictions));
    const double score = judged.score(data, metric.name);
    EXPECT_TRUE(expected ? score == *expected : std::isnan(score)) << metric.name;
  }
  EXPECT_EQ(judged.score(data), judged.score(data, classifies() ? "accuracy" : "r2"));
  expect_error<std::invalid_argument>([&] { (void)judged.score(data, "acuracy"); },
                                      {"did you mean accuracy"});
}

TEST_P(Contract, SearchesALearningRateOrSaysThatItCannot) {
  if (!predicts()) GTEST_SKIP() << "it predicts nothing";
  const Dataset data = table(target());
  const auto estimator = make_supervised(row(), task(), quick(), {});
  if (!can().learning_rate_search) {
    expect_error<std::invalid_argument>([&] { find_learning_rate(*estimator, data); },
                                        {"find_lr", row().name});
    return;
  }
  EXPECT_GT(find_learning_rate(*estimator, data).suggested, 0);
  EXPECT_FALSE(estimator->is_fitted());
}

TEST_P(Contract, SeveralNumbersArePredictedWhereItCan) {
  if (task() != Task::regress || !can().multi_output) GTEST_SKIP() << "it predicts one number";
  Target two{.names = {"size", "weight"}};
  for (const double value : numbers().values)
    two.values.insert(two.values.end(), {value, 1 - value});
  EXPECT_EQ(outputs(*fitted(table(two)), table({})).size(), 2 * kRows);
}

TEST_P(Contract, KeepsCheckpointsOrSaysThatItCannot) {
  if (!predicts()) GTEST_SKIP() << "it predicts nothing";
  const Scratch scratch;
  RunControl control;
  control.checkpoint_dir = scratch.path();
  const auto estimator = make();
  if (can().checkpoints) {
    estimator->fit(table(target()), control);
    EXPECT_EQ(scratch.entries(), 1U);
  } else if (can().epochs) {
    expect_error<std::invalid_argument>([&] { estimator->fit(table(target()), control); },
                                        {"checkpoint", row().name});
  }
}

TEST_P(Contract, TellsItsUpdatesWhereItCan) {
  if (!predicts() || !can().updates) GTEST_SKIP() << "it tells of none";
  std::size_t told = 0;
  RunControl control;
  control.on_update = [&](const UnitUpdate&) { return ++told < 3; };
  // Of the logistic it is the solver by single samples.
  make(with({{"solver", "sgd"}, {"max_iter", std::int64_t{2}}}))->fit(table(target()), control);
  EXPECT_EQ(told, 3U);
}

TEST_P(Contract, TransformingKeepsTheRowsAndTheTarget) {
  if (predicts()) GTEST_SKIP() << "it transforms nothing";
  const Dataset data = table(labels({"a", "b"}), std::vector<double>(kRows, 2.0));
  const auto estimator = fitted(data);
  const Dataset out = dynamic_cast<const Transformer&>(*estimator).transform(data);
  EXPECT_EQ(out.samples(), kRows);
  EXPECT_GT(out.features(), 0U);
  EXPECT_EQ(out.target().values, data.target().values);
  EXPECT_EQ(out.target().classes, data.target().classes);
  EXPECT_EQ(out.weights(), data.weights());
}

TEST_P(Contract, ASharedModelPredictsFromManyThreadsWithTheBitsOfOne) {
  const Dataset data = table(target());
  const auto estimator = fitted(data);
  const Estimator& shared = *estimator;
  const auto expected = outputs(shared, data);
  std::vector<std::vector<double>> got(4);
  std::vector<std::thread> threads;
  for (auto& mine : got) threads.emplace_back([&] { mine = outputs(shared, data); });
  for (auto& thread : threads) thread.join();
  for (const auto& mine : got) EXPECT_EQ(mine, expected);
}

TEST(EstimatorCatalogue, LoadsNoKindThatItDoesNotKnow) {
  const EstimatorRow& row = *estimator_catalogue().begin();
  const auto estimator = row.make(Task::classify, row.options, {});
  estimator->fit(table(labels({"a", "b"})));
  Model model = estimator->model();
  model.kind = "oracle";
  const test::Scratch scratch;
  model.save(scratch / "m.hebb");
  expect_error<ModelError>([&] { load_model(scratch / "m.hebb"); }, {"m.hebb", "'oracle'"});
}

TEST(EstimatorCatalogue, TakesNoNameTwice) {
  EstimatorRow row = *estimator_catalogue().begin();
  expect_error<std::invalid_argument>([&] { register_estimator(row); },
                                      {"estimator 'mlp' already"});
  row.name.clear();
  expect_error<std::invalid_argument>([&] { register_estimator(row); },
                                      {"name of the estimator must be of letters"});
}

TEST(EstimatorCatalogue, CapabilitiesAreThoseOfEveryTask) {
  for (const EstimatorRow& row : estimator_catalogue())
    for (const Task task : row.tasks)
      EXPECT_EQ(row.make(task, row.options, {})->capabilities(), capabilities_for(row, task))
          << row.name;
}

}  // namespace
}  // namespace hebb::test
