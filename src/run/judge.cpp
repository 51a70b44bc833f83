#include "hebb/run/judge.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "hebb/core/log.h"
#include "hebb/core/text.h"
#include "hebb/metrics/curves.h"
#include "hebb/run/data.h"

namespace hebb {

std::string Measurement::name() const {
  const bool short_form = !metric.row->parameter.empty() && metric.name == metric.row->name;
  return short_form ? metric.name + ':' + to_text(metric.parameter) : metric.name;
}

std::vector<Metric> find_metrics(const std::vector<std::string>& names, Task task) {
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

std::vector<Measurement> measure(const std::vector<Metric>& metrics, const Predictions& predictions,
                                 const Scores& scores) {
  std::vector<Measurement> measured;
  for (const Metric& metric : metrics) measured.push_back({metric, metric(predictions, scores)});
  return measured;
}

Rule Rule::parse(const std::string& text) {
  static constexpr std::array signs = {">=", "<=", "==", ">", "<"};
  std::string bare = text;
  std::erase(bare, ' ');
  for (const std::string sign : signs) {
    const auto at = bare.find(sign);
    if (at == std::string::npos || at == 0) continue;
    Rule rule{.text = text, .metric = {}, .sign = sign};
    const char* const end = bare.data() + bare.size();
    const auto [stop, error] = std::from_chars(bare.data() + at + sign.size(), end, rule.bound);
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

bool Rule::holds(std::optional<double> value) const {
  if (!value) return false;
  if (sign == ">=") return *value >= bound;
  if (sign == "<=") return *value <= bound;
  if (sign == ">") return *value > bound;
  if (sign == "<") return *value < bound;
  return *value == bound;
}

std::string Rule::broken(const Predictions& predictions, const Scores& scores) const {
  const auto value = metric(predictions, scores);
  if (holds(value)) return {};
  return "the assertion " + text + " does not hold: " + metric.name + " is " +
         (value ? to_text(*value) : "undefined on this data");
}

JudgedData load_judged(const Model& model, const std::string& data, const OptionValues& given) {
  ModelData loaded = load_for(model, data, given);
  Dataset part = test_part(loaded.data);
  if (auto note = leave_out_weightless(part); !note.empty())
    loaded.notes.push_back(std::move(note));
  part = for_task(std::move(part), model.task);
  return {.data = predictable(part, model),
          .in_sample = part.hash() == model.data_hash,
          .own_part = loaded.data.test_begin() > 0,
          .notes = std::move(loaded.notes)};
}

std::string confusion_csv(const Scores& scores, const std::vector<std::string>& classes) {
  const auto* classified = std::get_if<ClassificationScores>(&scores);
  check(classified != nullptr, "confusion", "is for classification, this model predicts numbers");
  classified->confusion.check();
  check(classes.size() == classified->confusion.classes, "confusion", "a matrix of ",
        classified->confusion.classes, " classes, but ", classes.size(), " names");
  if (classes.size() > ConfusionMatrix::kMostInTables) {
    std::string out = "truth,predicted,count\n";
    for (const auto& cell : classified->confusion.cells)
      out += csv_cell(classes[cell.truth]) + ',' + csv_cell(classes[cell.prediction]) + ',' +
             to_text(cell.count) + '\n';
    return out;
  }
  std::string out = "truth";
  for (const std::string& name : classes) out += ',' + csv_cell(name);
  out += '\n';
  for (std::size_t truth = 0; truth < classified->confusion.classes; ++truth) {
    out += csv_cell(classes[truth]);
    for (const double count : classified->confusion.row(truth))
      out += count == 0 ? ",0" : ',' + to_text(count);
    out += '\n';
  }
  return out;
}

std::string roc_csv(const Predictions& predictions) {
  const std::size_t classes = predictions.classes.size();
  predictions.check();
  check(classes >= 2, "roc", "is for classifiers of two classes or more");
  std::string out = "class,threshold,fpr,tpr\n";
  for (std::size_t c = classes == 2 ? 1 : 0; c < classes; ++c) {
    const auto curve = roc_curve(predictions.is(c), predictions.scores_for(c), predictions.weights);
    if (!curve) {
      warn("class '" + predictions.classes[c] +
           "' has no ROC curve: these samples are all of it, or none");
      continue;
    }
    for (std::size_t i = 0; i < curve->fpr.size(); ++i)
      out += csv_cell(predictions.classes[c]) + ',' + to_text(curve->thresholds[i]) + ',' +
             to_text(curve->fpr[i]) + ',' + to_text(curve->tpr[i]) + '\n';
  }
  return out;
}

}  // namespace hebb
