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
constexpr std::size_t kLeastRows = kFolds * kLeastOfFold;

// Embedded columns get one input each, the number of a category, and this many outputs.
std::size_t embedding_width(std::size_t categories) {
  return std::clamp<std::size_t>(
      static_cast<std::size_t>(std::round(1.6 * std::pow(static_cast<double>(categories), 0.56))),
      2, 32);
}

// Whether a column is a number of more than a few values.
bool is_varied(const TableFacts& facts, std::size_t i) {
  return facts.encodings[i].kind == Encoding::Kind::number &&
         (facts.varied.empty() || facts.varied[facts.encodings[i].column]);
}

// Writes the branches in front of the members: columns of many categories are embedded, all others pass,
// and numbers of more than a few values also have periodic features, if asked for.
class Front {
 public:
  Front(const TableFacts& facts, bool periodic) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < facts.encodings.size(); ++i) {
      const Encoding& one = facts.encodings[i];
      const std::size_t end = at + one.width;
      if (one.kind == Encoding::Kind::category) {
        pass(at);
        branches_.push_back(concat("columns(", at, ',', end, ") embed(", one.categories, ',',
                                   embedding_width(one.categories), ')'));
        passed_ = end;
      }
      if (periodic && !is_varied(facts, i)) embed_numbers(at, end);
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

// About 16 updates an epoch, up to 4096 rows; above a million rows, products of more rows are no faster.
std::size_t batch_for(std::size_t samples) {
  return std::min(
      std::clamp<std::size_t>(samples / 16, 16, std::clamp<std::size_t>(samples / 256, 256, 1024)),
      samples);
}

// Epochs without improvement: as many as take 800 updates, but 10 to 32.
std::size_t patience_for(std::size_t samples, std::size_t batch) {
  const std::size_t updates = (samples + batch - 1) / batch;
  return std::clamp<std::size_t>(800 / updates, 10, 32);
}

// The size of the members: two layers of 100 units. Tables with very many inputs get narrower ones, and
// then fewer members, so that the first layer has about kWeights weights at most.
struct Members {
  std::size_t count = 1;
  std::vector<std::size_t> hidden = {};
};

Members members_for(const TabularOptions& options, const TableFacts& facts) {
  constexpr std::size_t kUnits = 100, kLeastUnits = 25;
  constexpr double kWeights = 4e6;
  std::size_t inputs = 0;
  for (const Encoding& one : facts.encodings) inputs += one.width;
  Members members{options.members, options.hidden_layer_sizes};
  std::size_t units = members.hidden.empty() ? kUnits : members.hidden.front();
  const auto weights = [&] {
    return static_cast<double>(inputs) * static_cast<double>(units * members.count);
  };
  while (members.hidden.empty() && units > kLeastUnits && weights() > kWeights) units /= 2;
  while (members.count > kFolds && weights() > kWeights) --members.count;
  if (members.hidden.empty()) members.hidden = {units, units};
  return members;
}

// Periodic features gain much on some tables of classes and lose on others, so half of the members have
// them. On numbers to predict they gain nearly always (docs/tables.md).
std::string numbers_for(const TabularOptions& options, const TableFacts& facts) {
  if (options.numbers != "auto") return options.numbers;
  return facts.task == Task::regress || options.members < 2 ? "periodic" : "mixed";
}

std::string table_network(const TabularOptions& options, const TableFacts& facts,
                          const Members& members) {
  std::string layers;
  for (const std::size_t units : members.hidden) {
    layers += concat("grouped(", units, ") ", options.activation, ' ');
    if (options.dropout > 0) layers += concat("dropout(", to_text(options.dropout), ") ");
  }
  layers += concat("grouped(", facts.outputs, ')');
  const auto part = [&](std::size_t count, bool periodic) {
    return concat(Front(facts, periodic).text(), "members(", count, ") scale ", layers);
  };
  bool has_numbers = false;
  for (std::size_t i = 0; i < facts.encodings.size(); ++i) has_numbers |= is_varied(facts, i);
  const std::string numbers = numbers_for(options, facts);
  if (numbers == "plain" || !has_numbers) return part(members.count, false);
  if (numbers == "periodic" || members.count < 2) return part(members.count, true);
  return concat("concat(", part(members.count / 2, false), " | ",
                part(members.count - members.count / 2, true), ')');
}

}  // namespace

TabularOptions::TabularOptions() {
  hidden_layer_sizes = {};
  dropout = 0.15;
  init = "he_uniform";
  alpha = 3e-3;
  learning_rate_init = 4e-3;
  early_stopping = true;
  n_iter_no_change = 0;
}

