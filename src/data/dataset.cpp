#include "hebb/data/dataset.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

#include "data/labels.h"
#include "hebb/core/error.h"
#include "io/digest.h"

namespace hebb {
namespace {

void check_sizes(std::size_t samples, const Target& target, const std::vector<double>& weights) {
  check(samples < std::numeric_limits<std::uint32_t>::max(), "dataset", samples,
        " samples, at most 4294967294");
  check(target.values.size() == samples * target.outputs(), "dataset", samples, " samples and ",
        target.outputs(), " target columns, but ", target.values.size(), " target values");
  check(!target.is_classes() || target.outputs() == 1, "dataset",
        "classes need one target column, got ", target.outputs());
  check(weights.empty() || weights.size() == samples, "dataset", samples, " samples, but ",
        weights.size(), " weights");
}

// Rows of `width` numbers each, the named ones in order.
std::vector<double> select_rows(const std::vector<double>& values, std::size_t width,
                                std::span<const std::uint32_t> rows) {
  std::vector<double> out(values.empty() ? 0 : rows.size() * width);
  if (out.empty()) return out;
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::copy_n(values.data() + rows[i] * width, width, out.data() + i * width);
  return out;
}

std::vector<double> slice_rows(const std::vector<double>& values, std::size_t width,
                               std::size_t begin, std::size_t end) {
  if (values.empty()) return {};
  return {values.data() + begin * width, values.data() + end * width};
}

// Every piece goes in behind its length, so that no two data sets give the same bytes.
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
    : table_(std::move(table)), target_(std::move(target)), weights_(std::move(weights)) {
  check(table_.values.size() == table_.rows * table_.columns.size(), "dataset", "table of (",
        table_.rows, ", ", table_.columns.size(), "), but ", table_.values.size(), " values");
  check_sizes(table_.rows, target_, weights_);
}

Dataset::Dataset(Images images, Target target, std::vector<double> weights)
    : images_(std::move(images)), target_(std::move(target)), weights_(std::move(weights)) {
  check(images_->pixels != nullptr || images_->count * images_->image_size() == 0, "dataset",
        images_->count, " images without pixels");
  check_sizes(images_->count, target_, weights_);
}

Dataset Dataset::from_values(std::span<const double> values, const Shape& shape, Target target,
                             std::vector<double> weights) {
  check(shape.rank() == 2, "dataset", "expected 2D (samples, features), got ", shape);
  Table table{.rows = shape[0], .columns = {}, .values = {values.begin(), values.end()}};
  for (std::size_t i = 0; i < shape[1]; ++i)
    table.columns.push_back({.name = default_name(i), .categories = {}});
  return Dataset(std::move(table), std::move(target), std::move(weights));
}

std::size_t Dataset::samples() const { return images_ ? images_->count : table_.rows; }

std::size_t Dataset::features() const {
  return images_ ? images_->image_size() : table_.columns.size();
}

Shape Dataset::sample_shape() const {
  if (images_) return {images_->channels, images_->height, images_->width};
  return {table_.columns.size()};
}

Dataset Dataset::select(std::span<const std::uint32_t> rows) const {
  const std::size_t n = samples();
  for (const auto row : rows)
    check(row < n, "dataset", "row ", row, " of ", n, " (counted from 0)");
  Target target{.names = target_.names,
                .values = select_rows(target_.values, target_.outputs(), rows),
                .classes = target_.classes,
                .spelling = target_.spelling};
  auto weights = select_rows(weights_, 1, rows);
  Dataset out;
  if (images_) {
    Images images = *images_;
    images.count = rows.size();
    const std::size_t size = images.image_size();
    const std::shared_ptr<std::uint8_t[]> pixels(new std::uint8_t[rows.size() * size]);
    for (std::size_t i = 0; i < rows.size(); ++i)
      std::copy_n(images_->pixels.get() + rows[i] * size, size, pixels.get() + i * size);
    images.pixels = {pixels, pixels.get()};
    out = Dataset(std::move(images), std::move(target), std::move(weights));
  } else {
    Table table{.rows = rows.size(),
                .columns = table_.columns,
                .values = select_rows(table_.values, table_.columns.size(), rows)};
    out = Dataset(std::move(table), std::move(target), std::move(weights));
  }
  out.name_ = name_;
  out.zeros_follow_ = zeros_follow_;
  out.files_ = files_;
  for (const auto row : rows)
    out.origin_.push_back(static_cast<std::uint32_t>(row_number(row) - 1));
  return out;
}

Dataset Dataset::slice(std::size_t begin, std::size_t end) const {
  check(begin <= end && end <= samples(), "dataset", "rows [", begin, ", ", end, ") of ",
        samples());
  Target target{.names = target_.names,
                .values = slice_rows(target_.values, target_.outputs(), begin, end),
                .classes = target_.classes,
                .spelling = target_.spelling};
  auto weights = slice_rows(weights_, 1, begin, end);
  Dataset out;
  if (images_) {
    Images images = *images_;
    images.count = end - begin;
    images.pixels = {images_->pixels, images_->pixels.get() + begin * images.image_size()};
    out = Dataset(std::move(images), std::move(target), std::move(weights));
  } else {
    Table table{.rows = end - begin,
                .columns = table_.columns,
                .values = slice_rows(table_.values, table_.columns.size(), begin, end)};
    out = Dataset(std::move(table), std::move(target), std::move(weights));
  }
  out.name_ = name_;
  out.zeros_follow_ = zeros_follow_;
  out.files_ = files_;
  for (std::size_t row = begin; row < end && (begin > 0 || !origin_.empty()); ++row)
    out.origin_.push_back(static_cast<std::uint32_t>(row_number(row) - 1));
  return out;
}

std::string Dataset::file(std::size_t row) const {
  return files_ ? (*files_)[row_number(row) - 1] : "";
}

void Dataset::set_files(std::vector<std::string> files) {
  check(files.size() == samples(), "dataset", samples(), " samples, but ", files.size(), " files");
  files_ = std::make_shared<const std::vector<std::string>>(std::move(files));
}

std::string Dataset::place(std::size_t row, const std::string& column) const {
  return concat(name_.empty() ? "" : name_ + ": ", "row ", row_number(row), ", column '", column,
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
  for (const auto& column : table_.columns) {
    print.add(column.name);
    print.add(column.categories);
  }
  print.add(table_.values);
  print.add(target_.names);
  print.add(target_.values);
  print.add(target_.classes);
  print.add(weights_);
  return print.hex();
}

}  // namespace hebb
