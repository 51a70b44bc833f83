#include <algorithm>
#include <filesystem>

#include "hebb/core/error.h"
#include "hebb/core/printable.h"
#include "hebb/model/model.h"
#include "hebb/model/record.h"
#include "hebb/run/data.h"
#include "json.h"
#include "results.h"
#include "text.h"
#include "verbs.h"

namespace hebb::app {
namespace {

// Lists are cut, so that a model of a thousand classes still fits a screen.
std::string some_of(const std::vector<std::string>& items) {
  constexpr std::size_t kMost = 20;
  std::string out;
  for (std::size_t i = 0; i < std::min(items.size(), kMost); ++i)
    out += (i ? ", " : "") + shown_name(items[i]);
  return items.size() > kMost ? out + ", ... (" + std::to_string(items.size()) + ")" : out;
}

std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    std::string out;
    for (const Json& item : value) out += (out.empty() ? "" : ",") + value_text(item);
    return out;
  }
  return value.is_null() ? "" : value.dump();  // an option that is not set is left out
}

std::string preprocessing_text(const PreprocessOptions& options) {
  std::string out = "scale " + options.scale;
  if (options.impute) out += ", impute " + *options.impute;
  if (options.unknown != "error") out += ", unknown " + options.unknown;
  if (options.scale_target != "none") out += ", scale_target " + options.scale_target;
  return out;
}

Json info_json(const Model& model, const std::string& file) {
  Json json = document("info");
  json["model_file"] = file;
  json["bytes"] = std::filesystem::file_size(file);
  json["format"] = Model::kFormat;
  json["hebb"] = model.hebb_version;
  json["model"] = model.kind;
  json["task"] = task_name(model.task);
  if (model.classifies()) json["classes"] = model.classes;
  json["targets"] = model.target_names;
  json["features"] = model.preprocessor.feature_names_out();
  add_structure(json, model.network(), model.units());
  if (const Record facts = model.body->facts(); !facts.empty())
    json["body"] = {{"kind", model.body->kind()}, {"holds", Json::parse(to_json(facts))}};
  json["parameters"] = model.parameter_count();
  json["loss"] = model.loss;
  json["preprocessing"] = Json::parse(model.preprocessor.to_json());
  json["options"] = Json::parse(to_json(model.options));
  json["data"] = {{"name", model.data_name}, {"sha256", model.data_hash}};
  if (!model.reading.empty()) json["data"]["reading"] = Json::parse(to_json(model.reading));
  json["results"] = Json::parse(to_json(model.results));
  return json;
}

std::vector<std::vector<std::string>> structure_rows(const Model& model) {
  if (const LinearUnits* units = model.units()) return unit_rows(*units);
  if (const Network* network = model.network()) return layer_rows(*network);
  const Record facts = model.body->facts();
  std::string body = model.body->kind();
  for (const Record::Entry& fact : facts.entries()) {
    std::string name = fact.name;  // "support_vectors"
    std::ranges::replace(name, '_', ' ');
    body += ", " + to_text(fact.value) + ' ' + name;
  }
  return {{"body", "outputs", "parameters"},
          {body, grouped(model.body->outputs()), grouped(model.parameter_count())}};
}

std::string info_text(const Model& model, const std::string& file) {
  const std::size_t width = console().out().width;
  const Json results = Json::parse(to_json(model.results));
  std::vector<std::vector<std::string>> rows = {
      {"file", file + ", " + file_size_text(file)},
      {"model",
       model.kind + ", " + task_name(model.task) + ", written by hebb " + model.hebb_version},
      {"target", some_of(model.target_names)}};
  if (model.classifies()) rows.push_back({"classes", some_of(model.classes)});
  if (const Network* network = model.network()) rows.push_back({"network", network->text()});
  rows.push_back({"prepared by", preprocessing_text(model.preprocessor.options())});
  for (const Column& column : model.preprocessor.columns_in())
    if (column.is_categorical())
      rows.push_back({"categories", column.name + ": " + some_of(column.categories)});
  if (!model.reading.empty()) rows.push_back({"read with", reading_text(model.reading)});
  rows.push_back({"trained on", model.data_name + ", SHA-256 " + model.data_hash.substr(0, 16)});
  if (results.contains("n_iter_")) rows.push_back({"epochs", value_text(results["n_iter_"])});
  if (results.contains("loss_") && results["loss_"].is_number())
    rows.push_back(
        {"loss", model.loss + ", at the end " +
                     (results["loss_"].is_number() ? short_number(results["loss_"].get<double>())
                                                   : "none")});
  std::string options;
  const Json recorded = Json::parse(to_json(model.options));
  for (const auto& [name, value] : recorded.items())
    if (const std::string text = value_text(value); !text.empty())
      options += (options.empty() ? "" : " ") + name + "=" + text;
  if (!options.empty()) rows.push_back({"options", options});
  return aligned(rows, "ll", width) + '\n' + aligned(structure_rows(model), "llr", width);
}

int run_info(Settings& settings) {
  const std::string& file = settings.arguments.front();
  const Model model = Model::load(file);
  if (settings.get<GlobalOptions>().json)
    print(info_json(model, file));
  else
    write_results(info_text(model, file));
  console().hint("next", "hebb predict " + shell_word(file) + " DATA");
  return 0;
}

}  // namespace

Verb info_verb() {
  return {
      .name = "info",
      .summary = "show what a model file holds",
      .description = "",
      .arguments = {{.name = "MODEL",
                     .help = "a model file written by hebb fit -o",
                     .words = Words::models}},
      .lists = {options<GlobalOptions>("General")},
      .examples = {{"hebb info m.hebb", "network, classes, preprocessing, what it was trained on"}},
      .run = run_info};
}

}  // namespace hebb::app
