#pragma once

#include <functional>
#include <string>

#include "hebb/run/run.h"
#include "hebb/select/study.h"

namespace hebb {

/// What a worker of a study prepares from StudyControl::command.
struct WorkerStudy {
  PreparedRun run = {};
  StudyOptions options = {};
};

/// Serves as a worker of a study that another process coordinates, wherever it was started: reads
/// one JSON object a line from the descriptor `in`, and writes its answers to `out`. The first line
/// names the study, from which `prepare` makes the run; then each line is a trial. When `in` is closed
/// the process ends at once, so the function does not return. Errors of `prepare`, and data or a hebb
/// other than those of the coordinator, are answers, and end the process with exit code 1.
///
///     <- {"command": "...", "data_hash": "5f1c...", "version": "0.2.0"}
///     -> {"ready": true}
///     <- {"job": 3, "outer": 0, "whole": false, "values": {"alpha": 0.1}, "share": 1.0, ...}
///     -> {"job": 3, "fold": 0, "score": 0.97, "train": 0.99, "epochs": 43, "seconds": 0.5}
///     -> {"job": 3, "end": "complete"}
///     -> {"alive": true}                           every 5 seconds
[[noreturn]] void serve_study(
    int in, int out, const std::function<WorkerStudy(const std::string& command)>& prepare);

}  // namespace hebb
