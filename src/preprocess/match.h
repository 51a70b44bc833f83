#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/data/dataset.h"

namespace hebb {

constexpr std::string_view kPreprocess = "preprocess";  // of errors

/// "'a', 'b', 'c' and 4 more"
std::string list_names(const std::vector<std::string>& names);

/// "new.csv: ", or empty for data without a name.
std::string place(const Dataset& data);

/// Checks that data fit what training had. Data with a name were read from somewhere: they are at
/// fault then, not the call.
/// Errors: DataError that begins with place(), for data with a name; otherwise
/// std::invalid_argument.
template <class... Parts>
void check_fits(bool fits, const Dataset& data, const Parts&... parts) {
  check_data(fits || data.name().empty(), place(data), parts...);
  check(fits, kPreprocess, "X has ", parts...);
}

/// Whether no value is missing or infinite.
bool all_finite(std::span<const double> values);

/// Errors: std::invalid_argument for sequences, which differ in length.
void check_no_sequences(const Dataset& data);

/// Errors they throw: DataError, at `place`.
[[noreturn]] void throw_missing(const std::string& place);
[[noreturn]] void throw_infinite(const std::string& place);
void check_some_row(const Dataset& data, std::size_t kept);

/// Reads the training columns from a table that may have them in another order, among other
/// columns, and with other categories.
class MatchedColumns {
 public:
  static constexpr double kUnknown = -1;

  /// Columns are found by name; by position if one side has only default names. If
  /// data.zeros_follow(), training columns after its last column are zeros.
  /// Errors: as check_fits(), with both counts, or naming the missing columns.
  MatchedColumns(const Dataset& data, std::span<const Column* const> trained);

  /// A number, the index of a category in training, kUnknown for a category not seen in training,
  /// or NaN for a missing value. Errors: DataError for text in a numeric column.
  double value(std::size_t row, std::size_t column) const;
  /// The value as text, as in the data.
  std::string text(std::size_t row, std::size_t column) const;

 private:
  static constexpr double kSeveral = -2;
  static constexpr std::size_t kZeros = std::numeric_limits<std::size_t>::max();
  struct Source {
    const Column* trained = nullptr;
    std::size_t index = 0;        // of the column in the data; kZeros: it has none
    std::vector<double> recoded;  // by category of the data; infinite: not a number
    // The trained categories that are numbers, for a numeric column; kSeveral: of equal value.
    std::map<double, double> by_number;
  };
  Source source_for(const Column& trained, std::size_t index) const;
  // Whether a training column is after the last one of the data, and so zero.
  bool is_zeros(const Column& trained) const;

  const Dataset& data_;
  std::vector<Source> sources_;
};

}  // namespace hebb
