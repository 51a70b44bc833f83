#include "hebb/select/sampler.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>
#include <set>
#include <span>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"

namespace hebb {
namespace {

using Trials = std::vector<SampledTrial>;

// A uniform draw from the space.
Point uniform_point(const Space& space, const Random& random, std::uint32_t draw) {
  Point point;
  for (const Dimension& one : space.dimensions()) {
    const double u = random.uniform(draw, static_cast<std::uint32_t>(point.size()));
    if (!one.is_range()) {
      point.push_back(std::floor(u * static_cast<double>(one.choices.size())));
    } else if (one.integer) {
      const double low = one.low - 0.5, high = one.high + 0.5;
      const double at = one.log ? low * std::pow(high / low, u) : low + u * (high - low);
      point.push_back(std::clamp(std::round(at), one.low, one.high));
    } else {
      const double at =
          one.log ? one.low * std::pow(one.high / one.low, u) : one.low + u * (one.high - one.low);
      point.push_back(std::clamp(at, one.low, one.high));
    }
  }
  return point;
}

std::set<Point> tried(const Trials& trials) {
  std::set<Point> points;
  for (const SampledTrial& one : trials) points.insert(one.point);
  return points;
}

// Draws until a point is new. In a finite space of which much has been tried, the points that are
// left are listed instead.
std::optional<Point> new_point(const Space& space, const Random& random, const Trials& before) {
  constexpr std::uint32_t kDraws = 100;
  const std::set<Point> known = tried(before);
  for (std::uint32_t draw = 0; draw < kDraws; ++draw) {
    Point point = uniform_point(space, random, draw);
    if (!known.contains(point)) return point;
  }
  if (!space.is_finite()) return uniform_point(space, random, kDraws);
  const std::size_t size = space.grid_size();
  if (known.size() >= size) return {};
  std::vector<Point> left;
  for (std::size_t i = 0; i < size; ++i)
    if (Point point = space.grid_point(i); !known.contains(point)) left.push_back(std::move(point));
  if (left.empty()) return {};
  const double u = random.uniform(kDraws, 0);
  return left[static_cast<std::size_t>(u * static_cast<double>(left.size()))];
}

class Grid : public Sampler {
 public:
  explicit Grid(const Space& space) : space_(space), size_(space.grid_size()) {}

  std::optional<Point> propose(std::size_t number, const Trials& /*before*/) const override {
    if (number >= size_) return {};
    return space_.grid_point(number);
  }

 private:
  Space space_;
  std::size_t size_;
};

class Uniform : public Sampler {
 public:
  Uniform(const Space& space, std::uint64_t seed) : space_(space), seed_(seed) {}

  std::optional<Point> propose(std::size_t number, const Trials& before) const override {
    return new_point(space_, Random(seed_, Purpose::tune, static_cast<std::uint32_t>(number)),
                     before);
  }

