#pragma once

#include <cstdint>
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

/// How features are transformed before training and prediction.
struct PreprocessOptions {
  std::string scale = "none";       ///< standard, minmax, symmetric, robust, none
  std::optional<double> clip = {};  ///< bound of scaled numbers, approached smoothly; unset: none
  /// mean, median, mode, indicator, drop, keep; unset: missing is an error
  std::optional<std::string> impute = {};
  std::string unknown = "error";  ///< a category not seen in training: error, ignore, other
  /// The most categories of a column that have an input of their own, the most frequent ones; unset:
  /// all.
  std::optional<std::size_t> max_categories = {};
  /// A column that would have more inputs of 0 and 1 becomes one number; unset: none does.
  std::optional<std::size_t> max_one_hot = {};
  std::string scale_target = "none";  ///< of regression: standard, none
  bool clip_target =
      false;  ///< of regression: no prediction beyond the range of the training target

  static const FieldList& fields();
};

/// Features that a column of a table becomes; a number with an indicator becomes two of these.
struct Encoding {
  enum class Kind : std::uint8_t { number, one_hot, category } kind = Kind::number;
  std::size_t width = 1;       ///< features
  std::size_t categories = 0;  ///< of one_hot and category: with those for missing and other ones
  std::size_t column = 0;      ///< its index in columns_in()
};

/// Imputation, one-hot encoding of categorical columns, and scaling: fitted on the training part
/// only, then applied unchanged to all other data. Computes in double and returns float32, or
/// double for models that compute in double.
///
/// standard: (x - mean) / std (of the population); minmax: to [0, 1]; symmetric: to [-1, 1]; robust, for
/// tables alone: (x - median) / (third quartile - first quartile), or 2 (x - median) / (max - min)
/// where the quartiles are equal. For images, minmax is pixel/255, symmetric is pixel/127.5 - 1, and
/// standard is computed per channel. Constant columns are scaled by 1, with a warning that names
/// them. Then clip=c replaces a number z by z / sqrt(1 + (z / c)^2), which lies between -c and c.
///
/// A categorical column is replaced by one column of 0 and 1 per category, which is not scaled. Missing values are imputed
/// before scales are fitted; missing categories are always replaced by the most frequent one (the
/// smallest if several are equally frequent). With impute=keep, missing numbers stay NaN, for models
/// that take them (Capabilities::missing); scales are those of the other values. With
/// impute=indicator, numbers get the median and a further column that is 1 where the value was
/// missing, if values were missing in training, and a missing category is a category, too.
///
/// Categories that max_categories leaves without a column share one, "other". So do, with
/// unknown=other, categories of a single row (unless no other is left), and those of later data that
/// training did not have; without such a column they are zeros.
///
/// A categorical column that would become more than max_one_hot columns becomes a single one, for the
/// layer embed: the number, from 0, of the column that would be 1; without any, their count.
/// Sources: scikit-learn's StandardScaler, MinMaxScaler, SimpleImputer and OneHotEncoder; robust and
/// clip: Holzmueller et al., "Better by Default" (RealMLP), NeurIPS 2024, section 3.
class Preprocessor {
 public:
  Preprocessor() = default;
  /// Errors: std::invalid_argument naming option, range and value.
  explicit Preprocessor(PreprocessOptions options);

  /// Fits to `train`, whose shape, columns and categories later data must have. After an error the
  /// object is unchanged.
  /// Errors: std::invalid_argument "0 samples", "0 features"; DataError as check_values(), and for
  /// a column without any value or with values too large to scale.
  void fit(const Dataset& train);
  /// Checks the values as fit() does. Called before data is split, so that errors name the rows of
  /// the file.
  /// Errors: DataError for a missing value that is not imputed, or an infinite one, with row
  /// (counted from 1) and column; std::invalid_argument for sequences.
  void check_values(const Dataset& data) const;
  bool is_fitted() const { return !columns_.empty() || images_.has_value(); }

  /// The rows that `transform` keeps: all, or with impute=drop those without a missing value.
  /// Errors: std::logic_error, std::invalid_argument, and DataError for text, as transform().
  std::vector<std::uint32_t> kept_rows(const Dataset& data) const;
  /// How many missing values of a table transform() fills, "missing values imputed: 3 ('age' 2, 'city'
  /// 1)"; empty: none.
  /// Errors: as kept_rows().
  std::string imputed_text(const Dataset& data) const;
  /// Transforms `data`. Columns are found by name, and additional columns are ignored. If the
  /// training data or `data` has only default names (c1, c2, ...), columns are found by position.
  /// Categories are found by their text, or by their value as LabelEncoder finds labels. Logs how many
  /// values were imputed, ignored or dropped.
  /// Errors: std::logic_error "not fitted"; std::invalid_argument "0 samples"; "X has 1 features,
  /// expected 8", or naming missing columns, as DataError for data with a name and as
  /// std::invalid_argument otherwise; DataError for missing, infinite or unknown values and for text
  /// in a numeric column, with row, column and value, or if no row is kept.
  Inputs transform(const Dataset& data) const;
  /// As transform(), in double. If no value changes, the result refers to the table of `data`.
  DoubleInputs transform_double(const Dataset& data) const;

  /// As transform(), for one sample with its numbers in the order of the training columns: a
  /// category as its index, a missing value as NaN, an image as its bytes. Logs nothing.
  /// Shapes: values (features_in()) -> (1, sample_shape()...), images channels last.
  /// Errors: std::logic_error, std::invalid_argument and DataError as transform(), naming the
  /// column.
  Tensor transform_one(std::span<const double> values) const;
  std::vector<double> transform_one_double(std::span<const double> values) const;

