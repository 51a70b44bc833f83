#include "hebb/train/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <tuple>

#include "augment/augment.h"
#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/optim/optimizer.h"
#include "io/safetensors.h"
#include "scratch.h"

namespace hebb {
namespace {

// `hebb data plot --augment` shows by seed, epoch and row what training learns from.
TEST(Trainer, AugmentsARowByItsEpoch) {
  const Random random(3, Purpose::data);
  auto pixels = std::make_shared<std::vector<std::uint8_t>>(std::size_t{30} * 48);
  for (std::uint32_t i = 0; i < pixels->size(); ++i)
    (*pixels)[i] = static_cast<std::uint8_t>(255 * random.uniform(0, i));
  const Images images{
      .count = 30, .channels = 1, .height = 6, .width = 8, .pixels = {pixels, pixels->data()}};
  const Inputs inputs(images, {1 / 255.0F}, {0.0F});
  Targets targets{.outputs = 1, .classes = {}, .values = std::vector<float>(30, 1.0F)};
  std::vector<std::uint32_t> rows(30);
  std::iota(rows.begin(), rows.end(), 0U);
  Network network("flatten linear(1)", {1, 6, 8});
  network.initialize("glorot", 1);
  // Steps too small to move a weight: each epoch's loss is that of its images.
  NetOptions options{.solver = "sgd",
                     .alpha = 0,
                     .batch_size = 7,
                     .learning_rate_init = 1e-30,
                     .max_iter = 3,
                     .random_state = 5,
                     .augment = "shift:2,rotate:20"};
  const auto loss = make_loss("squared_error");
  const auto losses =
      train(network, *loss, {&inputs, &targets, rows, {}}, {}, {}, options).loss_curve;
  options.augment.clear();
  options.max_iter = 1;
  const auto augmentation = Augmentation::parse("shift:2,rotate:20");
  for (std::uint32_t epoch = 0; epoch < 3; ++epoch) {
    Tensor seen({30, 48});
    inputs.gather_augmented(rows, augmentation, 5, epoch, seen.data());
    Network rows_network("linear(1)", {48});
    std::ranges::copy(network.parameters(), rows_network.parameters().begin());
    const Inputs as_they_are(std::move(seen));
    const auto expected =
        train(rows_network, *loss, {&as_they_are, &targets, rows, {}}, {}, {}, options).loss;
    EXPECT_NEAR(losses[epoch], expected, 1e-6 * expected) << epoch;  // sums in another order
  }
  EXPECT_GT(std::abs(losses[0] - losses[1]), 1e-4 * losses[0]);
}

constexpr std::size_t kTrainerSamples = 300, kTrainerFeatures = 40;

// Three classes by the largest of three random linear scores.
struct TrainerProblem {
  Inputs inputs;
  Targets targets{.outputs = 3, .classes = {}, .values = {}};
  std::vector<float> weights;
  TrainingSet data, validation;

  TrainerProblem() {
    const Random random(4, Purpose::data);
    Tensor x({kTrainerSamples, kTrainerFeatures});
    for (std::uint32_t r = 0; r < kTrainerSamples; ++r) {
      double score[3] = {};
      for (std::uint32_t i = 0; i < kTrainerFeatures; ++i) {
        const double v = random.normal(r, i);
        x[r * kTrainerFeatures + i] = static_cast<float>(v);
        for (std::uint32_t c = 0; c < 3; ++c) score[c] += v * random.normal(kTrainerSamples + c, i);
      }
      targets.classes.push_back(
          static_cast<std::int32_t>(std::max_element(score, score + 3) - score));
      weights.push_back(r % 2 ? 1.5F : 0.5F);
    }
    inputs = Inputs(std::move(x));
    data = {&inputs, &targets, std::vector<std::uint32_t>(kTrainerSamples - 60), {}};
    validation = {&inputs, &targets, std::vector<std::uint32_t>(60), {}};
    std::iota(data.rows.begin(), data.rows.end(), 0U);
    std::iota(validation.rows.begin(), validation.rows.end(), 240U);
  }
  TrainerProblem(const TrainerProblem&) = delete;
  TrainerProblem& operator=(const TrainerProblem&) = delete;

