#include "select/pool.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <sstream>

#include "hebb/core/error.h"
#include "hebb/core/text.h"
#include "hebb/core/threads.h"
#include "hebb/io/file.h"
#include "io/child.h"
#include "select/lines.h"

namespace hebb {
namespace {

using Clock = std::chrono::steady_clock;
using Json = WorkerPool::Json;

constexpr std::chrono::seconds kSilent{30};
constexpr int kMostStarts = 3;  // of a command that never becomes ready
constexpr std::size_t kLongestLine = std::size_t{64} << 20;

int number_of_workers(const std::string& text, const std::string& whole) {
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  constexpr int kMost = 10'000;
  check(error == std::errc() && end == text.data() + text.size() && count >= 1 && count <= kMost,
        "workers", "'", whole, "': '", text, "' is no number of workers from 1 to ", kMost);
  return count;
}

// The path of the program that is running.
std::string own_program() {
  std::error_code failed;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? "hebb" : path.string();
}

std::vector<std::string> ssh_command(const std::string& host, const std::string& program,
                                     const std::string& file) {
  check(host.front() != '-', "workers", file, ": '", host, "' is no host");
  std::vector<std::string> command = {"ssh", "-T",
                                      "-o",  "BatchMode=yes",
                                      "-o",  "ServerAliveInterval=15",
                                      "-o",  "ConnectTimeout=20"};
  const auto colon = host.rfind(':');
  const bool has_port = colon != std::string::npos && host.find(':') == colon;
  if (has_port) command.insert(command.end(), {"-p", host.substr(colon + 1)});
  command.insert(command.end(),
                 {has_port ? host.substr(0, colon) : host, shell_word(program) + " worker"});
  return command;
}

// Each worker needs two descriptors; the usual limit is 1,024.
void allow_descriptors(std::size_t workers) {
  constexpr std::size_t kOthers = 256;
  const rlim_t wanted = 2 * workers + kOthers;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Whether a worker ended for a reason that is not its trial's: a signal that others send, as the system
// does when memory is short. srun and ssh tell it by their exit codes; 255 is also a lost connection.
bool was_killed(int status, bool is_copy) {
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGTERM;
  constexpr int kSignal = 128, kConnection = 255;
  const int code = WEXITSTATUS(status);
  return !is_copy &&
         (code == kSignal + SIGKILL || code == kSignal + SIGTERM || code == kConnection);
}

// Becomes the command, whose standard input and output are the worker's.
[[noreturn]] void execute(const std::vector<std::string>& command, int in, int out) {
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::execvp(words.front(), words.data());
  constexpr int kNotFound = 127;
  ::_exit(kNotFound);
}

}  // namespace

std::vector<WorkerPlace> read_workers(const std::string& text) {
  std::vector<WorkerPlace> places;
  const auto add = [&](std::vector<std::string> command, const std::string& host) {
    places.push_back(
        {.name = concat("worker ", places.size() + 1, host.empty() ? "" : " (" + host + ")"),
         .command = std::move(command)});
  };
  if (text.empty()) {
    for (int i = 0; i < thread_count(0); ++i) add({}, "");
    return places;
  }
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    const auto colon = part.find(':');
    const std::string kind = part.substr(0, colon);
    const std::string rest = colon == std::string::npos ? "" : part.substr(colon + 1);
    if (colon == std::string::npos && !part.empty() &&
        part.find_first_not_of("0123456789") == std::string::npos) {
      for (int i = number_of_workers(part, text); i > 0; --i) add({}, "");
    } else if (kind == "local") {
      for (int i = rest.empty() ? thread_count(0) : number_of_workers(rest, text); i > 0; --i)
        add({}, "");
    } else if (kind == "srun") {
      for (int i = number_of_workers(rest, text); i > 0; --i)
        // Within a job several steps share a node.
        add({"srun", "--nodes=1", "--ntasks=1", "--cpus-per-task=1", "--exact", "--quiet",
             own_program(), "worker"},
            "srun");
    } else if (kind == "ssh") {
      const MappedFile file(rest);
      std::istringstream lines{std::string(file.text())};
      for (std::string host; std::getline(lines, host);) {
        std::istringstream words(host);
        std::string program = own_program();
        words >> host >> program;
        if (host.empty() || host.front() == '#') continue;
        add(ssh_command(host, program, rest), host);
      }
    } else {
      check(false, "workers", "'", part, "' is not local:NUMBER, srun:NUMBER or ssh:FILE-OF-HOSTS");
    }
  }
  check(!places.empty(), "workers", "'", text, "' names no worker");
  return places;
}

struct WorkerPool::Worker {
  WorkerPlace place;
  std::optional<io::Child> child = {};
  Lines lines = {};
  std::optional<std::size_t> job = {};
  Clock::time_point heard = {}, begun = {};
  std::optional<double> seconds = {};  // the most that the job may take
  bool ready = false;                  // a copy of this process always is
  int failed_starts = 0;               // in a row, before it was ready
  bool given_up = false;

