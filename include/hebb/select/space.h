#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "hebb/core/options.h"

namespace hebb {

/// One option that a search varies: a range of numbers, or a list of values.
struct Dimension {
  std::string option;  ///< as in OptionSet: "alpha"
  /// The values to choose from, as for a list; empty for a range.
  std::vector<Value> choices = {};
  double low = 0, high = 0;  ///< of a range, both included
  bool integer = false;      ///< whole numbers
  bool log = false;          ///< evenly spaced on a log scale
  /// How many values of a range a grid takes, evenly spaced; whole numbers: all, unless set.
  std::optional<std::size_t> grid_points = {};

  bool is_range() const { return choices.empty(); }
  /// Whether the choices are numbers in ascending order, which are near each other as their places
  /// are.
  bool is_ordered() const;
  bool operator==(const Dimension&) const = default;
};

/// The name of an option as users of the command line write it, without dashes: "hidden" for
/// hidden_layer_sizes. A name that `options` does not have is returned as it is.
std::string flag_name(const std::string& option, const OptionSet& options);

/// A point of a space: for each dimension the number, or the index of the choice.
using Point = std::vector<double>;

/// The values of some options that a search tries.
class Space {
 public:
  Space() = default;
  /// Errors: std::invalid_argument for no dimension, one without values, a range that is empty or
  /// on a log scale not positive, and an option that occurs twice.
  explicit Space(std::vector<Dimension> dimensions);
  /// Reads texts such as these, with names and values as on the command line:
  ///
  ///     alpha=1e-6..1e-1           a range; on a log scale, as the option says
  ///     dropout=0..0.5             a range
  ///     learning_rate=log:1e-4..1  a range on a log scale
  ///     hidden=100|50,50|3,3       a list of values
  ///     alpha=1e-6..1e-1:6         a grid takes 6 values of the range
  ///
  /// Errors: std::invalid_argument naming the nearest option, for one that `options` does not have;
  /// for a value that the option does not take; as the constructor.
  static Space parse(const std::vector<std::string>& texts, const OptionSet& options);

  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  /// The values of the options at a point.
  OptionValues values(const Point& point) const;
  /// The text that parse() reads, one a dimension.
  std::vector<std::string> texts() const;

  /// The number of points of the grid. Errors: std::invalid_argument for a range without
  /// `grid_points`, and for more than 2^53 points.
  std::size_t grid_size() const;
  /// One of them: the last dimension varies fastest.
  Point grid_point(std::size_t index) const;
  /// Whether there is a finite number of points.
  bool is_finite() const;

  bool operator==(const Space&) const = default;

 private:
  std::vector<Dimension> dimensions_;
};

}  // namespace hebb