 private:
  Space space_;
  std::uint64_t seed_;
};

double normal_below(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

// A dimension as the densities see it: an interval of real numbers, of which steps of a discrete
// dimension have one unit each; or, without an interval, choices without an order.
struct Axis {
  explicit Axis(const Dimension& of)
      : choices(of.choices.size()),
        ordered(of.is_range() || of.is_ordered()),
        discrete(of.integer || !of.is_range()),
        log(of.log) {
    const double first = of.is_range() ? of.low : 0;
    const double last = of.is_range() ? of.high : static_cast<double>(choices) - 1;
    value_low = first;
    value_high = last;
    low = scaled(discrete ? first - 0.5 : first);
    high = scaled(discrete ? last + 0.5 : last);
  }

  double scaled(double value) const { return log ? std::log(value) : value; }
  double value(double at) const {
    const double value = log ? std::exp(at) : at;
    return std::clamp(discrete ? std::round(value) : value, value_low, value_high);
  }

  std::size_t choices;
  bool ordered, discrete, log;
  double low = 0, high = 0;  // scaled
  double value_low = 0, value_high = 0;
};

// A density over the space: the weighted mean of one kernel around each of some points, and of a wide
// one, which has the mean of their weights. A kernel is a product over the dimensions: of normal
// densities cut off at the ends of the interval, and of probabilities of choices.
class Density {
 public:
  // The weights are not negative, and not all 0; they need not add up to 1.
  Density(const std::vector<Axis>& axes, std::vector<Point> points, std::vector<double> weights)
      : axes_(axes), points_(std::move(points)), weights_(std::move(weights)) {
    const double n = std::max(static_cast<double>(points_.size()), 1.0);
    const double d = static_cast<double>(axes.size());
    // Scott's rule without a floor: one of 1 / (1 + n) makes kernels around the few best points so
    // wide that they say little.
    width_ = 0.2 * std::pow(n, -1 / (d + 4));
    const double of_points = std::accumulate(weights_.begin(), weights_.end(), 0.0);
    const double of_wide = points_.empty() ? 1 : of_points / n;
    weights_.push_back(of_wide);
    for (double& one : weights_) one /= of_points + of_wide;
  }

  double log_at(const Point& x) const {
    double most = -std::numeric_limits<double>::infinity();
    std::vector<double> logs;
    for (std::size_t kernel = 0; kernel <= points_.size(); ++kernel) {
      double sum = 0;
      for (std::size_t i = 0; i < axes_.size(); ++i) sum += std::log(factor(kernel, i, x[i]));
      logs.push_back(sum);
      most = std::max(most, sum);
    }
    double total = 0;
    for (std::size_t kernel = 0; kernel < logs.size(); ++kernel)
      total += weights_[kernel] * std::exp(logs[kernel] - most);
    return most + std::log(total);
  }

  Point draw(const Random& random, std::uint32_t number) const {
    std::uint32_t element = 0;
    const auto uniform = [&] { return random.uniform(number, element++); };
    std::size_t kernel = 0;
    for (double left = uniform(); kernel < points_.size() && left >= weights_[kernel]; ++kernel)
      left -= weights_[kernel];
    Point x;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      const Axis& axis = axes_[i];
      if (axis.ordered) {
        constexpr int kDraws = 100;
        const double middle = centre(kernel, i), deviation = spread(kernel, i);
        double at = middle;
        for (int tries = 0; tries < kDraws; ++tries) {
          at = middle + deviation * random.normal(number, 1000 + element++);
          if (at >= axis.low && at <= axis.high) break;
          at = middle;
        }
        x.push_back(axis.value(at));
      } else {
        double left = uniform();
        std::size_t choice = 0;
        while (choice + 1 < axis.choices &&
               left >= factor(kernel, i, static_cast<double>(choice))) {
          left -= factor(kernel, i, static_cast<double>(choice));
          ++choice;
        }
        x.push_back(static_cast<double>(choice));
      }
    }
    return x;
  }

 private:
  bool is_wide(std::size_t kernel) const { return kernel == points_.size(); }

  double centre(std::size_t kernel, std::size_t i) const {
    return is_wide(kernel) ? (axes_[i].low + axes_[i].high) / 2
                           : axes_[i].scaled(points_[kernel][i]);
  }
  double spread(std::size_t kernel, std::size_t i) const {
    return (is_wide(kernel) ? 1 : width_) * (axes_[i].high - axes_[i].low);
  }

  double factor(std::size_t kernel, std::size_t i, double x) const {
    const Axis& axis = axes_[i];
    if (!axis.ordered) {
      const double choices = static_cast<double>(axis.choices);
      if (is_wide(kernel)) return 1 / choices;
      const double share = 1 / static_cast<double>(points_.size() + 1);
      return (share + (points_[kernel][i] == x ? 1 : 0)) / (1 + choices * share);
    }
    const double middle = centre(kernel, i), deviation = spread(kernel, i);
    const auto below = [&](double at) { return normal_below((at - middle) / deviation); };
    const double inside = below(axis.high) - below(axis.low);
    constexpr double kLeast = 1e-300;
    if (axis.discrete)
      return std::max(kLeast, (below(axis.scaled(x + 0.5)) - below(axis.scaled(x - 0.5))) / inside);
    const double z = (axis.scaled(x) - middle) / deviation;
    return std::max(kLeast,
                    std::exp(-z * z / 2) / (deviation * std::sqrt(2 * std::numbers::pi) * inside));
  }

  const std::vector<Axis>& axes_;
  std::vector<Point> points_;
  std::vector<double> weights_;  // of the kernels; they add up to 1
  double width_ = 1;
};

class Tpe : public Sampler {
 public:
  Tpe(const Space& space, std::uint64_t seed) : space_(space), seed_(seed) {
    for (const Dimension& one : space.dimensions()) axes_.emplace_back(one);
  }

