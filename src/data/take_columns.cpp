// Converts a table row by row; what a text becomes is found once for each text of a column.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <unordered_map>
#include <unordered_set>

#include "data/columns.h"
#include "data/hashed_text.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// A column of the table, and what becomes of it.
struct Conversion {
  std::size_t from = 0, to = 0, width = 1;
  const TakenColumn* taken = nullptr;    // null: stays as it is
  DateForm form = {};                    // of a date
  std::vector<double> by_category = {};  // (categories, width), of texts other than free ones
};

void write_moment(const Moment& moment, const DateForm& form, double* to) {
  const auto cycle = [&](bool has, double part) {
    if (!has) return;
    const double angle = 2 * std::numbers::pi * part;
    *to++ = std::sin(angle);
    *to++ = std::cos(angle);
  };
  if (form.year) *to++ = moment.year;
  cycle(form.month, (moment.month - 1) / 12.0);
  cycle(form.weekday, moment.weekday / 7.0);
  cycle(form.hour, moment.hour / 24);
  if (form.days) *to++ = moment.days - form.first;
}

class Converter {
 public:
  Converter(const Table& table, const std::vector<TakenColumn>& taken, const std::string& name)
      : table_(table), name_(name) {
    std::unordered_map<std::string_view, const TakenColumn*> by_name;
    for (const TakenColumn& one : taken) by_name[one.name] = &one;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const auto found = by_name.find(table.columns[c].name);
      add(c, found == by_name.end() ? nullptr : found->second);
    }
  }

  bool changes_nothing() const {
    return columns_.size() == table_.columns.size() &&
           std::ranges::all_of(conversions_,
                               [](const Conversion& one) { return one.taken == nullptr; });
  }
  std::size_t width() const { return columns_.size(); }
  std::vector<Column>& columns() { return columns_; }

  void check_names() const {
    std::unordered_set<std::string_view> seen;
    for (const Column& column : columns_)
      check_data(seen.insert(column.name).second, name_, name_.empty() ? "" : ": ",
                 "two columns would be called '", column.name,
                 "', one of which a date or a text becomes: rename the other");
  }

  void write_row(const double* values, std::size_t row, double* to) const {
    for (const Conversion& one : conversions_) write(one, values[one.from], row, to + one.to);
  }

  void count_left(std::map<std::string, TextsLeft>& left) const {
    for (const Conversion& one : conversions_) {
      if (one.taken == nullptr || one.taken->kind != ColumnKind::date || one.form.epoch) continue;
      const auto& texts = table_.columns[one.from].categories;
      TextsLeft counts;
      for (std::size_t row = 0; row < table_.rows && !texts.empty(); ++row) {
        const double value = table_.at(row, one.from);
        if (std::isnan(value)) continue;
        const auto category = static_cast<std::size_t>(value);
        if (!std::isnan(one.by_category[category * one.width])) continue;
        if (counts.count++ == 0) counts.first = texts[category];
      }
      if (counts.count > 0) left[one.taken->name] = counts;
    }
  }

 private:
  void add(std::size_t c, const TakenColumn* taken) {
    const Column& column = table_.columns[c];
    if (taken != nullptr && is_left_out(taken->kind)) return;
    const bool converts =
        taken != nullptr && (taken->kind == ColumnKind::date || taken->kind == ColumnKind::text ||
                             (taken->kind == ColumnKind::yes_no && column.is_categorical()));
    Conversion one{.from = c, .to = columns_.size(), .taken = converts ? taken : nullptr};
    if (!converts) {
      columns_.push_back(column);
    } else if (taken->kind == ColumnKind::date) {
      const auto form = date_form(taken->form);
      check(form && form->is_complete(), "column", "'", taken->text(),
            "' lacks the form of the date, which decide_columns() adds");
      one.form = *form;
      for (const std::string& part : form->names())
        columns_.push_back({.name = column.name + '.' + part, .categories = {}});
      one.width = columns_.size() - one.to;
      read_dates(column, one);
    } else if (taken->kind == ColumnKind::text) {
      one.width = kHashedWidth;
      for (std::size_t i = 1; i <= kHashedWidth; ++i)
        columns_.push_back({.name = concat(column.name, '.', i), .categories = {}});
    } else {
      columns_.push_back({.name = column.name, .categories = {}});
      for (const std::string& text : column.categories) {
        const auto yes = yes_or_no(text);
        one.by_category.push_back(yes ? (*yes ? 1 : 0) : kMissing);
      }
    }
    conversions_.push_back(std::move(one));
  }

  static void read_dates(const Column& column, Conversion& one) {
    one.by_category.assign(column.categories.size() * one.width, kMissing);
    for (std::size_t i = 0; i < column.categories.size(); ++i)
      if (const auto moment = read_moment(column.categories[i], one.form))
        write_moment(*moment, one.form, one.by_category.data() + i * one.width);
  }

  void write(const Conversion& one, double value, std::size_t row, double* to) const {
    if (one.taken == nullptr) {
      *to = value;
      return;
    }
    const auto& column = table_.columns[one.from];
    if (std::isnan(value)) {
      std::fill_n(to, one.width, kMissing);
      // A missing text has no words.
      if (one.taken->kind == ColumnKind::text) std::fill_n(to, one.width, 0.0);
      return;
    }
    if (one.taken->kind == ColumnKind::text) {
      hash_text(column.is_categorical() ? column.categories[static_cast<std::size_t>(value)] : "",
                {to, one.width});
      return;
    }
    if (!column.is_categorical()) {  // a date in seconds
      const auto moment = one.form.epoch ? moment_of_epoch(value) : std::nullopt;
      if (moment)
        write_moment(*moment, one.form, to);
      else
        std::fill_n(to, one.width, kMissing);
      return;
    }
    const auto category = static_cast<std::size_t>(value);
    std::copy_n(one.by_category.data() + category * one.width, one.width, to);
    if (one.taken->kind == ColumnKind::yes_no && std::isnan(*to))
      throw DataError(
          concat(name_, name_.empty() ? "" : ": ", "row ", row + 1, ", column '", column.name,
                 "': '", column.categories[category],
                 "' is neither yes nor no: correct it, or mark it as missing with --na"));
  }

  const Table& table_;
  const std::string& name_;
  std::vector<Column> columns_;
  std::vector<Conversion> conversions_;
};

}  // namespace

Table take_columns(Table table, const std::vector<TakenColumn>& taken, const std::string& name,
                   std::map<std::string, TextsLeft>* left) {
  Converter converter(table, taken, name);
  if (converter.changes_nothing()) return table;
  converter.check_names();
  if (left != nullptr) converter.count_left(*left);
  const std::size_t before = table.columns.size(), width = converter.width();
  // A narrower table takes the place of the wider one.
  std::vector<double> wider(width > before ? table.rows * width : 0);
  double* const out = wider.empty() ? table.values.data() : wider.data();
  std::vector<double> one(width);
  for (std::size_t row = 0; row < table.rows; ++row) {
    converter.write_row(table.values.data() + row * before, row, one.data());
    std::ranges::copy(one, out + row * width);
  }
  if (width > before)
    table.values = std::move(wider);
  else
    table.values.resize(table.rows * width);
  table.columns = std::move(converter.columns());
  return table;
}

}  // namespace hebb
