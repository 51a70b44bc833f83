// A layer, a loss and a metric of one's own: registered, trained with, saved and loaded.
//   extend MODEL     trains on diabetes, writes MODEL, reads it back and prints the metric
#include <hebb/hebb.h>

#include <cmath>
#include <exception>
#include <iostream>
#include <memory>
#include <numeric>

namespace {

/// y = slope * |x| + x, with one slope for all, which is learnt.
/// Shapes:  x (n, ...) -> y, same as x; slope (1).
class Bent : public hebb::Layer {
 public:
  explicit Bent(double start) : start_(start) {}

  hebb::LayerSpec spec() const override { return hebb::LayerSpec("bent").add("start", start_); }
  hebb::Shape output_shape(const hebb::Shape& in) const override { return in; }
  std::vector<hebb::Parameter> parameters(const hebb::Shape&) const override {
    return {{"slope", {1}, false}};
  }
  void initialize(const hebb::Shape&, std::span<float> parameters, const hebb::Initializer&,
                  const hebb::Random&) const override {
    parameters[0] = static_cast<float>(start_);
  }
  std::vector<Piece> pieces(const hebb::Shape&) const override { return {{0, 1}}; }

  void forward(const hebb::Pass&, std::span<const float> parameters, hebb::ConstView x,
               hebb::View y) const override {
    for (std::size_t i = 0; i < x.size(); ++i)
      y.data[i] = parameters[0] * std::abs(x.data[i]) + x.data[i];
  }
  void backward(const hebb::Pass&, std::span<const float> parameters, hebb::ConstView x,
                hebb::ConstView, hebb::ConstView dy, hebb::View dx) const override {
    for (std::size_t i = 0; i < x.size(); ++i)
      dx.data[i] = dy.data[i] * (x.data[i] < 0 ? 1 - parameters[0] : 1 + parameters[0]);
  }
  bool gradient_by_rows() const override { return true; }
  void gradient_of_rows(const hebb::Pass&, std::span<const float>, hebb::ConstView x,
                        hebb::ConstView dy, std::span<float> gradient) const override {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      sum += static_cast<double>(dy.data[i]) * std::abs(static_cast<double>(x.data[i]));
    gradient[0] = static_cast<float>(sum);
  }

 private:
  double start_;
};

/// The mean over outputs of log cosh (output - target).
class LogCosh : public hebb::Loss {
 public:
  std::string name() const override { return "log_cosh"; }
  double value_and_gradient(hebb::ConstView outputs, hebb::ConstView targets,
                            std::span<const float> weights, float scale,
                            hebb::View gradient) const override {
    const std::size_t width = outputs.row_size();
    double sum = 0;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      const double weight = weights.empty() ? 1 : static_cast<double>(weights[i / width]);
      const double each = weight / static_cast<double>(width);
      const double d = static_cast<double>(outputs.data[i]) - static_cast<double>(targets.data[i]);
      sum += each * (std::abs(d) + std::log1p(std::exp(-2 * std::abs(d))) - std::log(2.0));
      gradient.data[i] = static_cast<float>(each * std::tanh(d)) * scale;
    }
    return sum;
  }
};

/// The share of predictions that are off by at most 50.
std::optional<double> within_50(const hebb::Predictions& p, const hebb::Scores&, double) {
  std::size_t near = 0;
  for (std::size_t i = 0; i < p.true_values.size(); ++i)
    near += std::abs(p.true_values[i] - p.predicted_values[i]) <= 50 ? 1 : 0;
  return static_cast<double>(near) / static_cast<double>(p.true_values.size());
}

void register_all() {
  hebb::register_layer({.name = "bent",
                        .arguments = "(start=0.1)",
                        .help = "y = slope |x| + x, slope is learnt",
                        .activation = true,
                        .example = "bent(0.2)",
                        .make = [](const hebb::LayerSpec& spec) -> std::unique_ptr<hebb::Layer> {
                          spec.allow({"start"});
                          return std::make_unique<Bent>(spec.real("start", 0, 0.1));
                        }});
  hebb::register_loss({.name = "log_cosh",
                       .help = "the mean of log cosh (output - target)",
                       .classification = false,
                       .regression = true,
                       .make = [](double) { return std::make_unique<LogCosh>(); }});
  hebb::register_metric({.name = "within_50",
                         .label = "within 50",
                         .help = "share of predictions that are off by at most 50",
                         .task = hebb::Task::regress,
                         .get = within_50,
                         .needs_predictions = true});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: extend MODEL\n";
    return 2;
  }
  try {
    register_all();
    const auto [train, test] = hebb::load_dataset("diabetes").split();
    hebb::MLPOptions options;
    options.net = "linear(16) bent(0.3) concat(linear(8) bent | linear(4) tanh) linear(1)";
    options.loss = "log_cosh";
    options.max_iter = 100;
    options.random_state = 1;
    hebb::MLPRegressor net(options, {.scale = "standard", .scale_target = "standard"});
    net.fit(train);
    net.save(argv[1]);

    const auto loaded = hebb::load_model(argv[1]);
    const auto predictions = loaded->predictions(test);
    const auto metric = hebb::find_metric("within_50");
    const auto share = metric(predictions, hebb::scores_of(predictions));
    std::cout << loaded->model().network()->text() << '\n' << metric.name << ": " << *share << '\n';
    const bool same = predictions.predicted_values == net.predictions(test).predicted_values;
    return same && *share > 0.5 ? 0 : 1;  // the mean of all is within 50 for two fifths
  } catch (const std::exception& error) {
    std::cerr << "extend: " << error.what() << '\n';
    return 1;
  }
}
