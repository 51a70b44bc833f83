// Each thread of a team has a lane of tasks: thread t those numbered t, t + team, t + 2 team, ...
// It runs its own lane in order, so that its cache holds the same data in every round, and then
// steals tasks that other threads have not begun. A thread that sleeps, or that the system has
// preempted, therefore delays the others by no more than its current task. A round ends when all
// its tasks are done, by whichever threads. A thread that wakes too late finds no tasks left, since
// a claim is valid for one round only.
#include "kernels/threads.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/core/threads.h"
#include "kernels/denormals.h"
#include "kernels/signals.h"

namespace hebb {
namespace {

// A step of a small network takes some 10 microseconds: a waiting thread spins for that long before
// it sleeps.
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
  // Data shared between threads has cache lines of its own. Each worker is woken separately, so
  // that threads that take no part stay asleep.
  struct alignas(64) Worker {
    std::atomic<std::uint32_t> bell{0};
    std::thread thread;
  };
  struct alignas(64) Lane {
    std::atomic<std::uint64_t> claim{0};  // the round, and how many tasks are left
  };

  static std::uint64_t pair_of(std::uint64_t high, std::size_t low) { return (high << 32) | low; }
  static std::uint64_t high(std::uint64_t pair) { return pair >> 32; }
  static std::size_t low(std::uint64_t pair) { return pair & 0xFFFFFFFFU; }

  explicit Team(std::size_t count) : workers(count), lanes(count + 1) {
    try {
      for (std::size_t i = 0; i < count; ++i)
        workers[i].thread = std::thread([this, i] { serve(i); });
    } catch (...) {  // no more threads can be created
      end();
      throw;
    }
  }

  ~Team() { end(); }

  void end() {
    ending.store(true, std::memory_order_release);
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
      heard = workers[index].bell.load(std::memory_order_acquire);
      if (ending.load(std::memory_order_acquire)) return;
      work(index + 1);
    }
  }

  // Runs tasks of the current round until none is left to take.
  void work(std::size_t thread) {
    const std::uint64_t now = round.load(std::memory_order_acquire);
    const std::size_t team = low(now);
    for (std::size_t i = 0, own = thread; thread < team && i < team; ++i, ++own) {
      const std::size_t lane = own < team ? own : own - team;
      while (const std::size_t left_of_it = take(lanes[lane], high(now))) {
        const std::size_t count = (tasks - lane + team - 1) / team;
        run_one(lane + (count - left_of_it) * team, thread);
      }
    }
  }

  // Takes one task. Returns how many were left in the lane before; 0 if none was, or the round is
  // over.
  static std::size_t take(Lane& lane, std::uint64_t round_number) {
    std::uint64_t seen = lane.claim.load(std::memory_order_acquire);
    while (high(seen) == round_number && low(seen) > 0)
      if (lane.claim.compare_exchange_weak(seen, seen - 1, std::memory_order_acq_rel))
        return low(seen);
    return 0;
  }

  void run_one(std::size_t task, std::size_t thread) {
    kernels::set_denormal_mode(denormals);
    try {
      call(context, task, thread);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
    }
    if (unfinished.fetch_sub(1, std::memory_order_acq_rel) == 1) unfinished.notify_one();
  }

  std::vector<Worker> workers;
  std::vector<Lane> lanes;
  std::atomic<bool> ending{false};

  // The current round. Non-atomic members are written before a lane's claim is published, and read
  // only by threads that have taken a task of the lane.
  Call call = nullptr;
  const void* context = nullptr;
  std::size_t tasks = 0;
  unsigned long denormals = 0;                      // the caller's mode
  alignas(64) std::atomic<std::uint64_t> round{0};  // its number, and the threads taking part
  alignas(64) std::atomic<std::uint32_t> unfinished{0};
  std::mutex mutex;
  std::exception_ptr error;
};

ThreadPool::ThreadPool(int threads) {
  team_ = std::make_unique<Team>(static_cast<std::size_t>(thread_count(threads)) - 1);
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
  check(tasks <= std::numeric_limits<std::uint32_t>::max(), "threads", tasks,
        " tasks are too many for one round");
  const std::size_t size = helpers + 1;
  const std::uint64_t round = (Team::high(team.round.load(std::memory_order_relaxed)) + 1) &
                              std::numeric_limits<std::uint32_t>::max();
  team.call = call, team.context = context, team.tasks = tasks;
  team.denormals = kernels::denormal_mode();
  team.unfinished.store(static_cast<std::uint32_t>(tasks), std::memory_order_relaxed);
  for (std::size_t lane = 0; lane < size; ++lane)
    team.lanes[lane].claim.store(Team::pair_of(round, (tasks - lane + size - 1) / size),
                                 std::memory_order_release);
  team.round.store(Team::pair_of(round, size), std::memory_order_release);
  for (std::size_t i = 0; i < helpers; ++i) Team::ring(team.workers[i]);
  team.work(0);
  for (auto left = team.unfinished.load(std::memory_order_acquire); left != 0;
       left = team.unfinished.load(std::memory_order_acquire))
    wait_while(team.unfinished, left);
  if (team.error) std::rethrow_exception(std::exchange(team.error, nullptr));
}

}  // namespace hebb
