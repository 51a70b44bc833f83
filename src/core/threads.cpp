#include "hebb/core/threads.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "hebb/core/error.h"

namespace hebb {
namespace {

std::atomic<int> default_threads{0};

void check_count(int threads) {
  check(threads >= 0, "threads", "must be a whole number >= 0, got ", threads);
}

}  // namespace

void set_default_threads(int threads) {
  check_count(threads);
  default_threads.store(threads, std::memory_order_relaxed);
}

int thread_count(int threads) {
  check_count(threads);
  if (threads == 0) threads = default_threads.load(std::memory_order_relaxed);
  if (threads == 0) threads = static_cast<int>(std::thread::hardware_concurrency());
  return std::max(threads, 1);
}

}  // namespace hebb
