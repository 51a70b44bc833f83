// Networks for tables: what their options leave open is decided by the size of the training data.
#include "hebb/estimators/tabular.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "estimators/common.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr std::size_t kFolds = 4;
// So few rows of a fold say too little of the best epoch.
constexpr std::size_t kLeastOfFold = 5;

// Embedded columns get one input each, the number of a category, and this many outputs.
std::size_t embedding_width(std::size_t categories) {
  return std::clamp<std::size_t>(
      static_cast<std::size_t>(std::round(1.6 * std::pow(static_cast<double>(categories), 0.56))),
      2, 32);
}

// Writes the branches in front of the members: columns of many categories are embedded, all others pass,
// and numbers also have periodic features, if asked for.
class Front {
 public:
  Front(const std::vector<Encoding>& encodings, bool periodic) {
    std::size_t at = 0;
    for (const Encoding& one : encodings) {
      const std::size_t end = at + one.width;
      if (one.kind == Encoding::Kind::category) {
        pass(at);
        branches_.push_back(concat("columns(", at, ',', end, ") embed(", one.categories, ',',
                                   embedding_width(one.categories), ')'));
        passed_ = end;
      }
      if (one.kind != Encoding::Kind::number && periodic) embed_numbers(at, end);
      at = end;
    }
    pass(at);
    if (periodic) embed_numbers(at, at);
  }

  std::string text() const {
    if (branches_.size() == 1) return changes() ? branches_.front() + ' ' : "";
    std::string text;
    for (const std::string& branch : branches_) text += (text.empty() ? "" : " | ") + branch;
    return "concat(" + text + ") ";
  }

 private:
  bool changes() const { return branches_.front().find("embed") != std::string::npos; }
  void pass(std::size_t end) {
    if (end > passed_) branches_.push_back(concat("columns(", passed_, ',', end, ')'));
  }
  // The numbers up to here; the next ones begin at `next`.
  void embed_numbers(std::size_t end, std::size_t next) {
    if (end > numbers_)
      branches_.push_back(concat("columns(", numbers_, ',', end, ") ", kPeriodic));
    numbers_ = next;
  }

  static constexpr const char* kPeriodic =
      "grouped(16,weight=0.1,bias_init=3.14159,rate=6.28319) cos grouped(3) flatten";
  std::vector<std::string> branches_;
  std::size_t passed_ = 0, numbers_ = 0;  // columns that are already written
};

// Periodic features gain on numbers to predict, and on classes once there are rows enough: on few rows
// they cost accuracy (docs/tables.md).
bool takes_periodic(const TabularOptions& options, const TableFacts& facts) {
  constexpr std::size_t kEnough = 1000;
  if (options.numbers != "auto") return options.numbers == "periodic";
  return facts.task == Task::regress || facts.samples >= kEnough;
}

std::string table_network(const TabularOptions& options, const TableFacts& facts,
                          const std::vector<std::size_t>& hidden) {
  std::string text = concat(Front(facts.encodings, takes_periodic(options, facts)).text(),
                            "members(", options.members, ") scale ");
  for (const std::size_t units : hidden) {
    text += concat("grouped(", units, ") ", options.activation, ' ');
    if (options.dropout > 0) text += concat("dropout(", to_text(options.dropout), ") ");
  }
  return text + concat("grouped(", facts.outputs, ')');
}

std::vector<std::size_t> hidden_for(std::size_t /*samples*/) { return {100, 100}; }

std::size_t batch_for(std::size_t samples) {
  return std::clamp<std::size_t>(samples / 16, 16, 256);
}

}  // namespace

TabularOptions::TabularOptions() {
  hidden_layer_sizes = {};
  dropout = 0.15;
  init = "he_uniform";
  alpha = 0;
  learning_rate_init = 2e-3;
  early_stopping = true;
  n_iter_no_change = 40;
}

