#include <fmt/format.h>

#include <algorithm>

#include "hebb/core/error.h"
#include "hebb/plot/plots.h"
#include "plot/common.h"
#include "plot/regions.h"

namespace hebb {
namespace {

constexpr double kHeldOut = 0.4;
constexpr std::size_t kPanelSide = 81;  // points of the grid of a small panel

}  // namespace

const std::vector<double>& alphas_to_compare() {
  static const std::vector<double> alphas = {0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6};
  return alphas;
}

NetOptions options_to_compare_alphas() {
  NetOptions options;
  options.hidden_layer_sizes = {10, 10};
  options.solver = "lbfgs";
  options.max_iter = 1000;
  return options;
}

Figure plot_alpha(const std::vector<Dataset>& sets, const std::vector<double>& alphas,
                  const NetOptions& options,
                  const std::function<void(std::size_t done, std::size_t of)>& on_step) {
  check(!sets.empty() && !alphas.empty(), "plot", "alphas are compared on a data set at least");
  plot::Panels panels{
      .row_label = "data", .column_label = "alpha", .names = {"in sample", "out of sample"}};
  for (const double alpha : alphas) panels.columns.push_back(fmt::format("alpha {:g}", alpha));
  std::string what;
  for (const Dataset& data : sets) {
    const auto [train, test] = data.split({.test_size = kHeldOut, .stratify = true});
    panels.rows.push_back(data.name().empty() ? "data"
                                              : data.name().substr(0, data.name().find(':')));
    std::size_t best = 0;
    for (std::size_t i = 0; i < alphas.size(); ++i) {
      if (on_step) on_step(panels.charts.size(), sets.size() * alphas.size());
      NetOptions own = options;
      own.alpha = alphas[i];
      MLPClassifier classifier(own, {.scale = "standard"});
      classifier.fit(train);
      const double in = classifier.score(train), out = classifier.score(test);
      plot::Chart chart = plot::regions_chart(classifier, train, &test, kPanelSide);
      chart.title = fmt::format("{:.3f}  {:.3f}", in, out);
      std::erase_if(chart.series,
                    [](const plot::Series& one) { return one.mark == plot::Mark::dashes; });
      panels.charts.push_back(std::move(chart));
      panels.numbers.push_back({in, out});
      const auto begin = panels.numbers.end() - static_cast<std::ptrdiff_t>(i + 1);
      if (out > begin[static_cast<std::ptrdiff_t>(best)][1]) best = i;
    }
    what += fmt::format(" On {} the accuracy out of sample is highest at alpha {:g}.",
                        panels.rows.back(), alphas[best]);
  }
  panels.note =
      "In each corner the accuracy in sample and out of sample (rings). A large alpha keeps the "
      "weights small and the boundary smooth; a small one lets it bend around single points.";
  return Figure(
      {.title = "Regularisation by alpha",
       .subtitle =
           fmt::format("networks with hidden layers of {}",
                       to_text(Value(std::vector<std::int64_t>(options.hidden_layer_sizes.begin(),
                                                               options.hidden_layer_sizes.end())))),
       .description = fmt::format(
           "Decision regions of networks, a row for each of {} and a column for each of {} values of alpha.{}",
           plot::counted(sets.size(), "data set"), alphas.size(), what),
       .body = std::move(panels)});
}

}  // namespace hebb
