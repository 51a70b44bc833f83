#include "report/mistakes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hebb/core/printable.h"
#include "hebb/plot/plots.h"
#include "report/page.h"

namespace hebb {
namespace {

constexpr std::size_t kMostRows = 20;
constexpr std::size_t kMostFeatures = 6;

std::string cell(const TableView& table, std::size_t row, std::size_t column) {
  const double value = table.at(row, column);
  if (std::isnan(value)) return "missing";
  const Column& of = table.columns[column];
  return of.is_categorical() ? html_text(shown_name(of.categories[static_cast<std::size_t>(value)]))
                             : fmt::format("{:.5g}", value);
}

}  // namespace

std::string mistake_table(const Predictions& predictions, const Dataset& data) {
  std::size_t all = 0;
  const auto mistakes = worst_mistakes(predictions, kMostRows, &all);
  if (mistakes.empty()) return "<p>There is none: every sample is predicted right.</p>\n";
  const bool classifies = !predictions.classes.empty();

  HtmlTable table{
      classifies ? fmt::format("{} of {} mistakes: those it was surest of", mistakes.size(), all)
                 : fmt::format("The {} samples farthest off", mistakes.size()),
      {"Row", "Truth", "Predicted", classifies ? "Surety" : "Off by"}};
  if (classifies) table.words = 3;
  const std::size_t features =
      data.is_images() ? 0 : std::min(kMostFeatures, data.table().columns.size());
  for (std::size_t c = 0; c < features; ++c)
    table.headings.push_back(html_text(shown_name(data.table().columns[c].name)));
  for (const Mistake& one : mistakes) {
    table.rows.push_back({std::to_string(data.row_number(one.row)),
                          html_text(shown_name(one.truth)), html_text(shown_name(one.predicted)),
                          one.degree});
    for (std::size_t c = 0; c < features; ++c)
      table.rows.back().push_back(cell(data.table(), one.row, c));
  }
  std::string out = table.html();
  if (!data.is_images() && features < data.features())
    out += fmt::format("<p>The first {} of {} features are shown.</p>\n", features,
                       data.table().columns.size());
  return out;
}

}  // namespace hebb
