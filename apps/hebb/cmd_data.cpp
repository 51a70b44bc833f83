// `hebb data ACTION DATA`. Without an action, DATA is described; without either, the named sets are
// listed.
#include <algorithm>
#include <filesystem>

#include "describe.h"
#include "figures.h"
#include "hebb/checks/check.h"
#include "hebb/core/error.h"
#include "hebb/data/image_form.h"
#include "hebb/data/inputs.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/formats/catalogue.h"
#include "hebb/io/file.h"
#include "hebb/run/data.h"
#include "json.h"
#include "parse.h"
#include "paths.h"
#include "results.h"
#include "run_spec.h"
#include "text.h"
#include "verbs.h"

namespace hebb::app {
namespace {

constexpr std::size_t kRows = 5;  // of `hebb data head`

struct DataVerbOptions {
  std::optional<std::size_t> head;
  std::optional<std::string> output;
  std::optional<std::string> test;
  std::vector<std::string> columns;
  std::optional<std::string> augment;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<DataVerbOptions>()
            .add("head", &DataVerbOptions::head, "show this many rows")
            .unset_as("5")
            .at_least(0)
            .at_most(1e6)
            .add("output", &DataVerbOptions::output,
                 "write to this file: " + writable_endings() + "; of plot .png, .svg, .pdf or .csv")
            .flag("--output")
            .flag("-o")
            .not_recorded()
            .add("test", &DataVerbOptions::test, "check: the test data")
            .add("columns", &DataVerbOptions::columns, "plot: the features to show")
            .add(
                "augment", &DataVerbOptions::augment,
                "plot: images with random changes, a list of kinds separated by commas, each with an "
                "optional strength: " +
                    augmentation_kinds());
    return list;
  }
};

// Columns that training refuses are described. `taken` receives what training would take columns for.
Dataset look_at_data(const std::string& name, DataOptions options,
                     std::vector<TakenColumn>* taken = nullptr) {
  options.read_for = ReadFor::look;
  options.report = std::make_shared<ReadReport>();
  Dataset data = load_dataset(name, options, TargetUse::optional);
  for (const ReadNote& note : options.report->notes) console().note(name + ": " + note.text);
  if (taken != nullptr) *taken = options.report->taken;
  return data;
}

// The arguments of an action: its options, and the name of DATA.
struct Asked {
  Settings& settings;
  std::string name;

