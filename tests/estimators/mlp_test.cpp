// What MLPs alone can do; what every estimator promises stands in contract_test.cpp.
#include "hebb/estimators/mlp.h"
#include "hebb/estimators/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/core/random.h"
#include "scratch.h"

namespace hebb {
namespace {

constexpr std::size_t kRows = 120, kColumns = 8;

std::vector<double> features(std::size_t rows = kRows) {
  std::vector<double> x;
  const Random random(12, Purpose::data);
  for (std::uint32_t r = 0; r < rows; ++r)
    for (std::uint32_t c = 0; c < kColumns; ++c)
      x.push_back(random.normal(r, c) +
                  (c == r % 3 ? 3.0 : 0.0));  // class r % 3 stands out in column r % 3
  return x;
}

Target labels(const std::vector<std::string>& names, std::size_t rows = kRows) {
  Target target{.names = {"kind"}, .values = {}, .classes = names};
  for (std::size_t r = 0; r < rows; ++r)
    target.values.push_back(static_cast<double>(r % names.size()));
  return target;
}

Target numbers(std::size_t outputs = 1) {
  Target target;
  for (std::size_t o = 0; o < outputs; ++o) target.names.push_back("y" + std::to_string(o));
  const auto x = features();
  for (std::size_t r = 0; r < kRows; ++r)
    for (std::size_t o = 0; o < outputs; ++o)
      target.values.push_back(x[r * kColumns] + 2 * x[r * kColumns + o]);
  return target;
}

Dataset classification(const std::vector<std::string>& names = {"ant", "bee", "cat"}) {
  return Dataset::from_values(features(), {kRows, kColumns}, labels(names));
}

Dataset regression(std::size_t outputs = 1) {
  return Dataset::from_values(features(), {kRows, kColumns}, numbers(outputs));
}

MLPOptions quick() {
  return {.hidden_layer_sizes = {12}, .learning_rate_init = 0.01, .max_iter = 30, .threads = 1};
}

template <class Estimator>
std::vector<float> parameters(const Estimator& estimator) {
  const auto p = estimator.model().network()->parameters();
  return {p.begin(), p.end()};
}

TEST(MLPClassifier, LearnsAndGivesLabelsBackAsTheyWere) {
  for (const auto& names : {std::vector<std::string>{"ant", "bee", "cat"},
                            {"-1", "7", "1000000000"},
                            {"007", "1.0", "2"}}) {
    MLPClassifier net(quick());
    const Dataset data = classification(names);
    net.fit(data);
    EXPECT_GT(net.score(data), 0.95);
    const auto predicted = net.predict(data);
    EXPECT_EQ(std::set<std::string>(predicted.begin(), predicted.end()),
              std::set<std::string>(names.begin(), names.end()));
  }
}

TEST(MLPClassifier, LearnsIntegersGivenAsNumbers) {
  Target target = labels({"a", "b", "c"});
  target.classes.clear();
  MLPClassifier net(quick());
  net.fit(Dataset::from_values(features(), {kRows, kColumns}, target));
  EXPECT_EQ(net.classes(), (std::vector<std::string>{"0", "1", "2"}));
}

TEST(MLPClassifier, ProbabilitiesSumToOneAndTheirLargestIsThePrediction) {
  for (const auto& names : {std::vector<std::string>{"a", "b"}, {"a", "b", "c"}})
    for (const char* loss : {"auto", "squared_error"}) {
      MLPOptions options = quick();
      options.loss = loss;
      MLPClassifier net(options);
      const Dataset data = classification(names);
      net.fit(data);
      const Tensor p = net.predict_proba(data);
      ASSERT_EQ(p.shape(), (Shape{kRows, names.size()}));
      const auto predicted = net.predict_index(data);
      for (std::size_t r = 0; r < kRows; ++r) {
        const std::span<const float> row(p.view().row(r), names.size());
        double sum = 0;
        for (const float v : row) sum += double{v};
        EXPECT_NEAR(sum, 1, 1e-6);
        EXPECT_EQ(std::ranges::max_element(row) - row.begin(), predicted[r]);
      }
    }
}

TEST(MLPClassifier, TwoClassesTakeOneOutputUnlessToldOtherwise) {
  MLPClassifier one(quick());
  one.fit(classification({"a", "b"}));
  EXPECT_EQ(one.out_activation_, "logistic");
  EXPECT_EQ(one.model().loss, "binary_cross_entropy");
  EXPECT_EQ(one.coefs_().back().shape(), (Shape{12, 1}));
  MLPOptions options = quick();
  options.net = "linear(5) tanh linear(2)";
  MLPClassifier two(options);
  two.fit(classification({"a", "b"}));
  EXPECT_EQ(two.out_activation_, "softmax");
  EXPECT_EQ(two.coefs_().size(), 2U);
  EXPECT_EQ(two.intercepts_().front().shape(), (Shape{5}));
}

TEST(MLPRegressor, LearnsOneAndSeveralNumbers) {
  for (const std::size_t outputs : {1U, 3U}) {
    MLPOptions options = quick();
    options.max_iter = 400;
    MLPRegressor net(options);
    const Dataset data = regression(outputs);
    net.fit(data);
    EXPECT_GT(net.score(data), 0.95) << outputs;
    EXPECT_EQ(net.predict(data).size(), kRows * outputs);
    EXPECT_EQ(net.out_activation_, "identity");
  }
}

TEST(MLPRegressor, AScaledTargetComesBackInItsOwnUnits) {
  Target target = numbers();
  for (double& v : target.values) v = v * 1e6 + 5e8;
  const Dataset data = Dataset::from_values(features(), {kRows, kColumns}, target);
  MLPOptions options = quick();
  options.max_iter = 300;
  MLPRegressor net(options, {.scale_target = "standard"});
  net.fit(data);
  EXPECT_GT(net.score(data), 0.95);
}

TEST(MLPRegressor, AHeldTargetIsNeverLeft) {
  std::vector<double> values;
  std::vector<double> far;
  for (int i = 0; i < 50; ++i) values.push_back(i), far.push_back(10 * i - 200);
  const Dataset line = Dataset::from_values(values, {50, 1}, {.names = {"y"}, .values = values});
  const MLPOptions straight{.hidden_layer_sizes = {}, .solver = "lbfgs"};
  const Dataset outside = Dataset::from_values(far, {50, 1});
  MLPRegressor open(straight, {.scale = "standard"});
  open.fit(line);
  EXPECT_NEAR(open.predict(outside).back(), 290, 1);
  MLPRegressor held(straight, {.scale = "standard", .clip_target = true});
  held.fit(line);
  const test::Scratch scratch;
  held.save(scratch / "m.hebb");
  const MLPRegressor loaded = MLPRegressor::load(scratch / "m.hebb");
  for (const MLPRegressor* model : std::initializer_list<const MLPRegressor*>{&held, &loaded}) {
    const auto predicted = model->predict(outside);
    EXPECT_EQ(predicted.front(), 0);
    EXPECT_EQ(predicted.back(), 49);
    EXPECT_NEAR(predicted[23], 30, 0.1);
    EXPECT_EQ(model->predict_one(std::vector{290.0}), std::vector{49.0});
  }
}

TEST(MLPRegressor, RefusesLabelsAndLossesOfClasses) {
  MLPRegressor net(quick());
  expect_error<std::invalid_argument>([&] { net.fit(classification()); }, {"kind", "labels"});
  MLPOptions options = quick();
  options.loss = "cross_entropy";
  MLPRegressor other(options);
  expect_error<std::invalid_argument>([&] { other.fit(regression()); },
                                      {"cross_entropy", "classification"});
}

// ---- both MLPs ----

template <class T>
struct Make;
template <>
struct Make<MLPClassifier> {
  static Dataset data() { return classification(); }
  static std::vector<double> outputs(const MLPClassifier& net, const Dataset& data) {
    const Tensor p = net.predict_proba(data);
    return {p.span().begin(), p.span().end()};
  }
};
template <>
struct Make<MLPRegressor> {
  static Dataset data() { return regression(2); }
  static std::vector<double> outputs(const MLPRegressor& net, const Dataset& data) {
    return net.predict(data);
  }
};

template <class T>
class MLP : public testing::Test {};
using Estimators = testing::Types<MLPClassifier, MLPRegressor>;
TYPED_TEST_SUITE(MLP, Estimators);

TYPED_TEST(MLP, OptionsOfItsOwnAreCheckedAtFitAndNamed) {
  MLPOptions options = quick();
  options.momentum = 1.5;
  TypeParam net(options);
  expect_error<std::invalid_argument>([&] { net.fit(Make<TypeParam>::data()); },
                                      {"momentum", "[0, 1]", "1.5"});
  options = quick();
  options.activation = "rleu";
  TypeParam other(options);
  expect_error<std::invalid_argument>([&] { other.fit(Make<TypeParam>::data()); },
                                      {"activation", "relu"});
}

TYPED_TEST(MLP, LoadingGivesCurvesAndOptionsBack) {
  const Dataset data = Make<TypeParam>::data();
  TypeParam net(quick(), {.scale = "standard"});
  net.fit(data);
  const test::Scratch scratch;
  net.save(scratch / "m.hebb");
  const TypeParam loaded = TypeParam::load(scratch / "m.hebb");
  EXPECT_EQ(Make<TypeParam>::outputs(loaded, data), Make<TypeParam>::outputs(net, data));
  EXPECT_EQ(loaded.loss_curve_, net.loss_curve_);
  EXPECT_EQ(loaded.n_iter_, net.n_iter_);
  EXPECT_EQ(loaded.options().record(), net.options().record());  // threads are not recorded
  EXPECT_EQ(load_model(scratch / "m.hebb")->score(data), net.score(data));
}

TYPED_TEST(MLP, ModelFilesAreTheSameBytesForAnyNumberOfThreads) {
  const Dataset data = Make<TypeParam>::data();
  std::string first;
  for (const int threads : {1, 2, 4}) {
    MLPOptions options = quick();
    options.threads = threads;
    TypeParam net(options);
    net.fit(data);
    const test::Scratch scratch;
    net.save(scratch / "m.hebb");
    std::ifstream in(scratch / "m.hebb", std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    if (first.empty()) first = bytes;
    EXPECT_EQ(bytes, first) << threads << " threads";
  }
}

TYPED_TEST(MLP, KeepsWhatWasTrainedWhereTheLastCheckpointCannotBeKept) {
  const Dataset data = Make<TypeParam>::data();
  TypeParam undisturbed(quick()), net(quick());
  undisturbed.fit(data);
  const test::Scratch scratch;
  test::write_text(scratch / "state", "a file where the folder should be");
  RunControl control;
  control.checkpoint_dir = scratch / "state";
  expect_error<std::runtime_error>([&] { net.fit(data, control); },
                                   {"the last checkpoint could not be kept", scratch / "state"});
  ASSERT_TRUE(net.is_fitted());
  EXPECT_EQ(parameters(net), parameters(undisturbed));
  EXPECT_EQ(net.loss_curve_, undisturbed.loss_curve_);
}

TYPED_TEST(MLP, ASearchForALearningRateLeavesTheEstimatorAsItWas) {
  const Dataset data = Make<TypeParam>::data();
  const std::string before = data.hash();
  TypeParam net(quick());
  const LearningRateSearch search = find_learning_rate(net, data);
  EXPECT_FALSE(net.is_fitted());
  EXPECT_GT(search.suggested, 0);
  EXPECT_EQ(data.hash(), before);

  net.fit(data);
  const auto learnt = parameters(net);
  EXPECT_EQ(find_learning_rate(net, data).losses, search.losses);
  EXPECT_EQ(parameters(net), learnt);

  MLPOptions options = quick();
  options.alpha = 1e300;
  TypeParam fresh(options);
  EXPECT_THROW(find_learning_rate(fresh, data), DivergedError);
  EXPECT_FALSE(fresh.is_fitted());
}

TYPED_TEST(MLP, WarmStartAndStartFromGoOn) {
  const Dataset data = Make<TypeParam>::data();
  MLPOptions options = quick();
  options.warm_start = true, options.max_iter = 5;
  TypeParam warm(options);
  warm.fit(data);
  const double first = warm.loss_;
  TypeParam from(quick());
  from.start_from(warm.model());
  from.fit(data);
  EXPECT_LT(from.loss_curve_.front(), first);
  warm.fit(data);
  EXPECT_LT(warm.loss_curve_.front(), first);
  MLPOptions wider = quick();
  wider.hidden_layer_sizes = {13};
  TypeParam misfit(wider);
  misfit.start_from(warm.model());
  expect_error<std::invalid_argument>([&] { misfit.fit(data); }, {"linear(12)", "linear(13)"});
}

TYPED_TEST(MLP, EarlyStoppingHoldsOutAndScores) {
  MLPOptions options = quick();
  options.early_stopping = true;
  TypeParam net(options);
  net.fit(Make<TypeParam>::data());
  EXPECT_EQ(net.validation_scores_.size(), net.n_iter_);
  options.early_stopping = false, options.validate = true;
  TypeParam watched(options);
  watched.fit(Make<TypeParam>::data());
  EXPECT_EQ(watched.validation_scores_.size(), watched.n_iter_);
}

// ---- class weights, batches, divergence ----

TEST(MLPClassifier, ClassWeightsMoveTheBalance) {
  Target target = labels({"a", "b"});
  for (std::size_t r = 0; r < kRows; ++r)
    target.values[r] = r % 10 == 0 ? 1 : 0;  // says nothing of x
  const Dataset data = Dataset::from_values(features(), {kRows, kColumns}, target);
  const auto share_of_b = [&](const std::vector<std::string>& weight) {
    MLPOptions options = quick();
    options.class_weight = weight, options.max_iter = 10;
    MLPClassifier net(options);
    net.fit(data);
    double sum = 0;
    for (const auto index : net.predict_index(data)) sum += index;
    return sum / kRows;
  };
  EXPECT_LT(share_of_b({}), 0.15);
  EXPECT_GT(share_of_b({"balanced"}), 0.2);
  EXPECT_GT(share_of_b({"b=100"}), 0.5);
}

TEST(MLPClassifier, BadClassWeightsAreNamed) {
  const auto fit_with = [](const std::string& item) {
    MLPOptions options = quick();
    options.class_weight = {item};
    MLPClassifier(options).fit(classification());
  };
  expect_error<std::invalid_argument>([&] { fit_with("dog=2"); },
                                      {"class_weight", "no class 'dog'"});
  expect_error<std::invalid_argument>([&] { fit_with("ant=-1"); }, {"class_weight", "'ant=-1'"});
  expect_error<std::invalid_argument>([&] { fit_with("ant"); }, {"class_weight", "'ant'"});
  expect_error<std::invalid_argument>([&] { fit_with("ant="); }, {"class_weight", "'ant='"});
}

TEST(MLPClassifier, ABatchLargerThanTheDataIsClampedAndWarned) {
  std::string warned;
  auto before = set_log_sink([&](LogLevel, std::string_view message) { warned = message; });
  MLPOptions options = quick();
  options.batch_size = 100000;
  MLPClassifier net(options);
  net.fit(classification());
  set_log_sink(std::move(before));
  EXPECT_NE(warned.find("100000"), std::string::npos) << warned;
}

TEST(MLPClassifier, KeepsItsLastFiniteWeightsWhenItDiverges) {
  MLPOptions options = quick();
  options.activation = "identity", options.loss = "squared_error", options.solver = "sgd";
  options.learning_rate_init = 1e4;
  MLPClassifier net(options);
  expect_error<DivergedError>([&] { net.fit(classification()); }, {"diverged", "learning rate"});
  for (const float w : net.model().network()->parameters()) ASSERT_TRUE(std::isfinite(w));
  EXPECT_EQ(net.predict(classification()).size(), kRows);
}

TEST(MLPClassifier, LossesThatDoNotFitTheNetworkAreRefused) {
  MLPOptions options = quick();
  options.loss = "binary_cross_entropy";
  MLPClassifier net(options);
  expect_error<std::invalid_argument>([&] { net.fit(classification()); },
                                      {"binary_cross_entropy", "3 classes"});
  options.loss = "auto", options.net = "linear(4)";
  MLPClassifier wrong(options);
  expect_error<std::invalid_argument>([&] { wrong.fit(classification()); },
                                      {"4 outputs", "3 classes"});
}

TEST(Evaluate, PutsBothPartsSideBySide) {
  const auto [train, test] = classification().split();
  MLPClassifier net(quick());
  net.fit(train);
  const Evaluation both = evaluate(net, train, test);
  EXPECT_EQ(std::get<ClassificationScores>(*both.train).samples, 90U);
  EXPECT_EQ(std::get<ClassificationScores>(*both.test).samples, 30U);
  EXPECT_FALSE(evaluate(net, test).train.has_value());
}

TEST(MLPClassifier, TheOnlyClassIsCertainAndNothingIsLeftToLearn) {
  for (const char* loss : {"auto", "squared_error"}) {
    MLPOptions options = quick();
    options.loss = loss;
    MLPClassifier net(options);
    net.fit(classification({"only"}));
    EXPECT_LE(net.loss_curve_.back(), net.loss_curve_.front()) << loss;
    const Tensor p = net.predict_proba(classification({"only"}));
    for (const float v : p.span()) EXPECT_EQ(v, 1.0F);
  }
}

TEST(MLPClassifier, GoesOnFromAModelOfTheSameClassesOnlyAndKeepsItsScales) {
  MLPClassifier first(quick(), {.scale = "standard"});
  first.fit(classification());
  MLPClassifier other(quick());
  other.start_from(first.model());
  expect_error<std::invalid_argument>(
      [&] {
        other.fit(classification({"ant", "bee", "dog"}));
      },
      {"ant, bee, cat", "ant, bee, dog"});
  const Dataset part = classification().slice(0, 30);
  other.fit(part);
  EXPECT_EQ(other.model().preprocessor.to_json(), first.model().preprocessor.to_json());
}

TEST(MLPClassifier, RowsOfWeightZeroDoNotCountForScalesEither) {
  std::vector<double> x = features(), weights(kRows, 1.0);
  x[0] = 1e6;
  weights[0] = 0;
  const Target target = labels({"a", "b", "c"});
  MLPClassifier zero(quick(), {.scale = "standard"}), absent(quick(), {.scale = "standard"});
  const Dataset weighted = Dataset::from_values(x, {kRows, kColumns}, target, weights);
  zero.fit(weighted);
  absent.fit(Dataset::from_values(x, {kRows, kColumns}, target).slice(1, kRows));
  EXPECT_EQ(parameters(zero), parameters(absent));
}

TEST(MLPPlan, ALastSoftmaxOrLogisticIsTheOutputActivation) {
  MLPOptions options;
  options.net = "linear(8) relu linear(3) softmax";
  EXPECT_EQ(plan_classifier(options, {4}, 3).network.text(), "linear(8) relu linear(3)");
  options.net = "linear(1) logistic";
  EXPECT_EQ(plan_classifier(options, {4}, 2).network.text(), "linear(1)");
  EXPECT_EQ(plan_classifier(options, {4}, 2).loss, "binary_cross_entropy");
  options.loss = "squared_error";
  EXPECT_EQ(plan_classifier(options, {4}, 2).network.text(), "linear(1) logistic");
}

TEST(MLPPlan, DropoutIsWrittenIntoANetworkOfOnesOwn) {
  MLPOptions options;
  options.net = "linear(3)", options.dropout = 0.5;
  expect_error<std::invalid_argument>([&] { plan_classifier(options, {4}, 3); },
                                      {"dropout", "dropout(0.5)"});
}

TEST(MLPRegressor, SaysWhatHelpsWithALargeTarget) {
  Target target = numbers();
  for (double& v : target.values) v = v * 1e5 + 3e5;
  const Dataset data = Dataset::from_values(features(), {kRows, kColumns}, target);
  const auto warned = [&](const PreprocessOptions& preprocess) {
    std::string text;
    auto before = set_log_sink([&](LogLevel, std::string_view message) { text = message; });
    MLPRegressor(quick(), preprocess).fit(data);
    set_log_sink(std::move(before));
    return text;
  };
  expect_contains(warned({}), "--scale-target");
  EXPECT_EQ(warned({.scale_target = "standard"}), "");
}

}  // namespace
}  // namespace hebb
