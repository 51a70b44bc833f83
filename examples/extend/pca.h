// An estimator of a program's own that learns without a target: principal component analysis, by
// hebb's public headers alone. Source: Jacobi's rotations, Golub and Van Loan, section 8.5.
#pragma once

#include <hebb/hebb.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hebb::example {

struct PcaOptions {
  std::optional<std::size_t> n_components = {};  // unset: as many as there are features
  bool whiten = false;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<PcaOptions>()
            .add("n_components", &PcaOptions::n_components, "components to keep; all: every one")
            .at_least(1)
            .unset_as("all")
            .add("whiten", &PcaOptions::whiten, "bring components to a variance of one");
    return list;
  }
};

// Rows of `components` are unit vectors, by falling variance.
struct PcaBody : ModelBody {
  std::size_t features = 0;
  std::vector<double> mean, variance, components;

  std::string kind() const override { return "pca"; }
  std::size_t parameter_count() const override { return mean.size() + components.size(); }
  std::size_t inputs() const override { return features; }
  std::size_t outputs() const override { return variance.size(); }
  void write(BodyWriter& out) const override {
    out.record()
        .set("features", static_cast<std::int64_t>(features))
        .set("components", static_cast<std::int64_t>(variance.size()));
    out.tensor("mean", {features}, mean);
    out.tensor("variance", {variance.size()}, variance);
    out.tensor("components", {variance.size(), features}, components);
  }
  static std::shared_ptr<const ModelBody> read(BodyReader& in) {
    auto body = std::make_shared<PcaBody>();
    body->features = in.count("features");
    const std::size_t count = in.count("components");
    in.check_sizes(body->features, count, "analysis");
    const auto shape = in.tensor_shape("components");
    in.require(shape == std::vector<std::uint64_t>{count, body->features},
               "the components are not as many as the record says");
    body->mean.resize(body->features);
    body->variance.resize(count);
    body->components.resize(count * body->features);
    in.read("mean", {body->features}, body->mean);
    in.read("variance", {count}, body->variance);
    in.read("components", {count, body->features}, body->components);
    return body;
  }
};

// Rotates the symmetric `a` (n, n) until it is diagonal; the columns of the result are its vectors.
inline std::vector<double> diagonalize(std::vector<double>& a, std::size_t n) {
  std::vector<double> v(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) v[i * n + i] = 1;
  for (int sweep = 0; sweep < 50; ++sweep)
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) {
        if (a[p * n + q] == 0) continue;
        const double theta = (a[q * n + q] - a[p * n + p]) / (2 * a[p * n + q]);
        const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::hypot(theta, 1.0));
        const double c = 1 / std::hypot(t, 1.0), s = t * c;
        const auto rotate = [&](double& x, double& y) {
          const double before = x;
          x = c * before - s * y;
          y = s * before + c * y;
        };
        for (std::size_t k = 0; k < n; ++k) rotate(a[k * n + p], a[k * n + q]);
        for (std::size_t k = 0; k < n; ++k) rotate(a[p * n + k], a[q * n + k]);
        for (std::size_t k = 0; k < n; ++k) rotate(v[k * n + p], v[k * n + q]);
      }
  return v;
}

class Pca : public Transformer {
 public:
  explicit Pca(PcaOptions options = {}, PreprocessOptions preprocess = {})
      : Transformer("pca", options, std::move(preprocess)) {}
  explicit Pca(FromModel from) : Transformer(std::move(from.model), PcaOptions()) {}

  Capabilities capabilities() const override { return {}; }

  void fit(const Dataset& train, const RunControl& /*control*/ = {}) override {
    options().check_values();
    Model model;
    model.kind = kind();
    model.task = task();
    model.options = options().record();
    model.data_name = train.name();
    model.reading = train.reading();
    model.data_hash = train.hash();
    model.preprocessor = Preprocessor(preprocess());
    model.preprocessor.fit(train);
    const DoubleInputs inputs = model.preprocessor.transform_double(train);
    auto body = std::make_shared<PcaBody>();
    const std::size_t n = body->features = inputs.features();
    const auto rows = static_cast<double>(inputs.samples());
    std::vector<double> buffer(n), covariance(n * n);
    body->mean.resize(n);
    for (std::size_t r = 0; r < inputs.samples(); ++r) {
      const double* x = inputs.row(r, buffer.data());
      for (std::size_t j = 0; j < n; ++j) body->mean[j] += x[j] / rows;
    }
    for (std::size_t r = 0; r < inputs.samples(); ++r) {
      const double* x = inputs.row(r, buffer.data());
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
          covariance[i * n + j] += (x[i] - body->mean[i]) * (x[j] - body->mean[j]) / rows;
    }
    const auto vectors = diagonalize(covariance, n);
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, std::greater{}, [&](std::size_t i) { return covariance[i * n + i]; });
    order.resize(std::min(n, options().as<PcaOptions>().n_components.value_or(n)));
    for (const std::size_t k : order) {
      body->variance.push_back(covariance[k * n + k]);
      for (std::size_t j = 0; j < n; ++j) body->components.push_back(vectors[j * n + k]);
    }
    model.body = std::move(body);
    keep(std::move(model));
  }

  Dataset transform(const Dataset& data) const override {
    const auto& body = dynamic_cast<const PcaBody&>(*model().body);
    const DoubleInputs inputs = model().preprocessor.transform_double(data);
    const bool whiten = prediction_options().as<PcaOptions>().whiten;
    Table table{.rows = inputs.samples(), .columns = {}, .values = {}};
    for (std::size_t k = 0; k < body.outputs(); ++k)
      table.columns.push_back({.name = "pc" + std::to_string(k + 1)});
    std::vector<double> buffer(body.features);
    for (std::size_t r = 0; r < inputs.samples(); ++r) {
      const double* x = inputs.row(r, buffer.data());
      for (std::size_t k = 0; k < body.outputs(); ++k) {
        double sum = 0;
        for (std::size_t j = 0; j < body.features; ++j)
          sum += (x[j] - body.mean[j]) * body.components[k * body.features + j];
        table.values.push_back(whiten ? sum / std::sqrt(body.variance[k]) : sum);
      }
    }
    Dataset out(std::move(table), data.target(), data.weights());
    out.set_name(data.name());
    return out;
  }

 private:
  std::unique_ptr<Estimator> unfitted() const override {
    return std::make_unique<Pca>(options().as<PcaOptions>(), preprocess());
  }
};

inline const EstimatorRow& pca_row() {
  static const EstimatorRow& row = []() -> const EstimatorRow& {
    register_body({.name = "pca", .read = PcaBody::read});
    return register_estimator(estimator_row<PcaOptions, Pca>("pca", "principal components"));
  }();
  return row;
}

}  // namespace hebb::example
