// Options of training that stand beside the solver: what the program takes, keeps and refuses.
#include "cli/run.h"

namespace hebb::test {
namespace {

void expect_refused(const std::vector<std::string>& line, const std::vector<std::string>& words) {
  const Folder folder;
  const Result result = run(folder, line);
  EXPECT_EQ(result.code, 2) << result.err;
  for (const std::string& word : words) EXPECT_TRUE(contains(result.err, word)) << result.err;
}

TEST(CliTraining, WhatCannotBeAveragedIsRefused) {
  expect_refused({"fit", "iris", "--ema", "1"}, {"ema", "[0, 1)", "got 1"});
  expect_refused({"fit", "iris", "--ema", "nan"}, {"ema"});
  expect_refused({"fit", "iris", "--solver", "lbfgs", "--ema", "0.9"}, {"--ema", "another solver"});
  expect_refused({"fit", "iris", "--model", "logistic", "--ema", "0.9"},
                 {"--ema: is for --model mlp, convnet"});
}

TEST(CliTraining, SmoothingIsForProbabilitiesOfClasses) {
  expect_refused({"fit", "iris", "--label-smoothing", "1"}, {"--label-smoothing", "[0, 1)"});
  expect_refused({"fit", "diabetes", "--label-smoothing", "0.1"},
                 {"--label-smoothing", "squared_error does not"});
  expect_refused({"fit", "iris", "--loss", "huber", "--label-smoothing", "0.1"},
                 {"huber does not"});
}

TEST(CliTraining, WhatCannotBeMixedIsRefused) {
  expect_refused({"fit", "iris", "--mixup", "-1"}, {"mixup", ">= 0"});
  expect_refused({"fit", "iris", "--mixup", "inf"}, {"mixup"});
  expect_refused({"fit", "iris", "--solver", "lbfgs", "--mixup", "0.2"},
                 {"--mixup", "another solver"});
  expect_refused({"fit", "iris", "--batch-size", "1", "--mixup", "0.2"},
                 {"--mixup", "batch_size must be 2"});
}

}  // namespace
}  // namespace hebb::test
