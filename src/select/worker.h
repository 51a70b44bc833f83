#pragma once

#include "select/job.h"

namespace hebb {

/// Does the jobs that come in on `in`, and answers on `out`, one JSON object a line, until `in` is
/// closed; then the process ends at once. Says every few seconds that it is alive.
///
///     <- {"job": 3, "outer": 0, "whole": false, "values": {"alpha": 0.1}, "share": 1.0, ...}
///     -> {"job": 3, "fold": 0, "score": 0.97, "train": 0.99, "epochs": 43, "seconds": 0.5}
///     -> {"job": 3, "end": "complete"}
///     -> {"alive": true}
void serve_jobs(StudyWork& work, int in, int out);

}  // namespace hebb
