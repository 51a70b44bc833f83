#pragma once

#include <vector>

#include "figures.h"
#include "hebb/run/run.h"
#include "options.h"

namespace hebb::app {

/// Checks the options of --find-lr. A search has no model to save and one figure.
/// Errors: std::invalid_argument for options that need a trained model, and for other figures.
void check_search(const Settings& settings, const std::vector<FigureRequest>& figures);

/// `fit --find-lr`: searches for a learning rate, prints it, and draws the search to the files of
/// --plot. Returns the exit code. Errors: as search_rate().
int find_lr(const PreparedRun& run, const std::vector<FigureRequest>& figures,
            const Settings& settings);

}  // namespace hebb::app