  double accuracy(ConstView out, std::span<const std::uint32_t> rows) const {
    double right = 0;
    for (std::size_t r = 0; r < rows.size(); ++r)
      right +=
          std::max_element(out.row(r), out.row(r) + 3) - out.row(r) == targets.classes[rows[r]];
    return right / static_cast<double>(rows.size());
  }
};

// Wide enough that a batch is cut into several shards and a layer's gradient into several pieces.
constexpr const char* kTrainerNet = "linear(600) relu dropout(0.2) linear(80) tanh linear(3)";
// The same without what is drawn anew, for lbfgs.
constexpr const char* kNetThatStays = "linear(600) relu linear(80) tanh linear(3)";

struct TrainerOutcome {
  std::vector<float> parameters;
  TrainResult result;
};

TrainerOutcome run_trainer(const TrainerProblem& problem, const NetOptions& options,
                           const RunControl& control = {}, bool validate = false,
                           const char* net = nullptr) {
  const char* const usual = options.solver == "lbfgs" ? kNetThatStays : kTrainerNet;
  Network network(net ? net : usual, {kTrainerFeatures});
  network.initialize(options.init, options.random_state);
  const Scorer score = [&](ConstView out, std::span<const std::uint32_t> rows) {
    return problem.accuracy(out, rows);
  };
  const auto loss = make_loss("cross_entropy");
  TrainerOutcome outcome;
  outcome.result = train(network, *loss, problem.data,
                         validate ? problem.validation : TrainingSet{}, score, options, control);
  outcome.parameters.assign(network.parameters().begin(), network.parameters().end());
  return outcome;
}

NetOptions quick_options() {
  NetOptions options;
  options.batch_size = 128;
  options.max_iter = 4;
  options.threads = 2;
  return options;
}

TEST(Trainer, EverySolverGivesTheSameBitsForAnyNumberOfThreads) {
  TrainerProblem problem;
  problem.data.weights = problem.weights;
  for (const char* solver : {"adam", "adamw", "sgd", "rmsprop", "lbfgs"}) {
    NetOptions options = quick_options();
    options.solver = solver;
    options.early_stopping = true;
    options.clip_norm = 0.5;
    options.threads = 1;
    const TrainerOutcome one = run_trainer(problem, options, {}, true);
    for (const int threads : {2, 3, 4, 8}) {
      options.threads = threads;
      const TrainerOutcome many = run_trainer(problem, options, {}, true);
      EXPECT_EQ(many.parameters, one.parameters) << solver << " on " << threads;
      EXPECT_EQ(many.result.loss_curve, one.result.loss_curve) << solver << " on " << threads;
      EXPECT_EQ(many.result.validation_scores, one.result.validation_scores) << solver;
    }
  }
}

TEST(Trainer, EverySolverLowersTheLoss) {
  const TrainerProblem problem;
  for (const char* solver : {"adam", "adamw", "sgd", "rmsprop", "lbfgs"}) {
    NetOptions options = quick_options();
    options.solver = solver;
    options.learning_rate_init = 0.003;
    options.max_iter = 15;
    const auto curve =
        run_trainer(problem, options, {}, false, "linear(30) relu linear(3)").result.loss_curve;
    EXPECT_LT(curve.back(), 0.8 * curve.front()) << solver;
  }
}

TEST(Trainer, SeedDecides) {
  const TrainerProblem problem;
  NetOptions options = quick_options();
  const auto first = run_trainer(problem, options).parameters;
  EXPECT_EQ(run_trainer(problem, options).parameters, first);
  options.random_state = 1;
  EXPECT_NE(run_trainer(problem, options).parameters, first);
}

TEST(Trainer, WeightsOfOneEqualNone) {
  TrainerProblem problem;
  const auto none = run_trainer(problem, quick_options()).parameters;
  const std::vector<float> ones(kTrainerSamples, 1.0F);
  problem.data.weights = ones;
  EXPECT_EQ(run_trainer(problem, quick_options()).parameters, none);
}

TEST(Trainer, AClippedGradientIsNoLongerThanAllowed) {
  const TrainerProblem problem;
  NetOptions options = quick_options();
  options.solver = "sgd", options.momentum = 0, options.nesterovs_momentum = false,
  options.alpha = 0;
  options.learning_rate_init = 1, options.max_iter = 1, options.batch_size = kTrainerSamples;
  Network network(kTrainerNet, {kTrainerFeatures});
  network.initialize(options.init, options.random_state);
  const auto step_length = [&](double clip) {
    options.clip_norm = clip;
    const auto after = run_trainer(problem, options).parameters;
    double squares = 0;
    for (std::size_t i = 0; i < after.size(); ++i)
      squares += std::pow(double{after[i]} - double{network.parameters()[i]}, 2);
    return std::sqrt(squares);
  };
  const double whole = step_length(0);
  EXPECT_NEAR(step_length(whole / 2) / (whole / 2), 1, 1e-3);  // float32 weights of order one
  EXPECT_NEAR(step_length(whole * 2) / whole, 1, 1e-6);
}

// ---- label smoothing ----

TEST(LabelSmoothing, LearnsFromTargetsThatAreWrittenOut) {
  for (const std::size_t outputs : {3U, 1U}) {
    TrainerProblem problem;
    Targets softened{.outputs = outputs, .classes = {}, .values = {}};
    problem.targets.outputs = outputs;
    problem.targets.one_hot = outputs > 1;
    for (std::int32_t& of_class : problem.targets.classes) {
      if (outputs == 1) of_class = of_class > 0 ? 1 : 0;
      const float own = outputs == 1 ? 0.9F : 0.8F + 0.2F / 3,
                  other = outputs == 1 ? 0.1F : 0.2F / 3;
      for (std::int32_t i = 0; i < static_cast<std::int32_t>(outputs); ++i)
        softened.values.push_back((outputs == 1 ? of_class == 1 : of_class == i) ? own : other);
    }
    const auto loss = make_loss(outputs == 1 ? "binary_cross_entropy" : "cross_entropy");
    const std::string net = concat("linear(40) relu linear(", outputs, ")");
    const auto curve = [&](const Targets& targets, double smoothing, const std::string& solver) {
      NetOptions options = quick_options();
      options.label_smoothing = smoothing;
      options.solver = solver;
      Network network(net, {kTrainerFeatures});
      network.initialize("he_uniform", 3);
      const TrainingSet data{&problem.inputs, &targets, problem.data.rows, {}};
      return train(network, *loss, data, {}, {}, options).loss_curve;
    };
    for (const char* solver : {"adam", "lbfgs"}) {
      const auto expected = curve(softened, 0, solver),
                 smoothed = curve(problem.targets, 0.2, solver);
      ASSERT_EQ(smoothed.size(), expected.size()) << solver;
      for (std::size_t i = 0; i < expected.size(); ++i)  // targets differ by a rounding
        EXPECT_NEAR(smoothed[i], expected[i], 1e-5 * expected[i]) << solver << ", " << outputs;
      EXPECT_NE(smoothed, curve(problem.targets, 0, solver)) << solver;
    }
  }
}

TEST(LabelSmoothing, IsForProbabilitiesOfClasses) {
  const TrainerProblem problem;
  NetOptions options = quick_options();
  for (const double share : {-0.1, 1.0, std::nan("")}) {
    options.label_smoothing = share;
    expect_error<std::invalid_argument>([&] { run_trainer(problem, options); },
                                        {"[label_smoothing]", "[0, 1)"});
  }
  options.label_smoothing = 0.1;
  Network network("linear(3)", {kTrainerFeatures});
  for (const std::string loss : {"huber", "poisson"})
    expect_error<std::invalid_argument>(
        [&] { train(network, *make_loss(loss), problem.data, {}, {}, options); },
        {"[label_smoothing]", "cross_entropy", "'" + loss + "' is not one"});
}

TEST(Trainer, StopsByItsValidationScoreAndKeepsTheBestWeights) {
  const TrainerProblem problem;
  NetOptions options = quick_options();
  options.early_stopping = true, options.n_iter_no_change = 3, options.max_iter = 200;
  const TrainerOutcome outcome = run_trainer(problem, options, {}, true);
  EXPECT_EQ(outcome.result.reason, StopReason::converged);
  const auto& scores = outcome.result.validation_scores;
  EXPECT_EQ(scores.size(), outcome.result.epochs);
  EXPECT_LT(outcome.result.epochs, 200U);
  const double best = *std::ranges::max_element(scores);
  EXPECT_EQ(outcome.result.best_validation_score, best);
  Network network(kTrainerNet, {kTrainerFeatures});
  std::ranges::copy(outcome.parameters, network.parameters().begin());
  const Tensor out =
      predict(network, OutputActivation::softmax, problem.inputs, problem.validation.rows);
  EXPECT_EQ(problem.accuracy(out.view(), problem.validation.rows), best);
}

// ---- checkpoints ----

// Solver, schedule, whether it may stop early. Every pair of the catalogues that means something.
using Setup = std::tuple<std::string, std::string, bool>;
class Resume : public testing::TestWithParam<Setup> {};

std::vector<Setup> setups() {
  std::vector<Setup> all;
  for (const std::string& solver : optimizer_names())
    for (const ScheduleRow& schedule : schedule_catalogue()) {
      if (schedule.sgd_only && solver != "sgd") continue;
      if (solver == "lbfgs" && schedule.name != "constant") continue;
      for (const bool early : {false, true}) all.emplace_back(solver, schedule.name, early);
    }
  return all;
}

TEST_P(Resume, FromAnyPlaceGivesTheBitsOfARunNeverStopped) {
  TrainerProblem problem;
  problem.data.weights = problem.weights;
  NetOptions options = quick_options();
  std::tie(options.solver, options.learning_rate, options.early_stopping) = GetParam();
  // Rates change within these few epochs; with such a tolerance hardly an epoch counts as better.
  options.step_epochs = 1, options.n_iter_no_change = 1;
  if (options.learning_rate == "adaptive") options.tol = 1;
  const TrainerOutcome whole = run_trainer(problem, options, {}, true);
  const std::size_t places = options.solver == "lbfgs" ? 3 : 2 * whole.result.epochs;
  for (std::size_t place = 1; place < places; ++place) {  // asked after every batch
    const test::Scratch scratch;
    std::size_t asked = 0;
    RunControl control;
    control.checkpoint_dir = scratch.path();
    control.command = "what was asked for";
    control.stop_requested = [&] { return ++asked == place; };
    options.threads = 2;
    const TrainerOutcome part = run_trainer(problem, options, control, true);
    ASSERT_EQ(part.result.reason, StopReason::interrupted) << place;
    EXPECT_EQ(checkpoint_command(scratch.path()), "what was asked for");
    control.stop_requested = nullptr;
    control.resume = true;
    options.threads = 3;
    const TrainerOutcome rest = run_trainer(problem, options, control, true);
    EXPECT_EQ(rest.parameters, whole.parameters) << "stopped at " << place;
    EXPECT_EQ(rest.result.loss_curve, whole.result.loss_curve) << "stopped at " << place;
    EXPECT_EQ(rest.result.validation_scores, whole.result.validation_scores);
    EXPECT_EQ(rest.result.epochs, whole.result.epochs);
    EXPECT_EQ(rest.result.updates, whole.result.updates);
    EXPECT_EQ(rest.result.reason, whole.result.reason);
  }
}

INSTANTIATE_TEST_SUITE_P(SolversAndSchedules, Resume, testing::ValuesIn(setups()),
                         [](const auto& instance) {
                           return std::get<0>(instance.param) + "_" + std::get<1>(instance.param) +
                                  (std::get<2>(instance.param) ? "_early_stopping" : "");
                         });

TEST(Checkpoint, ThatCannotBeKeptIsAWarningAndOfTheLastTheResultTells) {
  const TrainerProblem problem;
  const test::Scratch scratch;
  const TrainerOutcome undisturbed = run_trainer(problem, quick_options());
  RunControl control;
  control.checkpoint_dir = scratch / "state";
  control.checkpoint_seconds = 0;
  std::vector<std::string> warnings;
  std::size_t epochs = 0;
  bool mended = false;
  control.on_event = [&](const Event& event) {
    if (const auto* warned = std::get_if<Warned>(&event)) warnings.push_back(warned->message);
    if (!std::holds_alternative<EpochEnded>(event)) return;
    ++epochs;
    if (epochs == 3 && mended) std::filesystem::remove(scratch / "state");
  };
  for (const bool mend : {false, true}) {
    mended = mend, epochs = 0, warnings.clear();
    test::write_text(scratch / "state", "a file where the folder should be");
    const TrainerOutcome outcome = run_trainer(problem, quick_options(), control);
    EXPECT_EQ(outcome.parameters, undisturbed.parameters);
    EXPECT_EQ(outcome.result.reason, StopReason::max_iter);
    ASSERT_EQ(warnings.size(), 1U) << "once for all that fail in a row";
    expect_contains(warnings[0], "no checkpoint could be kept: " + (scratch / "state"));
    EXPECT_EQ(outcome.result.checkpoint_error.empty(), mend) << outcome.result.checkpoint_error;
  }
  control.on_event = nullptr, control.resume = true;
  EXPECT_EQ(run_trainer(problem, quick_options(), control).parameters, undisturbed.parameters);
}

TEST(Checkpoint, AFinishedRunIsGivenBackAsItWas) {
  const TrainerProblem problem;
  const test::Scratch scratch;
  RunControl control;
  control.checkpoint_dir = scratch.path();
  const TrainerOutcome whole = run_trainer(problem, quick_options(), control);
  control.resume = true;
  const TrainerOutcome again = run_trainer(problem, quick_options(), control);
  EXPECT_EQ(again.parameters, whole.parameters);
  EXPECT_EQ(again.result.loss_curve, whole.result.loss_curve);
}

TEST(Checkpoint, OfAnotherRunIsRefused) {
  const TrainerProblem problem;
  const test::Scratch scratch;
  RunControl control;
  control.checkpoint_dir = scratch.path();
  run_trainer(problem, quick_options(), control);
  control.resume = true;
  NetOptions other = quick_options();
  other.solver = "sgd";
  expect_error<ModelError>([&] { run_trainer(problem, other, control); },
                           {"another run", "solver", "adam", "sgd"});
  expect_error<ModelError>(
      [&] { run_trainer(problem, quick_options(), control, false, "linear(3)"); }, {"network"});
}

TEST(Checkpoint, MissingOrDamagedIsSaid) {
  const TrainerProblem problem;
  const test::Scratch scratch;
  RunControl control;
  control.checkpoint_dir = scratch.path();
  control.resume = true;
  expect_error<std::runtime_error>([&] { run_trainer(problem, quick_options(), control); },
                                   {"checkpoint.hebb"});
  expect_error<std::runtime_error>([&] { checkpoint_command(scratch.path()); },
                                   {"checkpoint.hebb"});
  control.resume = false;
  run_trainer(problem, quick_options(), control);
  const std::string path = scratch / "checkpoint.hebb";
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  expect_error<ModelError>([&] { checkpoint_command(scratch.path()); }, {"checkpoint.hebb"});
}

// ---- ends and events ----

TEST(Trainer, APlannedScheduleRunsToItsEnd) {
  TrainerProblem problem;
  NetOptions options = quick_options();
  options.max_iter = 8, options.n_iter_no_change = 1, options.tol = 100;  // no epoch is a gain
  for (const ScheduleRow& schedule : schedule_catalogue()) {
    if (schedule.sgd_only) continue;
    const bool planned =
        schedule.name == "cosine" || schedule.name == "one_cycle" || schedule.name == "coslog4";
    options.learning_rate = schedule.name;
    EXPECT_EQ(run_trainer(problem, options).result.epochs, planned ? 8U : 3U) << schedule.name;
  }
  options.early_stopping = true;
  EXPECT_LT(run_trainer(problem, options, {}, true).result.epochs, 8U);
}

TEST(Trainer, DivergenceKeepsTheLastFiniteWeights) {
  const TrainerProblem problem;
  NetOptions options = quick_options();
  options.solver = "sgd", options.learning_rate_init = 1e6, options.alpha = 0;
  Network network("linear(30) identity linear(3)", {kTrainerFeatures});
  network.initialize(options.init, 0);
  const auto loss = make_loss("squared_error");
  StopReason reason = StopReason::converged;
  RunControl control;
  control.on_event = [&](const Event& event) {
    if (const auto* stopped = std::get_if<Stopped>(&event)) reason = stopped->reason;
  };
  options.max_iter = 100;
  expect_error<DivergedError>(
      [&] { train(network, *loss, problem.data, {}, {}, options, control); },
      {"diverged", "epoch", "learning_rate_init=1e+06"});
  EXPECT_EQ(reason, StopReason::diverged);
  for (const float w : network.parameters()) ASSERT_TRUE(std::isfinite(w));
}

TEST(Trainer, TellsOfEveryEpochAndOfItsEnd) {
  const TrainerProblem problem;
  std::vector<std::size_t> epochs;
  std::string end;
  RunControl control;
  control.on_event = [&](const Event& event) {
    if (const auto* epoch = std::get_if<EpochEnded>(&event)) epochs.push_back(epoch->epoch);
    if (const auto* stopped = std::get_if<Stopped>(&event)) end = stopped->message;
  };
  run_trainer(problem, quick_options(), control);
  EXPECT_EQ(epochs, (std::vector<std::size_t>{1, 2, 3, 4}));
  EXPECT_EQ(end, "all 4 epochs done");
}

TEST(Trainer, WarnsOfAScheduleThatDoesNotAct) {
  const TrainerProblem problem;
  std::string warned;
  RunControl control;
  control.on_event = [&](const Event& event) {
    if (const auto* w = std::get_if<Warned>(&event)) warned = w->message;
  };
  NetOptions options = quick_options();
  options.learning_rate = "invscaling";
  run_trainer(problem, options, control);
  EXPECT_NE(warned.find("invscaling acts on solver=sgd only"), std::string::npos) << warned;
}

TEST(Trainer, StopsWhenItsTimeIsUsedUp) {
  const TrainerProblem problem;
  NetOptions options = quick_options();
  options.max_iter = 1000000, options.max_seconds = 0.05, options.tol = 0;
  options.n_iter_no_change = 1000000;
  EXPECT_EQ(run_trainer(problem, options).result.reason, StopReason::time_budget);
}

TEST(Trainer, RefusesWhatCannotBeTrained) {
  const TrainerProblem problem;
  NetOptions options = quick_options();
  options.alpha = -1;
  expect_error<std::invalid_argument>([&] { run_trainer(problem, options); },
                                      {"alpha", ">= 0", "-1"});
  expect_error<std::invalid_argument>(
      [&] { run_trainer(problem, quick_options(), {}, false, "linear(4)"); }, {"4 outputs", "3"});
  expect_error<std::invalid_argument>(
      [&] { run_trainer(problem, quick_options(), {}, false, "relu"); }, {"no weights"});
  TrainerProblem empty;
  empty.data.rows.clear();
  expect_error<std::invalid_argument>([&] { run_trainer(empty, quick_options()); }, {"0 samples"});
}

TEST(Checkpoint, OfAFinishedRunGivesTheBestWeightsBack) {
  const TrainerProblem problem;
  const test::Scratch scratch;
  NetOptions options = quick_options();
  options.early_stopping = true, options.n_iter_no_change = 2, options.max_iter = 100;
  options.learning_rate_init = 0.02;
  RunControl control;
  control.checkpoint_dir = scratch.path();
  const TrainerOutcome whole = run_trainer(problem, options, control, true);
  control.resume = true;
  bool told = false;
  control.on_event = [&](const Event& event) {
    told = told || std::holds_alternative<Stopped>(event);
  };
  EXPECT_EQ(run_trainer(problem, options, control, true).parameters, whole.parameters);
  EXPECT_TRUE(told);
}

TEST(Checkpoint, WhoseArraysDoNotFitIsRefused) {
  const TrainerProblem problem;
  const test::Scratch scratch;
  RunControl control;
  control.checkpoint_dir = scratch.path();
  run_trainer(problem, quick_options(), control);
  control.resume = true;
  const std::string path = scratch / "checkpoint.hebb";
  const SafetensorsFile whole(path);
  const std::string copy = scratch / "whole";
  std::filesystem::copy_file(path, copy);
  for (const char* name : {"optimizer", "last_finite", "scalars"}) {
    const SafetensorsFile file(copy);
    auto tensors = file.tensors();
    for (auto& tensor : tensors)
      if (tensor.name == name)
        tensor = {name, tensor.dtype, {1}, tensor.bytes.first(tensor.dtype == "F64" ? 8 : 4)};
    write_safetensors(path, file.metadata(), tensors);
    expect_error<ModelError>([&] { run_trainer(problem, quick_options(), control); }, {name});
  }
}

TEST(Trainer, NeverEndsWellWithOutputsThatAreNotFinite) {
  const TrainerProblem problem;
  NetOptions options = quick_options();
  options.learning_rate_init = 1e30, options.max_iter = 1, options.batch_size = kTrainerSamples;
  // Nothing bounded in it: the weights are finite after the only update, their products are not.
  expect_error<DivergedError>(
      [&] { run_trainer(problem, options, {}, false, "linear(600) relu linear(3)"); },
      {"diverged"});
}

}  // namespace
}  // namespace hebb
