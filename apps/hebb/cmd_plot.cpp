#include <algorithm>
#include <chrono>
#include <optional>

#include "figures.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/select/study.h"
#include "hebb/select/study_figures.h"
#include "json.h"
#include "models.h"
#include "paths.h"
#include "results.h"
#include "run_spec.h"
#include "signals.h"
#include "text.h"
#include "trained_figures.h"
#include "verbs.h"

namespace hebb::app {
namespace {

struct PlotOptions {
  std::optional<std::string> output;
  std::optional<std::string> train;
  std::vector<std::string> columns;
  std::optional<std::size_t> row;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<PlotOptions>()
            .add("output", &PlotOptions::output,
                 "output file: .png, .svg, .pdf, or .csv for the numbers")
            .unset_as("KIND.png")
            .flag("--output")
            .flag("-o")
            .not_recorded()
            .add("train", &PlotOptions::train,
                 "training data of the model: shown by regions, required by learning-curve")
            .add("columns", &PlotOptions::columns, "the features to show with plot data")
            .add("row", &PlotOptions::row,
                 "the image of DATA that plot features shows, counted from 0 over the whole of "
                 "DATA; mnist10k:7 is short for mnist10k --row 7");
    return list;
  }
};

int list_kinds(bool json_wanted) {
  if (json_wanted) {
    Json json = document("plot");
    Json& kinds = json["figures"] = Json::array();
    for (const PlotRow& row : plot_catalogue())
      kinds.push_back({{"name", row.name},
                       {"help", row.help},
                       {"needs_model", row.needs_model},
                       {"needs_data", row.needs_data},
                       {"needs_study", false}});
    for (const TrialPlotRow& row : trial_plot_catalogue())
      kinds.push_back({{"name", row.name},
                       {"help", row.help},
                       {"needs_model", false},
                       {"needs_data", false},
                       {"needs_study", true}});
    print(json);
    return 0;
  }
  std::vector<std::vector<std::string>> rows;
  for (const PlotRow& row : plot_catalogue())
    rows.push_back(
        {row.name + (row.needs_model ? " MODEL" : "") + (row.needs_data ? " DATA" : ""), row.help});
  for (const TrialPlotRow& row : trial_plot_catalogue())
    rows.push_back({row.name + " STUDY", row.help});
  write_results(aligned(rows, "ll", console().out().width));
  console().hint("next", "hebb plot data iris");
  return 0;
}

// One image, which needs no label.
Dataset load_row(const Model& model, const std::string& name, const OptionValues& given,
                 std::optional<std::size_t> wanted) {
  const NamedRow named = split_named_row(name);
  check(!named.row || !wanted, "row", "DATA names the row ", named.row.value_or(0),
        " already: leave one of them out");
  const Dataset all = load_noted(model, named.data, given, TargetUse::optional);
  const std::size_t row = named.row ? *named.row : wanted.value_or(all.test_begin());
  check(row < all.samples(), "row", named.data, " has rows 0 to ", all.samples() - 1, ", got ",
        row);
  return for_task(all.slice(row, row + 1), model.task);
}

// The model and data of a figure. Files are read once and stay in memory while it is drawn.
struct Loaded {
  std::unique_ptr<Supervised> estimator;
  std::optional<Dataset> data, train;

