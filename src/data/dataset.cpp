#include "hebb/data/dataset.h"

#include <algorithm>
#include <bit>

#include "data/entry.h"
#include "data/labels.h"
#include "hebb/core/error.h"
#include "io/digest.h"

namespace hebb {
namespace {

constexpr std::size_t kMostColumns = std::size_t{1} << 21;  // without rows

// The given rows, in order, of `width` values each.
template <class T>
std::vector<T> select_rows(const std::vector<T>& values, std::size_t width,
                           std::span<const std::uint32_t> rows) {
  std::vector<T> out(values.empty() ? 0 : rows.size() * width);
  if (out.empty()) return out;
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::copy_n(values.data() + rows[i] * width, width, out.data() + i * width);
  return out;
}

template <class T>
std::vector<T> slice_rows(const std::vector<T>& values, std::size_t width, std::size_t begin,
                          std::size_t end) {
  if (values.empty()) return {};
  return {values.data() + begin * width, values.data() + end * width};
}

// Every piece is preceded by its length, so that no two data sets are hashed from the same bytes.
class Fingerprint {
 public:
  void add(std::uint64_t number) { add_bytes(&number, sizeof number); }
  void add(const std::string& text) {
    add(text.size());
    add_bytes(text.data(), text.size());
  }
  void add(const std::vector<std::string>& texts) {
    add(texts.size());
    for (const auto& text : texts) add(text);
  }
  void add(const std::vector<double>& numbers) {
    add(numbers.size());
    add_bytes(numbers.data(), numbers.size() * sizeof(double));
  }
  void add_bytes(const void* bytes, std::size_t size) {
    sha_.update({static_cast<const std::uint8_t*>(bytes), size});
  }
  std::string hex() const { return sha_.hex(); }

