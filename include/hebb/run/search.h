#pragma once

#include <string>
#include <vector>

#include "hebb/run/run.h"
#include "hebb/train/trainer.h"

namespace hebb {

/// A learning rate to take, and how far it can be relied upon.
struct RateSearch {
  LearningRateSearch search;
  std::vector<std::string> doubts = {};  ///< why the suggestion says little; empty: none
};

/// Errors:  std::invalid_argument unless the kind trains a network.
void check_searchable(const EstimatorRow& row);

/// find_learning_rate() for the network and the data of a run. Nothing is learnt.
/// Errors:  as check_searchable(), check_network(), check_test() and find_learning_rate().
RateSearch search_rate(const PreparedRun& run, const EventSink& on_event = {});

/// Why a search says little, in words.
std::vector<std::string> doubts_of(const LearningRateSearch& search);

}  // namespace hebb
