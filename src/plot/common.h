#pragma once

// Helpers shared by the figures.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/model/model.h"
#include "plot/content.h"

namespace hebb::plot {

constexpr std::size_t kMostPoints = 20000;  // that are drawn: more only cover each other

/// The rows that a figure of points shows: all, or kMostPoints of them drawn at random, in order. The
/// first ones would be those of one class in a file that is sorted by class.
std::vector<std::uint32_t> drawn_rows(std::size_t samples);

/// The rows of a data set in a random order, the same in every run, for figures of a part of them.
std::vector<std::uint32_t> shuffled_rows(std::size_t samples);

/// The training loss of every epoch; of a training that was stopped in its first, its loss up to there.
/// Empty: the model has none.
std::vector<double> loss_history(const Model& model);

/// "12,345 samples", "1 class".
std::string counted(std::size_t count, const std::string& noun);

/// "iris, 150 samples"
std::string name_of(const Dataset& data);

/// The name of a class's series: its label, or "(empty)", as a series without a name is not in the
/// legend.
std::string series_name(const std::string& label);

/// Which classes of a figure have series of their own: all, or the kMostNamed most frequent ones.
/// `truth`: indices of classes, or NaN.
struct NamedClasses {
  NamedClasses(const std::vector<double>& truth, std::size_t classes);

  std::vector<std::size_t> classes;   ///< by index
  std::vector<std::size_t> place_of;  ///< in `classes`, by class; classes.size(): none
  std::size_t others = 0;             ///< the number of classes without one
  /// "the 40 most frequent of 1,000 classes"; empty if there are no others.
  std::string note() const;
};

/// "'a'", or "'a', 'b' and 3 more": names in a sentence.
std::string names_in_words(const std::vector<std::string>& names);

/// Two notes below a figure: "a; b". Either may be empty.
std::string joined(const std::string& note, const std::string& more);

/// The magnitude that one value in 200 exceeds, used as the end of a colour scale: a few outliers
/// would make all other colours pale.
double strong(std::vector<double> values);

}  // namespace hebb::plot
