#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "hebb/core/options.h"
#include "hebb/core/task.h"
#include "hebb/data/dataset.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/estimators/estimator.h"
#include "hebb/formats/options.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/metrics/evaluation.h"
#include "hebb/model/model.h"
#include "hebb/preprocess/preprocess.h"
#include "hebb/run/data.h"
#include "hebb/run/diagnose.h"
#include "hebb/run/judge.h"
#include "hebb/run/seconds.h"
#include "hebb/train/events.h"

/// A whole run: data are read and cut into parts, a model is chosen, trained and judged. It prints
/// nothing; what it decides and why comes back in words.
///
///     hebb::RunResult result = hebb::run({.data = "iris", .options = {{"max_iter", 50}}});
///
/// run() does all of it. prepare_run(), train_run() and judge_run() are its steps, for callers that
/// act between them; plan_run() and search_rate() (plan.h, search.h) start from a prepared run too.
namespace hebb {

/// Options by name, as in the fields of an options struct. What is not named has its default.
using OptionValues = std::map<std::string, Value>;

/// Where the state of a run is kept, from which it can be resumed. For networks.
struct CheckpointSpec {
  std::string dir = {};                              ///< empty: no state is kept
  double seconds = RunControl().checkpoint_seconds;  ///< at most this often, and at the end
  bool resume = false;  ///< go on from the state in `dir`, which must be of the same data
  /// What makes the same run again, as a JSON object that the state keeps; empty: the model's kind,
  /// options, task and preprocessing, and the hash of `from`. Then a run that is resumed must be the
  /// same; otherwise that is the caller's to check.
  std::string command = {};
  /// Whether two of these are of runs with the same result; unset: if they are equal.
  std::function<bool(const std::string& command, const std::string& other)> same_run = {};
};

/// What to train on what, and how to judge it.
struct RunSpec {
  std::string data = {};  ///< as load_dataset() takes it; or
  std::optional<Dataset> dataset = {};
  DataOptions reading = {};

  /// What the model is judged on: data by name or in memory, or a part cut off the data at random.
  /// None of the three: the part for testing that a built-in set comes with, if it has one.
  std::string test_data = {};
  std::optional<Dataset> test_dataset = {};
  std::optional<SplitOptions> split = {};

  std::optional<Task> task = {};  ///< unset: as choose_task() says
  std::string model = {};         ///< a kind; empty: as choose_model() says
  OptionValues options = {};      ///< of the kind
  /// Of PreprocessOptions. What is not named is that of `from`, or else `scale` is minmax for
  /// images and standard for tables.
  OptionValues preprocess = {};
  std::optional<Model> from = {};  ///< go on from its weights

  /// By name, beside those that an evaluation always has; of the part that the model is judged on.
  std::vector<std::string> metrics = {};
  std::string model_file = {};  ///< keep the model here as soon as it is trained; empty: do not
  CheckpointSpec checkpoint = {};
};

/// A run of which everything is decided, before training.
struct PreparedRun {
  const EstimatorRow* row = nullptr;
  OptionSet options = {};  ///< of the row's type, complete
  PreprocessOptions preprocess = {};
  TaskChoice task = {};
  Dataset train = {};
  std::optional<Dataset> test = {};
  std::vector<std::string> notes = {};  ///< what was decided, in words
  std::vector<Metric> metrics = {};
  double load_seconds = 0;
  RunSpec spec = {};  ///< without its data sets
};

/// A run that has ended.
struct RunResult {
  std::unique_ptr<Supervised> estimator = {};
  TaskChoice task = {};
  Dataset train = {};                ///< the rows that the model predicts, likewise:
  std::optional<Dataset> test = {};  ///< unset: nothing was held out
  std::vector<std::string> notes = {};
  std::optional<StopReason> stopped = {};  ///< why training ended, where the estimator tells
  bool saved = false;                      ///< the model is in RunSpec::model_file
  std::vector<std::string> failures = {};  ///< why the model or a last state could not be kept
  Predictions predictions = {};            ///< of `test`; of `train` where there is none
  Evaluation evaluation = {};              ///< of both
  std::vector<Measurement> measured = {};  ///< RunSpec::metrics, by the predictions
  std::vector<Finding> findings = {};      ///< what commonly goes wrong and does here
  RunSeconds seconds = {};

  const Dataset& judged_on() const { return test ? *test : train; }
};

/// "converged", "max_iter", "time_budget", ...
const char* stop_name(StopReason reason);

/// Training met a loss that is not finite.
class RunDiverged : public DivergedError {
 public:
  RunDiverged(const std::string& message, std::string model_file)
      : DivergedError(message), model_file_(std::move(model_file)) {}
  /// Where the last finite model is; empty: it is not kept.
  const std::string& model_file() const { return model_file_; }

 private:
  std::string model_file_;
};

/// The kind of model called `kind`; if that is empty, the kind of `from`, a convnet for a network
/// with a convolution (`net`, a text or a name), or else an mlp.
/// Errors:  std::invalid_argument with the nearest kind, or if the kind is not that of `from`.
const EstimatorRow& choose_model(const std::string& kind, const std::string& net,
                                 const Model* from = nullptr);

/// Reads the data, decides what is not said, and cuts the parts.
/// Errors:  std::invalid_argument for what cannot go together or is out of range, naming the
///          option, and for a `from` of a kind of networks that holds none; as load_dataset(), Dataset::split() and Preprocessor::check_values().
PreparedRun prepare_run(RunSpec spec);

/// What train_run() demands of the network before it begins; of a kind without one, nothing.
/// Errors:  std::invalid_argument for options that describe the network twice, one that does not
///          suit the data or does not fit into memory.
void check_network(const PreparedRun& run);

/// What train_run() demands of the test part: values and labels that training knows.
/// Errors:  as Preprocessor::transform() and LabelEncoder::encode().
void check_test(const PreparedRun& run);

/// Trains. A stop on request is no error, and neither is a model or a state that cannot be kept:
/// RunResult::stopped and `failures` tell. Of `control`, the checkpoint is the spec's.
/// Errors:  as check_network(), check_test() and Estimator::fit(); RunDiverged;
///          std::invalid_argument for a checkpoint that holds another run or one that is not
///          finished; DataError for one of other data.
RunResult train_run(PreparedRun run, const RunControl& control = {});

/// Predicts both parts, scores them and looks for what commonly goes wrong.
/// Errors:  as Estimator::predictions() and find_metric().
void judge_run(RunResult& result);

/// All of these.
RunResult run(RunSpec spec, const RunControl& control = {});

}  // namespace hebb
