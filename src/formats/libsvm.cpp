// A text is read twice: the first pass checks every entry and finds out how large the dense table
// will be, the second fills it. So no memory is allocated before the size is known to be within the
// limits.
#include "formats/libsvm.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "data/labels.h"
#include "formats/csv_number.h"
#include "formats/csv_text.h"
#include "formats/rows.h"
#include "formats/writers.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr const char* kTargetName = "label";

bool is_whole(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The next word of `line` from `at` on; moves `at` past it. Empty at the end.
std::string_view next_word(std::string_view line, std::size_t& at) {
  const auto begin = std::min(line.find_first_not_of(kBlanks, at), line.size());
  at = std::min(line.find_first_of(kBlanks, begin), line.size());
  return line.substr(begin, at - begin);
}

// Calls on_line for each line that contains a sample, without its comment.
template <class OnLine>
void for_each_line(std::string_view text, const OnLine& on_line) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    auto line = text.substr(at, end - at);
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(kBlanks) != std::string_view::npos) on_line(line);
    at = end + 1;
  }
}

// Reads samples and passes on, for each, its label (empty if there is none) and then its entries.
class Reader {
 public:
  Reader(std::string_view text, const std::string& name, TargetUse use)
      : text_(text), name_(name), labels_required_(use == TargetUse::required) {}

  template <class OnLabel, class OnEntry>
  void read(const OnLabel& on_label, const OnEntry& on_entry) const {
    for_each_line(text_, [&](std::string_view line) {
      std::size_t at = 0;
      const auto label = next_word(line, at);
      if (label.find(':') != std::string_view::npos) {
        if (labels_required_)
          fail(label, concat("the label is missing: a line begins with it, got '", label, "'"));
        at = 0;
        on_label(std::string_view());
      } else {
        on_label(label);
      }
      std::int64_t last = 0;
      for (auto word = next_word(line, at); !word.empty(); word = next_word(line, at)) {
        double value = 0;
        const auto index = read_entry(word, last, value);
        on_entry(index, value, word);
        last = index;
      }
    });
  }

  double read_label(std::string_view label) const {
    double value = 0;
    if (read_number(label, value) == Reading::number) return value;
    if (label.find(',') != std::string_view::npos)
      fail(label, concat("the label '", label, "' is several: a sample has one label here"));
    fail(label, concat("the label '", label, "' is no finite number: number the classes"));
  }

  // `part` is the part of the text that violates the rule.
  [[noreturn]] void fail(std::string_view part, const std::string& rule) const {
    const auto offset = static_cast<std::size_t>(part.data() - text_.data());
    throw DataError(text_place(text_, name_, offset) + ": " + rule);
  }

 private:
  std::int64_t read_entry(std::string_view word, std::int64_t last, double& value) const {
    const auto colon = word.find(':');
    if (colon == std::string_view::npos) fail(word, concat("'", word, "' is no index:value"));
    const auto name = word.substr(0, colon);
    const auto number = word.substr(colon + 1);
    if (name == "qid")
      fail(word, "query groups (qid:) are for ranking, which is not supported: remove them");
    const auto index = read_index(name);
    if (index < 1)
      fail(word, concat("index ", name, ": indices count from 1; add 1 to all if they begin at 0"));
    if (index > static_cast<std::int64_t>(CsvText::kMostColumns))
      fail(word, concat("index ", name, ": more than ", CsvText::kMostColumns, " columns"));
    if (index == last) fail(word, concat("index ", index, " stands twice in this line"));
    if (index < last)
      fail(word, concat("index ", index, " behind ", last, ": indices ascend in a line"));
    if (number.empty()) fail(word, concat("the value of index ", index, " is missing"));
    const auto reading = read_number(number, value);
    if (reading == Reading::text)
      fail(number, concat("the value '", number, "' of index ", index, " is no number"));
    if (reading != Reading::number)
      fail(number, concat("the value of index ", index, " is ", number,
                          ": missing, infinite, or beyond what a double holds"));
    return index;
  }

  // A number that does not fit 64 bits is above every limit.
  std::int64_t read_index(std::string_view text) const {
    std::int64_t index = 0;
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, index);
    if (at != end || error == std::errc::invalid_argument)
      fail(text, concat("the index '", text, "' is no whole number"));
    if (error == std::errc::result_out_of_range)
      return text.starts_with('-') ? 0 : std::numeric_limits<std::int64_t>::max();
    return index;
  }

  std::string_view text_;
  const std::string& name_;
  bool labels_required_;
};

