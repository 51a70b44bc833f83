// Every number is a function of (seed, role, row, element), so any number of threads can generate
// the rows. The position of a row in a random permutation determines its class and its place along
// a curve: so classes have equal sizes, and rows are in random order. What defines the problem, such
// as the centres of clouds, is drawn from `problem_seed` only: other seeds draw from the same
// distribution.
#include "hebb/datasets/generators.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "datasets/portable_math.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "kernels/threads.h"

namespace hebb {
namespace {

constexpr std::size_t kMostNumbers = std::size_t{1} << 30;
constexpr std::size_t kMostRows = 4294967294;
constexpr std::size_t kRowsATask = 4096;

// The purpose of a random number, used as the step of its counter.
enum Role : std::uint32_t { kNoise, kStructure, kOrder, kFlip, kNoiseOfTarget };

Random random_for(std::uint64_t seed, Role role) { return {seed, Purpose::data, role}; }

std::string column_name(std::size_t column) { return "x" + std::to_string(column + 1); }

void check_size(std::size_t n, std::size_t features) {
  check(features <= kMostNumbers / n, "n", n, " rows of ", features, " features are more than ",
        kMostNumbers, " numbers");
}

// Creates the rows one by one: fill(row, features of that row) returns the value of the target.
template <class Fill>
Dataset make_rows(std::size_t n, std::size_t features, std::string target, std::size_t classes,
                  const Fill& fill) {
  check_size(n, features);
  Table table{.rows = n, .columns = {}, .values = std::vector<double>(n * features)};
  for (std::size_t c = 0; c < features; ++c)
    table.columns.push_back({.name = column_name(c), .categories = {}});
  Target of{.names = {std::move(target)}, .values = std::vector<double>(n)};
  for (std::size_t c = 0; c < classes; ++c) of.classes.push_back(std::to_string(c));
  ThreadPool pool;
  pool.run((n + kRowsATask - 1) / kRowsATask, [&](std::size_t task, std::size_t) {
    const std::size_t end = std::min(n, (task + 1) * kRowsATask);
    for (std::size_t row = task * kRowsATask; row < end; ++row)
      of.values[row] = fill(static_cast<std::uint32_t>(row), table.values.data() + row * features);
  });
  return Dataset(std::move(table), std::move(of));
}

std::vector<std::uint32_t> random_order(std::size_t n, std::size_t features, std::uint64_t seed) {
  check_size(n, features);
  return permutation(n, random_for(seed, kOrder));
}

// Calls put(i, number) with the standard normal elements [begin, end) of a sample.
template <class Put>
void for_each_normal(const Random& random, std::uint32_t sample, std::size_t begin, std::size_t end,
                     const Put& put) {
  for (std::size_t i = begin - begin % 2; i < end; i += 2) {
    const auto [first, second] =
        portable::normals(random, sample, static_cast<std::uint32_t>(i / 2));
    if (i >= begin) put(i, first);
    if (i + 1 < end) put(i + 1, second);
  }
}

// Writes `count` standard normal elements from `first`, which is even.
void fill_normal(const Random& random, std::uint32_t sample, std::size_t first, std::size_t count,
                 double* out) {
  for_each_normal(random, sample, first, first + count,
                  [&](std::size_t i, double number) { out[i - first] = number; });
}

void add_noise(const Random& random, std::uint32_t row, double noise, double* point) {
  const auto [first, second] = portable::normals(random, row, 0);
  point[0] += noise * first;
  point[1] += noise * second;
}

double norm_of(const double* x, std::size_t size) {
  double sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += x[i] * x[i];
  return std::sqrt(sum);
}

// The radius, in standard deviations, at which a separable cloud is truncated.
double reach(std::size_t features) { return std::sqrt(static_cast<double>(features)) + 3; }

// Places the centres in convex position, so that a plane perpendicular to the direction of a centre
// separates its cloud: two centres are opposite each other, more are on a circle. The direction is
// random, and the distance is increased at random by up to half, so that different problems look
// different.
std::vector<double> separable_centers(const BlobsOptions& options) {
  const std::size_t k = options.centers, d = options.features;
  const Random random = random_for(options.problem_seed, kStructure);
  const double more = 1 + 0.5 * random.uniform(0, 0);
  const double needed = (2 * reach(d) + 1) * options.std * more;
  std::vector<double> centers(k * d);
  if (k == 1) return centers;
  if (k == 2) {
    std::vector<double> direction(d);
    fill_normal(random, 1, 0, d, direction.data());
    const double norm = norm_of(direction.data(), d);
    for (std::size_t i = 0; i < d; ++i) {
      centers[i] = -0.5 * needed * direction[i] / norm;
      centers[d + i] = -centers[i];
    }
    return centers;
  }
  // In its own direction, a centre at radius r is r (1 - cos(2 pi / k)) farther out than its
  // neighbours.
  const double beyond = 1 - portable::sincos(1 / static_cast<double>(k)).cos;
  const double first = random.uniform(2, 0);
  for (std::size_t c = 0; c < k; ++c) {
    const auto [sin, cos] =
        portable::sincos(first + static_cast<double>(c) / static_cast<double>(k));
    centers[c * d] = needed / beyond * cos;
    centers[c * d + 1] = needed / beyond * sin;
  }
  return centers;
}

std::vector<double> scattered_centers(const BlobsOptions& options) {
  constexpr double kBox = 10;
  const Random random = random_for(options.problem_seed, kStructure);
  std::vector<double> centers;
  for (std::size_t c = 0; c < options.centers; ++c)
    for (std::size_t i = 0; i < options.features; ++i)
      centers.push_back(
          kBox *
          (2 * random.uniform(static_cast<std::uint32_t>(c), static_cast<std::uint32_t>(i)) - 1));
  return centers;
}

template <class Options>
Fields<Options> with_rows() {
  Fields<Options> fields;
  fields.add("n", &Options::n, "samples").at_least(1).at_most(kMostRows);
  return fields;
}

template <class Options>
Fields<Options> with_seed(Fields<Options> fields) {
  fields.add("seed", &Options::seed, "another seed, other samples of the same problem").at_least(0);
  return fields;
}

// `drawn` is what the seed of the problem determines.
template <class Options>
Fields<Options> with_seeds(Fields<Options> fields, const std::string& drawn) {
  fields = with_seed(std::move(fields));
  fields.add("problem_seed", &Options::problem_seed, "another one, another problem: " + drawn)
      .at_least(0);
  return fields;
}

}  // namespace

const FieldList& BlobsOptions::fields() {
  static const FieldList list =
      with_seeds(with_rows<BlobsOptions>()
                     .add("centers", &BlobsOptions::centers, "clouds, one a class")
                     .at_least(1)
                     .at_most(1000)
                     .add("features", &BlobsOptions::features, "columns")
                     .at_least(1)
                     .add("std", &BlobsOptions::std, "standard deviation of each cloud")
                     .at_least(0)
                     .add("separable", &BlobsOptions::separable,
                          "keep a gap of at least one std between the classes"),
                 "other centres");
  return list;
}

Dataset make_blobs(const BlobsOptions& options) {
  check_fields(options);
  const std::size_t d = options.features;
  check(!options.separable || options.centers <= 2 || d >= 2, "separable", "with ", options.centers,
        " centers takes 2 features, got 1");
  const auto centers = options.separable ? separable_centers(options) : scattered_centers(options);
  const double most = options.separable ? reach(d) : INFINITY;
  const auto order = random_order(options.n, d, options.seed);
  const Random noise = random_for(options.seed, kNoise);
  const std::size_t even = d + d % 2;
  Dataset data =
      make_rows(options.n, d, "class", options.centers, [&](std::uint32_t row, double* x) {
        const std::size_t c = order[row] % options.centers;
        std::size_t attempt = 0;
        do {
          fill_normal(noise, row, even * attempt++, d, x);
        } while (options.separable && norm_of(x, d) > most);
        for (std::size_t i = 0; i < d; ++i) x[i] = centers[c * d + i] + options.std * x[i];
        return static_cast<double>(c);
      });
  if (options.separable)
    data.set_remark("made separable: the classes keep a gap of at least one standard deviation");
  return data;
}

const FieldList& MoonsOptions::fields() {
  static const FieldList list =
      with_seed(with_rows<MoonsOptions>()
                    .add("noise", &MoonsOptions::noise, "standard deviation added to the curves")
                    .at_least(0));
  return list;
}

Dataset make_moons(const MoonsOptions& options) {
  check_fields(options);
  const auto order = random_order(options.n, 2, options.seed);
  const Random noise = random_for(options.seed, kNoise);
  const double each = std::max(1.0, std::ceil(static_cast<double>(options.n) / 2) - 1);
  return make_rows(options.n, 2, "class", 2, [&](std::uint32_t row, double* x) {
    const std::uint32_t c = order[row] % 2;
    const std::uint32_t place = order[row] / 2;
    const auto [sin, cos] = portable::sincos(0.5 * place / each);
    x[0] = c == 0 ? cos : 1 - cos;
    x[1] = c == 0 ? sin : 0.5 - sin;
    add_noise(noise, row, options.noise, x);
    return static_cast<double>(c);
  });
}

const FieldList& CirclesOptions::fields() {
  static const FieldList list =
      with_seed(with_rows<CirclesOptions>()
                    .add("noise", &CirclesOptions::noise, "standard deviation added to the circles")
                    .at_least(0)
                    .add("factor", &CirclesOptions::factor, "radius of the inner circle")
                    .at_least(0)
                    .less_than(1));
  return list;
}

Dataset make_circles(const CirclesOptions& options) {
  check_fields(options);
  const auto order = random_order(options.n, 2, options.seed);
  const Random noise = random_for(options.seed, kNoise);
  const double each = std::max(1.0, std::ceil(static_cast<double>(options.n) / 2));
  return make_rows(options.n, 2, "class", 2, [&](std::uint32_t row, double* x) {
    const std::uint32_t c = order[row] % 2;
    const std::uint32_t place = order[row] / 2;
    const auto [sin, cos] = portable::sincos(place / each);
    const double radius = c == 0 ? 1 : options.factor;
    x[0] = radius * cos;
    x[1] = radius * sin;
    add_noise(noise, row, options.noise, x);
    return static_cast<double>(c);
  });
}

const FieldList& XorOptions::fields() {
  static const FieldList list = with_seed(
      with_rows<XorOptions>()
          .add("noise", &XorOptions::noise, "standard deviation by which points are moved")
          .at_least(0));
  return list;
}

Dataset make_xor(const XorOptions& options) {
  check_fields(options);
  const Random place = random_for(options.seed, kStructure);
  const Random noise = random_for(options.seed, kNoise);
  const auto order = random_order(options.n, 2, options.seed);
  return make_rows(options.n, 2, "class", 2, [&](std::uint32_t row, double* x) {
    // The quadrants alternate; (0, 1] keeps points off the axes.
    const std::uint32_t quarter = order[row] % 4;
    const double sign_x = quarter % 2 == 0 ? -1 : 1, sign_y = quarter / 2 == 0 ? -1 : 1;
    x[0] = sign_x * (1 - place.uniform(row, 0));
    x[1] = sign_y * (1 - place.uniform(row, 1));
    add_noise(noise, row, options.noise, x);
    return sign_x * sign_y < 0 ? 1.0 : 0.0;
  });
}

const FieldList& SpiralsOptions::fields() {
  static const FieldList list =
      with_seed(with_rows<SpiralsOptions>()
                    .add("classes", &SpiralsOptions::classes, "arms, one a class")
                    .at_least(2)
                    .at_most(1000)
                    .add("turns", &SpiralsOptions::turns, "of each arm")
                    .at_least(0)
                    .at_most(100)
                    .add("noise", &SpiralsOptions::noise, "standard deviation added to the arms")
                    .at_least(0));
  return list;
}

Dataset make_spirals(const SpiralsOptions& options) {
  check_fields(options);
  const auto order = random_order(options.n, 2, options.seed);
  const Random noise = random_for(options.seed, kNoise);
  const auto k = static_cast<double>(options.classes);
  const double each = std::max(1.0, std::ceil(static_cast<double>(options.n) / k));
  return make_rows(options.n, 2, "class", options.classes, [&](std::uint32_t row, double* x) {
    constexpr double kInner = 0.05;  // arms do not meet in the middle
    const auto c = static_cast<double>(order[row] % options.classes);
    const std::size_t place = order[row] / options.classes;
    const double along = static_cast<double>(place) / each;
    // The square root spreads points evenly along the arm.
    const double radius = kInner + (1 - kInner) * std::sqrt(along);
    const auto [sin, cos] = portable::sincos(options.turns * radius + c / k);
    x[0] = radius * cos;
    x[1] = radius * sin;
    add_noise(noise, row, options.noise, x);
    return c;
  });
}

const FieldList& CheckerboardOptions::fields() {
  static const FieldList list = with_seed(
      with_rows<CheckerboardOptions>()
          .add("cells", &CheckerboardOptions::cells, "fields a side")
          .at_least(2)
          .at_most(1000)
          .add("noise", &CheckerboardOptions::noise, "standard deviation by which points are moved")
          .at_least(0));
  return list;
}

Dataset make_checkerboard(const CheckerboardOptions& options) {
  check_fields(options);
  const Random place = random_for(options.seed, kStructure);
  const Random noise = random_for(options.seed, kNoise);
  const auto cells = static_cast<double>(options.cells);
  return make_rows(options.n, 2, "class", 2, [&](std::uint32_t row, double* x) {
    for (std::uint32_t i = 0; i < 2; ++i) x[i] = cells * place.uniform(row, i);
    const double c = std::fmod(std::floor(x[0]) + std::floor(x[1]), 2);
    add_noise(noise, row, options.noise, x);
    return c;
  });
}

const FieldList& ClassificationOptions::fields() {
  static const FieldList list = with_seeds(
      with_rows<ClassificationOptions>()
          .add("features", &ClassificationOptions::features, "columns in all")
          .at_least(1)
          .add("informative", &ClassificationOptions::informative, "columns that tell the class")
          .at_least(1)
          .at_most(10000)
          .add("redundant", &ClassificationOptions::redundant, "columns mixed of these")
          .at_least(0)
          .add("classes", &ClassificationOptions::classes, "classes")
          .at_least(2)
          .at_most(1000)
          .add("clusters", &ClassificationOptions::clusters, "clouds of each class")
          .at_least(1)
          .at_most(1000)
          .add("sep", &ClassificationOptions::sep, "half the side of the cube of their centres")
          .at_least(0)
          .add("flip", &ClassificationOptions::flip, "share of labels drawn anew")
          .at_least(0)
          .at_most(1),
      "other clouds");
  return list;
}

namespace {

// (rows, columns), uniform in [-1, 1).
std::vector<double> random_matrix(const Random& random, std::uint32_t which, std::size_t size) {
  std::vector<double> out(size);
  for (std::size_t i = 0; i < size; ++i)
    out[i] = 2 * random.uniform(which, static_cast<std::uint32_t>(i)) - 1;
  return out;
}

// out (columns) += x (rows) times matrix (rows, columns)
void add_product(const double* x, std::size_t rows, const std::vector<double>& matrix,
                 std::size_t columns, double* out) {
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) out[c] += x[r] * matrix[r * columns + c];
}

void check_classification(const ClassificationOptions& options) {
  check_fields(options);
  check(options.informative + options.redundant <= options.features, "features",
        "must be at least ", options.informative + options.redundant,
        ", the informative and redundant ones, got ", options.features);
  const std::size_t clouds = options.classes * options.clusters;
  check(clouds <= kMostNumbers / (options.informative * options.informative), "informative", clouds,
        " clouds in ", options.informative, " columns take more than ", kMostNumbers, " numbers");
  check(options.informative >= 20 || clouds <= std::size_t{1} << options.informative, "informative",
        "has ", std::size_t{1} << std::min<std::size_t>(options.informative, 20),
        " corners, too few for ", clouds, " clouds (classes * clusters)");
}

// A cloud of a class: its centre and the linear map that stretches it.
struct Cloud {
  std::vector<double> center, shape;
};

std::vector<Cloud> make_clouds(const ClassificationOptions& options) {
  const std::size_t k = options.informative;
  const std::size_t bits = std::min<std::size_t>(k, 20);
  const Random structure = random_for(options.problem_seed, kStructure);
  const auto corners = permutation(std::size_t{1} << bits, structure);
  std::vector<Cloud> clouds(options.classes * options.clusters);
  for (std::size_t c = 0; c < clouds.size(); ++c) {
    const auto which = static_cast<std::uint32_t>(1 + c);
    for (std::size_t i = 0; i < k; ++i) {
      const bool high = i < bits ? (corners[c] >> i & 1U) != 0
                                 : structure.uniform(which, static_cast<std::uint32_t>(i)) < 0.5;
      clouds[c].center.push_back(high ? options.sep : -options.sep);
    }
    clouds[c].shape =
        random_matrix(structure, which + static_cast<std::uint32_t>(clouds.size()), k * k);
  }
  return clouds;
}

}  // namespace

