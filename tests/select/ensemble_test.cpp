#include "hebb/select/ensemble.h"

#include <gtest/gtest.h>

#include "expect_error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/ensembles.h"
#include "hebb/metrics/ensemble_selection.h"
#include "hebb/select/cross_validate.h"

namespace hebb {
namespace {

PreparedRun logistic_run() {
  return prepare_run({.data = "wine", .model = "logistic", .options = {{"random_state", 3}}});
}

// A study as tune() returns it, with these strengths of the penalty.
Study study_of(const std::vector<double>& strengths) {
  Study study{.metric = "log_loss", .higher_is_better = false, .complete = true};
  study.options.folds = 3;
  for (const double c : strengths) {
    study.ranking.push_back(study.trials.size());
    study.trials.push_back({.number = study.trials.size(), .values = {{"C", c}}});
  }
  return study;
}

// The predictions of each row by a model of another fold, one fold after the other.
Predictions held_out(const PreparedRun& run, const Study& study, std::size_t trial) {
  Predictions all;
  cross_validate(with_values(run, study.trials[trial].values), {.folds = 3}, {},
                 [&](const FoldResult&, const RunResult& fold) {
                   const Predictions& own = fold.predictions;
                   all.classes = own.classes;
                   all.probabilities = true;
                   all.truth.insert(all.truth.end(), own.truth.begin(), own.truth.end());
                   all.predicted.insert(all.predicted.end(), own.predicted.begin(),
                                        own.predicted.end());
                   all.scores.insert(all.scores.end(), own.scores.begin(), own.scores.end());
                 });
  return all;
}

TEST(StudyEnsemble, IsChosenByPredictionsOfRowsHeldOut) {
  const PreparedRun run = logistic_run();
  const Study study = study_of({0.001, 1, 1000, 0.1});
  std::vector<std::size_t> done;
  const StudyEnsemble chosen =
      choose_ensemble(run, study, 3, {}, [&](std::size_t n, std::size_t of) {
        done.push_back(n);
        EXPECT_EQ(of, 3U);
      });
  EXPECT_EQ(done, (std::vector<std::size_t>{1, 2, 3}));
  EXPECT_TRUE(chosen.complete);
  EXPECT_EQ(chosen.candidates, 3U);
  EXPECT_EQ(chosen.rows, run.train.samples());
  EXPECT_LE(chosen.score, chosen.best_score);
  std::vector<Predictions> all;
  for (std::size_t trial = 0; trial < 3; ++trial) all.push_back(held_out(run, study, trial));
  const EnsembleSelection expected = select_ensemble(all, find_metric("log_loss"));
  EXPECT_EQ(chosen.score, expected.score);
  EXPECT_EQ(chosen.best_trial, expected.best);
  EXPECT_EQ(chosen.best_score, expected.best_score);
  double sum = 0;
  for (const EnsembleMember& member : chosen.members) {
    EXPECT_EQ(member.weight, expected.weights[member.trial]);
    sum += member.weight;
  }
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(StudyEnsemble, IsTrainedAsAVotingOfItsTrials) {
  const PreparedRun run = logistic_run();
  const Study study = study_of({0.001, 1});
  const StudyEnsemble ensemble{
      .members = {{.trial = 1, .weight = 0.75}, {.trial = 0, .weight = 0.25}}};
  const PreparedRun voting = with_ensemble(run, study, ensemble);
  EXPECT_EQ(voting.row->name, "voting");
  const RunResult result = train_run(voting);
  const auto& trained = dynamic_cast<const VotingClassifier&>(*result.estimator);
  EXPECT_EQ(trained.weights(), (std::vector<double>{0.75, 0.25}));
  EXPECT_EQ(trained.options().get("random_state"), Value(std::int64_t{3}));
  for (std::size_t m = 0; m < 2; ++m) {
    const RunResult alone = train_run(with_values(run, study.trials[1 - m].values));
    EXPECT_EQ(trained.member(m).model().units()->coef, alone.estimator->model().units()->coef);
    EXPECT_EQ(trained.member(m).options().get("random_state"), Value(std::int64_t{3}));
  }
}

TEST(StudyEnsemble, VotesWhereTrialsHaveNoProbabilities) {
  const PreparedRun run = prepare_run({.data = "iris", .model = "perceptron"});
  Study study{.metric = "accuracy", .complete = true};
  study.options.folds = 2;
  for (const double eta : {1.0, 0.1}) {
    study.ranking.push_back(study.trials.size());
    study.trials.push_back(
        {.number = study.trials.size(), .values = {{"eta0", eta}, {"penalty", std::string("l2")}}});
  }
  const StudyEnsemble chosen = choose_ensemble(run, study, 5);
  EXPECT_TRUE(chosen.votes);
  EXPECT_EQ(chosen.candidates, 2U);
  const PreparedRun voting = with_ensemble(run, study, chosen);
  EXPECT_EQ(voting.options.as<VotingOptions>().voting, "hard");
}

TEST(StudyEnsemble, NeedsTrialsThatRanToTheirEnd) {
  const PreparedRun run = logistic_run();
  Study study = study_of({1, 2});
  study.trials[0].state = TrialState::failed;
  study.trials[1].share = 0.5;
  expect_error<std::invalid_argument>([&] { choose_ensemble(run, study, 2); },
                                      {"[ensemble]", "no trial ran to its end"});
  expect_error<std::invalid_argument>([&] { with_ensemble(run, study, {}); }, {"no members"});
  study = study_of({1});
  RunControl stop;
  stop.stop_requested = [] { return true; };
  EXPECT_FALSE(choose_ensemble(run, study, 2, stop).complete);
  PreparedRun continued = run;
  continued.spec.from = train_run(run).estimator->model();
  expect_error<std::invalid_argument>(
      [&] { with_ensemble(continued, study, {.members = {{.trial = 0, .weight = 1}}}); },
      {"[ensemble]", "leave out from"});
}

}  // namespace
}  // namespace hebb
