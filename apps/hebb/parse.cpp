#include "parse.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "config.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/optim/optimizer.h"
#include "hebb/train/trainer.h"
#include "help.h"
#include "json.h"
#include "paths.h"
#include "terminal.h"
#include "text.h"

namespace hebb::app {
namespace {

std::string did_you_mean(const std::string& word, const std::vector<std::string>& names) {
  const auto near = nearest(word, names);
  return near.empty() ? "" : "; did you mean " + near.front() + "?";
}

// The index of the verb: the first argument that is neither a flag nor the value of a global flag.
std::size_t verb_place(const std::vector<std::string>& arguments) {
  static const OptionTable globals(*find_verb("version"));
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!arguments[i].starts_with('-')) return i;
    const Spelling* spelling = globals.flag(arguments[i]);
    if (spelling && spelling->option->field->type != Field::Type::boolean) ++i;
  }
  return arguments.size();
}

// Sets one option from the text of its value.
void set_text(Settings& settings, const Spelling& spelling, const std::string& text) {
  settings.set_text(spelling.option->field->name, text, spelling.off);
  for (const std::string& name : spelling.also) settings.set_text(name, text, spelling.off);
  if (!spelling.implies.empty()) settings.set(spelling.implies, true);
}

struct GivenFlag {
  const Spelling* spelling;
  std::string text;
};

// The tokens of the command line; flags are in the order of the options.
struct Line {
  std::vector<GivenFlag> flags;
  std::vector<std::string> arguments;
  bool help = false, help_all = false;

  const std::string* find(const std::string& name) const {
    for (const GivenFlag& flag : flags)
      if (flag.spelling->option->field->name == name) return &flag.text;
    return nullptr;
  }
};

// What to write in place of `--hidden 2 3 2`, whose later numbers are read as arguments.
std::string list_advice(const Line& line, const std::vector<std::string>& left_over) {
  std::string numbers;
  for (const auto* words : {&line.arguments, &left_over})
    for (const std::string& word : *words)
      if (word.find_first_not_of("0123456789") == std::string::npos) numbers += ',' + word;
  for (const GivenFlag& flag : line.flags) {
    const Field& field = *flag.spelling->option->field;
    if (field.type == Field::Type::integers && !numbers.empty())
      return "; lists are written with commas: " + field.flag() + ' ' + flag.text + numbers;
  }
  return {};
}

bool takes_texts(const Field& field) { return field.type == Field::Type::texts; }

// "--na=" as "--na" and an empty word: CLI11 would take the next word for the value.
void split_empty_values(const OptionTable& table, std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (!arguments[i].starts_with("--") || !arguments[i].ends_with('=')) continue;
    const std::string flag = arguments[i].substr(0, arguments[i].size() - 1);
    const Spelling* spelling = table.flag(flag);
    if (!spelling || spelling->option->field->type == Field::Type::boolean) continue;
    arguments[i] = flag;
    arguments.insert(arguments.begin() + static_cast<std::ptrdiff_t>(++i), "");
  }
}

Line tokenise(const Verb& verb, const OptionTable& table, std::vector<std::string> arguments) {
  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  Line line;
  app.add_flag("-h,--help", line.help);
  app.add_flag("--help-all", line.help_all);
  std::vector<std::pair<const Spelling*, CLI::Option*>> flags;
  for (const std::string& name : table.flags()) {
    const Spelling* spelling = table.flag(name);
    CLI::Option* option = nullptr;
    if (spelling->option->field->type == Field::Type::boolean) {
      option = app.add_flag(name);
    } else {
      option = app.add_option(name, CLI::callback_t());
      option->type_size(1)->expected(1);
    }
    flags.emplace_back(spelling, option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll));
  }
  std::vector<CLI::Option*> positionals;
  for (std::size_t i = 0; i < verb.arguments.size(); ++i)
    positionals.push_back(app.add_option("argument" + std::to_string(i), CLI::callback_t()));

  split_empty_values(table, arguments);
  std::ranges::reverse(arguments);  // CLI11 expects them in reverse order
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string text = error.what();
    throw std::invalid_argument(text.substr(0, text.find(':')) + " needs a value");
  } catch (const CLI::ParseError& error) {
    throw std::invalid_argument(error.what());
  }
  for (const auto& [spelling, option] : flags) {
    if (option->count() == 0) continue;
    std::string text = option->results().back();
    if (takes_texts(*spelling->option->field)) {
      text.clear();
      for (const std::string& item : option->results()) text += (text.empty() ? "" : ",") + item;
    }
    line.flags.push_back({spelling, text});
  }
  if (line.help || line.help_all) return line;

  // "--" ends the options: what follows are arguments, which may begin with a dash.
  std::vector<std::string> unread = app.remaining();
  std::erase(unread, "--");
  for (const std::string& word : unread)
    if (word.size() > 1 && word.starts_with('-')) {
      const std::string name = word.substr(0, word.find('='));
      auto known = table.flags();
      known.insert(known.end(), {"--help", "--help-all"});
      throw std::invalid_argument("unknown option " + name + did_you_mean(name, known));
    }
  for (const CLI::Option* positional : positionals)
    for (const std::string& word : positional->results()) line.arguments.push_back(word);
  const bool repeated = !verb.arguments.empty() && verb.arguments.back().repeated;
  for (const std::string& word : unread) {
    if (!repeated)
      throw std::invalid_argument("unexpected argument '" + word + "': usage is " + usage(verb) +
                                  list_advice(line, unread));
    line.arguments.push_back(word);
  }
  return line;
}