  std::optional<Point> propose(std::size_t number, const Trials& before) const override {
    constexpr std::size_t kRandomStarts = 10;
    constexpr std::uint32_t kCandidates = 24;
    const Random random(seed_, Purpose::tune, static_cast<std::uint32_t>(number));
    std::vector<const SampledTrial*> ended;
    for (const SampledTrial& one : before)
      if (one.score) ended.push_back(&one);
    if (number < kRandomStarts || ended.empty()) return new_point(space_, random, before);

    std::ranges::stable_sort(ended, std::greater{}, [](const auto* one) { return *one->score; });
    const std::size_t best = best_of(ended.size());
    std::vector<Point> good, bad;
    for (std::size_t i = 0; i < ended.size(); ++i)
      (i < best ? good : bad).push_back(ended[i]->point);
    const std::vector<double> equal(bad.size(), 1);
    const Density of_good(axes_, std::move(good), improvements(ended, best)),
        of_bad(axes_, std::move(bad), equal);

    const std::set<Point> known = tried(before);
    std::optional<Point> chosen;
    double most = 0;
    // In a finite space many draws may be points that have been tried.
    constexpr std::uint32_t kDraws = 10 * kCandidates;
    for (std::uint32_t draw = 0, candidates = 0; draw < kDraws && candidates < kCandidates;
         ++draw) {
      Point point = of_good.draw(random, 1000 + draw);
      if (known.contains(point)) continue;
      ++candidates;
      const double ratio = of_good.log_at(point) - of_bad.log_at(point);
      if (!chosen || ratio > most) {
        most = ratio;
        chosen = std::move(point);
      }
    }
    return chosen ? chosen : new_point(space_, random, before);
  }

 private:
  // How many of the trials that have ended are the best.
  static std::size_t best_of(std::size_t ended) {
    constexpr double kShare = 0.15;
    constexpr std::size_t kMost = 25;
    return std::min(kMost,
                    static_cast<std::size_t>(std::ceil(kShare * static_cast<double>(ended))));
  }

  // How much better each of the best is than the first of the rest; all equal if that is not known, or
  // none is better. `ended` are sorted.
  static std::vector<double> improvements(const std::vector<const SampledTrial*>& ended,
                                          std::size_t best) {
    std::vector<double> weights(best, 1);
    if (best == ended.size()) return weights;
    const double first = *ended.front()->score, rest = *ended[best]->score;
    const double most = first - rest;
    if (!(most > 0 && std::isfinite(most))) return weights;
    for (std::size_t i = 0; i < best; ++i) weights[i] = (*ended[i]->score - rest) / most;
    return weights;
  }

  Space space_;
  std::uint64_t seed_;
  std::vector<Axis> axes_;
};

struct SamplerRow {
  std::string name;
  std::function<std::unique_ptr<Sampler>(const Space&, std::uint64_t)> make;
};

const std::vector<SamplerRow>& sampler_catalogue() {
  static const std::vector<SamplerRow> rows = {
      {"grid", [](const Space& space, std::uint64_t) { return std::make_unique<Grid>(space); }},
      {"random", [](const Space& space,
                    std::uint64_t seed) { return std::make_unique<Uniform>(space, seed); }},
      {"tpe",
       [](const Space& space, std::uint64_t seed) { return std::make_unique<Tpe>(space, seed); }}};
  return rows;
}

}  // namespace

const std::vector<std::string>& sampler_names() {
  static const std::vector<std::string> names = row_names(sampler_catalogue());
  return names;
}

std::unique_ptr<Sampler> make_sampler(const std::string& name, const Space& space,
                                      std::uint64_t seed) {
  return find_row(sampler_catalogue(), name, "sampler", "sampler").make(space, seed);
}

}  // namespace hebb
