// The decisions. One pass over the table finds what concerns all columns: constants, row numbers, and
// a hash of each column's values. Columns with the same hash are then compared row by row. The texts
// of a column are read once each, with the number of rows that have them.
#include "data/columns.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <numeric>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "data/hashed_text.h"
#include "data/labels.h"
#include "data/missing_words.h"
#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "hebb/core/printable.h"
#include "hebb/core/text.h"

namespace hebb {
namespace {

constexpr std::size_t kFewRows = 20;  // that texts may differ in by chance
constexpr std::size_t kFewNumbered = 8;
constexpr std::size_t kManyTexts = 1000;
constexpr double kShareOfDates = 0.95;
constexpr double kShareOfTexts = 0.9;  // that differ
constexpr double kManyWords = 4;
constexpr std::size_t kManySentences = 100;  // different ones: too many for categories

constexpr std::array<std::pair<std::string_view, bool>, 12> kYesNo = {{{"yes", true},
                                                                       {"no", false},
                                                                       {"true", true},
                                                                       {"false", false},
                                                                       {"ja", true},
                                                                       {"nein", false},
                                                                       {"oui", true},
                                                                       {"non", false},
                                                                       {"y", true},
                                                                       {"n", false},
                                                                       {"1", true},
                                                                       {"0", false}}};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::optional<std::size_t> yes_no_place(std::string_view text) {
  constexpr std::size_t kLongest = 5;
  if (text.size() > kLongest) return {};
  const auto* const found =
      std::ranges::find(kYesNo, lower(text), [](const auto& row) { return row.first; });
  if (found == kYesNo.end()) return {};
  return static_cast<std::size_t>(found - kYesNo.begin());
}

// How the name of a column is written in a list of the command line.
std::string argument(const std::string& name) { return shell_word(name); }

std::string leave_in(const std::string& name) {
  return "; --leave-in " + argument(name) + " brings it back";
}

std::string as_category(const std::string& name) {
  return "; --column " + argument(name + "=category") + " keeps the texts";
}

// What one pass over the table finds out about a column.
struct Look {
  double first = std::numeric_limits<double>::quiet_NaN();
  bool constant = true;  // all values are the first one, or all are missing
  bool in_order = true;  // each row is one more than the row before it
  std::size_t missing = 0;
  std::uint64_t hash[2] = {0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F};