// Whether any verb has this key: one file serves all verbs.
bool another_verb_knows(const std::string& key) {
  return std::ranges::any_of(
      verbs(), [&](const Verb& verb) { return OptionTable(verb).key(key) != nullptr; });
}

void apply_config(const ConfigFile& file, const Verb& verb, const OptionTable& table,
                  Settings& settings) {
  for (const ConfigEntry& entry : read_config(file.path)) {
    if (!entry.table.empty() && !find_verb(entry.table))
      throw std::invalid_argument(concat(entry.place, ": [", entry.table, "] is no verb",
                                         did_you_mean(entry.table, verb_names())));
    if (!entry.table.empty() && entry.table != verb.name) {
      const OptionTable other(*find_verb(entry.table));
      if (!other.key(entry.key))
        throw std::invalid_argument(concat(entry.place, ": unknown key '", entry.key, "' of ",
                                           entry.table, did_you_mean(entry.key, other.keys())));
      continue;
    }
    const Spelling* spelling = table.key(entry.key);
    if (!spelling && entry.table.empty() && another_verb_knows(entry.key)) continue;
    if (!spelling)
      throw std::invalid_argument(concat(entry.place, ": unknown key '", entry.key, "' of ",
                                         verb.name, did_you_mean(entry.key, table.keys())));
    const Field& field = *spelling->option->field;
    // The file may belong to a folder that came from elsewhere.
    if (!file.named && is_output(field.name))
      throw std::invalid_argument(
          concat(entry.place, ": ", entry.key,
                 " says where to write, which a configuration file that is only found in the "
                 "current folder must not: give ",
                 field.flag(), ", or name the file with --config ", file.path));
    try {
      const auto* text = std::get_if<std::string>(&entry.value);
      if (text && field.type != Field::Type::texts) {
        set_text(settings, *spelling, *text);
      } else {
        settings.set(field.name, entry.value);
        for (const std::string& name : spelling->also) settings.set(name, entry.value);
        if (!spelling->implies.empty()) settings.set(spelling->implies, true);
      }
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(entry.place + ": " + error.what());
    }
  }
}

void apply_variables(const OptionTable& table, Settings& settings) {
  static const std::vector<std::string> others = {"HEBB_DATA_DIR", "HEBB_MIRROR", "HEBB_ISA",
                                                  "HEBB_DENORMALS"};
  for (char** at = environ; *at; ++at) {
    const std::string text = *at;
    const auto equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (!name.starts_with("HEBB_") || equals == std::string::npos) continue;
    if (std::ranges::find(others, name) != others.end()) continue;
    std::string key = name.substr(5);
    std::ranges::transform(key, key.begin(), [](unsigned char c) { return std::tolower(c); });
    if (const Spelling* spelling = table.key(key)) {
      try {
        set_text(settings, *spelling, text.substr(equals + 1));
      } catch (const std::invalid_argument& error) {
        throw std::invalid_argument(name + ": " + error.what());
      }
    } else if (!another_verb_knows(key)) {
      auto names = table.keys();
      for (std::string& known : names) {
        std::ranges::transform(known, known.begin(),
                               [](unsigned char c) { return std::toupper(c); });
        known.insert(0, "HEBB_");
      }
      console().warning("the environment variable " + name + " names no option" +
                        did_you_mean(name, names));
    }
  }
}

