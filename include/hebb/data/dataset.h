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
#include "hebb/data/sequences.h"
#include "hebb/data/table.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

/// Images as bytes (N, C, H, W), shared: copies and ranges of rows cost nothing.
struct Images {
  std::size_t count = 0, channels = 1, height = 0, width = 0;
  std::shared_ptr<const std::uint8_t> pixels = {};

  std::size_t image_size() const { return channels * height * width; }
};

/// What is to be predicted, for each sample or, of sequences, for each step: numbers or class
/// labels, in one column or several.
struct Target {
  /// Of the target columns.
  std::vector<std::string> names = {};
  /// (rows, names.size()); a label is its index into the column's classes.
  std::vector<double> values = {};
  /// Labels of a single column as the user wrote them; empty: `values` are numbers.
  std::vector<std::string> classes = {};
  /// Of several columns the labels of each; a column of numbers has none. Empty: all are numbers.
  std::vector<std::vector<std::string>> column_classes = {};
  /// Of a target with a row a step: the first row of each sample, and behind the last one the
  /// number of rows. Empty: one row a sample.
  std::vector<std::size_t> offsets = {};
  /// Of whole numbers that were written otherwise ("007", "1.0"): what to_classes() calls them.
  std::map<double, std::string> spelling = {};

  /// Whether it is a single column of labels.
  bool is_classes() const { return !classes.empty(); }
  /// Whether any column holds labels.
  bool has_labels() const { return is_classes() || !column_classes.empty(); }
  bool per_step() const { return !offsets.empty(); }
  std::size_t outputs() const { return names.size(); }
  /// The labels of a column; empty if it holds numbers.
  const std::vector<std::string>& classes_of(std::size_t column) const {
    return column_classes.empty() ? classes : column_classes[column];
  }
};

/// Numeric labels turned into classes, sorted numerically and spelt as the user wrote them; classes
/// stay as they are.
/// Errors: DataError "Unknown label type" for numbers that are not whole, naming row and column;
/// std::invalid_argument unless there is one target column.
Target to_classes(Target target);

/// The column that says which samples belong together, as those of one patient: a split does not
/// part them.
struct Groups {
  std::string name = "group";
  std::vector<std::uint32_t> values = {};  ///< one a sample, indices into `labels`; or empty
  std::vector<std::string> labels = {};
};

/// The column that orders the samples in time: a split cuts off the last ones.
struct Times {
  std::string name = "time";
  std::vector<double> values = {};  ///< one a sample, finite; or empty
  /// Of times that are texts, such as dates, all texts in order; `values` are then indices into them.
  std::vector<std::string> labels = {};
};

/// How a data set is cut in two.
struct SplitOptions {
  double test_size = 0.25;
  bool stratify = false;
  std::uint64_t random_state = 0;

  static const FieldList& fields();
};

/// Samples, their target and what is known of them. Features are the rows of a table, images or
/// sequences; a target, or none. Parts of a table or of sequences share their numbers.
class Dataset {
 public:
  Dataset() = default;
  /// Errors: std::invalid_argument for sizes that do not match, naming both.
  explicit Dataset(Table table, Target target = {}, std::vector<double> weights = {});
  explicit Dataset(TableView table, Target target = {}, std::vector<double> weights = {});
  explicit Dataset(Sequences sequences, Target target = {}, std::vector<double> weights = {});
  explicit Dataset(Images images, Target target = {}, std::vector<double> weights = {});
  /// Numbers of shape (samples, features), row-major, as other libraries keep them.
  /// Errors: std::invalid_argument unless `shape` has two axes ("expected 2D").
  static Dataset from_values(std::span<const double> values, const Shape& shape, Target target = {},
                             std::vector<double> weights = {});

  std::size_t samples() const;
  /// Columns of the table, bytes of an image, or columns of a step.
  std::size_t features() const;
  /// Of one sample: (features), or (C, H, W); of sequences, whose lengths differ, that of a step.
  Shape sample_shape() const;
  bool is_images() const { return images_.has_value(); }
  bool is_sequences() const { return sequences_.has_value(); }
  bool is_table() const { return !is_images() && !is_sequences(); }
  bool has_target() const { return target_.outputs() > 0; }

  /// Empty, without columns, of what is no table.
  const TableView& table() const { return table_; }
  const Images& images() const { return *images_; }
  const Sequences& sequences() const { return *sequences_; }
  /// Of the table, or of the steps; of images none.
  const std::vector<Column>& columns() const;
  const Target& target() const { return target_; }
  /// One a sample, or empty: all are one.
  const std::vector<double>& weights() const { return weights_; }

  const Groups& groups() const { return groups_; }
  /// Errors: std::invalid_argument unless there is one a sample, each with a label.
  void set_groups(Groups groups);
  const Times& times() const { return times_; }
  /// Errors: std::invalid_argument unless there is one a sample, all finite, each with a label if
  /// there are any.
  void set_times(Times times);

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
  std::size_t row_number(std::size_t row) const { return origin_[row] + 1; }
  /// The image file that a row came from, as it is called below its folder ("cat/1.png"); empty
  /// where rows have no files of their own.
  std::string file(std::size_t row) const;
  /// One a row of a whole data set. Errors: std::invalid_argument for a part or another number.
  void set_files(std::vector<std::string> files);
  /// "new.csv: row 3, column 'age': ", to begin a message with; without a name the row comes first.
  /// A sequence that has an id is called by it: "new.csv: sequence 'a', column 'age': ".
  std::string place(std::size_t row, const std::string& column) const;

  /// The rows named, in that order: numbers of tables and sequences are shared, images copied.
  /// Keeps names, classes, groups and times, drops `test_begin` and the remark.
  Dataset select(std::span<const std::uint32_t> rows) const;
  /// Rows [begin, end): images are shared too.
  Dataset slice(std::size_t begin, std::size_t end) const;

  /// (training part, test part): the parts that a built-in set comes with, otherwise by
  /// SplitOptions' defaults.
  std::pair<Dataset, Dataset> split() const;
  /// (training part, test part), cut by split_rows(). Errors: as there.
  std::pair<Dataset, Dataset> split(const SplitOptions& options) const;

  /// The same samples with the target of to_classes(). Errors: as there, naming the data set too.
  Dataset with_classes() const&;
  Dataset with_classes() &&;

  /// SHA-256 over features, target, weights and their names, as hexadecimal digits: the same data,
  /// the same text. Computed when first asked for, then kept.
  std::string hash() const;

 private:
  std::string fingerprint() const;

  template <class Pick>
  Dataset part(std::size_t count, const RowIndex& rows, const Pick& pick) const;

  TableView table_;
  std::optional<Images> images_;
  std::optional<Sequences> sequences_;
  Target target_;
  std::vector<double> weights_;
  Groups groups_;
  Times times_;
  std::string name_, remark_;
  std::size_t test_begin_ = 0;
  bool zeros_follow_ = false;
  RowIndex origin_;                                        // where the rows stood
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

/// The same of a data set, heeding what is known of its samples. With groups, no group is on both
/// sides: in random order, groups change sides while that brings the test part, and if stratified
/// the classes in it, nearer to their shares. With times, the test part is the end of the samples
/// in order of time, and samples of one time stay together.
/// Errors: std::invalid_argument if a part would be empty: by groups, with less than two groups; by
/// time, if all samples have one time. For groups and times at once, and for stratifying by time,
/// several target columns or a target with a row a step.
std::pair<std::vector<std::uint32_t>, std::vector<std::uint32_t>> split_rows(
    const Dataset& data, const SplitOptions& options);

}  // namespace hebb