 private:
  static_assert(std::endian::native == std::endian::little, "files and digests are little-endian");
  io::Sha256 sha_;
};

}  // namespace

Dataset::Dataset(Table table, Target target, std::vector<double> weights)
    : Dataset(TableView(std::move(table)), std::move(target), std::move(weights)) {}

Dataset::Dataset(TableView table, Target target, std::vector<double> weights)
    : table_(std::move(table)), target_(std::move(target)), weights_(std::move(weights)) {
  check(!target_.per_step(), "dataset", "a target with a row a step is for sequences");
  table_.check();
  check_categories(table_);
  check_target(target_, table_.rows);
  check_weight_count(weights_, table_.rows);
}

Dataset::Dataset(Sequences sequences, Target target, std::vector<double> weights)
    : sequences_(std::move(sequences)), target_(std::move(target)), weights_(std::move(weights)) {
  check_step_target(target_, *sequences_);
  check_weight_count(weights_, sequences_->count());
}

Dataset::Dataset(Images images, Target target, std::vector<double> weights)
    : images_(std::move(images)), target_(std::move(target)), weights_(std::move(weights)) {
  check_images(*images_);
  check(!target_.per_step(), "dataset", "a target with a row a step is for sequences");
  check_target(target_, images_->count);
  check_weight_count(weights_, images_->count);
}

Dataset Dataset::from_values(std::span<const double> values, const Shape& shape, Target target,
                             std::vector<double> weights) {
  check(shape.rank() == 2, "dataset", "expected 2D (samples, features), got ", shape);
  check(shape[0] > 0 || shape[1] <= kMostColumns, "dataset", "0 rows of ", shape[1], " columns");
  std::size_t size = 0;
  check(!__builtin_mul_overflow(shape[0], shape[1], &size) && size == values.size(), "dataset",
        "table of ", shape, ", but ", values.size(), " values");
  Table table{.rows = shape[0], .columns = {}, .values = {values.begin(), values.end()}};
  for (std::size_t i = 0; i < shape[1]; ++i)
    table.columns.push_back({.name = default_name(i), .categories = {}});
  return Dataset(std::move(table), std::move(target), std::move(weights));
}

std::size_t Dataset::samples() const {
  if (images_) return images_->count;
  return sequences_ ? sequences_->count() : table_.rows;
}

std::size_t Dataset::features() const { return images_ ? images_->image_size() : columns().size(); }

Shape Dataset::sample_shape() const {
  if (images_) return {images_->channels, images_->height, images_->width};
  return {features()};
}

const std::vector<Column>& Dataset::columns() const {
  return sequences_ ? sequences_->columns() : table_.columns;
}

const Images& Dataset::images() const {
  check(is_images(), "dataset", "holds no images");
  return *images_;
}

const Sequences& Dataset::sequences() const {
  check(is_sequences(), "dataset", "holds no sequences");
  return *sequences_;
}

void Dataset::set_test_begin(std::size_t row) {
  check(row <= samples(), "dataset", "the test part begins at row ", row, " of ", samples(),
        " (counted from 0)");
  test_begin_ = row;
}

std::size_t Dataset::row_number(std::size_t row) const {
  check(row < samples(), "dataset", "row ", row, " of ", samples(), " (counted from 0)");
  return origin_[row] + 1;
}

void Dataset::set_groups(Groups groups) {
  check_groups(groups, samples());
  groups_ = std::move(groups);
  digest_ = std::make_shared<Digest>();
}

void Dataset::set_times(Times times) {
  check_times(times, samples());
  times_ = std::move(times);
  digest_ = std::make_shared<Digest>();
}

// `rows` are the rows of the part; `pick` selects them from a vector with a given number of values
// per row.
template <class Pick>
Dataset Dataset::part(std::size_t count, const RowIndex& rows, const Pick& pick) const {
  Dataset out;
  if (is_table()) out.table_ = table_.select(rows, count);
  if (sequences_) out.sequences_ = sequences_->select(rows, count);
  out.target_ = {.names = target_.names,
                 .values = {},
                 .classes = target_.classes,
                 .column_classes = target_.column_classes,
                 .offsets = {},
                 .spelling = target_.spelling,
                 .exact = {.labels = target_.exact.labels},
                 .alike = target_.alike};
  const auto& exact = target_.exact.values;
  if (target_.per_step()) {
    const std::size_t outputs = target_.outputs();
    out.target_.offsets = {0};
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t begin = target_.offsets[rows[i]], end = target_.offsets[rows[i] + 1];
      out.target_.values.insert(out.target_.values.end(), target_.values.data() + begin * outputs,
                                target_.values.data() + end * outputs);
      if (!exact.empty())
        out.target_.exact.values.insert(out.target_.exact.values.end(), exact.data() + begin,
                                        exact.data() + end);
      out.target_.offsets.push_back(out.target_.offsets.back() + end - begin);
    }
  } else {
    out.target_.values = pick(target_.values, target_.outputs());
    out.target_.exact.values = pick(exact, 1);
  }
  out.weights_ = pick(weights_, 1);
  out.groups_ = {.name = groups_.name, .values = pick(groups_.values, 1), .labels = groups_.labels};
  out.times_ = {.name = times_.name, .values = pick(times_.values, 1), .labels = times_.labels};
  out.name_ = name_;
  out.reading_ = reading_;
  out.zeros_follow_ = zeros_follow_;
  out.files_ = files_;
  out.kept_ = kept_;
  out.origin_ = origin_.select(rows, count);
  return out;
}

Dataset Dataset::select(std::span<const std::uint32_t> rows) const {
  const RowIndex index(std::vector(rows.begin(), rows.end()));
  index.check(rows.size(), samples());
  Dataset out = part(rows.size(), index, [&](const auto& values, std::size_t width) {
    return select_rows(values, width, rows);
  });
  if (!images_) return out;
  Images images = *images_;
  images.count = rows.size();
  const std::size_t size = images.image_size();
  const auto pixels = std::make_shared_for_overwrite<std::uint8_t[]>(rows.size() * size);
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::copy_n(images_->pixels.get() + rows[i] * size, size, pixels.get() + i * size);
  images.pixels = {pixels, pixels.get()};
  out.images_ = std::move(images);
  return out;
}

