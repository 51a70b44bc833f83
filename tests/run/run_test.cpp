#include "hebb/run/run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "cli/run.h"
#include "expect_error.h"
#include "hebb/core/log.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/datasets/generators.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

using test::Folder;

Dataset two_moons() { return make_moons({.n = 60, .seed = 1}); }

RunSpec quick(Dataset data = two_moons()) {
  return {.dataset = std::move(data), .options = {{"hidden_layer_sizes", 4}, {"max_iter", 3}}};
}

bool has_note(const std::vector<std::string>& notes, const std::string& text) {
  return std::ranges::count(notes, text) > 0;
}

// ---- the choice of a model ----

TEST(ChooseModel, TakesANetworkForTablesUnlessLayersAreGiven) {
  EXPECT_EQ(choose_model("", "").name, "tabular");
  EXPECT_EQ(choose_model("", "linear(8) relu linear(2)").name, "mlp");
  EXPECT_EQ(choose_model("", "flatten residual(conv(4,3))").name, "convnet");
  EXPECT_EQ(choose_model("", "lenet5").name, "convnet");
  EXPECT_EQ(choose_model("perceptron", "lenet5").name, "perceptron");
  expect_error<std::invalid_argument>([] { choose_model("perceptro", ""); },
                                      {"[model]", "did you mean perceptron"});
}

TEST(ChooseModel, GoesOnWithTheKindThatAModelHas) {
  const RunResult first = run({.dataset = two_moons(), .model = "logistic"});
  const Model& model = first.estimator->model();
  EXPECT_EQ(choose_model("", "", &model).name, "logistic");
  expect_error<std::invalid_argument>([&] { choose_model("mlp", "", &model); },
                                      {"[from] is a model of kind logistic", "mlp"});
}

// `count` images of noise, `side` x `side`, in two classes.
Dataset noisy_images(std::size_t count, std::size_t side) {
  const auto pixels = std::make_shared<std::vector<std::uint8_t>>(count * side * side);
  for (std::size_t i = 0; i < pixels->size(); ++i)
    (*pixels)[i] = static_cast<std::uint8_t>(i * i % 251);
  Target target{.names = {"label"}, .values = {}, .classes = {"a", "b"}};
  for (std::size_t i = 0; i < count; ++i) target.values.push_back(i % 2 == 0 ? 0 : 1);
  return Dataset(Images{.count = count,
                        .channels = 1,
                        .height = side,
                        .width = side,
                        .pixels = {pixels, pixels->data()}},
                 std::move(target));
}

TEST(ChooseModel, TakesAConvnetForImages) {
  const auto kind = [](std::size_t side, OptionValues options, const std::string& model = {}) {
    return prepare_run(
               {.dataset = noisy_images(20, side), .model = model, .options = std::move(options)})
        .row->name;
  };
  EXPECT_EQ(kind(8, {}), "convnet");
  EXPECT_EQ(kind(7, {}), "mlp");
  EXPECT_EQ(kind(8, {}, "mlp"), "mlp");
  EXPECT_EQ(kind(8, {{"alpha", 0.1}}), "convnet");
  EXPECT_EQ(kind(8, {{"dropout", 0.1}}), "mlp");
  EXPECT_EQ(kind(8, {{"solver", "lbfgs"}}), "mlp");
}

TEST(ChooseModel, GivesAConvnetEpochsByTheNumberOfImages) {
  const auto epochs = [](std::size_t count, OptionValues options, const std::string& model = {}) {
    const PreparedRun run = prepare_run(
        {.dataset = noisy_images(count, 8), .model = model, .options = std::move(options)});
    return run.options.as<NetOptions>().max_iter;
  };
  EXPECT_EQ(epochs(20, {}), 120U);                  // one update an epoch
  EXPECT_EQ(epochs(20, {{"batch_size", 2}}), 12U);  // ten
  EXPECT_EQ(epochs(5000, {}), 12U);                 // 25
  EXPECT_EQ(epochs(600, {{"batch_size", 2}}), 5U);  // 300
  EXPECT_EQ(epochs(600, {{"batch_size", 1}}), 5U);  // never fewer
  EXPECT_EQ(epochs(20, {{"max_iter", 3}}), 3U);
  EXPECT_EQ(epochs(20, {}, "convnet"), 12U);
}

