#include "hebb/select/cross_validate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "select/fold_run.h"

namespace hebb {
namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

// Runs `action` with the fold in front of what it throws for options and data.
template <class Action>
auto of_fold(const std::string& fold, const Action& action) {
  try {
    return action();
  } catch (const DataError& error) {
    throw DataError(fold + error.what());
  } catch (const DivergedError& error) {
    throw DivergedError(fold + error.what());
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(fold + error.what());
  }
}

std::vector<FoldScore> scores_of(const std::vector<FoldResult>& folds) {
  if (folds.empty()) return {};
  std::vector<FoldScore> scores;
  std::vector<std::vector<double>> train, test;
  for (const ScoreRow& row : score_rows(folds.front().evaluation))
    scores.push_back({.key = row.key, .label = row.label});
  for (const Measurement& one : folds.front().measured)
    scores.push_back({.key = one.name(), .label = one.name()});
  train.resize(scores.size());
  test.resize(scores.size());
  for (const FoldResult& fold : folds) {
    std::size_t i = 0;
    for (const ScoreRow& row : score_rows(fold.evaluation)) {
      train[i].push_back(row.train.value_or(kUndefined));
      test[i++].push_back(row.test.value_or(kUndefined));
    }
    for (const Measurement& one : fold.measured)
      test[i++].push_back(one.value.value_or(kUndefined));
  }
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i].train = fold_statistics(std::move(train[i]));
    scores[i].test = fold_statistics(std::move(test[i]));
  }
  return scores;
}

}  // namespace

CrossValidation cross_validate(const PreparedRun& run, const FoldOptions& options,
                               const RunControl& control, const FoldSink& on_fold) {
  return cross_validate(run, options, fold_rows(run.train, options), control, on_fold);
}

CrossValidation cross_validate(const PreparedRun& run, const FoldOptions& options,
                               const std::vector<Fold>& cuts, const RunControl& control,
                               const FoldSink& on_fold) {
  check_network(run);
  CrossValidation all{.options = options};
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    const auto per_repeat = static_cast<std::size_t>(options.folds);
    FoldResult fold{.repeat = static_cast<int>(i / per_repeat),
                    .fold = static_cast<int>(i % per_repeat)};
    RunResult result = of_fold(concat("fold ", i + 1, " of ", cuts.size(), ": "), [&] {
      RunResult trained = train_run(fold_run(run, cuts[i]), control);
      if (trained.stopped != StopReason::interrupted) score_run(trained);
      return trained;
    });
    if (result.stopped == StopReason::interrupted) {
      all.scores = scores_of(all.folds);
      return all;
    }
    fold.evaluation = result.evaluation;
    fold.measured = result.measured;
    fold.seconds = result.seconds.fit;
    fold.stopped = result.stopped;
    if (on_fold) on_fold(fold, result);
    all.folds.push_back(std::move(fold));
  }
  all.scores = scores_of(all.folds);
  all.complete = true;
  return all;
}

const FoldScore& score_of(const CrossValidation& folds, const std::string& key) {
  const auto found = std::ranges::find(folds.scores, key, &FoldScore::key);
  check(found != folds.scores.end(), "score", "'", key, "' is none of the scores of the folds");
  return *found;
}

}  // namespace hebb
