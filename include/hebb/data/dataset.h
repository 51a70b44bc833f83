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
#include "hebb/core/record.h"
#include "hebb/data/sequences.h"
#include "hebb/data/table.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

/// Images as bytes of shape (N, C, H, W). The bytes are shared: copies and ranges of rows copy
/// none.
struct Images {
  std::size_t count = 0, channels = 1, height = 0, width = 0;
  std::shared_ptr<const std::uint8_t> pixels = {};

  std::size_t image_size() const { return channels * height * width; }
};

/// The labels of a column of whole numbers, some of which double rounds: those beyond 2^53.
struct ExactLabels {
  std::vector<std::uint32_t> values = {};  ///< one per row, indices into `labels`; or empty
  std::vector<std::string> labels = {};    ///< as the user wrote them, in order of their value
};

/// The values to predict: numbers or class labels, in one column or several. There is one row per
/// sample or, for sequences, possibly one per step.
struct Target {
  /// The names of the target columns.
  std::vector<std::string> names = {};
  /// Shape (rows, names.size()). A label is stored as its index into the column's classes; NaN is a
  /// missing label.
  std::vector<double> values = {};
  /// The labels of a single column as the user wrote them; empty if `values` are numbers.
  std::vector<std::string> classes = {};
  /// With several columns, the labels of each; a column of numbers has none. Empty if all columns
  /// are numbers.
  std::vector<std::vector<std::string>> column_classes = {};
  /// With one row per step, the first row of each sample, followed by the number of rows. Empty if
  /// there is one row per sample.
  std::vector<std::size_t> offsets = {};
  /// The user's spelling of whole numbers that were not written plainly ("007", "1.0").
  /// to_classes() uses it for their labels.
  std::map<double, std::string> spelling = {};
  /// The exact labels of a single column of numbers, if `values` (the nearest doubles) are not.
  ExactLabels exact = {};
  /// Two spellings of one whole number in the data, such as "007" and "7": to_classes() makes one
  /// label of them. Empty if there are none.
  std::vector<std::string> alike = {};

  /// Whether it is a single column of labels.
  bool is_classes() const { return !classes.empty(); }
  /// Whether any column holds labels.
  bool has_labels() const { return is_classes() || !column_classes.empty(); }
  bool per_step() const { return !offsets.empty(); }
  std::size_t outputs() const { return names.size(); }
  /// The labels of a column below outputs(); empty if it holds numbers.
  const std::vector<std::string>& classes_of(std::size_t column) const {
    return column_classes.empty() ? classes : column_classes[column];
  }
};

/// Converts numeric labels to classes, sorted numerically and spelt as the user wrote them first.
/// Numbers of equal value are one label, whole numbers of any size are exact. A target of classes is
/// returned unchanged.
/// Errors: DataError "Unknown label type" for numbers that are not whole, naming row and column;
/// std::invalid_argument unless there is one target column.
Target to_classes(Target target);

/// The column that says which samples belong together, such as those of one patient. A split keeps
/// them on one side.
struct Groups {
  std::string name = "group";
  std::vector<std::uint32_t> values = {};  ///< one per sample, indices into `labels`; or empty
  std::vector<std::string> labels = {};
};

/// The column that orders the samples in time. A split takes the last samples for testing.
struct Times {
  std::string name = "time";
  std::vector<double> values = {};  ///< one per sample, finite; or empty
  /// If times are texts, such as dates: all texts in order. `values` are then indices into them.
  std::vector<std::string> labels = {};
};

/// A column of texts that are carried beside the samples, such as the names of customers. No model
/// reads them.
struct KeptColumn {
  std::string name = {};
  std::vector<std::string> texts = {};  ///< one per row of the data set that was read
};

/// How a data set is split in two.
struct SplitOptions {
  double test_size = 0.25;
  bool stratify = false;
  bool shuffle = true;  ///< without it, the test part is the last rows
  std::uint64_t random_state = 0;

  static const FieldList& fields();
};

