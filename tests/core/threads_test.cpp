#include "hebb/core/threads.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "expect_error.h"

namespace hebb {
namespace {

struct DefaultThreads : testing::Test {
  ~DefaultThreads() override { set_default_threads(0); }
};

TEST_F(DefaultThreads, AreAsManyAsThereAreCores) {
  EXPECT_EQ(thread_count(0), static_cast<int>(std::thread::hardware_concurrency()));
  EXPECT_EQ(thread_count(3), 3);
}

TEST_F(DefaultThreads, CanBeSet) {
  set_default_threads(5);
  EXPECT_EQ(thread_count(0), 5);
  EXPECT_EQ(thread_count(2), 2);
  set_default_threads(0);
  EXPECT_GE(thread_count(0), 1);
}

TEST_F(DefaultThreads, AreNotNegative) {
  expect_error<std::invalid_argument>([] { set_default_threads(-1); }, {"threads", ">= 0", "-1"});
  expect_error<std::invalid_argument>([] { thread_count(-2); }, {"threads", ">= 0", "-2"});
}

}  // namespace
}  // namespace hebb
