#pragma once

#include <string>
#include <vector>

#include "options.h"
#include "verbs.h"

namespace hebb::app {

/// What the command line asks for.
struct Call {
  const Verb* verb;
  Settings settings;
};

/// Reads a command line, HEBB_* variables and the configuration file: flag > variable > file >
/// default. `--help` of a verb becomes a call of `help`. `--resume` takes the options of the
/// command that its checkpoint holds in place of variables and file; flags may change only what no
/// result depends on. Errors: std::invalid_argument naming the nearest verb, flag or key; as
/// read_config() and checkpoint_command().
Call parse(const std::vector<std::string>& arguments);

/// `message` as a user of the command line knows it: "[alpha] must be" becomes "--alpha must be";
/// names of functions are left out.
std::string with_flag(const std::string& message, const Verb* verb);

/// The verb that `arguments` name, for messages; nullptr where there is none.
const Verb* verb_of(const std::vector<std::string>& arguments);

/// The command as JSON text, for a checkpoint.
std::string command_text(const Verb& verb, const Settings& settings);

/// Whether two such texts are of runs with the same result.
bool is_same_run(const std::string& command, const std::string& other);

/// The same command for a shell, on one line, without what no result depends on.
std::string shell_command(const Verb& verb, const Settings& settings);

}  // namespace hebb::app