// ---- what is decided before training ----

TEST(PrepareRun, SaysWhatItDecided) {
  const PreparedRun run = prepare_run({.data = "iris", .split = SplitOptions{.test_size = 0.2}});
  EXPECT_EQ(run.train.samples(), 120U);
  EXPECT_EQ(run.test->samples(), 30U);
  EXPECT_EQ(run.row->name, "tabular");
  EXPECT_EQ(run.task.task, Task::classify);
  EXPECT_TRUE(has_note(run.notes, "iris: 120 samples to train on, 30 to test on, 4 features"));
  EXPECT_TRUE(has_note(
      run.notes,
      "model: tabular, the default for tables; --model mlp takes a multi-layer perceptron"));
  EXPECT_TRUE(has_note(run.notes, "task: classify 'species' (the target has 3 labels)"));
}

TEST(PrepareRun, ScalesTablesAndImagesByTheirCustom) {
  EXPECT_EQ(prepare_run(quick()).preprocess.scale, "standard");
  const Dataset digits = load_dataset("mnist10k").slice(0, 50);
  EXPECT_EQ(prepare_run(quick(digits)).preprocess.scale, "minmax");
  RunSpec spec = quick();
  spec.preprocess = {{"scale", "symmetric"}, {"unknown", "ignore"}};
  EXPECT_EQ(prepare_run(spec).preprocess.scale, "symmetric");
  EXPECT_EQ(prepare_run(spec).preprocess.unknown, "ignore");
}

TEST(PrepareRun, KeepsThePreprocessingOfTheModelThatItGoesOnFrom) {
  RunSpec spec = quick();
  spec.preprocess = {{"scale", "symmetric"}, {"impute", "mean"}};
  const RunResult first = run(spec);
  RunSpec next = quick();
  next.options = {};
  next.from = first.estimator->model();
  next.preprocess = {{"impute", "median"}};
  const PreparedRun prepared = prepare_run(next);
  EXPECT_EQ(prepared.preprocess.scale, "symmetric");
  EXPECT_EQ(prepared.preprocess.impute, "median");
  EXPECT_EQ(run(next).estimator->model().network()->text(),
            first.estimator->model().network()->text());
}

TEST(PrepareRun, RefusesToGoOnFromAModelWhoseNetworkIsMissing) {
  RunSpec spec = quick();
  spec.options = {};
  spec.from = run({.dataset = two_moons(), .model = "logistic"}).estimator->model();
  spec.from->kind = "mlp";
  expect_error<std::invalid_argument>([&] { prepare_run(spec); },
                                      {"[from] is a model of kind mlp without a network"});
}

TEST(PrepareRun, TakesThePartsThatThereAre) {
  const PreparedRun own = prepare_run({.data = "mnist10k"});
  const Dataset all = load_dataset("mnist10k");
  EXPECT_EQ(own.train.samples(), all.test_begin());
  EXPECT_EQ(own.test->samples(), all.samples() - all.test_begin());
  RunSpec given = quick();
  given.test_dataset = make_moons({.n = 10, .seed = 2});
  EXPECT_EQ(prepare_run(given).test->samples(), 10U);
  EXPECT_FALSE(prepare_run(quick()).test.has_value());
}

TEST(PrepareRun, ReadsTheTestPartLikeTheData) {
  const Folder folder;
  folder.write("a.csv", "y,x\n0,1\n1,2\n0,3\n1,4\n");
  folder.write("b.csv", "x,y\n5,0\n6,1\n");
  const PreparedRun run = prepare_run(
      {.data = folder / "a.csv", .reading = {.target = {"y"}}, .test_data = folder / "b.csv"});
  EXPECT_EQ(run.test->target().names, std::vector<std::string>{"y"});
  EXPECT_TRUE(run.test->target().is_classes());
}

