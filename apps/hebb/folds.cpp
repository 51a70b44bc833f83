#include "folds.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "fit_spec.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/io/file.h"
#include "hebb/model/record.h"
#include "hebb/run/prediction_table.h"
#include "hebb/select/cross_validate.h"
#include "json.h"
#include "progress.h"
#include "results.h"
#include "signals.h"
#include "text.h"

namespace hebb::app {
namespace {

FoldOptions fold_options(const Settings& settings) {
  const auto& fit = settings.get<FitOptions>();
  const auto& split = settings.get<SplitOptions>();
  return {.folds = *fit.folds,
          .repeats = fit.repeats,
          .stratify = fit.stratify_folds,
          .shuffle = split.shuffle,
          .test_size = fit.fold_size,
          .random_state = split.random_state};
}

// The live line "fold 2 of 5  epoch 3/200", and the warnings of training, each once.
class FoldProgress {
 public:
  FoldProgress(std::size_t folds, const GlobalOptions& options)
      : folds_(folds),
        live_(!options.quiet &&
              (options.progress == "bar" || (options.progress == "auto" && console().err().tty))) {}
  ~FoldProgress() {
    if (live_) console().live("");
  }
  FoldProgress(const FoldProgress&) = delete;
  FoldProgress& operator=(const FoldProgress&) = delete;

  void operator()(const Event& event) {
    if (const auto* epoch = std::get_if<EpochEnded>(&event)) draw(epoch->epoch, epoch->epochs);
    if (const auto* batch = std::get_if<BatchEnded>(&event)) draw(batch->epoch, batch->epochs);
    if (const auto* warned = std::get_if<Warned>(&event)) ++warnings_[warned->message];
  }

  void fold_ended() { ++ended_; }

  // Each warning once, with the number of folds that it came from.
  void warn() const {
    for (const auto& [message, count] : warnings_)
      console().warning(concat("in ", count, " of ", ended_, " folds: ", message));
  }

 private:
  void draw(std::size_t epoch, std::size_t epochs) {
    constexpr std::chrono::milliseconds kRedraw{100};
    const auto now = std::chrono::steady_clock::now();
    if (!live_ || now - drawn_ < kRedraw) return;
    drawn_ = now;
    console().live(fmt::format("fold {} of {}  epoch {}/{}", ended_ + 1, folds_, epoch, epochs));
  }

  std::size_t folds_, ended_ = 0;
  bool live_;
  std::chrono::steady_clock::time_point drawn_;
  std::map<std::string, std::size_t> warnings_;
};

// The predictions of rows held out, as CSV in the order of the rows.
class OutOfFold {
 public:
  void add(const FoldResult& fold, const RunResult& run) {
    const Dataset& data = *run.test;
    const Classifier* classifier = dynamic_cast<const Classifier*>(run.estimator.get());
    const PredictionTable table(*run.estimator, data,
                                {.proba = classifier && classifier->has_probabilities()});
    std::string names;
    for (const std::string& name : data.target().names) names += "," + csv_cell(name);
    head_ = "row,repeat,fold" + names + "," + table.csv_head();
    for (std::size_t row = 0; row < data.samples(); ++row)
      rows_.emplace_back(std::pair(fold.repeat, data.row_number(row)),
                         concat(data.row_number(row), ',', fold.repeat + 1, ',', fold.fold + 1,
                                truth(run, row), ',', table.csv_row(row)));
  }

  std::string text() {
    std::ranges::stable_sort(rows_, {}, &Row::first);
    std::string text = head_;
    for (const Row& row : rows_) text += row.second;
    return text;
  }

 private:
  using Row = std::pair<std::pair<int, std::size_t>, std::string>;

  static std::string truth(const RunResult& run, std::size_t row) {
    const Predictions& of = run.predictions;
    if (!of.classes.empty())
      return "," + csv_cell(of.classes[static_cast<std::size_t>(of.truth[row])]);
    std::string text;
    for (std::size_t i = 0; i < of.outputs; ++i)
      text += fmt::format(",{}", of.true_values[row * of.outputs + i]);
    return text;
  }

