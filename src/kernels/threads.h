#pragma once

#include <cstddef>
#include <memory>

namespace hebb {

/// A team of threads for work that is cut into tasks beforehand. The caller is one of the team;
/// with one thread nothing else runs. Task t is meant for thread t mod (the number taking part);
/// threads that are done take over what others have not begun, so no result may depend on who did
/// what. One caller at a time. Libraries called inside a task run on one thread. Tasks treat denormal
/// numbers as the caller does (kernels/denormals.h).
class ThreadPool {
 public:
  /// 0: as many threads as there are cores. Errors: std::invalid_argument for a negative number;
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