TEST(PrepareRun, RefusesWhatCannotGoTogether) {
  RunSpec twice = quick();
  twice.data = "iris";
  expect_error<std::invalid_argument>([&] { prepare_run(twice); }, {"[data]", "give only one"});
  RunSpec parts = quick();
  parts.split = SplitOptions{};
  parts.test_data = "iris";
  expect_error<std::invalid_argument>([&] { prepare_run(parts); },
                                      {"[test_size]", "give only one"});
  RunSpec tests = quick();
  tests.test_data = "iris";
  tests.test_dataset = two_moons();
  expect_error<std::invalid_argument>([&] { prepare_run(tests); }, {"[test]", "give only one"});
  RunSpec numbers = quick();
  numbers.model = "perceptron";
  numbers.options = {};
  numbers.task = Task::regress;
  expect_error<std::invalid_argument>([&] { prepare_run(numbers); },
                                      {"[model] perceptron predicts classes"});
  RunSpec unit = quick();
  unit.model = "logistic";
  unit.options = {};
  unit.checkpoint.dir = "nowhere";
  expect_error<std::invalid_argument>([&] { prepare_run(unit); },
                                      {"[checkpoint] is for networks: a logistic"});
}

TEST(PrepareRun, RefusesOptionsAndMetricsThatThereAreNot) {
  RunSpec spec = quick();
  spec.options = {{"dropuot", 0.5}};
  expect_error<std::invalid_argument>([&] { prepare_run(spec); },
                                      {"dropuot", "did you mean dropout"});
  spec.options = {{"dropout", 1.5}};
  expect_error<std::invalid_argument>([&] { prepare_run(spec); }, {"dropout", "1.5"});
  spec.options = {{"dropout", "much"}};
  expect_error<std::invalid_argument>([&] { prepare_run(spec); }, {"dropout", "much"});
  spec.options = {};
  spec.preprocess = {{"scale", "large"}};
  expect_error<std::invalid_argument>([&] { prepare_run(spec); }, {"scale", "large"});
  spec.preprocess = {};
  spec.metrics = {"r2"};
  expect_error<std::invalid_argument>([&] { prepare_run(spec); }, {"r2 is for models of numbers"});
}

// ---- what is refused before training ----

TEST(CheckNetwork, RefusesANetworkGivenTwice) {
  const auto refuses = [](OptionValues options, std::initializer_list<std::string> parts) {
    RunSpec spec = quick();
    spec.model = "mlp";
    spec.options = std::move(options);
    const PreparedRun run = prepare_run(spec);
    expect_error<std::invalid_argument>([&] { check_network(run); }, parts);
    expect_error<std::invalid_argument>([&] { train_run(prepare_run(spec)); }, parts);
  };
  refuses({{"net", "linear(1)"}, {"hidden_layer_sizes", 4}},
          {"[hidden_layer_sizes] describes the network"});
  refuses({{"net", "linear(1)"}, {"dropout", 0.5}}, {"[dropout] is for --hidden"});
  refuses({{"net", " "}}, {"[net] is empty"});
  refuses({{"net", "lenet5"}}, {"[net] 'lenet5' is a network for images"});
  refuses({{"hidden_layer_sizes", std::vector<std::int64_t>{4'000'000'000, 4'000'000'000}}},
          {"[hidden_layer_sizes] asks for", "this machine has"});
}

TEST(CheckNetwork, RefusesTheBiasOfANetworkThatContinues) {
  RunSpec spec = quick();
  spec.model = "mlp";
  spec.options["output_bias"] = std::string("prior");
  spec.from = run(spec).estimator->model();
  expect_error<std::invalid_argument>([&] { run(spec); },
                                      {"[output_bias] is where a new network begins", "--from"});
  spec.options.erase("output_bias");
  EXPECT_NO_THROW(run(spec));
}

