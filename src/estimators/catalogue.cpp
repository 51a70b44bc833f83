#include "hebb/estimators/catalogue.h"

#include <algorithm>

#include "hebb/estimators/ensembles.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"
#include "hebb/estimators/tabular.h"
#include "model/of_file.h"

namespace hebb {
namespace {

// Its options hold those of its members.
EstimatorRow bagging_row() {
  auto row = estimator_row<BaggingOptions, BaggingClassifier, BaggingRegressor>(
      "bagging", "members of one kind (--base), each trained on rows drawn at random; their mean");
  row.options = BaggingClassifier().options();
  row.make = [kind = row.name](Task task, const OptionSet& options,
                               const PreprocessOptions& preprocess) -> std::unique_ptr<Estimator> {
    (void)options.as<BaggingOptions>();
    check(task != Task::transform, "model", kind, " does not ", task_name(task));
    if (task == Task::classify)
      return std::make_unique<BaggingClassifier>(FromOptions{options, preprocess});
    return std::make_unique<BaggingRegressor>(FromOptions{options, preprocess});
  };
  return row;
}

EstimatorRow tabular_row() {
  auto row = estimator_row<TabularOptions, TabularClassifier, TabularRegressor>(
      "tabular", "the network for tables: members in one network, good by its defaults");
  row.preprocess = tabular_preprocessing();
  return row;
}

Catalogue<EstimatorRow>& rows() {
  static Catalogue<EstimatorRow> all(
      "estimator",
      {estimator_row<MLPOptions, MLPClassifier, MLPRegressor>(
           "mlp", "multi-layer perceptron: linear layers with an activation between them"),
       tabular_row(),
       estimator_row<ConvNetOptions, ConvNetClassifier, ConvNetRegressor>(
           "convnet",
           "convolutional network for images; --net simple, lenet5, resnet8, or its text"),
       estimator_row<PerceptronOptions, Perceptron>(
           "perceptron", "one linear unit per class, updated on its mistakes (Rosenblatt)"),
       estimator_row<AdalineOptions, Adaline, AdalineRegressor>(
           "adaline",
           "one linear unit per class or number, trained by the delta rule: least squares"),
       estimator_row<LogisticOptions, LogisticRegression>(
           "logistic",
           "logistic regression: one unit per class with probabilities, trained by cross-entropy"),
       bagging_row(),
       estimator_row<VotingOptions, VotingClassifier, VotingRegressor>(
           "voting", "several kinds (--models); their mean, or the majority"),
       estimator_row<StackingOptions, StackingClassifier, StackingRegressor>(
           "stacking",
           "several kinds (--models), and a final one that learns from their predictions")});
  return all;
}

std::unique_ptr<Supervised> supervised(std::unique_ptr<Estimator> estimator) {
  auto* const own = dynamic_cast<Supervised*>(estimator.get());
  if (!own) return nullptr;
  static_cast<void>(estimator.release());
  return std::unique_ptr<Supervised>(own);
}

}  // namespace

const Catalogue<EstimatorRow>& estimator_catalogue() { return rows(); }

std::vector<std::string> estimator_names() {
  std::vector<std::string> names;
  for (const EstimatorRow& row : estimator_catalogue())
    if (!row.has_task(Task::transform)) names.push_back(row.name);
  return names;
}

const EstimatorRow& register_estimator(EstimatorRow row) { return rows().add(std::move(row)); }

std::unique_ptr<Estimator> restore_estimator(Model model) {
  const auto row = std::ranges::find(estimator_catalogue(), model.kind, &EstimatorRow::name);
  check_model(
      row != estimator_catalogue().end(), "holds a model of kind '", model.kind,
      "', which is not registered: register_classical() and register_estimator() make kinds known");
  return row->restore(std::move(model));
}

std::unique_ptr<Estimator> load_estimator(const std::string& path) {
  Model model = Model::load(path);
  return of_file(path, [&] { return restore_estimator(std::move(model)); });
}

std::unique_ptr<Supervised> load_model(const std::string& path) {
  auto found = supervised(load_estimator(path));
  check_model(found != nullptr, path, ": holds a transformer, which predicts nothing");
  return found;
}

std::unique_ptr<Supervised> make_supervised(const EstimatorRow& row, Task task,
                                            const OptionSet& options,
                                            const PreprocessOptions& preprocess) {
  auto made = supervised(row.make(task, options, preprocess));
  check(made != nullptr, "model", "a ", row.name, " is a transformer, which predicts nothing");
  return made;
}

}  // namespace hebb
