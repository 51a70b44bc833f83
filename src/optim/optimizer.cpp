#include "hebb/optim/optimizer.h"

#include <cmath>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "kernels/update.h"

namespace hebb {
namespace {

void check_sizes(const Optimizer& optimizer, std::span<const float> gradient,
                 std::span<float> weights, std::span<float* const> state) {
  check(gradient.size() == weights.size() && state.size() == optimizer.state_arrays(), "solver",
        weights.size(), " weights with ", gradient.size(), " slopes and ", state.size(),
        " arrays of state, expected ", optimizer.state_arrays());
}

// v = momentum v - rate g;  w += v, with Nesterov w += momentum v - rate g, where v is the new one.
class Sgd : public Optimizer {
 public:
  explicit Sgd(const OptimizerOptions& options) : options_(options) {}
  std::size_t state_arrays() const override { return 1; }
  double update(const UpdateStep& step, std::span<const float> gradient, std::span<float> weights,
                std::span<float* const> state) const override {
    check_sizes(*this, gradient, weights, state);
    const kernels::SgdStep pass{.rate = static_cast<float>(step.learning_rate),
                                .momentum = static_cast<float>(options_.momentum),
                                .l2 = static_cast<float>(step.l2),
                                .scale = static_cast<float>(step.scale),
                                .nesterov = options_.nesterovs_momentum};
    return kernels::sgd(pass, weights.size(), gradient.data(), weights.data(), state[0]);
  }

 private:
  OptimizerOptions options_;
};

// Kingma and Ba 2015, with the bias corrections in the rate, so that they do not apply to epsilon,
// as in scikit-learn. AdamW (Loshchilov and Hutter 2019) subtracts its decay from the weights
// themselves.
class Adam : public Optimizer {
 public:
  Adam(const OptimizerOptions& options, bool decoupled)
      : options_(options), decoupled_(decoupled) {}
  std::size_t state_arrays() const override { return 2; }
  double update(const UpdateStep& step, std::span<const float> gradient, std::span<float> weights,
                std::span<float* const> state) const override {
    check_sizes(*this, gradient, weights, state);
    const auto t = static_cast<double>(step.number);
    const double rate = step.learning_rate * std::sqrt(1 - std::pow(options_.beta_2, t)) /
                        (1 - std::pow(options_.beta_1, t));
    const double decay = decoupled_ ? step.learning_rate * options_.weight_decay : 0.0;
    const kernels::AdamStep pass{.rate = static_cast<float>(rate),
                                 .beta_1 = static_cast<float>(options_.beta_1),
                                 .beta_2 = static_cast<float>(options_.beta_2),
                                 .rest_1 = static_cast<float>(1 - options_.beta_1),
                                 .rest_2 = static_cast<float>(1 - options_.beta_2),
                                 .epsilon = static_cast<float>(options_.epsilon),
                                 .l2 = static_cast<float>(step.l2),
                                 .decay = static_cast<float>(decay),
                                 .scale = static_cast<float>(step.scale)};
    return kernels::adam(pass, weights.size(), gradient.data(), weights.data(), state[0], state[1]);
  }

 private:
  OptimizerOptions options_;
  bool decoupled_;
};

// Tieleman and Hinton 2012: v = rho v + (1 - rho) g^2;  w -= rate g / (sqrt(v) + epsilon).
class RmsProp : public Optimizer {
 public:
  explicit RmsProp(const OptimizerOptions& options) : options_(options) {}
  std::size_t state_arrays() const override { return 1; }
  double update(const UpdateStep& step, std::span<const float> gradient, std::span<float> weights,
                std::span<float* const> state) const override {
    check_sizes(*this, gradient, weights, state);
    const kernels::RmsStep pass{.rate = static_cast<float>(step.learning_rate),
                                .rho = static_cast<float>(options_.rho),
                                .rest = static_cast<float>(1 - options_.rho),
                                .epsilon = static_cast<float>(options_.epsilon),
                                .l2 = static_cast<float>(step.l2),
                                .scale = static_cast<float>(step.scale)};
    return kernels::rmsprop(pass, weights.size(), gradient.data(), weights.data(), state[0]);
  }

 private:
  OptimizerOptions options_;
};

}  // namespace

const std::vector<OptimizerRow>& optimizer_catalogue() {
  static const std::vector<OptimizerRow> rows = {
      {"adam", "Adam (Kingma and Ba 2015)",
       [](const OptimizerOptions& o) -> std::unique_ptr<Optimizer> {
         return std::make_unique<Adam>(o, false);
       }},
      {"adamw", "Adam with decoupled weight decay (Loshchilov and Hutter 2019)",
       [](const OptimizerOptions& o) -> std::unique_ptr<Optimizer> {
         return std::make_unique<Adam>(o, true);
       }},
      {"sgd", "stochastic gradient descent with (Nesterov's) momentum",
       [](const OptimizerOptions& o) -> std::unique_ptr<Optimizer> {
         return std::make_unique<Sgd>(o);
       }},
      {"rmsprop", "RMSProp (Tieleman and Hinton 2012)",
       [](const OptimizerOptions& o) -> std::unique_ptr<Optimizer> {
         return std::make_unique<RmsProp>(o);
       }},
      {"lbfgs", "limited-memory BFGS on the whole data at once (Liu and Nocedal 1989)", nullptr},
  };
  return rows;
}

std::vector<std::string> optimizer_names() { return row_names(optimizer_catalogue()); }

std::unique_ptr<Optimizer> make_optimizer(const std::string& name,
                                          const OptimizerOptions& options) {
  const OptimizerRow& row = find_row(optimizer_catalogue(), name, "solver", "solver");
  check(row.make != nullptr, "solver", name, " works on the whole data, not on batches");
  return row.make(options);
}

}  // namespace hebb
