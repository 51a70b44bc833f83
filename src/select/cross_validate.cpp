#include "hebb/select/cross_validate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "select/fold_scores.h"

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

}  // namespace

PreparedRun run_of_fold(const PreparedRun& whole, const Fold& fold) {
  PreparedRun run = whole;
  run.train = whole.train.select(fold.train);
  run.test = whole.train.select(fold.test);
  run.notes.clear();
  run.spec.model_file.clear();
  run.spec.checkpoint = {};
  return run;
}

std::vector<ScoreRow> rows_of(const Evaluation& evaluation,
                              const std::vector<Measurement>& measured) {
  std::vector<ScoreRow> rows = score_rows(evaluation);
  for (const Measurement& one : measured)
    rows.push_back({.key = one.name(), .label = one.name(), .test = one.value});
  return rows;
}

std::vector<FoldScore> fold_scores(const std::vector<std::vector<ScoreRow>>& folds) {
  std::vector<FoldScore> scores;
  if (folds.empty()) return scores;
  for (std::size_t i = 0; i < folds.front().size(); ++i) {
    std::vector<double> train, test;
    for (const auto& rows : folds) {
      train.push_back(rows[i].train.value_or(kUndefined));
      test.push_back(rows[i].test.value_or(kUndefined));
    }
    scores.push_back({.key = folds.front()[i].key,
                      .label = folds.front()[i].label,
                      .train = fold_statistics(std::move(train)),
                      .test = fold_statistics(std::move(test))});
  }
  return scores;
}

CrossValidation cross_validate(const PreparedRun& run, const FoldOptions& options,
                               const RunControl& control, const FoldSink& on_fold) {
  return cross_validate(run, options, fold_rows(run.train, options), control, on_fold);
}

CrossValidation cross_validate(const PreparedRun& run, const FoldOptions& options,
                               const std::vector<Fold>& cuts, const RunControl& control,
                               const FoldSink& on_fold) {
  check_network(run);
  CrossValidation all{.options = options};
  std::vector<std::vector<ScoreRow>> rows;
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    const auto per_repeat = static_cast<std::size_t>(options.folds);
    FoldResult fold{.repeat = static_cast<int>(i / per_repeat),
                    .fold = static_cast<int>(i % per_repeat)};
    RunResult result = of_fold(concat("fold ", i + 1, " of ", cuts.size(), ": "), [&] {
      RunResult trained = train_run(run_of_fold(run, cuts[i]), control);
      if (trained.stopped != StopReason::interrupted) score_run(trained);
      return trained;
    });
    if (result.stopped == StopReason::interrupted) {
      all.scores = fold_scores(rows);
      return all;
    }
    fold.evaluation = result.evaluation;
    fold.measured = result.measured;
    fold.seconds = result.seconds.fit;
    fold.stopped = result.stopped;
    if (on_fold) on_fold(fold, result);
    rows.push_back(rows_of(fold.evaluation, fold.measured));
    all.folds.push_back(std::move(fold));
  }
  all.scores = fold_scores(rows);
  all.complete = true;
  return all;
}

const FoldScore& score_of(const CrossValidation& folds, const std::string& key) {
  const auto found = std::ranges::find(folds.scores, key, &FoldScore::key);
  check(found != folds.scores.end(), "score", "'", key, "' is none of the scores of the folds");
  return *found;
}

}  // namespace hebb
