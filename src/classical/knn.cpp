#include "hebb/classical/knn.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "classical/bodies.h"
#include "classical/neighbours.h"
#include "classical/problem.h"
#include "hebb/core/error.h"
#include "kernels/denormals.h"
#include "kernels/threads.h"

namespace hebb {

using classical::body_of;
using classical::Neighbour;
using classical::SamplesBody;

const FieldList& KnnOptions::fields() {
  using O = KnnOptions;
  static const FieldList list =
      Fields<O>()
          .add("n_neighbors", &O::n_neighbors, "number of neighbours that are asked")
          .at_least(1)
          .at_prediction()
          .add("weights", &O::weights,
               "how neighbours count; uniform: alike; distance: 1 / their distance")
          .one_of({"uniform", "distance"})
          .at_prediction()
          .add("threads", &O::threads, "threads; 0: one a core")
          .at_least(0)
          .at_most(1024)
          .at_prediction()
          .not_recorded();
  return list;
}

namespace {

void check_neighbours(const KnnOptions& options, std::size_t samples) {
  check(options.n_neighbors <= samples, "n_neighbors", "must be at most the number of samples, ",
        samples, ", got ", options.n_neighbors);
}

Model with_samples(Model model) {
  model = classical::with_body<SamplesBody>(std::move(model), "samples");
  const auto& body = body_of<SamplesBody>(model);
  check_model(model.classifies()
                  ? body.labels.size() == body.samples() && body.outputs() == model.classes.size()
                  : body.values.size() == body.samples() * body.outputs(),
              "a model of kind '", model.kind, "' needs a target for each of its samples");
  return model;
}

void check_file(const KnnOptions& options, const Model& model) {
  check_model(options.n_neighbors <= body_of<SamplesBody>(model).samples(), "n_neighbors is ",
              options.n_neighbors, ", and the model holds ", body_of<SamplesBody>(model).samples(),
              " samples");
}

std::shared_ptr<const SamplesBody> samples_of(const classical::Problem& problem) {
  const std::size_t outputs =
      problem.classes.empty() ? problem.outputs() : problem.model.classes.size();
  return std::make_shared<SamplesBody>(
      problem.model.preprocessor.features_out(), outputs, problem.features(),
      std::vector<std::int64_t>(problem.classes.begin(), problem.classes.end()), problem.values);
}

// How much each neighbour counts: 1, or 1 / its distance; if some are at distance 0, they alone do.
std::vector<double> weights_of(std::span<const Neighbour> neighbours, bool by_distance) {
  std::vector<double> weights(neighbours.size(), 1.0);
  if (!by_distance) return weights;
  const bool same = std::ranges::any_of(neighbours, [](auto& n) { return n.distance == 0; });
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    const double distance = std::sqrt(neighbours[i].distance);
    weights[i] = same ? (distance == 0 ? 1 : 0) : 1 / distance;
  }
  return weights;
}

// The shares of the classes, or the means of the numbers, by weight.
void average(const SamplesBody& body, std::span<const Neighbour> neighbours, bool by_distance,
             double* out) {
  const std::size_t outputs = body.outputs();
  const auto weights = weights_of(neighbours, by_distance);
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  std::fill_n(out, outputs, 0.0);
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    const std::size_t row = neighbours[i].row;
    if (!body.labels.empty()) {
      out[static_cast<std::size_t>(body.labels[row])] += weights[i];
      continue;
    }
    for (std::size_t o = 0; o < outputs; ++o) out[o] += weights[i] * body.values[row * outputs + o];
  }
  for (std::size_t o = 0; o < outputs; ++o) out[o] /= total;
}

