#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/dates.h"
#include "hebb/data/columns.h"

namespace hebb {

/// The form of a date, taken apart.
struct DateForm {
  DateOrder order = kNoOrder;  ///< none of them: ISO alone, or seconds
  bool epoch = false;
  bool year = false, month = false, weekday = false, hour = false, days = false;
  double first = 0;  ///< days since 1970-01-01

  bool is_complete() const { return year || month || weekday || hour || days; }
  std::string text() const;
  /// The columns that the date becomes, without its name.
  std::vector<std::string> names() const;
};
/// Nothing for an invalid form.
std::optional<DateForm> date_form(const std::string& form);

/// The moment that a text says. Dates in the order of year, month and day are read in any form.
std::optional<Moment> read_moment(std::string_view text, const DateForm& form);

/// Whether these are whole numbers, no two of them equal.
bool are_different_integers(std::vector<double> values);

/// Whether a text says yes or no; nothing if neither.
std::optional<bool> yes_or_no(std::string_view text);

}  // namespace hebb
