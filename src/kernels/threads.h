#pragma once

#include <cstddef>
#include <memory>

namespace hebb {

/// Where a second thread comes from: an existing thread that waits for work, or a team yet to be
/// started.
enum class Helpers { waiting, started };

/// Whether work of this many multiplications and additions is worth more than one thread: whether
/// it takes one thread longer than it takes to engage another. Engaging one takes some 10
/// microseconds, or 2 million operations, if it waits, and a hundred microseconds or more if it has
/// to be started. The first threshold determines the shards of training (Engine::shard_count()),
/// and so the bits of the learnt parameters: it must not be tuned.
inline bool worth_threads(double operations, Helpers helpers = Helpers::waiting) {
  return operations >= (helpers == Helpers::waiting ? 2e6 : 5e7);
}

/// A team of threads for work that is split into tasks beforehand. The caller is one of the team; a
/// team of one starts no threads. Task t is assigned to thread t mod (the number taking part).
/// Threads that have finished steal tasks that others have not begun, so no result may depend on
/// which thread runs a task. One caller at a time. Libraries called inside a task run on one
/// thread. Tasks have the denormal mode of the caller (kernels/denormals.h).
class ThreadPool {
 public:
  /// 0: thread_count() threads. Errors: std::invalid_argument for a negative number;
  /// std::system_error if no more threads can be created.
  explicit ThreadPool(int threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  std::size_t size() const;

  /// Calls task(t, thread) for every t < tasks and returns when all are done. At most `most`
  /// threads take part. The first exception that a task throws is thrown here once all have ended.
  template <class Task>
  void run(std::size_t tasks, const Task& task, std::size_t most = ~std::size_t{0}) {
    run_tasks(
        tasks,
        [](const void* context, std::size_t t, std::size_t thread) {
          (*static_cast<const Task*>(context))(t, thread);
        },
        &task, most);
  }

 private:
  using Call = void (*)(const void* context, std::size_t task, std::size_t thread);
  void run_tasks(std::size_t tasks, Call call, const void* context, std::size_t most);

  struct Team;
  std::unique_ptr<Team> team_;
};

}  // namespace hebb
