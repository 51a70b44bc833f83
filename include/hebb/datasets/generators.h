#pragma once

#include <cstddef>
#include <cstdint>

#include "hebb/core/fields.h"
#include "hebb/data/dataset.h"

/// Generators of synthetic data, also available by name in `dataset_catalogue()`
/// ("moons:n=500,noise=0.2"). The same options give the same bits on every machine and for any
/// number of threads, since only counter-based random numbers and IEEE 754 operations are used.
/// Rows are in random order. Columns are called x1, x2, ...; the target is `class` (labels "0",
/// "1", ...) or `y`.
/// Errors of all functions: std::invalid_argument naming option, range and value; more than 2^30
/// numbers.
///
/// `problem_seed` draws what defines a problem, such as the centres of the clouds, and `seed` draws
/// its samples. With another `seed` and the same `problem_seed`, the data are new samples of the
/// same problem, as test data must be. Generators without `problem_seed` have one problem.
namespace hebb {

/// Isotropic Gaussian clouds of equal size, class k around centre k. The centres are random points
/// in [-10, 10] on every axis. With `separable`, clouds are truncated at sqrt(features) + 3
/// standard deviations, and their centres are placed so that a plane separates each class from all
/// others with a margin of at least one standard deviation; more than two centres then need two
/// features.
struct BlobsOptions {
  std::size_t n = 100;
  std::size_t centers = 2;
  std::size_t features = 2;
  double std = 1;
  bool separable = false;
  std::uint64_t seed = 0;
  std::uint64_t problem_seed = 0;

  static const FieldList& fields();
};
Dataset make_blobs(const BlobsOptions& options = {});

/// Two interleaving half circles. `noise` is a standard deviation.
struct MoonsOptions {
  std::size_t n = 100;
  double noise = 0.1;
  std::uint64_t seed = 0;

  static const FieldList& fields();
};
Dataset make_moons(const MoonsOptions& options = {});

/// A circle of radius one, class 0, around one of radius `factor`.
struct CirclesOptions {
  std::size_t n = 100;
  double noise = 0.05;
  double factor = 0.5;
  std::uint64_t seed = 0;

  static const FieldList& fields();
};
Dataset make_circles(const CirclesOptions& options = {});

/// Points in the square [-1, 1] x [-1, 1], in class 1 if exactly one coordinate is positive. No
/// line separates the classes.
struct XorOptions {
  std::size_t n = 100;
  double noise = 0;  ///< moves points after they have got their class
  std::uint64_t seed = 0;

  static const FieldList& fields();
};
Dataset make_xor(const XorOptions& options = {});

/// Interleaving spiral arms around the origin, out to radius one.
struct SpiralsOptions {
  std::size_t n = 100;
  std::size_t classes = 2;
  double turns = 1.5;
  double noise = 0.02;
  std::uint64_t seed = 0;

  static const FieldList& fields();
};
Dataset make_spirals(const SpiralsOptions& options = {});

/// Points in the square from 0 to `cells`, in cells of side one whose class alternates.
struct CheckerboardOptions {
  std::size_t n = 400;
  std::size_t cells = 4;
  double noise = 0;  ///< moves points after they have got their class
  std::uint64_t seed = 0;

  static const FieldList& fields();
};
Dataset make_checkerboard(const CheckerboardOptions& options = {});

/// Several clouds per class at corners of a hypercube of side 2 * sep, each stretched at random, in
/// `informative` columns. `redundant` columns are linear combinations of these. The remaining
/// columns are noise.
/// Source:  I. Guyon, Design of experiments for the NIPS 2003 variable selection benchmark.
struct ClassificationOptions {
  std::size_t n = 100;
  std::size_t features = 20;
  std::size_t informative = 2;
  std::size_t redundant = 2;
  std::size_t classes = 2;
  std::size_t clusters = 2;  ///< of each class; classes * clusters <= 2^informative
  double sep = 1;
  double flip = 0.01;  ///< share of labels that are drawn again at random
  std::uint64_t seed = 0;
  std::uint64_t problem_seed = 0;

  static const FieldList& fields();
};
Dataset make_classification(const ClassificationOptions& options = {});

/// y = sum of weight * x + bias + noise; standard normal x, weights in [0, 100) of the first
/// `informative` columns, 0 of the others.
struct RegressionOptions {
  std::size_t n = 100;
  std::size_t features = 10;
  std::size_t informative = 5;
  double bias = 0;
  double noise = 1;
  std::uint64_t seed = 0;
  std::uint64_t problem_seed = 0;

  static const FieldList& fields();
};
Dataset make_regression(const RegressionOptions& options = {});

/// y = 10 sin(pi x1 x2) + 20 (x3 - 0.5)^2 + 10 x4 + 5 x5 + noise; x is uniform in [0, 1), and
/// columns after the fifth have no effect.
/// Source:  Friedman, The Annals of Statistics 19 (1991).
struct Friedman1Options {
  std::size_t n = 100;
  std::size_t features = 10;
  double noise = 1;
  std::uint64_t seed = 0;

  static const FieldList& fields();
};
Dataset make_friedman1(const Friedman1Options& options = {});

/// y = sin(2 pi periods x) + noise; one column, uniform in [0, 1).
struct SineOptions {
  std::size_t n = 100;
  double periods = 1;
  double noise = 0.1;
  std::uint64_t seed = 0;

  static const FieldList& fields();
};
Dataset make_sine(const SineOptions& options = {});

}  // namespace hebb