// A resumed run may be longer than planned, unless its rates depend on its length.
void check_longer(const std::string& dir, const Line& line, const Settings& settings) {
  if (!line.find("max_iter")) return;
  const Value schedule = settings.value("learning_rate");
  const auto* name = std::get_if<std::string>(&schedule);
  check(!name || !find_schedule(*name).to_the_end, "max_iter", "the run in ", dir,
        " follows the schedule ", name ? *name : "",
        ", which is planned over all epochs: go on from its model (--from) with a schedule of its "
        "own");
}

// A word of a command as JSON. Names of files may be any bytes, and texts in JSON are UTF-8: other
// words are lists of their bytes.
Json json_of_word(const std::string& word) {
  try {
    (void)Json(word).dump();
    return word;
  } catch (const Json::type_error&) {
    return {{"bytes", std::vector<std::uint8_t>(word.begin(), word.end())}};
  }
}

// Errors: Json::exception if it is no word.
std::string word_of(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  const auto bytes = json.at("bytes").get<std::vector<std::uint8_t>>();
  return {bytes.begin(), bytes.end()};
}

// Errors: Json::exception for a text of another form; std::invalid_argument for another verb, or a
// value that an option does not take.
void apply_command(const std::string& text, const Verb& verb, Settings& settings) {
  const Json command = Json::parse(text);
  const auto name_of_verb = command.at("verb").get<std::string>();
  if (name_of_verb != verb.name)
    throw std::invalid_argument("it is of another verb: " + name_of_verb);
  // A time budget is one of the run that was stopped.
  for (const auto& [name, value] : command.at("options").items())
    if (name != "max_seconds")
      settings.set(name, value.is_object() ? Value(word_of(value)) : to_value(value));
  for (const Json& word : command.at("arguments")) settings.arguments.push_back(word_of(word));
}

void apply_checkpoint(const std::string& dir, const Verb& verb, Line& line, Settings& settings) {
  for (const GivenFlag& flag : line.flags) {
    const Field& field = *flag.spelling->option->field;
    check(!field.recorded || field.name == "max_iter", "resume", "takes ", field.flag(),
          " from the checkpoint in ", dir, "; leave it out");
  }
  check(line.arguments.empty(), "resume", "takes the data from the checkpoint in ", dir,
        "; leave it out");
  try {
    apply_command(checkpoint_command(dir), verb, settings);
    line.arguments = settings.arguments;
  } catch (const Json::exception&) {
    throw ModelError(concat(dir, "/checkpoint.hebb: the command in the checkpoint is damaged"));
  } catch (const std::invalid_argument& error) {
    throw ModelError(
        concat(dir, "/checkpoint.hebb: the command in the checkpoint is damaged: ", error.what()));
  }
}

// Prints where the command in a checkpoint writes, with --quiet too: the folder may have come from
// elsewhere.
void tell_outputs(const std::string& dir, const OptionTable& table, const Line& line,
                  const Settings& settings) {
  std::string files;
  for (const Option& option : table.options()) {
    const std::string& name = option.field->name;
    if (!is_output(name) || !settings.given(name) || line.find(name)) continue;
    // The state is saved to the folder of --resume.
    if (name == "checkpoint" || name == "resume") continue;
    files += ' ' + option.flags.front() + ' ' + shell_word(to_text(settings.value(name)));
  }
  if (!files.empty()) console().note("the command in " + dir + " writes" + files);
}

std::string existing_path(const std::string& text) {
  std::error_code failed;
  const auto is_set = [&](const DatasetRow& row) { return row.name == text; };
  if (text == "-" || std::ranges::any_of(dataset_catalogue(), is_set) ||
      !std::filesystem::exists(text, failed))
    return text;
  return std::filesystem::absolute(text).lexically_normal().string();
}

// The configuration file: by flag, by variable, or hebb.toml in the current folder.
std::optional<ConfigFile> find_config(const Verb& verb, const Line& line) {
  if (const std::string* path = line.find("config")) return ConfigFile{*path, "config"};
  if (const char* path = std::getenv("HEBB_CONFIG")) return ConfigFile{path, "HEBB_CONFIG"};
  std::error_code failed;
  if (verb.reads_config && std::filesystem::is_regular_file("hebb.toml", failed))
    return ConfigFile{"hebb.toml", "found in the current folder", false};
  return {};
}