  bool is_copy() const { return place.command.empty(); }
  bool is_free() const { return !job && !given_up && (is_copy() || ready); }
};

WorkerPool::WorkerPool(std::vector<WorkerPlace> places, std::function<void(int, int)> serve,
                       std::string hello)
    : serve_(std::move(serve)), hello_(std::move(hello)) {
  allow_descriptors(places.size());
  for (WorkerPlace& place : places) {
    workers_.push_back(std::make_unique<Worker>());
    workers_.back()->place = std::move(place);
  }
}

WorkerPool::~WorkerPool() = default;

void WorkerPool::start(Worker& worker) {
  worker.lines = {};
  worker.ready = false;
  if (worker.is_copy()) {
    worker.child.emplace(serve_);
  } else {
    worker.child.emplace([&](int in, int out) { execute(worker.place.command, in, out); });
    worker.child->send(hello_);
  }
  worker.heard = Clock::now();
}

bool WorkerPool::has_free() const {
  return std::ranges::any_of(workers_, [](const auto& one) { return one->is_free(); });
}

void WorkerPool::give(std::size_t job, const Json& message, std::optional<double> seconds) {
  const auto free = std::ranges::find_if(workers_, [](const auto& one) { return one->is_free(); });
  check(free != workers_.end(), "workers", "all of them have a job");
  Worker& worker = **free;
  if (!worker.child) start(worker);
  worker.job = job;
  worker.seconds = seconds;
  worker.begun = worker.heard = Clock::now();
  worker.child->send(message.dump() + '\n');
}

void WorkerPool::stop() noexcept {
  for (const auto& one : workers_) {
    one->child.reset();
    one->job.reset();
  }
}

void WorkerPool::lose(Worker& worker, const std::string& reason, bool overtime,
                      const Handlers& handlers) {
  worker.child->kill();
  const int status = worker.child->wait().status;
  worker.child.reset();
  const std::string why = reason.empty() ? "was ended " + io::end_text(status) : reason;
  if (!worker.is_copy() && !worker.ready && ++worker.failed_starts >= kMostStarts)
    give_up(worker, why, handlers);
  worker.ready = false;
  const std::optional<std::size_t> job = std::exchange(worker.job, {});
  if (!job) return;
  handlers.on_lost({.job = *job,
                    .worker = worker.place.name,
                    .reason = why,
                    .overtime = overtime,
                    .killed = was_killed(status, worker.is_copy())});
}

void WorkerPool::give_up(Worker& worker, const std::string& reason, const Handlers& handlers) {
  worker.given_up = true;
  if (std::ranges::all_of(workers_, [](const auto& one) { return one->given_up; }))
    throw std::runtime_error(concat(
        worker.place.name, ' ', reason, ", ", kMostStarts,
        " times before it was ready: try its command by itself: ", worker.place.command.front()));
  if (handlers.on_given_up) handlers.on_given_up(worker.place.name, reason);
}

void WorkerPool::read(Worker& worker, const Handlers& handlers) {
  std::array<std::uint8_t, 1 << 16> buffer{};
  const std::size_t got = io::read_some(worker.child->output().get(), buffer, worker.place.name);
  if (got == 0) {
    // It has closed its end, so it is about to end or has ended: its own status tells why.
    worker.child->close_input();
    constexpr int kTries = 50;
    constexpr unsigned kPause = 10'000;  // microseconds
    for (int i = 0; i < kTries && !worker.child->has_ended(); ++i) ::usleep(kPause);
    lose(worker, "", false, handlers);
    return;
  }
  worker.heard = Clock::now();
  for (const std::string& line : worker.lines.add({buffer.data(), got})) {
    const Json message = Json::parse(line, nullptr, false);
    if (message.is_object() && message.contains("error") && !message.contains("job"))
      throw std::runtime_error(concat(worker.place.name, ": ",
                                      message["error"].is_string()
                                          ? message["error"].get<std::string>()
                                          : std::string("failed")));
    if (!message.is_object() || !message.contains("job") || message["job"] != worker.job) {
      if (message.is_object() && message.contains("ready")) {
        worker.ready = true;
        worker.failed_starts = 0;
        continue;
      }
      if (message.is_object() && message.contains("alive")) continue;
      lose(worker, "sent something that is no result", false, handlers);
      return;
    }
    if (message.contains("end")) worker.job.reset();
    handlers.on_message(message);
  }
  if (worker.lines.begun() > kLongestLine) lose(worker, "sent a line without end", false, handlers);
}

void WorkerPool::poll(double seconds, const Handlers& handlers) {
  for (const auto& one : workers_)
    if (!one->child && !one->is_copy() && !one->given_up) start(*one);
  std::vector<pollfd> ready;
  std::vector<Worker*> of;
  for (const auto& one : workers_)
    if (one->child) {
      ready.push_back({.fd = one->child->output().get(), .events = POLLIN, .revents = 0});
      of.push_back(one.get());
    }
  const int milliseconds = static_cast<int>(std::ceil(seconds * 1000));
  if (::poll(ready.data(), ready.size(), milliseconds) > 0)
    for (std::size_t i = 0; i < ready.size(); ++i)
      if (ready[i].revents != 0) read(*of[i], handlers);
  const auto now = Clock::now();
  for (const auto& one : workers_) {
    if (!one->child || !one->job) continue;
    const double took = std::chrono::duration<double>(now - one->begun).count();
    if (one->seconds && took > *one->seconds)
      lose(*one, concat("took longer than ", *one->seconds, " seconds"), true, handlers);
    else if (now - one->heard > kSilent)
      lose(*one, concat("was silent for ", kSilent.count(), " seconds"), false, handlers);
  }
}

}  // namespace hebb
