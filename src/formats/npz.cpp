// Assembles a data set from the arrays of an archive, whose names give their meaning. Features and
// target are one array each or, as in Keras, one for training and one for testing. Both layouts are
// read as a list of parts, each directly into its place.
#include "formats/npz.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>

#include "data/labels.h"
#include "formats/byte_source.h"
#include "formats/csv_text.h"
#include "formats/rows.h"
#include "formats/writers.h"
#include "formats/zip_archive.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"

namespace hebb {
namespace {

constexpr std::size_t kMostColumns = CsvText::kMostColumns;
constexpr const char* kFeatureNames[] = {"X", "x", "data", "images"};
constexpr const char* kTargetNames[] = {"y", "target", "labels"};
constexpr const char* kWeightNames[] = {"w", "sample_weight"};

using Parts = std::vector<NpyArray>;
using Strings = std::vector<std::string>;

std::size_t rows_of(const NpyArray& array) { return array.shape().empty() ? 0 : array.shape()[0]; }

std::size_t rows_of(const Parts& parts) {
  std::size_t rows = 0;
  for (const auto& part : parts) rows += rows_of(part);
  return rows;
}

// Whether the parts are bytes with more than two axes; check_features() accepts no other type with
// these.
bool are_images(const Parts& parts) { return parts.front().shape().size() > 2; }

// Fails unless the values, of `bytes` bytes in memory each, are within the limit.
void check_limit(const Parts& parts, std::size_t bytes, std::uint64_t most) {
  std::uint64_t room = most / bytes;
  for (const auto& part : parts) {
    check_data(part.count() <= room, part.name(), ": the array ", part.description(),
               " takes more than the limit of ", most, " bytes in memory");
    room -= part.count();
  }
}

void check_alike(const Parts& parts) {
  const auto& first = parts.front();
  for (const auto& part : parts)
    check_data(
        part.shape().size() == first.shape().size() &&
            std::equal(part.shape().begin() + 1, part.shape().end(), first.shape().begin() + 1) &&
            part.is_text() == first.is_text(),
        part.name(), ": an array ", part.description(), ", but ", first.name(), " is ",
        first.description());
}

// ----- Features

void check_features(const NpyArray& x) {
  const auto rank = x.shape().size();
  check_data(!x.is_text(), x.name(), ": features of texts ", x.description(),
             ": expected numbers; a CSV file may hold texts");
  check_data(rank >= 2, x.name(), ": expected 2D (samples, features), got ", x.description(),
             ": save X.reshape(-1, 1)");
  check_data(rank == 2 || (x.is_bytes() && rank <= 4), x.name(), ": an array ", x.description(),
             ": images are uint8 of shape (N, H, W) or (N, C, H, W), as of (255 * X).astype("
             "'uint8'); for a table save X.reshape(len(X), -1)");
  check_data(rows_of(x) > 0, x.name(), ": 0 samples: the array is ", x.description());
  check_data(x.count() > 0, x.name(), ": 0 features: the array is ", x.description());
}

Images read_images(Parts& parts) {
  const auto& shape = parts.front().shape();
  Images images{.count = rows_of(parts)};
  if (shape.size() == 4) {
    constexpr std::size_t kMostColours = 4;
    check_data(shape[1] <= kMostColours || shape[3] > kMostColours, parts.front().name(),
               ": images of ", shape[1], " channels, ", parts.front().description(),
               ": expected (N, C, H, W); where channels stand last, save np.moveaxis(X, -1, 1)");
    images.channels = shape[1];
  }
  images.height = shape[shape.size() - 2];
  images.width = shape.back();
  const auto pixels =
      std::make_shared_for_overwrite<std::uint8_t[]>(images.count * images.image_size());
  std::uint8_t* at = pixels.get();
  for (auto& part : parts) {
    part.read_bytes({at, part.count()});
    at += part.count();
  }
  images.pixels = {pixels, pixels.get()};
  return images;
}

void warn_of_rounded(const NpyArray& part, std::size_t row, const std::string& column) {
  warn(concat(part.name(), ": row ", row + 1, ", column '", column,
              "': the integer is read as the nearest number that a double holds, which is exact up "
              "to 2^53; save codes as texts in a CSV file"));
}

Table read_table(Parts& parts, const std::optional<Strings>& names) {
  Table table{.rows = rows_of(parts), .columns = {}, .values = {}};
  const std::size_t columns = parts.front().shape()[1];
  check_data(columns <= kMostColumns, parts.front().name(), ": an array ",
             parts.front().description(), ": more than ", kMostColumns, " columns");
  check_data(!names || names->size() == columns, parts.front().name(), ": ", columns,
             " columns, but `features` holds ", names ? names->size() : 0, " names");
  for (std::size_t c = 0; c < columns; ++c)
    table.columns.push_back({.name = names ? (*names)[c] : default_name(c), .categories = {}});
  table.values.resize(table.rows * columns);
  double* at = table.values.data();
  for (auto& part : parts) {
    const std::span<double> values(at, part.count());
    const std::size_t rounded = part.read_numbers(values);
    if (rounded < part.count())
      warn_of_rounded(part, rounded / columns, table.columns[rounded % columns].name);
    const auto infinite = std::ranges::find_if(values, [](double v) { return std::isinf(v); });
    const auto place = static_cast<std::size_t>(infinite - values.begin());
    if (infinite != values.end())
      throw DataError(concat(part.name(), ": row ", place / columns + 1, ", column '",
                             table.columns[place % columns].name,
                             "': the value is infinite: correct it, or put NaN for a missing one"));
    at += part.count();
  }
  return table;
}

// ----- Target

// Whether an array has one number per row: shape (N) or (N, 1).
bool is_column(const NpyArray& array) {
  return array.shape().size() == 1 || (array.shape().size() == 2 && array.shape()[1] == 1);
}

// Converts text labels to indices into `target.classes`: the given classes, or those that occur.
void read_text_labels(Parts& parts, const std::optional<Strings>& classes, Target& target) {
  std::unordered_map<std::string, double> numbers;  // in the order in which they occur
  target.classes = classes.value_or(Strings());
  for (const auto& name : target.classes)
    numbers.emplace(name, static_cast<double>(numbers.size()));
  for (auto& part : parts) {
    std::size_t row = 0;
    part.read_texts([&](const std::string& text) {
      ++row;
      const auto [at, is_new] = numbers.emplace(text, static_cast<double>(numbers.size()));
      check_data(!classes || !is_new, part.name(), ": row ", row, ": the label '", text,
                 "' is not among `classes`");
      target.values.push_back(at->second);
    });
  }
  if (classes) return;
  for (const auto& [text, number] : numbers) target.classes.push_back(text);
  sort_labels(target.classes);
  std::vector<double> places(numbers.size());
  for (std::size_t i = 0; i < target.classes.size(); ++i)
    places[static_cast<std::size_t>(numbers.at(target.classes[i]))] = static_cast<double>(i);
  for (double& value : target.values) value = places[static_cast<std::size_t>(value)];
}

void read_number_labels(Parts& parts, std::size_t outputs, Target& target) {
  target.values.resize(rows_of(parts) * outputs);
  double* at = target.values.data();
  // One column of wide integers may hold labels, which are exact.
  const bool labels = outputs == 1 && std::ranges::any_of(parts, &NpyArray::is_wide);
  std::vector<std::uint64_t> wide(labels ? target.values.size() : 0);
  bool rounded = false;
  for (auto& part : parts) {
    const std::span<double> values(at, part.count());
    const auto begin = static_cast<std::size_t>(at - target.values.data());
    const std::size_t first = part.read_numbers(
        values, std::span(wide).subspan(labels ? begin : 0, labels ? part.count() : 0));
    if (first < part.count() && !labels)
      warn_of_rounded(part, first / outputs, target.names[first % outputs]);
    rounded = rounded || first < part.count();
    const auto bad = std::ranges::find_if(values, [](double v) { return !std::isfinite(v); });
    check_data(bad == values.end(), part.name(), ": row ",
               static_cast<std::size_t>(bad - values.begin()) / outputs + 1,
               ": the target is missing or infinite: fill it in, or remove the row");
    at += part.count();
  }
  if (!rounded || !labels) return;
  std::size_t part = 0, begin = 0;  // of the row that is asked for
  keep_spelling(target, [&](std::size_t row) {
    while (row - begin >= parts[part].count()) begin += parts[part++].count();
    return parts[part].is_wide() ? parts[part].wide_text(wide[row])
                                 : number_text(target.values[row]);
  });
}

// Assigns class names to a target of whole numbers, which are indices into `classes`.
void name_classes(const Parts& parts, const Strings& classes, Target& target) {
  const auto count = static_cast<double>(classes.size());
  const auto bad = std::ranges::find_if(
      target.values, [&](double v) { return v != std::floor(v) || v < 0 || v >= count; });
  check_data(bad == target.values.end(), parts.front().name(), ": row ",
             bad - target.values.begin() + 1, ": the label ",
             bad == target.values.end() ? "" : number_text(*bad), " names none of the ",
             classes.size(), " `classes`, which count from 0");
  target.classes = classes;
}

Target read_target(Parts& parts, const std::optional<Strings>& classes,
                   const std::optional<Strings>& names) {
  const auto& first = parts.front();
  const auto rank = first.shape().size();
  check_data(rank == 1 || rank == 2, first.name(),
             ": expected a target of shape (N) or (N, k), got ", first.description());
  const std::size_t outputs = is_column(first) ? 1 : first.shape()[1];
  check_data(outputs > 0 && outputs <= kMostColumns, first.name(), ": a target of ", outputs,
             " columns");
  check_data(!names || names->size() == outputs, first.name(), ": ", outputs,
             " columns, but `y_names` holds ", names ? names->size() : 0, " names");
  Target target;
  for (std::size_t i = 0; i < outputs; ++i)
    target.names.push_back(names ? (*names)[i] : outputs == 1 ? "y" : concat("y", i + 1));
  if (first.is_text()) {
    check_data(outputs == 1, first.name(), ": labels of texts in ", outputs,
               " columns, expected 1");
    read_text_labels(parts, classes, target);
    return target;
  }
  read_number_labels(parts, outputs, target);
  check_data(!classes || outputs == 1, first.name(), ": ", outputs,
             " columns, but `classes` name the labels of one");
  if (classes) name_classes(parts, *classes, target);
  return target;
}

// ----- The archive

// The names of the arrays: one each, or two, for training and for testing.
struct Layout {
  Strings features, target;
};

template <std::size_t N>
std::optional<std::string> first_of(const ZipArchive& archive, const char* const (&names)[N]) {
  for (const char* name : names)
    if (archive.has(name)) return name;
  return {};
}

Layout find_layout(const ZipArchive& archive) {
  Layout layout;
  if (const auto x = first_of(archive, kFeatureNames)) {
    layout.features = {*x};
    if (const auto y = first_of(archive, kTargetNames)) layout.target = {*y};
    return layout;
  }
  const auto x = first_of(archive, {"x_train", "X_train"});
  if (!x) {
    std::string list;
    for (const auto& name : archive.arrays()) list += (list.empty() ? "" : ", ") + name;
    throw DataError(concat(archive.name(),
                           ": no features: expected an array X (or x, data, images), or x_train; "
                           "the archive holds ",
                           list.empty() ? "no array" : list,
                           ": save it by np.savez('data.npz', X=X, y=y)"));
  }
  const std::string x_test = x->substr(0, 1) + "_test";
  const bool both = archive.has(x_test);
  layout.features = {*x};
  if (both) layout.features.push_back(x_test);
  if (!archive.has("y_train")) return layout;
  layout.target = {"y_train"};
  if (both) layout.target.emplace_back("y_test");
  check_data(!both || archive.has("y_test"), archive.name(), ": ", x_test, " without y_test");
  return layout;
}

Parts open_parts(const ZipArchive& archive, const Strings& names) {
  Parts parts;
  for (const auto& name : names) parts.push_back(archive.open(name));
  return parts;
}

std::optional<Strings> read_names(const ZipArchive& archive, const char* name) {
  if (!archive.has(name)) return {};
  NpyArray array = archive.open(name);
  check_data(array.is_text() && is_column(array), array.name(), ": an array ", array.description(),
             ": expected one of texts: save np.array(names).astype(str)");
  check_data(array.count() <= kMostColumns, array.name(), ": ", array.count(), " names, at most ",
             kMostColumns);
  Strings names;
  std::set<std::string> seen;
  array.read_texts([&](const std::string& text) {
    check_data(seen.insert(text).second, array.name(), ": '", text, "' stands there twice");
    names.push_back(text);
  });
  return names;
}

std::vector<double> read_weights(const ZipArchive& archive, std::size_t samples) {
  const auto name = first_of(archive, kWeightNames);
  if (!name) return {};
  NpyArray array = archive.open(*name);
  check_data(!array.is_text() && is_column(array), array.name(), ": an array ", array.description(),
             ": expected one weight a sample");
  check_data(array.count() == samples, array.name(), ": ", array.count(), " weights, but ", samples,
             " samples");
  std::vector<double> weights(samples);
  array.read_numbers(weights);
  const auto bad =
      std::ranges::find_if(weights, [](double w) { return !std::isfinite(w) || w < 0; });
  check_data(bad == weights.end(), array.name(), ": row ", bad - weights.begin() + 1,
             ": the weight is negative, missing or infinite");
  return weights;
}

// `names` are those of a table's columns.
Dataset put_together(Parts& x, const std::optional<Strings>& names, Target target,
                     std::vector<double> weights) {
  if (are_images(x)) return Dataset(read_images(x), std::move(target), std::move(weights));
  return Dataset(read_table(x, names), std::move(target), std::move(weights));
}

Dataset parse_archive(const ZipArchive& archive, TargetUse use, std::uint64_t most_bytes) {
  const Layout layout = find_layout(archive);
  Parts x = open_parts(archive, layout.features);
  for (const auto& part : x) check_features(part);
  check_alike(x);
  check_limit(x, are_images(x) ? 1 : sizeof(double), most_bytes);
  Target target;
  if (use != TargetUse::none && !layout.target.empty()) {
    Parts y = open_parts(archive, layout.target);
    for (std::size_t i = 0; i < x.size(); ++i)
      check_data(rows_of(y[i]) == rows_of(x[i]), y[i].name(), ": ", rows_of(y[i]), " labels, but ",
                 rows_of(x[i]), " samples in ", x[i].name());
    check_alike(y);
    check_limit(y, sizeof(double), most_bytes);
    target = read_target(y, read_names(archive, "classes"), read_names(archive, "y_names"));
  }
  check_data(use != TargetUse::required || target.outputs() > 0, archive.name(),
             ": no target: expected an array y (or target, labels) beside ", layout.features[0],
             ": save it by np.savez('data.npz', X=X, y=y)");
  auto weights = read_weights(archive, rows_of(x));
  const auto names = are_images(x) ? std::nullopt : read_names(archive, "features");
  Dataset data = put_together(x, names, std::move(target), std::move(weights));
  if (x.size() > 1) data.set_test_begin(rows_of(x[0]));
  return data;
}

Dataset parse_array(std::span<const std::uint8_t> bytes, const std::string& name, TargetUse use) {
  const auto source = std::make_shared<ByteSource>(bytes, name);
  Parts x;
  x.emplace_back(NpySource{.name = name,
                           .size = bytes.size(),
                           .read = [source](std::span<std::uint8_t> out) { source->read(out); }});
  check_features(x[0]);
  check_data(use != TargetUse::required, name,
             ": no target: an NPY file holds one array, taken as the features; save both in one "
             "file: np.savez('data.npz', X=X, y=y)");
  return put_together(x, {}, {}, {});
}

// An NPY file, or a ZIP archive.
bool looks_like_npz(const DataFile& file) {
  const auto bytes = file.bytes();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text.starts_with(kNpyMagic) || text.starts_with("PK\3\4") || text.starts_with("PK\5\6");
}

Dataset read_npz_file(const DataFile& file, const DataOptions& /*options*/, TargetUse use) {
  Dataset data = parse_npz(file.bytes(), file.name(), use);
  data.set_name(file.short_name());
  return data;
}

}  // namespace

Dataset parse_npz(std::span<const std::uint8_t> bytes, const std::string& name, TargetUse use,
                  std::uint64_t most_bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  Dataset data = text.starts_with(kNpyMagic)
                     ? parse_array(bytes, name, use)
                     : parse_archive(ZipArchive(bytes, name), use, most_bytes);
  data.set_name(name);
  return data;
}

Dataset read_npz(const std::string& path, TargetUse use) {
  return read_npz_file(DataFile(path), {}, use);
}

FormatRow npz_format() {
  return {.name = "npz",
          .kinds = {"NPY", "NPZ"},
          .help = "NumPy's arrays: X and y, tables or images, with a part for testing or without",
          .endings = {".npz", ".npy"},
          .keeps_test_part = true,
          .looks_like = looks_like_npz,
          .read = read_npz_file,
          .write = npz_bytes};
}

}  // namespace hebb
