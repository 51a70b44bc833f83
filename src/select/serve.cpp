#include "select/serve.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/core/threads.h"
#include "hebb/core/version.h"
#include "hebb/select/worker.h"
#include "io/child.h"
#include "select/lines.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;

// The jobs that have come in. A thread of its own reads them, since the work ends when the coordinator
// does, whatever it is doing.
class Inbox {
 public:
  explicit Inbox(int in)
      : reader_([this, in] {
          Lines lines;
          std::array<std::uint8_t, 1 << 14> buffer{};
          try {
            while (const std::size_t got = io::read_some(in, buffer, "the coordinator")) {
              for (std::string& line : lines.add({buffer.data(), got})) {
                const std::lock_guard lock(mutex_);
                messages_.push_back(std::move(line));
                arrived_.notify_one();
              }
            }
          } catch (const std::exception&) {  // as the end
          }
          ::_exit(0);
        }) {
    reader_.detach();
  }

  std::string next() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return !messages_.empty(); });
    std::string message = std::move(messages_.front());
    messages_.pop_front();
    return message;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::string> messages_;
  std::thread reader_;
};

// Writes whole lines, and one that says that the worker is alive every few seconds.
class Outbox {
 public:
  explicit Outbox(int out)
      : out_(out), alive_([this] {
          for (;;) {
            constexpr std::chrono::seconds kBeat{5};
            std::this_thread::sleep_for(kBeat);
            send({{"alive", true}});
          }
        }) {
    alive_.detach();
  }

  void send(const Json& message) {
    const std::string line = message.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
    const std::lock_guard lock(mutex_);
    try {
      io::write_all(out_, {reinterpret_cast<const std::uint8_t*>(line.data()), line.size()},
                    "the coordinator");
    } catch (const std::exception&) {  // it has ended
      ::_exit(0);
    }
  }

 private:
  int out_;
  std::mutex mutex_;
  std::thread alive_;
};

// The limit of memory of one job.
class MemoryLimit {
 public:
  explicit MemoryLimit(const std::optional<std::uint64_t>& bytes) {
    ::getrlimit(RLIMIT_DATA, &before_);
    if (bytes) io::limit_memory(*bytes);
  }
  ~MemoryLimit() { ::setrlimit(RLIMIT_DATA, &before_); }
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;

 private:
  rlimit before_{};
};

// The two ends of a worker. Neither is destroyed: their threads run until the process ends.
struct Ends {
  Ends(int in, int out) : inbox(*new Inbox(in)), outbox(*new Outbox(out)) {
    set_default_threads(1);
  }
  Inbox& inbox;
  Outbox& outbox;
};

[[noreturn]] void serve(StudyWork& work, const Ends& ends) {
  const LogSilenced silenced;  // the same warnings in every fold; the best model has its own
  for (;;) {
    const Job job = job_from(Json::parse(ends.inbox.next(), nullptr, false));
    const MemoryLimit limit(job.bytes);
    const JobEnd end = work.work(job, [&](std::size_t fold, const TrialFold& result) {
      Json message = to_message(result);
      message["job"] = job.id;
      message["fold"] = fold;
      ends.outbox.send(message);
    });
    Json message = {{"job", job.id}, {"end", to_string(end.state)}};
    if (!end.error.empty()) message["error"] = end.error;
    ends.outbox.send(message);
  }
}

StudyWork begun(const std::string& hello,
                const std::function<WorkerStudy(const std::string& command)>& prepare) {
  const Json message = Json::parse(hello, nullptr, false);
  const auto text = [&](const char* name) {
    check_model(message.is_object() && message.contains(name) && message[name].is_string(),
                "the first line of the coordinator has no text '", name, "'");
    return message[name].get<std::string>();
  };
  check_model(text("version") == version(), "this is hebb ", version(),
              ", and the study is one of hebb ", text("version"));
  WorkerStudy study = prepare(text("command"));
  check_data(study.run.train.hash() == text("data_hash"), study.run.train.name(),
             " has other rows here than where the study was started");
  return {std::move(study.run), study.options};
}

}  // namespace

void serve_jobs(StudyWork& work, int in, int out) { serve(work, Ends(in, out)); }

void serve_study(int in, int out,
                 const std::function<WorkerStudy(const std::string& command)>& prepare) {
  const Ends ends(in, out);
  try {
    StudyWork work = begun(ends.inbox.next(), prepare);
    ends.outbox.send({{"ready", true}});
    serve(work, ends);
  } catch (const std::exception& error) {
    ends.outbox.send({{"error", error.what()}});
    ::_exit(1);
  }
}

}  // namespace hebb
