#pragma once

#include <string>
#include <utility>
#include <vector>

#include "terminal.h"
#include "verbs.h"

namespace hebb::app {

/// The verbs, one line each.
std::string overview(const Terminal& terminal);

/// Usage, options and examples of one verb, and what --net is written in; without `all` the common
/// options alone.
std::string verb_help(const Verb& verb, bool all, const Terminal& terminal);

/// "hebb fit [DATA] [options]"
std::string usage(const Verb& verb);
/// "-o, --output FILE"
std::string flags_text(const Option& option);
/// "what it does (> 0; default 0.001)"
std::string option_text(const Option& option);

/// Names that an option takes, each with its help.
struct Catalogue {
  std::string title;
  std::string given_by;  ///< where its names are used: "--net"
  std::vector<std::pair<std::string, std::string>> rows;
};
/// Every one of the library's, in the order in which they are listed.
std::vector<Catalogue> catalogues();

/// Every verb, flag and catalogue as Markdown: docs/reference.md.
std::string markdown();
/// The manual page, in man's macros.
std::string man_page();
/// Errors: std::invalid_argument unless `shell` is bash, zsh or fish.
std::string completion(const std::string& shell);

}  // namespace hebb::app