/// Samples with their features and, optionally, target, weights, groups and times. Features are the
/// rows of a table, images or sequences. Selections of a table or of sequences share their numbers.
class Dataset {
 public:
  Dataset() = default;
  /// Errors: std::invalid_argument for sizes that do not match, naming both; for a label or a
  /// category that is not the index of one of its column's classes or categories, naming row,
  /// column, value and range; for classes or categories that occur twice.
  explicit Dataset(Table table, Target target = {}, std::vector<double> weights = {});
  explicit Dataset(TableView table, Target target = {}, std::vector<double> weights = {});
  explicit Dataset(Sequences sequences, Target target = {}, std::vector<double> weights = {});
  explicit Dataset(Images images, Target target = {}, std::vector<double> weights = {});
  /// A table from numbers of shape (samples, features), row-major.
  /// Errors: as above; std::invalid_argument unless `shape` has two axes ("expected 2D").
  static Dataset from_values(std::span<const double> values, const Shape& shape, Target target = {},
                             std::vector<double> weights = {});

  std::size_t samples() const;
  /// The number of columns of the table, bytes of an image, or columns of a step.
  std::size_t features() const;
  /// The shape of one sample: (features) or (C, H, W). For sequences, whose lengths differ, the
  /// shape of a step.
  Shape sample_shape() const;
  bool is_images() const { return images_.has_value(); }
  bool is_sequences() const { return sequences_.has_value(); }
  bool is_table() const { return !is_images() && !is_sequences(); }
  bool has_target() const { return target_.outputs() > 0; }

  /// Empty, without columns, if the data set is not a table.
  const TableView& table() const { return table_; }
  /// Errors: std::invalid_argument if the data set holds none.
  const Images& images() const;
  const Sequences& sequences() const;
  /// The columns of the table or of the steps; empty for images.
  const std::vector<Column>& columns() const;
  const Target& target() const { return target_; }
  /// One per sample; empty if all are 1.
  const std::vector<double>& weights() const { return weights_; }

  const Groups& groups() const { return groups_; }
  /// Errors: std::invalid_argument unless there is one per sample, each with a label.
  void set_groups(Groups groups);
  const Times& times() const { return times_; }
  /// Errors: std::invalid_argument unless there is one per sample, all finite, each with a label if
  /// there are labels.
  void set_times(Times times);