Dataset make_classification(const ClassificationOptions& options) {
  check_classification(options);
  const std::size_t k = options.informative, d = options.features;
  const auto clouds = make_clouds(options);
  const Random structure = random_for(options.problem_seed, kStructure);
  const auto mixture = random_matrix(structure, static_cast<std::uint32_t>(1 + 2 * clouds.size()),
                                     k * options.redundant);
  const Random noise = random_for(options.seed, kNoise);
  const Random flip = random_for(options.seed, kFlip);
  const auto order = random_order(options.n, d, options.seed);
  return make_rows(options.n, d, "class", options.classes, [&](std::uint32_t row, double* x) {
    const Cloud& cloud = clouds[order[row] % clouds.size()];
    std::copy(cloud.center.begin(), cloud.center.end(), x);
    for_each_normal(noise, row, 0, k, [&](std::size_t r, double z) {
      for (std::size_t i = 0; i < k; ++i) x[i] += z * cloud.shape[r * k + i];
    });
    add_product(x, k, mixture, options.redundant, x + k);
    for_each_normal(noise, row, k + options.redundant, d,
                    [&](std::size_t i, double number) { x[i] = number; });
    const bool anew = flip.uniform(row, 0) < options.flip;
    return anew ? std::floor(flip.uniform(row, 1) * static_cast<double>(options.classes))
                : static_cast<double>(order[row] % clouds.size() % options.classes);
  });
}

