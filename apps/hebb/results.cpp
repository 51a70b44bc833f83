#include "results.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/model/record.h"
#include "terminal.h"
#include "text.h"

namespace hebb::app {
namespace {

Json taken(double seconds) { return seconds < 0 ? Json(nullptr) : Json(seconds); }

// Counts are whole unless samples have weights.
Json count_json(double count) {
  const bool whole = count == std::floor(count) && std::abs(count) < 0x1p53;
  return whole ? Json(static_cast<std::int64_t>(count)) : Json(count);
}

Json part_json(const Evaluation& evaluation, const Scores& scores, bool train) {
  Json part = {{"samples", std::visit([](const auto& s) { return s.samples; }, scores)}};
  for (const ScoreRow& figure : score_rows(evaluation)) {
    const auto& value = train ? figure.train : figure.test;
    part[figure.key] = value ? Json(*value) : Json(nullptr);
  }
  const auto* classified = std::get_if<ClassificationScores>(&scores);
  if (!classified) return part;
  Json& classes = part["per_class"] = Json::array();
  for (std::size_t c = 0; c < classified->per_class.size(); ++c) {
    const PrecisionRecall& one = classified->per_class[c];
    classes.push_back({{"class", evaluation.classes.at(c)},
                       {"precision", one.precision},
                       {"recall", one.recall},
                       {"f1", one.f1},
                       {"support", count_json(one.support)}});
  }
  const ConfusionMatrix& matrix = classified->confusion;
  if (matrix.classes <= ConfusionMatrix::kMostInTables) {
    Json& rows = part["confusion"] = Json::array();
    for (std::size_t truth = 0; truth < matrix.classes; ++truth) {
      Json row = Json::array();
      for (const double count : matrix.row(truth)) row.push_back(count_json(count));
      rows.push_back(std::move(row));
    }
  } else {
    part["confusion"] = nullptr;
    Json& cells = part["confusion_cells"] = Json::array();
    for (const auto& cell : matrix.cells)
      cells.push_back({{"truth", evaluation.classes.at(cell.truth)},
                       {"predicted", evaluation.classes.at(cell.prediction)},
                       {"count", count_json(cell.count)}});
  }
  if (!classified->warnings.empty()) part["warnings"] = classified->warnings;
  return part;
}

}  // namespace

void add_model(Json& document, const Model& model, const RunSeconds& seconds,
               const std::string& file) {
  const Json results = Json::parse(to_json(model.results));
  const Json options = Json::parse(to_json(model.options));
  document["model"] = model.kind;
  document["task"] = task_name(model.task);
  if (model.classifies())
    document["classes"] = model.classes;
  else
    document["targets"] = model.target_names;
  document["seed"] = options.value("random_state", Json(nullptr));
  document["epochs"] = results.value("n_iter_", Json(nullptr));
  document["seconds"] = {{"load", taken(seconds.load)},
                         {"fit", taken(seconds.fit)},
                         {"evaluate", taken(seconds.evaluate)}};
  document["parameters"] = model.parameter_count();
  document["model_file"] = file.empty() ? Json(nullptr) : Json(file);
  document["history"] = {{"loss", results.value("loss_curve_", Json::array())},
                         {"validation_score", results.value("validation_scores_", Json::array())}};
}

void add_scores(Json& document, const Evaluation& evaluation) {
  if (evaluation.train) document["train"] = part_json(evaluation, *evaluation.train, true);
  const char* const test = evaluation.out_of_fold ? "out_of_fold" : "test";
  if (evaluation.test) document[test] = part_json(evaluation, *evaluation.test, false);
  document["verdict"] = verdict(evaluation);
}

void print_table(const Evaluation& evaluation) {
  const Terminal terminal = console().out();
  write_results(table_text(
      evaluation, {.width = terminal.width, .utf8 = terminal.utf8, .color = terminal.color}));
}

void add_findings(Json& document, const std::vector<Finding>& findings) {
  Json& list = document["findings"] = Json::array();
  for (const Finding& one : findings) {
    Json change = Json::object();
    for (const auto& [name, value] : one.change) change[name] = to_json(value);
    list.push_back({{"kind", one.kind},
                    {"reason", one.reason},
                    {"advice", one.advice},
                    {"change", std::move(change)},
                    {"command", one.command.empty() ? Json(nullptr) : Json(one.command)}});
  }
}

void add_importance(Json& document, const RunResult& result) {
  if (result.importance.empty()) return;
  Json& list = document["importance"] = Json::array();
  for (const ColumnImportance& one : result.importance)
    list.push_back({{"column", one.column}, {"mean", one.mean}, {"deviation", one.deviation}});
}

void print_importance(const RunResult& result) {
  constexpr std::size_t kMost = 10;
  const auto& all = result.importance;
  if (all.empty()) return;
  const std::string score = default_metric(result.task.task) == "r2" ? "R2" : "accuracy";
  std::vector<std::vector<std::string>> rows = {{"column", score + " lost", "+-"}};
  for (std::size_t i = 0; i < std::min(kMost, all.size()); ++i)
    rows.push_back({all[i].column, fmt::format("{:.4f}", all[i].mean),
                    fmt::format("{:.4f}", all[i].deviation)});
  std::string text = "\nimportance: " + score + " lost if a column's values change places";
  if (all.size() > kMost) text += concat(", the first ", kMost, " of ", all.size(), " columns");
  write_results(text + '\n' + aligned(rows, "lrr", console().out().width));
}

void print_findings(const std::vector<Finding>& findings, const Evaluation& evaluation) {
  const std::string said = verdict(evaluation);
  std::string out;
  for (const Finding& one : findings) {
    const std::string reason = one.reason == said ? "" : one.reason + ": ";
    std::string indent;
    for (const std::string& line :
         wrap(one.title + ": " + reason + "try " + one.advice, console().out().width - 2)) {
      out += indent + line + '\n';
      indent = "  ";
    }
    if (!one.command.empty()) out += "  " + printable(one.command) + '\n';  // whole, for copying
  }
  if (!out.empty()) write_results('\n' + out);
}

std::vector<std::vector<std::string>> layer_rows(const Network& network) {
  std::vector<std::vector<std::string>> rows = {{"layer", "output", "parameters"},
                                                {"input", concat(network.input_shape()), ""}};
  for (const Network::Stage& stage : network.stages())
    rows.push_back(
        {stage.layer->text(), concat(stage.output), stage.size ? grouped(stage.size) : ""});
  rows.push_back({"total", "", grouped(network.parameter_count())});
  return rows;
}

Json layers_json(const Network& network) {
  const auto extents = [](const Shape& shape) {
    Json list = Json::array();
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) list.push_back(shape[axis]);
    return list;
  };
  Json layers = Json::array();
  for (const Network::Stage& stage : network.stages())
    layers.push_back({{"layer", stage.layer->text()},
                      {"input", extents(stage.input)},
                      {"output", extents(stage.output)},
                      {"parameters", stage.size}});
  return layers;
}

std::vector<std::vector<std::string>> unit_rows(const LinearUnits& units) {
  return {{"units", "inputs", "parameters"},
          {grouped(units.units), grouped(units.inputs), grouped(units.units * (units.inputs + 1))}};
}

void add_structure(Json& document, const Network* network, const LinearUnits* units) {
  if (units) document["units"] = {{"count", units->units}, {"inputs", units->inputs}};
  if (!network) return;
  document["network"] = network->text();
  document["layers"] = layers_json(*network);
}

void set_tta(Estimator& estimator, const std::optional<std::size_t>& tta) {
  if (!tta) return;
  check(estimator.options().find("tta") != nullptr, "tta",
        "averages predictions over copies of an image, in networks only: this is a ",
        estimator.kind());
  estimator.set_option("tta", static_cast<std::int64_t>(*tta));
}

Dataset load_noted(const Model& model, const std::string& name, const OptionValues& given,
                   TargetUse use, const std::vector<std::string>& keep) {
  ModelData loaded = load_for(model, name, given, use, keep);
  for (const std::string& note : loaded.notes) console().note(note);
  return std::move(loaded.data);
}

}  // namespace hebb::app
