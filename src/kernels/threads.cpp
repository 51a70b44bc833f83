#include "hebb/kernels/threads.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "hebb/core/error.h"
#include "kernels/signals.h"

namespace hebb {
namespace {

// A step of a small network lasts some 10 microseconds: whoever waits looks that long before it
// sleeps.
constexpr int kSpins = 2000;

void wait_while(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int spin = 0; spin < kSpins; ++spin) {
    if (value.load(std::memory_order_acquire) != old) return;
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
}

}  // namespace

struct ThreadPool::Team {
  // Each worker has a bell of its own on a cache line of its own, so that those who take no part
  // sleep on.
  struct alignas(64) Worker {
    std::atomic<std::uint32_t> bell{0};
    std::thread thread;
  };

  explicit Team(std::size_t count) : workers(count) {
    try {
      for (std::size_t i = 0; i < count; ++i)
        workers[i].thread = std::thread([this, i] { serve(i); });
    } catch (...) {  // the system has no more threads to give
      end();
      throw;
    }
  }

  ~Team() { end(); }

  void end() {
    ending = true;
    for (auto& worker : workers) ring(worker);
    for (auto& worker : workers)
      if (worker.thread.joinable()) worker.thread.join();
  }

  static void ring(Worker& worker) {
    worker.bell.fetch_add(1, std::memory_order_release);
    worker.bell.notify_one();
  }

  void serve(std::size_t index) {
    const kernels::SignalsHeld held;
    kernels::SignalsHeld::held_for_good() = true;
    std::uint32_t heard = 0;
    for (;;) {
      wait_while(workers[index].bell, heard);
      ++heard;
      if (ending) return;
      work(index + 1);
      if (busy.fetch_sub(1, std::memory_order_acq_rel) == 1) busy.notify_one();
    }
  }

  void work(std::size_t thread) {
    try {
      for (std::size_t t = thread; t < tasks; t += team) call(context, t, thread);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
    }
  }

  std::vector<Worker> workers;
  bool ending = false;

  // The work at hand; written before the bells ring.
  Call call = nullptr;
  const void* context = nullptr;
  std::size_t tasks = 0, team = 1;
  std::atomic<std::uint32_t> busy{0};
  std::mutex mutex;
  std::exception_ptr error;
};

ThreadPool::ThreadPool(int threads) {
  check(threads >= 0, "threads", "must be a whole number >= 0, got ", threads);
  const std::size_t count = threads > 0
                                ? static_cast<std::size_t>(threads)
                                : std::max<std::size_t>(1, std::thread::hardware_concurrency());
  team_ = std::make_unique<Team>(count - 1);
}

ThreadPool::~ThreadPool() = default;

std::size_t ThreadPool::size() const { return team_->workers.size() + 1; }

void ThreadPool::run_tasks(std::size_t tasks, Call call, const void* context, std::size_t most) {
  Team& team = *team_;
  const std::size_t helpers = std::min({tasks, most, size()}) - (tasks == 0 || most == 0 ? 0 : 1);
  if (helpers == 0) {
    for (std::size_t t = 0; t < tasks; ++t) call(context, t, 0);
    return;
  }
  team.call = call, team.context = context, team.tasks = tasks, team.team = helpers + 1;
  team.busy.store(static_cast<std::uint32_t>(helpers), std::memory_order_release);
  for (std::size_t i = 0; i < helpers; ++i) Team::ring(team.workers[i]);
  team.work(0);
  for (auto left = team.busy.load(std::memory_order_acquire); left != 0;
       left = team.busy.load(std::memory_order_acquire))
    wait_while(team.busy, left);
  if (team.error) std::rethrow_exception(std::exchange(team.error, nullptr));
}

}  // namespace hebb
