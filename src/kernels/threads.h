#pragma once

#include <cstddef>
#include <memory>

namespace hebb {

/// What gets a second thread to work: a thread that waits for work, or a team that is yet to be
/// made.
enum class Helpers { waiting, started };

/// Whether work of so many multiplications and additions is worth more than one thread: whether one
/// alone takes longer than it takes to get another. That is some 10 microseconds, 2 million
/// operations, where it waits, and a hundred or more where it has to be started. Shards of training
/// (Engine::shard_count()) follow from the first, and with them the bits of what is learnt: it is
/// no matter of tuning.
inline bool worth_threads(double operations, Helpers helpers = Helpers::waiting) {
  return operations >= (helpers == Helpers::waiting ? 2e6 : 5e7);
}

/// A team of threads for work that is cut into tasks beforehand. The caller is one of the team;
/// with one thread nothing else runs. Task t is meant for thread t mod (the number taking part);
/// threads that are done take over what others have not begun, so no result may depend on who did
/// what. One caller at a time. Libraries called inside a task run on one thread. Tasks treat denormal
/// numbers as the caller does (kernels/denormals.h).
class ThreadPool {
 public:
  /// 0: as many threads as thread_count() says. Errors: std::invalid_argument for a negative number;
  /// std::system_error if the system gives no more threads.
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
