#include "hebb/io/process.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <new>

#include "hebb/core/error.h"
#include "io/child.h"

namespace hebb {
namespace {

using io::Child;
using Seconds = std::chrono::duration<double>;

// The first byte of what the child writes: a result, or the type of an exception.
constexpr char kResult = 'R', kArgument = 'A', kBadData = 'D', kBadModel = 'M', kNotFinite = 'F',
               kNoMemory = 'N', kOther = 'O';

std::string outcome_of(const std::function<std::string()>& work) {
  const auto error = [](char kind, const char* what) { return kind + std::string(what); };
  try {
    return kResult + work();
  } catch (const std::bad_alloc&) {
    return std::string(1, kNoMemory);
  } catch (const std::invalid_argument& e) {
    return error(kArgument, e.what());
  } catch (const DataError& e) {
    return error(kBadData, e.what());
  } catch (const ModelError& e) {
    return error(kBadModel, e.what());
  } catch (const DivergedError& e) {
    return error(kNotFinite, e.what());
  } catch (const std::exception& e) {
    return error(kOther, e.what());
  }
}

void serve(const std::function<std::string()>& work, const ProcessLimits& limits, int out) {
  if (limits.memory_bytes) io::limit_memory(*limits.memory_bytes);
  const std::string outcome = outcome_of(work);
  try {
    io::write_all(out,
                  std::span(reinterpret_cast<const std::uint8_t*>(outcome.data()), outcome.size()),
                  "the result");
  } catch (const std::runtime_error&) {  // nobody reads it
    ::_exit(1);
  }
}

std::string megabytes(std::uint64_t bytes) { return concat((bytes + 500'000) / 1'000'000, " MB"); }

// Reads all that the child writes.
std::string outcome_from(const Child& child, const ProcessLimits& limits,
                         const std::function<bool()>& stop_requested) {
  using Cause = ProcessError::Cause;
  constexpr double kAsk = 0.1;  // seconds
  const auto begin = std::chrono::steady_clock::now();
  std::string outcome;
  std::array<std::uint8_t, 1 << 16> buffer{};
  for (;;) {
    double wait = kAsk;
    if (limits.seconds) {
      const double left =
          *limits.seconds - Seconds(std::chrono::steady_clock::now() - begin).count();
      if (left <= 0)
        throw ProcessError(Cause::time, concat("took longer than ", *limits.seconds, " seconds"));
      wait = std::min(wait, left);
    }
    if (stop_requested && stop_requested()) throw ProcessError(Cause::stopped, "stopped");
    pollfd ready{.fd = child.output().get(), .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, static_cast<int>(std::ceil(wait * 1000))) <= 0) continue;
    const std::size_t got = io::read_some(ready.fd, buffer, "the result of a process");
    if (got == 0) return outcome;
    outcome.append(reinterpret_cast<const char*>(buffer.data()), got);
  }
}

[[noreturn]] void rethrow(char kind, const std::string& what, const ProcessLimits& limits) {
  using Cause = ProcessError::Cause;
  switch (kind) {
    case kArgument:
      throw std::invalid_argument(what);
    case kBadData:
      throw DataError(what);
    case kBadModel:
      throw ModelError(what);
    case kNotFinite:
      throw DivergedError(what);
    case kNoMemory:
      throw ProcessError(Cause::memory, limits.memory_bytes
                                            ? concat("needed more than ",
                                                     megabytes(*limits.memory_bytes), " of memory")
                                            : std::string("out of memory"));
    default:
      throw std::runtime_error(what);
  }
}

}  // namespace

ProcessResult run_in_process(const std::function<std::string()>& work, const ProcessLimits& limits,
                             const std::function<bool()>& stop_requested) {
  const auto begin = std::chrono::steady_clock::now();
  Child child([&](int, int out) { serve(work, limits, out); });
  std::string outcome = outcome_from(child, limits, stop_requested);
  const Child::End end = child.wait();
  if (outcome.empty() || end.status != 0)
    throw ProcessError(ProcessError::Cause::crashed,
                       "the process was ended " + io::end_text(end.status));
  const char kind = outcome.front();
  outcome.erase(0, 1);
  if (kind != kResult) rethrow(kind, outcome, limits);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return {.output = std::move(outcome),
          .seconds = Seconds(std::chrono::steady_clock::now() - begin).count(),
          .cpu_seconds = seconds(end.usage.ru_utime) + seconds(end.usage.ru_stime),
          .peak_bytes = static_cast<std::uint64_t>(end.usage.ru_maxrss) * 1024};
}

}  // namespace hebb
