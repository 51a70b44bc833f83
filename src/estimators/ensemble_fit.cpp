// Bagging draws rows by counter-based random numbers, so that the rows of a member depend on the seed
// and its number alone. Stacking trains each model once for each fold, to predict the rows of the
// fold, and once on all rows. The final model learns from the predictions of the folds only: those of
// a model for rows that it was trained on are too good.
#include "estimators/ensemble_fit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "estimators/common.h"
#include "estimators/ensemble_members.h"
#include "hebb/core/log.h"
#include "hebb/core/random.h"
#include "hebb/core/text.h"
#include "hebb/data/folds.h"

namespace hebb {
namespace {

constexpr std::uint32_t kMostDraws = 100;

// Runs `action` with the name of the member in front of its errors.
template <class Action>
auto of_member(const std::string& name, const Action& action) {
  const auto message = [&](const std::exception& error) { return name + ": " + error.what(); };
  try {
    return action();
  } catch (const DataError& error) {
    throw DataError(message(error));
  } catch (const DivergedError& error) {
    throw DivergedError(message(error));
  } catch (const StoppedError& error) {
    throw StoppedError(message(error));
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(message(error));
  }
}

template <class Number>
Number number_of(const OptionSet& options, const char* name) {
  return static_cast<Number>(std::get<std::int64_t>(options.get(name)));
}

// Whether any member is a network, which learns large targets slowly.
bool trains_networks(const OptionSet& options) {
  if (!is_ensemble(options)) return options.holds<NetOptions>();
  return std::ranges::any_of(members_of(options, Task::regress),
                             [](const Candidate& one) { return trains_networks(options_of(one)); });
}

MemberOutput taken_of(const std::string& method, const Supervised& member) {
  if (member.task() == Task::regress || method == "predict") return MemberOutput::prediction;
  const bool has = has_probabilities(member);
  check(has || method != "predict_proba", "stack_method", "a ", member.kind(),
        " has no probabilities: take auto or decision_function");
  return has && method != "decision_function" ? MemberOutput::probabilities
                                              : MemberOutput::decisions;
}

}  // namespace

EnsembleFit::EnsembleFit(const Supervised& own, const Dataset& data, const RunControl& control)
    : own_(own), control_(control) {
  const OptionSet& options = own.options();
  options.check_values();
  check_nesting(options, own.kind());
  check(control.checkpoint_dir.empty(), "checkpoint", "is for networks: a ", own.kind(),
        " cannot go on from a state of its training");
  random_state_ = number_of<std::uint64_t>(options, "random_state");
  threads_ = number_of<std::int64_t>(options, "threads");
  if (const Value most = options.get("max_seconds");
      const auto* seconds = std::get_if<double>(&most))
    max_seconds_ = *seconds;

  train_ = without_zero_weights(data, weighed_);
  weighed_.reset();
  Preprocessor preprocessor(own.preprocess());
  preprocessor.fit(train_);
  const Rows kept = preprocessor.kept_rows(train_);
  model_ = begin_model(own, train_, std::move(preprocessor));
  model_.data_hash = train_.hash();
  if (kept.size() != train_.samples()) train_ = train_.select(kept);
  preprocess_ = own.preprocess();
  preprocess_.unknown = "ignore";  // a category that is not among the rows of a member
  if (own.task() == Task::classify) {
    LabelEncoder encoder;
    encoder.fit(train_);
    model_.classes = encoder.classes();
    truth_ = encoder.encode(train_);
    train_ = std::move(train_).with_classes();
    return;
  }
  check_numbers(train_);
  const std::size_t outputs = train_.target().outputs();
  Rows all(train_.samples());
  std::iota(all.begin(), all.end(), 0U);
  (void)scale_targets({.scale_target = own.preprocess().scale_target}, train_, all,
                      train_.target().values, trains_networks(options));
  model_.target_shift.assign(outputs, 0.0);
  model_.target_scale.assign(outputs, 1.0);
}

EnsembleFit::Member EnsembleFit::member_of(const Candidate& candidate, const char* option) const {
  Member member{.row = &find_row(estimator_catalogue(), candidate.kind, option, "estimator"),
                .options = options_of(candidate),
                .seeded = candidate.options.contains("random_state")};
  check(member.row->has_task(own_.task()), option, "a ", candidate.kind, " does not ",
        task_name(own_.task()), ": take another kind");
  return member;
}

std::vector<EnsembleFit::Member> EnsembleFit::all_members(const char* option) const {
  std::vector<Member> members;
  for (const Candidate& one : members_of(own_.options(), own_.task()))
    members.push_back(member_of(one, option));
  return members;
}

std::uint64_t EnsembleFit::seed_of(std::size_t member) const {
  return Random(random_state_, Purpose::ensemble)
      .bits(static_cast<std::uint32_t>(member), 0)
      .front();
}

bool EnsembleFit::is_late() const {
  return max_seconds_ &&
         std::chrono::duration<double>(Clock::now() - begin_).count() >= *max_seconds_;
}

// Events of the member, without its end.
RunControl EnsembleFit::control_of(const std::string& name) {
  RunControl control;
  control.stop_requested = control_.stop_requested;
  control.on_event = [this, name](const Event& event) {
    if (const auto* stopped = std::get_if<Stopped>(&event)) {
      last_ = stopped->reason;
      epochs_ += stopped->epochs;
      late_ = late_ || stopped->reason == StopReason::time_budget;
      to_the_last_epoch_ = to_the_last_epoch_ || stopped->reason == StopReason::max_iter;
      return;
    }
    if (!control_.on_event) return;
    // What one member warns of, all others do.
    if (const auto* warned = std::get_if<Warned>(&event))
      if (!warned_.insert(warned->message).second) return;
    if (const auto* inner = std::get_if<MemberStarted>(&event))
      return control_.on_event(MemberStarted{
          .member = begun_, .members = trainings_, .name = name + ", " + inner->name});
    control_.on_event(event);
  };
  return control;
}

std::unique_ptr<Supervised> EnsembleFit::train(const Member& member, std::uint64_t seed,
                                               const Dataset& rows,
                                               const PreprocessOptions& preprocess,
                                               const std::string& name) {
  OptionSet options = member.options;
  if (!member.seeded && options.find("random_state"))
    options.set("random_state", static_cast<std::int64_t>(seed));
  if (options.find("threads") && options.get("threads") == Value(std::int64_t{0}))
    options.set("threads", threads_);
  if (max_seconds_ && options.find("max_seconds")) {
    constexpr double kLeast = 1e-3;
    const double left =
        *max_seconds_ - std::chrono::duration<double>(Clock::now() - begin_).count();
    double share = std::max(left / static_cast<double>(trainings_ - begun_), kLeast);
    const Value most = options.get("max_seconds");
    if (const auto* seconds = std::get_if<double>(&most)) share = std::min(share, *seconds);
    options.set("max_seconds", share);
  }
  ++begun_;
  last_.reset();
  if (control_.on_event)
    control_.on_event(MemberStarted{.member = begun_, .members = trainings_, .name = name});
  const RunControl control = control_of(name);
  return of_member(name, [&] {
    auto estimator = make_supervised(*member.row, own_.task(), options, preprocess);
    // The head has told of the data.
    const LogSilenced quiet;
    estimator->fit(rows, control);
    return estimator;
  });
}

void EnsembleFit::check_stopped(const char* what) const {
  if (is_interrupted() ||
      (begun_ < trainings_ && control_.stop_requested && control_.stop_requested()))
    throw StoppedError(concat("stopped at training ", begun_, " of ", trainings_, ": ", what,
                              " needs all of them"));
}

Model EnsembleFit::finished(EnsembleBody body, const std::string& message) {
  body.width = model_.classifies() ? model_.classes.size() : model_.target_names.size();
  model_.body = std::make_shared<EnsembleBody>(std::move(body));
  const StopReason reason = is_interrupted()     ? StopReason::interrupted
                            : late_ || is_late() ? StopReason::time_budget
                            : to_the_last_epoch_ ? StopReason::max_iter
                                                 : StopReason::converged;
  if (control_.on_event)
    control_.on_event(Stopped{.reason = reason, .epochs = epochs_, .message = message});
  return std::move(model_);
}

// ---- bagging ----

// A sample of one class alone teaches nothing, and many kinds refuse it.
bool EnsembleFit::has_classes(std::span<const std::uint32_t> rows) const {
  if (truth_.empty() || model_.classes.size() < 2) return true;
  return std::ranges::any_of(
      rows, [&](std::uint32_t row) { return truth_[row] != truth_[rows.front()]; });
}

// The rows of a member in their order, some of them several times.
EnsembleFit::Rows EnsembleFit::draw(std::size_t member, const BaggingOptions& options) const {
  const std::size_t samples = train_.samples();
  // What is drawn: groups, or else rows.
  std::vector<Rows> units;
  if (const Groups& groups = train_.groups(); !groups.values.empty()) {
    std::map<std::uint32_t, Rows> of_group;
    for (std::uint32_t row = 0; row < samples; ++row) of_group[groups.values[row]].push_back(row);
    for (auto& [group, rows] : of_group) units.push_back(std::move(rows));
  }
  const std::size_t count = units.empty() ? samples : units.size();
  const auto wanted = std::max<std::size_t>(
      1, static_cast<std::size_t>(std::llround(options.max_samples * static_cast<double>(count))));
  const Random random(random_state_, Purpose::ensemble, static_cast<std::uint32_t>(member + 1));
  Rows rows;
  for (std::uint32_t attempt = 0; attempt < kMostDraws; ++attempt) {
    Rows drawn;
    if (options.bootstrap) {
      for (std::uint32_t i = 0; i < wanted; ++i)
        drawn.push_back(
            static_cast<std::uint32_t>(random.uniform(i, attempt) * static_cast<double>(count)));
    } else {
      drawn = permutation(count, Random(random_state_ + attempt, Purpose::ensemble,
                                        static_cast<std::uint32_t>(member + 1)));
      drawn.resize(wanted);
    }
    rows.clear();
    for (const std::uint32_t one : drawn)
      if (units.empty())
        rows.push_back(one);
      else
        rows.insert(rows.end(), units[one].begin(), units[one].end());
    if (has_classes(rows)) break;
  }
  std::ranges::sort(rows);
  return rows;
}

namespace {

// The predictions of rows by the members that did not see them.
class OutOfBag {
 public:
  OutOfBag(std::size_t rows, std::size_t width) : width_(width), sums_(rows * width), seen_(rows) {}

