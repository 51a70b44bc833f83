#include "hebb/core/error.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/io/file.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/run/judge.h"
#include "json.h"
#include "paths.h"
#include "progress.h"
#include "results.h"
#include "text.h"
#include "verbs.h"

namespace hebb::app {
namespace {

constexpr int kAssertFailed = 5;

struct EvaluateOptions {
  std::vector<std::string> metrics;
  std::vector<std::string> assert_;
  std::optional<std::string> confusion;
  std::optional<std::string> roc;
  std::optional<double> threshold;
  std::optional<std::size_t> tta;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<EvaluateOptions>()
            .add(
                "metrics", &EvaluateOptions::metrics,
                "print only these metrics, such as matthews,f_beta:0.5,lift:0.1; all: every metric")
            .add("assert", &EvaluateOptions::assert_,
                 "exit 5 unless this holds, such as \"accuracy>=0.97\"; any metric, "
                 "operators >= <= > < ==; may be repeated")
            .add("confusion", &EvaluateOptions::confusion,
                 "write the confusion matrix to this CSV file; rows are the truth")
            .not_recorded()
            .add("roc", &EvaluateOptions::roc,
                 "write the ROC curve of each class to this CSV file, with its thresholds")
            .not_recorded()
            .add("threshold", &EvaluateOptions::threshold,
                 "of two classes, predict the second from this probability on")
            .at_least(0)
            .at_most(1)
            .add("tta", &EvaluateOptions::tta,
                 "average over this many copies of each image; overrides the number in the model")
            .at_least(1)
            .at_most(1000);
    return list;
  }
};

// Returns whether all rules hold; prints the actual value for each that does not.
bool check_rules(const std::vector<Rule>& rules, const Predictions& predictions,
                 const Scores& scores) {
  bool hold = true;
  for (const Rule& rule : rules) {
    const std::string broken = rule.broken(predictions, scores);
    if (!broken.empty()) console().error(broken);
    hold = hold && broken.empty();
  }
  return hold;
}

void print_metrics(const std::vector<Measurement>& measured, const Scores& scores) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& one : measured)
    rows.push_back({one.name(), one.value ? short_number(*one.value) : "-", one.metric.row->help});
  write_results(aligned(rows, "lrl", console().out().width));
  if (const auto* classified = std::get_if<ClassificationScores>(&scores))
    for (const std::string& warning : classified->warnings) console().warning(warning);
}

int run_evaluate(Settings& settings) {
  const auto& wanted = settings.get<EvaluateOptions>();
  const std::string& file = settings.arguments[0];
  const std::string& name = settings.arguments[1];
  for (const std::string& metric : wanted.metrics)
    if (metric != "all") find_metric(metric);
  std::vector<Rule> rules;
  for (const std::string& text : wanted.assert_) rules.push_back(Rule::parse(text));
  RunPaths paths(settings);
  paths.reads(file, "MODEL");
  paths.reads_data(name, "DATA");
  if (wanted.confusion) paths.writes(*wanted.confusion, "confusion");
  if (wanted.roc) paths.writes(*wanted.roc, "roc");
  paths.check();

  Stopwatch watch;
  RunSeconds seconds;
  const auto estimator = load_model(file);
  set_tta(*estimator, wanted.tta);
  const Model& model = estimator->model();
  const JudgedData judged = load_judged(model, name, settings.given_values<DataOptions>());
  seconds.load = watch.seconds();
  for (const std::string& note : judged.notes) console().note(note);
  console().note(name + ": " + counted(judged.data.samples(), "sample") +
                 (judged.own_part ? ", the test part of the set" : ""));
  if (judged.in_sample)
    console().warning(
        "this is the data that the model was trained on: the scores are in sample and say "
        "nothing about new data");

  watch = Stopwatch();
  Predictions predictions = estimator->predictions(judged.data);
  if (wanted.threshold) predictions.decide(*wanted.threshold);
  Evaluation evaluation{.classes = model.classes, .test = scores_of(predictions)};
  seconds.evaluate = watch.seconds();
  const Scores& scores = *evaluation.test;
  const auto measured = measure(find_metrics(wanted.metrics, model.task), predictions, scores);
  if (wanted.confusion) replace_file(*wanted.confusion, confusion_csv(scores, model.classes));
  if (wanted.roc) replace_file(*wanted.roc, roc_csv(predictions));
  Evaluation shown = evaluation;
  if (judged.in_sample) std::swap(shown.train, shown.test);
  if (settings.get<GlobalOptions>().json) {
    Json json = document("evaluate");
    add_model(json, model, seconds, file);
    add_scores(json, evaluation);
    json["verdict"] = verdict(shown);
    for (const Measurement& one : measured)
      json["metrics"][one.name()] = one.value ? Json(*one.value) : Json(nullptr);
    print(json);
  } else if (!measured.empty()) {
    print_metrics(measured, scores);
  } else {
    print_table(shown);
  }
  if (!check_rules(rules, predictions, scores)) return kAssertFailed;
  console().hint("next", "hebb predict " + shell_word(file) + " DATA");
  return 0;
}

}  // namespace

Verb evaluate_verb() {
  return {.name = "evaluate",
          .summary = "evaluate a model on data that it was not trained on",
          .description =
              "Reports accuracy, precision, recall and F1 with the confusion matrix, or R2 and "
              "errors for regression. If a named set has test data, only these are used.",
          .arguments = {{.name = "MODEL",
                         .help = "a model file written by hebb fit -o",
                         .words = Words::models},
                        {.name = "DATA",
                         .help = data_help() + "; with the target that the model learnt",
                         .words = Words::data}},
          .lists = {options<GlobalOptions>("General"), options<EvaluateOptions>("Judging"),
                    options<DataOptions>("Data")},
          .examples = {{"hebb evaluate digits.hebb mnist10k", "the table"},
                       {"hebb evaluate m.hebb test.csv --metrics matthews,top_k:2,lift:0.1",
                        "only these metrics"},
                       {"hebb evaluate m.hebb test.csv --assert 'accuracy>=0.9'",
                        "for scripts: exits with 5 if it does not hold"},
                       {"hebb evaluate m.hebb test.csv --json", "every number, for programs"}},
          .run = run_evaluate,
          .common = {"metrics", "assert", "threshold", "confusion", "roc", "target", "json"},
          .defaults = {{"target", "the model's"},
                       {"features", "all"},
                       {"threshold", "0.5"},
                       {"tta", "the model's"}}};
}

}  // namespace hebb::app
