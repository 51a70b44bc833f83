// Columns of written numbers are read twice more: first to find out by which convention all of their
// fields are numbers, then to store the values. Only columns in which the first pass met such fields
// are read, so that other files take no longer.
#include <algorithm>

#include "data/labels.h"
#include "data/missing_words.h"
#include "formats/csv_file.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

// How the numbers of a column are written.
struct Forms {
  unsigned conventions = kEither;                              // in which all fields are numbers
  std::size_t first_point = kNowhere, first_comma = kNowhere;  // fields of one convention only
  std::size_t first_separated = kNowhere;                      // with . or ,
  bool commas = false, points = false;
  std::string unit;

  void add(const WrittenNumber& number, std::size_t offset) {
    conventions &= number.conventions;
    if (number.conventions == kPoint) first_point = std::min(first_point, offset);
    if (number.conventions == kComma) first_comma = std::min(first_comma, offset);
    if (number.has(',') || number.has('.')) first_separated = std::min(first_separated, offset);
    commas |= number.has(',');
    points |= number.has('.');
    if (!number.unit.empty()) unit = number.unit;
  }
  void join(const Forms& other) {
    conventions &= other.conventions;
    first_point = std::min(first_point, other.first_point);
    first_comma = std::min(first_comma, other.first_comma);
    first_separated = std::min(first_separated, other.first_separated);
    commas |= other.commas;
    points |= other.points;
    if (!other.unit.empty()) unit = other.unit;
  }
  bool is_certain() const {
    return conventions == kPoint || conventions == kComma || (!commas && !points);
  }
};

bool is_missing(const CsvFile& file, std::string_view text) {
  return file.missing.contains(text) || is_missing_word(text);
}

std::vector<Forms> find_forms(const CsvFile& file, const std::vector<std::size_t>& columns) {
  std::vector<std::vector<Forms>> by_thread(file.pool->size(), std::vector<Forms>(columns.size()));
  for_fields(file, columns,
             [&](std::size_t slot, std::size_t, const CsvCell& cell, std::size_t thread) {
               if (is_missing(file, cell.text)) return;
               if (const auto number = take_apart(cell.text))
                 by_thread[thread][slot].add(*number, cell.offset);
             });
  std::vector<Forms> all(columns.size());
  for (const auto& own : by_thread)
    for (std::size_t i = 0; i < all.size(); ++i) all[i].join(own[i]);
  return all;
}

std::string value_text(const std::string& text, Convention convention) {
  double value = 0;
  const auto number = take_apart(text);
  if (!number || read_number(number->plain(convention), value) != Reading::number) return text;
  return number_text(value);
}

// The convention of those columns that have but one; kNoConvention if they differ.
unsigned common_convention(const std::vector<Forms>& forms) {
  unsigned common = kNoConvention;
  for (const Forms& one : forms)
    if (one.conventions == kPoint || one.conventions == kComma) common |= one.conventions;
  return common == kEither ? kNoConvention : common;
}

CsvFault two_ways(const CsvFile& file, std::size_t column, const Forms& forms) {
  const std::size_t first = std::min(forms.first_point, forms.first_comma);
  const std::size_t other = std::max(forms.first_point, forms.first_comma);
  return {first, concat(file.column_text(column), " holds numbers written in two ways, as '",
                        file.text_at(first), "' and, in row ", file.row_of(other), ", '",
                        file.text_at(other), "': write all in one way, or say --categorical ",
                        file.argument(column))};
}

CsvFault ambiguous(const CsvFile& file, std::size_t column, const Forms& forms) {
  const std::string text = file.text_at(forms.first_separated);
  const char separator = forms.commas ? ',' : '.';
  return {forms.first_separated,
          concat(file.column_text(column), " holds '", text, "', which may be ",
                 value_text(text, kPoint), " or ", value_text(text, kComma), ": say --thousands ",
                 separator, " or --decimal ", separator)};
}

// The text of a column by which a note explains how it is read.
std::size_t example_of(const CsvFile& file, std::size_t column, const Forms& forms) {
  if (forms.first_comma != kNowhere) return forms.first_comma;
  const auto odd = file.odd.find(column);
  if (odd != file.odd.end() && odd->second.written.count > 0) return odd->second.written.first;
  return forms.first_separated;
}

void tell(CsvFile& file, std::size_t column, const Forms& forms, Convention convention,
          bool is_guess) {
  const std::string text = file.text_at(example_of(file, column, forms));
  std::string note = concat(file.column_text(column), ": '", text, "' is read as ",
                            value_text(text, convention), ", as are the like");
  const auto odd = file.odd.find(column);
  if (const auto unit = file.units.find(column);
      unit != file.units.end() && odd != file.odd.end() && !odd->second.one_unit)
    note += ", and other units are converted to " + unit->second;
  if (is_guess)
    note += concat("; if it is ", value_text(text, convention == kPoint ? kComma : kPoint),
                   ", say --decimal ", convention == kPoint ? ',' : '.');
  file.note("numbers", note + "; --categorical " + file.argument(column) + " keeps the texts",
            column, is_guess ? "guesses" : "");
}