  void add(std::span<const std::uint32_t> rows, std::span<const double> outputs) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ++seen_[rows[i]];
      for (std::size_t k = 0; k < width_; ++k)
        sums_[rows[i] * width_ + k] += outputs[i * width_ + k];
    }
  }

  std::vector<std::uint32_t> rows() const {
    std::vector<std::uint32_t> all;
    for (std::uint32_t row = 0; row < seen_.size(); ++row)
      if (seen_[row] > 0) all.push_back(row);
    return all;
  }

  // The means, of these rows.
  std::vector<double> means(std::span<const std::uint32_t> rows) const {
    std::vector<double> all;
    for (const std::uint32_t row : rows)
      for (std::size_t k = 0; k < width_; ++k)
        all.push_back(sums_[row * width_ + k] / static_cast<double>(seen_[row]));
    return all;
  }

 private:
  std::size_t width_;
  std::vector<double> sums_;
  std::vector<std::size_t> seen_;
};

std::vector<std::uint32_t> not_in(std::span<const std::uint32_t> sorted, std::size_t samples) {
  std::vector<std::uint32_t> rest;
  for (std::uint32_t row = 0; row < samples; ++row)
    if (!std::ranges::binary_search(sorted, row)) rest.push_back(row);
  return rest;
}

Predictions predictions_of(const Model& head, const Dataset& data, std::vector<double> outputs,
                           std::span<const std::int32_t> truth, bool probabilities) {
  Predictions made{.weights = data.weights()};
  if (!head.classifies()) {
    made.outputs = head.target_names.size();
    made.true_values = data.target().values;
    made.predicted_values = std::move(outputs);
    return made;
  }
  made.classes = head.classes;
  made.truth.assign(truth.begin(), truth.end());
  const std::size_t classes = head.classes.size();
  for (std::size_t r = 0; r < data.samples(); ++r) {
    const auto row = std::span(outputs).subspan(r * classes, classes);
    made.predicted.push_back(
        static_cast<std::int32_t>(std::ranges::max_element(row) - row.begin()));
  }
  made.probabilities = probabilities;
  if (probabilities || classes != 2) {
    made.scores = std::move(outputs);
  } else {
    for (std::size_t i = 0; i < outputs.size(); i += 2)
      made.scores.push_back(outputs[i + 1] - outputs[i]);
  }
  return made;
}

}  // namespace

