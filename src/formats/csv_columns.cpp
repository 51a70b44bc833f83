// Determines from the counted fields whether a column has numbers or texts, or an error.
#include <algorithm>

#include "data/labels.h"
#include "formats/csv_file.h"
#include "hebb/core/error.h"
#include "hebb/core/text.h"

namespace hebb {
namespace {

// A few texts among numbers are a mistake; texts that are often numbers are codes. In between, an
// error with a remedy does less harm than a wrong guess.
bool are_mostly_numbers(std::size_t numbers, std::size_t texts) {
  return numbers >= 2 && numbers >= 2 * texts;
}

// Whether a text, in the last row of a column of numbers, names a sum of the rows above.
bool names_a_total(std::string text) {
  static constexpr const char* words[] = {"total",  "sum",         "summe",
                                          "gesamt", "grand total", "average"};
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  if (text.ends_with(':')) text.pop_back();
  return std::ranges::find(words, text) != std::end(words);
}

CsvFault text_among_numbers(const CsvFile& file, std::size_t column, const FieldCount& texts,
                            std::size_t numbers) {
  const auto text = file.text_at(texts.first);
  std::string rule = concat("text '", text, "' in ", file.column_text(column), " of numbers (",
                            numbers, " of its ", numbers + texts.count, " values are): ");
  if (texts.count == 1 && file.row_of(texts.first) == file.rows && names_a_total(text))
    return {texts.first,
            rule + "the last row looks like a total of the others, which is no sample: remove it"};
  rule += "correct it";
  // A list of texts cannot hold a comma.
  if (text.find(',') == std::string::npos && !text.empty())
    rule += ", or give --na " + shell_word(text) + " if it means a missing value";
  return {texts.first,
          rule + ", or --categorical " + file.argument(column) + " if all are categories"};
}

// What the fields of a column are, if it is one of numbers.
class Decision {
 public:
  Decision(CsvFile& file, std::size_t column)
      : file_(file), column_(column), count_(file.counts[column]) {
    const auto found = file.odd.find(column);
    if (found != file.odd.end()) odd_ = found->second;
    plain_ = file.rows - count_.missing.count - count_.texts.count - odd_.nans.count -
             odd_.words.count - odd_.written.count;
    texts_ = count_.texts;
    if (!words_are_missing()) texts_.join(odd_.words);
    // 5 and 5% are different numbers, 5 and $5 are not.
    const auto said = file.roles.said.find(column);
    const bool is_said = said != file.roles.said.end() && said->second.kind == ColumnKind::unit;
    const bool mixed =
        !odd_.unit.empty() && (plain_ > 0 || odd_.bare) && !is_money(odd_.unit) && !is_said;
    const bool converts = odd_.one_dimension && (file.infers || is_said);
    if ((!odd_.one_unit && !converts) || mixed) {
      texts_.join(odd_.written);
      odd_.written = {};
    }
  }

  /// Whether it is a column of texts.
  bool is_text(ColumnFaults& faults) {
    const bool weight = column_ == file_.roles.weight;
    if (file_.is_name(column_) || (file_.roles.categorical[column_] && !weight)) return true;
    // Texts of numbers are in the order of their exact values.
    if ((column_ == file_.roles.time || column_ == file_.roles.order) &&
        count_.first_rounded != kNowhere)
      return true;
    if (file_.roles.numeric[column_] && texts_.count > 0) {
      const std::string text = file_.text_at(texts_.first);
      fault(faults,
            {texts_.first,
             concat("'", text, "' in ", file_.column_text(column_), " is not a number, and ",
                    file_.options.is_given("column") && file_.roles.said.contains(column_)
                        ? "--column says that the column holds numbers"
                        : "the column held numbers in training",
                    ": correct it, or mark it as missing with --na ", shell_word(text))});
      return false;
    }
    const std::size_t numbers = plain_ + odd_.written.count;
    if (texts_.count > 0 || (numbers == 0 && has_only_names() && !file_.roles.numeric[column_])) {
      if (weight) {
        const std::size_t first = std::min({texts_.first, odd_.words.first, odd_.nans.first});
        faults.faults.push_back({first, concat(file_.column_text(column_),
                                               " must hold numbers, being the weights, got '",
                                               file_.text_at(first), "'")});
        return false;
      }
      if (are_mostly_numbers(numbers, texts_.count))
        fault(faults, text_among_numbers(file_, column_, texts_, numbers));
      else
        tell_categories(numbers);
      return true;
    }
    if (count_.infinite.count > 0) {
      const std::size_t first = count_.infinite.first;
      fault(faults, {first, concat(file_.column_text(column_), " is ", file_.text_at(first),
                                   " in row ", file_.row_of(first),
                                   ": infinite, or beyond what a double holds; correct it, or "
                                   "leave it empty")});
      return file_.options.read_for == ReadFor::look;
    }
    if (plain_ + odd_.written.count == 0 && file_.need(column_).empty() &&
        file_.options.read_for == ReadFor::train && !file_.infers) {
      fault(faults,
            {count_.missing.first != kNowhere ? count_.missing.first : odd_.nans.first,
             concat(file_.column_text(column_), " has no value: leave it out with --ignore ",
                    file_.argument(column_))});
      faults.to_ignore.push_back(column_);
    }
    return false;
  }