  /// The named set, file or generator it came from; for messages and the model's record.
  const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }

  /// A note on how the data was generated: one sentence, or empty.
  const std::string& remark() const { return remark_; }
  void set_remark(std::string remark) { remark_ = std::move(remark); }

  /// How the data was read: the options of reading (DataOptions) that are not at their defaults, with
  /// columns by name. Empty for data that was not read, or read by the defaults.
  const Record& reading() const { return reading_; }
  void set_reading(Record reading) { reading_ = std::move(reading); }

  /// The first row of the predefined test part, such as that of a built-in set; 0 if there is none.
  std::size_t test_begin() const { return test_begin_; }
  /// Errors: std::invalid_argument for a row beyond the last.
  void set_test_begin(std::size_t row);

  /// Whether all columns after the last one are implicitly zero, as in LIBSVM. The training data
  /// may have more columns then.
  bool zeros_follow() const { return zeros_follow_; }
  void set_zeros_follow(bool follow) { zeros_follow_ = follow; }

  // Errors of row_number(), file() and place(): std::invalid_argument for a row that does not exist.
  /// The number of a row, from 1, in the file or set that it came from.
  std::size_t row_number(std::size_t row) const;
  /// The image file that a row came from, relative to its folder ("cat/1.png"); empty if rows have
  /// no files of their own.
  std::string file(std::size_t row) const;
  /// Sets the files, one per row of a whole data set. Errors: std::invalid_argument if this is a
  /// selection of rows, or for another number of files.
  void set_files(std::vector<std::string> files);
  /// The columns carried beside the samples, one text per row of a whole data set.
  /// Errors: std::invalid_argument if this is a selection of rows, or for another number of texts.
  void set_kept(std::vector<KeptColumn> columns);
  std::size_t kept_columns() const { return kept_ ? kept_->size() : 0; }
  const std::string& kept_name(std::size_t column) const { return (*kept_)[column].name; }
  const std::string& kept(std::size_t row, std::size_t column) const {
    return (*kept_)[column].texts[origin_[row]];
  }
  /// The beginning of a message: "new.csv: row 3, column 'age': ". For data without a name it
  /// begins with the row. A sequence with an id is named by it: "new.csv: sequence 'a', column
  /// 'age': ".
  std::string place(std::size_t row, const std::string& column) const;

  /// The given rows, in that order. Numbers of tables and sequences are shared, images are copied.
  /// Keeps names, classes, groups and times, drops `test_begin` and the remark.
  /// Errors: std::invalid_argument for a row that does not exist.
  Dataset select(std::span<const std::uint32_t> rows) const;
  /// Rows [begin, end): images are shared too. Errors: as select().
  Dataset slice(std::size_t begin, std::size_t end) const;

  /// The rows with a weight above 0, without the classes of which no row is left; std::nullopt if that
  /// is every row. Estimators and runs treat rows of weight 0 as absent.
  /// Errors: DataError for a weight that is not a number >= 0; std::invalid_argument if no row is
  /// left.
  std::optional<Dataset> weighed() const;

  /// (training part, test part): the predefined parts if there are any, otherwise a split by the
  /// defaults of SplitOptions.
  std::pair<Dataset, Dataset> split() const;
  /// (training part, test part), cut by split_rows(). Errors: as there.
  std::pair<Dataset, Dataset> split(const SplitOptions& options) const;

  /// The same samples, with the target converted by to_classes(). Errors: as there, naming the data
  /// set too.
  Dataset with_classes() const&;
  Dataset with_classes() &&;

  /// SHA-256 over features, target, weights and their names, as hexadecimal digits: equal data
  /// gives an equal hash. Computed on the first call, then cached.
  std::string hash() const;

 private:
  std::string fingerprint() const;
  void check_whole(const char* what) const;
  void drop_absent_classes();

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
  Record reading_;
  std::size_t test_begin_ = 0;
  bool zeros_follow_ = false;
  RowIndex origin_;                                        // row numbers in the original data
  std::shared_ptr<const std::vector<std::string>> files_;  // indexed by `origin_`, shared by parts
  std::shared_ptr<const std::vector<KeptColumn>> kept_;    // likewise
  struct Digest {
    std::once_flag once;
    std::string hex;
  };
  std::shared_ptr<Digest> digest_ = std::make_shared<Digest>();  // shared by copies
};

/// The rows of the two parts of a split, (train, test), each in random order or, without
/// `shuffle`, in theirs. `labels` (one per row) is needed only to stratify: each class then keeps
/// its share in both parts, to within one row. If `classes` is given, labels are indices into it, and messages use these names.
/// Errors: std::invalid_argument for a part without rows; to stratify, for another number of labels,
/// a label that is NaN or no index, and a class that cannot be in both parts.
std::pair<std::vector<std::uint32_t>, std::vector<std::uint32_t>> split_rows(
    std::size_t samples, std::span<const double> labels, const SplitOptions& options,
    const std::vector<std::string>& classes = {});

/// Splits a data set by its groups or times, if it has them. With groups, no group is on both
/// sides. In random order, groups change sides while that brings the size of the test part, or if
/// stratified the size of each class in it, nearer to its share. With times, the test part is the
/// last samples in order of time, and samples with equal times stay together.
/// Errors: std::invalid_argument if a part would be empty, as with fewer than two groups or if all
/// samples have the same time. Also for groups and times together, and for stratification by time,
/// of several target columns or of a target with one row per step.
std::pair<std::vector<std::uint32_t>, std::vector<std::uint32_t>> split_rows(
    const Dataset& data, const SplitOptions& options);

}  // namespace hebb
