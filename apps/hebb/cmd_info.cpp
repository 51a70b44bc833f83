#include <algorithm>
#include <filesystem>

#include "hebb/core/error.h"
#include "hebb/core/printable.h"
#include "hebb/data/columns.h"
#include "hebb/model/ensemble.h"
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

std::string preprocessing_text(const PreprocessOptions& options, bool classifies) {
  std::string out = "scale " + options.scale;
  if (options.impute) out += ", impute " + *options.impute;
  if (options.unknown != "error") out += ", unknown " + options.unknown;
  if (options.max_categories) out += concat(", max_categories ", *options.max_categories);
  if (options.max_one_hot) out += concat(", max_one_hot ", *options.max_one_hot);
  if (classifies) return out;
  if (options.scale_target != "none") out += ", scale_target " + options.scale_target;
  if (options.clip_target) out += ", clip_target";
  return out;
}

// "alpha=0.1 base.max_iter=20", without options that are not set.
std::string options_text(const Json& options, const std::string& prefix = {}) {
  std::string out;
  for (const auto& [name, value] : options.items()) {
    std::string one;
    if (value.is_object()) {
      constexpr std::string_view ending = "_options";  // of members whose kind is an option
      one = options_text(
          value, prefix +
                     (name.ends_with(ending) ? name.substr(0, name.size() - ending.size()) : name) +
                     '.');
    } else if (const std::string text = value_text(value); !text.empty()) {
      one = prefix + name + "=" + text;
    }
    if (!one.empty()) out += (out.empty() ? "" : " ") + one;
  }
  return out;
}

std::string combination_text(const EnsembleBody& body, bool classifies) {
  switch (body.combination) {
    case Combination::mean:
      return classifies ? "the mean of the members' probabilities" : "the mean of the members";
    case Combination::vote:
      return "the majority of the members";
    case Combination::model:
      return "a final " + body.final_model->kind + " that learnt from the members' predictions";
  }
  return "";
}

// "mlp: linear(100) relu linear(3)"
std::string member_text(const Model& member) {
  const Network* network = member.network();
  if (const EnsembleBody* own = ensemble_of(member))
    return concat(member.kind, " of ", counted(own->members.size(), "member"));
  return member.kind + (network ? ": " + network->text() : "");
}

// Long lists are cut, as a screen is.
std::vector<std::vector<std::string>> member_rows(const EnsembleBody& body) {
  constexpr std::size_t kMost = 20;
  std::vector<std::vector<std::string>> rows = {{"members", "weight", "parameters"}};
  for (std::size_t i = 0; i < std::min(kMost, body.members.size()); ++i)
    rows.push_back({member_text(body.members[i]), short_number(body.weights[i]),
                    grouped(body.members[i].parameter_count())});
  if (body.members.size() > kMost)
    rows.push_back({concat("and ", body.members.size() - kMost, " more"), "", ""});
  if (body.final_model)
    rows.push_back({"final " + member_text(*body.final_model), "",
                    grouped(body.final_model->parameter_count())});
  rows.push_back({"total", "", grouped(body.parameter_count())});
  return rows;
}

Json member_json(const Model& member) {
  Json json = {{"model", member.kind},
               {"parameters", member.parameter_count()},
               {"options", Json::parse(to_json(member.options))}};
  add_structure(json, member.network(), member.units());
  return json;
}

void add_members(Json& json, const EnsembleBody& body) {
  json["combination"] = to_string(body.combination);
  json["members"] = Json::array();
  for (std::size_t i = 0; i < body.members.size(); ++i) {
    json["members"].push_back(member_json(body.members[i]));
    json["members"].back()["weight"] = body.weights[i];
  }
  if (body.final_model) json["final"] = member_json(*body.final_model);
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
  if (const EnsembleBody* body = ensemble_of(model)) add_members(json, *body);
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
  if (const EnsembleBody* body = ensemble_of(model)) return member_rows(*body);
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

TakenColumn taken_in(const std::string& text) {
  try {
    return TakenColumn::parse(text);
  } catch (const std::invalid_argument& error) {
    throw ModelError(concat("the model's record of how its data was read: ", error.what()));
  }
}

// What columns were taken for, and the other options by which the data were read.
void add_reading(const Record& reading, std::vector<std::vector<std::string>>& rows) {
  constexpr std::size_t kMost = 20;
  Record options;
  std::vector<std::string> left_out;
  std::size_t taken = 0;
  for (const Record::Entry& entry : reading.entries()) {
    if (entry.name != "column") {
      options.set(entry.name, entry.value);
      continue;
    }
    for (const std::string& text : std::get<std::vector<std::string>>(entry.value)) {
      const TakenColumn one = taken_in(text);
      if (is_left_out(one.kind))
        left_out.push_back(one.name + " (" + to_string(one.kind) + ')');
      else if (++taken <= kMost)
        rows.push_back({"taken as", one.name + ": " + one.text().substr(one.name.size() + 1)});
    }
  }
  if (taken > kMost) rows.push_back({"", concat("and ", taken - kMost, " more columns")});
  if (!left_out.empty()) rows.push_back({"left out", some_of(left_out)});
  if (!options.empty()) rows.push_back({"read with", reading_text(options)});
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
  rows.push_back(
      {"prepared by", preprocessing_text(model.preprocessor.options(), model.classifies())});
  for (const Column& column : model.preprocessor.columns_in())
    if (column.is_categorical())
      rows.push_back({"categories", column.name + ": " + some_of(column.categories)});
  add_reading(model.reading, rows);
  rows.push_back({"trained on", model.data_name + ", SHA-256 " + model.data_hash.substr(0, 16)});
  if (results.contains("n_iter_")) rows.push_back({"epochs", value_text(results["n_iter_"])});
  if (results.contains("loss_") && results["loss_"].is_number())
    rows.push_back(
        {"loss", model.loss + ", at the end " +
                     (results["loss_"].is_number() ? short_number(results["loss_"].get<double>())
                                                   : "none")});
  if (const EnsembleBody* body = ensemble_of(model))
    rows.push_back({"combined by", combination_text(*body, model.classifies())});
  if (const auto score = model.results.number("oob_score_"))
    rows.push_back(
        {"out of bag", short_number(*score) + ", of " +
                           counted(model.results.count("oob_rows_").value_or(0), "row")});
  if (const std::string options = options_text(Json::parse(to_json(model.options)));
      !options.empty())
    rows.push_back({"options", options});
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
