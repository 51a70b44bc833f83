// An estimator of a program's own whose body is no network: the rows that it has seen, of which the
// nearest decide. By hebb's public headers alone.
#pragma once

#include <hebb/hebb.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hebb::example {

struct NeighborsOptions {
  std::size_t n_neighbors = 5;
  std::string weights = "uniform";

  static const FieldList& fields() {
    static const FieldList list =
        Fields<NeighborsOptions>()
            .add("n_neighbors", &NeighborsOptions::n_neighbors, "rows that decide")
            .at_least(1)
            .log_scale()
            .add("weights", &NeighborsOptions::weights, "what a row counts")
            .one_of({"uniform", "distance"});
    return list;
  }
};

struct RowsBody : ModelBody {
  std::size_t features = 0, classes = 0;
  std::vector<double> rows;           // (count, features), behind preprocessing
  std::vector<std::int64_t> targets;  // (count)

  std::string kind() const override { return "rows"; }
  std::size_t parameter_count() const override { return rows.size(); }
  std::size_t inputs() const override { return features; }
  std::size_t outputs() const override { return classes; }
  void write(BodyWriter& out) const override {
    out.record().set("features", static_cast<std::int64_t>(features));
    out.tensor("rows", {targets.size(), features}, rows);
    out.tensor("targets", {targets.size()}, targets);
  }
  static std::shared_ptr<const ModelBody> read(BodyReader& in) {
    auto body = std::make_shared<RowsBody>();
    body->features = in.count("features");
    body->classes = in.head().classes.size();
    const auto shape = in.tensor_shape("rows");
    in.require(shape.size() == 2 && shape[1] == body->features, "rows of another width");
    const std::size_t count = shape[0];
    in.require(in.tensor_shape("targets") == std::vector<std::uint64_t>{count},
               "another number of targets");
    body->rows.resize(count * body->features);
    body->targets.resize(count);
    in.read("rows", {count, body->features}, body->rows);
    in.read("targets", {count}, body->targets);
    for (const std::int64_t target : body->targets)
      in.require(target >= 0 && static_cast<std::size_t>(target) < body->classes,
                 "a row belongs to no class");
    return body;
  }
};

class Neighbors : public Classifier {
 public:
  explicit Neighbors(NeighborsOptions options = {}, PreprocessOptions preprocess = {})
      : Classifier("neighbors", std::move(options), std::move(preprocess)) {}
  explicit Neighbors(FromModel from) : Classifier(std::move(from.model), NeighborsOptions()) {}

  Capabilities capabilities() const override { return {.probabilities = true, .images = true}; }

  void fit(const Dataset& train, const RunControl& /*control*/ = {}) override {
    options().check_values();
    Model model;
    model.kind = kind();
    model.task = task();
    model.options = options().record();
    model.target_names = train.target().names;
    model.data_name = train.name();
    model.reading = train.reading();
    model.data_hash = train.hash();
    model.preprocessor = Preprocessor(preprocess());
    model.preprocessor.fit(train);
    LabelEncoder encoder;
    encoder.fit(train);
    model.classes = encoder.classes();
    const auto labels = encoder.encode(train);
    const DoubleInputs inputs = model.preprocessor.transform_double(train);
    auto body = std::make_shared<RowsBody>();
    body->features = inputs.features();
    body->classes = model.classes.size();
    std::vector<double> buffer(inputs.features());
    const auto kept = model.preprocessor.kept_rows(train);
    for (std::size_t r = 0; r < inputs.samples(); ++r) {
      const double* x = inputs.row(r, buffer.data());
      body->rows.insert(body->rows.end(), x, x + body->features);
      body->targets.push_back(labels[kept[r]]);
    }
    model.body = std::move(body);
    keep(std::move(model));
  }

  Tensor predict_proba(const Dataset& data) const override {
    const auto& body = dynamic_cast<const RowsBody&>(*model().body);
    const auto& options = prediction_options().as<NeighborsOptions>();
    const DoubleInputs inputs = model().preprocessor.transform_double(data);
    Tensor out({inputs.samples(), body.classes});
    std::vector<double> buffer(body.features), distances(body.targets.size());
    std::vector<std::size_t> order(body.targets.size());
    const std::size_t most = std::min(options.n_neighbors, order.size());
    for (std::size_t r = 0; r < inputs.samples(); ++r) {
      const double* x = inputs.row(r, buffer.data());
      for (std::size_t i = 0; i < distances.size(); ++i) {
        distances[i] = 0;
        for (std::size_t j = 0; j < body.features; ++j) {
          const double step = x[j] - body.rows[i * body.features + j];
          distances[i] += step * step;
        }
      }
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::ranges::stable_sort(order, {}, [&](std::size_t i) { return distances[i]; });
      std::vector<double> votes(body.classes);
      for (const std::size_t i : std::span(order).first(most))
        votes[static_cast<std::size_t>(body.targets[i])] +=
            options.weights == "uniform" ? 1 : 1 / (std::sqrt(distances[i]) + 1e-12);
      const double all = std::accumulate(votes.begin(), votes.end(), 0.0);
      for (std::size_t c = 0; c < body.classes; ++c)
        out[r * body.classes + c] = static_cast<float>(votes[c] / all);
    }
    return out;
  }

 private:
  std::unique_ptr<Estimator> unfitted() const override {
    return std::make_unique<Neighbors>(options().as<NeighborsOptions>(), preprocess());
  }
};

inline const EstimatorRow& neighbors_row() {
  static const EstimatorRow& row = []() -> const EstimatorRow& {
    register_body({.name = "rows", .read = RowsBody::read});
    return register_estimator(
        estimator_row<NeighborsOptions, Neighbors>("neighbors", "the nearest rows decide"));
  }();
  return row;
}

}  // namespace hebb::example
