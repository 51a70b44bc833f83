#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/data/table.h"

namespace hebb {

/// What a column of a table is taken for. Numbers and categories are taken as they are. money,
/// percent and unit are numbers that were written with a sign or a unit. id and what follows it are
/// left out.
enum class ColumnKind {
  number,
  category,
  text,    ///< free text: 256 hashed columns
  date,    ///< numbers of the calendar and the clock
  yes_no,  ///< 1 and 0
  money,
  percent,
  unit,
  id,          ///< another text, or another whole number, in each row
  row_number,  ///< 1, 2, 3, ...
  constant,    ///< one value in all rows, or none
  duplicate,   ///< equal to a column before it
  leak,        ///< filled exactly where the target has one of its values
  drop         ///< as the user says
};

/// "yes_no", and the like.
std::string to_string(ColumnKind kind);
/// "number, category, ...": every kind.
const std::vector<std::string>& column_kinds();
/// Whether columns of this kind are left out.
bool is_left_out(ColumnKind kind);

/// A column and its kind: what was decided in training, so that other data are read alike.
struct TakenColumn {
  std::string name = {};
  ColumnKind kind = ColumnKind::number;
  /// What else is to be kept. Of a unit: the one that values are converted to, "kg". Of a date: the
  /// order of its numbers (ymd, dmy, mdy, or epoch for seconds since 1970), its columns, and the
  /// first day: "dmy:year+month+weekday+days:2023-01-05"; of which the user says the order alone.
  std::string form = {};

  /// "when=date:dmy:year+month+weekday+days:2023-01-05"
  std::string text() const;
  /// Errors: std::invalid_argument [column] for a text without "=", an unknown kind, with the nearest
  /// one, or an invalid form.
  static TakenColumn parse(const std::string& text);
};

/// What the user says of columns before they are looked at.
struct ColumnsSaid {
  std::vector<TakenColumn> kinds = {};
  std::vector<std::string> leave_in = {};  ///< names of columns that stay, whatever they hold
};

/// A decision in words, for the user.
struct ColumnNote {
  std::string column = {};  ///< its name
  ColumnKind kind = ColumnKind::number;
  std::string text;
};

struct ColumnDecisions {
  /// In the order of the table; columns that are numbers or categories and taken as they are have
  /// none, unless the user gave them one.
  std::vector<TakenColumn> taken = {};
  std::vector<ColumnNote> notes = {};
};

/// Decides what the columns of a table are taken for: a date if 95% of the values are, yes_no
/// (yes/no, true/false, ja/nein, oui/non, y/n), text if nearly all values differ and have four
/// words or more on average, in 20 rows or more. A column of texts is an id if each row of 20 or
/// more has its own, or more than 1000 differ in most rows; one of whole numbers if it is called so,
/// all differ, and they hardly correlate with the target. A row number counts the rows in their
/// order, 8 or more. If no column would be left, all stay. Columns of which the user gives the kind
/// are not looked at, except for the form of a date. Takes time in proportion to the table.
/// Errors: std::invalid_argument [column] for a kind that the values cannot have; for a table whose
/// sizes do not match.
ColumnDecisions decide_columns(const Table& table, const Target& target,
                               const ColumnsSaid& said = {});

/// The texts that take_columns() counts as missing values.
struct TextsLeft {
  std::size_t count = 0;
  std::string first = {};
};

/// Converts the columns of `table` to what they are `taken` for. Left-out columns are gone. A date
/// named when becomes when.year, when.month_sin, when.month_cos, when.weekday_sin,
/// when.weekday_cos, when.hour_sin, when.hour_cos and when.days, those that its form names; texts of
/// a date that are none are missing values, counted in `left` by the column's name. Free text becomes
/// text.1 to text.256. Names of which the table has no column are ignored.
/// Errors: DataError beginning with `name` for a text in a yes_no column that is neither, with row and
/// column, and for two resulting columns of one name; std::invalid_argument for a date without its form.
Table take_columns(Table table, const std::vector<TakenColumn>& taken, const std::string& name = {},
                   std::map<std::string, TextsLeft>* left = nullptr);

/// Whether a name is that of an id: "id", "customer_id", "OrderID".
bool is_called_an_id(const std::string& name);

}  // namespace hebb
