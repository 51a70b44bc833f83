#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>
#include <set>
#include <string_view>

#include "data/labels.h"
#include "formats/npy.h"
#include "formats/writers.h"
#include "hebb/core/error.h"
#include "hebb/formats/npz.h"
#include "hebb/io/file.h"

namespace hebb {
namespace {

static_assert(std::endian::native == std::endian::little, "arrays are written as they lie");

std::string bytes_of(std::uint32_t value, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>(value >> (8 * i));
  return out;
}

// The code points of UTF-8.
std::vector<std::uint32_t> code_points(std::string_view text) {
  std::vector<std::uint32_t> points;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80)
      points.back() = points.back() << 6 | (byte & 0x3FU);
    else
      points.push_back(byte < 0x80   ? byte
                       : byte < 0xE0 ? byte & 0x1FU
                       : byte < 0xF0 ? byte & 0xFU
                                     : byte & 7U);
  }
  return points;
}

std::span<const std::uint8_t> raw(std::span<const double> values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()};
}

void check_names(const std::vector<std::string>& names, const char* what) {
  std::set<std::string_view> seen;
  for (const auto& name : names) {
    check(is_utf8(name) && name.find('\0') == std::string::npos, "write_npz",
          "not UTF-8, or with NUL in it: of the ", what, " '", name, "'");
    check(seen.insert(name).second, "write_npz", "two ", what, " are called '", name, "'");
  }
}

void check_writable_as_npz(const Dataset& data) {
  check(!data.is_sequences(), "write_npz",
        "sequences differ in length, and an array has one: write CSV");
  check(data.groups().values.empty() && data.times().values.empty(), "write_npz",
        "there is no array for groups and times: write CSV");
  check(data.target().column_classes.empty(), "write_npz",
        "there is one array of labels, and several target columns hold some: write CSV");
  check(data.samples() > 0, "write_npz", "0 samples");
  check(data.features() > 0, "write_npz", "0 features");
  for (const auto& column : data.table().columns)
    check(!column.is_categorical(), "write_npz", "column '", column.name,
          "' holds categories, and an array one type of value: write CSV");
  check_no_infinity(data, "write_npz");
  check_finite_target(data, "write_npz");
  constexpr std::size_t kMostColours = 4;  // above, read_npz() takes the last axis for colours
  check(!data.is_images() || data.images().channels <= kMostColours ||
            data.images().width > kMostColours,
        "write_npz", "images of more channels than they are wide");
}

// The bits of an integer in digits, of 64 bits with or without a sign.
std::optional<std::int64_t> integer_of(std::string_view text, bool is_unsigned) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  std::uint64_t whole = 0;
  std::int64_t number = 0;
  const auto [at, error] = is_unsigned ? std::from_chars(text.data(), end, whole)
                                       : std::from_chars(text.data(), end, number);
  if (error != std::errc{} || at != end) return {};
  return is_unsigned ? static_cast<std::int64_t>(whole) : number;
}

// The arrays of the archive, and the memory that must live until it is written.
class Arrays {
 public:
  explicit Arrays(const Dataset& data) : data_(data), labels_(data.target().values.size()) {
    for (std::size_t i = 0; i < labels_.size() && data.target().is_classes(); ++i)
      labels_[i] = static_cast<std::int64_t>(data.target().values[i]);
    read_exact_labels();
    values_ = data.table().block();
    if (values_.empty()) {
      gathered_ = data.table().values();
      values_ = gathered_;
    }
  }

  // Integers of 64 bits: with a sign, or else without.
  void read_exact_labels() {
    const ExactLabels& exact = data_.target().exact;
    if (exact.values.empty()) return;
    std::vector<std::int64_t> values;
    for (const bool is_unsigned : {false, true}) {
      unsigned_ = is_unsigned;
      values.clear();
      for (const auto& label : exact.labels)
        if (const auto value = integer_of(label, is_unsigned)) values.push_back(*value);
      if (values.size() == exact.labels.size()) break;
    }
    check(values.size() == exact.labels.size(), "write_npz", "a label of column '",
          data_.target().names.front(), "', from ", exact.labels.front(), " to ",
          exact.labels.back(), ", does not fit an integer of 64 bits: write CSV");
    for (std::size_t i = 0; i < labels_.size(); ++i) labels_[i] = values[exact.values[i]];
  }