  bool is_written() const { return odd_.written.count > 0; }

  /// Errors: into `faults`, if a value is missing in a column other than a feature.
  void check_complete(bool text, ColumnFaults& faults) const {
    FieldCount missing = count_.missing;
    if (!text) {
      missing.join(odd_.nans);
      missing.join(odd_.words);
    }
    const std::string need = file_.need(column_);
    if (missing.count == 0 || need.empty()) return;
    const std::string found = file_.text_at(missing.first);
    std::string rule = concat("the ", need, " in ", file_.column_text(column_),
                              " is missing in row ", file_.row_of(missing.first));
    if (found.empty())
      rule += ": fill it in, or remove the row";
    else if (count_.missing.first == missing.first)
      rule += ", which is '" + found +
              "', a text for a missing value: remove the row, or say --na \"\" if it is a value";
    else
      rule += ", which is '" + found + "' among numbers: remove the row, or say --categorical " +
              file_.argument(column_) + " if all are categories";
    faults.faults.push_back({missing.first, std::move(rule)});
  }

  /// Notes which texts count as missing.
  void tell_missing(bool text) const {
    if (!file_.need(column_).empty()) return;
    if (!text && odd_.words.count > 0) {
      const auto word = file_.text_at(odd_.words.first);
      file_.report.missing_texts.emplace(file_.names[column_], word);
      file_.note(
          "missing",
          concat(file_.column_text(column_), ": '", word,
                 "' among numbers counts as a missing value, in ", counted(odd_.words.count, "row"),
                 "; --categorical ", file_.argument(column_), " keeps it as a text"),
          column_);
    }
    if (odd_.named.count == 0) return;
    const auto name = file_.text_at(odd_.named.first);
    file_.report.missing_texts.emplace(file_.names[column_], name);
    if (text)
      file_.note(
          "missing",
          concat(file_.column_text(column_), ": '", name, "' counts as a missing value, in ",
                 counted(odd_.named.count, "row"), "; --na \"\" makes it a value like others"),
          column_);
  }

 private:
  // Notes that numbers count as categories, because too many other values of the column are texts.
  void tell_categories(std::size_t numbers) const {
    constexpr std::size_t kFew = 4;  // of more texts a number, they are the oddity
    if (numbers < 2 || texts_.count > kFew * numbers || !file_.need(column_).empty()) return;
    const std::string text = file_.text_at(texts_.first);
    std::string told =
        concat(file_.column_text(column_), ": all its values are categories, ", numbers,
               " numbers too, since ", counted(texts_.count, "value"), " such as '", text, "' ",
               texts_.count == 1 ? "is a text" : "are texts");
    if (text.find(',') == std::string::npos && !text.empty())
      told += concat("; if it means a missing value, give --na ", shell_word(text));
    file_.note("columns", told, column_);
  }

  // Without numbers, words that elsewhere stand for missing ones are texts, and so is "nan" if the
  // user says that only empty fields are missing.
  bool has_only_names() const {
    return odd_.words.count > 0 || (odd_.nans.count > 0 && !words_are_missing());
  }
  // With --na "" no text stands for a missing value.
  bool words_are_missing() const {
    return std::ranges::any_of(file_.options.na, [](const auto& text) { return !text.empty(); });
  }

  // To look at, a feature may be odd: then it is described as texts.
  void fault(ColumnFaults& faults, CsvFault one) const {
    if (file_.options.read_for == ReadFor::look && file_.need(column_).empty())
      file_.note(
          "columns",
          file_.text.place(one.offset).substr(file_.text.name().size() + 1) + ": " + one.rule,
          column_);
    else
      faults.faults.push_back(std::move(one));
  }