  void add(double value, std::size_t row) {
    if (row == 0) first = value;
    const bool nan = std::isnan(value);
    constant &= value == first || (nan && std::isnan(first));
    in_order &= value == first + static_cast<double>(row);
    missing += nan ? 1 : 0;
    const double plain = nan ? std::numeric_limits<double>::quiet_NaN() : value + 0.0;
    std::uint64_t bits = 0;
    std::memcpy(&bits, &plain, sizeof bits);
    for (int i = 0; i < 2; ++i) {
      hash[i] = (hash[i] ^ bits) * (i == 0 ? 0xff51afd7ed558ccd : 0xc4ceb9fe1a85ec53);
      hash[i] ^= hash[i] >> 32U;
    }
  }
};

std::vector<Look> look_at(const Table& table) {
  std::vector<Look> looks(table.columns.size());
  for (std::size_t row = 0; row < table.rows; ++row) {
    const double* const values = table.values.data() + row * table.columns.size();
    for (std::size_t c = 0; c < looks.size(); ++c) looks[c].add(values[c], row);
  }
  return looks;
}

// For each column the first one that is equal to it, or itself. Only `open` columns take part.
std::vector<std::size_t> find_duplicates(const Table& table, const std::vector<Look>& looks,
                                         const std::vector<bool>& open) {
  std::vector<std::size_t> same(looks.size());
  std::iota(same.begin(), same.end(), std::size_t{0});
  std::unordered_map<std::uint64_t, std::size_t> seen;
  std::vector<std::size_t> suspects;
  for (std::size_t c = 0; c < looks.size(); ++c) {
    if (!open[c]) continue;
    const auto [at, is_new] = seen.emplace(looks[c].hash[0], c);
    const std::size_t other = at->second;
    if (is_new || looks[other].hash[1] != looks[c].hash[1] ||
        table.columns[other].categories != table.columns[c].categories)
      continue;
    same[c] = other;
    suspects.push_back(c);
  }
  for (std::size_t row = 0; row < table.rows && !suspects.empty(); ++row) {
    const double* const values = table.values.data() + row * table.columns.size();
    std::erase_if(suspects, [&](std::size_t c) {
      const double a = values[c], b = values[same[c]];
      if (a == b || (std::isnan(a) && std::isnan(b))) return false;
      same[c] = c;
      return true;
    });
  }
  return same;
}

double correlation(const Table& table, std::size_t column, std::span<const double> other) {
  const auto n = static_cast<double>(table.rows);
  double mean_a = 0, mean_b = 0;
  for (std::size_t row = 0; row < table.rows; ++row) {
    mean_a += table.at(row, column) / n;
    mean_b += other[row] / n;
  }
  double aa = 0, bb = 0, ab = 0;
  for (std::size_t row = 0; row < table.rows; ++row) {
    const double a = table.at(row, column) - mean_a, b = other[row] - mean_b;
    aa += a * a;
    bb += b * b;
    ab += a * b;
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0;
}

// Whether a column of numbers correlates with a column of the target, or with one of its classes, by
// more than chance would have it.
bool tells_of(const Table& table, std::size_t column, const Target& target) {
  constexpr std::size_t kMostClasses = 20;
  const std::size_t outputs = target.outputs();
  if (outputs == 0 || target.values.size() != table.rows * outputs) return false;
  const double most = 0.1 + 3 / std::sqrt(static_cast<double>(table.rows));
  std::vector<double> other(table.rows);
  for (std::size_t o = 0; o < outputs; ++o) {
    const std::size_t classes = target.classes_of(o).size();
    for (std::size_t k = 0; k < std::clamp<std::size_t>(classes, 1, kMostClasses); ++k) {
      for (std::size_t row = 0; row < table.rows; ++row) {
        const double value = target.values[row * outputs + o];
        other[row] = classes == 0 ? value : value == static_cast<double>(k) ? 1 : 0;
      }
      if (std::abs(correlation(table, column, other)) > most) return true;
    }
  }
  return false;
}

std::vector<std::size_t> rows_by_category(const Table& table, std::size_t column) {
  std::vector<std::size_t> counts(table.columns[column].categories.size());
  for (std::size_t row = 0; row < table.rows; ++row)
    if (const double value = table.at(row, column); !std::isnan(value))
      ++counts[static_cast<std::size_t>(value)];
  return counts;
}

// ----- Dates

// How the texts of a column are dates.
struct DateLook {
  std::size_t rows = 0;                               // that have a text
  std::size_t iso = 0, either = 0, dmy = 0, mdy = 0;  // rows by the orders that are possible
  std::string example;                                // of a day or month that may come first
};

DateLook look_at_dates(const std::vector<std::string>& texts, const std::vector<std::size_t>& rows,
                       bool compact) {
  DateLook look;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    look.rows += rows[i];
    const auto date = take_date_apart(texts[i], compact);
    if (!date) continue;
    if (date->orders == kYmd)
      look.iso += rows[i];
    else if (date->orders == kDmy)
      look.dmy += rows[i];
    else if (date->orders == kMdy)
      look.mdy += rows[i];
    else
      look.either += rows[i];
    if (date->orders == (kDmy | kMdy) && look.example.empty()) look.example = texts[i];
  }
  return look;
}

// Sets the columns of the date that vary, and its first day. `moments`: all that there are.
void complete(DateForm& form, const std::vector<Moment>& moments) {
  if (moments.empty()) {
    form.days = true;
    return;
  }
  const auto varies = [&](auto part) {
    return std::ranges::any_of(moments,
                               [&](const Moment& one) { return one.*part != moments[0].*part; });
  };
  form.year = varies(&Moment::year);
  form.month = varies(&Moment::month);
  form.weekday = varies(&Moment::weekday);
  form.hour = varies(&Moment::hour);
  form.days = true;
  form.first = std::floor(std::ranges::min_element(moments, {}, &Moment::days)->days);
}

std::string parts_in_words(const DateForm& form) {
  std::vector<std::string> parts;
  const std::pair<bool, const char*> all[] = {{form.year, "year"},
                                              {form.month, "month"},
                                              {form.weekday, "weekday"},
                                              {form.hour, "hour"},
                                              {form.days, "days"}};
  for (const auto& [has, name] : all)
    if (has) parts.emplace_back(name);
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i)
    out += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return out + " since " + day_text(form.first);
}

class Decider {
 public:
  Decider(const Table& table, const Target& target, const ColumnsSaid& said)
      : table_(table), target_(target), looks_(look_at(table)), kinds_(table.columns.size()) {
    std::unordered_map<std::string_view, const TakenColumn*> by_name;
    for (const TakenColumn& one : said.kinds) by_name[one.name] = &one;
    const std::unordered_set<std::string_view> stay(said.leave_in.begin(), said.leave_in.end());
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const auto found = by_name.find(table.columns[c].name);
      said_.push_back(found == by_name.end() ? nullptr : found->second);
      stays_.push_back(stay.contains(table.columns[c].name));
    }
  }

