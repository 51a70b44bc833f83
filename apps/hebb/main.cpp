#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>

#include "hebb/classical/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/io/temporary_files.h"
#include "parse.h"
#include "progress.h"
#include "signals.h"
#include "terminal.h"
#include "verbs.h"

namespace hebb::app {
namespace {

enum ExitCode {
  kSuccess = 0,
  kFailure = 1,
  kUsage = 2,
  kBadData = 3,
  kBadModel = 4,
  kDiverged = 6
};

constexpr std::string_view kOutOfMemory =
    "out of memory: use less data, a smaller network or a smaller --batch-size";

// Some destructors of libraries need memory (nlohmann-json's flattens the value, libstdc++'s directory
// iterator reads on): where there is none, the program can only end. It says why, without memory.
[[noreturn]] void end_without_memory() {
  try {
    if (std::current_exception()) throw;
  } catch (const std::bad_alloc&) {
    for (const std::string_view part :
         {std::string_view("hebb: error: "), kOutOfMemory, std::string_view("\n")})
      (void)!::write(STDERR_FILENO, part.data(), part.size());
    remove_temporary_files();
    std::_Exit(kFailure);
  } catch (...) {  // a fault of ours: its core shows where
  }
  std::abort();
}

// Prints the current exception as an error message. Returns the exit code.
int report(const std::vector<std::string>& arguments) {
  const Verb* verb = verb_of(arguments);
  const auto fail = [](ExitCode code, std::string_view message) {
    console().live("");
    console().error(message);
    return static_cast<int>(code);
  };
  try {
    throw;
  } catch (const std::invalid_argument& error) {
    fail(kUsage, with_flag(error.what(), verb));
    console().hint("help", verb ? "hebb " + verb->name + " --help" : "hebb help");
    return kUsage;
  } catch (const DataError& error) {
    return fail(kBadData, error.what());
  } catch (const ModelError& error) {
    return fail(kBadModel, error.what());
  } catch (const DivergedError& error) {
    return fail(kDiverged, error.what());
  } catch (const StoppedError& error) {
    fail(kFailure, error.what());
    return StopSignals::received() != 0 ? 128 + StopSignals::received() : kFailure;
  } catch (const std::bad_alloc&) {
    return fail(kFailure, kOutOfMemory);
  } catch (const std::exception& error) {
    return fail(kFailure, error.what());
  }
}

// Opens the standard files that are closed, so that no other file gets their numbers, which is then
// written to as if it were standard error. Using them stays an error.
void open_standard_files() {
  for (int file = STDIN_FILENO; file <= STDERR_FILENO; ++file)
    if (::fcntl(file, F_GETFD) < 0)
      (void)!::open("/dev/null", file == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int run_verb(const std::vector<std::string>& arguments) {
  try {
    register_classical();
    Call call = parse(arguments);
    const auto& options = call.settings.get<GlobalOptions>();
    console().configure(options);
    connect_library(options);
    return call.verb->run(call.settings);
  } catch (...) {
    return report(arguments);
  }
}

int run_program(const std::vector<std::string>& arguments) {
  console().configure({});
  const int code = run_verb(arguments);
  return code == kSuccess && results_lost() ? kFailure : code;
}

}  // namespace
}  // namespace hebb::app

int main(int argc, char** argv) {
  // Without the signals, write() fails, and the error names the file and the cause.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  std::set_terminate(hebb::app::end_without_memory);
  hebb::app::open_standard_files();
  hebb::app::report_cut_files();
  try {
    return hebb::app::run_program({argv + 1, argv + argc});
  } catch (...) {  // out of memory while reporting an error
    std::fputs("hebb: error: failed to report an error\n", stderr);
    return hebb::app::kFailure;
  }
}
