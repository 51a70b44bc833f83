#include <algorithm>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"

namespace hebb {

Figure plot_lines(const std::string& title, const std::string& x_label, const std::string& y_label,
                  const std::vector<Curve>& curves, bool log_y) {
  plot::Chart chart{.x_label = x_label, .y_label = y_label, .y_log = log_y};
  std::vector<std::string> names;
  for (const Curve& curve : curves) {
    check(curve.x.size() == curve.y.size(), "plot", "curve '", curve.name, "' has ", curve.x.size(),
          " x and ", curve.y.size(), " y");
    chart.series.push_back(
        {.name = curve.name, .x = curve.x, .y = curve.y, .color = chart.series.size()});
    names.push_back(curve.name);
  }
  return Figure({.title = title,
                 .description = concat("Lines of ", y_label, " over ", x_label, ": ",
                                       plot::names_in_words(names), '.'),
                 .body = std::vector{std::move(chart)}});
}

Figure plot_bars(const std::string& title, const std::string& value_label,
                 const std::vector<std::string>& names, const std::vector<double>& values) {
  check(names.size() == values.size(), "plot", names.size(), " names, but ", values.size(),
        " values");
  return Figure(
      {.title = title,
       .description = concat("Bars of ", value_label, ": ", names.size(), " values."),
       .body = plot::Bars{.value_label = value_label, .names = names, .groups = {{"", values}}}});
}

Figure plot_grids(const std::string& title, const std::string& subtitle,
                  const std::vector<TitledGrid>& grids) {
  check(!grids.empty(), "plot", "there is no grid to draw");
  plot::Grids body;
  std::string shown;
  for (const auto& [name, grid] : grids) {
    check_grid(grid, concat("grid '", name, "'").c_str());
    check(std::ranges::all_of(grid.values, [](double value) { return std::isfinite(value); }),
          "plot", "grid '", name, "' holds a number that is not finite");
    const auto [low, high] = std::ranges::minmax(grid.values);
    shown += concat(shown.empty() ? "" : "; ", name, ", ", grid.rows, " x ", grid.columns, ", ",
                    plot::number_label(low), " to ", plot::number_label(high));
    body.panels.push_back(
        {.title = name, .rows = grid.rows, .columns = grid.columns, .values = grid.values});
  }
  return Figure({.title = title,
                 .subtitle = subtitle,
                 .description = concat("Grids of numbers from left to right: ", shown, '.'),
                 .body = std::move(body)});
}

}  // namespace hebb