  ColumnDecisions decide() {
    decide_all();
    if (!any_left()) {
      stays_.assign(stays_.size(), true);
      kinds_.assign(kinds_.size(), std::nullopt);
      notes_.clear();
      decide_all();
    }
    ColumnDecisions out;
    for (auto& kind : kinds_)
      if (kind) out.taken.push_back(std::move(*kind));
    std::ranges::stable_sort(notes_, {}, &std::pair<std::size_t, ColumnNote>::first);
    for (auto& [c, one] : notes_) out.notes.push_back(std::move(one));
    return out;
  }

 private:
  void decide_all() {
    for (std::size_t c = 0; c < table_.columns.size(); ++c)
      if (said_[c] != nullptr) take_as_said(c);
    find_left_out();
    for (std::size_t c = 0; c < table_.columns.size(); ++c)
      if (!kinds_[c] && table_.columns[c].is_categorical()) look_at_texts(c);
  }
  bool any_left() const {
    return std::ranges::any_of(kinds_,
                               [](const auto& kind) { return !kind || !is_left_out(kind->kind); });
  }

  const std::string& name(std::size_t c) const { return table_.columns[c].name; }
  std::string column_text(std::size_t c) const { return "column '" + name(c) + "'"; }

  void take(std::size_t c, ColumnKind kind, std::string form, const std::string& told) {
    kinds_[c] = TakenColumn{.name = name(c), .kind = kind, .form = std::move(form)};
    if (!told.empty()) note(c, kind, told);
  }

  void note(std::size_t c, ColumnKind kind, const std::string& told) {
    notes_.emplace_back(c, ColumnNote{name(c), kind, column_text(c) + told});
  }

  void take_as_said(std::size_t c) {
    const TakenColumn& said = *said_[c];
    const bool texts = table_.columns[c].is_categorical();
    switch (said.kind) {
      case ColumnKind::date:
        take_date(c, said);
        return;
      case ColumnKind::text:
      case ColumnKind::yes_no:
      case ColumnKind::category:
        check(texts || looks_[c].missing == table_.rows, "column", column_text(c), " is no ",
              to_string(said.kind), ": it holds numbers");
        break;
      case ColumnKind::number:
      case ColumnKind::money:
      case ColumnKind::percent:
      case ColumnKind::unit:
        check(!texts, "column", column_text(c), " holds texts, which are no numbers");
        break;
      default:
        break;
    }
    kinds_[c] = said;
  }

  void take_date(std::size_t c, const TakenColumn& said) {
    auto form = date_form(said.form);
    check(form.has_value(), "column", column_text(c), ": '", said.form, "' is no form of a date");
    if (form->is_complete()) {
      kinds_[c] = said;
      return;
    }
    if (!table_.columns[c].is_categorical()) {
      form->epoch = true;
      std::vector<Moment> moments;
      for (std::size_t row = 0; row < table_.rows; ++row)
        if (const auto moment = moment_of_epoch(table_.at(row, c))) moments.push_back(*moment);
      complete(*form, moments);
      take(c, ColumnKind::date, form->text(),
           ": seconds since 1970 become " + parts_in_words(*form));
      return;
    }
    check(!form->epoch, "column", column_text(c), " holds texts, and no seconds since 1970");
    const auto rows = rows_by_category(table_, c);
    const DateLook look = look_at_dates(table_.columns[c].categories, rows, form->order == kYmd);
    if (form->order == kNoOrder) form->order = order_of(look);
    check(form->order != kNoOrder, "column", column_text(c), " holds '", look.example,
          "', and no date of it says whether the day or the month is first: say --column ",
          argument(name(c) + "=date:dmy"), " or ", argument(name(c) + "=date:mdy"));
    tell_date(c, *form);
  }

  // The order of most of the dates; none if the content does not say it.
  static DateOrder order_of(const DateLook& look) {
    if (look.dmy == 0 && look.mdy == 0) return look.either > 0 ? kNoOrder : kYmd;
    return look.dmy >= look.mdy ? kDmy : kMdy;
  }