// Shapes: (samples, outputs).
std::vector<double> averages(const Model& model, const OptionSet& options, const Inputs& inputs) {
  constexpr std::size_t kQueries = 256;  // of a task
  const auto& own = options.as<KnnOptions>();
  const auto& body = body_of<SamplesBody>(model);
  const std::size_t samples = inputs.samples(), features = body.inputs();
  const kernels::DenormalsFlushed flushed;
  std::vector<double> out(samples * body.outputs());
  const auto predict = [&](std::size_t task, std::size_t) {
    const std::size_t begin = task * kQueries, size = std::min(kQueries, samples - begin);
    std::vector<std::uint32_t> rows(size);
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(begin));
    std::vector<float> queries(size * features);
    inputs.gather(rows, queries.data());
    const auto found =
        classical::nearest(body.rows, body.norms, features, queries, own.n_neighbors);
    for (std::size_t q = 0; q < size; ++q)
      average(body, std::span(found).subspan(q * own.n_neighbors, own.n_neighbors),
              own.weights == "distance", out.data() + (begin + q) * body.outputs());
  };
  const double operations =
      2 * static_cast<double>(samples) * static_cast<double>(body.rows.size());
  ThreadPool pool(worth_threads(operations, Helpers::started) ? own.threads : 1);
  pool.run((samples + kQueries - 1) / kQueries, predict);
  return out;
}

Capabilities capabilities_of_knn(bool classifies) {
  return {.probabilities = classifies, .multi_output = true, .images = true};
}

// Training stores the samples.
Model stored_samples(const Estimator& estimator, const Dataset& train, const RunControl& control) {
  const auto& options = estimator.options().as<KnnOptions>();
  check_fields(options);
  classical::Problem problem(estimator, train, control);
  check_neighbours(options, problem.samples());
  auto body = samples_of(problem);
  Model model = problem.take_model();
  model.body = std::move(body);
  return model;
}

}  // namespace

// ---- classifier ----

KnnClassifier::KnnClassifier(FromModel from)
    : Classifier(with_samples(std::move(from.model)), KnnOptions()) {
  check_file(options().as<KnnOptions>(), model());
}

KnnClassifier KnnClassifier::load(const std::string& path) {
  return classical::load_kind<KnnClassifier>(path, "knn", Task::classify, "KnnClassifier");
}

std::unique_ptr<Estimator> KnnClassifier::unfitted() const {
  return std::make_unique<KnnClassifier>(options().as<KnnOptions>(), preprocess());
}

Capabilities KnnClassifier::capabilities() const { return capabilities_of_knn(true); }

void KnnClassifier::accept_prediction_option(std::string_view /*name*/, const OptionSet& changed) {
  check_neighbours(changed.as<KnnOptions>(), body_of<SamplesBody>(model()).samples());
}

void KnnClassifier::fit(const Dataset& train, const RunControl& control) {
  keep(stored_samples(*this, train, control));
}

Tensor KnnClassifier::predict_proba(const Dataset& data) const {
  const Inputs inputs = classical::inputs_of(model(), data);
  return classical::probabilities(averages(model(), prediction_options(), inputs),
                                  inputs.samples());
}

std::vector<double> KnnClassifier::predict_one(std::span<const double> features) const {
  const Inputs input = classical::input_of_one(model(), features);
  return classical::doubles_of(
      classical::probabilities(averages(model(), prediction_options(), input), 1));
}

// ---- regressor ----

KnnRegressor::KnnRegressor(FromModel from)
    : Regressor(with_samples(std::move(from.model)), KnnOptions()) {
  check_file(options().as<KnnOptions>(), model());
}

KnnRegressor KnnRegressor::load(const std::string& path) {
  return classical::load_kind<KnnRegressor>(path, "knn", Task::regress, "KnnRegressor");
}

std::unique_ptr<Estimator> KnnRegressor::unfitted() const {
  return std::make_unique<KnnRegressor>(options().as<KnnOptions>(), preprocess());
}

Capabilities KnnRegressor::capabilities() const { return capabilities_of_knn(false); }

void KnnRegressor::accept_prediction_option(std::string_view /*name*/, const OptionSet& changed) {
  check_neighbours(changed.as<KnnOptions>(), body_of<SamplesBody>(model()).samples());
}

void KnnRegressor::fit(const Dataset& train, const RunControl& control) {
  keep(stored_samples(*this, train, control));
}

std::vector<double> KnnRegressor::predict(const Dataset& data) const {
  return numbers_of(model(),
                    averages(model(), prediction_options(), classical::inputs_of(model(), data)));
}

std::vector<double> KnnRegressor::predict_one(std::span<const double> features) const {
  return numbers_of(
      model(), averages(model(), prediction_options(), classical::input_of_one(model(), features)));
}

}  // namespace hebb
