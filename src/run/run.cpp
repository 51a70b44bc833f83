#include "hebb/run/run.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "hebb/core/random.h"
#include "hebb/estimators/catalogue.h"
#include "run/prepared.h"

namespace hebb {
namespace {

// Trains. The model is kept even if the last checkpoint cannot be written.
void fit(const PreparedRun& run, RunControl control, RunResult& result) {
  Estimator& estimator = *result.estimator;
  const std::string& file = run.spec.model_file;
  set_checkpoint(run, control);
  control.on_event = [&result, sink = std::move(control.on_event)](const Event& event) {
    if (sink) sink(event);
    if (const auto* stopped = std::get_if<Stopped>(&event)) result.stopped = stopped->reason;
  };
  const Stopwatch watch;
  try {
    estimator.fit(run.train, control);
  } catch (const DivergedError& error) {
    const bool keep = !file.empty() && estimator.is_fitted();
    if (keep) estimator.save(file);
    throw RunDiverged(error.what(), keep ? file : "");
  } catch (const std::runtime_error& error) {
    if (!estimator.is_fitted()) throw;
    result.failures.emplace_back(error.what());
  }
  result.seconds.fit = watch.seconds();
}

}  // namespace

const char* stop_name(StopReason reason) {
  switch (reason) {
    case StopReason::converged:
      return "converged";
    case StopReason::max_iter:
      return "max_iter";
    case StopReason::max_fun:
      return "max_fun";
    case StopReason::time_budget:
      return "time_budget";
    case StopReason::interrupted:
      return "interrupted";
    case StopReason::diverged:
      return "diverged";
  }
  return "";
}

RunResult train_run(PreparedRun run, const RunControl& control) {
  check_network(run);
  check_test(run);
  RunResult result{.estimator =
                       make_supervised(*run.row, run.task.task, run.options, run.preprocess)};
  if (run.spec.from) result.estimator->start_from(*run.spec.from);
  result.continued = run.spec.from.has_value();
  result.seconds.load = run.load_seconds;
  fit(run, control, result);
  if (!run.spec.model_file.empty()) {
    try {
      result.estimator->save(run.spec.model_file);
      result.saved = true;
    } catch (const std::runtime_error& error) {
      result.failures.emplace_back(error.what());
    }
  }
  result.task = std::move(run.task);
  result.train = std::move(run.train);
  result.test = std::move(run.test);
  result.notes = std::move(run.notes);
  for (Metric& metric : run.metrics) result.measured.push_back({.metric = std::move(metric)});
  return result;
}

void score_run(RunResult& result) {
  const Stopwatch watch;
  const Model& model = result.estimator->model();
  result.train = predictable(std::move(result.train), model);
  if (result.test) result.test = predictable(std::move(*result.test), model);
  result.predictions = result.estimator->predictions(result.train);
  result.evaluation = {.classes = model.classes, .train = scores_of(result.predictions)};
  if (result.test) {
    result.predictions = result.estimator->predictions(*result.test);
    result.evaluation.test = scores_of(result.predictions);
  } else if (const Predictions* held = result.estimator->out_of_fold()) {
    result.predictions = *held;
    result.evaluation.test = scores_of(*held);
    result.evaluation.out_of_fold = true;
  }
  result.seconds.evaluate = watch.seconds();
  const auto& scores = result.evaluation.test ? result.evaluation.test : result.evaluation.train;
  for (Measurement& one : result.measured) one.value = one.metric(result.predictions, *scores);
}

void judge_run(RunResult& result) {
  score_run(result);
  result.findings = diagnose(facts_of(result.estimator->model(), result.evaluation, &result.train,
                                      result.test ? &*result.test : nullptr, result.continued));
}

namespace {

// Operations of one prediction, roughly: of a network or of stored rows two a parameter, and the
// preprocessing of the columns.
double prediction_cost(const Supervised& estimator, const Dataset& data) {
  constexpr double kOfAColumn = 50;
  const double columns = static_cast<double>(data.features());
  return 2 * static_cast<double>(estimator.model().parameter_count()) + kOfAColumn * columns;
}

}  // namespace

void explain_run(RunResult& result, const std::function<bool()>& stop_requested) {
  constexpr double kMostCost = 2e10;
  constexpr double kLeastRows = 100;  // fewer say little
  result.importance.clear();
  if (!result.test || !result.test->is_table() || result.test->features() < 2) return;
  PermutationOptions options{.stop_requested = stop_requested};
  const double cost = prediction_cost(*result.estimator, *result.test) *
                      static_cast<double>(result.test->features());
  double rows = static_cast<double>(result.test->samples());
  while (options.repeats > 1 && cost * rows * static_cast<double>(options.repeats) > kMostCost)
    --options.repeats;
  if (cost * rows > kMostCost) rows = std::floor(kMostCost / cost);
  if (rows < std::min(kLeastRows, static_cast<double>(result.test->samples()))) return;
  // A test part that was cut at random is in random order, one given by name need not be.
  auto picked = permutation(result.test->samples(), Random(0, Purpose::permutation));
  picked.resize(static_cast<std::size_t>(rows));
  std::ranges::sort(picked);
  result.importance =
      permutation_importance(*result.estimator, result.test->select(picked), options);
}

RunResult run(RunSpec spec, const RunControl& control) {
  RunResult result = train_run(prepare_run(std::move(spec)), control);
  judge_run(result);
  return result;
}

}  // namespace hebb
