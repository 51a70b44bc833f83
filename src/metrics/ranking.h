#pragma once

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

}  // namespace hebb
