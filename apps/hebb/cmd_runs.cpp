#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "hebb/core/error.h"
#include "hebb/model/model.h"
#include "hebb/model/record.h"
#include "hebb/select/study.h"
#include "json.h"
#include "parse.h"
#include "studies.h"
#include "text.h"
#include "verbs.h"

namespace hebb::app {
namespace {

namespace fs = std::filesystem;

/// The options of `runs`.
struct RunsOptions {
  std::size_t top = 10;

  static const FieldList& fields();
};

const FieldList& RunsOptions::fields() {
  static const FieldList list =
      Fields<RunsOptions>().add("top", &RunsOptions::top, "show: number of trials; 0: all");
  return list;
}

// A study or a model in a file.
struct Entry {
  std::string file;
  std::optional<StoredStudy> study = {};
  std::optional<Model> model = {};
  std::string error = {};  ///< why it cannot be read
};

Entry entry_of(const std::string& file) {
  Entry entry{.file = file};
  if (is_study_file(file) || is_study_server(file)) {
    entry.study = load_study(file);
    entry.file = entry.study->study.kept;
  } else {
    entry.model = Model::load(file);
  }
  return entry;
}

Entry entry_or_error(const std::string& file) {
  try {
    return entry_of(file);
  } catch (const std::runtime_error& error) {
    return {.file = file, .error = error.what()};
  }
}

// The studies and models of a folder, by name. Those that cannot be read have an error.
std::vector<Entry> entries_in(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& one : fs::directory_iterator(folder))
    if (one.is_regular_file())
      files.push_back((folder == "." ? one.path().filename() : one.path()).string());
  std::ranges::sort(files);
  std::vector<Entry> entries;
  for (const std::string& file : files) {
    if (!is_study_file(file) && !is_model_file(file)) continue;
    entries.push_back(entry_or_error(file));
  }
  return entries;
}

std::optional<double> loss_of(const Model& model) { return model.results.number("loss_"); }

// A study of a database by its name there.
std::string name_of(const std::string& file) {
  return is_study_server(file) ? file.substr(file.rfind('#')) : file;
}

std::string best_text(const Study& study) {
  if (!study.has_best()) return "-";
  return study.metric + ' ' + score_text(study.best().mean);
}

int list_runs(const std::vector<std::string>& places, const Settings& settings) {
  std::vector<Entry> entries;
  for (const std::string& place : places.empty() ? std::vector<std::string>{"."} : places) {
    std::error_code failed;
    if (fs::is_directory(place, failed))
      std::ranges::move(entries_in(place), std::back_inserter(entries));
    else if (is_study_server(place) && without_password(place).find('#') == std::string::npos)
      std::ranges::transform(studies_of(place), std::back_inserter(entries), entry_or_error);
    else
      entries.push_back(entry_of(place));
  }
  if (settings.get<GlobalOptions>().json) {
    Json json = document("runs");
    Json& list = json["entries"] = Json::array();
    for (const Entry& one : entries) {
      Json row = {{"file", one.file}};
      if (one.study)
        row.update({{"kind", "study"},
                    {"model", one.study->model},
                    {"data", one.study->data},
                    {"trials", one.study->study.trials.size()},
                    {"complete", one.study->study.complete}});
      if (one.study && one.study->study.has_best())
        row.update({{"metric", one.study->study.metric}, {"best", one.study->study.best().mean}});
      if (one.model)
        row.update({{"kind", "model"}, {"model", one.model->kind}, {"data", one.model->data_name}});
      if (!one.error.empty()) row["error"] = one.error;
      list.push_back(std::move(row));
    }
    print(json);
    return 0;
  }
  if (entries.empty()) {
    write_sentence("no studies or models here");
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {{"file", "kind", "model", "data", "", "result"}};
  for (const Entry& one : entries) {
    if (one.study) {
      const Study& study = one.study->study;
      rows.push_back(
          {name_of(one.file), "study", one.study->model, one.study->data,
           counted(study.trials.size(), "trial") + (study.complete ? "" : ", unfinished"),
           best_text(study)});
    } else if (one.model) {
      const auto epochs = one.model->results.count("n_iter_");
      const auto loss = loss_of(*one.model);
      rows.push_back({one.file, "model", one.model->kind, one.model->data_name,
                      epochs ? counted(*epochs, "epoch") : "",
                      loss ? "loss " + short_number(*loss) : "-"});
    } else {
      rows.push_back({name_of(one.file), "-", "-", "-", "", "unreadable"});
    }
  }
  write_results(aligned(rows, "llllll", console().out().width));
  for (const Entry& one : entries)
    if (!one.error.empty()) console().warning(one.error);
  return 0;
}

int show_run(const std::string& file, const Settings& settings) {
  check(!is_model_file(file), "runs", file, " is a model: hebb info shows it");
  const StoredStudy stored = load_study(file);
  const Study& study = stored.study;
  if (settings.get<GlobalOptions>().json) {
    Json json = document("runs");
    json.update({{"file", study.kept},
                 {"kind", "study"},
                 {"model", stored.model},
                 {"data", {{"name", stored.data}, {"sha256", stored.data_hash}}},
                 {"hebb", stored.version}});
    json.update(study_json(study));
    print(json);
    return 0;
  }
  std::string space;
  for (const std::string& text : study.space.texts()) space += (space.empty() ? "" : " ") + text;
  const std::size_t width = console().out().width;
  write_results(
      aligned({{"study", study.kept + (study.complete ? "" : ", unfinished")},
               {"model", stored.model + ", hebb " + stored.version},
               {"data", stored.data + ", SHA-256 " + stored.data_hash.substr(0, 16)},
               {"space", space},
               {"sampler", study.options.sampler + (study.options.halving ? ", halving" : "") +
                               (study.options.prune ? ", pruned" : "")}},
              "ll", width) +
      '\n' + study_text(study, stored.options, settings.get<RunsOptions>().top));
  return 0;
}

// The options of an entry by name, as text, and its results.
std::vector<std::pair<std::string, std::string>> facts_of(const Entry& entry) {
  std::vector<std::pair<std::string, std::string>> facts;
  const auto add = [&](const Record& record) {
    for (const Record::Entry& one : record.entries())
      if (one.part.empty()) facts.emplace_back(one.name, to_text(one.value));
  };
  if (entry.study) {
    const StoredStudy& stored = *entry.study;
    facts = {{"data", stored.data}, {"model", stored.model}};
    facts.emplace_back("trials", std::to_string(stored.study.trials.size()));
    Record options = stored.options.record();
    if (stored.study.has_best()) {
      facts.emplace_back("best", best_text(stored.study));
      for (const auto& [name, value] : stored.study.best().values) options.set(name, value);
    }
    add(options);
  } else {
    facts = {{"data", entry.model->data_name},
             {"model", entry.model->kind},
             {"parameters", std::to_string(entry.model->parameter_count())}};
    for (const char* name : {"n_iter_", "loss_"})
      if (entry.model->results.has(name))
        facts.emplace_back(name, to_text(entry.model->results.value(name)));
    add(entry.model->options);
  }
  return facts;
}

int compare_runs(const std::vector<std::string>& files, const Settings& settings) {
  check(files.size() >= 2, "runs", "compare takes two files or more, each a study or a model");
  std::vector<std::string> names, shown;
  std::ranges::transform(files, std::back_inserter(shown), without_password);
  std::vector<std::map<std::string, std::string>> columns;
  for (const std::string& file : files) {
    auto& column = columns.emplace_back();
    for (auto& [name, value] : facts_of(entry_of(file))) {
      if (std::ranges::count(names, name) == 0) names.push_back(name);
      column[name] = std::move(value);
    }
  }
  const auto differs = [&](const std::string& name) {
    return std::ranges::any_of(columns,
                               [&](auto& one) { return one[name] != columns.front()[name]; });
  };
  if (settings.get<GlobalOptions>().json) {
    Json json = document("runs");
    json["files"] = shown;
    for (const std::string& name : names)
      if (differs(name))
        for (auto& column : columns) json["differences"][name].push_back(column[name]);
    print(json);
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {{""}};
  rows.front().insert(rows.front().end(), shown.begin(), shown.end());
  for (const std::string& name : names) {
    if (!differs(name)) continue;
    rows.push_back({name});
    for (auto& column : columns) rows.back().push_back(column[name].empty() ? "-" : column[name]);
  }
  if (rows.size() == 1)
    write_sentence("they do not differ");
  else
    write_results(aligned(rows, std::string(files.size() + 1, 'l'), console().out().width));
  return 0;
}

int remove_runs(const std::vector<std::string>& files) {
  check(!files.empty(), "runs", "rm takes the files to remove, each a study or a model");
  for (const std::string& file : files) {
    if (is_study_server(file)) continue;
    std::error_code failed;
    check(fs::exists(file, failed), "runs", file, ": no such file");
    check(is_study_file(file) || is_model_file(file), "runs", file,
          " is no study and no model of hebb: nothing was removed");
  }
  for (const std::string& file : files) {
    if (is_study_file(file) || is_study_server(file))
      remove_study(file);
    else
      fs::remove(file);
    console().note("removed " + without_password(file));
  }
  return 0;
}

int run_runs(Settings& settings) {
  std::vector<std::string> rest = settings.arguments;
  const std::string action = rest.empty() ? "list" : rest.front();
  if (!rest.empty()) rest.erase(rest.begin());
  check(action == "show" || !settings.given("top"), "top", "is for hebb runs show");
  if (action == "list") return list_runs(rest, settings);
  if (action == "show") {
    check(rest.size() == 1, "runs", "show takes one file: a study");
    return show_run(rest.front(), settings);
  }
  if (action == "compare") return compare_runs(rest, settings);
  if (action == "rm") return remove_runs(rest);
  throw std::invalid_argument("[runs] '" + action + "' is none of list, show, compare and rm");
}

}  // namespace

Verb runs_verb() {
  return {
      .name = "runs",
      .summary = "list, show, compare and remove studies and models",
      .description = "",
      .arguments = {{.name = "ACTION",
                     .help = "list: studies and models in folders (this one) and files; show: the "
                             "ranking of a study; compare: how files differ; rm: remove them; "
                             "default: list",
                     .required = false,
                     .choices = {"list", "show", "compare", "rm"}},
                    {.name = "FILE",
                     .help = "a study of hebb tune --study, a model, a folder, or a database of "
                             "studies",
                     .required = false,
                     .words = Words::models,
                     .repeated = true}},
      .lists = {options<GlobalOptions>("General"), options<RunsOptions>("Looking")},
      .examples = {{"hebb runs", "the studies and models of this folder"},
                   {"hebb runs show wine.study", "its best trials"},
                   {"hebb runs compare a.hebb b.hebb", "options and results that differ"},
                   {"hebb runs rm old.study", "remove it"}},
      .run = run_runs,
      .reads_config = false};
}

}  // namespace hebb::app
