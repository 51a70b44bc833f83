#include <algorithm>
#include <filesystem>

#include "cli/run.h"

namespace hebb::test {
namespace {

const std::vector<std::string> kSmall = {"fit", "moons:n=300,seed=1", "--hidden", "8", "--find-lr"};

Result search(const Folder& folder, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = kSmall;
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run(folder, arguments);
}

std::size_t files_in(const Folder& folder) {
  const std::filesystem::directory_iterator files(folder.path());
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

TEST(CliFindLr, SuggestsARateOnOneLineAndKeepsNothing) {
  const Folder folder;
  const Result result = search(folder);
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(result.out.starts_with("suggested --learning-rate 0.")) << result.out;
  EXPECT_EQ(std::ranges::count(result.out, '\n'), 1) << result.out;
  EXPECT_TRUE(contains(result.err, "next: take --learning-rate 0.")) << result.err;
  EXPECT_EQ(files_in(folder), 0U);
}

TEST(CliFindLr, JsonHoldsTheSearch) {
  const Folder folder;
  const Json json = search(folder, {"--json", "--solver", "sgd", "--seed", "3"}).json();
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"schema", "model", "task", "solver", "seed",
                                            "suggested", "lowest", "fall", "stopped_at", "rates",
                                            "losses", "smoothed"}));
  EXPECT_EQ(json["schema"], "hebb.find_lr/1");
  EXPECT_EQ(json["solver"], "sgd");
  EXPECT_EQ(json["seed"], 3);
  EXPECT_EQ(json["rates"].size(), json["smoothed"].size());
  EXPECT_EQ(json["rates"].size(), json["losses"].size());
  EXPECT_DOUBLE_EQ(10 * json["suggested"].get<double>(), json["lowest"].get<double>());
}

TEST(CliFindLr, DrawsTheSearch) {
  const Folder folder;
  const Result result = search(folder, {"--plot", "lr.png", "--plot", "lr.csv"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(folder.read("lr.png").starts_with("\x89PNG"));
  EXPECT_TRUE(folder.read("lr.csv").starts_with("series,learning rate,loss\n"));
  EXPECT_TRUE(contains(result.err, "figure: lr.png (")) << result.err;
  EXPECT_EQ(search(folder, {"--plot", "small.png", "--figure-scale", "0.5"}).code, 0);
  EXPECT_LT(folder.read("small.png").size(), folder.read("lr.png").size());
}

TEST(CliFindLr, WorksForNumbersAndForAModelThatIsGoneOnFrom) {
  const Folder folder;
  EXPECT_EQ(
      run(folder, {"fit", "diabetes", "--hidden", "8", "--find-lr", "--scale-target", "standard"})
          .code,
      0);
  ASSERT_EQ(
      run(folder, {"fit", "moons:n=300,seed=1", "--hidden", "8", "--epochs", "2", "-o", "m.hebb"})
          .code,
      0);
  const std::string before = folder.read("m.hebb");
  const Result result = run(folder, {"fit", "moons:n=300,seed=1", "--from", "m.hebb", "--find-lr"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(folder.read("m.hebb"), before);
}

TEST(CliFindLr, SaysWhereTheSuggestionSaysLittle) {
  const Folder folder;
  std::string text = "x,y\n";
  for (int i = 0; i < 64; ++i) text += std::string("1,") + (i % 2 ? "a\n" : "b\n");
  folder.write("d.csv", text);
  const Result result = run(folder, {"fit", "d.csv", "--model", "mlp", "--find-lr"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "the suggestion is unreliable")) << result.err;
}

TEST(CliFindLr, SaysWhereNothingWasLeftToLearn) {
  const Folder folder;
  const Result result =
      run(folder, {"fit", "iris", "--find-lr", "--hidden", "64", "--batch-size", "16"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_FALSE(contains(result.err, "nothing left")) << result.err;  // three flowers stay hard
  const Result easy =
      run(folder, {"fit", "blobs:n=60,separable=true,seed=1", "--find-lr", "--hidden", "64"});
  EXPECT_EQ(easy.code, 0) << easy.err;
  EXPECT_TRUE(contains(easy.err, "nothing left to learn")) << easy.err;
}

TEST(CliFindLr, RefusesWhatItWouldLeaveUndone) {
  const Folder folder;
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"-o", "m.hebb"}, "--output"},
      {{"--report", "r.html"}, "--report"},
      {{"--checkpoint", "c"}, "--checkpoint"},
      {{"--dry-run"}, "--dry-run"},
      {{"--trace", "3"}, "--trace"},
      {{"--plot", "history:h.png"}, "--plot history:h.png"},
      {{"--model", "perceptron"}, "perceptron"}};
  for (const auto& [more, named] : cases) {
    std::vector<std::string> arguments = {"fit", "moons:n=300,seed=1", "--find-lr"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Result result = run(folder, arguments);
    EXPECT_EQ(result.code, 2) << named;
    EXPECT_TRUE(contains(result.err, "--find-lr: ") && contains(result.err, named)) << result.err;
    EXPECT_EQ(files_in(folder), 0U) << named;
  }
  const Result lbfgs = search(folder, {"--solver", "lbfgs"});
  EXPECT_EQ(lbfgs.code, 2);
  EXPECT_TRUE(contains(lbfgs.err, "lbfgs has no learning rate")) << lbfgs.err;
}

}  // namespace
}  // namespace hebb::test