  CsvFile& file_;
  std::size_t column_;
  ColumnCount count_;
  OddCount odd_;
  FieldCount texts_;
  std::size_t plain_ = 0;  // numbers that read_number() takes, and infinite ones
};

}  // namespace

void OddCount::add_written(std::size_t offset, const std::string& its_unit) {
  if (its_unit.empty())
    bare = true;
  else if (unit.empty())
    unit = its_unit;
  else if (its_unit != unit) {
    one_unit = false;
    one_dimension = one_dimension && unit_ratio(its_unit, unit);
  }
  written.add(offset);
}

void OddCount::join(const OddCount& other) {
  bare |= other.bare;
  one_unit =
      one_unit && other.one_unit && (unit.empty() || other.unit.empty() || unit == other.unit);
  one_dimension =
      one_dimension && other.one_dimension &&
      (unit.empty() || other.unit.empty() || unit == other.unit || unit_ratio(unit, other.unit));
  if (unit.empty()) unit = other.unit;
  nans.join(other.nans);
  words.join(other.words);
  written.join(other.written);
  named.join(other.named);
}

MissingTexts::MissingTexts(const std::vector<std::string>& texts)
    : texts_(texts.begin(), texts.end()) {
  double value = 0;
  for (const auto& text : texts)
    if (read_number(text, value) == Reading::number) has_numbers_ = true;
}

std::string CsvFile::text_at(std::size_t offset) const {
  std::string buffer;
  return std::string(text.cell_at(offset).plain(buffer));
}

std::string CsvFile::argument(std::size_t column) const {
  const std::string& name = names[column];
  const bool listable = !name.empty() && name.find(',') == std::string::npos &&
                        name.front() != ' ' && name.front() != '-' && name.back() != ' ';
  const std::string number = std::to_string(column + 1);
  const bool free = std::ranges::find(names, number) == names.end();
  return shell_word(listable || !free ? name : number);
}

std::string CsvFile::need(std::size_t column) const {
  if (is_target(column)) return "target";
  const std::pair<std::optional<std::size_t>, const char*> needs[] = {{roles.weight, "weight"},
                                                                      {roles.group, "group"},
                                                                      {roles.sequence, "sequence"},
                                                                      {roles.order, "order"},
                                                                      {roles.time, "time"}};
  for (const auto& [wanted, name] : needs)
    if (wanted == column) return name;
  return {};
}

std::size_t CsvFile::row_of(std::size_t offset) const {
  const auto next = std::ranges::upper_bound(chunks, offset, {}, &CsvChunk::begin);
  const CsvChunk& chunk = *(next - 1);
  std::size_t row = chunk.first_row;
  // The last field may be empty and at the end of the text.
  for (std::size_t at = chunk.begin; at <= offset && at < chunk.end; ++row)
    at = text.skip_blank_lines(text.read_row(at, chunk.end, [](const CsvCell&) {}));
  return row;
}

Reading CsvFile::read(std::size_t column, std::string_view field, double& value) const {
  const auto found = written.find(column);
  if (found == written.end()) return read_number(field, value);
  const auto number = take_apart(field);
  if (!number || (number->conventions & found->second) == 0) return read_number(field, value);
  const Reading reading = read_number(number->plain(found->second), value);
  const auto unit = units.find(column);
  if (unit == units.end() || number->unit.empty() || number->unit == unit->second) return reading;
  const auto ratio = unit_ratio(number->unit, unit->second);
  if (!ratio) return Reading::text;
  value = value * ratio->times / ratio->over;
  return reading;
}

void ColumnFaults::raise(const CsvFile& file) const {
  if (faults.empty()) return;
  if (faults.size() == 1) throw CsvFault(faults.front());
  auto sorted = faults;
  std::ranges::stable_sort(sorted, {}, &CsvFault::offset);
  std::string text =
      concat(file.text.name(), ": ", sorted.size(), " columns cannot be used as they are:");
  constexpr std::size_t kMost = 20;
  for (std::size_t i = 0; i < std::min(sorted.size(), kMost); ++i)
    text += "\n  " + file.text.message(sorted[i]);
  if (sorted.size() > kMost) text += concat("\n  and ", sorted.size() - kMost, " more");
  if (to_ignore.size() > 1) {
    text += "\n  to leave out at once: --ignore ";
    std::string list;
    for (const std::size_t column : to_ignore)
      list += (list.empty() ? "" : ",") + file.argument(column);
    text += list;
  }
  throw DataError(text);
}

std::vector<std::size_t> settle_columns(CsvFile& file, ColumnFaults& faults) {
  std::vector<std::size_t> texts, written, plain;
  for (std::size_t c = 0; c < file.names.size(); ++c) {
    if (file.places[c].base == nullptr) continue;
    Decision decision(file, c);
    const bool text = decision.is_text(faults);
    decision.check_complete(text, faults);
    decision.tell_missing(text);
    if (text)
      texts.push_back(c);
    else
      (decision.is_written() ? written : plain).push_back(c);
  }
  if (!written.empty()) {
    for (const std::size_t c : read_written(file, written, plain, faults)) texts.push_back(c);
    std::ranges::sort(texts);
  }
  return texts;
}

}  // namespace hebb
