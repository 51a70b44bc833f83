#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace hebb {

/// The cumulative weights of positive and of other samples with at least each score. `scores` are
/// the distinct scores, highest first. All curves of a score are computed from these, with one
/// sort.
/// Errors:  as the functions of curves.h.
struct Ranking {
  Ranking(std::span<const double> positive, std::span<const double> score,
          std::span<const double> weights);

  std::vector<double> positives, negatives, scores;

  double all_positives() const { return positives.empty() ? 0 : positives.back(); }
  double all_negatives() const { return negatives.empty() ? 0 : negatives.back(); }

  /// std::nullopt unless there are samples of both kinds.
  std::optional<double> roc_auc() const;
  /// std::nullopt unless there are positive samples.
  std::optional<double> average_precision() const;
};

/// The areas of each class against the rest, by class; std::nullopt where Ranking has none. Of two
/// classes, only those of the second are computed. Without weights it takes a look-up for each
/// score, no sort.
/// Shapes:  truth (N), score (N, classes), or (N) for two classes.
/// Errors:  as Ranking.
struct ClassAreas {
  ClassAreas(std::span<const std::int32_t> truth, std::span<const double> score,
             std::size_t classes, std::span<const double> weights);

  std::vector<std::optional<double>> roc_auc, average_precision;
};

/// gain_curve()'s gain_at(`share`) of each class against the rest, by class; std::nullopt where there
/// is no curve. Of two classes, only that of the second. Without weights it takes a selection for
/// each class, no sort, and the bits are the same.
/// Shapes, errors:  as ClassAreas; also as gain_at().
std::vector<std::optional<double>> class_gains(std::span<const std::int32_t> truth,
                                               std::span<const double> score, std::size_t classes,
                                               std::span<const double> weights, double share);

}  // namespace hebb
