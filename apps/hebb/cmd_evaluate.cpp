#include <array>
#include <charconv>

#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/io/file.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/metrics/curves.h"
#include "json.h"
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
  std::optional<std::size_t> tta;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<EvaluateOptions>()
            .add("metrics", &EvaluateOptions::metrics,
                 "print these alone, such as matthews,f_beta:0.5,lift:0.1; all: every one")
            .add("assert", &EvaluateOptions::assert_,
                 "exit 5 unless this holds, such as \"accuracy>=0.97\"; any metric, "
                 "operators >= <= > < ==; may be repeated")
            .add("confusion", &EvaluateOptions::confusion,
                 "write the confusion matrix to this CSV file; rows are the truth")
            .not_recorded()
            .add("roc", &EvaluateOptions::roc,
                 "write the ROC curve of each class to this CSV file, with its thresholds")
            .not_recorded()
            .add("tta", &EvaluateOptions::tta,
                 "average over so many copies of each image, in place of the model's own number")
            .at_least(1)
            .at_most(1000);
    return list;
  }
};

struct Rule {
  std::string text;
  Metric metric;
  std::string sign;
  double bound = 0;

  bool holds(double value) const {
    if (sign == ">=") return value >= bound;
    if (sign == "<=") return value <= bound;
    if (sign == ">") return value > bound;
    if (sign == "<") return value < bound;
    return value == bound;
  }
};

std::string without_blanks(std::string text) {
  std::erase(text, ' ');
  return text;
}

Rule read_rule(const std::string& text) {
  static constexpr std::array signs = {">=", "<=", "==", ">", "<"};
  const std::string bare = without_blanks(text);
  for (const std::string sign : signs) {
    const auto at = bare.find(sign);
    if (at == std::string::npos || at == 0) continue;
    Rule rule{text, {}, sign, 0};
    const char* begin = bare.data() + at + sign.size();
    const char* end = bare.data() + bare.size();
    const auto [stop, error] = std::from_chars(begin, end, rule.bound);
    if (error != std::errc{} || stop != end) break;
    try {
      rule.metric = find_metric(bare.substr(0, at));
    } catch (const std::invalid_argument& unknown) {
      throw std::invalid_argument(std::string(unknown.what()).replace(0, 9, "[assert]"));
    }
    return rule;
  }
  throw std::invalid_argument(
      concat("[assert] must be KEY, one of >= <= > < ==, and a number, such as "
             "accuracy>=0.97, got '",
             text, "'"));
}

// Returns whether all rules hold; says of each that does not what the figure is.
bool check_rules(const std::vector<Rule>& rules, const Predictions& predictions,
                 const Scores& scores) {
  bool hold = true;
  for (const Rule& rule : rules) {
    const auto value = rule.metric(predictions, scores);
    if (value && rule.holds(*value)) continue;
    hold = false;
    console().error("the assertion " + rule.text + " does not hold: " + rule.metric.name + " is " +
                    (value ? to_text(*value) : "not to be had on this data"));
  }
  return hold;
}

// Those asked for by name, or all for this kind of model.
std::vector<Metric> chosen_metrics(const std::vector<std::string>& names, Task task) {
  std::vector<Metric> metrics;
  for (const std::string& name : names) {
    if (name == "all") {
      for (const MetricRow& row : metric_catalogue())
        if (row.task == task) metrics.push_back(find_metric(row.name));
      continue;
    }
    metrics.push_back(find_metric(name));
    check(metrics.back().row->task == task, "metrics", metrics.back().row->name,
          task == Task::classify ? " is for models of numbers" : " is for classifiers");
  }
  return metrics;
}

std::string full_name(const Metric& metric) {
  const bool short_form = !metric.row->parameter.empty() && metric.name == metric.row->name;
  return short_form ? metric.name + ':' + to_text(metric.parameter) : metric.name;
}

void print_metrics(const std::vector<Metric>& metrics, const Predictions& predictions,
                   const Scores& scores) {
  std::vector<std::vector<std::string>> rows;
  for (const Metric& metric : metrics) {
    const auto value = metric(predictions, scores);
    rows.push_back({full_name(metric), value ? short_number(*value) : "-", metric.row->help});
  }
  write_results(aligned(rows, "lrl", console().out().width));
  if (const auto* classified = std::get_if<ClassificationScores>(&scores))
    for (const std::string& warning : classified->warnings) console().warning(warning);
}

std::string roc_csv(const Predictions& predictions) {
  const std::size_t classes = predictions.classes.size();
  check(classes >= 2, "roc", "is for classifiers of two classes or more");
  std::string out = "class,threshold,fpr,tpr\n";
  for (std::size_t c = classes == 2 ? 1 : 0; c < classes; ++c) {
    const auto curve = roc_curve(predictions.is(c), predictions.scores_for(c), predictions.weights);
    if (!curve) {
      console().warning("class '" + predictions.classes[c] +
                        "' has no ROC curve: these samples are all of it, or none");
      continue;
    }
    for (std::size_t i = 0; i < curve->fpr.size(); ++i)
      out += csv_cell(predictions.classes[c]) + ',' + to_text(curve->thresholds[i]) + ',' +
             to_text(curve->fpr[i]) + ',' + to_text(curve->tpr[i]) + '\n';
  }
  return out;
}

