#include "hebb/core/log.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace hebb {
namespace {

TEST(Log, SinkReceivesLevelAndMessageAndCanBePutBack) {
  std::vector<std::string> heard;
  auto before = set_log_sink([&](LogLevel level, std::string_view message) {
    heard.push_back((level == LogLevel::warning ? "w:" : "i:") + std::string(message));
  });
  warn("first");
  log(LogLevel::info, "second");
  set_log_sink(std::move(before));
  EXPECT_EQ(heard, (std::vector<std::string>{"w:first", "i:second"}));
}

TEST(Log, IsSilencedInOneThreadAlone) {
  std::vector<std::string> heard;
  auto before =
      set_log_sink([&](LogLevel, std::string_view message) { heard.emplace_back(message); });
  {
    const LogSilenced quiet;
    warn("dropped");
    {
      const LogSilenced nested;
      warn("dropped");
    }
    warn("dropped too");
    std::thread([] { warn("of another thread"); }).join();
  }
  warn("again");
  set_log_sink(std::move(before));
  EXPECT_EQ(heard, (std::vector<std::string>{"of another thread", "again"}));
}

TEST(Log, UntilReplacedItWritesWarningsToStderrAndDropsInfo) {
  testing::internal::CaptureStderr();
  warn("look here");
  log(LogLevel::info, "not this");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "hebb: warning: look here\n");
}

}  // namespace
}  // namespace hebb
