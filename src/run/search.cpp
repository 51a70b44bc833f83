#include "hebb/run/search.h"

#include <fmt/format.h>

#include <algorithm>

#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr double kSmallFall = 0.05;    // of the loss: a smaller one may be noise
constexpr double kNothingLeft = 0.99;  // above: at higher rates there was nothing left to learn

}  // namespace

void check_searchable(const EstimatorRow& row) {
  check(row.capabilities.learning_rate_search, "find_lr", "is for networks: a ", row.name,
        row.capabilities.epochs ? " is trained in seconds; try several rates"
                                : " has no learning rate of that kind");
}

RateSearch search_rate(const PreparedRun& run, const EventSink& on_event) {
  check_searchable(*run.row);
  check_network(run);
  check_test(run);
  const auto estimator = make_supervised(*run.row, run.task.task, run.options, run.preprocess);
  if (run.spec.from) estimator->start_from(*run.spec.from);
  RateSearch found{.search = find_learning_rate(*estimator, run.train, on_event)};
  found.doubts = doubts_of(found.search);
  return found;
}

std::vector<std::string> doubts_of(const LearningRateSearch& search) {
  std::vector<std::string> doubts;
  if (search.fall < kSmallFall)
    doubts.push_back(fmt::format(
        "the loss fell by {:.1f}% only while the rate rose: the suggestion is unreliable",
        100 * std::max(search.fall, 0.0)));
  if (search.fall > kNothingLeft)
    doubts.emplace_back(
        "the loss fell to next to nothing while the rate rose, so that higher rates had nothing "
        "left to learn: the suggestion is unreliable, compare it with the default on held-out "
        "samples");
  return doubts;
}

}  // namespace hebb
