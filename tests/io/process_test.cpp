#include "hebb/io/process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

using Cause = ProcessError::Cause;

// The cause for which the work returns nothing.
Cause cause_of(const std::function<std::string()>& work, const ProcessLimits& limits = {},
               const std::function<bool()>& stop_requested = {}) {
  try {
    run_in_process(work, limits, stop_requested);
  } catch (const ProcessError& error) {
    return error.cause();
  }
  throw std::logic_error("the work has returned");
}

std::string sleep_long() {
  std::this_thread::sleep_for(std::chrono::minutes(10));
  return {};
}

TEST(Process, ReturnsWhatTheWorkReturnsAndChangesNothingHere) {
  int here = 1;
  const std::string bytes(300'000, '\0');
  const ProcessResult result = run_in_process([&] {
    here = 2;
    return bytes + "end";
  });
  EXPECT_EQ(result.output, bytes + "end");
  EXPECT_EQ(here, 1);
  EXPECT_GE(result.seconds, 0);
}

TEST(Process, AnEmptyResultIsAResult) {
  EXPECT_EQ(run_in_process([] { return std::string(); }).output, "");
}

TEST(Process, ErrorsKeepTheirType) {
  expect_error<std::invalid_argument>(
      [] { run_in_process([]() -> std::string { throw std::invalid_argument("[alpha] bad"); }); },
      {"[alpha] bad"});
  expect_error<DataError>(
      [] { run_in_process([]() -> std::string { throw DataError("a.csv:3"); }); }, {"a.csv:3"});
  expect_error<ModelError>(
      [] { run_in_process([]() -> std::string { throw ModelError("m.hebb"); }); }, {"m.hebb"});
  expect_error<DivergedError>(
      [] { run_in_process([]() -> std::string { throw DivergedError("inf"); }); }, {"inf"});
  expect_error<std::runtime_error>(
      [] { run_in_process([]() -> std::string { throw std::logic_error("no"); }); }, {"no"});
}

TEST(Process, ACrashIsAnErrorThatNamesTheSignal) {
  expect_error<ProcessError>(
      [] {
        run_in_process([]() -> std::string {
          ::kill(::getpid(), SIGKILL);
          return sleep_long();
        });
      },
      {"signal 9"});
  expect_error<ProcessError>([] { run_in_process([]() -> std::string { ::_exit(7); }); },
                             {"exit code 7"});
}

TEST(Process, EndsAtTheLimitOfTimeAndOnRequest) {
  EXPECT_EQ(cause_of(sleep_long, {.seconds = 0.05}), Cause::time);
  EXPECT_EQ(cause_of(sleep_long, {}, [] { return true; }), Cause::stopped);
}

TEST(Process, ALimitOfMemoryActsBeyondWhatThereIs) {
  const auto allocate = [](std::size_t bytes) {
    return [bytes] {
      const std::vector<char> memory(bytes, 'x');
      return std::string(1, memory.back());
    };
  };
  constexpr std::size_t kLarge = 400 << 20;
#ifndef HEBB_ADDRESS_SANITIZER  // whose allocator ends the process
  EXPECT_EQ(cause_of(allocate(kLarge), {.memory_bytes = 100 << 20}), Cause::memory);
#endif
  EXPECT_EQ(run_in_process(allocate(50 << 20), {.memory_bytes = 200 << 20}).output, "x");
  EXPECT_GT(run_in_process(allocate(kLarge)).peak_bytes, kLarge);
}

}  // namespace
}  // namespace hebb
