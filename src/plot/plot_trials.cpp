#include "hebb/plot/trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "plot/common.h"

namespace hebb {
namespace {

using plot::Chart;
using plot::Mark;
using plot::Range;
using plot::Series;
using Trial = TrialSet::Trial;

constexpr std::size_t kEmphasised = 10;  // trials in front, of parallel coordinates

bool has_ended(const Trial& trial) { return std::isfinite(trial.score); }

double good(const TrialSet& set, double score) { return set.higher_is_better ? score : -score; }

// The budget on which a trial was scored: 1 unless the search was by successive halving.
double budget(const Trial& trial) { return trial.rungs.empty() ? 1 : trial.rungs.back().first; }

bool is_whole(const Trial& trial) {
  return has_ended(trial) && !trial.pruned && budget(trial) >= 1;
}

// The trials whose scores can be compared, the best first.
std::vector<const Trial*> best_first(const TrialSet& set) {
  std::vector<const Trial*> best;
  for (const Trial& trial : set.trials)
    if (is_whole(trial)) best.push_back(&trial);
  std::ranges::stable_sort(best, [&](const Trial* a, const Trial* b) {
    return good(set, a->score) > good(set, b->score);
  });
  return best;
}

std::string score_name(const TrialSet& set) { return set.score == "r2" ? "R2" : set.score; }

// The axis of scores, and how many of them are beyond its end.
struct ScoreAxis {
  Range range = {};
  std::size_t beyond = 0;
};

// A few scores that are far worse than the others would squeeze these together. So if nine tenths of
// the scores fill less than a third of the range, the axis shows these.
ScoreAxis score_axis(const TrialSet& set, std::vector<double> scores) {
  std::erase_if(scores, [](double score) { return !std::isfinite(score); });
  if (scores.empty()) return {};
  std::ranges::sort(scores, {}, [&](double score) { return good(set, score); });
  const std::size_t tenth = scores.size() / 10;
  const double best = scores.back(), worst = scores.front(), most = scores[tenth];
  ScoreAxis axis;
  if (3 * std::abs(best - most) < std::abs(best - worst) && best != most) {
    axis.beyond = tenth;
    scores.erase(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(tenth));
  }
  axis.range = plot::padded(plot::range_of(scores), 0.06);
  return axis;
}

ScoreAxis score_axis(const TrialSet& set) {
  std::vector<double> scores;
  for (const Trial& trial : set.trials) scores.push_back(trial.score);
  return score_axis(set, std::move(scores));
}

std::string left_out(const TrialSet& set, const ScoreAxis& axis) {
  const auto failed = static_cast<std::size_t>(
      std::ranges::count_if(set.trials, [](const Trial& trial) { return !has_ended(trial); }));
  return plot::joined(failed > 0 ? plot::counted(failed, "trial") + " failed" : std::string(),
                      axis.beyond > 0 ? plot::counted(axis.beyond, "far worse score") +
                                            (axis.beyond == 1 ? " is" : " are") + " beyond the axis"
                                      : std::string());
}

std::string value_text(const TrialSet::Option& option, double at) {
  return option.choices.empty() ? fmt::format("{:.4g}", at)
                                : option.choices.at(static_cast<std::size_t>(at));
}

// "trial 12 with 0.9821: alpha 0.001, hidden 50,50"
std::string best_in_words(const TrialSet& set) {
  const auto best = best_first(set);
  if (best.empty()) return "No trial has run to its end.";
  std::string values;
  for (std::size_t i = 0; i < set.options.size(); ++i)
    values += (i == 0 ? ": " : ", ") + set.options[i].name + ' ' +
              value_text(set.options[i], best.front()->at[i]);
  return fmt::format("The best is trial {} with {:.4g}{}.", best.front()->number,
                     best.front()->score, values);
}

std::string subtitle(const TrialSet& set) {
  return set.of + (set.of.empty() ? "" : ", ") + plot::counted(set.trials.size(), "trial");
}

// The trials that were better than all before them.
std::vector<const Trial*> record_holders(const TrialSet& set) {
  std::vector<const Trial*> holders;
  for (const Trial& trial : set.trials)
    if (is_whole(trial) &&
        (holders.empty() || good(set, trial.score) > good(set, holders.back()->score)))
      holders.push_back(&trial);
  return holders;
}

// Where within the place of its category a trial is drawn: spread evenly, by its number.
double shift_of(const Trial& trial) {
  constexpr double kSpread = 0.5, kGolden = 0.6180339887498949;
  const double turns = kGolden * static_cast<double>(trial.number);
  return kSpread * (turns - std::floor(turns) - 0.5);
}

// The points of the trials: those that ran to their end, those that did not, and the best so far on
// top. `x` is a function from a trial to its place.
template <class Place>
std::vector<Series> trial_points(const TrialSet& set, const Place& x, bool of_categories) {
  Series whole{.name = "trial", .mark = Mark::points, .color = 0};
  Series ended{.name = "ended early", .mark = Mark::rings, .soft = true};
  Series holders{.name = "best so far", .mark = Mark::points, .color = 1};
  const auto add = [&](Series& to, const Trial& trial) {
    to.x.push_back(x(trial));
    to.y.push_back(trial.score);
    if (of_categories) to.shift.push_back(shift_of(trial));
  };
  for (const Trial& trial : set.trials)
    if (has_ended(trial)) add(is_whole(trial) ? whole : ended, trial);
  for (const Trial* trial : record_holders(set)) add(holders, *trial);
  std::vector<Series> all = {std::move(ended), std::move(whole), std::move(holders)};
  std::erase_if(all, [](const Series& one) { return one.x.empty(); });
  return all;
}

Range range_of_option(const TrialSet& set, std::size_t option, double room) {
  std::vector<double> values;
  for (const Trial& trial : set.trials) values.push_back(trial.at[option]);
  return set.options[option].log ? plot::log_range_of(values, room)
                                 : plot::padded(plot::range_of(values), room);
}

Figure draw_options(const TrialSet& set) {
  const ScoreAxis scores = score_axis(set);
  std::vector<Chart> charts;
  for (std::size_t i = 0; i < set.options.size(); ++i) {
    const TrialSet::Option& option = set.options[i];
    const bool is_list = !option.choices.empty();
    Chart chart{.title = option.name,
                .x_label = option.name,
                .y_label = score_name(set),
                .series = trial_points(
                    set, [i](const Trial& trial) { return trial.at[i]; }, is_list),
                .y = scores.range,
                .x_log = option.log,
                .x_names = option.choices,
                .whole_x = option.whole && !option.log};
    if (!is_list) chart.x = range_of_option(set, i, 0.04);
    if (set.options.size() == 1) chart.title.clear();
    if (std::isfinite(option.importance))
      chart.note = fmt::format("explains {:.0f}% of the scores' variance", 100 * option.importance);
    const bool ends_first_row = i + 1 == plot::charts_in_row(set.options.size());
    for (Series& one : chart.series) one.listed = ends_first_row;
    charts.push_back(std::move(chart));
  }
  charts.back().note = plot::joined(charts.back().note, left_out(set, scores));
  return Figure(
      {.title = "Scores against options",
       .subtitle = subtitle(set),
       .description = fmt::format("The {} of each trial against {}. {}", score_name(set),
                                  plot::counted(set.options.size(), "option"), best_in_words(set)),
       .body = std::move(charts)});
}

Figure draw_parallel_coordinates(const TrialSet& set) {
  const ScoreAxis scores = score_axis(set);
  plot::Parallel body{.item = "trial", .high_is_good = set.higher_is_better};
  for (std::size_t i = 0; i < set.options.size(); ++i) {
    const TrialSet::Option& option = set.options[i];
    body.axes.push_back({.name = option.name,
                         .range = range_of_option(set, i, 0.02),
                         .log = option.log,
                         .whole = option.whole && !option.log,
                         .names = option.choices});
  }
  body.axes.push_back({.name = score_name(set), .range = scores.range});
  const auto best = best_first(set);
  const std::size_t strong = std::min(kEmphasised, best.size());
  const std::string in_front =
      strong == 1 ? "the best is in front" : fmt::format("the best {} are in front", strong);
  for (const Trial& trial : set.trials) {
    if (!has_ended(trial)) continue;
    const auto place = std::ranges::find(best, &trial) - best.begin();
    plot::Parallel::Line line{.name = std::to_string(trial.number),
                              .values = trial.at,
                              .strong = place < static_cast<std::ptrdiff_t>(strong)};
    line.values.push_back(trial.score);
    body.lines.push_back(std::move(line));
  }
  // The best is drawn last, over all others.
  std::ranges::stable_sort(body.lines, [&](const auto& a, const auto& b) {
    return good(set, a.values.back()) < good(set, b.values.back());
  });
  body.note = plot::joined("a line is a trial; " + in_front, left_out(set, scores));
  return Figure(
      {.title = "Trials in parallel coordinates",
       .subtitle = subtitle(set),
       .description = fmt::format(
           "A line for each trial through an axis for each of {} and one for the {}; {}. {}",
           plot::counted(set.options.size(), "option"), score_name(set), in_front,
           best_in_words(set)),
       .body = std::move(body)});
}

Figure draw_history(const TrialSet& set) {
  const ScoreAxis scores = score_axis(set);
  Chart chart{.x_label = "trial",
              .y_label = score_name(set),
              .series = trial_points(
                  set, [](const Trial& trial) { return static_cast<double>(trial.number); }, false),
              .y = scores.range,
              .whole_x = true,
              .note = left_out(set, scores)};
  const double last = set.trials.empty() ? 1 : static_cast<double>(set.trials.back().number);
  chart.x = plot::padded({0, std::max(1.0, last)}, 0.03);
  const auto holders = record_holders(set);
  if (!holders.empty()) {
    Series line{.name = "", .mark = Mark::steps, .color = 1, .listed = false};
    for (const Trial* trial : holders) {
      line.x.push_back(static_cast<double>(trial->number));
      line.y.push_back(trial->score);
    }
    line.x.push_back(last);
    line.y.push_back(holders.back()->score);
    chart.series.insert(chart.series.begin(), std::move(line));
  }
  return Figure({.title = "Scores of the trials in order",
                 .subtitle = subtitle(set),
                 .description = fmt::format(
                     "The {} of each trial in the order of the search, and the best so far. {}",
                     score_name(set), best_in_words(set)),
                 .body = std::vector{std::move(chart)}});
}

Figure draw_halving(const TrialSet& set) {
  std::vector<double> shares, scores;
  for (const Trial& trial : set.trials)
    for (const auto& [share, score] : trial.rungs) {
      if (std::ranges::find(shares, share) == shares.end()) shares.push_back(share);
      scores.push_back(score);
    }
  std::ranges::sort(shares);
  const ScoreAxis axis = score_axis(set, scores);
  Chart chart{.x_label = "share of the budget", .y_label = score_name(set), .y = axis.range};
  for (const double share : shares) chart.x_names.push_back(fmt::format("{:.3g}%", 100 * share));
  std::vector<Series> first, gone, whole;
  std::vector<std::size_t> counts(shares.size());
  const auto best = best_first(set);
  for (const Trial& trial : set.trials) {
    Series line{.name = fmt::format("trial {}", trial.number), .soft = true, .listed = false};
    for (const auto& [share, score] : trial.rungs) {
      const auto rung = std::ranges::find(shares, share) - shares.begin();
      ++counts[static_cast<std::size_t>(rung)];
      line.x.push_back(static_cast<double>(rung));
      line.y.push_back(score);
    }
    if (line.x.empty()) continue;
    const auto place = static_cast<std::size_t>(std::ranges::find(best, &trial) - best.begin());
    if (line.x.size() == 1) line.mark = Mark::rings;
    if (place < best.size() && shares.size() > 1) {
      line.soft = false;
      line.color = place;
      line.listed = true;
      line.figure = fmt::format("{:.4g}", trial.score);
    }
    (line.x.size() == 1 ? first : place < best.size() ? whole : gone).push_back(std::move(line));
  }
  std::ranges::stable_sort(whole, {}, &Series::color);
  for (auto* lines : {&first, &gone, &whole})
    for (Series& line : *lines) {
      Series points = line;
      points.name.clear();
      points.listed = false;
      const bool is_line = line.mark == Mark::line;
      chart.series.push_back(std::move(line));
      if (!is_line) continue;
      points.mark = Mark::points;
      chart.series.push_back(std::move(points));
    }
  std::string went_on;
  for (std::size_t i = 0; i < shares.size(); ++i)
    went_on += fmt::format("{}{} with {}", i == 0 ? "" : ", ", counts[i], chart.x_names[i]);
  chart.note = plot::joined("trials: " + went_on + " of the budget", left_out(set, axis));
  return Figure(
      {.title = "Successive halving",
       .subtitle = subtitle(set),
       .description = fmt::format("The {} of each trial on each share of the budget: {}. {}",
                                  score_name(set), went_on, best_in_words(set)),
       .body = std::vector{std::move(chart)}});
}

std::string has_scores(const TrialSet& set) {
  if (set.options.empty()) return "the search varied no option";
  return std::ranges::any_of(set.trials, has_ended) ? "" : "no trial has a score";
}

std::string was_halving(const TrialSet& set) {
  if (std::string why = has_scores(set); !why.empty()) return why;
  const bool any = std::ranges::any_of(set.trials, [](const Trial& trial) {
    return std::ranges::any_of(trial.rungs, [](const auto& rung) { return rung.first < 1; });
  });
  return any ? "" : "the search was not by successive halving (--halving)";
}

void check_set(const TrialSet& set) {
  for (const Trial& trial : set.trials) {
    check(trial.at.size() == set.options.size(), "plot", "trial ", trial.number, " has ",
          trial.at.size(), " values, and ", set.options.size(), " options were varied");
    for (std::size_t i = 0; i < trial.at.size(); ++i) {
      const auto& choices = set.options[i].choices;
      const double at = trial.at[i];
      check(std::isfinite(at) && (!set.options[i].log || at > 0), "plot", "trial ", trial.number,
            ": ", at, " has no place on the axis of ", set.options[i].name);
      check(choices.empty() ||
                (at >= 0 && at == std::floor(at) && at < static_cast<double>(choices.size())),
            "plot", "trial ", trial.number, ": ", at, " is the index of no choice of ",
            set.options[i].name, ", which has ", choices.size());
    }
  }
}

}  // namespace

const std::vector<TrialPlotRow>& trial_plot_catalogue() {
  static const std::vector<TrialPlotRow> rows = {
      {"options", "the score of each trial against each option", has_scores, draw_options},
      {"parallel", "parallel coordinates: a line for each trial through its options and its score",
       has_scores, draw_parallel_coordinates},
      {"history", "the score of each trial in order, and the best so far", has_scores,
       draw_history},
      {"halving", "the score against the share of the budget, a line for each trial", was_halving,
       draw_halving}};
  return rows;
}

Figure plot_trials(const TrialSet& set, const std::string& kind) {
  const TrialPlotRow& row = find_row(trial_plot_catalogue(), kind, "plot", "figure of a search");
  check_set(set);
  const std::string why = row.unfit(set);
  check(why.empty(), "plot", kind, " cannot be drawn here: ", why);
  return row.make(set);
}

}  // namespace hebb
