#pragma once

/// Distribution functions that tests of significance need: probabilities and quantiles with a relative
/// error of at most 1e-12, for degrees of freedom, or a and b, up to 100,000.
namespace hebb {

/// The regularised incomplete beta function I_x(a, b).
/// Errors:  std::invalid_argument unless a and b are positive and finite, and x is in [0, 1].
/// Source:  the continued fraction DLMF 8.17.22, and for its factor Loader, "Fast and Accurate
///          Computation of Binomial Probabilities" (2000), which does not lose digits for large a and b.
double incomplete_beta(double a, double b, double x);

/// P(T <= t) for Student's t with `freedom` degrees of freedom. t may be infinite.
/// Errors:  std::invalid_argument for a t that is NaN, and unless the degrees of freedom are positive
///          and finite.
double student_t_below(double t, double freedom);
/// The t with student_t_below(t) = p. Errors: std::invalid_argument unless 0 < p < 1; as above.
double student_t_quantile(double p, double freedom);

/// The z below which a standard normal number is with probability p.
/// Errors:  std::invalid_argument unless 0 < p < 1.
double normal_quantile(double p);

}  // namespace hebb
