// A coordinator with a thousand workers, which sleep instead of training (crowd_worker.cpp).
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "cli/run.h"

namespace hebb::test {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The ranking of a study by `workers` workers.
std::vector<std::string> crowd_ranking(const Folder& folder, int workers,
                                       const std::string& trials) {
  std::string hosts;
  for (int i = 0; i < workers; ++i)
    hosts += "host" + std::to_string(i) + ' ' + HEBB_CROWD_WORKER + '\n';
  folder.write("hosts", hosts);
  folder.write("ssh", "#!/bin/sh\nfor last; do :; done\nexec $last\n");
  std::filesystem::permissions(folder / "ssh", std::filesystem::perms::all);
  const std::string csv = std::to_string(workers) + ".csv";
  const Result done = run(folder, {"tune",      "wine",
                                   "--space",   "alpha=1e-6..1",
                                   "--space",   "learning-rate=1e-5..1",
                                   "--sampler", "random",
                                   "--trials",  trials,
                                   "--lag",     "1000",
                                   "--folds",   "2",
                                   "--epochs",  "1",
                                   "--workers", "ssh:hosts",
                                   "--csv",     csv,
                                   "--study",   std::to_string(workers) + ".study",
                                   "--quiet"},
                          {.variables = {{"PATH", folder.path() + ":/usr/bin:/bin"},
                                         {"HEBB_CROWD_LOG", folder / "log"}}});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_FALSE(contains(done.err, "worker")) << done.err;
  std::vector<std::string> lines = lines_of(folder.read(csv));
  EXPECT_FALSE(lines.empty());
  return lines;
}

TEST(Crowd, AThousandWorkersLoseNothingAndDoNothingTwice) {
  const Folder folder;
  const auto ranking = crowd_ranking(folder, 1000, "4000");
  ASSERT_EQ(ranking.size(), 4001U);
  std::set<std::string> numbers;
  for (std::size_t i = 1; i < ranking.size(); ++i) {
    std::istringstream cells(ranking[i]);
    std::string rank, number, state;
    std::getline(cells, rank, ','), std::getline(cells, number, ','),
        std::getline(cells, state, ',');
    numbers.insert(number);
    EXPECT_EQ(state, "complete");
  }
  EXPECT_EQ(numbers.size(), 4000U);
  auto jobs = lines_of(folder.read("log"));
  EXPECT_EQ(jobs.size(), 4000U);
  std::ranges::sort(jobs);
  EXPECT_EQ(std::ranges::adjacent_find(jobs), jobs.end());
  EXPECT_EQ(crowd_ranking(folder, 100, "4000"), ranking);
}

}  // namespace
}  // namespace hebb::test
