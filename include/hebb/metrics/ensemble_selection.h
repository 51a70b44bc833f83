#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "hebb/metrics/catalogue.h"

namespace hebb {

/// The predictions of an ensemble for the samples that its members have predicted: the weighted mean
/// of their probabilities or numbers, or of members without probabilities the weighted majority of
/// their classes, the first of equal ones.
/// Errors: std::invalid_argument unless there are members and a weight >= 0 for each, not all 0; unless
/// all are of the same classes, true values and number of outputs.
Predictions mean_of(std::span<const Predictions> members, std::span<const double> weights);

/// The members of an ensemble and how much each counts.
struct EnsembleSelection {
  std::vector<std::size_t> counts = {};  ///< how often each candidate was chosen
  std::vector<double> weights = {};      ///< counts, divided by their sum
  double score = 0;                      ///< of the ensemble
  std::size_t best = 0;                  ///< the best candidate by itself
  double best_score = 0;
  std::vector<double> path = {};  ///< the score as candidates were added, one after the other
};

/// Chooses an ensemble from candidates by their predictions for the same samples. It begins with the
/// best candidates by themselves, as many as give the best mean. Then, `rounds` times, the candidate
/// is added that makes the mean best; one may be added several times, and then counts for more. The
/// best of all these ensembles is returned, the first of equal ones. A metric that is undefined counts
/// as worse than any.
///
/// The predictions should be for samples that the candidates were not trained on. The score is still
/// an optimistic estimate, since the ensemble was chosen by it.
/// Errors: as mean_of(); std::invalid_argument for a metric of another task.
/// Source: Caruana et al., "Ensemble selection from libraries of models", ICML 2004.
EnsembleSelection select_ensemble(std::span<const Predictions> candidates, const Metric& metric,
                                  std::size_t rounds = 20);

}  // namespace hebb
