#include "hebb/select/compare_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hebb/core/text.h"
#include "hebb/core/version.h"
#include "hebb/io/file.h"
#include "hebb/plot/plots.h"
#include "hebb/select/compare_table.h"
#include "report/page.h"
#include "report/pictures.h"

namespace hebb {
namespace {

std::vector<ComparedScores> drawn_models(const Comparison& comparison) {
  std::vector<ComparedScores> models;
  for (const std::size_t i : comparison.ranking) {
    const ComparedModel& one = comparison.models[i];
    models.push_back({.name = one.candidate.name,
                      .values = one.values,
                      .mean = fold_statistics(one.values).mean,
                      .interval = compared_score(one, comparison.metric).interval,
                      .fit_seconds = one.fit_seconds});
  }
  return models;
}

std::string how_it_was_judged(const Comparison& comparison) {
  if (!comparison.folds)
    return concat(counted(comparison.train_samples, "sample"), " to train on, ",
                  grouped(comparison.test_samples), " to test on");
  const FoldOptions& folds = *comparison.folds;
  return concat(counted(static_cast<std::uint64_t>(folds.folds), "fold"),
                folds.repeats > 1 ? concat(", ", folds.repeats, " times") : "", ", about ",
                counted(comparison.train_samples, "sample"), " to train on and ",
                grouped(comparison.test_samples), " held out in each");
}

std::string subtitle(const Comparison& comparison) {
  return comparison.data + ", " + how_it_was_judged(comparison);
}

std::string cell_of(double value) { return std::isnan(value) ? "–" : fmt::format("{:.4f}", value); }

HtmlTable table_of_models(const Comparison& comparison) {
  const ComparisonTable table = comparison_table(comparison);
  HtmlTable html{
      .caption = concat("Means over the trainings, with the standard deviation; p-values of the "
                        "difference from the best model (",
                        comparison.test, ", Holm)"),
      .headings = table.headings};
  for (const auto& row : table.rows) {
    html.rows.emplace_back();
    for (const std::string& cell : row)
      html.rows.back().push_back(html_text(cell == "-" ? "–" : cell));
  }
  return html;
}

HtmlTable table_of_all_scores(const Comparison& comparison) {
  HtmlTable html{.caption = "Every score out of sample, the mean over the trainings",
                 .headings = {"Score"}};
  for (const std::size_t i : comparison.ranking)
    html.headings.push_back(html_text(comparison.models[i].candidate.name));
  const ComparedModel& first = comparison.models[comparison.ranking.front()];
  for (const ComparedScore& of : first.scores) {
    if (of.score.label.empty()) continue;
    html.rows.push_back({html_text(of.score.label)});
    for (const std::size_t i : comparison.ranking)
      html.rows.back().push_back(
          cell_of(compared_score(comparison.models[i], of.score.key).score.test.mean));
  }
  return html;
}

HtmlTable table_of_pairs(const Comparison& comparison) {
  HtmlTable html{
      .caption = concat("All pairs (", comparison.test, ")"),
      .headings = {"Better", "Than", "Difference", "p", "p, Holm", "Could be shown from"},
      .words = 2};
  for (const ComparedPair& pair : comparison.pairs)
    html.rows.push_back({html_text(comparison.models[pair.first].candidate.name),
                         html_text(comparison.models[pair.second].candidate.name),
                         cell_of(pair.difference), fmt::format("{:.3g}", pair.p),
                         fmt::format("{:.3g}", pair.adjusted_p) + (pair.shown ? " *" : ""),
                         pair.least ? fmt::format("{:.2g}", *pair.least) : "–"});
  return html;
}

std::string sentences(const Comparison& comparison) {
  std::string text;
  for (const std::string& one : comparison.conclusions)
    text += (text.empty() ? "" : " ") + html_text(one);
  const bool any = std::ranges::any_of(comparison.pairs, &ComparedPair::shown);
  return fmt::format("<p class=\"verdict {}\"><strong>{}</strong> {}</p>\n",
                     any ? "good" : "untold",
                     any ? "A difference was shown" : "No difference was shown", text);
}

std::string troubles(const Comparison& comparison) {
  std::string items;
  const auto add = [&](const ComparedModel& model, const std::string& what) {
    items += "<li><b>" + html_text(model.candidate.name) + "</b> " + html_text(what) + "</li>\n";
  };
  for (const ComparedModel& model : comparison.models) {
    if (!model.error.empty()) add(model, "failed: " + model.error);
    for (const std::string& warning : model.warnings) add(model, warning);
  }
  return items.empty() ? ""
                       : html_section("warnings", "Failures and warnings",
                                      "<ul class=\"findings\">\n" + items + "</ul>\n");
}

}  // namespace

Figure comparison_figure(const Comparison& comparison) {
  const std::string level = fmt::format("{:g}%", 100 * comparison.level);
  return plot_comparison(drawn_models(comparison), comparison.metric_label, subtitle(comparison),
                         comparison.folds
                             ? "diamonds: means, with " + level + " intervals; dots: folds"
                             : "diamonds: scores, with " + level + " intervals");
}

Figure cost_figure(const Comparison& comparison) {
  return plot_cost(drawn_models(comparison), comparison.metric_label, subtitle(comparison));
}

std::string comparison_html(const Comparison& comparison, const std::string& command) {
  const std::string title = "Comparison on " + comparison.data;
  std::string body = "<header>\n<h1>" + html_text(title) + "</h1>\n<p class=\"lead\">" +
                     html_text(how_it_was_judged(comparison)) + "</p>\n" + sentences(comparison) +
                     "</header>\n<main>\n";
  body += html_section("models", "Models", table_of_models(comparison).html());
  if (!comparison.ranking.empty()) {
    body += html_section("figures", "Figures",
                         picture_grid({picture_of(comparison_figure(comparison)),
                                       picture_of(cost_figure(comparison))}));
    body += html_section("scores", "Scores", table_of_all_scores(comparison).html());
  }
  if (!comparison.pairs.empty())
    body += html_section("pairs", "Pairs", table_of_pairs(comparison).html());
  body += troubles(comparison);
  if (!command.empty())
    body += html_section("again", "The same comparison again",
                         "<pre><code>" + html_text(command) +
                             "</code></pre>\n<p>The same seed gives the same scores; seconds and "
                             "memory depend on the machine.</p>\n");
  body += "</main>\n<footer>Made by hebb " + html_text(version()) + ".</footer>\n";
  return html_page(title, body);
}

void write_comparison_report(const std::string& path, const Comparison& comparison,
                             const std::string& command) {
  replace_file(path, comparison_html(comparison, command));
}

}  // namespace hebb
