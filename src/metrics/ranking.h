#pragma once

#include <optional>
#include <span>
#include <vector>

namespace hebb {

/// The weight of positive and of other samples that score at least each of `scores`, the distinct
/// ones, highest first: what all curves of a score are made of, from one sort.
/// Errors:  as the functions of curves.h.
struct Ranking {
  Ranking(std::span<const double> positive, std::span<const double> score,
          std::span<const double> weights);

  std::vector<double> positives, negatives, scores;

  double all_positives() const { return positives.empty() ? 0 : positives.back(); }
  double all_negatives() const { return negatives.empty() ? 0 : negatives.back(); }

  /// Unset unless there are samples of both kinds.
  std::optional<double> roc_auc() const;
  /// Unset unless there are positive ones.
  std::optional<double> average_precision() const;
};

}  // namespace hebb