std::string confusion_csv(const Evaluation& evaluation) {
  const auto* scores = std::get_if<ClassificationScores>(&*evaluation.test);
  check(scores != nullptr, "confusion", "is for classification, this model predicts numbers");
  std::string out = "truth";
  for (const std::string& name : evaluation.classes) out += ',' + csv_cell(name);
  out += '\n';
  for (std::size_t truth = 0; truth < scores->confusion.classes; ++truth) {
    out += csv_cell(evaluation.classes[truth]);
    for (std::size_t p = 0; p < scores->confusion.classes; ++p)
      out += ',' + to_text(scores->confusion.at(truth, p));
    out += '\n';
  }
  return out;
}

int run_evaluate(Settings& settings) {
  const auto& wanted = settings.get<EvaluateOptions>();
  const std::string& file = settings.arguments[0];
  const std::string& name = settings.arguments[1];
  for (const std::string& metric : wanted.metrics)
    if (metric != "all") find_metric(metric);
  std::vector<Rule> rules;
  for (const std::string& text : wanted.assert_) rules.push_back(read_rule(text));
  if (wanted.confusion) {
    check_not_input(*wanted.confusion, "confusion", {file, name});
    check_writable(*wanted.confusion);
  }
  if (wanted.roc) {
    check_not_input(*wanted.roc, "roc", {file, name});
    check_writable(*wanted.roc);
  }

  Stopwatch watch;
  Seconds seconds;
  const auto estimator = load_model(file);
  set_for_prediction(*estimator, wanted.tta, settings.get<GlobalOptions>().threads);
  const Model& model = estimator->model();
  const Dataset loaded = load_for(model, name, settings.get<DataOptions>(), TargetUse::required);
  const Dataset labels = labelled(test_part(loaded), model.classifies());
  const bool in_sample = labels.hash() == model.data_hash;
  const Dataset data = predictable(labels, model);
  seconds.load = watch.seconds();
  console().note(name + ": " + counted(data.samples(), "sample") +
                 (loaded.test_begin() > 0 ? ", the set's own part for testing" : ""));

  if (in_sample)
    console().warning(
        "this is the data that the model was trained on: the figures are in sample and say "
        "nothing about new data");

  watch = Stopwatch();
  const Predictions predictions = estimator->predictions(data);
  const Evaluation evaluation{
      .classes = model.classes, .train = {}, .test = scores_of(predictions)};
  seconds.evaluate = watch.seconds();
  const auto metrics = chosen_metrics(wanted.metrics, model.task);
  if (wanted.confusion) replace_file(*wanted.confusion, confusion_csv(evaluation));
  if (wanted.roc) replace_file(*wanted.roc, roc_csv(predictions));
  if (settings.get<GlobalOptions>().json) {
    Json json = document("evaluate");
    add_model(json, model, seconds, file);
    add_scores(json, evaluation);
    for (const Metric& metric : metrics) {
      const auto value = metric(predictions, *evaluation.test);
      json["metrics"][full_name(metric)] = value ? Json(*value) : Json(nullptr);
    }
    print(json);
  } else if (!metrics.empty()) {
    print_metrics(metrics, predictions, *evaluation.test);
  } else {
    Evaluation shown = evaluation;
    if (in_sample) std::swap(shown.train, shown.test);
    print_table(shown);
  }
  if (!check_rules(rules, predictions, *evaluation.test)) return kAssertFailed;
  console().hint("next", "hebb predict " + shell_word(file) + " DATA");
  return 0;
}

}  // namespace

Verb evaluate_verb() {
  return {.name = "evaluate",
          .summary = "judge a model on data that it was not trained on",
          .description =
              "Reports accuracy and its kin, or R2 and its kin, and the confusion matrix. Of a "
              "named set that comes with a part for testing, that part is taken.",
          .arguments = {{.name = "MODEL", .help = "a file that hebb fit -o has written"},
                        {.name = "DATA",
                         .help = data_help() + "; with the target that the model learnt",
                         .words = Words::data}},
          .lists = {options<GlobalOptions>("General"), options<EvaluateOptions>("Judging"),
                    options<DataOptions>("Data")},
          .examples = {{"hebb evaluate digits.hebb mnist10k", "the table"},
                       {"hebb evaluate m.hebb test.csv --metrics matthews,top_k:2,lift:0.1",
                        "these figures alone"},
                       {"hebb evaluate m.hebb test.csv --assert 'accuracy>=0.9'",
                        "exits 5 where it does not hold: for scripts"},
                       {"hebb evaluate m.hebb test.csv --json", "every number, for programs"}},
          .run = run_evaluate,
          .common = {"metrics", "assert", "confusion", "roc", "target", "json"},
          .defaults = {{"target", "the model's"}, {"features", "all"}, {"tta", "the model's"}}};
}

}  // namespace hebb::app
