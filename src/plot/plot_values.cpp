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

}  // namespace hebb
