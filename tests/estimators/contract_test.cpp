// What every estimator of the catalogue promises, for both tasks, after scikit-learn's own battery:
// a new row is held to all of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <thread>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/estimators/estimator.h"
#include "scratch.h"

namespace hebb {
namespace {

// float32 sums in another order.
constexpr double kRowTolerance = 1e-6;
// A few roundings of float32 in a sum of probabilities.
constexpr double kSumTolerance = 1e-6;

constexpr std::size_t kRows = 60, kColumns = 8;

struct Kind {
  const EstimatorRow* row;
  bool classifies;
};

std::vector<Kind> kinds() {
  std::vector<Kind> all;
  for (const EstimatorRow& row : estimator_catalogue())
    for (const bool classifies : {true, false})
      if (classifies || row.regresses) all.push_back({&row, classifies});
  return all;
}

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

class Contract : public testing::TestWithParam<Kind> {
 protected:
  using Options = std::shared_ptr<void>;

  // The row's options with these fields set, where it has them.
  static Options with(const std::vector<std::pair<std::string, Value>>& values) {
    Options options = GetParam().row->options();
    // Convolutional networks promise this of tables too, by a network that takes them.
    if (GetParam().row->name == "convnet")
      find_field(*GetParam().row->fields, "net")->set(options.get(), std::string());
    for (const auto& [name, value] : values)
      if (const Field* field = find_field(*GetParam().row->fields, name))
        field->set(options.get(), value);
    return options;
  }
  static Options quick() {
    return with({{"max_iter", std::int64_t{20}}, {"threads", std::int64_t{1}}});
  }
  static bool classifies() { return GetParam().classifies; }
  static std::unique_ptr<Estimator> make(const Options& options = quick(),
                                         const PreprocessOptions& preprocess = {}) {
    return GetParam().row->make(classifies(), options.get(), preprocess);
  }
  static Target target() { return classifies() ? labels({"ant", "bee", "cat"}) : numbers(); }
  static std::unique_ptr<Estimator> fitted(const Dataset& data) {
    auto estimator = make();
    estimator->fit(data);
    return estimator;
  }
  // Probabilities, scores of classes, or numbers.
  static std::vector<double> outputs(const Estimator& estimator, const Dataset& data) {
    const auto* classifier = dynamic_cast<const Classifier*>(&estimator);
    if (!classifier) return dynamic_cast<const Regressor&>(estimator).predict(data);
    if (!classifier->has_probabilities()) return classifier->decision_function(data);
    const Tensor p = classifier->predict_proba(data);
    return {p.span().begin(), p.span().end()};
  }
  static std::string bytes(const Estimator& estimator) {
    const test::Scratch scratch;
    estimator.save(scratch / "m.hebb");
    return test::read_text(scratch / "m.hebb");
  }
  static std::vector<double> parameters(const Estimator& estimator) {
    const auto p = estimator.model().network.parameters();
    std::vector<double> all(p.begin(), p.end());
    if (const auto& units = estimator.model().units) {
      all.insert(all.end(), units->coef.begin(), units->coef.end());
      all.insert(all.end(), units->intercept.begin(), units->intercept.end());
    }
    EXPECT_FALSE(all.empty());
    return all;
  }
};

INSTANTIATE_TEST_SUITE_P(Catalogue, Contract, testing::ValuesIn(kinds()), [](const auto& kind) {
  return kind.param.row->name + (kind.param.classifies ? "Classifier" : "Regressor");
});

TEST_P(Contract, MakesWhatTheTaskAsksFor) {
  const auto estimator = make();
  EXPECT_EQ(estimator->is_classifier(), classifies());
  EXPECT_FALSE(estimator->is_fitted());
  EXPECT_EQ(fitted(table(target()))->model().kind, GetParam().row->name);
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
  two.values = {0, 1};
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
  Target shorter = target();
  shorter.values.pop_back();
  expect_error<std::invalid_argument>([&] { make()->fit(table(shorter)); },
                                      {"60 samples", "59 target values"});
}

TEST_P(Contract, NoTargetIsRefused) {
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

TEST_P(Contract, NumbersThatAreNotFiniteAreNamedByRowAndColumn) {
  const auto estimator = fitted(table(target()));
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    auto x = features();
    x[2 * kColumns + 1] = bad;
    const Dataset data = Dataset::from_values(x, {kRows, kColumns}, target());
    expect_error<DataError>([&] { make()->fit(data); }, {"row 3", "'c2'"});
    expect_error<DataError>([&] { outputs(*estimator, data); }, {"row 3", "'c2'"});
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
  Target gap = target();
  gap.classes.clear();
  gap.values[4] = std::nan("");
  Dataset other = table(gap);
  other.set_name("new.csv");
  expect_error<DataError>([&] { make()->fit(other); }, {"new.csv: row 5, column"});
}

TEST_P(Contract, LabelsComeBackAsGiven) {
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
  expect_error<std::logic_error>([&] { estimator->score(table(target())); }, {"not fitted"});
  expect_error<std::logic_error>([&] { (void)estimator->model(); }, {"not fitted"});
  const test::Scratch scratch;
  expect_error<std::logic_error>([&] { estimator->save(scratch / "m.hebb"); }, {"not fitted"});
  EXPECT_EQ(scratch.entries(), 0U);
}

TEST_P(Contract, ProbabilitiesSumToOneAndTheirLargestIsThePrediction) {
  if (!classifies()) {
    EXPECT_EQ(outputs(*fitted(table(target())), table({})).size(), kRows);
    return;
  }
  for (const auto& names : {std::vector<std::string>{"a", "b"}, {"a", "b", "c"}}) {
    const Dataset data = table(labels(names));
    const auto estimator = fitted(data);
    const auto& classifier = dynamic_cast<const Classifier&>(*estimator);
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
  const auto plain = fitted(table(target()));
  const auto ones = fitted(table(target(), std::vector<double>(kRows, 1.0)));
  EXPECT_EQ(parameters(*ones), parameters(*plain));
}

TEST_P(Contract, WeightsOfZeroEqualAbsentRows) {
  std::vector<double> weights(kRows, 1.0);
  std::vector<std::uint32_t> rest;
  for (std::uint32_t r = 0; r < kRows; ++r) {
    if (r % 4 == 0) weights[r] = 0;
    if (r % 4 != 0) rest.push_back(r);
  }
  const auto zeros = fitted(table(target(), weights));
  const auto absent = fitted(table(target()).select(rest));
  EXPECT_EQ(parameters(*zeros), parameters(*absent));
}

TEST_P(Contract, InputIsNotChanged) {
  const Dataset data = table(target(), std::vector<double>(kRows, 2.0));
  const std::string before = data.hash();
  const auto estimator = fitted(data);
  outputs(*estimator, data);
  estimator->score(data);
  EXPECT_EQ(data.hash(), before);
}

TEST_P(Contract, OptionsAreCheckedAtFitAndNamedWithRangeAndValue) {
  const Dataset data = table(target());
  std::unique_ptr<Estimator> estimator;
  const Options none = with({{"max_iter", std::int64_t{0}}});
  EXPECT_NO_THROW(estimator = make(none));
  expect_error<std::invalid_argument>([&] { estimator->fit(data); }, {"max_iter", ">= 1", "0"});
  EXPECT_FALSE(estimator->is_fitted());
  // Every field of a number or a name, out of its range.
  for (const Field& field : *GetParam().row->fields) {
    Value bad;
    if (field.type == Field::Type::text && field.choices)
      bad = std::string("adem");
    else if (field.type == Field::Type::real && std::isfinite(field.low))
      bad = field.low - 1;
    else
      continue;
    expect_error<std::invalid_argument>(
        [&] {
          make(with({{field.name, bad}}))->fit(data);
        },
        {field.name, to_text(bad)});
  }
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
    return parameters(*estimator);
  };
  EXPECT_EQ(run(1), run(2));
  EXPECT_EQ(run(1), run(3));
}

TEST_P(Contract, AWarmStartGoesOn) {
  const Dataset data = table(target());
  const auto cold = make(with({{"max_iter", std::int64_t{2}}, {"tol", 0.0}}));
  const auto warm = make(with({{"max_iter", std::int64_t{2}}, {"warm_start", true}, {"tol", 0.0}}));
  cold->fit(data);
  warm->fit(data);
  EXPECT_EQ(parameters(*warm), parameters(*cold));
  warm->fit(data);
  EXPECT_NE(parameters(*warm), parameters(*cold));
}

TEST_P(Contract, PredictOneIsARowOfTheBatch) {
  const Dataset data = table(target());
  const auto estimator = fitted(data);
  const auto all = outputs(*estimator, data);
  const std::size_t width = all.size() / kRows;
  const auto x = features();
  for (std::size_t r = 0; r < kRows; ++r) {
    const auto one = estimator->predict_one(std::span(x).subspan(r * kColumns, kColumns));
    ASSERT_EQ(one.size(), width);
    for (std::size_t i = 0; i < width; ++i)
      EXPECT_NEAR(one[i], all[r * width + i], kRowTolerance * std::max(1.0, std::abs(one[i])));
  }
}

TEST_P(Contract, StopsWhenAskedTo) {
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
  const auto loaded = load_model(scratch / "m.hebb");
  EXPECT_EQ(outputs(*loaded, data), outputs(*estimator, data));
  EXPECT_EQ(loaded->score(data), estimator->score(data));
  EXPECT_EQ(loaded->is_classifier(), classifies());
  EXPECT_EQ(bytes(*loaded), bytes(*estimator));
}

TEST_P(Contract, GoesOnFromAModelOfItsKind) {
  const Dataset data = table(target());
  const auto first = fitted(data);
  const auto next = make();
  next->start_from(first->model());
  next->fit(data);
  EXPECT_NE(bytes(*next), bytes(*first));
  EXPECT_EQ(outputs(*next, data).size(), outputs(*first, data).size());
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
  const EstimatorRow& row = estimator_catalogue().front();
  const auto estimator = row.make(true, row.options().get(), {});
  estimator->fit(table(labels({"a", "b"})));
  Model model = estimator->model();
  model.kind = "oracle";
  const test::Scratch scratch;
  model.save(scratch / "m.hebb");
  expect_error<ModelError>([&] { load_model(scratch / "m.hebb"); }, {"m.hebb", "'oracle'"});
}

}  // namespace
}  // namespace hebb
