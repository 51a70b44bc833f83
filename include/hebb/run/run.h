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
#include "hebb/explain/permutation.h"
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

/// Where the checkpoint of a run is written, from which it can be resumed. For networks.
struct CheckpointSpec {
  std::string dir = {};                              ///< empty: no checkpoint
  double seconds = RunControl().checkpoint_seconds;  ///< at most this often, and at the end
  bool synced = RunControl().checkpoint_synced;
  bool resume = false;  ///< resume from `dir`, whose checkpoint must be of the same data
  /// A description of the run, as a JSON object stored in the checkpoint. Empty: the model's kind,
  /// options, task and preprocessing, and the hash of `from`; a resumed run must then have an equal
  /// description. Otherwise the caller must check that.
  std::string command = {};
  /// Whether two commands describe runs with the same result; unset: whether they are equal.
  std::function<bool(const std::string& command, const std::string& other)> same_run = {};
};

/// The specification of a run: model, data and evaluation.
struct RunSpec {
  std::string data = {};  ///< as load_dataset() takes it; or
  std::optional<Dataset> dataset = {};
  DataOptions reading = {};  ///< with `from`: mostly reading_for()

  /// The test data: given by name or in memory, or split off the data at random. If none of the
  /// three is set: the last samples of data with times, or the test part of a built-in set that has
  /// one.
  std::string test_data = {};
  std::optional<Dataset> test_dataset = {};
  std::optional<SplitOptions> split = {};

  std::optional<Task> task = {};  ///< unset: as choose_task() says
  std::string model = {};         ///< a kind; empty: chosen, as choose_model() says
  OptionValues options = {};      ///< options of the kind
  /// Options of the kind that are set later, as by a search. They count where the kind is chosen.
  std::vector<std::string> varied = {};
  /// Values of PreprocessOptions. Options not named are those of `from`; without `from`, those of the
  /// kind (EstimatorRow::preprocess), of an ensemble the kind of its members if they are of one, or else
  /// `scale` is minmax for images and standard for tables.
  OptionValues preprocess = {};
  std::optional<Model> from = {};  ///< start from its weights

  /// Names of metrics on the test part, in addition to those that an evaluation always has.
  std::vector<std::string> metrics = {};
  std::string model_file = {};  ///< save the model here once it is trained; empty: do not
  CheckpointSpec checkpoint = {};
};

/// A run before training, with all choices made.
struct PreparedRun {
  const EstimatorRow* row = nullptr;
  OptionSet options = {};  ///< of the row's type, complete
  PreprocessOptions preprocess = {};
  TaskChoice task = {};
  Dataset train = {};
  std::optional<Dataset> test = {};
  std::vector<std::string> notes = {};  ///< the choices made, in words
  std::vector<Metric> metrics = {};
  double load_seconds = 0;
  RunSpec spec = {};  ///< without its data sets
};

/// The result of a run.
struct RunResult {
  std::unique_ptr<Supervised> estimator = {};
  TaskChoice task = {};
  Dataset train = {};                ///< the rows that the model predicts, as in `test`
  std::optional<Dataset> test = {};  ///< unset: nothing was held out
  bool continued = false;            ///< it started from another model
  std::vector<std::string> notes = {};
  std::optional<StopReason> stopped = {};  ///< why training ended, if known
  bool saved = false;                      ///< the model is in RunSpec::model_file
  std::vector<std::string> failures = {};  ///< why the model or last checkpoint was not saved
  /// Of `test`; or of `train`, out of fold if the model holds out folds.
  Predictions predictions = {};
  Evaluation evaluation = {};              ///< of `train`, and of `test` or out of fold
  std::vector<Measurement> measured = {};  ///< RunSpec::metrics of the predictions
  std::vector<Finding> findings = {};      ///< as diagnose() returns them
  /// As permutation_importance() returns it for `test`. Empty: nothing was held out, the data are no
  /// table of several columns, or predictions would take too long.
  std::vector<ColumnImportance> importance = {};
  RunSeconds seconds = {};

  const Dataset& judged_on() const { return test ? *test : train; }
};

/// "converged", "max_iter", "time_budget", ...
const char* stop_name(StopReason reason);

/// Thrown if the training loss is not finite.
class RunDiverged : public DivergedError {
 public:
  RunDiverged(const std::string& message, std::string model_file)
      : DivergedError(message), model_file_(std::move(model_file)) {}
  /// The file of the last finite model; empty: it was not saved.
  const std::string& model_file() const { return model_file_; }

 private:
  std::string model_file_;
};

/// Whether an option describes the layers of a network: hidden_layer_sizes, activation, net. A run that
/// leaves the kind of model open then takes an mlp.
bool describes_layers(std::string_view option);

/// The kind of model called `kind`; if that is empty, the kind of `from`, a convnet for a network with a
/// convolution (`net`, a text or a name), an mlp for another `net`, or else tabular. If prepare_run()
/// then finds images, the solver lbfgs, or options that describe layers or that networks for tables do
/// not have, it takes a convnet (for images of 8 x 8 pixels or more, with options that it has) or an mlp
/// instead, unless only networks for tables have one of the options.
/// Errors:  std::invalid_argument with the nearest kind, or if the kind is not that of `from`.
const EstimatorRow& choose_model(const std::string& kind, const std::string& net,
                                 const Model* from = nullptr);

/// Reads the data, chooses what `spec` leaves unset, and splits the data.
/// Errors:  std::invalid_argument for options that are out of range or cannot be combined, naming
///          the option, and for a `from` of a kind of networks that contains no network; as
///          load_dataset(), Dataset::split() and Preprocessor::check_values().
PreparedRun prepare_run(RunSpec spec);

/// Checks the network as train_run() does first; of other kinds that there is memory to train them.
/// Errors:  std::invalid_argument for options that describe the network twice, for a network that
///          does not match the data, and for a model that does not fit into memory.
void check_network(const PreparedRun& run);

/// Checks the test part as train_run() does: its values and labels must be known from training.
/// Errors:  as Preprocessor::transform() and LabelEncoder::encode().
void check_test(const PreparedRun& run);

/// Trains. A requested stop is not an error, and neither is a model or checkpoint that cannot be
/// saved: see RunResult::stopped and RunResult::failures. The checkpoint settings of `control` are
/// replaced by those of the spec.
/// Errors:  as check_network(), check_test() and Estimator::fit(); RunDiverged; StoppedError;
///          std::invalid_argument for a checkpoint that belongs to another run or to one that is
///          not finished; DataError for one of other data.
RunResult train_run(PreparedRun run, const RunControl& control = {});

/// Predicts both parts and computes their scores.
/// Errors:  as Estimator::predictions() and find_metric().
void score_run(RunResult& result);

/// score_run(), then detects common problems (diagnose()). Errors: as score_run().
void judge_run(RunResult& result);

/// Computes the importance of the columns of the test part. A table of many columns or rows is
/// judged by fewer shuffles and rows, so that it takes about a second at most.
/// Errors:  as permutation_importance().
void explain_run(RunResult& result, const std::function<bool()>& stop_requested = {});

/// prepare_run(), train_run() and judge_run() in sequence.
RunResult run(RunSpec spec, const RunControl& control = {});

}  // namespace hebb