TEST(CheckTest, RefusesWhatTrainingDoesNotKnow) {
  const Folder folder;
  folder.write("train.csv", "city,y\nRome,a\nOslo,b\nRome,a\nOslo,b\n");
  folder.write("city.csv", "city,y\nBonn,a\n");
  folder.write("label.csv", "city,y\nRome,c\n");
  const auto prepared = [&](const char* test) {
    return prepare_run({.data = folder / "train.csv", .test_data = folder / test, .model = "mlp"});
  };
  expect_error<DataError>([&] { check_test(prepared("city.csv")); }, {"city.csv", "Bonn"});
  expect_error<DataError>([&] { check_test(prepared("label.csv")); }, {"label.csv", "'c'"});
  expect_error<DataError>([&] { train_run(prepared("city.csv")); }, {"city.csv", "Bonn"});
  EXPECT_NO_THROW(check_test(prepared("train.csv")));
}

TEST(CheckTest, LeavesWarningsToTraining) {
  const Folder folder;
  folder.write("train.csv", "x,c,y\n1,5,a\n2,5,b\n3,5,a\n4,5,b\n");
  const PreparedRun run =
      prepare_run({.data = folder / "train.csv", .test_data = folder / "train.csv"});
  std::size_t heard = 0;
  auto before = set_log_sink([&](LogLevel, std::string_view) { ++heard; });
  check_test(run);
  EXPECT_EQ(heard, 0U);
  Preprocessor(run.preprocess).fit(run.train);
  set_log_sink(std::move(before));
  EXPECT_GT(heard, 0U) << "a constant column is warned of";
}

// ---- the run ----

TEST(Run, TrainsJudgesAndMeasures) {
  const Folder folder;
  std::size_t epochs = 0;
  RunControl control;
  control.on_event = [&](const Event& event) {
    if (std::holds_alternative<EpochEnded>(event)) ++epochs;
  };
  RunSpec spec = quick();
  spec.split = SplitOptions{.test_size = 0.5, .random_state = 3};
  spec.metrics = {"accuracy", "matthews"};
  spec.model_file = folder / "m.hebb";
  const RunResult result = run(spec, control);
  EXPECT_EQ(epochs, 3U);
  EXPECT_EQ(result.stopped, StopReason::max_iter);
  EXPECT_STREQ(stop_name(*result.stopped), "max_iter");
  EXPECT_TRUE(result.saved);
  EXPECT_TRUE(result.failures.empty());
  EXPECT_EQ(load_model(folder / "m.hebb")->task(), Task::classify);
  EXPECT_EQ(&result.judged_on(), &*result.test);
  EXPECT_EQ(result.predictions.truth.size(), 30U);
  ASSERT_EQ(result.measured.size(), 2U);
  EXPECT_EQ(result.measured[0].value, result.estimator->score(*result.test));
  EXPECT_TRUE(result.evaluation.train && result.evaluation.test);
  EXPECT_GE(result.seconds.load, 0);
  EXPECT_GT(result.seconds.fit, 0);
  EXPECT_GT(result.seconds.evaluate, 0);
  const auto found = diagnose(
      facts_of(result.estimator->model(), result.evaluation, &result.train, &*result.test));
  EXPECT_EQ(result.findings.size(), found.size());
}

TEST(Run, IsJudgedOnItsTrainingDataWhereThereIsNothingElse) {
  RunSpec spec = quick();
  spec.metrics = {"accuracy"};
  const RunResult result = run(spec);
  EXPECT_EQ(&result.judged_on(), &result.train);
  EXPECT_FALSE(result.evaluation.test);
  EXPECT_EQ(result.measured[0].value, result.estimator->score(result.train));
  EXPECT_FALSE(result.saved);
}

TEST(Run, StopsOnRequestAndTellsSo) {
  RunControl control;
  control.stop_requested = [] { return true; };
  EXPECT_EQ(run(quick(), control).stopped, StopReason::interrupted);
}

TEST(Run, KeepsTheScoresOfAModelThatCannotBeSaved) {
  RunSpec spec = quick();
  spec.model_file = "/nowhere/m.hebb";
  const RunResult result = run(spec);
  EXPECT_FALSE(result.saved);
  ASSERT_EQ(result.failures.size(), 1U);
  expect_contains(result.failures[0], "/nowhere/m.hebb");
  EXPECT_TRUE(result.evaluation.train);
}

