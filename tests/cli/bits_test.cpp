// Results do not depend on the number of threads, down to the bytes of the files: for every solver
// of the catalogue, on a table with weights and on images, large enough that several shards, pieces
// and threads take part in every step.
#include "cli/run.h"
#include "hebb/core/random.h"
#include "hebb/optim/optimizer.h"

namespace hebb::test {
namespace {

using Arguments = std::vector<std::string>;

const std::vector<std::string> kThreads = {"1", "2", "3", "4", "8"};

// 512 rows: batches of 256 are eight shards of 32.
std::string weighted_csv() {
  constexpr std::uint32_t kRows = 512, kColumns = 24;
  const Random random(11, Purpose::data);
  std::string text;
  for (std::uint32_t c = 0; c < kColumns; ++c) text += "x" + std::to_string(c) + ',';
  text += "colour,weight,label\n";
  for (std::uint32_t r = 0; r < kRows; ++r) {
    double sum = 0;
    for (std::uint32_t c = 0; c < kColumns; ++c) {
      const double v = random.normal(r, c);
      sum += v;
      text += std::to_string(v) + ',';
    }
    text += (r % 3 ? "red," : "blue,") + std::to_string(0.5 + r % 4) +
            (sum > 1    ? ",high\n"
             : sum < -1 ? ",low\n"
                        : ",middle\n");
  }
  return text;
}

// The model file of a run, and what predict and evaluate make of it, on so many threads.
struct Bytes {
  std::string model, predictions, scores;
};

Bytes made(const Folder& folder, Arguments fit, const std::string& data,
           const std::string& threads) {
  fit.insert(fit.begin(), {"fit", data});
  fit.insert(fit.end(), {"--threads", threads, "-o", "m.hebb"});
  const Result fitted = run(folder, fit);
  EXPECT_EQ(fitted.code, 0) << fitted.err;
  const Result predicted =
      run(folder, {"predict", "m.hebb", data, "--proba", "--threads", threads});
  EXPECT_EQ(predicted.code, 0) << predicted.err;
  const Result evaluated =
      run(folder, {"evaluate", "m.hebb", data, "--json", "--threads", threads});
  EXPECT_EQ(evaluated.code, 0) << evaluated.err;
  Json scores = evaluated.json();
  scores.erase("seconds");
  return {folder.read("m.hebb"), predicted.out, scores.dump()};
}

void expect_same_bytes(const Folder& folder, const Arguments& fit, const std::string& data) {
  Bytes one;
  for (const std::string& threads : kThreads) {
    const Bytes now = made(folder, fit, data, threads);
    if (threads == "1") one = now;
    EXPECT_EQ(now.model == one.model, true) << threads << " threads: another model";
    EXPECT_EQ(now.predictions == one.predictions, true) << threads << " threads";
    EXPECT_EQ(now.scores, one.scores) << threads << " threads";
  }
}

class CliBits : public testing::TestWithParam<std::string> {};

TEST_P(CliBits, OfATableAreTheSameForAnyNumberOfThreads) {
  const Folder folder;
  folder.write("t.csv", weighted_csv());
  Arguments fit = {"--solver",     GetParam(), "--hidden",     "128,64", "--weight", "weight",
                   "--target",     "label",    "--early-stop", "3",      "--epochs", "4",
                   "--batch-size", "256",      "--clip-norm",  "1"};
  if (GetParam() != "lbfgs") fit.insert(fit.end(), {"--dropout", "0.2"});
  expect_same_bytes(folder, fit, "t.csv");
}

TEST_P(CliBits, OfImagesAreTheSameForAnyNumberOfThreads) {
  const Folder folder;
  // Of the full batch, 8,000 rows in pieces of 1,024, fewer passes are enough.
  const bool full_batch = GetParam() == "lbfgs";
  Arguments fit = {"--solver", GetParam(),     "--hidden", "64",       "--early-stop",
                   "2",        "--batch-size", "1000",     "--epochs", full_batch ? "2" : "3"};
  if (!full_batch) fit.insert(fit.end(), {"--dropout", "0.1"});
  expect_same_bytes(folder, fit, "mnist10k");
}

INSTANTIATE_TEST_SUITE_P(Solvers, CliBits, testing::ValuesIn(optimizer_names()),
                         [](const auto& instance) { return instance.param; });

}  // namespace
}  // namespace hebb::test
