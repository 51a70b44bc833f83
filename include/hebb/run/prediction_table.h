#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/estimators/estimator.h"
#include "hebb/tensor/tensor.h"

namespace hebb {

/// Further columns of a table of predictions.
struct PredictionColumns {
  bool proba = false;                    ///< the probability of each class
  std::optional<std::size_t> top = {};   ///< this many classes, most probable first
  std::optional<double> threshold = {};  ///< of two classes, the second is predicted from this
                                         ///< probability on; unset: 0.5
  bool safe_cells =
      false;  ///< in CSV: text that a spreadsheet would take for a formula begins with
              ///< an apostrophe
};

/// The predictions of an estimator as text, row by row: CSV, or JSON (one object a row). Predicted
/// numbers have the fewest digits that read back as the same double, probabilities those of the same
/// float32. A row begins with the file's name, for image
/// files, and the columns that the data set keeps.
class PredictionTable {
 public:
  /// Errors:  std::invalid_argument for columns that the estimator cannot provide; as
  ///          Classifier::predict_proba() and Regressor::predict(); ModelError for a prediction
  ///          that is not a finite float32, with its row.
  PredictionTable(const Supervised& estimator, const Dataset& data, PredictionColumns columns = {});

  std::size_t rows() const { return rows_; }
  /// The header and one row, each with a line end.
  /// Errors of rows:  std::invalid_argument for a row that does not exist.
  std::string csv_head() const;
  std::string csv_row(std::size_t row) const;
  /// One row, without a line end. Invalid UTF-8 is replaced.
  std::string json_row(std::size_t row) const;

 private:
  std::string csv_front(std::size_t row) const;
  void check_row(std::size_t row) const;
  std::size_t shown() const;
  std::string cell(const std::string& text) const;
  double number(std::size_t row, std::size_t target) const;
  float probability(std::size_t row, std::size_t c) const;
  std::size_t predicted(std::size_t row) const;
  std::vector<std::size_t> ranked(std::size_t row) const;

  PredictionColumns columns_;
  std::size_t rows_;
  std::vector<std::string> files_;  // of image files: one a row
  std::vector<std::string> kept_names_;
  std::vector<std::string> kept_;  // (rows, names)
  std::vector<std::string> classes_, targets_;
  Tensor probabilities_;
  std::vector<std::int32_t> decided_;  // if there are no probabilities
  std::vector<double> values_;
};

}  // namespace hebb