struct Extent {
  std::size_t samples = 0, columns = 0;
  bool labelled = true;
  std::string_view widest;  // the entry of the highest index
};

Extent measure(const Reader& reader, TargetUse use) {
  Extent extent;
  const auto on_label = [&](std::string_view label) {
    ++extent.samples;
    if (label.empty())
      extent.labelled = false;
    else if (use != TargetUse::none)
      reader.read_label(label);
  };
  reader.read(on_label, [&](std::int64_t index, double, std::string_view word) {
    if (static_cast<std::size_t>(index) <= extent.columns) return;
    extent.columns = static_cast<std::size_t>(index);
    extent.widest = word;
  });
  return extent;
}

Dataset fill(const Reader& reader, const Extent& extent, bool with_target) {
  Table table{.rows = extent.samples, .columns = {}, .values = {}};
  table.values.resize(extent.samples * extent.columns);
  for (std::size_t c = 0; c < extent.columns; ++c)
    table.columns.push_back({.name = default_name(c), .categories = {}});
  Target target;
  std::vector<std::string_view> labels;
  if (with_target) target.names = {kTargetName};
  std::size_t begun = 0;
  const auto on_label = [&](std::string_view label) {
    ++begun;
    if (!with_target) return;
    target.values.push_back(reader.read_label(label));
    labels.push_back(label);
  };
  reader.read(on_label, [&](std::int64_t index, double value, std::string_view) {
    table.values[(begun - 1) * extent.columns + static_cast<std::size_t>(index) - 1] = value;
  });
  keep_spelling(target, [&](std::size_t row) { return std::string(labels[row]); });
  return Dataset(std::move(table), std::move(target));
}

bool is_number_list(std::string_view text) {
  double value = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    if (read_number(text.substr(at, end - at), value) != Reading::number) return false;
    at = end + 1;
  }
  return true;
}

bool is_entry(std::string_view word) {
  const auto colon = word.find(':');
  if (colon == std::string_view::npos) return false;
  double value = 0;
  const auto index = word.substr(0, colon);
  return (is_whole(index) || index == "qid") &&
         read_number(word.substr(colon + 1), value) == Reading::number;
}

Dataset read_libsvm_file(const DataFile& file, const DataOptions& /*options*/, TargetUse use) {
  Dataset data = parse_libsvm(file.text(), file.name(), use);
  data.set_name(file.short_name());
  return data;
}

}  // namespace

Dataset parse_libsvm(std::string_view text, const std::string& name, TargetUse use,
                     std::uint64_t most_values) {
  check_data(!text.starts_with("\xFF\xFE") && !text.starts_with("\xFE\xFF"), name,
             ":1:1: the text is UTF-16: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)");
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const Reader reader(text, name, use);
  const Extent extent = measure(reader, use);
  check_data(extent.samples > 0, name, ":1:1: 0 samples: no line holds a label");
  check_data(extent.columns > 0, name, ":1:1: 0 features: no line holds an index:value");
  if (extent.samples > most_values / extent.columns)
    reader.fail(extent.widest,
                concat(extent.samples, " samples of ", extent.columns, " columns are more than ",
                       most_values, " values, the most that a dense table may hold"));
  Dataset data = fill(reader, extent, extent.labelled && use != TargetUse::none);
  data.set_name(name);
  data.set_zeros_follow(true);
  return data;
}

Dataset read_libsvm(const std::string& path, TargetUse use) {
  return read_libsvm_file(DataFile(path), {}, use);
}

FormatRow libsvm_format() {
  return {.name = "libsvm",
          .kinds = {"LIBSVM"},
          .help = "a label and index:value pairs a line; what is not named is 0",
          .endings = {".libsvm", ".svm", ".svmlight"},
          .is_text = true,
          .looks_like = looks_like_libsvm,
          .read = read_libsvm_file,
          .write = libsvm_text};
}

bool looks_like_libsvm(const DataFile& file) {
  std::string_view text = file.head();
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::optional<bool> found;
  for_each_line(text, [&](std::string_view line) {
    if (found) return;
    std::size_t at = 0;
    const auto label = next_word(line, at);
    found = is_number_list(label) && is_entry(next_word(line, at));
  });
  return found.value_or(false);
}

}  // namespace hebb
