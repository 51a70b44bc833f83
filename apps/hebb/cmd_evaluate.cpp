#include <array>
#include <charconv>

#include "hebb/core/error.h"
#include "hebb/data/catalogue.h"
#include "hebb/estimators/estimator.h"
#include "hebb/io/file.h"
#include "json.h"
#include "progress.h"
#include "results.h"
#include "text.h"
#include "verbs.h"

namespace hebb::app {
namespace {

constexpr int kAssertFailed = 5;

struct EvaluateOptions {
  std::vector<std::string> assert_;
  std::optional<std::string> confusion;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<EvaluateOptions>()
            .add("assert", &EvaluateOptions::assert_,
                 "exit 5 unless this holds, such as \"accuracy>=0.97\"; keys as in --json, "
                 "operators >= <= > < ==; may be repeated")
            .add("confusion", &EvaluateOptions::confusion,
                 "write the confusion matrix to this CSV file; rows are the truth")
            .not_recorded();
    return list;
  }
};

struct Rule {
  std::string text, key, sign;
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
    Rule rule{text, bare.substr(0, at), sign, 0};
    const char* begin = bare.data() + at + sign.size();
    const char* end = bare.data() + bare.size();
    const auto [stop, error] = std::from_chars(begin, end, rule.bound);
    if (error == std::errc{} && stop == end) return rule;
    break;
  }
  throw std::invalid_argument(
      concat("[assert] must be KEY, one of >= <= > < ==, and a number, such as "
             "accuracy>=0.97, got '",
             text, "'"));
}

// Returns whether all rules hold; says of each that does not what the figure is.
bool check_rules(const std::vector<Rule>& rules, const Evaluation& evaluation) {
  const std::vector<Figure> all = figures(evaluation);
  std::vector<std::string> keys;
  for (const Figure& figure : all) keys.push_back(figure.key);
  bool hold = true;
  for (const Rule& rule : rules) {
    const auto at = std::ranges::find(all, rule.key, &Figure::key);
    const auto near = nearest(rule.key, keys);
    check(at != all.end(), "assert", "there is no figure '", rule.key, "'",
          near.empty() ? "" : "; did you mean " + near.front() + "?");
    if (at->test && rule.holds(*at->test)) continue;
    hold = false;
    console().error("the assertion " + rule.text + " does not hold: " + rule.key + " is " +
                    (at->test ? to_text(*at->test) : "not to be had on this data"));
  }
  return hold;
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
  std::vector<Rule> rules;
  for (const std::string& text : wanted.assert_) rules.push_back(read_rule(text));
  if (wanted.confusion) {
    check_not_input(*wanted.confusion, "confusion", {file, name});
    check_writable(*wanted.confusion);
  }

  Stopwatch watch;
  Seconds seconds;
  const auto estimator = load_model(file);
  const Model& model = estimator->model();
  DataOptions options = settings.get<DataOptions>();
  if (options.target.empty()) options.target = model.target_names;
  const Dataset loaded = load_dataset(name, options);
  const Dataset labels = labelled(test_part(loaded), model.classifies);
  const bool in_sample = labels.hash() == model.data_hash;
  const Dataset data = predictable(labels, model);
  seconds.load = watch.seconds();
  console().note(name + ": " + grouped(data.samples()) + " samples" +
                 (loaded.test_begin() > 0 ? ", the set's own part for testing" : ""));

  if (in_sample)
    console().warning(
        "this is the data that the model was trained on: the figures are in sample and say "
        "nothing about new data");

  watch = Stopwatch();
  const Evaluation evaluation = evaluate(*estimator, data);
  seconds.evaluate = watch.seconds();
  if (wanted.confusion) replace_file(*wanted.confusion, confusion_csv(evaluation));
  if (settings.get<GlobalOptions>().json) {
    Json json = document("evaluate");
    add_model(json, model, seconds, file);
    add_scores(json, evaluation);
    print(json);
  } else {
    Evaluation shown = evaluation;
    if (in_sample) std::swap(shown.train, shown.test);
    print_table(shown);
  }
  if (!check_rules(rules, evaluation)) return kAssertFailed;
  console().hint("next", "hebb predict " + shell_word(file) + " DATA");
  return 0;
}

}  // namespace

Verb evaluate_verb() {
  return {
      .name = "evaluate",
      .summary = "judge a model on data that it was not trained on",
      .description =
          "Reports accuracy and its kin, or R2 and its kin, and the confusion matrix. Of a "
          "named set that comes with a part for testing, that part is taken.",
      .arguments = {{.name = "MODEL", .help = "a file that hebb fit -o has written"},
                    {.name = "DATA",
                     .help =
                         "a CSV, TSV, LIBSVM, NPZ or IDX file, - for CSV from standard input, or a "
                         "named set; with the target that the model learnt",
                     .words = Words::data}},
      .lists = {options<GlobalOptions>("General"), options<EvaluateOptions>("Judging"),
                options<DataOptions>("Data")},
      .examples = {{"hebb evaluate digits.hebb mnist10k", "the table"},
                   {"hebb evaluate m.hebb test.csv --assert 'accuracy>=0.9'",
                    "exits 5 where it does not hold: for scripts"},
                   {"hebb evaluate m.hebb test.csv --json", "every number, for programs"}},
      .run = run_evaluate,
      .common = {"assert", "confusion", "target", "json"},
      .defaults = {{"target", "the model's"}, {"features", "all"}}};
}

}  // namespace hebb::app
