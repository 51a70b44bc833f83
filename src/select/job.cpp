#include "select/job.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/metrics/significance.h"
#include "hebb/model/record.h"
#include "select/fold_scores.h"
#include "select/trial_states.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kNoScore = std::numeric_limits<double>::quiet_NaN();

// Gives a run a share of its budget: of the epochs or the trees of its model, or of its rows.
void reduce(PreparedRun& run, double share) {
  if (share >= 1) return;
  for (const char* option : {"max_iter", "n_estimators"}) {
    if (!run.options.find(option)) continue;
    const Value value = run.options.get(option);
    const auto* most = std::get_if<std::int64_t>(&value);
    if (!most) continue;
    const double reduced = std::ceil(share * static_cast<double>(*most) - 1e-9);
    run.options.set(option, std::max<std::int64_t>(1, static_cast<std::int64_t>(reduced)));
    return;
  }
  constexpr std::size_t kLeastRows = 20;
  const std::size_t rows = run.train.samples();
  const auto keep =
      std::max(std::min(rows, kLeastRows),
               static_cast<std::size_t>(std::ceil(share * static_cast<double>(rows))));
  std::vector<std::uint32_t> some = permutation(rows, Random(0, Purpose::tune));
  some.resize(keep);
  std::ranges::sort(some);
  run.train = run.train.select(some);
}

double number_or_undefined(const Json& json) {
  return json.is_number() ? json.get<double>() : kNoScore;
}

// A double that is infinite as text, since JSON has none.
Json number_json(double value) {
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}
double number_from(const Json& json) {
  if (json == "inf") return std::numeric_limits<double>::infinity();
  if (json == "-inf") return -std::numeric_limits<double>::infinity();
  return number_or_undefined(json);
}

}  // namespace

StudyWork::StudyWork(PreparedRun run, const StudyOptions& options)
    : run_(std::move(run)),
      options_(options),
      metric_(
          find_metric(options.metric.empty() ? default_metric(run_.task.task) : options.metric)) {
  check(metric_.row->task == run_.task.task, "metric", metric_.name, " is not for models that ",
        task_name(run_.task.task));
  run_.spec.model_file.clear();
  run_.spec.checkpoint = {};
  if (run_.options.find("threads")) run_.options.set("threads", std::int64_t{1});
  if (options.nested > 0) {
    FoldOptions outer = options.fold_options();
    outer.folds = options.nested;
    outer.repeats = 1;
    outer.test_size = {};
    outer_ = fold_rows(run_.train, outer);
  }
  parts_.resize(outer_.size() + 1);
  cuts_.resize(outer_.size() + 1);
  (void)cut(0);
}

const Dataset& StudyWork::part(int outer) {
  if (outer == 0) return run_.train;
  auto& part = parts_.at(static_cast<std::size_t>(outer));
  if (!part) part = run_.train.select(outer_.at(static_cast<std::size_t>(outer) - 1).train);
  return *part;
}

const std::vector<Fold>& StudyWork::cut(int outer) {
  auto& cut = cuts_.at(static_cast<std::size_t>(outer));
  if (!cut) cut = fold_rows(part(outer), options_.fold_options());
  return *cut;
}

TrialFold StudyWork::train_fold(const Job& job, const PreparedRun& run, const Fold& fold,
                                std::size_t number,
                                const std::function<bool()>& stop_requested) const {
  const auto train_with = [&](const CheckpointSpec& state) {
    PreparedRun own = run_of_fold(run, fold);
    reduce(own, job.share);
    own.spec.checkpoint = state;
    return train(std::move(own), stop_requested);
  };
  if (const auto state = state_of(job.states, number, job.share)) {
    try {
      return train_with(*state);
    } catch (const DivergedError&) {
      throw;                           // it would without the state too
    } catch (const std::exception&) {  // of the state, or as it is without one
    }
  }
  return train_with({});
}

TrialFold StudyWork::train(PreparedRun run, const std::function<bool()>& stop_requested) const {
  const bool keeps_state = !run.spec.checkpoint.dir.empty();
  TrialFold result;
  RunControl control;
  control.stop_requested = stop_requested;
  control.on_event = [&](const Event& event) {
    if (const auto* epoch = std::get_if<EpochEnded>(&event)) result.epochs = epoch->epoch;
    // One whose state was at its end has no more epochs.
    if (const auto* stopped = std::get_if<Stopped>(&event); stopped && keeps_state)
      result.epochs = stopped->epochs;
  };
  RunResult trained = train_run(std::move(run), control);
  if (trained.stopped == StopReason::interrupted) return result;
  score_run(trained);
  const auto value = [&](const Predictions& of, const std::optional<Scores>& scores) {
    return scores ? metric_(of, *scores).value_or(kNoScore) : kNoScore;
  };
  result.score = value(trained.predictions, trained.evaluation.test);
  if (!metric_.row->needs_predictions) result.train_score = value({}, trained.evaluation.train);
  result.seconds = trained.seconds.fit;
  return result;
}