TEST(Run, KeepsTheLastFiniteModelWhereItDiverges) {
  const Folder folder;
  RunSpec spec = quick();
  spec.options = {{"learning_rate_init", 1e30}, {"solver", "sgd"}, {"activation", "identity"}};
  spec.model_file = folder / "m.hebb";
  try {
    run(spec);
    FAIL() << "1e30 is no learning rate";
  } catch (const RunDiverged& error) {
    EXPECT_EQ(error.model_file(), folder / "m.hebb");
    EXPECT_TRUE(load_model(error.model_file())->is_fitted());
  }
  spec.model_file = "";
  try {
    run(spec);
    FAIL();
  } catch (const RunDiverged& error) {
    EXPECT_EQ(error.model_file(), "");
  }
}

TEST(StopName, IsThatOfJson) {
  EXPECT_STREQ(stop_name(StopReason::converged), "converged");
  EXPECT_STREQ(stop_name(StopReason::max_fun), "max_fun");
  EXPECT_STREQ(stop_name(StopReason::time_budget), "time_budget");
  EXPECT_STREQ(stop_name(StopReason::interrupted), "interrupted");
  EXPECT_STREQ(stop_name(StopReason::diverged), "diverged");
}

// ---- states ----

// Ends training before the last of six epochs.
RunControl stopped_early() {
  RunControl control;
  auto epochs = std::make_shared<int>(0);
  control.on_event = [epochs](const Event& event) {
    if (std::holds_alternative<EpochEnded>(event)) ++*epochs;
  };
  control.stop_requested = [epochs] { return *epochs >= 2; };
  return control;
}

RunSpec kept_in(const std::string& dir) {
  RunSpec spec = quick();
  spec.options["max_iter"] = 6;
  spec.checkpoint.dir = dir;
  return spec;
}

TEST(RunCheckpoint, ResumesToTheSameModel) {
  const Folder folder;
  const RunResult whole = run(kept_in(folder / "whole"));
  run(kept_in(folder / "cut"), stopped_early());
  RunSpec spec = kept_in(folder / "cut");
  spec.checkpoint.resume = true;
  const RunResult resumed = run(spec);
  const auto a = whole.estimator->model().network()->parameters();
  const auto b = resumed.estimator->model().network()->parameters();
  EXPECT_TRUE(std::ranges::equal(a, b));
}

TEST(RunCheckpoint, IsThatOfTheSpecAndNotOfTheControl) {
  const Folder folder;
  RunControl control;
  control.checkpoint_dir = folder / "absent";
  control.resume = true;
  control.command = "of the caller";
  EXPECT_NO_THROW(run(quick(), control)) << "a state is looked for where none was asked for";
  EXPECT_FALSE(std::filesystem::exists(folder / "absent"));
}

TEST(RunCheckpoint, OfOtherDataIsNotResumed) {
  const Folder folder;
  run(kept_in(folder / "state"), stopped_early());
  RunSpec spec = kept_in(folder / "state");
  spec.dataset = make_moons({.n = 60, .seed = 2});
  spec.checkpoint.resume = true;
  expect_error<DataError>([&] { run(spec); }, {"not that of the checkpoint in"});
}

TEST(RunCheckpoint, OfAnotherRunIsNotResumed) {
  const Folder folder;
  RunSpec begun = kept_in(folder / "state");
  begun.from = run(quick()).estimator->model();
  run(begun, stopped_early());
  const auto refused = [&](const std::function<void(RunSpec&)>& change) {
    RunSpec spec = begun;
    spec.checkpoint.resume = true;
    change(spec);
    expect_error<std::invalid_argument>([&] { run(spec); }, {"[resume]", "holds another run"});
  };
  refused([](RunSpec& spec) { spec.options["alpha"] = 0.5; });
  refused([](RunSpec& spec) { spec.preprocess["scale"] = "minmax"; });
  refused([](RunSpec& spec) { spec.from.reset(); });
  refused([](RunSpec& spec) {
    RunSpec other = quick();
    other.options["random_state"] = 7;
    spec.from = run(other).estimator->model();
  });
  begun.checkpoint.resume = true;
  EXPECT_EQ(run(begun).stopped, StopReason::max_iter);
}

