#pragma once

#include <vector>

#include "figures.h"
#include "hebb/run/run.h"
#include "options.h"

namespace hebb::app {

/// A search leaves nothing to keep, and there is one figure of it.
/// Errors: std::invalid_argument for options and figures that ask for more.
void check_search(const Settings& settings, const std::vector<FigureRequest>& figures);

/// `fit --find-lr`: searches a learning rate, prints it, and draws the search into the files asked
/// for. Returns the exit code. Errors: as search_rate().
int find_lr(const PreparedRun& run, const std::vector<FigureRequest>& figures,
            const Settings& settings);

}  // namespace hebb::app