Call help_call(const std::string& about, const Line& line) {
  const Verb& verb = *find_verb("help");
  Call call{&verb, Settings(verb)};
  if (!about.empty()) call.settings.arguments = {about};
  if (line.help_all) call.settings.set("all", true);
  const OptionTable table(verb);
  for (const GivenFlag& flag : line.flags)
    if (find_field(GlobalOptions::fields(), flag.spelling->option->field->name))
      set_text(call.settings, *flag.spelling, flag.text);
  return call;
}

}  // namespace

const Verb* verb_of(const std::vector<std::string>& arguments) {
  const auto at = verb_place(arguments);
  return at < arguments.size() ? find_verb(arguments[at]) : nullptr;
}

Call parse(const std::vector<std::string>& arguments) {
  const auto at = verb_place(arguments);
  if (at == arguments.size()) {
    const Verb& help = *find_verb("help");
    const auto asks = [&](const char* flag) { return std::ranges::count(arguments, flag) > 0; };
    if (asks("--version")) return {find_verb("version"), Settings(*find_verb("version"))};
    const OptionTable table(help);
    return help_call("", tokenise(help, table, arguments));
  }
  const Verb* verb = find_verb(arguments[at]);
  if (!verb)
    throw std::invalid_argument("unknown verb '" + arguments[at] + "'" +
                                did_you_mean(arguments[at], verb_names()));
  auto rest = arguments;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));

  const OptionTable table(*verb);
  Line line = tokenise(*verb, table, rest);
  if (line.help || line.help_all) return help_call(verb->name, line);

  Call call{verb, Settings(*verb)};
  const std::string* resume = line.find("resume");
  if (resume) {
    apply_checkpoint(*resume, *verb, line, call.settings);
    check_longer(*resume, line, call.settings);
    tell_outputs(*resume, table, line, call.settings);
  } else {
    if (const auto file = find_config(*verb, line)) {
      // Nobody may know of a file that was found, so it is announced with --quiet too.
      if (!file->named || !line.find("quiet"))
        console().note("options from " + file->path + (file->named ? "" : ", " + file->given_by));
      apply_config(*file, *verb, table, call.settings);
      call.settings.config_file = file;
    }
    if (verb->reads_config) apply_variables(table, call.settings);
  }
  for (const GivenFlag& flag : line.flags) {
    set_text(call.settings, *flag.spelling, flag.text);
    call.settings.by_flag.insert(flag.spelling->option->field->name);
  }

  for (std::size_t i = line.arguments.size(); i < verb->arguments.size(); ++i)
    if (verb->arguments[i].required)
      throw std::invalid_argument(verb->arguments[i].name +
                                  " is missing: " + verb->arguments[i].help);
  call.settings.arguments = std::move(line.arguments);
  return call;
}

std::string with_flag(const std::string& message, const Verb* verb) {
  const auto end = message.find("] ");
  if (!message.starts_with('[') || end == std::string::npos || !verb) return message;
  const std::string name = message.substr(1, end - 1);
  std::string rest = message.substr(end + 2);
  for (const OptionList& list : verb->lists)
    if (const Field* field = list.options.find(name))
      return field->flag() + (rest.starts_with("must ") ? " " : ": ") + rest;
  return rest;
}

std::string command_text(const Verb& verb, const Settings& settings) {
  static const std::vector<std::string> paths = {"test", "from", "output"};
  Json command = {{"verb", verb.name}, {"arguments", Json::array()}, {"options", Json::object()}};
  for (const std::string& word : settings.arguments)
    command["arguments"].push_back(json_of_word(existing_path(word)));
  for (const std::string& name : settings.given()) {
    if (name == "config" || name == "resume") continue;
    Value value = settings.value(name);
    if (auto* text = std::get_if<std::string>(&value);
        text && std::ranges::find(paths, name) != paths.end())
      *text = name == "output" ? std::filesystem::absolute(*text).string() : existing_path(*text);
    const auto* word = std::get_if<std::string>(&value);
    command["options"][name] = word ? json_of_word(*word) : to_json(value);
  }
  return command.dump();
}

Settings settings_of(const std::string& command, const Verb& verb) {
  Settings settings(verb);
  try {
    apply_command(command, verb, settings);
  } catch (const Json::exception&) {
    throw ModelError("the command is damaged");
  } catch (const std::invalid_argument& error) {
    throw ModelError(concat("the command is damaged: ", error.what()));
  }
  return settings;
}

