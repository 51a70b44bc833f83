#include <algorithm>
#include <span>
#include <utility>

#include "checks/columns.h"
#include "hebb/classical/catalogue.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/core/text.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/ensembles.h"
#include "hebb/estimators/mlp.h"
#include "hebb/estimators/tabular.h"
#include "hebb/io/memory.h"
#include "hebb/nn/loss.h"
#include "hebb/nn/spec.h"
#include "hebb/run/memory.h"
#include "hebb/run/run.h"
#include "run/prepared.h"

namespace hebb {
namespace {

bool asks_for_convolutions(const std::string& net) {
  if (net.find_first_not_of(" \t\n") == std::string::npos) return false;
  if (named_network(net)) return true;
  return is_convolutional(net);
}

std::string network_option(const OptionValues& options) {
  const auto net = options.find("net");
  const auto* text = net == options.end() ? nullptr : std::get_if<std::string>(&net->second);
  return text ? *text : "";
}

bool has_options(const std::string& kind, const std::vector<std::string>& names) {
  const OptionSet& known = choose_model(kind, "").options;
  return std::ranges::all_of(names,
                             [&](const std::string& name) { return known.find(name) != nullptr; });
}

// The kind of model where `spec` leaves it open: networks for images and for tables, or mlp, where the
// options describe its layers or are for it alone. The two pools of a convnet quarter the sides of an
// image, and its batch normalisation needs batches.
std::string default_kind(const RunSpec& spec, const Dataset& data) {
  constexpr std::size_t kLeastSide = 8;
  std::vector<std::string> names = spec.varied;
  for (const auto& [name, value] : spec.options) names.push_back(name);
  const bool by_batches = std::ranges::none_of(
      spec.options, [](const auto& option) { return option.second == Value("lbfgs"); });
  const bool is_open = by_batches && std::ranges::none_of(names, describes_layers);
  if (data.is_images() && is_open && has_options("convnet", names) &&
      std::min(data.images().height, data.images().width) >= kLeastSide)
    return "convnet";
  const bool takes_table = data.is_table() && is_open && has_options("tabular", names);
  return takes_table || !has_options("mlp", names) ? "tabular" : "mlp";
}

// The epochs of a convnet that was chosen for `samples` images: the kind's own, but at least as many
// as kLeast updates take, and at most kMost, which is a minute for MNIST.
std::size_t epochs_for(std::size_t samples, const NetOptions& net) {
  constexpr std::size_t kLeast = 120, kMost = 1500;
  const std::size_t batch = net.batch_size.value_or(200);
  const std::size_t updates = std::max<std::size_t>(1, (samples + batch - 1) / batch);
  return std::clamp(static_cast<std::size_t>(net.max_iter), (kLeast + updates - 1) / updates,
                    std::max<std::size_t>(kMost / updates, 5));
}

void set_options(const OptionValues& values, OptionSet& options) {
  for (const auto& [name, value] : values) options.set(name, value);
}

// Throws for options that the kind of model does not support, before any data is read.
void check_kind(const RunSpec& spec, const EstimatorRow& row) {
  check(row.capabilities.checkpoints || spec.checkpoint.dir.empty(),
        spec.checkpoint.resume ? "resume" : "checkpoint", "is for networks: a ", row.name,
        row.capabilities.warm_start
            ? " trains in seconds; keep the model itself (-o) and go on from it (--from)"
            : " cannot go on from a state of its training");
}

// The preprocessing that a kind takes by default; of an ensemble, that of its members, if they are of
// one kind.
std::optional<PreprocessOptions> usual_preprocessing(const PreparedRun& run) {
  const std::vector<Candidate> members = members_of(run.options, run.task.task);
  if (members.empty()) return run.row->preprocess;
  const std::string& kind = members.front().kind;
  const bool alike =
      std::ranges::all_of(members, [&](const auto& one) { return one.kind == kind; });
  if (!alike) return {};
  return find_row(estimator_catalogue(), kind, "model", "estimator").preprocess;
}

PreprocessOptions preprocessing(const PreparedRun& run, const Dataset& data) {
  const RunSpec& spec = run.spec;
  PreprocessOptions defaults = usual_preprocessing(run).value_or(
      PreprocessOptions{.scale = data.is_images() ? "minmax" : "standard"});
  if (run.row->capabilities.missing) defaults.impute = "keep";
  if (const auto loss = spec.options.find("loss"); loss != spec.options.end())
    if (!takes_negative_targets(to_text(loss->second))) defaults.scale_target = "none";
  OptionSet options = spec.from ? spec.from->preprocessor.options() : defaults;
  set_options(spec.preprocess, options);
  return options.as<PreprocessOptions>();
}

// Notes on test data are those that its training data did not have.
Dataset load_test(const RunSpec& spec, const Dataset& train, const ReadReport& report,
                  std::vector<std::string>& notes) {
  OptionSet options = spec.reading;
  options.read(train.reading());  // with the names of columns, and what the content decided
  DataOptions reading = options.as<DataOptions>();
  add_kinds(reading.precedent, train.columns(), train.target().names, train.target().classes);
  if (reading.target.empty()) reading.target = train.target().names;
  if (!train.is_images()) {
    reading.report = std::make_shared<ReadReport>();
    Dataset test = load_dataset(spec.test_data, reading);
    for (const ReadNote& note : reading.report->notes)
      if (std::ranges::find(report.notes, note.text, &ReadNote::text) == report.notes.end())
        notes.push_back(spec.test_data + ": " + note.text);
    return test;
  }
  ModelData loaded = load_in_form(spec.test_data, form_of(train.images()), reading);
  notes = std::move(loaded.notes);
  return std::move(loaded.data);
}

// The rows that preprocessing keeps.
Dataset kept_of(const Preprocessor& preprocessor, const Dataset& data) {
  if (preprocessor.options().impute != "drop") return data;
  return data.select(preprocessor.kept_rows(data));
}

// The name of a column in an option that takes a list of them.
std::string as_argument(const std::string& column) {
  const bool listable = !column.empty() && column.find(',') == column.npos;
  return listable ? shell_word(column) : "and the number of the column";
}

// How the data were read, and columns that are hardly features.
std::vector<std::string> facts_of(const Dataset& data, const ReadReport& report) {
  std::vector<std::string> facts;
  if (!data.remark().empty()) facts.push_back(data.remark());
  for (const ReadNote& note : report.notes) facts.push_back(note.text);
  for (const ColumnFinding& one : row_number_columns(data))
    facts.push_back(one.text + ", and is a feature: " +
                    option_for("--ignore", data.table(), {one}) + " leaves it out");
  return facts;
}

// Targets of which one is 1 and the others are 0 in every row.
bool is_one_hot(const Target& target) {
  if (target.outputs() < 2 || target.has_labels() || target.values.empty()) return false;
  for (std::size_t i = 0; i < target.values.size(); i += target.outputs()) {
    const auto row = std::span(target.values).subspan(i, target.outputs());
    const auto ones = std::ranges::count(row, 1.0);
    if (ones != 1 || std::ranges::count(row, 0.0) + ones != std::ssize(row)) return false;
  }
  return true;
}

// As Preprocessor::check_values(), with the text that was read as the missing value.
void check_values(const PreprocessOptions& options, const Dataset& data, const ReadReport& report) {
  try {
    Preprocessor(options).check_values(data);
  } catch (const DataError& error) {
    for (const auto& [column, text] : report.missing_texts)
      if (std::string(error.what()).find(", column '" + column + "': the value is missing") !=
          std::string::npos)
        throw DataError(
            concat(error.what(), "; '", text,
                   "' counts as missing in this column, unless --na \"\" says that only "
                   "an empty field does"));
    throw;
  }
}

void cut(Dataset data, const ReadReport& report, PreparedRun& run) {
  RunSpec& spec = run.spec;
  const bool named = !spec.test_data.empty() || spec.test_dataset;
  check(!named || !spec.split, "test_size",
        "splits a test part off DATA, and --test names other test data: give only one of them");
  check(spec.test_data.empty() || !spec.test_dataset, "test",
        "is given by name and in memory: give only one of them");
  // A column of times is given to be tested on later samples.
  if (!named && !data.times().values.empty() && !spec.split) spec.split = SplitOptions();
  if (spec.split) {
    std::tie(run.train, run.test) = data.split(*spec.split);
    return;
  }
  const std::size_t end = data.test_begin();
  run.train = end > 0 ? data.slice(0, end) : data;
  if (named) {
    Dataset test = spec.test_dataset ? std::move(*std::exchange(spec.test_dataset, {}))
                                     : load_test(spec, run.train, report, run.notes);
    test = test_part(test);
    if (const auto note = leave_out_weightless(test); !note.empty())
      run.notes.push_back("test data: " + note);
    run.test = for_task(std::move(test), run.task.task);
  } else if (end > 0) {
    run.test = test_part(data);
  }
}

// Says which rows the test part is, if they are not drawn at random. Without shuffling, also what
// that option of training does where nothing is split off.
void tell_order(PreparedRun& run) {
  const OptionSet& options = run.options;
  const bool ordered = options.find("shuffle") && !std::get<bool>(options.get("shuffle"));
  if (run.spec.split && run.test && !run.train.times().values.empty())
    run.notes.push_back("the test part is the last samples by '" + run.train.times().name + "'");
  else if (run.spec.split && !run.spec.split->shuffle)
    run.notes.push_back("the test part is the last " + counted(run.test->samples(), "row"));
  else if (ordered && !run.test)
    run.notes.emplace_back(
        "without shuffling, every epoch takes the rows in their order; nothing is held out: "
        "--test-size X takes the last rows for testing");
}

// "iris: 150 samples to train on, none to test on, 4 features", and the task with its reason.
void introduce(const std::string& name, const std::vector<std::string>& facts, PreparedRun& run) {
  const Dataset& train = run.train;
  run.notes.push_back(
      name + ": " + counted(train.samples(), "sample") + " to train on, " +
      (run.test ? grouped(run.test->samples()) + " to test on" : "none to test on") +
      (train.is_images() ? concat(", images ", train.sample_shape())
                         : ", " + counted(train.features(), "feature")));
  for (const std::string& fact : facts) run.notes.push_back(fact);
  std::string names;
  for (const std::string& one : train.target().names) names += (names.empty() ? "" : ", ") + one;
  run.notes.push_back("task: " + task_name(run.task.task) + " '" + names + "' (" + run.task.reason +
                      ")");
  tell_order(run);
  if (is_one_hot(train.target()))
    run.notes.push_back(concat(
        "each row has a 1 in one of the ", train.target().outputs(),
        " targets and 0 in the others: if they are the classes of one label, write it in one column, "
        "which is then classified"));
}

// Says which kind of model was chosen, and sets the epochs of a convnet.
void tell_kind(PreparedRun& run) {
  const std::string other = "; --model mlp takes a multi-layer perceptron";
  if (run.row->name == "tabular")
    run.notes.push_back("model: tabular, the default for tables" + other);
  if (run.row->name != "convnet") return;
  auto& net = run.options.as<NetOptions>();
  if (!run.spec.options.contains("max_iter")) net.max_iter = epochs_for(run.train.samples(), net);
  run.notes.push_back("model: convnet, the default for images, " + counted(net.max_iter, "epoch") +
                      other);
}

}  // namespace

bool describes_layers(std::string_view option) {
  return option == "hidden_layer_sizes" || option == "activation" || option == "net";
}

const EstimatorRow& choose_model(const std::string& kind, const std::string& net,
                                 const Model* from) {
  register_classical();
  std::string chosen = kind;
  if (chosen.empty() && from) chosen = from->kind;
  if (chosen.empty() && !net.empty()) chosen = asks_for_convolutions(net) ? "convnet" : "mlp";
  if (chosen.empty()) chosen = "tabular";
  const EstimatorRow& row = find_row(estimator_catalogue(), chosen, "model", "estimator");
  check(!from || from->kind == row.name, "from", "is a model of kind ", from ? from->kind : "",
        ", and --model ", row.name, " cannot start from it");
  return row;
}

PreparedRun prepare_run(RunSpec spec) {
  PreparedRun run{.spec = std::move(spec)};
  const std::optional<Model>& from = run.spec.from;
  run.row =
      &choose_model(run.spec.model, network_option(run.spec.options), from ? &*from : nullptr);
  check_kind(run.spec, *run.row);
  run.options = run.row->options;
  set_options(run.spec.options, run.options);
  // The network of `from` needs no description.
  if (from && run.options.holds<NetOptions>() && !run.spec.options.contains("hidden_layer_sizes") &&
      !run.spec.options.contains("net")) {
    const Network* before = from->network();
    check(before != nullptr, "from", "is a model of kind ", from->kind, " without a network");
    run.options.as<NetOptions>().net = before->text();
  }

  const Stopwatch watch;
  check(run.spec.data.empty() || !run.spec.dataset, "data",
        "is given by name and in memory: give only one of them");
  DataOptions reading = run.spec.reading;
  reading.read_for = ReadFor::train;
  reading.report = std::make_shared<ReadReport>();
  Dataset data = run.spec.dataset ? std::move(*std::exchange(run.spec.dataset, {}))
                                  : load_dataset(run.spec.data, reading);
  if (auto note = leave_out_weightless(data); !note.empty()) run.notes.push_back(std::move(note));
  const std::string name = run.spec.data.empty() ? data.name() : run.spec.data;
  const std::vector<std::string> facts = facts_of(data, *reading.report);
  run.task = choose_task(data, run.spec.task);
  const bool open = run.spec.model.empty() && !from && network_option(run.spec.options).empty();
  if (open) {
    run.row = &choose_model(default_kind(run.spec, data), "");
    run.options = run.row->options;
    set_options(run.spec.options, run.options);
  }
  const EstimatorRow& row = *run.row;
  check(run.task.task == Task::classify || row.has_task(Task::regress), "model", row.name,
        " predicts classes, but ", run.task.reason,
        ": take --model adaline or mlp, or --task classify");
  run.metrics = find_metrics(run.spec.metrics, run.task.task);
  run.preprocess = preprocessing(run, data);
  check_values(run.preprocess, data, *reading.report);  // while rows are those of the file
  if (const auto& alike = data.target().alike; run.task.task == Task::classify && !alike.empty()) {
    const std::string& column = data.target().names.front();
    run.notes.push_back(
        "the labels '" + alike[0] + "' and '" + alike[1] +
        "' are one number and so one label; to tell them apart, say --categorical " +
        as_argument(column));
  }
  cut(for_task(std::move(data), run.task.task), *reading.report, run);
  run.load_seconds = watch.seconds();
  introduce(name, facts, run);
  if (open) tell_kind(run);
  return run;
}

std::vector<PreparedRun> member_runs(const PreparedRun& run) {
  std::vector<PreparedRun> runs;
  for (const Candidate& one : members_of(run.options, run.task.task)) {
    PreparedRun& member = runs.emplace_back(run);
    member.row = &find_row(estimator_catalogue(), one.kind, "model", "estimator");
    member.options = options_of(one);
    member.spec.model = one.kind;
    member.spec.options.clear();
  }
  return runs;
}

void check_network(const PreparedRun& run) {
  for (const PreparedRun& member : member_runs(run)) check_network(member);
  check_memory(*run.row, run.options, run.train, memory_limit(), run.preprocess);
  const NetOptions* net = net_options(run);
  if (!net) return;
  const auto given = [&](const char* option) { return run.spec.options.contains(option); };
  check(!given("net") || !given("hidden_layer_sizes"), "hidden_layer_sizes",
        "describes the network, and so does --net: give only one of them");
  for (const char* option : {"activation", "dropout"})
    check(!(run.spec.from || given("net")) || given("hidden_layer_sizes") || !given(option), option,
          "is for --hidden: here --net or --from gives the whole network");
  check(
      !run.spec.from || !given("output_bias"), "output_bias",
      "is where a new network begins: with --from training continues from the weights of a model");
  check(!given("net") || net->net.find_first_not_of(" \t\n") != std::string::npos, "net",
        "is empty: name a network, or write its layers");
  check(!named_network(net->net) || run.train.is_images(), "net", "'", net->net,
        "' is a network for images, and this is a table: give other layers, or use --model mlp");
  if (!run.options.holds<TabularOptions>())
    return check_memory(*net, run.train, memory_limit(), run.preprocess);
  const LogSilenced quiet;  // fit() repeats these messages
  Preprocessor preprocessor(run.preprocess);
  preprocessor.fit(run.train);
  check_memory(*planned_options(run, preprocessor), run.train, memory_limit(), run.preprocess,
               &preprocessor);
}

void check_test(const PreparedRun& run) {
  if (!run.test) return;
  Dataset train = run.train, test = *run.test;
  if (!train.is_images()) {
    const LogSilenced quiet;  // fit() and the scores repeat these messages
    Preprocessor preprocessor(run.preprocess);
    preprocessor.fit(train);
    preprocessor.transform(test);
    train = kept_of(preprocessor, train);
    test = kept_of(preprocessor, test);
  }
  if (run.task.task != Task::classify) return;
  LabelEncoder labels;
  labels.fit(train);
  labels.encode(test);
}

}  // namespace hebb
