#include "find_lr.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "json.h"
#include "models.h"
#include "progress.h"
#include "results.h"
#include "text.h"

namespace hebb::app {
namespace {

constexpr double kSmallFall = 0.05;    // of the loss: below, noise alone may have made it
constexpr double kNothingLeft = 0.99;  // above, higher rates had none to learn from

std::string two_digits(double rate) { return fmt::format("{:.2g}", rate); }

Json search_json(const LearningRateSearch& search, Task task, const std::string& model,
                 const NetOptions& options) {
  Json json = document("find_lr");
  json["model"] = model;
  json["task"] = task_name(task);
  json["solver"] = options.solver;
  json["seed"] = options.random_state;
  json["suggested"] = search.suggested;
  json["lowest"] = search.lowest;
  json["fall"] = search.fall;
  json["stopped_at"] = search.stopped_at ? Json(*search.stopped_at) : Json(nullptr);
  json["rates"] = search.rates;
  json["losses"] = search.losses;
  json["smoothed"] = search.smoothed;
  return json;
}

}  // namespace

int find_lr(const Supervised& estimator, const EstimatorRow& row, const Dataset& train,
            const std::vector<FigureRequest>& figures, Settings& settings) {
  LearningRateSearch search;
  {
    Progress progress(settings.get<GlobalOptions>());
    search = find_learning_rate(estimator, train, std::ref(progress));
  }
  const std::string rate = two_digits(search.suggested);
  if (settings.get<GlobalOptions>().json)
    print(search_json(search, estimator.task(), row.name, net_options(settings, row)));
  else
    write_results(
        "suggested --learning-rate " + rate + " (the loss was lowest at " +
        two_digits(search.lowest) +
        (search.stopped_at ? " and ran away at " + two_digits(*search.stopped_at) : std::string()) +
        ")\n");
  if (search.fall < kSmallFall)
    console().warning(
        fmt::format("the loss fell by {:.1f}% only while the rate rose: the suggestion says little",
                    100 * std::max(search.fall, 0.0)));
  if (search.fall > kNothingLeft)
    console().warning(
        "the loss fell to next to nothing while the rate rose, so that higher rates had nothing "
        "left to learn: the suggestion says little, compare it with the default on samples held "
        "out");
  for (const auto& [kind, path] : figures) {
    plot_learning_rates(search, train.name()).save(path, settings.get<FigureOptions>().style());
    console().note("figure: " + path + " (" +
                   bytes_text(static_cast<double>(std::filesystem::file_size(path))) + ")");
  }
  console().hint("next", "take --learning-rate " + rate + " in place of --find-lr");
  return 0;
}

}  // namespace hebb::app
