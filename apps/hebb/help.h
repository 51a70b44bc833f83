#pragma once

#include <string>
#include <utility>
#include <vector>

#include "terminal.h"
#include "verbs.h"

namespace hebb::app {

/// The help of the program: usage, the verbs with one line each, and first commands.
std::string overview(const Terminal& terminal);

/// Usage, options and examples of one verb. With `all` every option and the layers of --net,
/// otherwise only the common options.
std::string verb_help(const Verb& verb, bool all, const Terminal& terminal);

/// "hebb fit [DATA] [options]"
std::string usage(const Verb& verb);
/// "-o, --output FILE"
std::string flags_text(const Option& option);
/// "what it does (> 0; default 0.001)"
std::string option_text(const Option& option);

/// The names that an option accepts, each with its help.
struct Catalogue {
  std::string title;
  std::string given_by;  ///< where its names are used: "--net"
  std::vector<std::pair<std::string, std::string>> rows;
};
/// All catalogues of the library, in the order of the reference.
std::vector<Catalogue> catalogues();

/// Every verb, option and catalogue as Markdown: the contents of docs/reference.md.
std::string markdown();
/// The manual page, in man macros.
std::string man_page();
/// The completion script of a shell. Errors: std::invalid_argument unless it is bash, zsh or fish.
std::string completion(const std::string& shell);

}  // namespace hebb::app
