#include <fcntl.h>
#include <unistd.h>

#include "hebb/core/error.h"
#include "hebb/select/worker.h"
#include "tune.h"
#include "verbs.h"

namespace hebb::app {
namespace {

int run_worker(Settings& /*settings*/) {
  check(::isatty(STDIN_FILENO) == 0, "worker",
        "is started by hebb tune --workers, which writes to its standard input");
  // Nothing but answers may come out: what else is printed goes to standard error.
  const int out = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  if (out < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
    throw std::runtime_error("standard output cannot be used");
  serve_study(STDIN_FILENO, out, worker_study);
}

}  // namespace

Verb worker_verb() {
  return {
      .name = "worker",
      .summary = "do trials for hebb tune, started by it on this or another machine",
      .description =
          "Reads trials from standard input and writes their results to standard output, one JSON "
          "object a line. hebb tune --workers starts it, by Slurm or ssh.",
      .arguments = {},
      .lists = {options<GlobalOptions>("General")},
      .examples = {{"hebb tune wine --workers ssh:hosts.txt", "which starts it on each host"}},
      .run = run_worker,
      .reads_config = false};
}

}  // namespace hebb::app
