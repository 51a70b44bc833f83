// Writes a data set as text: CSV and LIBSVM. Data that would not read back the same are refused.
#include <charconv>
#include <cmath>
#include <set>
#include <string>
#include <string_view>

#include "data/labels.h"
#include "formats/csv_file.h"
#include "formats/csv_number.h"
#include "formats/writers.h"
#include "hebb/core/error.h"
#include "hebb/io/file.h"

namespace hebb {
namespace {

// Appends a number in digits that read back as the same double.
void append_number(std::string& out, double value) {
  char buffer[32];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

void check_table(const Dataset& data, const char* where) {
  check(!data.is_images(), where, "images are no table: write them as NPZ");
  check(data.samples() > 0, where, "0 samples");
  check(data.features() > 0, where, "0 features");
  check(data.features() <= CsvText::kMostColumns, where, data.features(), " columns, at most ",
        CsvText::kMostColumns);
  check_no_infinity(data, where);
}

void write_plain(const std::string& path, const char* where, const std::string& text) {
  check(!path.ends_with(".gz"), where, "writes plain text: leave out .gz in ", path);
  replace_file(path, text);
}

// ----- CSV

void append_text(std::string& out, std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  const bool plain = !text.empty() && text.find_first_of(",;\t|\"\r\n") == std::string::npos &&
                     !is_blank(text.front()) && !is_blank(text.back()) && text[0] != '\xEF';
  if (plain) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

void check_text(std::string_view text, const std::string& what) {
  check(is_utf8(text) && text.find('\0') == std::string_view::npos, "write_csv",
        "not UTF-8, or with NUL in it: ", what);
  check(text.size() <= CsvText::kMostInCell, "write_csv", what, " has ", text.size(),
        " bytes, at most ", CsvText::kMostInCell);
}

void check_values(const std::vector<std::string>& texts, const std::string& column) {
  const DataOptions defaults;
  const MissingTexts missing(defaults.na);
  for (const auto& text : texts) {
    double value = 0;
    check_text(text, concat("'", text, "' in column '", column, "'"));
    check(!missing.contains(text) && read_number(text, value) != Reading::missing, "write_csv", "'",
          text, "' in column '", column, "' would be read as a missing value: call it otherwise");
  }
}

// The names in the header: ids and positions of sequences, features, weight, group, time, targets.
// Default names are changed if they equal a name in the data.
std::vector<std::string> csv_names(const Dataset& data) {
  std::vector<std::string> features;
  for (const auto& column : data.columns()) features.push_back(column.name);
  const auto& targets = data.target().names;
  std::set<std::string> taken(features.begin(), features.end());
  taken.insert(targets.begin(), targets.end());
  if (!data.groups().values.empty()) taken.insert(data.groups().name);
  if (!data.times().values.empty()) taken.insert(data.times().name);
  std::vector<std::string> names;
  const auto add_free = [&](std::string name) {
    while (taken.contains(name)) name += '_';
    names.push_back(name);
  };
  if (data.is_sequences()) {
    add_free("sequence");
    add_free("step");
  }
  names.insert(names.end(), features.begin(), features.end());
  if (!data.weights().empty()) add_free("weight");
  if (!data.groups().values.empty()) names.push_back(data.groups().name);
  if (!data.times().values.empty()) names.push_back(data.times().name);
  names.insert(names.end(), targets.begin(), targets.end());
  std::set<std::string_view> seen;
  for (const auto& name : names) {
    check(!name.empty() && seen.insert(name).second, "write_csv", "two columns are called '", name,
          "', or one has no name");
    check_text(name, concat("the column name '", name, "'"));
  }
  return names;
}

// The ids of the sequences, or their numbers if they have no ids.
std::vector<std::string> sequence_ids(const Dataset& data) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; data.is_sequences() && i < data.samples(); ++i) {
    ids.push_back(data.sequences().id(i));
    if (ids.back().empty()) ids.back() = std::to_string(i + 1);
  }
  check_values(ids, "sequence");
  std::set<std::string_view> seen;
  for (const auto& id : ids)
    check(seen.insert(id).second, "write_csv", "two sequences are called '", id,
          "', and would be read as one");
  return ids;
}

// `alone`: there is no other field in the line.
void append_csv_features(std::string& out, const std::vector<Column>& columns, const double* values,
                         bool alone) {
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (c > 0) out += ',';
    const auto& categories = columns[c].categories;
    if (std::isnan(values[c]))
      out += alone ? "\"\"" : "";  // nothing at all would be a blank line
    else if (categories.empty())
      append_number(out, values[c]);
    else
      append_text(out, categories[static_cast<std::size_t>(values[c])]);
  }
}

void append_target(std::string& out, const Target& target, std::size_t row, std::size_t column) {
  if (!target.exact.values.empty()) {
    out += target.exact.labels[target.exact.values[row]];
    return;
  }
  const double value = target.values[row * target.outputs() + column];
  const auto spelt = target.spelling.find(value);
  // 0 and -0 share one spelling but differ in sign.
  double read = value;
  if (spelt != target.spelling.end()) read_number(spelt->second, read);
  if (const auto& classes = target.classes_of(column); !classes.empty())
    append_text(out, classes[static_cast<std::size_t>(value)]);
  else if (spelt != target.spelling.end() && std::signbit(read) == std::signbit(value))
    append_text(out, spelt->second);
  else if (value == std::floor(value) && value != 0)
    out += number_text(value);  // as to_classes() spells it
  else
    append_number(out, value);
}

// Appends a line, except the fields that identify a step. `target_row` is the row of the target's
// values.
void append_csv_row(std::string& out, const Dataset& data, std::size_t row, const double* values,
                    std::size_t target_row) {
  const auto& target = data.target();
  const auto& groups = data.groups();
  const auto& times = data.times();
  append_csv_features(out, data.columns(), values, data.is_table() && data.features() == 1);
  if (!data.weights().empty()) {
    out += ',';
    append_number(out, data.weights()[row]);
  }
  if (!groups.values.empty()) {
    out += ',';
    append_text(out, groups.labels[groups.values[row]]);
  }
  if (!times.values.empty()) {
    out += ',';
    if (times.labels.empty())
      append_number(out, times.values[row]);
    else
      append_text(out, times.labels[static_cast<std::size_t>(times.values[row])]);
  }
  for (std::size_t t = 0; t < target.outputs(); ++t) {
    out += ',';
    append_target(out, target, target_row, t);
  }
}

// ----- LIBSVM

void check_libsvm(const Dataset& data) {
  constexpr const char* kWhere = "write_libsvm";
  check(!data.is_sequences(), kWhere, "LIBSVM has no sequences: write CSV");
  check_table(data, kWhere);
  for (const auto& column : data.table().columns)
    check(!column.is_categorical(), kWhere, "column '", column.name,
          "' holds categories, and LIBSVM numbers only: write CSV");
  check_no_value(
      data, kWhere, [](double v) { return std::isnan(v); },
      "the value is missing, which LIBSVM cannot say: what it leaves out is 0");
  check(data.weights().empty(), kWhere, "LIBSVM has no weights: write CSV or NPZ");
  check(data.groups().values.empty() && data.times().values.empty(), kWhere,
        "LIBSVM has no groups and no times: write CSV");
  check(data.target().outputs() == 1, kWhere, "a sample has one label, got ",
        data.target().outputs(), " targets");
  for (const auto& name : data.target().classes) {
    double value = 0;
    check(read_number(name, value) == Reading::number, kWhere, "the label '", name,
          "' is no number: number the classes, or write CSV or NPZ");
  }
  check_finite_target(data, kWhere);
}

// The first sample always contains the last column, so that the table keeps its width.
void append_entries(std::string& out, const TableView& table, std::size_t row) {
  const std::size_t columns = table.columns.size();
  for (std::size_t c = 0; c < columns; ++c) {
    const double value = table.at(row, c);
    const bool left_out = value == 0 && !std::signbit(value);
    if (left_out && !(row == 0 && c + 1 == columns)) continue;
    out += ' ' + std::to_string(c + 1) + ':';
    append_number(out, value);
  }
}

}  // namespace

