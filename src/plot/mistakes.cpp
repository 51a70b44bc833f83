#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/plot/plots.h"

namespace hebb {
namespace {

// The confidence is the probability of the predicted class, or its score if the model has no
// probabilities.
std::vector<Mistake> mistakes_of_classes(const Predictions& of) {
  const std::size_t width = of.scores.size() / std::max<std::size_t>(1, of.truth.size());
  std::vector<Mistake> found;
  for (std::uint32_t row = 0; row < of.truth.size(); ++row) {
    const auto right = static_cast<std::size_t>(of.truth[row]);
    const auto best = static_cast<std::size_t>(of.predicted[row]);
    if (best == right) continue;
    const double* own = of.scores.data() + row * width;
    const double surety = width == 1 ? std::abs(own[0]) : own[best];
    found.push_back({.row = row, .truth = {}, .predicted = {}, .degree = {}, .badness = surety});
  }
  return found;
}

void describe_mistake(Mistake& one, const Predictions& of) {
  one.truth = of.classes[static_cast<std::size_t>(of.truth[one.row])];
  one.predicted = of.classes[static_cast<std::size_t>(of.predicted[one.row])];
  one.degree = of.probabilities ? fmt::format("{:.1f}%", 100 * one.badness)
                                : fmt::format("score {:.3g}", one.badness);
}

std::vector<Mistake> mistakes_of_numbers(const Predictions& of) {
  const std::size_t outputs = of.outputs;
  std::vector<Mistake> found;
  for (std::uint32_t row = 0; row < of.true_values.size() / outputs; ++row) {
    const auto off = [&](std::size_t at) { return of.predicted_values[at] - of.true_values[at]; };
    std::size_t worst = row * outputs;
    for (std::size_t at = worst + 1; at < (row + 1) * outputs; ++at)
      if (std::abs(off(at)) > std::abs(off(worst))) worst = at;
    found.push_back({.row = row,
                     .truth = fmt::format("{:.5g}", of.true_values[worst]),
                     .predicted = fmt::format("{:.5g}", of.predicted_values[worst]),
                     .degree = fmt::format("{:.4g}", off(worst)),
                     .badness = std::abs(off(worst))});
  }
  return found;
}

}  // namespace

std::vector<Mistake> worst_mistakes(const Predictions& predictions, std::size_t most,
                                    std::size_t* found) {
  predictions.check();
  check(predictions.classes.empty() || !predictions.scores.empty(), "plot",
        "these predictions have no scores by which mistakes could be ordered");
  auto mistakes = predictions.classes.empty() ? mistakes_of_numbers(predictions)
                                              : mistakes_of_classes(predictions);
  if (found) *found = mistakes.size();
  const std::size_t kept = std::min(most, mistakes.size());
  // Ties are ordered by row.
  const auto worse = [](const Mistake& a, const Mistake& b) {
    return a.badness > b.badness || (a.badness == b.badness && a.row < b.row);
  };
  std::partial_sort(mistakes.begin(), mistakes.begin() + static_cast<std::ptrdiff_t>(kept),
                    mistakes.end(), worse);
  mistakes.resize(kept);
  if (!predictions.classes.empty())
    for (Mistake& one : mistakes) describe_mistake(one, predictions);
  return mistakes;
}

}  // namespace hebb