  const DataVerbOptions& options() const { return settings.get<DataVerbOptions>(); }
  bool json() const { return settings.get<GlobalOptions>().json; }
  /// How the data are read is told on standard error.
  Dataset load() const { return look_at_data(name, settings.get<DataOptions>()); }
  std::string reading_flags() const {
    return given_flags(*find_verb("data"), settings, DataOptions::fields());
  }
};

int list_sets(const Asked& asked) {
  if (asked.json()) {
    Json json = document("data");
    Json& sets = json["datasets"] = Json::array();
    for (const DatasetRow& row : dataset_catalogue())
      sets.push_back({{"name", row.name},
                      {"help", row.help},
                      {"source", row.source},
                      {"built_in", row.built_in},
                      {"parameters", row.defaults}});
    print(json);
    return 0;
  }
  std::vector<std::vector<std::string>> sets, generators;
  for (const DatasetRow& row : dataset_catalogue()) {
    if (row.parameters == nullptr)
      sets.push_back({row.name, row.built_in ? "built in" : "fetched", row.help});
    else
      generators.push_back({row.name, row.help});
  }
  const std::size_t width = console().out().width;
  std::string out = aligned(sets, "lll", width) + "\ngenerators, as in moons:n=500,noise=0.2\n" +
                    aligned(generators, "ll", width);
  write_results(out);
  console().advice("next", "hebb data NAME shows one of them, or a file of yours");
  return 0;
}

int list_formats(const Asked& asked) {
  if (asked.json()) {
    Json json = document("data");
    Json& formats = json["formats"] = Json::array();
    for (const FormatRow& row : format_catalogue())
      formats.push_back({{"name", row.name},
                         {"help", row.help},
                         {"endings", row.endings},
                         {"written", row.write != nullptr}});
    print(json);
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const FormatRow& row : format_catalogue())
    rows.push_back({row.name, row.write ? "read, written" : "read", row.help});
  write_results(aligned(rows, "lll", console().out().width));
  return 0;
}

int describe(const Asked& asked) {
  std::vector<TakenColumn> taken;
  const Dataset data = look_at_data(asked.name, training_data(asked.settings), &taken);
  const auto& head = asked.options().head;
  const DatasetRow* generator = generator_of(asked.name);
  if (asked.json()) {
    Json json = describe_json(data, taken);
    if (head) json["head"] = head_json(data, *head);
    if (generator) json["parameters"] = generator_json(*generator);
    print(json);
    return 0;
  }
  const std::size_t width = console().out().width;
  std::string out = describe_text(data, asked.name, width, !head, taken);
  if (head) out += head_text(data, *head, width);
  if (generator) out += generator_text(*generator, width);
  write_results(out);
  if (data.has_target() && asked.name != "-")
    console().hint("next", "hebb fit " + shell_word(asked.name) + asked.reading_flags());
  return 0;
}

int show_head(const Asked& asked) {
  const Dataset data = asked.load();
  const std::size_t count = asked.options().head.value_or(kRows);
  if (asked.json()) {
    Json json = document("data");
    json["name"] = data.name();
    json["head"] = head_json(data, count);
    print(json);
    return 0;
  }
  std::string out = head_text(data, count, console().out().width);
  write_results(out.substr(std::min(out.find_first_not_of('\n'), out.size())));
  return 0;
}

// ---- writing ----

void check_data_paths(const Asked& asked, const std::vector<std::string>& outputs) {
  RunPaths paths(asked.settings);
  paths.reads_data(asked.name, "DATA");
  for (const std::string& output : outputs) paths.writes(output, "output");
  paths.check();
}

void check_data_files(const Asked& asked, const std::vector<std::string>& outputs) {
  for (const std::string& output : outputs) (void)format_to_write(output);
  check_data_paths(asked, outputs);
}

// Warns if the format of the file cannot store which rows are the test part.
void tell_lost(const Dataset& data, const std::string& path) {
  if (data.test_begin() == 0 || format_to_write(path).keeps_test_part) return;
  console().warning("the last " + grouped(data.samples() - data.test_begin()) +
                    " rows are the test part, which " + path +
                    " cannot mark: write .npz, or two files with hebb data split");
}

struct Written {
  std::string path;
  std::size_t samples = 0;
};

int tell_written(const Asked& asked, const std::vector<Written>& files) {
  if (asked.json()) {
    Json json = document("data");
    Json& list = json["files"] = Json::array();
    for (const Written& file : files)
      list.push_back({{"file", file.path}, {"samples", file.samples}});
    print(json);
    return 0;
  }
  for (const Written& file : files) {
    // On a terminal the note has the name.
    if (!console().out().tty || console().quiet()) write_data(file.path + '\n');
    console().note(file.path + ": " + counted(file.samples, "sample") + ", " +
                   file_size_text(file.path));
  }
  console().hint("next", files.size() == 2 ? "hebb fit " + shell_word(files[0].path) + " --test " +
                                                 shell_word(files[1].path)
                                           : "hebb fit " + shell_word(files[0].path));
  return 0;
}

const std::string& wanted_output(const Asked& asked, const char* action) {
  check(asked.options().output.has_value(), "output", "is required by hebb data ", action,
        ": give -o FILE");
  return *asked.options().output;
}

int convert(const Asked& asked) {
  const std::string& path = wanted_output(asked, "convert");
  check_data_files(asked, {path});
  const Dataset data = asked.load();
  write_file(data, path);
  tell_lost(data, path);
  return tell_written(asked, {{path, data.samples()}});
}

int make(const Asked& asked) {
  const std::string& path = wanted_output(asked, "make");
  check_data_files(asked, {path});
  check(generator_of(asked.name) != nullptr, "data", "'",
        asked.name.substr(0, asked.name.find(':')),
        "' is no generator: hebb data list shows them; for files and named sets use hebb data "
        "convert");
  const Dataset data = asked.load();
  write_file(data, path);
  return tell_written(asked, {{path, data.samples()}});
}

// "sales.csv" -> "sales-train.csv", "sales-test.csv".
std::string part_path(const std::string& path, const char* part) {
  const std::filesystem::path whole(path);
  return (whole.parent_path() / (whole.stem().string() + part + whole.extension().string()))
      .string();
}

int split(const Asked& asked) {
  const std::string& path = wanted_output(asked, "split");
  const std::string train_path = part_path(path, "-train"), test_path = part_path(path, "-test");
  check_data_files(asked, {train_path, test_path});
  const Dataset data = asked.load();
  const bool anew = data.test_begin() == 0 || asked.settings.given("test_size");
  const auto [train, test] = anew ? data.split(asked.settings.get<SplitOptions>()) : data.split();
  replace_files({{train_path, format_to_write(train_path).write(train)},
                 {test_path, format_to_write(test_path).write(test)}});
  return tell_written(asked, {{train_path, train.samples()}, {test_path, test.samples()}});
}

// ---- looking ----

int draw_data(const Asked& asked) {
  const std::string path = asked.options().output.value_or("data.png");
  Figure::check_path(path);
  check_data_paths(asked, {path});
  const auto& columns = asked.options().columns;
  const auto& augment = asked.options().augment;
  check(!augment || columns.empty(), "augment", "is for images, --columns for tables");
  const Figure figure = augment ? plot_augmented(asked.load(), *augment,
                                                 asked.settings.get<GlobalOptions>().random_state)
                                : plot_data(asked.load(), columns);
  return hand_over(figure, path, asked.settings, "data");
}

int check_for_faults(const Asked& asked) {
  const Dataset data = asked.load();
  std::optional<Dataset> test;
  if (asked.options().test) {
    DataOptions options = asked.settings.get<DataOptions>();
    if (options.target.empty()) options.target = data.target().names;
    options.image_as_is = true;  // duplicates are found among unchanged images
    test = data.is_images() ? load_in_form(*asked.options().test, form_of(data.images()), options,
                                           TargetUse::optional)
                                  .data
                            : look_at_data(*asked.options().test, options);
  }
  const auto findings = check_dataset(data, test ? &*test : nullptr);
  if (asked.json()) {
    Json json = document("data");
    json["name"] = data.name();
    Json& list = json["findings"] = Json::array();
    for (const Finding& one : findings)
      list.push_back({{"kind", one.kind},
                      {"title", one.title},
                      {"reason", one.reason},
                      {"advice", one.advice}});
    print(json);
    return 0;
  }
  std::string out;
  const std::size_t width = console().out().width;
  for (const Finding& one : findings) {
    out += bold(one.title, console().out()) + '\n';
    out += paragraph(one.reason, width, 2) + paragraph("try: " + one.advice, width, 2);
  }
  if (findings.empty())
    write_sentence(asked.name + ": no problems found in " + counted(data.samples(), "sample"));
  else
    write_results(out);
  return 0;
}

// An action: its function, and the options that it takes besides those of reading.
struct Action {
  std::string name, usage, help;
  std::vector<std::string> options;
  int (*run)(const Asked& asked);
};

constexpr const char* kUnnamedAction = "describe";  // used if the first word names no action

const std::vector<Action>& actions() {
  static const std::vector<Action> table = {
      {"list", "", "the named sets and the generators", {}, list_sets},
      {"formats", "", "the formats of files", {}, list_formats},
      {"describe", "DATA", "size, classes, and the range of each column", {"head"}, describe},
      {"head", "DATA", "the first rows, or images", {"head"}, show_head},
      {"check",
       "DATA",
       "leaks, columns that tell the target, ids, duplicates, class imbalance and similar problems",
       {"test"},
       check_for_faults},
      {"plot",
       "DATA",
       "scatter plot, histogram, or images, as they are or augmented",
       {"output", "columns", "augment", "theme", "figure_scale"},
       draw_data},
      {"make", "NAME:PARAMETERS -o FILE", "generated data, written to a file", {"output"}, make},
      {"convert", "DATA -o FILE", "the same data in another format", {"output"}, convert},
      {"split",
       "DATA -o FILE",
       "training and test data, written to FILE-train and FILE-test",
       {"output", "test_size", "stratify", "shuffle", "random_state"},
       split}};
  return table;
}

std::vector<std::string> own_options() {
  std::vector<std::string> names;
  for (const FieldList* list :
       {&DataVerbOptions::fields(), &SplitOptions::fields(), &FigureOptions::fields()})
    for (const Field& field : *list) names.push_back(field.name);
  return names;
}

int run_data(Settings& settings) {
  auto& arguments = settings.arguments;
  const auto named = arguments.empty() ? actions().begin()
                                       : std::ranges::find(actions(), arguments[0], &Action::name);
  const Action& action = named == actions().end()
                             ? *std::ranges::find(actions(), kUnnamedAction, &Action::name)
                             : *named;
  if (named != actions().end() && !arguments.empty()) arguments.erase(arguments.begin());
  const std::size_t expected = action.usage.empty() ? 0 : 1;
  check(arguments.size() == expected, "data", "usage: hebb data ", action.name, ' ', action.usage,
        arguments.size() > 1 ? ", got '" + arguments[1] + "' too" : "");
  for (const std::string& option : own_options())
    check(!settings.given(option) ||
              std::ranges::find(action.options, option) != action.options.end() ||
              option == "random_state",
          option, "does not apply to hebb data ", action.name);
  return action.run({settings, arguments.empty() ? "" : arguments[0]});
}

std::vector<std::string> action_names() {
  std::vector<std::string> names;
  for (const Action& action : actions()) names.push_back(action.name);
  return names;
}

std::string action_help() {
  std::string out;
  for (const Action& action : actions())
    out += (out.empty() ? "" : "; ") + action.name + ": " + action.help;
  return out + "; default: " + kUnnamedAction;
}

}  // namespace

