#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/plot/plots.h"

namespace hebb {
namespace {

// Surety is a probability, or where a model has none, how far its score lies on the wrong side.
std::vector<Mistake> mistakes_of(const Classifier& classifier, const Dataset& data) {
  const bool probable = classifier.has_probabilities();
  std::vector<double> scores;
  if (probable) {
    const Tensor p = classifier.predict_proba(data);
    scores.assign(p.span().begin(), p.span().end());
  } else {
    scores = classifier.decision_function(data);
  }
  const auto& classes = classifier.classes();
  const bool one_score = !probable && classes.size() == 2;
  const auto truth = LabelEncoder(classes).encode(data);
  std::vector<Mistake> found;
  for (std::uint32_t row = 0; row < truth.size(); ++row) {
    const auto right = static_cast<std::size_t>(truth[row]);
    std::size_t best = 0;
    double surety = 0, badness = 0;
    if (one_score) {
      best = scores[row] > 0 ? 1 : 0;
      surety = badness = std::abs(scores[row]);
    } else {
      const double* own = scores.data() + row * classes.size();
      best = static_cast<std::size_t>(std::max_element(own, own + classes.size()) - own);
      surety = own[best];
      badness = own[best] - own[right];
    }
    if (best == right) continue;
    found.push_back({.row = row,
                     .truth = classes[right],
                     .predicted = classes[best],
                     .degree = probable ? fmt::format("{:.1f}%", 100 * surety)
                                        : fmt::format("score {:.3g}", surety),
                     .badness = badness});
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

}  // namespace

std::vector<Mistake> worst_mistakes(const Estimator& estimator, const Dataset& data,
                                    std::size_t most, std::size_t* found) {
  const auto* classifier = dynamic_cast<const Classifier*>(&estimator);
  std::vector<Mistake> mistakes =
      classifier ? mistakes_of(*classifier, data)
                 : mistakes_of(dynamic_cast<const Regressor&>(estimator), data);
  if (found) *found = mistakes.size();
  const std::size_t kept = std::min(most, mistakes.size());
  // Of equals the first row.
  const auto worse = [](const Mistake& a, const Mistake& b) {
    return a.badness > b.badness || (a.badness == b.badness && a.row < b.row);
  };
  std::partial_sort(mistakes.begin(), mistakes.begin() + static_cast<std::ptrdiff_t>(kept),
                    mistakes.end(), worse);
  mistakes.resize(kept);
  return mistakes;
}

}  // namespace hebb
