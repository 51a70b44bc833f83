// Every loss takes the network's outputs before the output activation, so that softmax and logistic
// join with the logarithm without overflow: d loss / d output is then probability minus target.
#include "hebb/nn/loss.h"

#include <algorithm>
#include <cmath>

#include "hebb/core/catalogue.h"
#include "kernels/elementwise.h"

namespace hebb {
namespace {

// scikit-learn clips probabilities to the epsilon of double before it takes their logarithm: a
// wrong certainty costs 36.
constexpr double kLeastProbability = 0x1p-52;

double weight_of(std::span<const float> weights, std::size_t row) {
  return weights.empty() ? 1.0 : static_cast<double>(weights[row]);
}

// Calls row(outputs, targets, gradient, factor) for each row, which writes the gradient times
// `factor` and returns the row's loss; sums with weights.
template <class Row>
double by_rows(ConstView outputs, ConstView targets, std::span<const float> weights, float scale,
               View gradient, const Row& row) {
  double sum = 0;
  for (std::size_t r = 0; r < outputs.rows(); ++r) {
    const double weight = weight_of(weights, r);
    const auto factor = static_cast<float>(weight) * scale;
    sum += weight * row(outputs.row(r), targets.row(r), gradient.row(r), factor);
  }
  return sum;
}

// Rows or elements of which a loss keeps something beside the gradient, without allocation.
constexpr std::size_t kBlock = 256;

class CrossEntropy : public Loss {
 public:
  std::string name() const override { return "cross_entropy"; }
  OutputActivation output_activation() const override { return OutputActivation::softmax; }
  double value_and_gradient(ConstView outputs, ConstView targets, std::span<const float> weights,
                            float scale, View gradient) const override {
    const std::size_t width = outputs.row_size();
    const double least = std::log(kLeastProbability);
    double sum = 0;
    for (std::size_t begin = 0; begin < outputs.rows(); begin += kBlock) {
      const std::size_t count = std::min(kBlock, outputs.rows() - begin);
      float largest[kBlock], log_sums[kBlock];
      kernels::softmax(outputs.row(begin), count, width, gradient.row(begin), largest, log_sums);
      for (std::size_t r = begin; r < begin + count; ++r) {
        const float *z = outputs.row(r), *t = targets.row(r);
        float* g = gradient.row(r);
        const double log_total = double{largest[r - begin]} + double{log_sums[r - begin]};
        const double weight = weight_of(weights, r);
        const auto factor = static_cast<float>(weight) * scale;
        double loss = std::isnan(log_total) ? log_total : 0.0;
        for (std::size_t i = 0; i < width; ++i)
          if (t[i] != 0) loss -= double{t[i]} * std::max(double{z[i]} - log_total, least);
        for (std::size_t i = 0; i < width; ++i) g[i] = (g[i] - t[i]) * factor;
        sum += weight * loss;
      }
    }
    return sum;
  }
};

class BinaryCrossEntropy : public Loss {
 public:
  std::string name() const override { return "binary_cross_entropy"; }
  OutputActivation output_activation() const override { return OutputActivation::logistic; }
  double value_and_gradient(ConstView outputs, ConstView targets, std::span<const float> weights,
                            float scale, View gradient) const override {
    const std::size_t width = outputs.row_size();
    const double most = -std::log(kLeastProbability);
    kernels::logistic(outputs.data, outputs.size(), gradient.data);
    double sum = 0;
    for (std::size_t begin = 0; begin < outputs.size(); begin += kBlock) {
      const std::size_t count = std::min(kBlock, outputs.size() - begin);
      float rests[kBlock];  // log(1 + exp(-|x|)), of which either side's logarithm is made
      for (std::size_t i = 0; i < count; ++i) rests[i] = -std::abs(outputs.data[begin + i]);
      kernels::softplus(rests, count, rests);
      for (std::size_t i = 0; i < count; ++i) {
        const double x = outputs.data[begin + i], t = targets.data[begin + i];
        const double weight = weight_of(weights, (begin + i) / width);
        float& g = gradient.data[begin + i];
        const double loss = t * std::min(std::max(-x, 0.0) + double{rests[i]}, most) +
                            (1 - t) * std::min(std::max(x, 0.0) + double{rests[i]}, most);
        sum += weight * (std::isnan(x) ? x : loss);
        g = (g - targets.data[begin + i]) * (static_cast<float>(weight) * scale);
      }
    }
    return sum;
  }
};

// Losses of the difference alone: `Point` gives (loss, derivative); the loss is averaged over
// outputs, the gradient is not, as scikit-learn does.
template <class Point>
class DifferenceLoss : public Loss {
 public:
  DifferenceLoss(std::string name, Point point) : name_(std::move(name)), point_(point) {}
  std::string name() const override { return name_; }
  double gradient_factor(std::size_t outputs) const override {
    return static_cast<double>(outputs);
  }
  double value_and_gradient(ConstView outputs, ConstView targets, std::span<const float> weights,
                            float scale, View gradient) const override {
    const std::size_t width = outputs.row_size();
    return by_rows(outputs, targets, weights, scale, gradient,
                   [&](const float* z, const float* t, float* g, float factor) {
                     double loss = 0;
                     for (std::size_t i = 0; i < width; ++i) {
                       const auto [value, slope] = point_(double{z[i]} - double{t[i]});
                       loss += value;
                       g[i] = static_cast<float>(slope) * factor;
                     }
                     return loss / static_cast<double>(width);
                   });
  }

 private:
  std::string name_;
  Point point_;
};

template <class Point>
std::unique_ptr<Loss> difference_loss(const char* name, Point point) {
  return std::make_unique<DifferenceLoss<Point>>(name, point);
}

struct LossPoint {
  double value, slope;
};

}  // namespace

const std::vector<LossRow>& loss_catalogue() {
  static const std::vector<LossRow> rows = {
      {"cross_entropy", "-log p(class), p the softmax of the outputs", true, false,
       [] { return std::unique_ptr<Loss>(std::make_unique<CrossEntropy>()); }},
      {"binary_cross_entropy", "two classes, one output: -log p(class), p its logistic", true,
       false, [] { return std::unique_ptr<Loss>(std::make_unique<BinaryCrossEntropy>()); }},
      {"squared_error", "half the mean of (output - target)^2", true, true,
       [] {
         return difference_loss("squared_error", [](double d) {
           return LossPoint{0.5 * d * d, d};
         });
       }},
      {"absolute_error", "the mean of |output - target|", true, true,
       [] {
         return difference_loss("absolute_error", [](double d) {
           return LossPoint{std::abs(d), d > 0 ? 1.0 : d < 0 ? -1.0 : d};
         });
       }},
      {"huber", "squared up to a difference of 1, absolute beyond it (Huber 1964)", true, true,
       [] {
         return difference_loss("huber", [](double d) {
           const double a = std::abs(d);
           return a <= 1 ? LossPoint{0.5 * d * d, d}
                         : LossPoint{a - 0.5, d > 0   ? 1.0
                                              : d < 0 ? -1.0
                                                      : d};
         });
       }},
  };
  return rows;
}

std::vector<std::string> loss_names() { return row_names(loss_catalogue()); }

std::unique_ptr<Loss> make_loss(const std::string& name) {
  return find_row(loss_catalogue(), name, "loss", "loss").make();
}

}  // namespace hebb
