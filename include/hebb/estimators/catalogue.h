#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/estimators/estimator.h"

namespace hebb {

/// One kind of estimator, for `--model` and for model files.
struct EstimatorRow {
  std::string name;
  std::string help;
  std::vector<Task> tasks;
  Capabilities capabilities;  ///< for each of the tasks; `probabilities` only when classifying
  OptionSet options;          ///< at their defaults
  /// Makes an estimator for a task, with options of the same type as `options`.
  /// Errors: std::invalid_argument for a task not in `tasks`.
  std::function<std::unique_ptr<Estimator>(Task task, const OptionSet& options,
                                           const PreprocessOptions& preprocess)>
      make;
  /// Restores the estimator that a model of this kind describes, ready to predict. Errors:
  /// ModelError for an invalid body or invalid options.
  std::function<std::unique_ptr<Estimator>(Model model)> restore;
  /// For a kind whose model is neither a network nor units, so that its parts are not known before it
  /// is trained: an estimate of the bytes that training needs beside the data set.
  std::function<double(std::size_t samples, std::size_t inputs, const OptionSet& options)>
      training_bytes = {};
  /// The preprocessing of a run whose spec says nothing of it; unset: "standard", and of images
  /// "minmax".
  std::optional<PreprocessOptions> preprocess = {};

  bool has_task(Task task) const {
    for (const Task own : tasks)
      if (own == task) return true;
    return false;
  }
};

/// The built-in kinds, and those that the program has registered.
const Catalogue<EstimatorRow>& estimator_catalogue();
/// The names of those that predict.
std::vector<std::string> estimator_names();

/// Makes a kind of estimator known, so that its models can be loaded.
/// Threads: any number may register and load at once.
/// Errors:  std::invalid_argument for a name that is taken or is not a single word.
const EstimatorRow& register_estimator(EstimatorRow row);

/// The row of a kind implemented by one or several C++ classes, such as a classifier and a
/// regressor. Each is constructed from an Options struct and PreprocessOptions, or from FromModel.
template <class Options, class... Kinds>
EstimatorRow estimator_row(std::string name, std::string help) {
  EstimatorRow row{.name = std::move(name),
                   .help = std::move(help),
                   .tasks = {Kinds().task()...},
                   .capabilities = {},
                   .options = Options(),
                   .make = {},
                   .restore = {},
                   .training_bytes = {},
                   .preprocess = {}};
  const std::vector<Capabilities> capabilities = {Kinds().capabilities()...};
  row.capabilities = capabilities.front();
  for (const Capabilities& own : capabilities)
    if (own.probabilities) row.capabilities.probabilities = true;
  row.make = [kind = row.name](Task task, const OptionSet& options,
                               const PreprocessOptions& preprocess) {
    const auto& own = options.as<Options>();
    std::unique_ptr<Estimator> made;
    const auto add = [&]<class Kind>(std::type_identity<Kind>) {
      if (!made && Kind().task() == task) made = std::make_unique<Kind>(own, preprocess);
    };
    (add(std::type_identity<Kinds>()), ...);
    check(made != nullptr, "model", kind, " does not ", task_name(task));
    return made;
  };
  row.restore = [kind = row.name](Model model) {
    std::unique_ptr<Estimator> made;
    const Task task = model.task;
    const auto add = [&]<class Kind>(std::type_identity<Kind>) {
      if (!made && Kind().task() == task)
        made = std::make_unique<Kind>(FromModel(std::move(model)));
    };
    (add(std::type_identity<Kinds>()), ...);
    check_model(made != nullptr, "a model of kind '", kind, "' does not ", task_name(task));
    return made;
  };
  return row;
}

/// The estimator that a model describes, of any kind that is registered.
/// Errors: ModelError for a kind, or options, that this hebb does not know.
std::unique_ptr<Estimator> restore_estimator(Model model);
/// As above, for a model file. Errors: as Model::load too.
std::unique_ptr<Estimator> load_estimator(const std::string& path);
/// The classifier or regressor of a model file, ready to predict. Errors: as load_estimator();
/// ModelError for a transformer.
std::unique_ptr<Supervised> load_model(const std::string& path);

/// Makes a classifier or a regressor. Errors: std::invalid_argument for a task that the row does
/// not have.
std::unique_ptr<Supervised> make_supervised(const EstimatorRow& row, Task task,
                                            const OptionSet& options,
                                            const PreprocessOptions& preprocess);

}  // namespace hebb
