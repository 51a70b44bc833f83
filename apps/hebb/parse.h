#pragma once

#include <map>
#include <string>
#include <vector>

#include "options.h"
#include "verbs.h"

namespace hebb::app {

/// A parsed command line: the verb and its options.
struct Call {
  const Verb* verb;
  Settings settings;
};

/// Reads a command line, HEBB_* variables and the configuration file: flag > variable > file >
/// default. `--help` of a verb becomes a call of `help`. `--resume` takes the options from the
/// command in its checkpoint instead of variables and file; flags may then change only options that
/// do not affect the result, and the number of epochs. Errors: std::invalid_argument with the most similar verb, flag or key;
/// as read_config() and checkpoint_command().
Call parse(const std::vector<std::string>& arguments);

/// `message` for a user of the command line: "[alpha] must be" becomes "--alpha must be"; the name
/// of a function in brackets is removed.
std::string with_flag(const std::string& message, const Verb* verb);

/// The verb that `arguments` name, for messages; nullptr if there is none.
const Verb* verb_of(const std::vector<std::string>& arguments);

/// The command as JSON text, for a checkpoint.
std::string command_text(const Verb& verb, const Settings& settings);

/// The settings of such a text. Errors: ModelError for a text of another form or verb.
Settings settings_of(const std::string& command, const Verb& verb);

/// Whether two such texts describe runs with the same result.
bool is_same_run(const std::string& command, const std::string& other);

/// The same command for a shell, on one line, without options that do not affect the result.
std::string shell_command(const Verb& verb, const Settings& settings);
/// shell_command() with some options changed, as Finding::change describes them.
std::string shell_command(const Verb& verb, Settings settings,
                          const std::map<std::string, Value>& change);

/// A list of NAME=VALUE whose values have commas themselves, and which has been cut at these as every
/// list is: "hidden=100|50" and "50" become "hidden=100|50,50" again.
std::vector<std::string> joined_items(const std::vector<std::string>& parts);

/// The same command with every option that was given, but for those of `without`.
std::string whole_shell_command(const Verb& verb, Settings settings,
                                const std::vector<std::string>& without);

/// The given options of `fields` as flags for a shell, each after a blank, without options that do
/// not affect the result.
std::string given_flags(const Verb& verb, const Settings& settings, const FieldList& fields);

}  // namespace hebb::app