  PlotSubject subject() const {
    return {.estimator = estimator.get(),
            .data = data ? &*data : nullptr,
            .train = train ? &*train : nullptr};
  }
};

Dataset load_data(const Supervised* estimator, const std::string& name, const Settings& settings,
                  bool training_part) {
  if (!estimator) return load_dataset(name, settings.get<DataOptions>(), TargetUse::optional);
  const Model& model = estimator->model();
  const Dataset all =
      load_noted(model, name, settings.given_values<DataOptions>(), TargetUse::required);
  const Dataset part =
      training_part && all.test_begin() > 0 ? all.slice(0, all.test_begin()) : test_part(all);
  return for_task(predictable(part, model), model.task);
}

void check_arguments(const PlotRow& row, const Settings& settings) {
  const std::size_t expected = 1 + (row.needs_model ? 1 : 0) + (row.needs_data ? 1 : 0);
  check(settings.arguments.size() == expected, "plot", "usage: hebb plot ", row.name,
        row.needs_model ? " MODEL" : "", row.needs_data ? " DATA" : "", ", got ",
        settings.arguments.size() - 1, " of these");
}

void check_plot_paths(const PlotRow& row, const std::string& output, const Settings& settings) {
  const auto& train = settings.get<PlotOptions>().train;
  RunPaths paths(settings);
  if (const TrainedFigure* trained = trained_figure(settings)) {
    check_arguments(*trained, settings, paths);
  } else {
    check_arguments(row, settings);
    if (row.needs_model) paths.reads(settings.arguments[1], "MODEL");
    if (row.needs_data) paths.reads_data(settings.arguments.back(), "DATA");
  }
  if (train) paths.reads_data(*train, "train");
  paths.writes(output, "output");
  paths.check();
}

Loaded load(const PlotRow& row, const Settings& settings) {
  const auto& wanted = settings.get<PlotOptions>();
  Loaded loaded;
  if (row.needs_model) loaded.estimator = load_model(settings.arguments[1]);
  if (row.name == "features")
    loaded.data = load_row(loaded.estimator->model(), settings.arguments.back(),
                           settings.given_values<DataOptions>(), wanted.row);
  else if (row.needs_data)
    loaded.data = load_data(loaded.estimator.get(), settings.arguments.back(), settings, false);
  if (wanted.train) {
    loaded.train = load_data(loaded.estimator.get(), *wanted.train, settings, true);
  }
  return loaded;
}

// Options of models and of curves are for figures that train. A file or a variable may give them for
// other verbs.
void check_plot_options(const TrainedFigure* trained, const Settings& settings) {
  if (trained && trained->takes_options) return;
  std::vector<const FieldList*> lists = {&CurveOptions::fields(), &ModelOptions::fields(),
                                         &PreprocessOptions::fields()};
  for (const EstimatorRow& row : estimator_catalogue()) lists.push_back(&row.options.fields());
  for (const FieldList* fields : lists)
    for (const Field& field : *fields)
      check(!settings.by_flag.contains(field.name) ||
                find_field(GlobalOptions::fields(), field.name) ||
                find_field(DataOptions::fields(), field.name),
            field.name, "is for figures that train: validation-curve, and learning-curve ",
            "with --folds");
}

// Whether a figure of a search is asked for. A model has a history too.
bool is_of_study(const Settings& settings) {
  const auto is = [&](const auto& row) { return row.name == settings.arguments[0]; };
  if (!std::ranges::any_of(trial_plot_catalogue(), is)) return false;
  if (!std::ranges::any_of(plot_catalogue(), is)) return true;
  return settings.arguments.size() == 2 &&
         (is_study_file(settings.arguments[1]) || is_study_server(settings.arguments[1]));
}

int draw_study(const Settings& settings) {
  const std::string& kind = settings.arguments[0];
  const std::string path = settings.get<PlotOptions>().output.value_or(kind + ".png");
  Figure::check_path(path);
  check(settings.arguments.size() == 2, "plot", "usage: hebb plot ", kind,
        " STUDY, a file of hebb tune --study; got ", settings.arguments.size() - 1, " of these");
  RunPaths paths(settings);
  if (!is_study_server(settings.arguments[1])) paths.reads(settings.arguments[1], "STUDY");
  paths.writes(path, "output");
  paths.check();
  check_plot_options(nullptr, settings);
  const StoredStudy stored = load_study(settings.arguments[1]);
  TrialSet trials = trial_set(stored.study, stored.options);
  trials.of = stored.model + " on " + stored.data;
  return hand_over(plot_trials(trials, kind), path, settings, "plot");
}

int run_plot(Settings& settings) {
  const bool json = settings.get<GlobalOptions>().json;
  if (settings.arguments.empty()) return list_kinds(json);
  if (is_of_study(settings)) return draw_study(settings);
  const auto& wanted = settings.get<PlotOptions>();
  const PlotRow& row = find_row(plot_catalogue(), settings.arguments[0], "plot", "figure");
  const std::string path = wanted.output.value_or(row.name + ".png");
  Figure::check_path(path);
  const TrainedFigure* const trained = trained_figure(settings);
  check_plot_paths(row, path, settings);
  check_plot_options(trained, settings);
  check(wanted.columns.empty() || row.name == "data", "columns", "is for hebb plot data");
  check(!wanted.row || row.name == "features", "row", "is for hebb plot features");
  check(!wanted.train || (row.needs_model && !trained), "train",
        "is for figures of models that are not trained again by folds");

  // A training may take a millisecond: at most one line a second.
  const auto on_step = [&row, told = std::optional<std::chrono::steady_clock::time_point>()](
                           std::size_t done, std::size_t of) mutable {
    const auto now = std::chrono::steady_clock::now();
    if (told && now - *told < std::chrono::seconds(1)) return;
    told = now;
    console().note(row.name + ": " + std::to_string(done) + " of " + std::to_string(of) +
                   " trainings done");
  };
  if (trained) {
    const std::optional<Figure> figure = trained->draw(settings, on_step);
    const int signal = StopSignals::received();
    if (signal != 0)
      console().note(figure ? "stopped: the figure shows the points that were done"
                            : "stopped before a point was done: nothing is drawn");
    if (figure) hand_over(*figure, path, settings, "plot");
    return signal != 0 ? 128 + signal : 0;
  }
  const Loaded loaded = load(row, settings);
  if (row.name == "data")
    return hand_over(plot_data(*loaded.data, wanted.columns), path, settings, "plot");
  PlotSubject subject = loaded.subject();
  subject.on_step = on_step;
  return hand_over(draw(row.name, subject), path, settings, "plot");
}

}  // namespace

