#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "options.h"

namespace hebb::app {

/// The completions that a shell offers for an argument.
enum class Words { none, data, models, verbs, plots };

/// A positional argument.
struct Argument {
  std::string name;
  std::string help;
  bool required = true;
  Words words = Words::none;
  std::vector<std::string> choices = {};  ///< further words
  bool repeated = false;  ///< may be given several times; the last argument of a verb only
};

struct Example {
  std::string command;
  std::string comment;
};

/// One verb: the data for parsing, help, completion and the manual.
struct Verb {
  std::string name;
  std::string summary;
  std::string description;
  std::vector<Argument> arguments;
  std::vector<OptionList> lists;
  std::vector<Example> examples;
  int (*run)(Settings& settings);

  /// The options of the short help; empty: all options of the verb itself, and --json.
  std::vector<std::string> common = {};
  /// Headings in their order, with the options that are listed there instead of under the title of
  /// their OptionList.
  std::vector<std::pair<std::string, std::vector<std::string>>> headings = {};
  /// Defaults as text, if they differ from those of the struct.
  std::map<std::string, std::string> defaults = {};
  /// Whether ./hebb.toml is read.
  bool reads_config = true;
};

/// Every verb, in the order in which they are listed.
const std::vector<Verb>& verbs();
/// nullptr if there is none.
const Verb* find_verb(std::string_view name);
std::vector<std::string> verb_names();

/// The help of the argument DATA, for every verb that takes it.
std::string data_help();

// The rows, each defined next to the function that it runs.
Verb fit_verb();
Verb tune_verb();
Verb compare_verb();
Verb evaluate_verb();
Verb predict_verb();
Verb plot_verb();
Verb filter_verb();
Verb data_verb();
Verb info_verb();
Verb runs_verb();
Verb worker_verb();
Verb doctor_verb();
Verb help_verb();
Verb version_verb();

}  // namespace hebb::app
