#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace hebb::classical {

struct Neighbour {
  double distance = 0;  // squared
  std::uint32_t row = 0;

  bool operator<(const Neighbour& other) const {
    return distance < other.distance || (distance == other.distance && row < other.row);
  }
};

/// The `k` nearest of `rows` (samples, features) to each query (count, features), nearest first, by
/// Euclidean distance; of equally distant ones the earlier is nearer. `norms` are the squared norms of
/// the rows. Distances are sums in double of the float32 numbers, and none depends on the other
/// queries. Shapes: result (count, k).
std::vector<Neighbour> nearest(std::span<const float> rows, std::span<const double> norms,
                               std::size_t features, std::span<const float> queries, std::size_t k);

}  // namespace hebb::classical
