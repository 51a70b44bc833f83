#include "report/mistakes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/page.h"

namespace hebb {
namespace {

constexpr std::size_t kMostRows = 20;
constexpr std::size_t kMostFeatures = 6;

struct Mistake {
  std::uint32_t row = 0;
  std::string truth, predicted, degree;
  double badness = 0;
};

// The worst, in order; of equals the first row.
void keep_worst(std::vector<Mistake>& mistakes) {
  const std::size_t kept = std::min(kMostRows, mistakes.size());
  const auto worse = [](const Mistake& a, const Mistake& b) {
    return a.badness > b.badness || (a.badness == b.badness && a.row < b.row);
  };
  std::partial_sort(mistakes.begin(), mistakes.begin() + static_cast<std::ptrdiff_t>(kept),
                    mistakes.end(), worse);
  mistakes.resize(kept);
}

std::vector<Mistake> mistakes_of(const Classifier& classifier, const Dataset& data) {
  const Tensor probabilities = classifier.predict_proba(data);
  const auto truth = LabelEncoder(classifier.classes()).encode(data);
  std::vector<Mistake> found;
  for (std::uint32_t row = 0; row < truth.size(); ++row) {
    const float* p = probabilities.view().row(row);
    const auto best = std::max_element(p, p + classifier.classes().size()) - p;
    if (best == truth[row]) continue;
    const auto right = static_cast<std::size_t>(truth[row]);
    found.push_back({.row = row,
                     .truth = classifier.classes()[right],
                     .predicted = classifier.classes()[static_cast<std::size_t>(best)],
                     .degree = fmt::format("{:.1f}%", 100 * p[best]),
                     .badness = double{p[best]} - double{p[right]}});
  }
  return found;
}

std::vector<Mistake> mistakes_of(const Regressor& regressor, const Dataset& data) {
  const auto predicted = regressor.predict(data);
  const std::size_t outputs = regressor.targets().size();
  std::vector<Mistake> found;
  for (std::uint32_t row = 0; row < data.samples(); ++row) {
    double worst = -1;
    std::size_t at = row * outputs;
    for (std::size_t o = 0; o < outputs; ++o) {
      const double off =
          std::abs(predicted[row * outputs + o] - data.target().values[row * outputs + o]);
      if (off > worst) worst = off, at = row * outputs + o;
    }
    found.push_back({.row = row,
                     .truth = fmt::format("{:.5g}", data.target().values[at]),
                     .predicted = fmt::format("{:.5g}", predicted[at]),
                     .degree = fmt::format("{:.4g}", predicted[at] - data.target().values[at]),
                     .badness = worst});
  }
  return found;
}

std::string cell(const Table& table, std::size_t row, std::size_t column) {
  const double value = table.at(row, column);
  if (std::isnan(value)) return "missing";
  const Column& of = table.columns[column];
  return of.is_categorical() ? html_text(of.categories[static_cast<std::size_t>(value)])
                             : fmt::format("{:.5g}", value);
}

}  // namespace

std::string mistake_table(const Estimator& estimator, const Dataset& data) {
  const auto* classifier = dynamic_cast<const Classifier*>(&estimator);
  std::vector<Mistake> mistakes =
      classifier ? mistakes_of(*classifier, data)
                 : mistakes_of(dynamic_cast<const Regressor&>(estimator), data);
  if (mistakes.empty()) return "<p>There is none: every sample is predicted right.</p>\n";
  const std::size_t all = mistakes.size();
  keep_worst(mistakes);

  HtmlTable table{
      classifier ? fmt::format("{} of {} mistakes: those it was surest of", mistakes.size(), all)
                 : fmt::format("The {} samples farthest off", mistakes.size()),
      {"Row", "Truth", "Predicted", classifier ? "Surety" : "Off by"}};
  const std::size_t features =
      data.is_images() ? 0 : std::min(kMostFeatures, data.table().columns.size());
  for (std::size_t c = 0; c < features; ++c)
    table.headings.push_back(html_text(data.table().columns[c].name));
  for (const Mistake& one : mistakes) {
    table.rows.push_back({std::to_string(data.row_number(one.row)), html_text(one.truth),
                          html_text(one.predicted), one.degree});
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