Verb data_verb() {
  return {
      .name = "data",
      .summary = "list, show, check, plot, generate, split and convert data",
      .description = "",
      .arguments = {{.name = "ACTION",
                     .help = action_help(),
                     .required = false,
                     .words = Words::data,
                     .choices = action_names()},
                    {.name = "DATA", .help = data_help(), .required = false, .words = Words::data}},
      .lists = {options<GlobalOptions>("General"), options<DataVerbOptions>("Looking and writing"),
                options<SplitOptions>("Splitting"), options<FigureOptions>("Drawing"),
                options<DataOptions>("Data")},
      .examples = {{"hebb data", "the named sets, and what can be generated"},
                   {"hebb data wine", "samples, classes, and the range of each column"},
                   {"hebb data head mnist10k --head 2", "two digits"},
                   {"hebb data check train.csv --test test.csv", "problems with the data"},
                   {"hebb data plot mnist10k --augment shift,rotate,elastic",
                    "images as a network sees them in training"},
                   {"hebb data make spirals:n=500,noise=0.05 -o spirals.csv", "generated data"},
                   {"hebb data split iris --stratify -o iris.csv", "two files"}},
      .run = run_data,
      .common = {"head", "output", "test", "columns", "test_size", "stratify", "target", "json"},
      .defaults = {{"target", "the last column"}, {"features", "all"}, {"output", ""}}};
}

}  // namespace hebb::app
