#include "kernels/threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <thread>
#include <vector>

#include "expect_error.h"

namespace hebb {
namespace {

TEST(ThreadPool, DoesEveryTaskOnceWithinItsTeam) {
  for (const int threads : {1, 2, 3, 8}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.size(), static_cast<std::size_t>(threads));
    for (const std::size_t tasks : {0U, 1U, 2U, 7U, 100U}) {
      std::vector<int> done(tasks, 0);
      std::vector<std::size_t> by(tasks, 0);
      pool.run(tasks, [&](std::size_t t, std::size_t thread) { ++done[t], by[t] = thread; });
      EXPECT_EQ(std::accumulate(done.begin(), done.end(), 0), static_cast<int>(tasks));
      const std::size_t team = std::min<std::size_t>(static_cast<std::size_t>(threads), tasks);
      for (std::size_t t = 0; t < tasks; ++t) EXPECT_LT(by[t], team);
    }
  }
}

// Two tasks of one thread index never overlap: that is what arrays by thread rely on.
TEST(ThreadPool, RunsNoTwoTasksAtOnceWithTheSameIndex) {
  ThreadPool pool(4);
  std::atomic<int> inside[4] = {};
  std::atomic<bool> overlap = false;
  for (int round = 0; round < 200; ++round)
    pool.run(16, [&](std::size_t, std::size_t thread) {
      if (++inside[thread] > 1) overlap = true;
      --inside[thread];
    });
  EXPECT_FALSE(overlap);
}

// The second task of thread 0 waits for one that was meant for thread 1, whose first lasts until
// then.
TEST(ThreadPool, TakesOverWhatAThreadHasNotBegun) {
  ThreadPool pool(2);
  std::atomic<bool> third_done = false;
  pool.run(4, [&](std::size_t t, std::size_t) {
    if (t == 3) third_done = true;
    if (t == 1)
      while (!third_done) std::this_thread::yield();
  });
  EXPECT_TRUE(third_done);
}

TEST(ThreadPool, RunsManyShortRoundsInARow) {
  ThreadPool pool(3);
  std::atomic<int> sum{0};
  for (int round = 0; round < 300; ++round) pool.run(3, [&](std::size_t, std::size_t) { ++sum; });
  EXPECT_EQ(sum, 900);
}

TEST(ThreadPool, UsesAtMostAsManyThreadsAsAllowed) {
  ThreadPool pool(4);
  std::vector<std::size_t> by(20);
  pool.run(
      20, [&](std::size_t t, std::size_t thread) { by[t] = thread; }, 2);
  for (const std::size_t thread : by) EXPECT_LT(thread, 2U);
}

TEST(ThreadPool, ThrowsWhatATaskThrewAndGoesOn) {
  ThreadPool pool(2);
  const auto fail = [](std::size_t t, std::size_t) {
    if (t == 3) throw std::runtime_error("task three");
  };
  expect_error<std::runtime_error>([&] { pool.run(5, fail); }, {"task three"});
  int done = 0;
  pool.run(1, [&](std::size_t, std::size_t) { ++done; });
  EXPECT_EQ(done, 1);
}

TEST(ThreadPool, RefusesANegativeNumber) {
  expect_error<std::invalid_argument>([] { ThreadPool pool(-1); }, {"threads", "-1"});
}

}  // namespace
}  // namespace hebb