// What values with units are converted to: the unit that is said, or the one that comes first.
void find_unit(CsvFile& file, std::size_t column) {
  const auto said = file.roles.said.find(column);
  const bool is_said = said != file.roles.said.end();
  if (is_said && said->second.kind == ColumnKind::unit && !said->second.form.empty()) {
    file.units[column] = said->second.form;
    return;
  }
  const auto odd = file.odd.find(column);
  if (odd == file.odd.end() || odd->second.written.count == 0 || (!file.infers && !is_said)) return;
  const auto number = take_apart(file.text_at(odd->second.written.first));
  if (number && !number->unit.empty() && !is_money(number->unit) && number->unit != "%")
    file.units[column] = number->unit;
}

// Stores the values of the columns in file.written.
void store(CsvFile& file, const std::vector<std::size_t>& columns, ColumnFaults& faults) {
  std::vector<std::vector<FieldCount>> infinite(file.pool->size(),
                                                std::vector<FieldCount>(columns.size()));
  for_fields(file, columns,
             [&](std::size_t slot, std::size_t row, const CsvCell& cell, std::size_t thread) {
               const std::size_t c = columns[slot];
               double value = std::numeric_limits<double>::quiet_NaN();
               if (!is_missing(file, cell.text)) {
                 const Reading reading = file.read(c, cell.text, value);
                 if (reading == Reading::text || reading == Reading::not_finite)
                   infinite[thread][slot].add(cell.offset);
               }
               file.places[c].at(row) = value;
             });
  for (std::size_t slot = 0; slot < columns.size(); ++slot) {
    FieldCount all;
    for (const auto& own : infinite) all.join(own[slot]);
    if (all.count > 0)
      faults.faults.push_back(
          {all.first, concat(file.column_text(columns[slot]), " is ", file.text_at(all.first),
                             " in row ", file.row_of(all.first), ": no finite number",
                             file.units.contains(columns[slot])
                                 ? ", or of no unit that converts to " + file.units[columns[slot]]
                                 : "")});
  }
}

}  // namespace

Convention convention_of(const DataOptions& options) {
  const auto is = [](const std::optional<std::string>& option, const char* value) {
    return option && *option == value;
  };
  check(!options.decimal || options.decimal != options.thousands, "thousands", "is '",
        options.thousands.value_or(""), "', and so is --decimal: they must differ");
  if (is(options.decimal, ",") || is(options.thousands, ".")) return kComma;
  if (is(options.decimal, ".") || is(options.thousands, ",")) return kPoint;
  return kNoConvention;
}

std::vector<std::size_t> read_written(CsvFile& file, const std::vector<std::size_t>& written,
                                      const std::vector<std::size_t>& plain, ColumnFaults& faults) {
  const Convention said = convention_of(file.options);
  const auto forms = find_forms(file, written);
  const unsigned common = said != kNoConvention ? said : common_convention(forms);
  std::vector<std::size_t> columns, texts;
  unsigned used = kNoConvention;
  const auto take = [&](std::size_t column, const Forms& own, Convention convention, bool guess) {
    file.written[column] = convention;
    find_unit(file, column);
    columns.push_back(column);
    if (own.commas || (own.points && convention == kComma)) used |= convention;
    if (said == kNoConvention || !own.unit.empty()) tell(file, column, own, convention, guess);
  };
  for (std::size_t i = 0; i < written.size(); ++i) {
    const std::size_t column = written[i];
    const Forms& own = forms[i];
    std::optional<CsvFault> fault;
    if (own.conventions == kNoConvention) {
      fault = two_ways(file, column, own);
    } else if (said != kNoConvention) {
      if ((own.conventions & said) == 0)
        fault = CsvFault{
            std::min(own.first_point, own.first_comma),
            concat(file.column_text(column), " holds '",
                   file.text_at(std::min(own.first_point, own.first_comma)),
                   "', which is no number with a decimal ", said == kComma ? "comma" : "point",
                   ", as --decimal or --thousands says")};
      else
        take(column, own, said, false);
    } else if (own.is_certain()) {
      take(column, own, own.conventions == kComma ? kComma : kPoint, false);
    } else if (common != kNoConvention && !(own.commas && own.points)) {
      take(column, own, static_cast<Convention>(common), true);
    } else if (own.commas != own.points && (own.points || file.text.layout().sep == ',')) {
      // Where commas separate fields, decimals are seldom written with them.
      take(column, own, kPoint, true);
    } else {
      fault = ambiguous(file, column, own);
    }
    if (!fault) continue;
    if (file.options.read_for == ReadFor::look && column != file.roles.weight) {
      file.note("numbers", fault->rule, column);
      texts.push_back(column);
    } else {
      faults.faults.push_back(std::move(*fault));
    }
  }
  bool mixed = false;  // other columns have decimal points
  if (said == kNoConvention && common == kComma) {
    const auto others = find_forms(file, plain);
    mixed = std::ranges::any_of(others, [](const Forms& own) { return own.conventions == kPoint; });
    for (std::size_t i = 0; i < plain.size(); ++i)
      if (others[i].points && others[i].conventions == kEither)
        take(plain[i], others[i], kComma, true);
  }
  if (said == kNoConvention && used == kComma && !mixed)
    file.report.options["decimal"] = std::string(",");
  if (said == kNoConvention && used == kPoint) file.report.options["thousands"] = std::string(",");
  store(file, columns, faults);
  return texts;
}

}  // namespace hebb