bool is_same_run(const std::string& command, const std::string& other) {
  const auto read = [](const std::string& text) {
    Json json = Json::parse(text);
    const OptionTable table(*find_verb("fit"));
    for (const Option& option : table.options())
      if (!option.field->recorded) json["options"].erase(option.field->name);
    return json;
  };
  try {
    return read(command) == read(other);
  } catch (const Json::exception&) {  // a text that another program passed to the library
    return false;
  }
}

namespace {

bool is_on(const Settings& settings, const std::string& option) {
  const Value value = settings.value(option);
  const bool* on = std::get_if<bool>(&value);
  return settings.given(option) && on && *on;
}

// Whether another option that is given has the same flag, which then sets both.
bool is_set_along(const OptionTable& table, const Settings& settings, const std::string& option) {
  return std::ranges::any_of(table.options(), [&](const Option& other) {
    return settings.given(other.field->name) &&
           std::ranges::count(table.flag(other.flags.front())->also, option) > 0;
  });
}

// Whether the first flag of another option that is given switches `option` on too.
bool is_implied(const OptionTable& table, const Settings& settings, const std::string& option) {
  return std::ranges::any_of(table.options(), [&](const Option& other) {
    return settings.given(other.field->name) && table.flag(other.flags.front())->implies == option;
  });
}

// As given_flags(), of all options if `fields` is nullptr; `all`: also those that do not affect the
// result.
std::string flags_of(const Verb& verb, const Settings& settings, const FieldList* fields,
                     bool all = false) {
  const OptionTable table(verb);
  std::string command;
  for (const Option& option : table.options()) {
    const Field& field = *option.field;
    const Value value = settings.value(field.name);
    const bool unset = std::holds_alternative<Unset>(value);
    if (!settings.given(field.name) || !(field.recorded || all) ||
        (fields && !find_field(*fields, field.name)) || is_set_along(table, settings, field.name))
      continue;
    // A model's option that is unset again is left out; preprocessing would be that of the kind.
    if (unset && !(option.by_kind && option.models.empty())) continue;
    if (const bool* on = std::get_if<bool>(&value)) {
      if (*on && is_implied(table, settings, field.name)) continue;
      if (*on != option.on || field.optional || option.by_kind)
        command += ' ' + (*on ? option.flags : option.off_flags).front();
      continue;
    }
    // A flag that also switches another option on would change the command unless that is on.
    const auto fitting = std::ranges::find_if(option.flags, [&](const std::string& flag) {
      const std::string& implied = table.flag(flag)->implies;
      return implied.empty() || is_on(settings, implied);
    });
    command += ' ' + *fitting + ' ' + (unset ? field.unset : shell_word(to_text(value)));
  }
  return command;
}

}  // namespace

std::string shell_command(const Verb& verb, const Settings& settings) {
  std::string command = "hebb " + verb.name;
  for (const std::string& word : settings.arguments) command += ' ' + shell_word(word);
  return command + flags_of(verb, settings, nullptr);
}

std::string shell_command(const Verb& verb, Settings settings,
                          const std::map<std::string, Value>& change) {
  if (change.contains("model"))
    for (const EstimatorRow& row : estimator_catalogue())
      for (const Field& field : row.options.fields())
        if (!find_field(GlobalOptions::fields(), field.name)) settings.forget(field.name);
  for (const auto& [name, value] : change) {
    if (std::holds_alternative<Unset>(value))
      settings.forget(name);
    else
      settings.set(name, value);
  }
  return shell_command(verb, settings);
}

std::string whole_shell_command(const Verb& verb, Settings settings,
                                const std::vector<std::string>& without) {
  for (const std::string& name : without) settings.forget(name);
  std::string command = "hebb " + verb.name;
  for (const std::string& word : settings.arguments) command += ' ' + shell_word(word);
  return command + flags_of(verb, settings, nullptr, true);
}

std::string given_flags(const Verb& verb, const Settings& settings, const FieldList& fields) {
  return flags_of(verb, settings, &fields);
}

std::vector<std::string> joined_items(const std::vector<std::string>& parts) {
  std::vector<std::string> items;
  for (const std::string& part : parts) {
    if (items.empty() || part.find('=') != std::string::npos)
      items.push_back(part);
    else
      items.back() += ',' + part;
  }
  return items;
}

}  // namespace hebb::app