const FieldList& TabularOptions::fields() {
  static const FieldList list = [] {
    FieldList fields = NetOptions::fields();
    for (Field& field : fields) {
      if (field.name == "hidden_layer_sizes")
        field.help =
            "units of each hidden layer of a member; empty: 100,100, or fewer for very many inputs";
      if (field.name == "n_iter_no_change") {
        field.help =
            "stop after this many epochs without a better validation score; 0: by the number of samples";
        field.low = 0;
      }
      if (field.name == "batch_size")
        field.help = "samples per update; auto: by the number of samples";
      if (field.name == "validation_folds") {
        field.help +=
            "; auto: 4, or validation_fraction where that is given, samples have times, columns are "
            "embedded, or members are too few";
        field.unset = "auto";
      }
      if (field.name == "validation_metric")
        field.help =
            "metric of validation, by which the best epoch is taken; by default brier or R2";
    }
    const FieldList own =
        Fields<TabularOptions>()
            .add(
                "members", &TabularOptions::members,
                "networks in one, whose predictions are averaged, without --net; fewer for tables with very "
                "many inputs")
            .at_least(1)
            .at_most(1024)
            .add(
                "numbers", &TabularOptions::numbers,
                "how numbers enter the network, without --net: plain; periodic: with periodic features of "
                "each, too; mixed: both, each in half of the members; auto: mixed for classes, periodic for numbers")
            .one_of({"auto", "plain", "periodic", "mixed"});
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
          .max_one_hot = 250,
          .scale_target = "standard",
          .clip_target = true};
}

NetOptions plan_table(const TabularOptions& options, const TableFacts& facts) {
  const TabularOptions usual;
  auto plan = static_cast<const NetOptions&>(options);
  const bool own_net = !plan.net.empty();
  // A share that is given is held out, of few rows too.
  const bool has_fraction = options.validation_fraction != usual.validation_fraction;
  if (facts.samples < kLeastRows && !has_fraction && !options.validation_folds &&
      options.n_iter_no_change == usual.n_iter_no_change)
    plan.early_stopping = false;
  if (!own_net || plan.dropout == usual.dropout) plan.dropout = 0;
  const Members members = members_for(options, facts);
  if (!own_net) {
    plan.net = table_network(options, facts, members);
    plan.hidden_layer_sizes = {};
  }
  const bool validates = (plan.early_stopping && plan.solver != "lbfgs") || plan.validate;
  // An embedding is shared by the members, so that each of them learns from all rows.
  const bool embeds = std::ranges::find(facts.encodings, Encoding::Kind::category,
                                        &Encoding::kind) != facts.encodings.end();
  if (validates && !own_net && !embeds && !has_fraction && !plan.validation_folds &&
      plan.mixup == 0 && !facts.in_time && members.count >= kFolds && facts.samples >= kLeastRows)
    plan.validation_folds = kFolds;
  if (plan.validation_metric.empty() && facts.task == Task::classify)
    plan.validation_metric = "brier";
  if (!plan.batch_size) plan.batch_size = batch_for(facts.samples);
  if (plan.n_iter_no_change == 0)
    plan.n_iter_no_change = patience_for(facts.samples, *plan.batch_size);
  return plan;
}

namespace {

// By column: whether it has more than a few values.
std::vector<bool> varied_columns(const Dataset& train) {
  constexpr std::size_t kFew = 8;
  std::vector<bool> varied;
  for (std::size_t c = 0; c < train.columns().size(); ++c) {
    std::vector<double> values;
    for (std::size_t row = 0; row < train.samples() && values.size() <= kFew; ++row) {
      const double value = train.table().at(row, c);
      if (!std::isnan(value) && std::ranges::find(values, value) == values.end())
        values.push_back(value);
    }
    varied.push_back(values.size() > kFew);
  }
  return varied;
}

}  // namespace

NetOptions training_options(const OptionSet& options, Task task, const Preprocessor& preprocessor,
                            const Dataset& train, std::size_t outputs) {
  if (!options.holds<TabularOptions>()) return options.as<NetOptions>();
  check(train.is_table(), "model", "tabular is for tables: for images take convnet or mlp");
  const bool drops = preprocessor.options().impute == "drop";
  return plan_table(options.as<TabularOptions>(),
                    {.task = task,
                     .samples = drops ? preprocessor.kept_rows(train).size() : train.samples(),
                     .outputs = outputs,
                     .encodings = preprocessor.encodings(),
                     .varied = varied_columns(train),
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