  void tell_date(std::size_t c, DateForm form) {
    std::vector<Moment> moments;
    std::string example;
    for (const std::string& text : table_.columns[c].categories)
      if (const auto moment = read_moment(text, form)) {
        moments.push_back(*moment);
        if (example.empty()) example = text;
      }
    complete(form, moments);
    std::string told = concat(": dates such as '", example, "'");
    if (form.order != kYmd)
      told += form.order == kDmy ? " (the day is first)" : " (the month is first)";
    told += " become " + parts_in_words(form);
    take(c, ColumnKind::date, form.text(), told + as_category(name(c)));
  }

  // ----- What is left out

  void find_left_out() {
    std::vector<bool> open(table_.columns.size());
    for (std::size_t c = 0; c < open.size(); ++c) {
      if (kinds_[c] || stays_[c]) continue;
      const Look& look = looks_[c];
      if (look.missing == table_.rows)
        take(c, ColumnKind::constant, "", " has no value and is left out" + leave_in(name(c)));
      else if (look.constant)
        take(c, ColumnKind::constant, "",
             concat(" is ", value_text(c, look.first), " in ", counted(table_.rows, "row"),
                    ", all that there are, and is left out", leave_in(name(c))));
      else if (const auto filled = filled_where(c))
        take(c, ColumnKind::leak, "",
             concat(" has a value exactly where the target ", *filled,
                    ", as what is known only afterwards, and is left out", leave_in(name(c))));
      else
        open[c] = true;
    }
    const auto same = find_duplicates(table_, looks_, open);
    for (std::size_t c = 0; c < open.size(); ++c) {
      if (!open[c]) continue;
      if (same[c] != c)
        take(c, ColumnKind::duplicate, "",
             concat(" is equal to ", column_text(same[c]), " and is left out", leave_in(name(c))));
      else if (!table_.columns[c].is_categorical())
        look_at_numbers(c);
    }
  }

  std::string value_text(std::size_t c, double value) const {
    const auto& categories = table_.columns[c].categories;
    return categories.empty() ? number_text(value)
                              : quoted_name(categories[static_cast<std::size_t>(value)], 30);
  }

  std::vector<double> values_of(std::size_t c) const {
    std::vector<double> values(table_.rows);
    for (std::size_t row = 0; row < table_.rows; ++row) values[row] = table_.at(row, c);
    return values;
  }

  // "is 'yes'" or "is not 'yes'", if exactly these rows have a value in the column.
  std::optional<std::string> filled_where(std::size_t c) const {
    const std::size_t missing = looks_[c].missing, filled = table_.rows - missing;
    if (target_.outputs() != 1 || target_.values.size() != table_.rows ||
        std::min(missing, filled) < kFewRows)
      return {};
    for (const bool has : {true, false}) {  // the rows that have the one value of the target
      std::optional<double> one;
      bool exact = true;
      for (std::size_t row = 0; row < table_.rows && exact; ++row)
        if (std::isnan(table_.at(row, c)) != has) {
          if (!one) one = target_.values[row];
          exact = target_.values[row] == *one;
        }
      for (std::size_t row = 0; row < table_.rows && exact; ++row)
        exact = std::isnan(table_.at(row, c)) != has || target_.values[row] != *one;
      if (!exact) continue;
      const std::string value =
          target_.is_classes() ? quoted_name(target_.classes[static_cast<std::size_t>(*one)], 30)
                               : number_text(*one);
      return (has ? "is " : "is not ") + value;
    }
    return {};
  }

  void look_at_numbers(std::size_t c) {
    const Look& look = looks_[c];
    if (table_.rows < kFewNumbered || table_.columns.size() < 2 || look.missing > 0) return;
    if (look.in_order && (look.first == 0 || look.first == 1)) {
      take(c, ColumnKind::row_number, "",
           concat(" numbers the rows from ", look.first, " and is left out", leave_in(name(c))));
    } else if (is_called_an_id(name(c)) && are_different_integers(values_of(c)) &&
               !tells_of(table_, c, target_)) {
      take(c, ColumnKind::id, "",
           " has another whole number in each row, as ids do, and is left out" + leave_in(name(c)));
    }
  }

  // ----- Texts