const FieldList& RegressionOptions::fields() {
  static const FieldList list =
      with_seeds(with_rows<RegressionOptions>()
                     .add("features", &RegressionOptions::features, "columns in all")
                     .at_least(1)
                     .add("informative", &RegressionOptions::informative, "columns with a weight")
                     .at_least(0)
                     .add("bias", &RegressionOptions::bias, "added to y")
                     .add("noise", &RegressionOptions::noise, "standard deviation added to y")
                     .at_least(0),
                 "other weights");
  return list;
}

Dataset make_regression(const RegressionOptions& options) {
  check_fields(options);
  const std::size_t d = options.features;
  check(options.informative <= d, "informative", "must be at most ", d, ", all features, got ",
        options.informative);
  const Random structure = random_for(options.problem_seed, kStructure);
  std::vector<double> weights;
  for (std::size_t i = 0; i < options.informative; ++i)
    weights.push_back(100 * structure.uniform(0, static_cast<std::uint32_t>(i)));
  const Random noise = random_for(options.seed, kNoise);
  const Random of_target = random_for(options.seed, kNoiseOfTarget);
  return make_rows(options.n, d, "y", 0, [&](std::uint32_t row, double* x) {
    fill_normal(noise, row, 0, d, x);
    double y = options.bias + options.noise * portable::normal(of_target, row, 0);
    for (std::size_t i = 0; i < weights.size(); ++i) y += weights[i] * x[i];
    return y;
  });
}

