#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

/// A column of a table: numbers, or categories whose values in the table are indices into
/// `categories` (sorted).
struct Column {
  std::string name = {};
  std::vector<std::string> categories = {};

  bool is_categorical() const { return !categories.empty(); }
};

/// Rows of numbers in double, row-major (rows, columns). NaN is a missing value.
struct Table {
  std::size_t rows = 0;
  std::vector<Column> columns = {};
  std::vector<double> values = {};

  double at(std::size_t row, std::size_t column) const {
    return values[row * columns.size() + column];
  }
};

/// Images as bytes (N, C, H, W), shared: copies and ranges of rows cost nothing.
struct Images {
  std::size_t count = 0, channels = 1, height = 0, width = 0;
  std::shared_ptr<const std::uint8_t> pixels = {};

  std::size_t image_size() const { return channels * height * width; }
};

/// What is to be predicted: numbers (rows, names.size()), or class labels.
struct Target {
  /// Of the target columns: one, or several for numbers.
  std::vector<std::string> names = {};
  /// (rows, names.size()); for classes the index into `classes`.
  std::vector<double> values = {};
  /// Labels as the user wrote them; empty: `values` are numbers.
  std::vector<std::string> classes = {};
  /// Of whole numbers that were written otherwise ("007", "1.0"): what to_classes() calls them.
  std::map<double, std::string> spelling = {};

  bool is_classes() const { return !classes.empty(); }
  std::size_t outputs() const { return names.size(); }
};

/// Numeric labels turned into classes, sorted numerically and spelt as the user wrote them; classes
/// stay as they are.
/// Errors: DataError "Unknown label type" for numbers that are not whole, naming row and column;
/// std::invalid_argument unless there is one target column.
Target to_classes(Target target);

/// How a data set is cut in two.
struct SplitOptions {
  double test_size = 0.25;
  bool stratify = false;
  std::uint64_t random_state = 0;

  static const FieldList& fields();
};

/// Samples, their target and what is known of them. Rows of a table or images; a target, or none.
class Dataset {
 public:
  Dataset() = default;
  /// Errors: std::invalid_argument for sizes that do not match, naming both.
  explicit Dataset(Table table, Target target = {}, std::vector<double> weights = {});
  explicit Dataset(Images images, Target target = {}, std::vector<double> weights = {});
  /// Numbers of shape (samples, features), row-major, as other libraries keep them.
  /// Errors: std::invalid_argument unless `shape` has two axes ("expected 2D").
  static Dataset from_values(std::span<const double> values, const Shape& shape, Target target = {},
                             std::vector<double> weights = {});

  std::size_t samples() const;
  /// Columns of the table, or bytes of an image.
  std::size_t features() const;
  /// Of one sample: (features), or (C, H, W).
  Shape sample_shape() const;
  bool is_images() const { return images_.has_value(); }
  bool has_target() const { return target_.outputs() > 0; }

  const Table& table() const { return table_; }
  const Images& images() const { return *images_; }
  const Target& target() const { return target_; }
  /// One a sample, or empty: all are one.
  const std::vector<double>& weights() const { return weights_; }

  /// The named set, file or generator it came from; for messages and the model's record.
  const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }

  /// What its maker has to say of it: a sentence, or empty.
  const std::string& remark() const { return remark_; }
  void set_remark(std::string remark) { remark_ = std::move(remark); }

  /// The first row of the part for testing that a built-in set comes with; 0: it has none.
  std::size_t test_begin() const { return test_begin_; }
  void set_test_begin(std::size_t row) { test_begin_ = row; }

  /// Whether the columns end where nothing but zeros would follow, as in LIBSVM: training may have
  /// had more of them.
  bool zeros_follow() const { return zeros_follow_; }
  void set_zeros_follow(bool follow) { zeros_follow_ = follow; }

  /// Where a row stands in the file or set that it came from, counted from 1.
  std::size_t row_number(std::size_t row) const {
    return (origin_.empty() ? row : origin_[row]) + 1;
  }
  /// The image file that a row came from, as it is called below its folder ("cat/1.png"); empty
  /// where rows have no files of their own.
  std::string file(std::size_t row) const;
  /// One a row. Errors: std::invalid_argument for another number, naming both.
  void set_files(std::vector<std::string> files);
  /// "new.csv: row 3, column 'age': ", to begin a message with; without a name the row comes first.
  std::string place(std::size_t row, const std::string& column) const;

  /// The rows named, in that order. Keeps names and classes, drops `test_begin` and the remark.
  Dataset select(std::span<const std::uint32_t> rows) const;
  /// Rows [begin, end): images are shared, not copied.
  Dataset slice(std::size_t begin, std::size_t end) const;

  /// (training part, test part): the parts that a built-in set comes with, otherwise by
  /// SplitOptions' defaults.
  std::pair<Dataset, Dataset> split() const;
  /// (training part, test part), cut at random by `options`; rows keep no order.
  /// Errors: std::invalid_argument if a part would be empty, or a class is too small to stratify.
  std::pair<Dataset, Dataset> split(const SplitOptions& options) const;

  /// The same samples with the target of to_classes(). Errors: as there, naming the data set too.
  Dataset with_classes() const&;
  Dataset with_classes() &&;

  /// SHA-256 over features, target, weights and their names, as hexadecimal digits: the same data,
  /// the same text. Computed when first asked for, then kept.
  std::string hash() const;

 private:
  std::string fingerprint() const;

  Table table_;
  std::optional<Images> images_;
  Target target_;
  std::vector<double> weights_;
  std::string name_, remark_;
  std::size_t test_begin_ = 0;
  bool zeros_follow_ = false;
  std::vector<std::uint32_t>
      origin_;  // of rows, counted from 0; empty: they stand where they stood
  std::shared_ptr<const std::vector<std::string>> files_;  // of rows by `origin_`, shared by parts
  struct Digest {
    std::once_flag once;
    std::string hex;
  };
  std::shared_ptr<Digest> digest_ = std::make_shared<Digest>();  // shared by copies
};

/// Rows of the two parts of a split: (train, test), each at random order. `labels` (one a row) is
/// needed to stratify only; then each class keeps its share, within one row. Labels that are
/// indices into `classes` go by those names in messages.
/// Errors: std::invalid_argument as Dataset::split.
std::pair<std::vector<std::uint32_t>, std::vector<std::uint32_t>> split_rows(
    std::size_t samples, std::span<const double> labels, const SplitOptions& options,
    const std::vector<std::string>& classes = {});

}  // namespace hebb
