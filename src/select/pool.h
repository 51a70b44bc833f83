#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace hebb {

/// How one worker is started: as a copy of this process, or by a command whose standard input and
/// output it reads and writes.
struct WorkerPlace {
  std::string name = {};                  ///< "worker 2"
  std::vector<std::string> command = {};  ///< empty: a copy of this process
};

/// The workers of a text such as "local:2", "srun:8" or "ssh:hosts.txt", several separated by commas.
/// A file of hosts has one a line: [USER@]HOST[:PORT] [PROGRAM]; empty lines and those that begin with
/// # are skipped. Workers of srun and ssh run this program, by the same path, unless a PROGRAM is named.
/// Errors: std::invalid_argument for another form; as MappedFile for the file of hosts.
std::vector<WorkerPlace> read_workers(const std::string& text);

/// Worker processes, each of which does one job at a time. Workers that end, or are silent for 30
/// seconds, are started anew, and their jobs are reported as lost. One that is started by a command gets
/// a job when it has said that it is ready, which may take as long as a queue of Slurm; if it ends three
/// times before, it is given up.
/// Threads: one may call its functions.
class WorkerPool {
 public:
  using Json = nlohmann::ordered_json;

  /// `serve` is what a copy of this process does (serve_jobs()); `hello` is the first line to others.
  WorkerPool(std::vector<WorkerPlace> places, std::function<void(int in, int out)> serve,
             std::string hello);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  std::size_t size() const { return workers_.size(); }
  bool has_free() const;
  /// Gives a job to a free worker; it may take `seconds`.
  void give(std::size_t job, const Json& message, std::optional<double> seconds);

  /// Ends all workers; their jobs are forgotten.
  void stop() noexcept;

  /// Why a job was lost.
  struct Lost {
    std::size_t job = 0;
    std::string worker = {}, reason = {};
    bool overtime = false;  ///< it took longer than it may
    bool killed = false;    ///< by a signal that another process sends, or with its machine
  };
  struct Handlers {
    std::function<void(const Json&)> on_message;
    std::function<void(const Lost&)> on_lost;
    std::function<void(const std::string& worker, const std::string& reason)> on_given_up;
  };
  /// Waits at most `seconds` for messages and handles those that have come.
  /// Starts workers that have a command and do not run.
  /// Errors: std::runtime_error if a worker cannot be started, cannot use the study, or if all are
  /// given up.
  void poll(double seconds, const Handlers& handlers);

 private:
  struct Worker;
  void start(Worker& worker);
  void lose(Worker& worker, const std::string& reason, bool overtime, const Handlers& handlers);
  void give_up(Worker& worker, const std::string& reason, const Handlers& handlers);
  void read(Worker& worker, const Handlers& handlers);

  std::function<void(int, int)> serve_;
  std::string hello_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace hebb
