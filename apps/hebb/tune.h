#pragma once

#include <string>

#include "hebb/select/worker.h"

namespace hebb::app {

/// What a worker prepares from the command of `hebb tune` (command_text()).
/// Errors: ModelError for another text; as prepare_run().
WorkerStudy worker_study(const std::string& command);

}  // namespace hebb::app
