#include "trained_figures.h"

#include <algorithm>
#include <array>

#include "figures.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/run/run.h"
#include "hebb/select/curves.h"
#include "models.h"
#include "parse.h"
#include "progress.h"
#include "run_spec.h"
#include "signals.h"
#include "terminal.h"

namespace hebb::app {
namespace {

using OnStep = std::function<void(std::size_t, std::size_t)>;

std::vector<std::string> data_of(const Settings& settings) {
  return {settings.arguments.begin() + 1, settings.arguments.end()};
}

// The data sets named, or three that differ in shape.
std::optional<Figure> draw_alpha(const Settings& settings, const OnStep& on_step) {
  std::vector<std::string> names = data_of(settings);
  if (names.empty())
    names = {"moons:n=200,noise=0.3", "circles:n=200,noise=0.2", "blobs:n=200,separable=true"};
  std::vector<Dataset> sets;
  for (const std::string& name : names)
    sets.push_back(for_task(load_dataset(name, settings.get<DataOptions>()), Task::classify));
  return plot_alpha(sets, alphas_to_compare(), options_to_compare_alphas(), on_step);
}

// The run whose model a curve trains: of the options given, or of those of a model.
PreparedRun run_of_curve(const Settings& settings) {
  Settings own = settings;
  own.arguments = {settings.arguments.back()};
  const bool has_model = settings.arguments.size() > 2;
  PreparedRun run =
      prepare_run(has_model ? spec_like(Model::load(settings.arguments[1]), own) : model_spec(own));
  for (const std::string& note : run.notes) console().note(note);
  return run;
}

FoldOptions folds_of_curve(const Settings& settings) {
  const auto& curve = settings.get<CurveOptions>();
  return {.folds = curve.folds.value_or(FoldOptions().folds),
          .repeats = curve.repeats,
          .stratify = curve.stratify_folds,
          .random_state = settings.get<GlobalOptions>().random_state};
}

// Only the first training says what it warns of: the others would repeat it.
CurveControl control_of_curve(const OnStep& on_step, std::optional<LogSilenced>& repeated) {
  CurveControl control;
  control.training.stop_requested = stop_on_signal();
  control.on_step = [&on_step, &repeated](std::size_t done, std::size_t of) {
    if (done > 0 && !repeated) repeated.emplace();
    on_step(done, of);
  };
  return control;
}

std::optional<Figure> draw_validation_curve(const Settings& settings, const OnStep& on_step) {
  const auto& asked = settings.get<CurveOptions>();
  const std::vector<std::string> texts = joined_items(asked.space);
  check(texts.size() == 1, "space", "names the option whose values are compared: give one, as in ",
        "--space alpha=1e-6..10");
  const PreparedRun run = run_of_curve(settings);
  const Dimension option = Space::parse(texts, run.options).dimensions().front();
  const StopSignals signals;
  std::optional<LogSilenced> repeated;
  ValidationCurve curve =
      validation_curve(run, option, folds_of_curve(settings), asked.metric.value_or(""),
                       control_of_curve(on_step, repeated));
  curve.option = flag_name(option.option, run.options);
  if (curve.points.empty()) return {};
  return draw("validation-curve", {.data = &run.train, .validation_curve = &curve});
}

std::optional<Figure> draw_learning_curve(const Settings& settings, const OnStep& on_step) {
  check(settings.get<CurveOptions>().space.empty(), "space", "is for hebb plot validation-curve");
  const PreparedRun run = run_of_curve(settings);
  const StopSignals signals;
  std::optional<LogSilenced> repeated;
  const LearningCurve curve = learning_curve(run, {}, folds_of_curve(settings),
                                             settings.get<CurveOptions>().metric.value_or(""),
                                             control_of_curve(on_step, repeated));
  if (curve.points.empty()) return {};
  return draw("learning-curve", {.data = &run.train, .learning_curve = &curve});
}

const std::array<TrainedFigure, 3>& trained_figures() {
  static const std::array<TrainedFigure, 3> figures = {
      {{.name = "alpha", .usage = "[DATA...]", .least = 0, .most = 100, .draw = draw_alpha},
       {.name = "validation-curve",
        .usage = "[MODEL] DATA --space NAME=VALUES",
        .least = 1,
        .most = 2,
        .takes_model = true,
        .takes_options = true,
        .draw = draw_validation_curve},
       {.name = "learning-curve",
        .usage = "MODEL DATA --train DATA, or [MODEL] DATA --folds N",
        .least = 1,
        .most = 2,
        .takes_model = true,
        .takes_options = true,
        .draw = draw_learning_curve}}};
  return figures;
}

}  // namespace

const FieldList& CurveOptions::fields() {
  static const FieldList list =
      Fields<CurveOptions>()
          .add("space", &CurveOptions::space,
               "the option that a validation curve varies: NAME=LOW..HIGH, NAME=LOW..HIGH:N for N "
               "values, NAME=log:LOW..HIGH or NAME=VALUE|VALUE")
          .add("folds", &CurveOptions::folds,
               "cross-validate each point of a curve: parts of the data, each held out in turn")
          .at_least(2)
          .add("repeats", &CurveOptions::repeats, "cut the folds anew this many times")
          .at_least(1)
          .add("stratify_folds", &CurveOptions::stratify_folds,
               "divide each class equally among the folds")
          .add("metric", &CurveOptions::metric, "the score of a curve by folds");
  return list;
}

const TrainedFigure* trained_figure(const Settings& settings) {
  const auto& figures = trained_figures();
  const auto found = std::ranges::find(figures, settings.arguments.at(0), &TrainedFigure::name);
  if (found == figures.end()) return nullptr;
  // With the two parts of the data named, a learning curve is judged on one of them.
  const bool by_parts =
      found->name == "learning-curve" && settings.arguments.size() > 2 && !settings.given("folds");
  return by_parts ? nullptr : &*found;
}

void check_arguments(const TrainedFigure& figure, const Settings& settings, RunPaths& paths) {
  const std::vector<std::string> arguments = data_of(settings);
  check(arguments.size() >= figure.least && arguments.size() <= figure.most, "plot",
        "usage: hebb plot ", figure.name, ' ', figure.usage, ", got ", arguments.size(),
        " of these");
  for (std::size_t i = 0; i < arguments.size(); ++i)
    if (figure.takes_model && i == 0 && arguments.size() == 2)
      paths.reads(arguments[i], "MODEL");
    else
      paths.reads_data(arguments[i], "DATA");
}

}  // namespace hebb::app
