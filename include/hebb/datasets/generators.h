#pragma once

#include <cstddef>
#include <cstdint>

#include "hebb/core/fields.h"
#include "hebb/data/dataset.h"

/// Data made to measure, by name in `dataset_catalogue()` too ("moons:n=500,noise=0.2"). The same
/// options give the same bits on every machine and for any number of threads: nothing but counters
/// and IEEE 754 operations goes in. Rows stand in random order, so any part is as good as another.
/// Columns are called x1, x2, ...; the target `class` (labels "0", "1", ...) or `y`.
/// Errors of all:  std::invalid_argument naming option, range and value; more than 2^30 numbers.
namespace hebb {

/// Round clouds of equal size, class k around centre k; the centres lie at random in a box of
/// +-10. With `separable`, clouds end at sqrt(features) + 3 deviations and their centres are set so
/// that each class can be cut from all others by a plane, with a gap of at least one deviation;
/// more than two centres need two features for that.
struct BlobsOptions {
  std::size_t n = 100;
  std::size_t centers = 2;
  std::size_t features = 2;
  double std = 1;
  bool separable = false;
  std::uint64_t seed = 0;

  static const FieldList& fields();
};
Dataset make_blobs(const BlobsOptions& options = {});

/// Two half circles that reach into each other. `noise` is a standard deviation.
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

/// Points of the square +-1: class 1 where exactly one coordinate is positive, as no line can tell.
struct XorOptions {
  std::size_t n = 100;
  double noise = 0;  ///< moves points after they have got their class
  std::uint64_t seed = 0;

  static const FieldList& fields();
};
Dataset make_xor(const XorOptions& options = {});

/// Arms that wind around the origin, out to radius one.
struct SpiralsOptions {
  std::size_t n = 100;
  std::size_t classes = 2;
  double turns = 1.5;
  double noise = 0.02;
  std::uint64_t seed = 0;

  static const FieldList& fields();
};
Dataset make_spirals(const SpiralsOptions& options = {});

/// The square from 0 to `cells`, in fields of side one that change class from one to the next.
struct CheckerboardOptions {
  std::size_t n = 400;
  std::size_t cells = 4;
  double noise = 0;  ///< moves points after they have got their class
  std::uint64_t seed = 0;

  static const FieldList& fields();
};
Dataset make_checkerboard(const CheckerboardOptions& options = {});

/// Several clouds a class at corners of a hypercube of side 2 * sep, each stretched at random, in
/// `informative` columns; then `redundant` ones, mixtures of these; the rest is noise.
/// Source:  I. Guyon, Design of experiments for the NIPS 2003 variable selection benchmark.
struct ClassificationOptions {
  std::size_t n = 100;
  std::size_t features = 20;
  std::size_t informative = 2;
  std::size_t redundant = 2;
  std::size_t classes = 2;
  std::size_t clusters = 2;  ///< of each class; classes * clusters <= 2^informative
  double sep = 1;
  double flip = 0.01;  ///< share of the labels that are drawn anew
  std::uint64_t seed = 0;

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

  static const FieldList& fields();
};
Dataset make_regression(const RegressionOptions& options = {});

/// y = 10 sin(pi x1 x2) + 20 (x3 - 0.5)^2 + 10 x4 + 5 x5 + noise; x uniform in [0, 1), those beyond
/// the fifth without influence.
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
