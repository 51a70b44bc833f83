#include "report/pictures.h"

#include "hebb/core/catalogue.h"
#include "hebb/plot/plots.h"

namespace hebb {
namespace {

// Weights of a network's first layer say little, unless they can be looked at.
bool tells(const PlotRow& row, const PlotSubject& subject) {
  if (row.name != "weights") return true;
  return subject.estimator->model().units || subject.data->is_images();
}

}  // namespace

std::vector<Picture> pictures(const ReportSubject& subject) {
  const bool held_out = subject.test != nullptr;
  const PlotSubject of{.estimator = &subject.estimator,
                       .data = held_out ? subject.test : &subject.train,
                       .train = held_out ? &subject.train : nullptr};
  std::vector<Picture> out;
  for (const char* name :
       {"regions", "curve", "history", "confusion", "roc", "precision-recall", "scores",
        "predictions", "residuals", "classes", "mistakes", "weights"}) {
    const PlotRow& row = find_row(plot_catalogue(), name, "plot", "figure");
    if (!row.unfit(of).empty() || !tells(row, of)) continue;
    const Figure figure = row.make(of);
    out.push_back({.title = figure.title(),
                   .description = figure.description(),
                   .light = figure.svg(),
                   .dark = figure.svg({.theme = Theme::dark})});
  }
  return out;
}

}  // namespace hebb