const FieldList& Friedman1Options::fields() {
  static const FieldList list =
      with_seed(with_rows<Friedman1Options>()
                    .add("features", &Friedman1Options::features, "columns, of which 5 count")
                    .at_least(5)
                    .add("noise", &Friedman1Options::noise, "standard deviation added to y")
                    .at_least(0));
  return list;
}

Dataset make_friedman1(const Friedman1Options& options) {
  check_fields(options);
  const Random place = random_for(options.seed, kStructure);
  const Random noise = random_for(options.seed, kNoiseOfTarget);
  return make_rows(options.n, options.features, "y", 0, [&](std::uint32_t row, double* x) {
    for (std::size_t i = 0; i < options.features; ++i)
      x[i] = place.uniform(row, static_cast<std::uint32_t>(i));
    const double bowl = x[2] - 0.5;
    return 10 * portable::sincos(0.5 * x[0] * x[1]).sin + 20 * bowl * bowl + 10 * x[3] + 5 * x[4] +
           options.noise * portable::normal(noise, row, 0);
  });
}

const FieldList& SineOptions::fields() {
  static const FieldList list =
      with_seed(with_rows<SineOptions>()
                    .add("periods", &SineOptions::periods, "between 0 and 1")
                    .at_least(0)
                    .add("noise", &SineOptions::noise, "standard deviation added to y")
                    .at_least(0));
  return list;
}

Dataset make_sine(const SineOptions& options) {
  check_fields(options);
  const Random place = random_for(options.seed, kStructure);
  const Random noise = random_for(options.seed, kNoiseOfTarget);
  return make_rows(options.n, 1, "y", 0, [&](std::uint32_t row, double* x) {
    x[0] = place.uniform(row, 0);
    return portable::sincos(options.periods * x[0]).sin +
           options.noise * portable::normal(noise, row, 0);
  });
}

}  // namespace hebb
