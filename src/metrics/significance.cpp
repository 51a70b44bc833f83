#include "hebb/metrics/significance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hebb/core/error.h"
#include "hebb/metrics/distributions.h"

namespace hebb {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

void check_open_share(double value, const char* name) {
  check(value > 0 && value < 1, "significance", name, " must be above 0 and below 1, got ", value);
}

void check_test_share(double share) {
  check(share >= 0 && std::isfinite(share), "significance",
        "the rows held out divided by those trained on must be 0 or more, got ", share);
}

// Scores, or their differences, with the variance of their mean.
struct Sample {
  std::size_t size = 0;
  double mean = 0;
  double deviation = 0;  // n - 1
  double standard_error = 0;
};

Sample sample_of(const std::vector<double>& values, double rounding, double test_share) {
  Sample of{.size = values.size()};
  if (values.empty()) return of;
  const auto n = static_cast<double>(values.size());
  of.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  if (values.size() < 2) return of;
  double squares = 0;
  for (const double value : values) squares += (value - of.mean) * (value - of.mean);
  of.deviation = std::sqrt(squares / (n - 1));
  if (of.deviation <= rounding) of.deviation = 0;
  of.standard_error = of.deviation * std::sqrt(1 / n + test_share);
  return of;
}

// What a sum of such scores may be off by.
double rounding_of(std::span<const double> scores) {
  double most = 0;
  for (const double score : scores)
    if (!std::isnan(score)) most = std::max(most, std::abs(score));
  return 16 * std::numeric_limits<double>::epsilon() * most;
}

void check_scores(std::span<const double> scores) {
  check(std::ranges::none_of(scores, [](double one) { return std::isinf(one); }), "significance",
        "a score is infinite");
}

void set_probabilities(PairedTest& test, double test_share) {
  if (test.standard_error > 0) {
    test.t = test.difference / test.standard_error;
    test.p_less = student_t_below(test.t, test.freedom);
    test.p_greater = student_t_below(-test.t, test.freedom);
    test.p = std::min(1.0, 2 * std::min(test.p_less, test.p_greater));
    return;
  }
  if (test.difference == 0) {
    test.p_less = test.p_greater = 0.5;
    return;
  }
  test.t = std::copysign(kInfinite, test.difference);
  const auto n = static_cast<double>(test.pairs);
  const double one_sided = std::exp2(-n / (1 + n * test_share));
  (test.difference < 0 ? test.p_less : test.p_greater) = one_sided;
  test.p = std::min(1.0, 2 * one_sided);
}

}  // namespace

double McNemar::difference() const {
  if (samples == 0) return 0;
  return (static_cast<double>(only_first) - static_cast<double>(only_second)) /
         static_cast<double>(samples);
}

double McNemar::least_difference(double alpha) const {
  check_open_share(alpha, "alpha");
  if (samples == 0) return 0;
  std::size_t all = disagreements();
  while (mcnemar_p(all, 0) >= alpha) ++all;
  // p falls as more of them are for one: the least number is found by bisection.
  std::size_t low = all / 2, high = all;  // p >= alpha, p < alpha
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (mcnemar_p(middle, all - middle) < alpha ? high : low) = middle;
  }
  return static_cast<double>(2 * high - all) / static_cast<double>(samples);
}

McNemar mcnemar(std::span<const std::int32_t> truth, std::span<const std::int32_t> first,
                std::span<const std::int32_t> second) {
  check(truth.size() == first.size() && truth.size() == second.size(), "mcnemar", truth.size(),
        " true labels, but ", first.size(), " and ", second.size(), " predictions");
  McNemar test{.samples = truth.size()};
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const bool one = first[i] == truth[i], other = second[i] == truth[i];
    if (one && !other) ++test.only_first;
    if (other && !one) ++test.only_second;
  }
  test.p = mcnemar_p(test.only_first, test.only_second);
  return test;
}

double mcnemar_p(std::size_t only_first, std::size_t only_second) {
  if (only_first == only_second) return 1;
  const auto less = static_cast<double>(std::min(only_first, only_second));
  const auto more = static_cast<double>(std::max(only_first, only_second));
  // P(X <= less) for a binomial number of less + more fair trials.
  return std::min(1.0, 2 * incomplete_beta(more, less + 1, 0.5));
}

std::optional<double> PairedTest::least_difference(double alpha) const {
  check_open_share(alpha, "alpha");
  if (pairs < 2) return {};
  return standard_error * student_t_quantile(1 - alpha / 2, freedom);
}

PairedTest paired_t_test(std::span<const double> first, std::span<const double> second) {
  return resampled_t_test(first, second, 0);
}

PairedTest resampled_t_test(std::span<const double> first, std::span<const double> second,
                            double test_share) {
  check(first.size() == second.size(), "significance", first.size(), " scores, but ", second.size(),
        " to compare them with");
  check_scores(first);
  check_scores(second);
  check_test_share(test_share);
  std::vector<double> differences;
  for (std::size_t i = 0; i < first.size(); ++i)
    if (!std::isnan(first[i]) && !std::isnan(second[i]))
      differences.push_back(first[i] - second[i]);
  const double rounding = std::max(rounding_of(first), rounding_of(second));
  const Sample of = sample_of(differences, rounding, test_share);
  PairedTest test{.pairs = of.size,
                  .difference = std::abs(of.mean) <= rounding ? 0 : of.mean,
                  .standard_error = of.standard_error,
                  .freedom = of.size == 0 ? 0 : static_cast<double>(of.size - 1)};
  if (test.pairs >= 2) set_probabilities(test, test_share);
  return test;
}

std::optional<Interval> fold_interval(std::span<const double> scores, double test_share,
                                      double level) {
  check_open_share(level, "level");
  check_scores(scores);
  check_test_share(test_share);
  std::vector<double> defined;
  for (const double score : scores)
    if (!std::isnan(score)) defined.push_back(score);
  if (defined.size() < 2) return {};
  const Sample of = sample_of(defined, rounding_of(scores), test_share);
  const double t = student_t_quantile((1 + level) / 2, static_cast<double>(of.size - 1));
  return Interval{.low = of.mean - t * of.standard_error, .high = of.mean + t * of.standard_error};
}

std::vector<double> holm(std::span<const double> p) {
  for (const double one : p)
    check(std::isnan(one) || (one >= 0 && one <= 1), "holm", "a p-value is in [0, 1], got ", one);
  std::vector<double> adjusted(p.begin(), p.end());
  for (double& one : adjusted)
    if (std::isnan(one)) one = 1;
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return adjusted[i]; });
  double least = 0;
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    double& one = adjusted[order[rank]];
    least = std::max(least, std::min(1.0, static_cast<double>(p.size() - rank) * one));
    one = least;
  }
  return adjusted;
}

Interval wilson_interval(std::size_t successes, std::size_t trials, double level) {
  check_open_share(level, "level");
  check(successes <= trials, "wilson", successes, " successes of ", trials, " trials");
  if (trials == 0) return {.low = 0, .high = 1};
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double z = normal_quantile((1 + level) / 2), square = z * z / n;
  const double middle = (p + square / 2) / (1 + square);
  const double half = z * std::sqrt(p * (1 - p) / n + square / (4 * n)) / (1 + square);
  return {.low = successes == 0 ? 0 : middle - half,
          .high = successes == trials ? 1 : middle + half};
}

}  // namespace hebb
