#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hebb {

/// The orders of year, month and day in a date. A set of them, of those in which a text is a date.
enum DateOrder : unsigned { kNoOrder = 0, kYmd = 1, kDmy = 2, kMdy = 4 };

/// A text that is a date, perhaps with a time of day: 2024-12-31, 2024-12-31T10:15:30Z,
/// 31.12.2024 10:15, 12/31/2024 10:15 PM. Years have four digits. Numbers are separated by - / or
/// twice the same; with points the day is first. The years are 1 to 9998.
struct WrittenDate {
  int numbers[3] = {};
  unsigned orders = kNoOrder;
  bool has_time = false;
  double seconds = 0;  ///< of the day, as written
  double offset = 0;   ///< of the zone, in seconds east of UTC; 0: none is written
};

/// A point in time.
struct Moment {
  int year = 1970, month = 1, weekday = 0;  ///< as written; January is 1, Monday is 0
  double hour = 0;                          ///< of the day, as written, with its fraction
  double days = 0;                          ///< since 1970-01-01 00:00 UTC
};

/// Takes a text apart; nothing if it is no date in any order. Eight digits, as in 20241231, are a
/// date only if `compact`.
std::optional<WrittenDate> take_date_apart(std::string_view text, bool compact = false);
/// The moment that a date says. `order` must be one of `date.orders`.
Moment moment_of(const WrittenDate& date, DateOrder order);
/// The moment so many seconds after 1970-01-01 00:00 UTC; nothing before the year 1 or after 9998.
std::optional<Moment> moment_of_epoch(double seconds);

/// "2024-01-05", and back; nothing for another text.
std::string day_text(double days);
std::optional<double> day_of(std::string_view text);

}  // namespace hebb
