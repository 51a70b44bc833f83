// Single units through the program: `--model perceptron`, `adaline`, `logistic`.
#include <algorithm>
#include <regex>
#include <sstream>

#include "cli/run.h"

namespace hebb::test {
namespace {

constexpr std::size_t kScreen = 80;

// Two clouds that a line parts.
std::string clouds_csv() {
  std::ostringstream out;
  out << "a,b,kind\n";
  for (int i = 0; i < 60; ++i) {
    const int sign = i % 2 ? 1 : -1;
    out << 3 * sign + (i * 7 % 11) * 0.1 << ',' << -2 * sign + (i * 5 % 13) * 0.1 << ','
        << (sign > 0 ? "yes" : "no") << '\n';
  }
  return out.str();
}

std::size_t longest_line(const std::string& text) {
  std::size_t longest = 0;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) longest = std::max(longest, line.size());
  return longest;
}

TEST(CliUnits, FitKeepJudgeAndApply) {
  const Folder folder;
  folder.write("clouds.csv", clouds_csv());
  for (const std::string model : {"perceptron", "adaline", "logistic"}) {
    const Result fit =
        run(folder, {"fit", "clouds.csv", "--model", model, "--json", "-o", "m.hebb"});
    ASSERT_EQ(fit.code, 0) << fit.err;
    EXPECT_EQ(fit.json()["model"], model);
    EXPECT_EQ(fit.json()["parameters"], 3);
    EXPECT_EQ(fit.json()["train"]["accuracy"], 1.0);
    EXPECT_EQ(fit.json()["train"]["roc_auc"], 1.0);
    EXPECT_EQ(fit.json()["train"]["log_loss"].is_null(), model != "logistic");
    EXPECT_EQ(run(folder, {"evaluate", "m.hebb", "clouds.csv", "--assert", "accuracy>=1"}).code, 0);
    const Result rows = run(folder, {"predict", "m.hebb", "clouds.csv"});
    EXPECT_TRUE(rows.out.starts_with("prediction\nno\nyes\n")) << rows.out;
    const Json info = run(folder, {"info", "m.hebb", "--json"}).json();
    EXPECT_EQ(info["units"]["count"], 1);
    EXPECT_FALSE(info.contains("network"));
    EXPECT_EQ(run(folder, {"info", "m.hebb"}).code, 0);
  }
}

TEST(CliUnits, ProbabilitiesAreRefusedWhereThereAreNone) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "-q", "--model", "perceptron", "-o", "m.hebb"}).code, 0);
  for (const auto& option : {std::vector<std::string>{"--proba"}, {"--top", "2"}}) {
    std::vector<std::string> call = {"predict", "m.hebb", "iris"};
    call.insert(call.end(), option.begin(), option.end());
    const Result result = run(folder, call);
    EXPECT_EQ(result.code, 2);
    EXPECT_TRUE(contains(result.err, option[0] + ": needs probabilities")) << result.err;
    EXPECT_TRUE(contains(result.err, "--model logistic")) << result.err;
    EXPECT_EQ(result.out, "");
  }
  ASSERT_EQ(run(folder, {"fit", "iris", "-q", "--model", "perceptron", "--activation", "sigmoid",
                         "-o", "m.hebb"})
                .code,
            0);
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "iris", "--proba"}).code, 0);
}

TEST(CliUnits, OptionsOfAnotherModelAreRefused) {
  const Folder folder;
  const auto refused = [&](const std::vector<std::string>& options,
                           const std::vector<std::string>& parts) {
    std::vector<std::string> call = {"fit", "iris"};
    call.insert(call.end(), options.begin(), options.end());
    const Result result = run(folder, call);
    EXPECT_EQ(result.code, 2) << result.err;
    for (const std::string& part : parts) EXPECT_TRUE(contains(result.err, part)) << result.err;
  };
  refused({"--model", "perceptron", "--hidden", "8"}, {"--hidden", "mlp", "perceptron"});
  refused({"--model", "logistic", "--full-batch"}, {"--full-batch", "adaline", "logistic"});
  refused({"--average"}, {"--average", "perceptron", "tabular has no such option"});
  refused({"--model", "perceptron", "--beta-1", "0.5"}, {"--beta-1"});
  refused({"--model", "perceptron", "--eta", "1"}, {"--eta", "--eta0"});
  refused({"--model", "perceptron", "--activation", "relu"}, {"--activation", "step, sigmoid"});
  refused({"--activation", "banana"}, {"--activation", "relu", "banana"});
  refused({"--model", "logistic", "--solver", "adam"}, {"--solver", "lbfgs, sgd", "adam"});
  refused({"--model", "perceptron", "--checkpoint", "c"}, {"--checkpoint", "networks", "--from"});
  refused({"--trace", "3"}, {"--trace", "--model perceptron or adaline"});
  refused({"--model", "logistic", "--trace", "3"}, {"--trace", "--solver sgd"});
  const Result numbers = run(folder, {"fit", "diabetes", "--model", "perceptron"});
  EXPECT_EQ(numbers.code, 2);
  EXPECT_TRUE(contains(numbers.err, "--model adaline or mlp")) << numbers.err;
}

TEST(CliUnits, LearningRateIsEta0OfAPerceptron) {
  const Folder folder;
  const auto rate = [&](const std::string& flag) {
    EXPECT_EQ(
        run(folder, {"fit", "iris", "-q", "--model", "perceptron", flag, "0.5", "-o", "m.hebb"})
            .code,
        0);
    return run(folder, {"info", "m.hebb", "--json"}).json()["options"]["eta0"];
  };
  EXPECT_EQ(rate("--learning-rate"), 0.5);
  EXPECT_EQ(rate("--eta0"), 0.5);
}