Model EnsembleFit::bagging(const BaggingOptions& options) {
  const Member base = all_members("base").front();
  trainings_ = options.n_estimators;
  EnsembleBody body;
  const std::size_t width = model_.classifies() ? model_.classes.size() : train_.target().outputs();
  OutOfBag unseen(train_.samples(), width);
  bool probabilities = model_.classifies();
  for (std::size_t i = 0; i < options.n_estimators; ++i) {
    // At least one member: a model must predict.
    if (i > 0 && (is_late() || (control_.stop_requested && control_.stop_requested()))) break;
    const Rows rows = draw(i, options);
    const bool whole = rows.size() == train_.samples() && !options.bootstrap;
    std::unique_ptr<Supervised> member;
    try {
      member = train(base, seed_of(i), whole ? train_ : train_.select(rows), preprocess_,
                     concat("member ", i + 1, " of ", options.n_estimators));
    } catch (const StoppedError&) {
      if (i == 0) throw;
      late_ = true;  // unless a stop was requested, which counts first
      break;
    }
    if (is_interrupted() && i > 0) break;
    body.members.push_back(member->model());
    probabilities = probabilities && has_probabilities(*member);
    if (const Rows rest = whole ? Rows() : not_in(rows, train_.samples()); !rest.empty()) {
      const LogSilenced quiet;
      unseen.add(rest, outputs_of(*member, model_, train_.select(rest)));
    }
  }
  const std::size_t members = body.members.size();
  body.weights.assign(members, 1.0);
  body.combination = !model_.classifies() || probabilities ? Combination::mean : Combination::vote;
  std::string message =
      concat(members, " of ", counted(options.n_estimators, "member"), " trained");
  if (const Rows rows = unseen.rows(); !rows.empty()) {
    std::vector<std::int32_t> truth;
    for (const std::uint32_t row : rows)
      if (model_.classifies()) truth.push_back(truth_[row]);
    const Predictions of =
        predictions_of(model_, train_.select(rows), unseen.means(rows), truth, probabilities);
    const Metric metric = find_metric(default_metric(own_.task()));
    if (const auto score = metric(of, scores_of(of))) {
      model_.results.set("oob_score_", *score);
      message = concat("out of bag ", metric.name, ' ', *score, " (", counted(rows.size(), "row"),
                       ", each predicted by the members that did not see "
                       "it); ",
                       message);
    }
    model_.results.set("oob_rows_", static_cast<std::int64_t>(rows.size()));
  }
  if (members < options.n_estimators && !is_interrupted() && control_.stop_requested &&
      control_.stop_requested())
    last_ = StopReason::interrupted;
  return finished(std::move(body), message);
}