  /// The form of the images that can be transformed; unset if fitted on a table or not fitted.
  std::optional<ImageForm> image_form() const;
  /// The number of features of the data, and of the result of transform().
  std::size_t features_in() const;
  /// The columns of the table that it was fitted on, with the categories that occurred in training.
  std::vector<Column> columns_in() const;
  std::size_t features_out() const;
  /// The shape of one transformed sample: (features) or (C, H, W).
  Shape sample_shape() const;
  /// The names of the transformed columns: "age", "age=(missing)", "city=Rome", "city=(missing)",
  /// "city=(other)"; for images "pixel1", ...
  std::vector<std::string> feature_names_out() const;
  /// What each column of a table becomes, in the order of the features; empty for images.
  std::vector<Encoding> encodings() const;
  const PreprocessOptions& options() const { return options_; }

  /// The fitted state as JSON, and back. Every number reads back as the same double.
  /// Errors: DataError for a name or category that is not UTF-8; ModelError for a text that is not
  /// a valid record.
  std::string to_json() const;
  static Preprocessor from_json(const std::string& text);

 private:
  struct ColumnState {
    Column column;                       // its categories are those of the training part
    double fill = 0;                     // replaces a missing value; or a category's index
    double shift = 0, scale = 1;         // y = (x - shift) * scale
    bool indicator = false;              // an input says whether the value was missing
    std::vector<std::size_t> rare = {};  // categories that share one input, in order

    bool as_number = false;  // of categories: one input that holds the number of theirs

    // The inputs: a number or the categories that are not rare; missing; other.
    std::size_t own() const {
      return column.is_categorical() ? column.categories.size() - rare.size() : 1;
    }
    std::size_t inputs() const { return own() + (indicator ? 1 : 0) + (rare.empty() ? 0 : 1); }
    std::size_t width() const { return as_number ? 1 : inputs(); }
    std::size_t missing_input() const { return own(); }
    std::size_t other_input() const { return inputs() - 1; }
    std::size_t input_of(std::size_t category) const;
    // Says which input is 1.
    template <class Number>
    void mark(std::size_t input, Number* to) const {
      if (as_number)
        *to = static_cast<Number>(input);
      else
        to[input] = 1;
    }
  };
  struct ImageState {
    std::size_t channels = 0, height = 0, width = 0;
    std::vector<double> scale, shift;  // one per channel: y = byte * scale + shift
    // As in ImageForm; older records do not have them.
    std::optional<double> border;
    bool centered = true;
  };

  bool keeps_missing() const { return options_.impute == "keep"; }
  bool imputes() const { return options_.impute && *options_.impute != "drop" && !keeps_missing(); }
  void fit_table(const Dataset& train);
  void fit_images(const Images& images);
  void learn_numbers(ColumnState& state, const std::vector<double>& values) const;
  void learn_categories(ColumnState& state, const std::vector<double>& values) const;
  std::vector<std::size_t> rare_among(const std::vector<std::size_t>& counts) const;
  void check_fitted() const;
  std::vector<const Column*> columns() const;
  void check_kind(const Dataset& data) const;
  bool changes_nothing(const Dataset& data) const;
  /// Writes the rows to `to`, which must be zero. Number is float or double.
  template <class Number>
  void write_table(const Dataset& data, std::span<const std::uint32_t> rows, Number* to) const;
  template <class Number>
  void write_one(std::span<const double> values, Number* to) const;
  /// Writes the transform of a value that is not missing to `to` (which must be zero) and returns
  /// the position after it. `where` returns the value's place for errors.
  template <class Number, class Where>
  Number* put(const ColumnState& state, double value, const Where& where, Number* to) const;
  /// As put(), for a missing value that is filled.
  template <class Number, class Where>
  Number* put_filled(const ColumnState& state, const Where& where, Number* to) const;

  PreprocessOptions options_;
  std::vector<ColumnState> columns_;
  std::optional<ImageState> images_;
};

/// Converts labels to 0 .. classes-1 and back. Classes are sorted: numerically if all are numbers,
/// otherwise as text. Only labels that occur in training are classes. Labels of other data are found
/// by their text, or by their value if the classes are numbers of different values: 1 is "1.0".
class LabelEncoder {
 public:
  LabelEncoder() = default;
  /// Errors: std::invalid_argument for a class that occurs twice.
  explicit LabelEncoder(std::vector<std::string> classes);

  /// Errors: DataError "Unknown label type" for numbers that are not whole, or for a missing label,
  /// with its row; std::invalid_argument unless there is one target column with values, and for a
  /// label that is not the index of a class.
  void fit(const Target& target);
  const std::vector<std::string>& classes() const { return classes_; }
  /// Errors: as fit(); DataError for a label not seen in training, with row and label.
  std::vector<std::int32_t> encode(const Target& target) const;

  /// As above, for the target of a data set. Messages name the data set and the row in its file.
  void fit(const Dataset& data);
  std::vector<std::int32_t> encode(const Dataset& data) const;

 private:
  void learn(const Target& labels);
  std::vector<std::int32_t> indices(const Target& labels,
                                    const std::function<std::string(std::size_t)>& place) const;

  std::vector<std::string> classes_;
};

}  // namespace hebb
