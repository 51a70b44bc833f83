#pragma once

// What every estimator promises, by its task and its capabilities. contract_test.cpp holds the rows
// of the catalogue to it; a test that brings an estimator of its own instantiates the same suite:
//
//     INSTANTIATE_TEST_SUITE_P(Mine, Contract, testing::ValuesIn(kinds_of(my_row())), kind_name);

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hebb/estimators/catalogue.h"

namespace hebb::test {

/// One kind of estimator with one of its tasks.
struct Kind {
  const EstimatorRow* row;
  Task task;
};

inline std::vector<Kind> kinds_of(const EstimatorRow& row) {
  std::vector<Kind> all;
  for (const Task task : row.tasks) all.push_back({&row, task});
  return all;
}

inline std::string kind_name(const testing::TestParamInfo<Kind>& kind) {
  const char* const endings[] = {"Classifier", "Regressor", "Transformer"};
  return kind.param.row->name + endings[static_cast<std::size_t>(kind.param.task)];
}

class Contract : public testing::TestWithParam<Kind> {
 protected:
  using Values = std::vector<std::pair<std::string, Value>>;

  static const EstimatorRow& row() { return *GetParam().row; }
  static Task task() { return GetParam().task; }
  static bool classifies() { return task() == Task::classify; }
  static bool predicts() { return task() != Task::transform; }
  static const Capabilities& can() { return row().capabilities; }

  /// The row's options with these fields set, where it has them; values are not checked.
  static OptionSet with(const Values& values);
  static OptionSet quick();
  static std::unique_ptr<Estimator> make(const OptionSet& options = quick(),
                                         const PreprocessOptions& preprocess = {});
  static Target target();
  static std::unique_ptr<Estimator> fitted(const Dataset& data);
};

}  // namespace hebb::test
