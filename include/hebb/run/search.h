#pragma once

#include <string>
#include <vector>

#include "hebb/run/run.h"
#include "hebb/train/trainer.h"

namespace hebb {

/// A suggested learning rate, and how reliable it is.
struct RateSearch {
  LearningRateSearch search;
  std::vector<std::string> doubts = {};  ///< why it is unreliable; empty: it is reliable
};

/// Errors:  std::invalid_argument unless the kind trains a network.
void check_searchable(const EstimatorRow& row);

/// find_learning_rate() for the network and the data of a run. The model is not trained.
/// Errors:  as check_searchable(), check_network(), check_test() and find_learning_rate().
RateSearch search_rate(const PreparedRun& run, const EventSink& on_event = {});

/// Reasons, in words, why the result of a search is unreliable.
std::vector<std::string> doubts_of(const LearningRateSearch& search);

}  // namespace hebb
