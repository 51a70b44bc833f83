#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/data/dataset.h"
#include "hebb/data/inputs.h"

namespace hebb {

/// What is done to the features before a network sees them.
struct PreprocessOptions {
  std::string scale = "none";         ///< standard, minmax, symmetric, none
  std::optional<std::string> impute;  ///< mean, median, mode, drop; unset: missing values are errors
  std::string unknown = "error";      ///< a category never seen in training: error, ignore
  std::string scale_target = "none";  ///< of regression: standard, none

  static const FieldList& fields();
};

/// Imputation, one-hot encoding of categorical columns and scaling: fitted on the training part only,
/// then applied as it is to everything else. Computes in double and ends in float32.
///
/// standard: (x - mean) / std (of the population); minmax: to [0, 1]; symmetric: to [-1, 1]. Images:
/// minmax is pixel/255, symmetric pixel/127.5 - 1, standard by channel. Constant columns are scaled by
/// 1, with a warning that names them. One-hot columns are not scaled.
/// Source: scikit-learn's StandardScaler, MinMaxScaler, SimpleImputer and OneHotEncoder.
class Preprocessor {
 public:
  Preprocessor() = default;
  /// Errors: std::invalid_argument naming option, range and value.
  explicit Preprocessor(PreprocessOptions options);

  /// Learns from `train`, whose shape, columns and categories later data must have.
  /// Errors: std::invalid_argument "0 samples", "0 features"; DataError for a missing or infinite
  /// value where nothing imputes it, with row and column.
  void fit(const Dataset& train);
  bool is_fitted() const { return !columns_.empty() || images_.has_value(); }

  /// The rows that `transform` keeps: all, or with impute=drop those without a missing value.
  std::vector<std::uint32_t> kept_rows(const Dataset& data) const;
  /// Errors: std::logic_error "not fitted"; std::invalid_argument "X has 1 features, expected 8";
  /// DataError for missing, infinite or unknown values, with row, column and value.
  Inputs transform(const Dataset& data) const;

  /// Features that the data must have, and what comes out of transform().
  std::size_t features_in() const;
  std::size_t features_out() const;
  /// Of one transformed sample: (features), or (C, H, W).
  Shape sample_shape() const;
  /// Of the columns that come out: "age", "city=Rome".
  std::vector<std::string> feature_names_out() const;
  const PreprocessOptions& options() const { return options_; }

  /// What was learnt, as JSON, and back. Every number reads back as the same double.
  /// Errors: ModelError for a text that is not such a record.
  std::string to_json() const;
  static Preprocessor from_json(const std::string& text);

 private:
  struct ColumnState {
    Column column;
    double fill = 0;               // put in place of a missing value; a category's index likewise
    double shift = 0, scale = 1;   // y = (x - shift) * scale
  };
  struct ImageState {
    std::size_t channels, height, width;
    std::vector<float> scale, shift;
  };

  PreprocessOptions options_;
  std::vector<ColumnState> columns_;
  std::optional<ImageState> images_;
};

/// Turns labels into 0 .. classes-1 and back. Classes are sorted: numerically if all are numbers,
/// otherwise as text.
class LabelEncoder {
 public:
  LabelEncoder() = default;
  explicit LabelEncoder(std::vector<std::string> classes) : classes_(std::move(classes)) {}

  /// Errors: DataError "Unknown label type" for numbers that are not whole; std::invalid_argument
  /// without a target.
  void fit(const Target& target);
  const std::vector<std::string>& classes() const { return classes_; }
  /// Errors: DataError for a label never seen in training, with row and label.
  std::vector<std::int32_t> encode(const Target& target) const;

 private:
  std::vector<std::string> classes_;
};

}  // namespace hebb