// ---- voting ----

Model EnsembleFit::voting(const VotingOptions& options) {
  const std::vector<Member> members = all_members("models");
  check(options.weights.empty() || options.weights.size() == members.size(), "weights", "are ",
        options.weights.size(), " numbers for ", counted(members.size(), "model"),
        ": give one for each");
  const bool hard = options.voting == "hard";
  check(!hard || model_.classifies(), "voting", "hard is for classes, and the target is a number");
  double sum = 0;
  for (const double weight : options.weights) sum += weight;
  check(options.weights.empty() || sum > 0, "weights", "are all 0: give one that is not");
  trainings_ = members.size();
  EnsembleBody body;
  body.weights = options.weights;
  if (body.weights.empty()) body.weights.assign(members.size(), 1.0);
  body.combination = hard ? Combination::vote : Combination::mean;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto member =
        train(members[i], seed_of(i), train_, preprocess_,
              concat(members[i].row->name, ", model ", i + 1, " of ", members.size()));
    check_stopped("a voting");
    check(hard || !model_.classifies() || has_probabilities(*member), "voting", "a ",
          member->kind(), " has no probabilities, whose mean soft takes: take hard, the majority");
    body.members.push_back(member->model());
  }
  return finished(std::move(body), counted(members.size(), "model") + " trained");
}