const FieldList& TabularOptions::fields() {
  static const FieldList list = [] {
    FieldList fields = NetOptions::fields();
    for (Field& field : fields) {
      if (field.name == "hidden_layer_sizes")
        field.help = "units of each hidden layer of a member; empty: by the number of samples";
      if (field.name == "batch_size")
        field.help = "samples per update; auto: by the number of samples";
      if (field.name == "validation_folds") {
        field.help +=
            "; auto: 4, or validation_fraction where samples are few or have times, or members are too "
            "few";
        field.unset = "auto";
      }
      if (field.name == "validation_metric")
        field.help =
            "metric of validation, by which the best epoch is taken; by default log_loss or R2";
    }
    const FieldList own =
        Fields<TabularOptions>()
            .add("members", &TabularOptions::members,
                 "networks in one, whose predictions are averaged; without --net")
            .at_least(1)
            .at_most(1024)
            .add(
                "numbers", &TabularOptions::numbers,
                "how numbers enter the network, without --net: plain; periodic: with periodic features of "
                "each, too; auto: by the number of samples")
            .one_of({"auto", "plain", "periodic"});
    fields.insert(fields.begin() + 1, own.begin(), own.end());
    return fields;
  }();
  return list;
}

PreprocessOptions tabular_preprocessing() {
  return {.scale = "standard",
          .impute = "indicator",
          .unknown = "other",
          .max_categories = 1000,
          .max_one_hot = 30,
          .scale_target = "standard",
          .clip_target = true};
}

NetOptions plan_table(const TabularOptions& options, const TableFacts& facts) {
  NetOptions plan = options;
  if (!plan.net.empty() && plan.dropout == TabularOptions().dropout) plan.dropout = 0;
  if (plan.net.empty()) {
    plan.net = table_network(options, facts,
                             options.hidden_layer_sizes.empty() ? hidden_for(facts.samples)
                                                                : options.hidden_layer_sizes);
    plan.hidden_layer_sizes = {};
    plan.dropout = 0;
    const bool validates = (plan.early_stopping && plan.solver != "lbfgs") || plan.validate;
    if (validates && !plan.validation_folds && plan.mixup == 0 && !facts.in_time &&
        options.members >= kFolds && facts.samples >= kFolds * kLeastOfFold)
      plan.validation_folds = kFolds;
  }
  if (plan.validation_metric.empty() && facts.task == Task::classify)
    plan.validation_metric = "log_loss";
  if (!plan.batch_size) plan.batch_size = std::min(batch_for(facts.samples), facts.samples);
  return plan;
}

NetOptions training_options(const OptionSet& options, Task task, const Preprocessor& preprocessor,
                            const Dataset& train, std::size_t outputs) {
  if (!options.holds<TabularOptions>()) return options.as<NetOptions>();
  check(train.is_table(), "model", "tabular is for tables: for images take convnet or mlp");
  return plan_table(options.as<TabularOptions>(), {.task = task,
                                                   .samples = train.samples(),
                                                   .outputs = outputs,
                                                   .encodings = preprocessor.encodings(),
                                                   .in_time = !train.times().values.empty()});
}

TabularClassifier::TabularClassifier(FromModel from)
    : MLPClassifier(std::move(from.model), TabularOptions()) {}

TabularClassifier TabularClassifier::load(const std::string& path) {
  return load_as<TabularClassifier>(path, "tabular", Task::classify, "TabularClassifier");
}

Capabilities TabularClassifier::capabilities() const {
  Capabilities own = MLPClassifier::capabilities();
  own.images = false;
  return own;
}

std::unique_ptr<Estimator> TabularClassifier::unfitted() const {
  return std::make_unique<TabularClassifier>(options().as<TabularOptions>(), preprocess());
}

TabularRegressor::TabularRegressor(FromModel from)
    : MLPRegressor(std::move(from.model), TabularOptions()) {}

TabularRegressor TabularRegressor::load(const std::string& path) {
  return load_as<TabularRegressor>(path, "tabular", Task::regress, "TabularRegressor");
}

Capabilities TabularRegressor::capabilities() const {
  Capabilities own = MLPRegressor::capabilities();
  own.images = false;
  return own;
}

std::unique_ptr<Estimator> TabularRegressor::unfitted() const {
  return std::make_unique<TabularRegressor>(options().as<TabularOptions>(), preprocess());
}

}  // namespace hebb
