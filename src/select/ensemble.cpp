#include "hebb/select/ensemble.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/estimators/candidate.h"
#include "hebb/estimators/ensembles.h"
#include "hebb/metrics/ensemble_selection.h"
#include "hebb/select/cross_validate.h"

namespace hebb {
namespace {

template <class Items>
void append(const Items& items, Items& to) {
  to.insert(to.end(), items.begin(), items.end());
}

// Predictions of the rows of another fold, after those before.
void append_fold(const Predictions& fold, Predictions& all) {
  if (all.truth.empty() && all.true_values.empty()) {
    all = fold;
    return;
  }
  check(fold.classes == all.classes, "ensemble",
        "the folds have other classes: a class has too few "
        "rows to be in all of them");
  append(fold.truth, all.truth);
  append(fold.predicted, all.predicted);
  append(fold.scores, all.scores);
  append(fold.true_values, all.true_values);
  append(fold.predicted_values, all.predicted_values);
  append(fold.weights, all.weights);
}

// The options of a trial as one of several models, with the seed that it had.
std::string text_of(const PreparedRun& run, const Trial& trial) {
  const OptionSet options = with_values(run, trial.values).options;
  std::string text = candidate_text(run.row->name, options);
  if (options.find("random_state") && text.find("random_state=") == std::string::npos)
    text += (text == run.row->name ? ":" : ",") + std::string("random_state=") +
            to_text(options.get("random_state"));
  return text;
}

}  // namespace

StudyEnsemble choose_ensemble(const PreparedRun& run, const Study& study, std::size_t most,
                              const RunControl& control,
                              const std::function<void(std::size_t, std::size_t)>& on_candidate) {
  std::vector<const Trial*> trials;
  for (const std::size_t i : study.ranking)
    if (const Trial& one = study.trials[i];
        trials.size() < most && one.state == TrialState::complete && one.share >= 1)
      trials.push_back(&one);
  check(!trials.empty(), "ensemble", "no trial ran to its end: there is nothing to choose from");
  FoldOptions folds = study.options.fold_options();
  folds.repeats = 1;
  folds.test_size = {};
  StudyEnsemble chosen{.candidates = trials.size()};
  std::vector<Predictions> all;
  for (const Trial* trial : trials) {
    Predictions& own = all.emplace_back();
    const auto keep = [&](const FoldResult&, const RunResult& result) {
      append_fold(result.predictions, own);
    };
    if (!cross_validate(with_values(run, trial->values), folds, control, keep).complete)
      return chosen;
    if (on_candidate) on_candidate(all.size(), trials.size());
  }
  const Metric metric = find_metric(study.metric);
  const EnsembleSelection selected = select_ensemble(all, metric);
  for (std::size_t i = 0; i < trials.size(); ++i)
    if (selected.weights[i] > 0)
      chosen.members.push_back({.trial = trials[i]->number,
                                .weight = selected.weights[i],
                                .score = metric(all[i], scores_of(all[i])).value_or(std::nan(""))});
  std::ranges::stable_sort(chosen.members, std::greater{}, &EnsembleMember::weight);
  chosen.rows = all.front().classes.empty() ? all.front().true_values.size() / all.front().outputs
                                            : all.front().truth.size();
  chosen.score = selected.score;
  chosen.best_trial = trials[selected.best]->number;
  chosen.best_score = selected.best_score;
  chosen.votes =
      run.task.task == Task::classify && !std::ranges::all_of(all, &Predictions::probabilities);
  chosen.complete = true;
  return chosen;
}

PreparedRun with_ensemble(PreparedRun run, const Study& study, const StudyEnsemble& ensemble) {
  check(!run.spec.from, "ensemble", "trains new models: leave out from");
  check(!ensemble.members.empty(), "ensemble", "has no members");
  VotingOptions voting{.models = "", .voting = ensemble.votes ? "hard" : "soft"};
  for (const EnsembleMember& member : ensemble.members) {
    voting.models +=
        (voting.models.empty() ? "" : ",") + text_of(run, study.trials.at(member.trial));
    voting.weights.push_back(member.weight);
  }
  for (const char* shared : {"random_state", "threads"})
    if (run.options.find(shared)) {
      OptionSet options = voting;
      options.set(shared, run.options.get(shared));
      voting = options.as<VotingOptions>();
    }
  run.row = &find_row(estimator_catalogue(), "voting", "model", "estimator");
  run.options = voting;
  run.spec.model = run.row->name;
  run.spec.options.clear();
  return run;
}

}  // namespace hebb