Dataset Dataset::slice(std::size_t begin, std::size_t end) const {
  check(begin <= end && end <= samples(), "dataset", "rows [", begin, ", ", end, ") of ",
        samples());
  Dataset out = part(end - begin, RowIndex(begin), [&](const auto& values, std::size_t width) {
    return slice_rows(values, width, begin, end);
  });
  if (!images_) return out;
  Images images = *images_;
  images.count = end - begin;
  images.pixels = {images_->pixels, images_->pixels.get() + begin * images.image_size()};
  out.images_ = std::move(images);
  return out;
}

std::string Dataset::file(std::size_t row) const {
  return files_ ? (*files_)[row_number(row) - 1] : "";
}

// What belongs to rows of the original data is looked up by their numbers there.
void Dataset::check_whole(const char* what) const {
  for (std::size_t row = 0; row < samples(); ++row)
    check(origin_[row] == row, "dataset", what, " are set before rows are selected; row ", row + 1,
          " stood at ", origin_[row] + 1);
}

void Dataset::set_kept(std::vector<KeptColumn> columns) {
  check_whole("kept columns");
  for (const KeptColumn& column : columns)
    check(column.texts.size() == samples(), "dataset", samples(), " samples, but ",
          column.texts.size(), " texts of '", column.name, "'");
  kept_ = std::make_shared<const std::vector<KeptColumn>>(std::move(columns));
}

void Dataset::set_files(std::vector<std::string> files) {
  check_whole("files");
  check(files.size() == samples(), "dataset", samples(), " samples, but ", files.size(), " files");
  files_ = std::make_shared<const std::vector<std::string>>(std::move(files));
}

std::string Dataset::place(std::size_t row, const std::string& column) const {
  const std::string id = sequences_ ? sequences_->id(row) : "";
  return concat(name_.empty() ? "" : name_ + ": ", sequences_ ? "sequence " : "row ",
                id.empty() ? std::to_string(row_number(row)) : "'" + id + "'", ", column '", column,
                "': ");
}

Dataset Dataset::with_classes() const& { return Dataset(*this).with_classes(); }

Dataset Dataset::with_classes() && {
  target_ = to_classes(target_, place_in(*this));
  digest_ = std::make_shared<Digest>();
  return std::move(*this);
}

std::string Dataset::hash() const {
  std::call_once(digest_->once, [this] { digest_->hex = fingerprint(); });
  return digest_->hex;
}

std::string Dataset::fingerprint() const {
  Fingerprint print;
  const Shape shape = sample_shape().with_front(samples());
  print.add(shape.rank());
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) print.add(shape[axis]);
  if (images_) print.add_bytes(images_->pixels.get(), shape.size());
  for (const auto& column : columns()) {
    print.add(column.name);
    print.add(column.categories);
  }
  if (sequences_) {
    print.add("sequences");
    for (std::size_t i = 0; i < samples(); ++i) {
      const auto steps = sequences_->steps(i);
      print.add(steps.size());
      print.add_bytes(steps.data(), steps.size_bytes());
    }
  } else {
    const std::size_t width = table_.columns.size();
    print.add(table_.rows * width);
    if (const auto block = table_.block(); !block.empty())
      print.add_bytes(block.data(), block.size_bytes());
    else
      for (std::size_t row = 0; row < table_.rows && width > 0; ++row)
        print.add_bytes(table_.row(row), width * sizeof(double));
  }
  print.add(target_.names);
  print.add(target_.values);
  print.add(target_.classes);
  print.add(weights_);
  // An absent part adds nothing; a present one begins with its name.
  if (target_.per_step()) print.add("steps");
  if (!target_.column_classes.empty()) print.add("column_classes");
  for (const auto& classes : target_.column_classes) print.add(classes);
  if (!target_.exact.values.empty()) print.add("exact");
  for (const auto label : target_.exact.values) print.add(target_.exact.labels[label]);
  if (!groups_.values.empty()) {
    print.add("groups");
    print.add(groups_.name);
    for (const auto group : groups_.values) print.add(groups_.labels[group]);
  }
  if (!times_.values.empty()) {
    print.add("times");
    print.add(times_.name);
    if (times_.labels.empty()) print.add(times_.values);
    for (std::size_t i = 0; i < times_.values.size() && !times_.labels.empty(); ++i)
      print.add(times_.labels[static_cast<std::size_t>(times_.values[i])]);
  }
  return print.hex();
}

}  // namespace hebb
