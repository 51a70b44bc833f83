#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hebb {

/// The two conventions for numbers: 1,234.5 has a decimal point, 1.234,5 a decimal comma. A set of
/// them, of those in which a text is a number.
enum Convention : unsigned { kNoConvention = 0, kPoint = 1, kComma = 2, kEither = 3 };

/// A number as people write it: with separators of thousands (, . ' or blanks), a decimal comma, a
/// currency or percent sign or another unit, parentheses or the sign U+2212 for minus.
struct WrittenNumber {
  std::string
      body;  ///< digits, separators and exponent; a thin or narrow blank as ' ', U+2019 as '
  bool negative = false;
  std::string unit;  ///< "$", "%", "kg"; empty: none
  unsigned conventions = kNoConvention;

  bool has(char c) const { return body.find(c) != std::string::npos; }
  /// The digits by a convention of `conventions`, as read_number() takes them.
  std::string plain(Convention convention) const;
};

/// Whether a unit is a currency, of which 5 and $5 are the same amount.
bool is_money(std::string_view unit);

/// A number of the unit `from` times `times` by `over` is one of the unit `to`.
struct UnitRatio {
  double times = 1, over = 1;
};
/// Between units of one dimension: mm, cm, m, km; mg, g, kg; s, min, h. Nothing for others.
std::optional<UnitRatio> unit_ratio(std::string_view from, std::string_view to);

/// Takes a text apart; nothing if it is no such number.
std::optional<WrittenNumber> take_apart(std::string_view text);

}  // namespace hebb