  void look_at_texts(std::size_t c) {
    const auto& texts = table_.columns[c].categories;
    if (is_yes_no(texts)) {
      take(c, ColumnKind::yes_no, "",
           concat(": ", yes_no_in_words(texts), " become 0 and 1", as_category(name(c))));
      return;
    }
    const auto rows = rows_by_category(table_, c);
    const DateLook look = look_at_dates(texts, rows, false);
    const auto enough = kShareOfDates * static_cast<double>(look.rows);
    const std::size_t dates = look.iso + look.either + std::max(look.dmy, look.mdy);
    if (look.rows > 0 && static_cast<double>(dates) >= enough) {
      const DateOrder order = order_of(look);
      if (order != kNoOrder) {
        tell_date(c, {.order = order});
        return;
      }
      note(c, ColumnKind::category,
           concat(" holds dates such as '", look.example,
                  "' of which none says whether the day or the month is first, so they are "
                  "categories: say --column ",
                  argument(name(c) + "=date:dmy"), " or ", argument(name(c) + "=date:mdy")));
      return;
    }
    look_at_many_texts(c, rows, look.rows);
  }

  void look_at_many_texts(std::size_t c, const std::vector<std::size_t>& rows,
                          std::size_t present) {
    const auto& texts = table_.columns[c].categories;
    if (present < kFewRows) return;
    if (texts.size() >= kManySentences ||
        static_cast<double>(texts.size()) >= kShareOfTexts * static_cast<double>(present)) {
      double words = 0;
      for (std::size_t i = 0; i < texts.size(); ++i)
        words += static_cast<double>(rows[i] * count_words(texts[i]));
      words /= static_cast<double>(present);
      if (words >= kManyWords) {
        take(c, ColumnKind::text, "",
             concat(": texts of ", std::round(words), " words on average become ", kHashedWidth,
                    " hashed columns; --ignore ", argument(name(c)), " leaves them out"));
        return;
      }
    }
    if (stays_[c]) return;
    const bool each = texts.size() == present && present == table_.rows;
    if (!each && (texts.size() <= kManyTexts || 2 * texts.size() <= table_.rows)) return;
    take(c, ColumnKind::id, "",
         concat(each ? std::string(" has another text in each row")
                     : " has " + grouped(texts.size()) + " different texts in " +
                           counted(table_.rows, "row"),
                ", as names or numbers of cases do, and is left out", leave_in(name(c))));
  }

  static bool is_yes_no(const std::vector<std::string>& texts) {
    constexpr std::size_t kMost = 16;  // spellings of two words
    if (texts.size() < 2 || texts.size() > kMost) return false;
    std::set<std::size_t> met;
    for (const std::string& text : texts) {
      const auto at = yes_no_place(text);
      if (!at || kYesNo[*at].first == "1" || kYesNo[*at].first == "0") return false;
      met.insert(*at);
    }
    return met.size() == 2 && *met.begin() % 2 == 0 && *met.rbegin() == *met.begin() + 1;
  }

  static std::string yes_no_in_words(const std::vector<std::string>& texts) {
    std::string no, yes;
    for (const std::string& text : texts) (*yes_or_no(text) ? yes : no) = text;
    return "'" + no + "' and '" + yes + "'";
  }

  const Table& table_;
  const Target& target_;
  std::vector<Look> looks_;
  std::vector<std::optional<TakenColumn>> kinds_;
  std::vector<const TakenColumn*> said_;
  std::vector<bool> stays_;
  std::vector<std::pair<std::size_t, ColumnNote>> notes_;  // by column
};

}  // namespace

std::optional<bool> yes_or_no(std::string_view text) {
  const auto at = yes_no_place(text);
  return at ? std::optional(kYesNo[*at].second) : std::nullopt;
}

bool are_different_integers(std::vector<double> values) {
  const auto is_integer = [](double value) { return value == std::floor(value); };  // not of NaN
  if (!std::ranges::all_of(values, is_integer)) return false;
  std::ranges::sort(values);
  return std::ranges::adjacent_find(values) == values.end();
}

bool is_called_an_id(const std::string& name) {
  const std::string small = lower(name);
  return small == "id" || small == "index" || small.ends_with("_id") || small.ends_with(" id") ||
         name.ends_with("Id") || name.ends_with("ID");
}

ColumnDecisions decide_columns(const Table& table, const Target& target, const ColumnsSaid& said) {
  check(table.values.size() == table.rows * table.columns.size(), "columns", "a table of ",
        table.rows, " rows and ", table.columns.size(), " columns holds ", table.values.size(),
        " values");
  return Decider(table, target, said).decide();
}

}  // namespace hebb
