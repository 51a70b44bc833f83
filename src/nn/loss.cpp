// Every loss takes the network's outputs before the output activation, so that softmax and logistic
// combine with the logarithm without overflow: d loss / d output is then probability minus target.
#include "hebb/nn/loss.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "kernels/elementwise.h"
#include "kernels/scratch.h"

namespace hebb {
namespace {

// scikit-learn clips probabilities to the epsilon of double before it takes their logarithm: a
// certain but wrong prediction has loss 36.
constexpr double kLeastProbability = 0x1p-52;

double weight_of(std::span<const float> weights, std::size_t row) {
  return weights.empty() ? 1.0 : static_cast<double>(weights[row]);
}

// Called for a shard of rows at a time.
void check_sizes(ConstView outputs, ConstView targets, std::span<const float> weights,
                 View gradient) {
  check(outputs.shape.rank() > 0 && targets.size() == outputs.size() &&
            gradient.size() == outputs.size() && targets.rows() == outputs.rows() &&
            gradient.rows() == outputs.rows(),
        "loss", "outputs of shape ", outputs.shape, " with targets of ", targets.shape,
        " and a gradient of ", gradient.shape);
  check(weights.empty() || weights.size() == outputs.rows(), "loss", outputs.rows(), " rows, but ",
        weights.size(), " weights");
}

// Calls row(outputs, targets, gradient, factor) for each row, which writes the gradient times
// `factor` and returns the row's loss. Returns the weighted sum of the losses.
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

// Rows or elements for which a loss keeps intermediate results in an array on the stack.
constexpr std::size_t kBlock = 256;

class CrossEntropy : public Loss {
 public:
  std::string name() const override { return "cross_entropy"; }
  OutputActivation output_activation() const override { return OutputActivation::softmax; }
  double value_and_gradient(ConstView outputs, ConstView targets, std::span<const float> weights,
                            float scale, View gradient) const override {
    check_sizes(outputs, targets, weights, gradient);
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
    check_sizes(outputs, targets, weights, gradient);
    const std::size_t width = outputs.row_size();
    const double most = -std::log(kLeastProbability);
    kernels::logistic(outputs.data, outputs.size(), gradient.data);
    double sum = 0;
    for (std::size_t begin = 0; begin < outputs.size(); begin += kBlock) {
      const std::size_t count = std::min(kBlock, outputs.size() - begin);
      float rests[kBlock];  // log(1 + exp(-|x|)), from which both logarithms are computed
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

// max(0, x); NaN stays.
double positive_part(double x) { return x > 0 || std::isnan(x) ? x : 0.0; }

// max(0, 1 + largest other score - score of the true class) (Crammer and Singer 2001). Two classes
// with one output z have the scores -z/2 and z/2. For mixed targets it is the mean over the true
// classes, weighted by the targets.
class Hinge : public Loss {
 public:
  std::string name() const override { return "hinge"; }
  OutputActivation output_activation() const override { return OutputActivation::softmax; }
  double value_and_gradient(ConstView outputs, ConstView targets, std::span<const float> weights,
                            float scale, View gradient) const override {
    check_sizes(outputs, targets, weights, gradient);
    const std::size_t width = outputs.row_size();
    return by_rows(outputs, targets, weights, scale, gradient,
                   [=](const float* z, const float* t, float* g, float factor) {
                     if (width == 1) return of_one(double{*z}, double{*t}, *g, factor);
                     return of_several(width, z, t, g, factor);
                   });
  }

 private:
  static double of_one(double z, double t, float& g, float factor) {
    const double second = positive_part(1 - z), first = positive_part(1 + z);
    g = static_cast<float>((first > 0 ? 1 - t : 0.0) - (second > 0 ? t : 0.0)) * factor;
    return t * second + (1 - t) * first;
  }

  static double of_several(std::size_t width, const float* z, const float* t, float* g,
                           float factor) {
    double loss = 0;
    std::fill_n(g, width, 0.0F);
    for (std::size_t truth = 0; truth < width; ++truth) {
      if (t[truth] == 0) continue;
      std::size_t rival = truth == 0 ? 1 : 0;
      for (std::size_t i = rival + 1; i < width; ++i)
        if (i != truth && (z[i] > z[rival] || std::isnan(z[i]))) rival = i;
      const double lack = positive_part(1 + double{z[rival]} - double{z[truth]});
      loss += double{t[truth]} * lack;
      if (!(lack > 0)) continue;
      g[truth] -= t[truth] * factor;
      g[rival] += t[truth] * factor;
    }
    return loss;
  }
};

// Cross-entropy times (1 - p)^gamma, which reduces the weight of samples that are already
// classified well (Lin et al. 2017). For one output, p is computed from softmax(0, output).
class Focal : public Loss {
 public:
  explicit Focal(double gamma) : gamma_(gamma) {}
  std::string name() const override { return concat("focal:", to_text(gamma_)); }
  OutputActivation output_activation() const override { return OutputActivation::softmax; }
  double value_and_gradient(ConstView outputs, ConstView targets, std::span<const float> weights,
                            float scale, View gradient) const override {
    check_sizes(outputs, targets, weights, gradient);
    const std::size_t width = outputs.row_size();
    return by_rows(outputs, targets, weights, scale, gradient,
                   [&](const float* z, const float* t, float* g, float factor) {
                     if (width > 1) return of_row(width, z, t, g, factor);
                     const float both[] = {0, *z}, shares[] = {1 - *t, *t};
                     float slopes[2];
                     const double loss = of_row(2, both, shares, slopes, factor);
                     *g = slopes[1];
                     return loss;
                   });
  }

 private:
  double of_row(std::size_t width, const float* z, const float* t, float* g, float factor) const {
    const double top = *std::max_element(z, z + width), least = std::log(kLeastProbability);
    double total = 0;
    for (std::size_t i = 0; i < width; ++i) total += std::exp(double{z[i]} - top);
    const double log_total = top + std::log(total);
    double loss = std::isnan(log_total) ? log_total : 0.0;
    double all = 0;  // sum of p dL/dp over the true classes
    for (std::size_t i = 0; i < width; ++i) {
      g[i] = 0;
      if (t[i] == 0) continue;
      const double log_p = double{z[i]} - log_total, other = -std::expm1(log_p);
      const double weight = std::pow(other, gamma_);
      const double ratio = other > 0 ? log_p / other : -1.0;  // its limit
      loss -= double{t[i]} * weight * std::max(log_p, least);
      const double slope = double{t[i]} * weight * (gamma_ * std::exp(log_p) * ratio - 1);
      g[i] = static_cast<float>(slope) * factor;
      all += slope;
    }
    for (std::size_t i = 0; i < width; ++i)
      g[i] -= static_cast<float>(std::exp(double{z[i]} - log_total) * all) * factor;
    return loss;
  }

  double gamma_;
};

// Half the deviance of a Poisson distribution whose mean is exp(output), summed over outputs, as in
// scikit-learn's MLPRegressor from 1.7 on.
class Poisson : public Loss {
 public:
  std::string name() const override { return "poisson"; }
  OutputActivation output_activation() const override { return OutputActivation::exp; }
  void check_targets(std::span<const float> targets) const override {
    for (const float t : targets)
      check(t >= 0, "loss", "poisson is for counts and other numbers >= 0, there is a target of ",
            t);
  }
  double value_and_gradient(ConstView outputs, ConstView targets, std::span<const float> weights,
                            float scale, View gradient) const override {
    check_sizes(outputs, targets, weights, gradient);
    const std::size_t width = outputs.row_size();
    return by_rows(outputs, targets, weights, scale, gradient,
                   [=](const float* z, const float* t, float* g, float factor) {
                     double loss = 0;
                     for (std::size_t i = 0; i < width; ++i) {
                       const double y = t[i], mean = std::exp(double{z[i]});
                       loss += mean - y + (y > 0 ? y * (std::log(y) - double{z[i]}) : 0.0);
                       g[i] = static_cast<float>(mean - y) * factor;
                     }
                     return loss;
                   });
  }
};

// Losses of the difference alone: `Point` returns (loss, derivative). As in scikit-learn, the loss
// is averaged over outputs and the gradient is not.
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
    check_sizes(outputs, targets, weights, gradient);
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
std::unique_ptr<Loss> difference_loss(std::string name, Point point) {
  return std::make_unique<DifferenceLoss<Point>>(std::move(name), point);
}

struct LossPoint {
  double value, slope;
};

template <class Kind>
std::unique_ptr<Loss> plain(double /*parameter*/) {
  return std::make_unique<Kind>();
}

std::vector<LossRow> built_in_losses() {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  return {
      {"cross_entropy", "-log p(class), p the softmax of the outputs", true, false,
       plain<CrossEntropy>},
      {"binary_cross_entropy",
       "two classes, one output: -log p(class), p its logistic",
       true,
       false,
       plain<BinaryCrossEntropy>,
       {},
       true},
      {"focal",
       "-(1 - p(class))^gamma log p(class), for rare classes (Lin et al. 2017)",
       true,
       false,
       [](double gamma) { return std::unique_ptr<Loss>(std::make_unique<Focal>(gamma)); },
       {.name = "gamma", .otherwise = 2, .low = 0, .high = kInfinity},
       true},
      {"hinge",
       "max(0, 1 - score(class) + the largest other score), of two classes max(0, 1 -+ output); "
       "probabilities are softmax(scores), uncalibrated",
       true,
       false,
       plain<Hinge>,
       {},
       true},
      {"squared_error", "half the mean of (output - target)^2", true, true,
       [](double) {
         return difference_loss("squared_error", [](double d) {
           return LossPoint{0.5 * d * d, d};
         });
       }},
      {"absolute_error", "the mean of |output - target|", true, true,
       [](double) {
         return difference_loss("absolute_error", [](double d) {
           return LossPoint{std::abs(d), d > 0 ? 1.0 : d < 0 ? -1.0 : d};
         });
       }},
      {"huber", "squared up to a difference of 1, absolute beyond it (Huber 1964)", true, true,
       [](double) {
         return difference_loss("huber", [](double d) {
           const double a = std::abs(d);
           return a <= 1 ? LossPoint{0.5 * d * d, d}
                         : LossPoint{a - 0.5, d > 0   ? 1.0
                                              : d < 0 ? -1.0
                                                      : d};
         });
       }},
      {"quantile",
       "the mean of q (target - output) where positive, else (1 - q) (output - target)",
       false,
       true,
       [](double q) {
         return difference_loss(concat("quantile:", to_text(q)), [q](double d) {
           const double slope = d > 0 ? 1 - q : d < 0 ? -q : d;
           return LossPoint{slope * d, slope};
         });
       },
       {.name = "q", .otherwise = 0.5, .low = 0, .high = 1, .open = true}},
      {"poisson", "half the Poisson deviance of numbers >= 0, whose mean is exp(output)", false,
       true, plain<Poisson>},
  };
}

// Copies each row `times` times, on this thread's memory; `use` numbers the buffers.
template <int use>
std::span<const float> repeated(std::span<const float> rows, std::size_t width, std::size_t times) {
  thread_local kernels::Scratch scratch;
  float* const copies = scratch.of<float>(rows.size() * times);
  float* to = copies;
  for (std::size_t at = 0; at < rows.size(); at += width)
    for (std::size_t copy = 0; copy < times; ++copy, to += width) std::copy_n(&rows[at], width, to);
  return {copies, rows.size() * times};
}

Catalogue<LossRow>& losses() {
  static Catalogue<LossRow> rows("loss", built_in_losses());
  return rows;
}

}  // namespace

// A member of a row is a row of its own.
double loss_of_members(const Loss& loss, ConstView outputs, ConstView targets,
                       std::span<const float> weights, float scale, View gradient) {
  if (outputs.shape.rank() != 3)
    return loss.value_and_gradient(outputs, targets, weights, scale, gradient);
  const std::size_t members = outputs.shape[1], width = outputs.shape[2];
  const Shape by_member{outputs.rows() * members, width};
  check(targets.rows() == outputs.rows() && targets.row_size() == width &&
            gradient.size() == outputs.size(),
        "loss", "outputs of members of shape ", outputs.shape, " with targets of ", targets.shape,
        " and a gradient of ", gradient.shape);
  const double share = 1 / static_cast<double>(members);
  const bool by_row = weights.size() == outputs.rows();
  return share * loss.value_and_gradient(
                     {outputs.data, by_member},
                     {repeated<0>(targets.span(), width, members).data(), by_member},
                     by_row ? repeated<1>(weights, 1, members) : weights,
                     static_cast<float>(share * double{scale}), {gradient.data, by_member});
}

const Catalogue<LossRow>& loss_catalogue() { return losses(); }

void register_loss(LossRow row) {
  check(row.make != nullptr, "register", "the loss '", row.name, "' has no make");
  check(row.name != "auto", "register", "there is a loss 'auto' already");
  losses().add(std::move(row));
}

std::vector<std::string> loss_names() { return row_names(loss_catalogue()); }

const LossRow& find_loss(const std::string& name) {
  return find_row(loss_catalogue(), name.substr(0, name.find(':')), "loss", "loss");
}

bool takes_negative_targets(const std::string& loss) {
  if (loss == "auto") return true;
  const float below[] = {-1};
  try {
    make_loss(loss)->check_targets(below);
  } catch (const std::invalid_argument&) {
    return false;
  }
  return true;
}

std::unique_ptr<Loss> make_loss(const std::string& name) {
  const LossRow& row = find_loss(name);
  const LossRow::Parameter& wanted = row.parameter;
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos) return row.make(wanted.otherwise);
  check(!wanted.name.empty(), "loss", row.name, " takes no number behind a colon, got '", name,
        "'");
  double value = 0;
  const char *const begin = name.data() + colon + 1, *const end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(begin, end, value);
  const bool above = wanted.open ? value > wanted.low : value >= wanted.low;
  const bool below =
      wanted.open || std::isinf(wanted.high) ? value < wanted.high : value <= wanted.high;
  check(error == std::errc{} && stop == end && above && below, "loss", wanted.name, " of ",
        row.name, " must be a number ",
        std::isinf(wanted.high) ? concat(">= ", wanted.low)
                                : concat("between ", wanted.low, " and ", wanted.high),
        ", got '", std::string(begin, end), "'");
  return row.make(value);
}

const char* name_of(OutputActivation activation) {
  switch (activation) {
    case OutputActivation::logistic:
      return "logistic";
    case OutputActivation::softmax:
      return "softmax";
    case OutputActivation::exp:
      return "exp";
    case OutputActivation::identity:
      break;
  }
  return "identity";
}

}  // namespace hebb