TEST(RunCheckpoint, ThatIsNotFinishedIsNotOverwritten) {
  const Folder folder;
  run(kept_in(folder / "state"), stopped_early());
  expect_error<std::invalid_argument>([&] { run(kept_in(folder / "state")); },
                                      {"[checkpoint]", "unfinished", "use another folder"});
}

TEST(RunCheckpoint, OfAnotherRunIsNotOverwritten) {
  const Folder folder;
  run(kept_in(folder / "state"));
  EXPECT_NO_THROW(run(kept_in(folder / "state"))) << "the same run writes the same state";
  RunSpec other = kept_in(folder / "state");
  other.options["alpha"] = 0.5;
  expect_error<std::invalid_argument>([&] { run(other); }, {"[checkpoint]", "another run"});
  other.checkpoint.same_run = [](const std::string& command, const std::string& before) {
    return command.find("0.5") != std::string::npos || before.find("0.5") != std::string::npos;
  };
  EXPECT_NO_THROW(run(other));
}

TEST(RunCheckpoint, ThatCannotBeReadIsNotOverwritten) {
  const Folder folder;
  std::filesystem::create_directory(folder / "state");
  folder.write("state/checkpoint.hebb", "no state");
  expect_error<std::invalid_argument>([&] { run(kept_in(folder / "state")); },
                                      {"[checkpoint]", "cannot be read"});
}

TEST(RunCheckpoint, KeepsTheCommandThatItIsGiven) {
  const Folder folder;
  RunSpec spec = kept_in(folder / "state");
  spec.checkpoint.command = R"({"verb":"fit"})";
  run(spec);
  EXPECT_EQ(checkpoint_command(folder / "state"),
            R"({"verb":"fit","data_hash":")" + two_moons().hash() + "\"}");
  spec.checkpoint.command = "fit";
  expect_error<std::invalid_argument>([&] { run(spec); }, {"no JSON object"});
}

// ---- the same as the program ----

class RunLikeTheProgram : public testing::Test {
 protected:
  // Both write m.hebb; the program in a folder of its own, for `data` may be a file.
  void expect_same_file(RunSpec spec, std::vector<std::string> arguments) {
    spec.model_file = folder_ / "library.hebb";
    arguments.insert(arguments.begin(), {"fit", spec.data});
    arguments.insert(arguments.end(), {"-q", "-o", "program.hebb"});
    const test::Result result = test::run(folder_, arguments);
    ASSERT_EQ(result.code, 0) << result.err;
    run(std::move(spec));
    EXPECT_TRUE(folder_.read("library.hebb") == folder_.read("program.hebb")) << arguments[2];
  }
  const Folder folder_;
};

TEST_F(RunLikeTheProgram, WritesTheSameNetwork) {
  expect_same_file({.data = "iris", .options = {{"max_iter", 4}, {"solver", "lbfgs"}}},
                   {"--epochs", "4", "--solver", "lbfgs"});
}

TEST_F(RunLikeTheProgram, WritesTheSameRegressor) {
  expect_same_file(
      {.data = "diabetes",
       .split = SplitOptions{.test_size = 0.2},
       .options = {{"hidden_layer_sizes", 8}, {"max_iter", 3}},
       .preprocess = {{"scale_target", "standard"}}},
      {"--hidden", "8", "--epochs", "3", "--test-size", "0.2", "--scale-target", "standard"});
}

TEST_F(RunLikeTheProgram, WritesTheSameConvolutions) {
  expect_same_file({.data = "mnist10k",
                    .split = SplitOptions{.test_size = 0.8, .random_state = 2},
                    .options = {{"net", "conv(4,3,stride=4) relu flatten linear(10)"},
                                {"max_iter", 1},
                                {"random_state", 2}}},
                   {"--net", "conv(4,3,stride=4) relu flatten linear(10)", "--epochs", "1",
                    "--seed", "2", "--test-size", "0.8"});
}

TEST_F(RunLikeTheProgram, WritesTheSameUnits) {
  expect_same_file({.data = "iris", .model = "perceptron", .options = {{"max_iter", 5}}},
                   {"--model", "perceptron", "--epochs", "5"});
}

}  // namespace
}  // namespace hebb
