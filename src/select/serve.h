#pragma once

#include "select/job.h"

namespace hebb {

/// Does the jobs that come in on `in`, and answers on `out`, as serve_study() does, for a process that
/// has the run already.
[[noreturn]] void serve_jobs(StudyWork& work, int in, int out);

}  // namespace hebb
