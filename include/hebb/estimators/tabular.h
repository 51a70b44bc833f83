#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "hebb/estimators/mlp.h"
#include "hebb/preprocess/preprocess.h"

namespace hebb {

/// NetOptions with the defaults of networks for tables. The network is that of `hidden_layer_sizes`,
/// `activation` and `dropout`, `members` times over, unless `net` gives another one; each member holds
/// out one of `validation_folds` folds. What is empty, unset or 0 is chosen by plan_table().
struct TabularOptions : NetOptions {
  using Base = NetOptions;
  std::size_t members = 8;
  std::string numbers = "auto";  ///< plain, periodic (with periodic features), mixed

  TabularOptions();
  static const FieldList& fields();
};

/// The preprocessing that networks for tables take by default: nothing that is missing or unknown stops
/// them, and predictions stay in the range of the target.
PreprocessOptions tabular_preprocessing();

/// What the network for a table depends on.
struct TableFacts {
  Task task = Task::classify;
  std::size_t samples = 0;
  std::size_t outputs = 1;
  std::vector<Encoding> encodings = {};  ///< what the columns became
  /// By column: whether it has more than a few values. Empty: all have.
  std::vector<bool> varied = {};
  bool in_time = false;  ///< samples have times, so that later ones are validated
};

/// The options that a network for tables is trained with: those given, and what they leave open. Of
/// fewer than 20 samples none are held out, and all epochs are trained, unless an option of validation
/// says otherwise.
NetOptions plan_table(const TabularOptions& options, const TableFacts& facts);

/// The options that a network is trained with on `train`: for TabularOptions those of plan_table(), else
/// as they are. `outputs` is network_outputs() or the number of targets.
/// Errors: std::invalid_argument for images, of TabularOptions.
NetOptions training_options(const OptionSet& options, Task task, const Preprocessor& preprocessor,
                            const Dataset& train, std::size_t outputs);

/// A network for classification of rows of a table with good defaults: several members in one network,
/// missing values and categories of any kind, the best epoch by rows held out. docs/tables.md says what
/// it does, and why.
/// Errors: as MLPClassifier; std::invalid_argument for data that are not a table.
/// Sources: Holzmueller et al., "Better by Default" (RealMLP), NeurIPS 2024; Gorishniy et al., "TabM",
/// ICLR 2025.
class TabularClassifier : public MLPClassifier {
 public:
  explicit TabularClassifier(TabularOptions options = {},
                             PreprocessOptions preprocess = tabular_preprocessing())
      : MLPClassifier("tabular", std::move(options), std::move(preprocess)) {}
  explicit TabularClassifier(FromModel from);
  static TabularClassifier load(const std::string& path);

  Capabilities capabilities() const override;

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

/// The same for one or several numbers, which are scaled for training.
class TabularRegressor : public MLPRegressor {
 public:
  explicit TabularRegressor(TabularOptions options = {},
                            PreprocessOptions preprocess = tabular_preprocessing())
      : MLPRegressor("tabular", std::move(options), std::move(preprocess)) {}
  explicit TabularRegressor(FromModel from);
  static TabularRegressor load(const std::string& path);

  Capabilities capabilities() const override;

 private:
  std::unique_ptr<Estimator> unfitted() const override;
};

}  // namespace hebb
