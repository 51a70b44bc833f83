#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/data/dataset.h"
#include "hebb/data/image_form.h"
#include "hebb/data/inputs.h"

namespace hebb {

/// What is done to the features before a network sees them.
struct PreprocessOptions {
  std::string scale = "none";              ///< standard, minmax, symmetric, none
  std::optional<std::string> impute = {};  ///< mean, median, mode, drop; unset: gaps are errors
  std::string unknown = "error";           ///< a category never seen in training: error, ignore
  std::string scale_target = "none";       ///< of regression: standard, none

  static const FieldList& fields();
};

/// Imputation, one-hot encoding of categorical columns and scaling: fitted on the training part
/// only, then applied as it is to everything else. Computes in double and ends in float32, or in
/// double for models that compute in it.
///
/// standard: (x - mean) / std (of the population); minmax: to [0, 1]; symmetric: to [-1, 1].
/// Images: minmax is pixel/255, symmetric pixel/127.5 - 1, standard by channel. Constant columns
/// are scaled by 1, with a warning that names them. Categorical columns become one column of 0 and
/// 1 a category, in their place; these are not scaled. Missing values are filled before scales are
/// learnt; categories always by the most frequent one (the smallest of equals).
/// Source: scikit-learn's StandardScaler, MinMaxScaler, SimpleImputer and OneHotEncoder.
class Preprocessor {
 public:
  Preprocessor() = default;
  /// Errors: std::invalid_argument naming option, range and value.
  explicit Preprocessor(PreprocessOptions options);

  /// Learns from `train`, whose shape, columns and categories later data must have. After an error
  /// the object is as before.
  /// Errors: std::invalid_argument "0 samples", "0 features"; DataError as check_values(), and for
  /// a column without any value or too large to scale.
  void fit(const Dataset& train);
  /// What fit() demands of values, for data yet to be split: its rows are still those of the file.
  /// Errors: DataError for a missing value where nothing imputes it, or an infinite one, with row
  /// (counted from 1) and column; std::invalid_argument for sequences.
  void check_values(const Dataset& data) const;
  bool is_fitted() const { return !columns_.empty() || images_.has_value(); }

  /// The rows that `transform` keeps: all, or with impute=drop those without a missing value.
  /// Errors: std::logic_error, std::invalid_argument, and DataError for text, as transform().
  std::vector<std::uint32_t> kept_rows(const Dataset& data) const;
  /// Columns are found by name, others are ignored; by position where one side has no names of its
  /// own (c1, c2, ...). Categories are found by their text. Logs how many values were imputed,
  /// ignored or dropped.
  /// Errors: std::logic_error "not fitted"; std::invalid_argument "0 samples", "X has 1 features,
  /// expected 8" or naming missing columns; DataError for missing, infinite or unknown values and
  /// for text in a numeric column, with row, column and value, or if no row is kept.
  Inputs transform(const Dataset& data) const;
  /// The same in double. Where nothing is to be changed it refers to the table of `data`.
  DoubleInputs transform_double(const Dataset& data) const;

  /// The same for one sample whose numbers stand in the order of the training columns: a category
  /// by its index, NaN where a value is missing, an image as its bytes. Logs nothing.
  /// Shapes: values (features_in()) -> (1, sample_shape()...), images channels last.
  /// Errors: std::logic_error, std::invalid_argument and DataError as transform(), naming the
  /// column.
  Tensor transform_one(std::span<const double> values) const;
  std::vector<double> transform_one_double(std::span<const double> values) const;

  /// What images must be that it is to transform; unset where it was fitted on a table, or not.
  std::optional<ImageForm> image_form() const;
  /// Features that the data must have, and what comes out of transform().
  std::size_t features_in() const;
  std::size_t features_out() const;
  /// Of one transformed sample: (features), or (C, H, W).
  Shape sample_shape() const;
  /// Of the columns that come out: "age", "city=Rome"; of images "pixel1", ...
  std::vector<std::string> feature_names_out() const;
  const PreprocessOptions& options() const { return options_; }

  /// What was learnt, as JSON, and back. Every number reads back as the same double.
  /// Errors: DataError for a name or category that is not UTF-8; ModelError for a text that is not
  /// such a record.
  std::string to_json() const;
  static Preprocessor from_json(const std::string& text);

 private:
  struct ColumnState {
    Column column;                // its categories are those of the training part
    double fill = 0;              // put in place of a missing value; a category's index likewise
    double shift = 0, scale = 1;  // y = (x - shift) * scale

    std::size_t width() const { return column.is_categorical() ? column.categories.size() : 1; }
  };
  struct ImageState {
    std::size_t channels = 0, height = 0, width = 0;
    std::vector<double> scale, shift;  // one a channel: y = byte * scale + shift
    // Of ImageForm; older records do not have them.
    std::optional<double> border;
    bool centered = true;
  };

  bool imputes() const { return options_.impute && *options_.impute != "drop"; }
  void fit_table(const Dataset& train);
  void fit_images(const Images& images);
  void learn_numbers(ColumnState& state, const std::vector<double>& values) const;
  void learn_categories(ColumnState& state, const std::vector<double>& values) const;
  void check_fitted() const;
  std::vector<const Column*> columns() const;
  void check_kind(const Dataset& data) const;
  bool changes_nothing(const Dataset& data) const;
  /// Writes the rows to `to`, which is zero before. Number is float or double.
  template <class Number>
  void write_table(const Dataset& data, std::span<const std::uint32_t> rows, Number* to) const;
  template <class Number>
  void write_one(std::span<const double> values, Number* to) const;
  /// Writes what a value that is not missing becomes to `to` (zero before) and returns the place
  /// behind it. `where` gives the value's place for errors.
  template <class Number, class Where>
  static Number* put(const ColumnState& state, double value, const Where& where, Number* to);

  PreprocessOptions options_;
  std::vector<ColumnState> columns_;
  std::optional<ImageState> images_;
};

/// Turns labels into 0 .. classes-1 and back. Classes are sorted: numerically if all are numbers,
/// otherwise as text. Only those that occur in training are classes.
class LabelEncoder {
 public:
  LabelEncoder() = default;
  explicit LabelEncoder(std::vector<std::string> classes) : classes_(std::move(classes)) {}

  /// Errors: DataError "Unknown label type" for numbers that are not whole, or for a missing label,
  /// with its row; std::invalid_argument unless there is one target column with values.
  void fit(const Target& target);
  const std::vector<std::string>& classes() const { return classes_; }
  /// Errors: as fit(); DataError for a label never seen in training, with row and label.
  std::vector<std::int32_t> encode(const Target& target) const;

  /// The same for the target of a data set, which messages then name, with the row in its file.
  void fit(const Dataset& data);
  std::vector<std::int32_t> encode(const Dataset& data) const;

 private:
  void learn(const Target& labels);
  std::vector<std::int32_t> indices(const Target& labels,
                                    const std::function<std::string(std::size_t)>& place) const;

  std::vector<std::string> classes_;
};

}  // namespace hebb
