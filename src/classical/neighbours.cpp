// Squared distances as |x|^2 - 2 x y + |y|^2, the products in float32 and in blocks, which is 50 times
// as fast as sums of squared differences. They are exact to a bound that is known: a float32 product
// of n terms is off by at most n u / (1 - n u) times the product of the norms, u = 2^-24 (Higham,
// Accuracy and Stability of Numerical Algorithms, 2002, section 3.1), wherever its sums begin. Rows
// that may be among the k nearest within that bound are candidates, and their distances are computed
// again in double.
#include "classical/neighbours.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "kernels/product.h"

namespace hebb::classical {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr std::size_t kBlock = 512;  // rows of a product: it stays in cache with 256 queries

struct Candidate {
  double least;  // its squared distance is at least this
  std::uint32_t row;
};

// The candidates of one query.
class Candidates {
 public:
  explicit Candidates(std::size_t k) : k_(k) {}

  // What the k-th smallest distance is at most.
  double bound() const { return most_.size() < k_ ? kInfinite : most_.front(); }
  void add(double least, double most, std::uint32_t row) {
    all_.push_back({least, row});
    if (!(most < bound())) return;
    if (most_.size() == k_) {
      std::ranges::pop_heap(most_);
      most_.pop_back();
    }
    most_.push_back(most);
    std::ranges::push_heap(most_);
    if (all_.size() > 2 * kept_ + 1024) {  // rows that were candidates under an earlier bound
      drop();
      kept_ = all_.size();
    }
  }
  const std::vector<Candidate>& finish() {
    drop();
    return all_;
  }

 private:
  void drop() {
    std::erase_if(all_, [bound = bound()](const Candidate& c) { return c.least > bound; });
  }

  std::size_t k_, kept_ = 0;
  std::vector<double> most_;  // a heap: the k smallest upper bounds
  std::vector<Candidate> all_;
};

double squared_distance(const float* x, const float* y, std::size_t n) {
  constexpr std::size_t kLanes = 4;
  double sums[kLanes] = {};
  std::size_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const double d = double{x[i + lane]} - double{y[i + lane]};
      sums[lane] += d * d;
    }
  for (; i < n; ++i) {
    const double d = double{x[i]} - double{y[i]};
    sums[0] += d * d;
  }
  const double sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  return std::isnan(sum) ? kInfinite
                         : sum;  // so that distances have an order whatever a file holds
}

double squared_norm_of(const float* x, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += double{x[i]} * double{x[i]};
  return sum;
}

}  // namespace

std::vector<Neighbour> nearest(std::span<const float> rows, std::span<const double> norms,
                               std::size_t features, std::span<const float> queries,
                               std::size_t k) {
  const std::size_t count = queries.size() / features, samples = norms.size();
  const double n = static_cast<double>(features) + 4;
  constexpr double kUnit = 0x1p-24, kTiniest = 0x1p-126;  // below the latter numbers may be flushed
  // Twice the product is off by at most `share` of the sum of the squared norms, and `flushed`.
  const double share = n * kUnit < 0.5 ? n * kUnit / (1 - n * kUnit) : 1;
  const double flushed = 4 * n * kTiniest;
  std::vector<Candidates> found(count, Candidates(k));
  std::vector<double> squares(count);
  for (std::size_t q = 0; q < count; ++q)
    squares[q] = squared_norm_of(queries.data() + q * features, features);
  std::vector<float> products(count * kBlock);
  for (std::size_t begin = 0; begin < samples; begin += kBlock) {
    const std::size_t size = std::min(kBlock, samples - begin);
    kernels::product_bt(count, size, features, queries.data(), rows.data() + begin * features,
                        products.data());
    for (std::size_t q = 0; q < count; ++q) {
      Candidates& own = found[q];
      const float* product = products.data() + q * size;
      double bound = own.bound();
      for (std::size_t j = 0; j < size; ++j) {
        const double sum = squares[q] + norms[begin + j];
        const double distance = sum - 2 * double{product[j]};
        const double error = share * sum + flushed;
        const bool known = std::abs(product[j]) <= std::numeric_limits<float>::max();
        if (known && distance - error > bound) continue;
        own.add(known ? distance - error : 0, known ? distance + error : kInfinite,
                static_cast<std::uint32_t>(begin + j));
        bound = own.bound();
      }
    }
  }
  std::vector<Neighbour> out;
  out.reserve(count * k);
  std::vector<Neighbour> exact;
  for (std::size_t q = 0; q < count; ++q) {
    exact.clear();
    for (const Candidate& one : found[q].finish())
      exact.push_back({squared_distance(queries.data() + q * features,
                                        rows.data() + one.row * features, features),
                       one.row});
    std::ranges::partial_sort(exact, exact.begin() + static_cast<std::ptrdiff_t>(k), std::less{});
    out.insert(out.end(), exact.begin(), exact.begin() + static_cast<std::ptrdiff_t>(k));
  }
  return out;
}

}  // namespace hebb::classical
