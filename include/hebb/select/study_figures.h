#pragma once

#include <string>

#include "hebb/core/options.h"
#include "hebb/plot/figure.h"
#include "hebb/plot/trials.h"
#include "hebb/select/study.h"

namespace hebb {

/// The trials of a study as figures show them. Options have the names that `options`, those of the
/// kind of model, give them on the command line: "hidden" for hidden_layer_sizes.
TrialSet trial_set(const Study& study, const OptionSet& options = {});

/// A figure of a study, by its name in trial_plot_catalogue(). Errors: as plot_trials().
Figure plot_study(const Study& study, const std::string& kind = "options",
                  const OptionSet& options = {});

}  // namespace hebb