  // Features and target of the samples [begin, end).
  void add_part(const std::string& x, const std::string& y, std::size_t begin, std::size_t end) {
    const std::size_t features = data_.features();
    if (data_.is_images()) {
      const auto& images = data_.images();
      std::vector<std::size_t> shape = {end - begin, images.channels, images.height, images.width};
      if (images.channels == 1) shape.erase(shape.begin() + 1);
      add(x, npy_header("|u1", shape),
          {images.pixels.get() + begin * features, (end - begin) * features});
    } else {
      add(x, npy_header("<f8", {end - begin, features}),
          raw(values_.subspan(begin * features, (end - begin) * features)));
    }
    if (data_.has_target()) add_target(y, begin, end);
  }

  void add_texts(const std::string& name, const std::vector<std::string>& texts) {
    add(name, npy_of_texts(texts), {});
  }

  void add_numbers(const std::string& name, std::span<const double> values) {
    add(name, npy_header("<f8", {values.size()}), raw(values));
  }

  std::string archive() const { return make_zip(files_); }

 private:
  void add(const std::string& name, std::string head, std::span<const std::uint8_t> body) {
    files_.push_back({.name = name + ".npy", .head = std::move(head), .body = body});
  }

  void add_target(const std::string& name, std::size_t begin, std::size_t end) {
    const std::size_t outputs = data_.target().outputs();
    const auto values = std::span(data_.target().values);
    if (const auto& exact = data_.target().exact;
        data_.target().is_classes() || !exact.values.empty()) {
      const auto labels = std::span(labels_).subspan(begin, end - begin);
      add(name, npy_header(unsigned_ ? "<u8" : "<i8", {labels.size()}),
          {reinterpret_cast<const std::uint8_t*>(labels.data()), labels.size_bytes()});
      return;
    }
    std::vector<std::size_t> shape = {end - begin};
    if (outputs > 1) shape.push_back(outputs);
    add(name, npy_header("<f8", shape),
        raw(values.subspan(begin * outputs, (end - begin) * outputs)));
  }

  const Dataset& data_;
  std::vector<double> gathered_;      // for a table that is not contiguous
  std::span<const double> values_;    // of the table
  std::vector<std::int64_t> labels_;  // or the bits of unsigned ones
  bool unsigned_ = false;
  std::vector<ZipFile> files_;
};

// Whether names are the default ones of read_npz().
bool are_default(const std::vector<Column>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name != default_name(i)) return false;
  return true;
}

bool are_default_targets(const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] != (names.size() == 1 ? "y" : concat("y", i + 1))) return false;
  return true;
}

}  // namespace

std::string npy_header(const std::string& descr, const std::vector<std::size_t>& shape) {
  constexpr std::size_t kAlignment = 64, kStart = 10;
  std::string text = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (";
  for (std::size_t i = 0; i < shape.size(); ++i)
    text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  text += shape.size() == 1 ? ",), }" : "), }";
  const std::size_t used = kStart + text.size() + 1;
  text.append((kAlignment - used % kAlignment) % kAlignment, ' ');
  text += '\n';
  return std::string(kNpyMagic) + '\1' + '\0' +
         bytes_of(static_cast<std::uint32_t>(text.size()), 2) + text;
}

std::string npy_of_texts(const std::vector<std::string>& texts) {
  std::size_t longest = 1;
  for (const auto& text : texts) longest = std::max(longest, code_points(text).size());
  std::string out = npy_header("<U" + std::to_string(longest), {texts.size()});
  for (const auto& text : texts) {
    auto points = code_points(text);
    points.resize(longest);
    for (const auto point : points) out += bytes_of(point, 4);
  }
  return out;
}

std::string npz_bytes(const Dataset& data) {
  check_writable_as_npz(data);
  const auto& target = data.target();
  std::vector<std::string> columns;
  for (const auto& column : data.table().columns) columns.push_back(column.name);
  check_names(columns, "columns");
  check_names(target.names, "targets");
  check_names(target.classes, "classes");
  Arrays arrays(data);
  if (const std::size_t begin = data.test_begin(); begin > 0 && begin < data.samples()) {
    arrays.add_part("x_train", "y_train", 0, begin);
    arrays.add_part("x_test", "y_test", begin, data.samples());
  } else {
    arrays.add_part("X", "y", 0, data.samples());
  }
  if (target.is_classes()) arrays.add_texts("classes", target.classes);
  if (!are_default(data.table().columns)) arrays.add_texts("features", columns);
  if (!are_default_targets(target.names)) arrays.add_texts("y_names", target.names);
  if (!data.weights().empty()) arrays.add_numbers("w", data.weights());
  return arrays.archive();
}

void write_npz(const Dataset& data, const std::string& path) {
  replace_file(path, npz_bytes(data));
}

}  // namespace hebb
