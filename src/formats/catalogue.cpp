#include "hebb/formats/catalogue.h"

#include <algorithm>
#include <initializer_list>
#include <mutex>
#include <string_view>
#include <utility>

#include "formats/rows.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

Catalogue<FormatRow>& rows() {
  static Catalogue<FormatRow> table("format", {csv_format(), libsvm_format(), npz_format(),
                                               idx_format(), image_format(), text_format()});
  return table;
}

// "a, b or c".
std::string enumerate(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i)
    out += (i == 0 ? "" : i + 1 == items.size() ? " or " : ", ") + items[i];
  return out;
}

bool has_ending(const FormatRow& row, std::string_view name) {
  return std::ranges::any_of(row.endings, [&](const auto& one) { return name.ends_with(one); });
}

const FormatRow& row_of(const std::string& name) {
  return find_row(rows(), name, "file_format", "format");
}

// Throws if one of these options is set by the user, and resets those that earlier data set.
void refuse(DataOptions& options, std::initializer_list<const char*> names,
            const std::string& why) {
  const DataOptions defaults;
  for (const char* name : names) {
    const Field& field = *find_field(DataOptions::fields(), name);
    const Value standard = field.get(&defaults);
    if (field.get(&options) == standard) continue;
    check(!options.is_given(name), name, why);
    field.set(&options, standard);
  }
}

}  // namespace

const Catalogue<FormatRow>& format_catalogue() { return rows(); }

void register_format(FormatRow row) {
  static std::mutex registering;
  const std::scoped_lock lock(registering);  // no row may be added while endings are compared
  check(row.read != nullptr, "register", "the format '", row.name, "' has no reader");
  for (const FormatRow& other : rows())
    for (const auto& ending : row.endings)
      check(std::ranges::find(other.endings, ending) == other.endings.end(), "register",
            "the ending ", ending, " is that of the format '", other.name, "'");
  rows().add(std::move(row));
}

const FormatRow& format_of(const DataFile& file, const DataOptions& options) {
  // The format of earlier data applies to texts only: other formats are recognised.
  const FormatRow* const named = options.file_format ? &row_of(*options.file_format) : nullptr;
  const bool given = options.is_given("file_format");
  if (named && given) return *named;
  const bool as_text = named && named->is_text;
  const bool as_csv = options.sep.has_value() || options.header == false;  // chosen by the user
  for (const FormatRow& row : rows())
    if (row.looks_like && !(row.is_text && (as_csv || as_text)) && row.looks_like(file)) return row;
  if (as_text) return *named;
  std::string name = file.path();
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  std::string_view plain = name;
  if (plain.ends_with(".gz")) plain.remove_suffix(3);
  for (const FormatRow& row : rows())
    if (has_ending(row, plain)) return row;
  return row_of("csv");
}

void check_no_columns(DataOptions& options, const std::string& data, const std::string& what) {
  refuse(options,
         {"features", "ignore", "categorical", "weight", "group", "time_column", "sequence",
          "order", "step_target", "column", "kinds", "leave_in"},
         concat("chooses columns of a CSV file, and ", data, " is ", what));
}

void check_no_images(DataOptions& options, const std::string& data) {
  refuse(options, {"image_size", "image_color", "skip_bad"},
         "is for image files and folders of them, and this is none: " + data);
}

void check_no_characters(DataOptions& options, const std::string& data, const std::string& what) {
  refuse(options, {"sequence_length"},
         concat("is for text files (--file-format text), and ", data, " is ", what));
}

Dataset read_file(const std::string& path, const DataOptions& options, TargetUse use) {
  return read_file(DataFile(path), options, use);
}

Dataset read_file(const DataFile& file, const DataOptions& options, TargetUse use) {
  const FormatRow& format = format_of(file, options);
  DataOptions own = options;
  if (!format.takes_columns)
    check_no_columns(own, file.name(), format.takes_images ? "of images" : enumerate(format.kinds));
  if (!format.takes_images) check_no_images(own, file.name());
  if (!format.takes_characters) check_no_characters(own, file.name(), enumerate(format.kinds));
  try {
    Dataset data = format.read(file, own, use);
    file.check_uncut();
    if (data.reading().empty()) data.set_reading(own.record());
    return data;
  } catch (const DataError&) {
    file.check_uncut();  // then that is the cause
    throw;
  }
}

const FormatRow& format_to_write(const std::string& path) {
  const auto row = std::ranges::find_if(
      rows(), [&](const FormatRow& one) { return one.write != nullptr && has_ending(one, path); });
  check(row != rows().end(), "output", "data are written as ", writable_endings(), ", got '", path,
        "'");
  return *row;
}

void write_file(const Dataset& data, const std::string& path) {
  replace_file(path, format_to_write(path).write(data));
}

std::string readable_kinds() {
  std::vector<std::string> kinds;
  for (const FormatRow& row : rows()) kinds.insert(kinds.end(), row.kinds.begin(), row.kinds.end());
  return enumerate(kinds);
}

std::string writable_endings() {
  std::vector<std::string> endings;
  for (const FormatRow& row : rows())
    if (row.write && !row.endings.empty()) endings.push_back(row.endings.front());
  return enumerate(endings);
}

}  // namespace hebb