TEST(CliUnits, EarlyStoppingTakesTheShareThatValSizeGives) {
  const Folder folder;
  const Json fit = run(folder, {"fit", "iris", "--model", "perceptron", "--early-stop", "2",
                                "--val-size", "0.2", "--json"})
                       .json();
  EXPECT_FALSE(fit["history"]["validation_score"].empty());
}

TEST(CliUnits, DefaultsAreThoseOfTheModel) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "-q", "--model", "perceptron", "-o", "m.hebb"}).code, 0);
  EXPECT_EQ(run(folder, {"info", "m.hebb", "--json"}).json()["options"]["max_iter"], 1000);
  const std::string help = run(folder, {"fit", "--help-all"}).out;
  EXPECT_TRUE(std::regex_search(help, std::regex(R"(perceptron:\s+1000)"))) << help;
  EXPECT_TRUE(contains(help, "Units")) << help;
}

TEST(CliUnits, ADivergingAdalineNamesTheLimitAndARateThatDoes) {
  const Folder folder;
  const Result result = run(folder, {"fit", "iris", "--model", "adaline", "--full-batch",
                                     "--learning-rate", "0.7", "-o", "m.hebb"});
  EXPECT_EQ(result.code, 6);
  EXPECT_TRUE(contains(result.err, "2 / lambda_max")) << result.err;
  EXPECT_TRUE(contains(result.err, "0.685284")) << result.err;
  const auto at = result.err.find("a learning rate of ");
  ASSERT_NE(at, std::string::npos) << result.err;
  const std::string proposed = result.err.substr(at + 19, result.err.find(" would do") - at - 19);
  EXPECT_TRUE(folder.has("m.hebb")) << "the last finite model is kept";
  EXPECT_EQ(run(folder,
                {"fit", "iris", "--model", "adaline", "--full-batch", "--learning-rate", proposed})
                .code,
            0);
  EXPECT_EQ(run(folder, {"fit", "iris", "--model", "adaline", "--learning-rate", "0.7"}).code, 6);
}

TEST(CliUnits, TraceShowsTheRuleAtWorkAndTheTheorem) {
  const Folder folder;
  folder.write("clouds.csv", clouds_csv());
  const Result result = run(folder, {"fit", "clouds.csv", "--model", "perceptron", "--trace", "2"});
  ASSERT_EQ(result.code, 0) << result.err;
  for (const char* part : {"update 1, epoch 1: row ", "desired ", "before", "after", "Novikoff",
                           "gamma", "final weights", "(R / gamma)^2"})
    EXPECT_TRUE(contains(result.out, part)) << part << result.out;
  EXPECT_FALSE(contains(result.out, "update 3"));
  EXPECT_LE(longest_line(result.out.substr(0, result.out.find("in sample"))), kScreen);

  const Json trace = run(folder, {"fit", "clouds.csv", "--model", "perceptron", "--trace", "1",
                                  "--scale", "none", "--json"})
                         .json()["trace"];
  const Json& first = trace["updates"][0];
  EXPECT_EQ(trace["updates"].size(), 1U);
  for (std::size_t j = 0; j < 2; ++j)
    EXPECT_NEAR(first["weights_after"][j].get<double>(),
                first["step"].get<double>() * first["x"][j].get<double>(), 1e-12);
  const Json& theorem = trace["theorem"];
  EXPECT_GE(theorem["mistakes"], 1);
  EXPECT_LE(theorem["mistakes"].get<double>(), theorem["bound"].get<double>());
}

TEST(CliUnits, TraceOfManyFeaturesFitsAScreen) {
  const Folder folder;
  for (const std::string model : {"perceptron", "adaline"}) {
    const Result result =
        run(folder, {"fit", "mnist10k", "--model", model, "--epochs", "1", "--trace", "2"});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_TRUE(contains(result.out, " more")) << result.out;
    EXPECT_TRUE(contains(result.out, "unit for '")) << result.out;
    EXPECT_LE(longest_line(result.out.substr(0, result.out.find("in sample"))), kScreen);
  }
}

TEST(CliUnits, DryRunCountsWithoutTraining) {
  const Folder folder;
  const Json plan =
      run(folder, {"fit", "iris", "--model", "adaline", "--dry-run", "--json"}).json();
  EXPECT_EQ(plan["parameters"], 15);
  EXPECT_EQ(plan["units"]["count"], 3);
  EXPECT_GT(plan["memory_bytes"], 0.0);
  EXPECT_EQ(run(folder, {"fit", "iris", "--model", "adaline", "--dry-run"}).code, 0);
}

TEST(CliUnits, GoOnFromAModelOfTheirKind) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "-q", "--model", "adaline", "-o", "m.hebb"}).code, 0);
  const Result next = run(folder, {"fit", "iris", "--from", "m.hebb", "--json"});
  EXPECT_EQ(next.code, 0) << next.err;
  EXPECT_EQ(next.json()["model"], "adaline");
  const Result other = run(folder, {"fit", "iris", "--from", "m.hebb", "--model", "perceptron"});
  EXPECT_EQ(other.code, 2);
  EXPECT_TRUE(contains(other.err, "kind adaline")) << other.err;
}

}  // namespace
}  // namespace hebb::test
