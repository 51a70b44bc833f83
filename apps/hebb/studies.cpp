#include "studies.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "hebb/select/cross_validate.h"
#include "terminal.h"
#include "text.h"

namespace hebb::app {
namespace {

std::string option_text(const Value& value) {
  const auto* number = std::get_if<double>(&value);
  return number ? short_number(*number) : to_text(value);
}

std::string ranking_table(const Study& study, const OptionSet& options, std::size_t most,
                          const Terminal& terminal) {
  std::vector<std::vector<std::string>> rows = {{"rank", "trial", study.metric}};
  for (const Dimension& one : study.space.dimensions())
    rows.front().push_back(flag_name(one.option, options));
  rows.front().emplace_back("seconds");
  std::string align = "lrr" + std::string(study.space.dimensions().size(), 'r') + "r";
  const std::size_t shown = most == 0 ? study.ranking.size() : std::min(most, study.ranking.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const Trial& trial = study.trials[study.ranking[i]];
    if (trial.state == TrialState::failed) break;
    std::string score = spread_text(trial.mean, trial.deviation, terminal.utf8);
    if (trial.state == TrialState::pruned) score += " pruned";
    if (trial.share < 1) score += fmt::format(" at {:.0f}%", 100 * trial.share);
    rows.push_back({std::to_string(i + 1), std::to_string(trial.number), score});
    for (const Dimension& one : study.space.dimensions())
      rows.back().push_back(option_text(trial.values.at(one.option)));
    rows.back().push_back(seconds_text(trial.seconds));
  }
  return aligned(rows, align, terminal.width);
}

struct Optimism {
  double inner = 0, outer = 0;
};

std::optional<Optimism> optimism_of(const Study& study) {
  std::vector<double> inner, outer;
  for (const OuterFold& fold : study.outer) {
    inner.push_back(fold.inner);
    outer.push_back(fold.outer);
  }
  if (outer.empty()) return {};
  return Optimism{.inner = fold_statistics(inner).mean, .outer = fold_statistics(outer).mean};
}

}  // namespace

std::string score_text(double value) {
  if (std::isnan(value)) return "-";
  return std::abs(value) < 1000 ? fmt::format("{:.4f}", value) : short_number(value);
}

std::string spread_text(double mean, double deviation, bool utf8) {
  if (std::isnan(deviation)) return score_text(mean);
  return score_text(mean) + (utf8 ? " ± " : " +- ") + score_text(deviation);
}

std::string values_text(const OptionValues& values, const OptionSet& options) {
  std::string text;
  for (const auto& [name, value] : values)
    text += (text.empty() ? "" : ", ") + flag_name(name, options) + ' ' + option_text(value);
  return text;
}

Json values_json(const OptionValues& values) {
  Json json = Json::object();
  for (const auto& [name, value] : values) json[name] = to_json(value);
  return json;
}

std::string study_text(const Study& study, const OptionSet& options, std::size_t most) {
  const Terminal terminal = console().out();
  const auto count = [&](TrialState state) {
    return std::ranges::count(study.trials, state, &Trial::state);
  };
  std::string text =
      fmt::format("{} on the rows held out, mean and standard deviation of {} folds\n",
                  study.metric, study.options.folds * study.options.repeats);
  text += ranking_table(study, options, most, terminal);
  text += '\n' + counted(study.trials.size(), "trial");
  if (count(TrialState::pruned) > 0) text += fmt::format(", {} pruned", count(TrialState::pruned));
  if (count(TrialState::failed) > 0) text += fmt::format(", {} failed", count(TrialState::failed));
  text += '\n';
  const std::vector<double> shares = importance(study);
  std::vector<std::pair<double, std::string>> sorted;
  for (std::size_t i = 0; i < shares.size(); ++i)
    if (!std::isnan(shares[i]))
      sorted.emplace_back(shares[i], flag_name(study.space.dimensions()[i].option, options));
  std::ranges::stable_sort(sorted, std::greater{}, &std::pair<double, std::string>::first);
  if (!sorted.empty()) {
    std::string shown;
    for (const auto& [share, name] : sorted)
      shown += (shown.empty() ? "" : ", ") + fmt::format("{} {:.0f}%", name, 100 * share);
    text += paragraph("share of the scores' variance that an option explains by itself: " + shown,
                      terminal.width);
  }
  if (const auto of = optimism_of(study))
    text += paragraph(
        fmt::format(
            "the best score of a search is optimistic: on {} outer folds its choice scored "
            "{} where the search had {}, a difference of {}",
            study.outer.size(), score_text(of->outer), score_text(of->inner),
            score_text(study.higher_is_better ? of->inner - of->outer : of->outer - of->inner)),
        terminal.width);
  return text + '\n';
}

Json study_json(const Study& study) {
  Json json = {{"metric", study.metric},
               {"complete", study.complete},
               {"space", study.space.texts()},
               {"sampler", study.options.sampler}};
  Json& trials = json["ranking"] = Json::array();
  for (const std::size_t i : study.ranking) {
    const Trial& trial = study.trials[i];
    Json one = {{"trial", trial.number},
                {"state", to_string(trial.state)},
                {"values", values_json(trial.values)},
                {"mean", trial.mean},
                {"std", trial.deviation},
                {"scores", Json::array()},
                {"share", trial.share},
                {"epochs", trial.epochs},
                {"seconds", trial.seconds}};
    for (const TrialFold& fold : trial.folds) one["scores"].push_back(fold.score);
    if (!trial.error.empty()) one["error"] = trial.error;
    trials.push_back(std::move(one));
  }
  const std::vector<double> shares = importance(study);
  Json& of = json["importance"] = Json::object();
  for (std::size_t i = 0; i < shares.size(); ++i)
    of[study.space.dimensions()[i].option] = shares[i];
  if (const auto found = optimism_of(study)) {
    json["nested"] = {{"inner", found->inner}, {"outer", found->outer}, {"folds", Json::array()}};
    for (const OuterFold& fold : study.outer)
      json["nested"]["folds"].push_back(
          {{"inner", fold.inner}, {"outer", fold.outer}, {"values", values_json(fold.values)}});
  }
  return json;
}

}  // namespace hebb::app
