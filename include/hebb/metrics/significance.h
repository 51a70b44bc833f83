#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// Whether scores differ by more than chance explains.
///
/// A p-value is the probability of a difference at least as large as the one found if there were
/// none. All results are defined: where the data tell nothing (one fold, no disagreement), p is 1 and
/// there is no interval.
namespace hebb {

/// An interval with its bounds.
struct Interval {
  double low = 0, high = 0;
};

// ---- two classifiers on the same samples ----

/// The exact test of McNemar: among the samples that one of two classifiers predicts correctly and
/// the other does not, are those of either equally frequent?
/// Source:  McNemar, Psychometrika 12 (1947); Dietterich, Neural Computation 10 (1998).
struct McNemar {
  std::size_t samples = 0;
  std::size_t only_first = 0, only_second = 0;  ///< that only this one predicts correctly
  double p = 1;                                 ///< two-sided

  std::size_t disagreements() const { return only_first + only_second; }
  /// The difference of the accuracies, first - second; 0 without samples.
  double difference() const;
  /// The least difference of the accuracies that would have p < alpha among as many disagreements,
  /// and at least as many as could show one at all. Errors: std::invalid_argument unless 0 < alpha < 1.
  double least_difference(double alpha = 0.05) const;
};
/// Shapes:  truth, first, second (N). Errors: std::invalid_argument for sizes that differ.
McNemar mcnemar(std::span<const std::int32_t> truth, std::span<const std::int32_t> first,
                std::span<const std::int32_t> second);
/// The p-value from the counts of samples that only one of the two predicts correctly: two-sided, from
/// the binomial distribution. For p < 0.05, of 50 disagreements 33 must be for one.
double mcnemar_p(std::size_t only_first, std::size_t only_second);

// ---- scores of the same folds ----

/// A t-test of paired scores. A pair with a NaN is left out.
struct PairedTest {
  std::size_t pairs = 0;      ///< that were used
  double difference = 0;      ///< the mean of first - second; 0 without pairs
  double standard_error = 0;  ///< of it; 0 for fewer than two pairs
  double t = 0;               ///< difference / standard_error, which may be infinite
  double freedom = 0;         ///< pairs - 1; 0 without pairs
  double p = 1;               ///< two-sided
  double p_less = 1;          ///< one-sided: that first is less than second in truth
  double p_greater = 1;       ///< one-sided: that first is greater

  /// The least difference that would have p < alpha with this standard error; unset for fewer than two
  /// pairs. Errors: std::invalid_argument unless 0 < alpha < 1.
  std::optional<double> least_difference(double alpha = 0.05) const;
};

/// Student's paired t-test, for pairs that are independent.
///
/// If all differences are equal, up to rounding, they do not tell how much they vary, and t is 0 or
/// infinite. p is then 1 if they are 0, and otherwise that of the sign test, 2^(1 - pairs).
/// Shapes:  first, second (N). Errors: std::invalid_argument for sizes that differ, or an infinite score.
PairedTest paired_t_test(std::span<const double> first, std::span<const double> second);

/// The corrected resampled t-test, for scores of folds. Models of different folds are trained on mostly the
/// same rows, so their scores are not independent, and the plain t-test finds differences that are
/// none. Here the variance of the mean is s^2 (1/N + test_share), where `test_share` is the number of
/// rows held out of a fold divided by the number trained on: 1/4 for 5 folds.
///
/// If all differences are equal, p is that of the sign test with N / (1 + N test_share) pairs: as many
/// as would, if they were independent, have the same variance of the mean.
/// Shapes, errors:  as paired_t_test(); std::invalid_argument unless test_share is finite and >= 0.
/// Source:  Nadeau and Bengio, Machine Learning 52 (2003); for repeated folds Bouckaert and Frank,
///          PAKDD 2004.
PairedTest resampled_t_test(std::span<const double> first, std::span<const double> second,
                            double test_share);

/// The interval that contains the expected score with probability `level`, from the scores of folds and
/// the same variance. Unset for fewer than two scores; those that are NaN are left out.
/// Errors:  std::invalid_argument unless 0 < level < 1; as resampled_t_test().
std::optional<Interval> fold_interval(std::span<const double> scores, double test_share,
                                      double level = 0.95);

// ---- several tests, and proportions ----

/// The p-values adjusted for their number by Holm's method: rejecting those below alpha makes no false
/// rejection with probability 1 - alpha, whatever their dependence. In the order given; a NaN is a test
/// without result: it counts as 1.
/// Errors:  std::invalid_argument for a value outside [0, 1].
/// Source:  Holm, Scandinavian Journal of Statistics 6 (1979).
std::vector<double> holm(std::span<const double> p);

/// The interval of a proportion, such as an accuracy, from counts. Without trials it is [0, 1].
/// Errors:  std::invalid_argument for more successes than trials, and unless 0 < level < 1.
/// Source:  Wilson, Journal of the American Statistical Association 22 (1927).
Interval wilson_interval(std::size_t successes, std::size_t trials, double level = 0.95);

}  // namespace hebb