// ---- stacking ----

Model EnsembleFit::stacking(const StackingOptions& options) {
  const std::vector<Member> members = all_members("models");
  const std::string standard =
      own_.task() == Task::classify ? "logistic" : "adaline:full_batch=true";
  const auto final_of =
      parse_candidates(options.final_estimator == kAutomatic ? standard : options.final_estimator);
  check(final_of.size() == 1, "final_estimator", "is one model, got ", final_of.size());
  const Member last = member_of(final_of.front(), "final_estimator");
  const std::vector<Fold> folds = fold_rows(train_, {.folds = options.cv,
                                                     .stratify = own_.task() == Task::classify,
                                                     .shuffle = options.shuffle,
                                                     .random_state = random_state_});
  trainings_ = members.size() * (folds.size() + 1) + 1;
  // Rows that a fold holds out, once each: with times these are not all.
  Rows held_out;
  for (const Fold& fold : folds)
    held_out.insert(held_out.end(), fold.test.begin(), fold.test.end());

  EnsembleBody body;
  body.combination = Combination::model;
  body.passthrough = options.passthrough;
  std::vector<std::vector<double>> columns;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string name =
        concat(members[i].row->name, ", model ", i + 1, " of ", members.size());
    std::vector<double>& own = columns.emplace_back();
    for (std::size_t f = 0; f < folds.size(); ++f) {
      const auto member = train(members[i], seed_of(i), train_.select(folds[f].train), preprocess_,
                                concat(name, ", fold ", f + 1, " of ", folds.size()));
      check_stopped("a stacking");
      if (f == 0) body.taken.push_back(taken_of(options.stack_method, *member));
      const LogSilenced quiet;
      const auto part =
          columns_of(*member, body.taken.back(), model_, train_.select(folds[f].test));
      own.insert(own.end(), part.begin(), part.end());
    }
    body.members.push_back(
        train(members[i], seed_of(i), train_, preprocess_, name + ", all rows")->model());
    check_stopped("a stacking");
  }
  body.weights.assign(members.size(), 1.0);
  const Dataset table =
      stacked(model_, body.taken, body.passthrough, columns, train_.select(held_out));
  body.final_model =
      train(last, seed_of(members.size()), table,
            {.scale = "standard", .scale_target = model_.classifies() ? "none" : "standard"},
            "the final " + last.row->name)
          ->model();
  return finished(std::move(body), counted(members.size(), "model") + " and a final " +
                                       last.row->name + " trained, " +
                                       counted(trainings_, "training") + " in all");
}

}  // namespace hebb