Verb plot_verb() {
  return {
      .name = "plot",
      .summary = "draw a figure of data, of a model, or of its scores",
      .description =
          "Draws one figure and prints a description of it. Without KIND, lists the figures and"
          " their arguments. If a named set has test data, figures of models show the test "
          "data. validation-curve and learning-curve train models, with the options of hebb fit.",
      .arguments =
          {{.name = "KIND", .help = "which figure", .required = false, .words = Words::plots},
           {.name = "MODEL",
            .help = "a model file written by hebb fit -o; or a study of hebb tune --study",
            .required = false,
            .words = Words::models},
           {.name = "DATA", .help = data_help(), .required = false, .words = Words::data}},
      .lists =
          with_models({options<GlobalOptions>("General"), options<PlotOptions>("Drawing"),
                       options<FigureOptions>("Drawing"), options<CurveOptions>("Curves"),
                       options<DataOptions>("Data"), options<PreprocessOptions>("Preprocessing"),
                       options<ModelOptions>("Network")}),
      .examples = {{"hebb plot data moons:n=500 -o moons.svg", "the data themselves"},
                   {"hebb plot confusion digits.hebb mnist10k", "which digit is taken for which"},
                   {"hebb plot roc m.hebb test.csv --theme dark -o roc.pdf", "for dark slides"},
                   {"hebb plot features m.hebb scan.png",
                    "one image through a convnet, layer by layer"},
                   {"hebb plot validation-curve wine --space alpha=1e-6..10",
                    "which values of an option under-fit, and which over-fit"},
                   {"hebb plot learning-curve wine --hidden 50 --folds 5",
                    "whether more data would help"},
                   {"hebb plot parallel wine.study", "what a search has tried"},
                   {"hebb plot alpha", "what L2 regularisation does, on three data sets"},
                   {"hebb plot history m.hebb -o loss.csv", "the numbers of a figure"}},
      .run = run_plot,
      .common = {"output", "row", "theme", "train", "columns", "space", "folds", "metric", "model",
                 "hidden_layer_sizes", "max_iter", "target", "json"},
      .headings = {{"Drawing", {}},
                   {"Curves", {}},
                   {"Data", {}},
                   {"Preprocessing", {}},
                   {"Network",
                    {"task", "model", "hidden_layer_sizes", "net", "activation", "dropout", "loss",
                     "init", "output_bias"}},
                   {"Training", {}},
                   {"Units", {}}},
      .defaults = {{"row", "the first row, of the test part if there is one"},
                   {"target", "the model's, or the last column"},
                   {"scale", "standard; images: minmax"},
                   {"folds", "5; learning-curve MODEL DATA: none"},
                   {"metric", "accuracy, or r2 of numbers"},
                   {"features", "all"}}};
}

}  // namespace hebb::app