JobEnd StudyWork::work(const Job& job,
                       const std::function<void(std::size_t, const TrialFold&)>& on_fold,
                       const std::function<bool()>& stop_requested) {
  try {
    PreparedRun run = with_values(run_, job.values);
    run.train = part(job.outer);
    const std::vector<Fold> whole =
        job.whole ? std::vector<Fold>{outer_.at(static_cast<std::size_t>(job.outer) - 1)}
                  : std::vector<Fold>();
    if (job.whole) run.train = run_.train;
    const std::vector<Fold>& folds = job.whole ? whole : cut(job.outer);
    const double share = options_.fold_size ? *options_.fold_size / (1 - *options_.fold_size)
                                            : 1 / static_cast<double>(options_.folds - 1);
    std::vector<double> scores, reference;
    const auto is_worse = [&](double score) {
      scores.push_back(sign() * score);
      const std::size_t i = scores.size() - 1;
      if (i < job.reference.size()) reference.push_back(sign() * job.reference[i]);
      constexpr std::size_t kLeastFolds = 3;
      constexpr double kLevel = 0.05;
      return reference.size() == scores.size() && scores.size() >= kLeastFolds &&
             scores.size() < folds.size() &&
             resampled_t_test(scores, reference, share).p_less < kLevel;
    };
    for (std::size_t i = 0; i < folds.size(); ++i) {
      if (i < job.done.size()) {
        if (is_worse(job.done[i].score)) return {.state = TrialState::pruned};
        continue;
      }
      TrialFold fold;
      try {
        fold = train_fold(job, run, folds[i], i, stop_requested);
      } catch (const std::invalid_argument&) {
        throw;  // the same in every fold
      } catch (const std::bad_alloc&) {
        throw;
      } catch (const std::exception& error) {
        throw std::runtime_error(concat("fold ", i + 1, " of ", folds.size(), ": ", error.what()));
      }
      if (stop_requested && stop_requested()) return {.state = TrialState::failed};
      on_fold(i, fold);
      check_data(!std::isnan(fold.score), "fold ", i + 1, " of ", folds.size(), ": ", metric_.name,
                 " of the rows held out is undefined");
      if (is_worse(fold.score)) return {.state = TrialState::pruned};
    }
    return {};
  } catch (const std::bad_alloc&) {
    return {.state = TrialState::failed,
            .error = job.bytes
                         ? concat("needed more than ", *job.bytes / 1'000'000, " MB of memory")
                         : "out of memory"};
  } catch (const std::exception& error) {
    return {.state = TrialState::failed, .error = error.what()};
  }
}

Json to_message(const TrialFold& fold) {
  return {{"score", number_json(fold.score)},
          {"train", number_json(fold.train_score)},
          {"epochs", fold.epochs},
          {"seconds", fold.seconds}};
}

TrialFold fold_from(const Json& message) {
  try {
    return {.score = number_from(message.at("score")),
            .train_score = number_from(message.at("train")),
            .epochs = message.at("epochs").get<std::size_t>(),
            .seconds = number_or_undefined(message.at("seconds"))};
  } catch (const Json::exception& error) {
    throw ModelError(concat("a worker sent an invalid result: ", error.what()));
  }
}

Json to_message(const Job& job) {
  Record values;
  for (const auto& [name, value] : job.values) values.set(name, value);
  Json message = {{"job", job.id},
                  {"outer", job.outer},
                  {"whole", job.whole},
                  {"values", Json::parse(to_json(values))},
                  {"share", job.share},
                  {"done", Json::array()},
                  {"reference", Json::array()}};
  for (const TrialFold& fold : job.done) message["done"].push_back(to_message(fold));
  for (const double score : job.reference) message["reference"].push_back(number_json(score));
  if (job.bytes) message["bytes"] = *job.bytes;
  if (!job.states.empty()) message["states"] = job.states;
  return message;
}

Job job_from(const Json& message) {
  try {
    Job job{.id = message.at("job").get<std::size_t>(),
            .outer = message.at("outer").get<int>(),
            .whole = message.at("whole").get<bool>(),
            .share = message.at("share").get<double>()};
    const Record values = record_from_json(message.at("values").dump());
    for (const Record::Entry& entry : values.entries()) job.values[entry.name] = entry.value;
    for (const Json& fold : message.at("done")) job.done.push_back(fold_from(fold));
    for (const Json& score : message.at("reference")) job.reference.push_back(number_from(score));
    if (message.contains("bytes")) job.bytes = message["bytes"].get<std::uint64_t>();
    if (message.contains("states")) job.states = message["states"].get<std::string>();
    return job;
  } catch (const Json::exception& error) {
    throw ModelError(concat("a coordinator sent an invalid job: ", error.what()));
  }
}

}  // namespace hebb
