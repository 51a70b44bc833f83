#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb {

/// Returns the beginning of a message about a row of a target, numbered from 0:
/// "new.csv: row 3, column 'y': ".
using RowPlace = std::function<std::string(std::size_t row)>;
RowPlace place_in(const Target& target);
RowPlace place_in(const Dataset& data);

/// to_classes() for a target of a data set.
Target to_classes(Target target, const RowPlace& place);

/// The double nearest to a decimal number, as in a file: 7, +7, 7.0, 7e0. Unset for other texts, and
/// beyond the range of double.
std::optional<double> finite_number(std::string_view text);

/// The exact value of such a text, as a text that is the same for equal values only: that of 007,
/// +7 and 7.0 is "7e0". Empty for other texts. Source: the rule in docs/numbers.md.
std::string exact_value(std::string_view text);

/// A number as text: whole numbers without a decimal point, others with the fewest digits that read
/// back as the same number.
std::string number_text(double value);

/// The default name of a column, by its number from 0: "c1", "c2", ...
std::string default_name(std::size_t column);

/// Sorts labels into the order used everywhere: by their exact value if all are numbers, otherwise as
/// text.
void sort_labels(std::vector<std::string>& labels);

/// Finds labels or categories in a list: by their text, or else by their value if all of the list
/// are numbers, no two of them equal. So 1 is found as "1.0" or "01".
class LabelIndex {
 public:
  explicit LabelIndex(const std::vector<std::string>& labels);
  /// The place in the list.
  std::optional<std::size_t> find(const std::string& label) const;
  /// Whether labels are found by their value too.
  bool by_value() const { return !by_value_.empty(); }

 private:
  std::unordered_map<std::string, std::size_t> by_text_, by_value_;
};

/// Completes a target of one column of numbers, if all are whole, by how they are written: sets
/// `spelling`, `exact` and `alike`. `text_of` returns the text of a row; rows are asked for in order.
void keep_spelling(Target& target, const std::function<std::string(std::size_t row)>& text_of);

/// Whether text is valid UTF-8 (RFC 3629), as names and labels in a model file must be.
bool is_utf8(std::string_view text);

}  // namespace hebb
