#include "estimators/units.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "hebb/core/random.h"
#include "kernels/doubles.h"
#include "kernels/threads.h"

namespace hebb {
namespace {

constexpr std::size_t kPredictRows = 256;  // of a task

}  // namespace

void check_control(const RunControl& control, const char* kind) {
  check(control.checkpoint_dir.empty(), "checkpoint", "is for networks: a ", kind,
        " trains in seconds, keep the model itself (-o) and go on from it (--from)");
}

UnitProblem classes_to_learn(const Dataset& train, const PreprocessOptions& preprocess,
                             const Model* start, const std::vector<std::string>& class_weight,
                             const std::vector<std::string>& classes, Preprocessor& preprocessor) {
  preprocessor = first_preprocessor(preprocess, start, train);
  UnitProblem problem;
  problem.data = &train;
  problem.rows = preprocessor.kept_rows(train);
  problem.inputs = preprocessor.transform_double(train);
  std::optional<Dataset> part;
  const Dataset& labelled = labelled_rows(train, problem.rows, part);
  LabelEncoder encoder(classes);
  if (classes.empty()) encoder.fit(labelled);
  problem.names = first_classes(start, encoder.classes());
  check(problem.names.size() > 1, "fit", "the target has one class only, '", problem.names.front(),
        "': there is nothing to tell apart");
  problem.units = problem.names.size() == 2 ? 1 : problem.names.size();
  problem.classes = encoder.encode(labelled);
  problem.weights = values_of(train.weights(), problem.rows);
  problem.by_class = class_weights(class_weight, problem.names, problem.classes);
  return problem;
}

LinearUnits first_units(const Model* start, std::size_t units, std::size_t inputs) {
  if (!start)
    return {.units = units,
            .inputs = inputs,
            .coef = std::vector<double>(units * inputs, 0.0),
            .intercept = std::vector<double>(units, 0.0)};
  const LinearUnits* before = start->units();
  check(before != nullptr, "fit",
        "cannot continue from a network: the weights of a single unit are needed");
  check(before->units == units && before->inputs == inputs, "fit", "cannot continue from ",
        before->units, " units of ", before->inputs, " inputs: the data needs ", units, " of ",
        inputs);
  return *before;
}

Passes::Passes(const RunControl& control, std::size_t epochs, std::size_t samples,
               std::optional<double> max_seconds)
    : control_(control),
      epochs_(epochs),
      samples_(samples),
      max_seconds_(max_seconds),
      tracing_(static_cast<bool>(control.on_update)) {}

double Passes::seconds() const {
  return std::chrono::duration<double>(Clock::now() - begin_).count();
}

bool Passes::should_stop(std::size_t samples_done, double loss_sum) {
  constexpr std::chrono::milliseconds kBetweenEvents{50};
  if (reason_) return true;
  const kernels::DenormalsAsBefore callers(flushed_);
  if (control_.stop_requested && control_.stop_requested()) reason_ = StopReason::interrupted;
  if (!max_seconds_ && !control_.on_event) return reason_.has_value();
  const auto now = Clock::now();
  const double spent = seconds();
  if (max_seconds_ && spent >= *max_seconds_) reason_ = StopReason::time_budget;
  if (control_.on_event && now - last_event_ >= kBetweenEvents && samples_done > 0) {
    last_event_ = now;
    const auto all = static_cast<double>(epoch_ * samples_ + samples_done);
    control_.on_event(BatchEnded{.epoch = epoch_ + 1,
                                 .epochs = epochs_,
                                 .samples = samples_done,
                                 .of_samples = samples_,
                                 .loss = loss_sum / static_cast<double>(samples_done),
                                 .samples_per_second = all / std::max(spent, 1e-9)});
  }
  return reason_.has_value();
}

void Passes::end_epoch(double loss, std::optional<double> score, double learning_rate) {
  ++epoch_;
  if (!control_.on_event) return;
  const kernels::DenormalsAsBefore callers(flushed_);
  const double spent = seconds();
  control_.on_event(EpochEnded{
      .epoch = epoch_,
      .epochs = epochs_,
      .loss = loss,
      .validation_score = score,
      .learning_rate = learning_rate,
      .seconds = spent,
      .samples_per_second = static_cast<double>(epoch_ * samples_) / std::max(spent, 1e-9)});
}

void Passes::end(StopReason reason, const std::string& message) {
  reason_ = reason;
  const kernels::DenormalsAsBefore callers(flushed_);
  if (control_.on_event) control_.on_event(Stopped{reason, epoch_, message});
}

void Passes::end_stopped() {
  end(*reason_, *reason_ == StopReason::time_budget ? "the time given is used up" : "interrupted");
}

void Passes::trace(UnitUpdate update) {
  update.epoch = epoch_ + 1;
  update.update = ++updates_;
  const kernels::DenormalsAsBefore callers(flushed_);
  tracing_ = control_.on_update(update);
}

// Fisher and Yates with SplitMix64: the order is drawn anew for every pass, and must not cost more
// than the pass itself. Source: Steele, Lea and Flood, OOPSLA 2014.
std::vector<std::uint32_t> pass_order(std::span<const std::uint32_t> rows, bool shuffle,
                                      std::uint64_t seed, std::size_t epoch) {
  std::vector<std::uint32_t> order(rows.begin(), rows.end());
  if (!shuffle) return order;
  const auto words = Random(seed, Purpose::shuffle, static_cast<std::uint32_t>(epoch)).bits(0, 0);
  std::uint64_t state = (std::uint64_t{words[0]} << 32) | words[1];
  for (std::size_t i = order.size(); i > 1; --i) {
    std::uint64_t z = state += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    z ^= z >> 31U;
    std::swap(order[i - 1], order[((z >> 32U) * i) >> 32U]);
  }
  return order;
}

void keep_results(const UnitResults& results, Model& model) {
  model.results = Record()
                      .set("n_iter_", static_cast<std::int64_t>(results.n_iter_))
                      .set("loss_", results.loss_)
                      .set("loss_curve_", results.loss_curve_)
                      .set("validation_scores_", results.validation_scores_);
  if (results.learning_rate_ > 0) model.results.set("learning_rate_", results.learning_rate_);
}

UnitResults read_results(const Model& model) {
  const Record& record = model.results;
  UnitResults results;
  results.loss_ = record.number("loss_").value_or(std::nan(""));
  results.n_iter_ = record.count("n_iter_").value_or(0);
  if (const double rate = record.number("learning_rate_").value_or(0); rate > 0)
    results.learning_rate_ = rate;
  results.loss_curve_ = record.numbers("loss_curve_");
  results.validation_scores_ = record.numbers("validation_scores_");
  return results;
}

std::vector<double> unit_scores(const Model& model, const OptionSet& options, const Dataset& data) {
  const LinearUnits& units = *model.units();
  const DoubleInputs inputs = model.preprocessor.transform_double(data);
  check_none_dropped(data, inputs.samples());
  const kernels::DenormalsFlushed flushed;
  std::vector<double> scores(inputs.samples() * units.units);
  const std::size_t tasks = (inputs.samples() + kPredictRows - 1) / kPredictRows;
  const auto predict = [&](std::size_t task, std::size_t) {
    std::vector<double> buffer(units.inputs);
    const std::size_t end = std::min(inputs.samples(), (task + 1) * kPredictRows);
    for (std::size_t r = task * kPredictRows; r < end; ++r) {
      double* to = scores.data() + r * units.units;
      kernels::dots(inputs.row(r, buffer.data()), units.coef.data(), units.units, units.inputs, to);
      for (std::size_t u = 0; u < units.units; ++u) to[u] += units.intercept[u];
    }
  };
  const bool large = worth_threads(
      2 * static_cast<double>(inputs.samples()) * static_cast<double>(units.coef.size()),
      Helpers::started);
  ThreadPool pool(large ? static_cast<int>(std::get<std::int64_t>(options.get("threads"))) : 1);
  pool.run(tasks, predict);
  return scores;
}

std::vector<double> unit_scores_of_one(const Model& model, std::span<const double> features) {
  const LinearUnits& units = *model.units();
  const auto x = model.preprocessor.transform_one_double(features);
  std::vector<double> scores(units.units);
  const kernels::DenormalsFlushed flushed;
  kernels::dots(x.data(), units.coef.data(), units.units, units.inputs, scores.data());
  for (std::size_t u = 0; u < units.units; ++u) scores[u] += units.intercept[u];
  return scores;
}

Norms squared_norms(const DoubleInputs& inputs, std::span<const std::uint32_t> rows,
                    bool intercept) {
  std::vector<double> buffer(inputs.features());
  Norms norms;
  for (const std::uint32_t row : rows) {
    const double* x = inputs.row(row, buffer.data());
    double square = 0;
    kernels::dots(x, x, 1, inputs.features(), &square);
    square += intercept ? 1 : 0;
    norms.largest = std::max(norms.largest, square);
    norms.mean += square / static_cast<double>(rows.size());
  }
  return norms;
}

double largest_eigenvalue(const DoubleInputs& inputs, std::span<const std::uint32_t> rows,
                          bool intercept, const std::function<double(std::uint32_t)>& weight) {
  constexpr int kMostIterations = 1000;
  constexpr double kTolerance = 1e-10;  // relative, of the eigenvalue
  const std::size_t n = inputs.features();
  // An arbitrary direction, unlikely to be orthogonal to the data.
  std::vector<double> v(n + 1), next(n + 1), buffer(n);
  const Random random(0, Purpose::init);
  for (std::size_t i = 0; i <= n; ++i)
    v[i] = (i < n || intercept) ? 0.5 + random.uniform(0, static_cast<std::uint32_t>(i)) : 0.0;
  double value = 0;
  const auto total = static_cast<double>(rows.size());
  for (int iteration = 0; iteration < kMostIterations; ++iteration) {
    double norm = 0;
    for (const double x : v) norm += x * x;
    norm = std::sqrt(norm);
    if (norm == 0) return value;
    for (double& x : v) x /= norm;
    std::ranges::fill(next, 0.0);
    for (const std::uint32_t row : rows) {
      const double* x = inputs.row(row, buffer.data());
      double dot = 0;
      kernels::dots(x, v.data(), 1, n, &dot);
      dot = (dot + v[n]) * weight(row) / total;
      kernels::axpy(dot, x, n, next.data());
      if (intercept) next[n] += dot;
    }
    double now = 0;
    for (std::size_t i = 0; i <= n; ++i) now += v[i] * next[i];
    v.swap(next);
    const bool settled = std::abs(now - value) <= kTolerance * now;
    value = now;
    if (settled) break;
  }
  return value;
}

Model with_units(Model model) {
  check_model(model.units() != nullptr, "a model of kind '", model.kind,
              "' needs units, this one holds a ", model.body ? model.body->kind() : "nothing");
  check_body(model, "unit");
  return model;
}

Capabilities capabilities_of_units(bool probabilities) {
  return {.probabilities = probabilities,
          .multi_output = true,
          .sample_weights = true,
          .images = true,
          .epochs = true,
          .warm_start = true,
          .updates = true};
}

std::shared_ptr<const ModelBody> unit_body(LinearUnits units, OutputActivation activation) {
  return std::make_shared<UnitsBody>(std::move(units), activation);
}

}  // namespace hebb
