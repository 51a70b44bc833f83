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

/// What a table of predictions shows beside the predictions.
struct PredictionColumns {
  bool proba = false;                    ///< the probability of each class
  std::optional<std::size_t> top = {};   ///< so many classes, the most probable first
  std::optional<double> threshold = {};  ///< of two classes, the second is predicted from this
                                         ///< probability on; unset: 0.5
};

/// What an estimator predicts of samples, as rows to be written: CSV, or JSON (an object a row).
/// Numbers have the digits that read back the same float32. Rows of image files begin with the
/// file's name.
class PredictionTable {
 public:
  /// Errors:  std::invalid_argument for columns that the estimator does not have; as
  ///          Classifier::predict_proba() and Regressor::predict().
  PredictionTable(const Supervised& estimator, const Dataset& data, PredictionColumns columns = {});

  std::size_t rows() const { return rows_; }
  /// The heading, and a row, each with its line's end.
  std::string csv_head() const;
  std::string csv_row(std::size_t row) const;
  /// Without a line's end. What is not UTF-8 is replaced.
  std::string json_row(std::size_t row) const;

 private:
  std::size_t shown() const;
  float number(std::size_t row, std::size_t target) const;
  float probability(std::size_t row, std::size_t c) const;
  std::size_t predicted(std::size_t row) const;
  std::vector<std::size_t> ranked(std::size_t row) const;

  PredictionColumns columns_;
  std::size_t rows_;
  std::vector<std::string> files_;  // of image files: one a row
  std::vector<std::string> classes_, targets_;
  Tensor probabilities_;
  std::vector<std::int32_t> decided_;  // where there are no probabilities
  std::vector<double> values_;
};

}  // namespace hebb