  std::string head_;
  std::vector<Row> rows_;
};

std::string four(double value) {
  if (std::isnan(value)) return "-";
  return std::abs(value) < 1000 ? fmt::format("{:.4f}", value) : short_number(value);
}

// The scores of the folds: the metric that models of the task are compared by.
std::string table_of_folds(const CrossValidation& all, const FoldScore& main, std::size_t width) {
  constexpr std::size_t kNarrow = 60;
  const bool narrow = width < kNarrow;
  const bool repeated = all.options.repeats > 1;
  std::vector<std::vector<std::string>> rows = {{repeated ? "repeat, fold" : "fold", "trained on",
                                                 "held out", narrow ? "in" : "in sample",
                                                 narrow ? "out" : "out of sample", "seconds"}};
  for (std::size_t i = 0; i < all.folds.size(); ++i) {
    const FoldResult& fold = all.folds[i];
    const auto samples = [](const std::optional<Scores>& scores) {
      return grouped(std::visit([](const auto& s) { return s.samples; }, *scores));
    };
    rows.push_back({(repeated ? concat(fold.repeat + 1, ", ") : "") + std::to_string(fold.fold + 1),
                    samples(fold.evaluation.train), samples(fold.evaluation.test),
                    four(main.train.values[i]), four(main.test.values[i]),
                    seconds_text(fold.seconds)});
  }
  if (narrow)
    for (auto& row : rows) row.erase(row.begin() + 1);
  return main.label + " of each fold\n" + aligned(rows, narrow ? "lrrrr" : "lrrrrr", width);
}

std::string table_of_scores(const CrossValidation& all, const Terminal& terminal) {
  const auto text = [&](const FoldStatistics& of) {
    if (of.defined == 0) return std::string("-");
    return four(of.mean) +
           (of.defined < 2 ? "" : (terminal.utf8 ? " ± " : " +- ") + four(of.deviation)) +
           (of.defined < of.values.size() ? concat(" (", of.defined, " folds)") : "");
  };
  std::vector<std::vector<std::string>> rows = {{"", "in sample", "out of sample"}};
  for (const FoldScore& score : all.scores)
    if (!score.label.empty()) rows.push_back({score.label, text(score.train), text(score.test)});
  return concat("mean and standard deviation of ", counted(all.folds.size(), "fold"), "\n") +
         aligned(rows, "lrr", terminal.width);
}

Json statistics_json(const FoldStatistics& of) {
  return {{"mean", of.mean}, {"std", of.deviation}, {"values", of.values}};
}

void print_json(const CrossValidation& all, const PreparedRun& run, const Settings& settings) {
  Json json = document("folds");
  json["model"] = run.row->name;
  json["task"] = task_name(run.task.task);
  json["seed"] = settings.get<GlobalOptions>().random_state;
  json["samples"] = run.train.samples();
  json["options"] = Json::parse(to_json(OptionSet(all.options).record()));
  json["complete"] = all.complete;
  Json& folds = json["folds"] = Json::array();
  for (const FoldResult& fold : all.folds) {
    Json one = {{"repeat", fold.repeat + 1}, {"fold", fold.fold + 1}, {"seconds", fold.seconds}};
    if (fold.stopped) one["stopped"] = stop_name(*fold.stopped);
    add_scores(one, fold.evaluation);
    one.erase("verdict");
    folds.push_back(std::move(one));
  }
  Json& scores = json["scores"] = Json::object();
  for (const FoldScore& score : all.scores)
    scores[score.key] = {{"train", statistics_json(score.train)},
                         {"test", statistics_json(score.test)}};
  print(json);
}

}  // namespace

void check_folds(const Settings& settings) {
  const auto& fit = settings.get<FitOptions>();
  for (const auto& [given, flag] : {std::pair{settings.given("repeats"), "--repeats"},
                                    std::pair{settings.given("stratify_folds"), "--stratify-folds"},
                                    std::pair{fit.fold_size.has_value(), "--fold-size"},
                                    std::pair{fit.out_of_fold.has_value(), "--out-of-fold"}})
    check(fit.folds || !given, "folds", flag, " is for cross-validation: give --folds too");
  if (!fit.folds) return;
  for (const auto& [given, flag] :
       {std::pair{fit.checkpoint.has_value(), "--checkpoint"},
        std::pair{fit.resume.has_value(), "--resume"}, std::pair{fit.dry_run, "--dry-run"},
        std::pair{fit.find_lr, "--find-lr"}, std::pair{fit.trace.has_value(), "--trace"}})
    check(!given, "folds", "trains a model for each fold, and ", flag,
          " is for one: give only one of them");
}

int fit_folds(const PreparedRun& run, const Settings& settings) {
  const auto& fit = settings.get<FitOptions>();
  const FoldOptions options = fold_options(settings);
  FoldProgress progress(static_cast<std::size_t>(options.folds * options.repeats),
                        settings.get<GlobalOptions>());
  OutOfFold predictions;
  const StopSignals signals;
  RunControl control;
  control.on_event = std::ref(progress);
  control.stop_requested = stop_on_signal(what_stops(*run.row));
  std::optional<LogSilenced> repeated;  // what the first fold has said
  const CrossValidation all =
      cross_validate(run, options, control, [&](const FoldResult& fold, const RunResult& result) {
        progress.fold_ended();
        if (!repeated) repeated.emplace();
        if (fit.out_of_fold) predictions.add(fold, result);
      });
  if (!settings.get<GlobalOptions>().quiet) console().live("");
  progress.warn();
  if (!all.complete)
    console().note(concat("stopped after ", all.folds.size(), " of ",
                          options.folds * options.repeats, " folds"));
  if (settings.get<GlobalOptions>().json) {
    print_json(all, run, settings);
  } else if (!all.folds.empty()) {
    const Terminal terminal = console().out();
    write_results(
        table_of_folds(all, score_of(all, default_metric(run.task.task)), terminal.width) + '\n' +
        table_of_scores(all, terminal));
  }
  if (fit.out_of_fold && all.complete) {
    replace_file(*fit.out_of_fold, predictions.text());
    console().note("predictions of the rows held out: " + *fit.out_of_fold + " (" +
                   file_size_text(*fit.out_of_fold) + ")");
  }
  return all.complete ? 0 : 128 + StopSignals::received();
}

}  // namespace hebb::app
