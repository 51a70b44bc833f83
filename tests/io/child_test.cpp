#include "io/child.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>

namespace hebb::io {
namespace {

TEST(Child, WhatIsSentToOneThatHasEndedIsLostWithoutASignal) {
  struct sigaction before {
  }, usual{};
  usual.sa_handler = SIG_DFL;
  ::sigaction(SIGPIPE, &usual, &before);
  Child child([](int, int) {});
  while (!child.has_ended()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  child.send("a line\n");
  child.send(std::string(1'000'000, 'a'));
  sigset_t blocked, pending;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  ::sigpending(&pending);
  EXPECT_EQ(::sigismember(&blocked, SIGPIPE), 0);
  EXPECT_EQ(::sigismember(&pending, SIGPIPE), 0);
  ::sigaction(SIGPIPE, &before, nullptr);
  EXPECT_EQ(child.wait().status, 0);
}

}  // namespace
}  // namespace hebb::io
