#include <algorithm>

#include "cli/on_terminal.h"

namespace hebb::test {
namespace {

const std::vector<std::string> kProgressFit = {
    "fit", "mnist10k", "--hidden", "512,512", "--epochs", "4", "--tol", "0", "--val-size", "0.1"};

// The live line's pictures, without its escape codes.
std::vector<std::string> pictures(const std::string& text) {
  std::vector<std::string> found;
  for (std::size_t at = 0; (at = text.find("\repoch", at)) != std::string::npos; ++at)
    found.push_back(text.substr(at + 1, text.find("\x1b[K", at) - at - 1));
  return found;
}

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

TEST(CliProgress, LiveLineStaysWithinTheTerminal) {
  const Folder folder;
  for (const int width : {30, 60, 80, 120}) {
    const auto lines = pictures(on_terminal(folder, kProgressFit, width, "C.UTF-8"));
    ASSERT_FALSE(lines.empty()) << width;
    for (const auto& line : lines)
      EXPECT_LT(code_points(line), static_cast<std::size_t>(width)) << line;
  }
}

TEST(CliProgress, LiveLineFollowsTheTerminalsWidth) {
  const Folder folder;
  // Long enough for several redraws on a fast machine.
  std::vector<std::string> longer = kProgressFit;
  longer.insert(longer.end(), {"--epochs", "12"});
  const auto lines = pictures(on_terminal(folder, longer, 100, "C.UTF-8", 40));
  ASSERT_GT(lines.size(), 2U);
  EXPECT_GE(code_points(lines.front()), 40U);
  EXPECT_LT(code_points(lines.back()), 40U) << lines.back();
}

TEST(CliProgress, BreaksNotesBetweenWordsAndCommandsNowhere) {
  const Folder folder;
  const std::string text = on_terminal(
      folder, {"fit", "mnist10k", "--hidden", "8", "--epochs", "1", "-o", "m.hebb"}, 30, "C.UTF-8");
  EXPECT_TRUE(contains(text, "mnist10k: 8,000 samples to\r\n  train on, 2,000 to test on,\r\n"))
      << text;
  EXPECT_TRUE(contains(text, "hebb predict m.hebb mnist10k\r\n")) << text;
}

TEST(CliProgress, LiveLineShowsEpochLossSpeedAndTimeLeft) {
  const Folder folder;
  const auto lines = pictures(on_terminal(folder, kProgressFit, 120, "C.UTF-8"));
  ASSERT_FALSE(lines.empty());
  for (const char* part : {"/4", "loss ", "/s", "left"})
    EXPECT_TRUE(contains(lines.back(), part)) << lines.back();
}

TEST(CliProgress, IsPlainAsciiWhereTheLocaleIsNotUtf8) {
  const Folder folder;
  const std::string text = on_terminal(folder, kProgressFit, 80, "C");
  EXPECT_TRUE(
      std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
  EXPECT_TRUE(contains(text, "[#") || contains(text, "[-")) << text;
}

TEST(CliProgress, HasLinesOfTheFirstAndTheLastEpochWhereThereIsNoTerminal) {
  const Folder folder;
  const Result result =
      run(folder, {"fit", "iris", "--model", "mlp", "--epochs", "150", "--val-size", "0.2"});
  for (const char* part :
       {"epoch 1/150  loss ", "epoch 150/150  loss ", "validation ", "\nall 150 epochs done in "})
    EXPECT_TRUE(contains(result.err, part)) << result.err;
  EXPECT_FALSE(contains(result.err, "\r")) << result.err;
  EXPECT_FALSE(contains(result.err, "\x1b")) << result.err;
}

TEST(CliProgress, HasNoLineForEveryEpochOfAMillisecond) {
  const Folder folder;
  const auto lines_of_epochs = [&](const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"fit", "moons:n=40", "--batch-size",
                                          "40",  "--hidden",   "2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::istringstream err(run(folder, arguments).err);
    std::vector<std::string> lines;
    for (std::string line; std::getline(err, line);)
      if (line.starts_with("epoch ")) lines.push_back(line);
    return lines;
  };
  const auto lines = lines_of_epochs({"--epochs", "2000", "--tol", "0"});
  ASSERT_GE(lines.size(), 2U);
  EXPECT_LT(lines.size(), 1000U);
  // A run that stops before its last epoch ends with a line as well.
  const auto stopped = lines_of_epochs({"--epochs", "100000", "--tol", "0.1"});
  EXPECT_TRUE(stopped.front().starts_with("epoch 1/100000")) << stopped.front();
  EXPECT_TRUE(stopped.back().starts_with("epoch 1")) << stopped.back();
  EXPECT_NE(stopped.front(), stopped.back());
}

TEST(CliProgress, QuietAndNoneSayNothingOfEpochs) {
  const Folder folder;
  EXPECT_EQ(run(folder, {"fit", "iris", "--epochs", "3", "--quiet"}).err, "");
  EXPECT_FALSE(contains(run(folder, {"fit", "iris", "--epochs", "3", "--progress", "none"}).err,
                        "epoch 1/3"));
}

TEST(CliProgress, ColourIsForTerminalsUnlessAskedFor) {
  const Folder folder;
  EXPECT_FALSE(contains(run(folder, {"fit", "--help"}).out, "\x1b["));
  EXPECT_TRUE(contains(run(folder, {"fit", "--help", "--color", "always"}).out, "\x1b["));
  EXPECT_TRUE(contains(on_terminal(folder, {"fit", "--help"}, 80, "C.UTF-8"), "\x1b["));
  EXPECT_FALSE(
      contains(on_terminal(folder, {"fit", "--help", "--color", "never"}, 80, "C.UTF-8"), "\x1b["));
}

TEST(CliProgress, WarningsDoNotTearTheLiveLine) {
  const Folder folder;
  auto arguments = kProgressFit;
  arguments.insert(arguments.end(), {"--batch-size", "100000"});
  const std::string text = on_terminal(folder, arguments, 80, "C.UTF-8");
  const auto at = text.find("warning:");
  ASSERT_NE(at, std::string::npos) << text;
  const auto start = text.rfind('\r', at);
  EXPECT_FALSE(contains(text.substr(start, at - start), "epoch")) << text;
}

}  // namespace
}  // namespace hebb::test
