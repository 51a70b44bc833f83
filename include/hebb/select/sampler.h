#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hebb/select/space.h"

namespace hebb {

/// A trial as a sampler sees it: where it is, and its score once it has ended.
struct SampledTrial {
  Point point = {};
  /// Greater is better; -infinity for a trial that failed. Unset: still running.
  std::optional<double> score = {};
};

/// Proposes the points of a search. A proposal is a function of the seed, of its number and of the
/// trials before it alone, so a search can be repeated, and continued where it stopped.
class Sampler {
 public:
  virtual ~Sampler() = default;
  /// The point of trial `number`, given all trials before it in order. std::nullopt: no point is
  /// left, as in a grid or if all points of a finite space have been tried.
  virtual std::optional<Point> propose(std::size_t number,
                                       const std::vector<SampledTrial>& before) const = 0;
};

/// The names of samplers: "grid", "random", "tpe".
const std::vector<std::string>& sampler_names();

/// A sampler by name.
///
/// - grid: every point of the space's grid, in order.
/// - random: independent uniform draws, without repeating a point of a finite space.
/// - tpe: the tree-structured Parzen estimator, with one kernel over all dimensions (multivariate).
///   The first 10 points are random. Then the trials that have ended are divided into the best 15 %
///   and the rest, the density of each is estimated, and of some draws from the density of the best
///   the one with the highest ratio of the two densities is taken. Each of the best counts as much
///   as its score is above those of the rest. No point of a finite space is repeated.
///   Source: Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NIPS 2011; Falkner et
///   al., "BOHB", ICML 2018 (one kernel over all dimensions); Watanabe, "Tree-Structured Parzen
///   Estimator: Understanding Its Algorithm Components", arXiv:2304.11127, 2023 (the share of the
///   best, and their weights).
/// Errors: std::invalid_argument naming the nearest name, for an unknown one; as Space::grid_size()
/// for a grid.
std::unique_ptr<Sampler> make_sampler(const std::string& name, const Space& space,
                                      std::uint64_t seed);

}  // namespace hebb