std::string csv_text(const Dataset& data) {
  check_table(data, "write_csv");
  check_finite_target(data, "write_csv");
  for (const auto& column : data.columns()) check_values(column.categories, column.name);
  const auto& target = data.target();
  for (std::size_t t = 0; t < target.outputs(); ++t)
    check_values(target.classes_of(t), target.names[t]);
  check_values(data.groups().labels, data.groups().name);
  check_values(data.times().labels, data.times().name);
  const auto ids = sequence_ids(data);
  std::string out;
  for (const auto& name : csv_names(data)) {
    if (!out.empty()) out += ',';
    append_text(out, name);
  }
  for (std::size_t row = 0; row < data.samples(); ++row) {
    if (data.is_table()) {
      out += '\n';
      append_csv_row(out, data, row, data.table().row(row), row);
      continue;
    }
    const Sequences& sequences = data.sequences();
    for (std::size_t step = 0; step < sequences.length(row); ++step) {
      out += '\n';
      append_text(out, ids[row]);
      out += ',' + std::to_string(step + 1) + ',';
      append_csv_row(out, data, row, sequences.steps(row).data() + step * sequences.width(),
                     target.per_step() ? target.offsets[row] + step : row);
    }
  }
  return out + '\n';
}

std::string libsvm_text(const Dataset& data) {
  check_libsvm(data);
  std::string out;
  for (std::size_t row = 0; row < data.samples(); ++row) {
    append_target(out, data.target(), row, 0);
    append_entries(out, data.table(), row);
    out += '\n';
  }
  return out;
}

void write_csv(const Dataset& data, const std::string& path) {
  write_plain(path, "write_csv", csv_text(data));
}

void write_libsvm(const Dataset& data, const std::string& path) {
  write_plain(path, "write_libsvm", libsvm_text(data));
}

}  // namespace hebb
