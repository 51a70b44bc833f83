#pragma once

#include <string>

#include "hebb/plot/figure.h"
#include "hebb/select/compare.h"

namespace hebb {

/// The scores of the ranked models with their intervals, best first. Errors: as plot_comparison().
Figure comparison_figure(const Comparison& comparison);
/// Their mean scores over the seconds of training. Errors: as plot_cost().
Figure cost_figure(const Comparison& comparison);

/// The comparison as one HTML page, as report_html() writes one: what may be concluded, the table, both
/// figures, every score, all pairs, and how it was made. `command` is the shell command that repeats it.
/// Errors:  as Figure::svg().
std::string comparison_html(const Comparison& comparison, const std::string& command = {});
/// Writes comparison_html() to a file, which is replaced atomically. Errors: as comparison_html() and
/// replace_file().
void write_comparison_report(const std::string& path, const Comparison& comparison,
                             const std::string& command = {});

}  // namespace hebb
