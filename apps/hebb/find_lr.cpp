#include "find_lr.h"

#include <fmt/format.h>

#include <functional>

#include "fit_spec.h"
#include "hebb/core/error.h"
#include "hebb/run/search.h"
#include "json.h"
#include "progress.h"
#include "results.h"
#include "text.h"

namespace hebb::app {
namespace {

std::string two_digits(double rate) { return fmt::format("{:.2g}", rate); }

Json search_json(const LearningRateSearch& search, const PreparedRun& run,
                 const Settings& settings) {
  Json json = document("find_lr");
  json["model"] = run.row->name;
  json["task"] = task_name(run.task.task);
  json["solver"] = to_json(settings.value("solver"));
  json["seed"] = settings.get<GlobalOptions>().random_state;
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

void check_search(const Settings& settings, const std::vector<FigureRequest>& figures) {
  const auto& fit = settings.get<FitOptions>();
  for (const auto& [given, flag] :
       {std::pair{settings.get<RunOptions>().output.has_value(), "--output"},
        std::pair{fit.report.has_value(), "--report"},
        std::pair{fit.checkpoint.has_value(), "--checkpoint"},
        std::pair{fit.resume.has_value(), "--resume"}, std::pair{fit.dry_run, "--dry-run"},
        std::pair{fit.trace.has_value(), "--trace"}})
    check(!given, "find_lr", "only searches for a learning rate and trains no model: leave out ",
          flag);
  for (const FigureRequest& figure : figures)
    check(figure.kind.empty(), "find_lr", "draws one figure, of the search: give --plot ",
          figure.path, " in place of --plot ", figure.kind, ':', figure.path);
}

int find_lr(const PreparedRun& run, const std::vector<FigureRequest>& figures,
            const Settings& settings) {
  RateSearch found;
  {
    Progress progress(settings.get<GlobalOptions>());
    found = search_rate(run, std::ref(progress));
  }
  const LearningRateSearch& search = found.search;
  const std::string rate = two_digits(search.suggested);
  if (settings.get<GlobalOptions>().json)
    print(search_json(search, run, settings));
  else
    write_sentence(
        "suggested --learning-rate " + rate + " (the loss was lowest at " +
        two_digits(search.lowest) +
        (search.stopped_at ? " and diverged at " + two_digits(*search.stopped_at) : std::string()) +
        ")");
  for (const std::string& doubt : found.doubts) console().warning(doubt);
  for (const auto& [kind, path] : figures) {
    plot_learning_rates(search, run.train.name()).save(path, settings.get<FigureOptions>().style());
    console().note("figure: " + path + " (" + file_size_text(path) + ")");
  }
  console().advice("next", "take --learning-rate " + rate + " in place of --find-lr");
  return 0;
}

}  // namespace hebb::app
