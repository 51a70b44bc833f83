#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/data/dataset.h"

namespace hebb {

/// How a data set is cut for cross-validation. Its groups or times, if it has them, are heeded.
struct FoldOptions {
  int folds = 5;
  int repeats = 1;       ///< cut anew, in another random order, this many times
  bool stratify = true;  ///< if the target is classes; not with times
  bool shuffle = true;   ///< without it, folds are taken in the order of the rows
  /// If set, each fold is an independent random split with this share of the rows held out.
  std::optional<double> test_size = {};
  std::uint64_t random_state = 0;

  static const FieldList& fields();
};

/// The rows of one fold, in ascending order: those to train on and those held out.
struct Fold {
  std::vector<std::uint32_t> train, test;
};

/// Cuts the rows into folds, repeat after repeat.
///
/// - Plain: parts of equal size, to within one row. Each row is held out once a repeat.
/// - Stratified: each class is divided equally among the folds, to within one row.
/// - With groups, a group is in one fold. Large groups are dealt out first, each to the fold with the
///   fewest rows; if stratified, to the fold where the shares of the classes differ least.
/// - With times, fold i is trained on all that is before its test part, and the test parts follow
///   each other up to the last sample. Samples with equal times stay together.
///
/// Without `shuffle` (and with times) the rows are those of scikit-learn's KFold, StratifiedKFold,
/// GroupKFold, StratifiedGroupKFold and TimeSeriesSplit; with `test_size` the sizes are those of its
/// ShuffleSplit and StratifiedShuffleSplit. The order is a function of the seed alone.
/// Errors: std::invalid_argument for options out of range; for more folds than rows, groups or
/// times; for a class of one row, if stratified, which could not be both trained on and held out;
/// for options that times do not take; as split_rows(), with `test_size`.
std::vector<Fold> fold_rows(const Dataset& data, const FoldOptions& options = {});

}  // namespace hebb
