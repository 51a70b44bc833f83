#include "hebb/nn/initializer.h"

#include <cmath>

#include "hebb/core/catalogue.h"

namespace hebb {
namespace {

using Fill = std::function<void(std::span<float>, const Fans&, const Random&)>;

void fill_uniform(std::span<float> values, double bound, const Random& random,
                  std::uint32_t sample) {
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] =
        static_cast<float>((2 * random.uniform(sample, static_cast<std::uint32_t>(i)) - 1) * bound);
}

// Uniform on (-bound, bound), the bound being a function of fan_in and fan_out.
Fill uniform(double (*bound)(const Fans&)) {
  return [bound](std::span<float> values, const Fans& fans, const Random& random) {
    fill_uniform(values, bound(fans), random, 0);
  };
}

Fill normal(double (*deviation)(const Fans&)) {
  return [deviation](std::span<float> values, const Fans& fans, const Random& random) {
    const double std = deviation(fans);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<float>(std * random.normal(0, static_cast<std::uint32_t>(i)));
  };
}

void zero(std::span<float> values, const Fans& /*fans*/, const Random& /*random*/) {
  for (float& value : values) value = 0;
}

double sum(const Fans& fans) { return static_cast<double>(fans.in + fans.out); }

double sklearn_bound(const Fans& fans) {
  return std::sqrt((fans.logistic ? 2.0 : 6.0) / sum(fans));
}

// Gram-Schmidt, twice for accuracy, on normally distributed rows; the shorter side is orthonormal.
void orthogonal(std::span<float> values, const Fans& fans, const Random& random) {
  const bool wide = fans.out >= fans.in;
  const std::size_t rows = wide ? fans.in : fans.out;
  const std::size_t width = wide ? fans.out : fans.in;
  std::vector<double> q(rows * width);
  for (std::size_t i = 0; i < q.size(); ++i) q[i] = random.normal(0, static_cast<std::uint32_t>(i));
  for (std::size_t r = 0; r < rows; ++r) {
    double* row = &q[r * width];
    for (int round = 0; round < 2; ++round)
      for (std::size_t other = 0; other < r; ++other) {
        const double* o = &q[other * width];
        double dot = 0;
        for (std::size_t i = 0; i < width; ++i) dot += row[i] * o[i];
        for (std::size_t i = 0; i < width; ++i) row[i] -= dot * o[i];
      }
    double norm = 0;
    for (std::size_t i = 0; i < width; ++i) norm += row[i] * row[i];
    norm = std::sqrt(norm);
    for (std::size_t i = 0; i < width; ++i) row[i] /= norm;
  }
  for (std::size_t i = 0; i < fans.in; ++i)
    for (std::size_t o = 0; o < fans.out; ++o)
      values[i * fans.out + o] = static_cast<float>(wide ? q[i * width + o] : q[o * width + i]);
}

}  // namespace

const std::vector<Initializer>& initializer_catalogue() {
  static const std::vector<Initializer> rows = {
      {"sklearn",
       "uniform, bound sqrt(6 / (fan_in + fan_out)), 2 in place of 6 for logistic; biases too",
       uniform(sklearn_bound),
       [](std::span<float> values, const Fans& fans, const Random& random) {
         fill_uniform(values, sklearn_bound(fans), random, 1);
       }},
      {"glorot", "uniform, bound sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010)",
       uniform([](const Fans& fans) { return std::sqrt(6.0 / sum(fans)); }), zero},
      {"glorot_normal", "normal, std sqrt(2 / (fan_in + fan_out))",
       normal([](const Fans& fans) { return std::sqrt(2.0 / sum(fans)); }), zero},
      {"he", "normal, std sqrt(2 / fan_in) (He et al. 2015)",
       normal([](const Fans& fans) { return std::sqrt(2.0 / static_cast<double>(fans.in)); }),
       zero},
      {"he_uniform", "uniform, bound sqrt(6 / fan_in)",
       uniform([](const Fans& fans) { return std::sqrt(6.0 / static_cast<double>(fans.in)); }),
       zero},
      {"lecun", "normal, std sqrt(1 / fan_in) (LeCun et al. 1998)",
       normal([](const Fans& fans) { return std::sqrt(1.0 / static_cast<double>(fans.in)); }),
       zero},
      {"lecun_uniform", "uniform, bound sqrt(3 / fan_in)",
       uniform([](const Fans& fans) { return std::sqrt(3.0 / static_cast<double>(fans.in)); }),
       zero},
      {"orthogonal", "rows or columns orthonormal, whichever are fewer (Saxe et al. 2014)",
       orthogonal, zero},
  };
  return rows;
}

std::vector<std::string> initializer_names() { return row_names(initializer_catalogue()); }

const Initializer& find_initializer(const std::string& name) {
  return find_row(initializer_catalogue(), name, "init", "initialiser");
}

}  // namespace hebb
