#include "classical/svm_decisions.h"

#include <algorithm>
#include <cmath>

#include "kernels/denormals.h"
#include "kernels/doubles.h"
#include "kernels/threads.h"

namespace hebb::classical {
namespace {

constexpr std::size_t kQueryRows = 32;    // of a task
constexpr std::size_t kVectorRows = 128;  // they stay in cache while the samples of a task use them

double power(double base, int exponent) {
  double result = 1;
  for (; exponent > 0; exponent /= 2, base *= base)
    if (exponent % 2 == 1) result *= base;
  return result;
}

// Products of one sample with vectors -> the kernel's values.
void apply(const SvmKernel& kernel, double square, std::span<const double> squares,
           std::span<double> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double dot = values[i];
    switch (kernel.kind) {
      case SvmKernel::Kind::linear:
        break;
      case SvmKernel::Kind::poly:
        values[i] = power(kernel.gamma * dot + kernel.coef0, kernel.degree);
        break;
      case SvmKernel::Kind::rbf:
        values[i] = std::exp(-kernel.gamma * std::max(0.0, square + squares[i] - 2 * dot));
        break;
      case SvmKernel::Kind::sigmoid:
        values[i] = std::tanh(kernel.gamma * dot + kernel.coef0);
        break;
    }
  }
}

// The class of each support vector.
std::vector<std::size_t> classes_of(const SvmBody& body) {
  std::vector<std::size_t> of(body.support(), 0);
  auto at = of.begin();
  for (std::size_t c = 0; c < body.counts.size(); ++c) at = std::fill_n(at, body.counts[c], c);
  return of;
}

// The decisions of samples [begin, begin + size).
void decide_rows(const SvmBody& body, const std::vector<std::size_t>& class_of,
                 const DoubleInputs& inputs, std::size_t begin, std::size_t size, double* out) {
  const std::size_t features = body.features, rows = body.rows(), support = body.support();
  const std::size_t classes = body.outputs(), pairs = body.pairs();
  std::vector<double> x(size * features), squares(size), values(kVectorRows);
  // Sums by the vectors' class and the row of their coefficients: (size, classes, rows).
  std::vector<double> sums(size * classes * rows, 0.0);
  for (std::size_t q = 0; q < size; ++q) {
    double* own = x.data() + q * features;
    const double* from = inputs.row(begin + q, own);
    if (from != own) std::copy_n(from, features, own);
    kernels::dots(own, own, 1, features, &squares[q]);
  }
  for (std::size_t first = 0; first < support; first += kVectorRows) {
    const std::size_t count = std::min(kVectorRows, support - first);
    const std::span<double> own(values.data(), count);
    for (std::size_t q = 0; q < size; ++q) {
      kernels::dots(x.data() + q * features, body.vectors.data() + first * features, count,
                    features, own.data());
      apply(body.kernel, squares[q], std::span(body.norms).subspan(first, count), own);
      for (std::size_t r = 0; r < rows; ++r) {
        const double* coef = body.coef.data() + r * support + first;
        for (std::size_t i = 0; i < count; ++i)
          sums[(q * classes + class_of[first + i]) * rows + r] += coef[i] * own[i];
      }
    }
  }
  for (std::size_t q = 0; q < size; ++q) {
    const double* sum = sums.data() + q * classes * rows;
    double* to = out + q * pairs;
    if (body.counts.empty()) {
      *to = *sum - body.rho.front();
      continue;
    }
    std::size_t pair = 0;
    for (std::size_t i = 0; i < classes; ++i)
      for (std::size_t j = i + 1; j < classes; ++j, ++pair)
        to[pair] = sum[i * rows + j - 1] + sum[j * rows + i] - body.rho[pair];
  }
}

double sigmoid(double decision, double a, double b) {
  const double z = decision * a + b;
  return z >= 0 ? std::exp(-z) / (1 + std::exp(-z)) : 1 / (1 + std::exp(z));
}

// Minimises sum over i, j of (r_ji p_i - r_ij p_j)^2 over the probabilities p, by LIBSVM's iteration
// with its stop rule.
std::vector<double> coupled(const std::vector<double>& r, std::size_t k) {
  std::vector<double> q(k * k, 0.0), p(k, 1 / static_cast<double>(k)), qp(k);
  const double tolerance = 0.005 / static_cast<double>(k);
  const std::size_t most = std::max<std::size_t>(100, k);
  for (std::size_t t = 0; t < k; ++t)
    for (std::size_t j = 0; j < k; ++j) {
      if (j == t) continue;
      q[t * k + t] += r[j * k + t] * r[j * k + t];
      q[t * k + j] = j < t ? q[j * k + t] : -r[j * k + t] * r[t * k + j];
    }
  for (std::size_t iteration = 0; iteration < most; ++iteration) {
    double pqp = 0, largest = 0;
    for (std::size_t t = 0; t < k; ++t) {
      qp[t] = 0;
      for (std::size_t j = 0; j < k; ++j) qp[t] += q[t * k + j] * p[j];
      pqp += p[t] * qp[t];
    }
    for (std::size_t t = 0; t < k; ++t) largest = std::max(largest, std::abs(qp[t] - pqp));
    if (largest < tolerance) break;
    for (std::size_t t = 0; t < k; ++t) {
      const double step = (-qp[t] + pqp) / q[t * k + t];
      p[t] += step;
      pqp = (pqp + step * (step * q[t * k + t] + 2 * qp[t])) / (1 + step) / (1 + step);
      for (std::size_t j = 0; j < k; ++j) {
        qp[j] = (qp[j] + step * q[t * k + j]) / (1 + step);
        p[j] /= 1 + step;
      }
    }
  }
  return p;
}

}  // namespace

std::vector<double> svm_decisions(const SvmBody& body, const DoubleInputs& inputs, int threads) {
  const kernels::DenormalsFlushed flushed;
  const std::size_t samples = inputs.samples();
  std::vector<double> out(samples * body.pairs());
  const auto class_of = classes_of(body);
  const auto predict = [&](std::size_t task, std::size_t) {
    const std::size_t begin = task * kQueryRows;
    decide_rows(body, class_of, inputs, begin, std::min(kQueryRows, samples - begin),
                out.data() + begin * body.pairs());
  };
  const double operations = 2 * static_cast<double>(samples) *
                            static_cast<double>(body.vectors.size() + body.coef.size());
  ThreadPool pool(worth_threads(operations, Helpers::started) ? threads : 1);
  pool.run((samples + kQueryRows - 1) / kQueryRows, predict);
  return out;
}

std::vector<std::size_t> svm_votes(std::span<const double> decisions, std::size_t classes) {
  std::vector<std::size_t> votes(classes, 0);
  std::size_t pair = 0;
  for (std::size_t i = 0; i < classes; ++i)
    for (std::size_t j = i + 1; j < classes; ++j) ++votes[decisions[pair++] > 0 ? i : j];
  return votes;
}

std::vector<double> svm_probabilities(const SvmBody& body, std::span<const double> decisions) {
  constexpr double kLeast = 1e-7;
  const std::size_t k = body.counts.size();
  std::vector<double> r(k * k, 0.0);
  std::size_t pair = 0;
  for (std::size_t i = 0; i < k; ++i)
    for (std::size_t j = i + 1; j < k; ++j, ++pair) {
      r[i * k + j] = std::clamp(sigmoid(decisions[pair], body.prob_a[pair], body.prob_b[pair]),
                                kLeast, 1 - kLeast);
      r[j * k + i] = 1 - r[i * k + j];
    }
  if (k == 2) return {r[1], r[2]};
  return coupled(r, k);
}

}  // namespace hebb::classical
