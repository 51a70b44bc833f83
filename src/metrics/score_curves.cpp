#include "hebb/metrics/score_curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace hebb {
namespace {

std::string mean_text(const FoldStatistics& of) {
  if (of.defined == 0) return "undefined";
  return fmt::format("{:.4f}", of.mean) +
         (std::isnan(of.deviation) ? "" : fmt::format(" (std {:.4f})", of.deviation));
}

// "1e-06 to 0.001, 0.1" for numbers, whose neighbours are joined, else "relu | tanh": values may be
// lists with commas.
std::string values_with(const ValidationCurve& curve, const std::vector<Fitting>& fits,
                        Fitting fit) {
  std::string text;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    if (fits[i] != fit) continue;
    std::size_t last = i;
    while (curve.is_numeric() && last + 1 < fits.size() && fits[last + 1] == fit) ++last;
    text += (text.empty() ? "" : curve.is_numeric() ? ", " : " | ") + curve.points[i].text;
    if (last > i) text += " to " + curve.points[last].text;
    i = last;
  }
  return text;
}

}  // namespace

bool ValidationCurve::is_numeric() const {
  return !points.empty() &&
         std::ranges::none_of(points, [](const At& at) { return std::isnan(at.value); });
}

std::optional<std::size_t> best_value(const ValidationCurve& curve) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < curve.points.size(); ++i) {
    const double mean = curve.points[i].test.mean;
    if (curve.points[i].test.defined == 0 || std::isnan(mean)) continue;
    const double before = best ? curve.points[*best].test.mean : 0;
    if (!best || (curve.higher_is_better ? mean > before : mean < before)) best = i;
  }
  return best;
}

std::vector<Fitting> fittings(const ValidationCurve& curve) {
  std::vector<Fitting> fits(curve.points.size(), Fitting::untold);
  const auto place = best_value(curve);
  if (!place) return fits;
  const auto good = [&](double score) { return curve.higher_is_better ? score : -score; };
  const ValidationCurve::At& best = curve.points[*place];
  const double error =
      std::isnan(best.test.deviation)
          ? 0
          : best.test.deviation / std::sqrt(static_cast<double>(best.test.defined));
  for (std::size_t i = 0; i < fits.size(); ++i) {
    const ValidationCurve::At& at = curve.points[i];
    if (at.test.defined == 0) continue;
    const double lost = good(best.test.mean) - good(at.test.mean);
    const double lost_in_sample = good(best.train.mean) - good(at.train.mean);
    if (lost <= error)
      fits[i] = Fitting::good;
    else if (!std::isnan(lost_in_sample))
      fits[i] = 3 * lost_in_sample >= 2 * lost ? Fitting::under
                : 3 * lost_in_sample <= lost   ? Fitting::over
                                               : Fitting::untold;
  }
  return fits;
}

std::string verdict(const ValidationCurve& curve) {
  const auto best = best_value(curve);
  if (!best) return "no value has a score";
  const ValidationCurve::At& at = curve.points[*best];
  std::string text =
      fmt::format("best at {} {}: {} {} on the rows held out, {} in sample", curve.option, at.text,
                  curve.score, mean_text(at.test), mean_text(at.train));
  const std::vector<Fitting> fits = fittings(curve);
  for (const auto& [fit, says] :
       {std::pair{Fitting::under, "under-fits: in sample the score is worse too"},
        std::pair{Fitting::over, "over-fits: only on the rows held out is the score worse"}})
    if (const std::string values = values_with(curve, fits, fit); !values.empty())
      text += fmt::format("; {} {}", values, says);
  if (std::ranges::count(fits, Fitting::good) == std::ssize(fits) && fits.size() > 1)
    text += "; no other value is worse by more than one standard error";
  for (const ValidationCurve::At& one : curve.points)
    if (!one.failure.empty()) text += fmt::format("; no score at {}: {}", one.text, one.failure);
  return text;
}

std::string verdict(const LearningCurve& curve) {
  if (curve.points.empty()) return "no size has a score";
  const LearningCurve::At& last = curve.points.back();
  std::string text =
      fmt::format("with {} samples {} {} on the rows held out, {} in sample", last.samples,
                  curve.score, mean_text(last.test), mean_text(last.train));
  const double gap =
      curve.higher_is_better ? last.train.mean - last.test.mean : last.test.mean - last.train.mean;
  if (!std::isnan(gap)) text += fmt::format(", a gap of {:.4f}", gap);
  if (curve.points.size() < 2) return text;
  const LearningCurve::At& before = curve.points[curve.points.size() - 2];
  const double gain = curve.higher_is_better ? last.test.mean - before.test.mean
                                             : before.test.mean - last.test.mean;
  if (std::isnan(gain)) return text;
  const double error =
      std::isnan(last.test.deviation)
          ? 0
          : last.test.deviation / std::sqrt(static_cast<double>(last.test.defined));
  return text + fmt::format("; the last {} samples {}", last.samples - before.samples,
                            gain > error ? fmt::format("improved it by {:.4f}", gain)
                            : error > 0  ? "did not improve it by more than one standard error"
                                         : "did not improve it");
}

}  // namespace hebb
