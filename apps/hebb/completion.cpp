// Completion scripts for three shells, generated from the verb table. They complete verbs, flags, the
// choices of a flag, names of catalogues, models and other files.

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/filters/filter.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/plot/plots.h"
#include "hebb/plot/trials.h"
#include "help.h"

namespace hebb::app {
namespace {

std::string join(const std::vector<std::string>& words, const char* between = " ") {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

std::vector<std::string> data_names() {
  std::vector<std::string> names;
  for (const DatasetRow& row : dataset_catalogue()) names.push_back(row.name);
  return names;
}

std::vector<std::string> all_flags(const Option& option) {
  std::vector<std::string> flags = option.flags;
  flags.insert(flags.end(), option.off_flags.begin(), option.off_flags.end());
  return flags;
}

bool takes_value(const Option& option) { return option.field->type != Field::Type::boolean; }

// What may be completed at one place: words, files, or both.
struct Candidates {
  std::vector<std::string> words = {};
  bool files = false, models = false;
  bool list = false;  // several words, separated by commas
};

Candidates candidates_of(const Argument& argument) {
  Candidates out{.words = argument.choices};
  const auto add = [&](const std::vector<std::string>& words) {
    out.words.insert(out.words.end(), words.begin(), words.end());
  };
  switch (argument.words) {
    case Words::data:
      add(data_names());
      out.files = true;
      break;
    case Words::models:
      out.models = true;
      break;
    case Words::verbs:
      add(verb_names());
      break;
    case Words::plots:
      add(plot_names());
      for (const std::string& kind : row_names(trial_plot_catalogue()))
        if (std::ranges::find(out.words, kind) == out.words.end()) add({kind});
      break;
    case Words::none:
      break;
  }
  return out;
}

// Names that the fields of options do not list as choices, since other texts are allowed too.
std::vector<std::string> names_for(const Verb& verb, const std::string& option) {
  std::vector<std::string> names;
  if (option == "plot") {
    names = verb.name == "tune" ? row_names(trial_plot_catalogue()) : plot_names();
    for (std::string& kind : names) kind += ':';
  } else if (option == "metrics" || option == "assert") {
    names = row_names(metric_catalogue());
    if (option == "metrics") names.emplace_back("all");
  } else if (option == "kernel") {
    names = row_names(kernel_catalogue());
  }
  return names;
}

Candidates candidates_of(const Verb& verb, const Option& option) {
  const std::string value = placeholder(*option.field);
  Candidates out{.words = option.choices,
                 .files = value.ends_with("FILE") || value == "DATA" || value == "DIR",
                 .models = value == "MODEL",
                 .list = option.field->type == Field::Type::texts && option.field->name != "plot"};
  // A quote would be one to the shells.
  std::erase_if(out.words, [](const std::string& word) { return word.find('\'') != word.npos; });
  if (out.words.empty())
    out.words = value == "DATA" ? data_names() : names_for(verb, option.field->name);
  return out;
}

// Quoted for all three shells.
std::string single_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + '\'';
}

// "fit:--hidden|fit:--solver|...": the flags with values of a verb.
std::string valued_flags(const std::string& before, const OptionTable& table) {
  std::vector<std::string> patterns;
  for (const Option& option : table.options())
    if (takes_value(option))
      for (const std::string& flag : all_flags(option)) patterns.push_back(before + flag);
  return join(patterns, "|");
}

std::string bash_reply(const Candidates& of) {
  std::string out;
  const std::string words = single_quoted(join(of.words));
  if (of.list)
    out = "_hebb_list " + words;
  else if (!of.words.empty() || !of.models)
    out = fmt::format("_hebb_reply {}-W {}", of.files ? "-f " : "", words);
  if (of.models) out += (out.empty() ? "" : "; ") + std::string("_hebb_models");
  return out;
}

// Bash splits words at = and :, as in --model=mlp and roc:roc.png.
constexpr const char* kBashHead = R"(# bash completion of hebb
_hebb_reply() {
  local IFS=$'\n'
  COMPREPLY+=($(IFS=' '; compgen "$@" -- "$word"))
  [[ ${COMPREPLY[0]} == *: ]] && compopt -o nospace 2>/dev/null
}
_hebb_list() {
  local head=''
  [[ $word == *,* ]] && head=${word%,*},
  COMPREPLY=($(compgen -P "$head" -W "$1" -- "${word##*,}"))
}
_hebb_models() {
  local IFS=$'\n'
  COMPREPLY+=($(compgen -d -- "$word"; compgen -f -X '!*.hebb' -- "$word"))
}
_hebb() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb='' skip='' i
  local -i at=0
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ $skip || ${COMP_WORDS[i]} == = ]]; then
      [[ ${COMP_WORDS[i]} == = ]] && skip=1 || skip=''
      continue
    fi
    case $verb:${COMP_WORDS[i]} in
)";

std::string bash() {
  std::string out = kBashHead;
  out += fmt::format("      {}", valued_flags(":", OptionTable(*find_verb("version"))));
  for (const Verb& verb : verbs()) {
    const std::string flags = valued_flags(verb.name + ":", OptionTable(verb));
    if (!flags.empty()) out += "|" + flags;
  }
  out += fmt::format(R"() skip=1 ;;
      *:-*) ;;
      {}) verb=${{COMP_WORDS[i]}} ;;
      *) at+=1 ;;
    esac
  done
  if [[ $word == = ]]; then word=''
  elif [[ $before == = ]]; then before=${{COMP_WORDS[COMP_CWORD - 2]}}
  elif [[ $word == : || $before == : ]]; then
    [[ $word == : ]] && word=''
    _hebb_reply -f
    return
  fi
  case $verb:$before in
)",
                     ":" + join(verb_names(), "|:"));
  for (const Verb& verb : verbs()) {
    const OptionTable table(verb);
    for (const Option& option : table.options()) {
      if (!takes_value(option)) continue;
      std::vector<std::string> patterns;
      for (const std::string& flag : all_flags(option)) patterns.push_back(verb.name + ":" + flag);
      out += fmt::format("    {}) {}; return ;;\n", join(patterns, "|"),
                         bash_reply(candidates_of(verb, option)));
    }
  }
  out += "  esac\n  case $verb in\n";
  out += fmt::format("    '') _hebb_reply -W {} ;;\n", single_quoted(join(verb_names())));
  for (const Verb& verb : verbs()) {
    std::vector<std::string> flags = {"--help", "--help-all"};
    const OptionTable table(verb);
    for (const std::string& flag : table.flags()) flags.push_back(flag);
    out += fmt::format("    {})\n      if [[ $word == -* ]]; then _hebb_reply -W {}; return; fi\n",
                       verb.name, single_quoted(join(flags)));
    out += "      case $at in\n";
    for (std::size_t i = 0; i < verb.arguments.size(); ++i)
      out += fmt::format("        {}) {} ;;\n", i, bash_reply(candidates_of(verb.arguments[i])));
    out += "      esac ;;\n";
  }
  return out + "  esac\n}\ncomplete -o filenames -F _hebb hebb\n";
}

// In _arguments a colon ends a part and brackets enclose the help of an option.
std::string zsh_words(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// A colon would end the action, and is therefore escaped.
std::string zsh_action(const Candidates& of) {
  const std::string words = zsh_words(join(of.words));
  if (of.list && !of.words.empty()) return "{_sequence compadd - " + words + "}";
  std::vector<std::string> ways;
  if (!of.words.empty())
    ways.push_back((of.words.front().ends_with(':') ? "compadd -S '' - " : "compadd - ") + words);
  if (of.files) ways.emplace_back("_files");
  if (of.models) ways.emplace_back("_files -g \"*.hebb\"");
  return ways.empty() ? " " : "{" + join(ways, "; ") + "}";
}

std::string zsh() {
  std::string out =
      "#compdef hebb\n_hebb() {\n  local verb=$words[2]\n  if (( CURRENT == 2 )); then\n"
      "    local -a verbs=(\n";
  for (const Verb& verb : verbs())
    out += fmt::format("      {}\n", single_quoted(zsh_words(verb.name) + ":" + verb.summary));
  out +=
      "    )\n    _describe verb verbs\n    return\n  fi\n  shift words\n  (( CURRENT-- ))\n"
      "  case $verb in\n";
  for (const Verb& verb : verbs()) {
    out += fmt::format("    {})\n      _arguments -s \\\n", verb.name);
    const OptionTable table(verb);
    for (const Option& option : table.options())
      for (const std::string& flag : all_flags(option)) {
        // "=" after a long flag: its value may follow in the same word.
        const bool joins = takes_value(option) && flag.starts_with("--");
        std::string spec = flag + (joins ? "=" : "") + "[" + zsh_words(option.field->help) + "]";
        if (takes_value(option))
          spec += ":" + zsh_words(placeholder(*option.field)) + ":" +
                  zsh_action(candidates_of(verb, option));
        out += fmt::format("        {} \\\n", single_quoted(spec));
      }
    for (const Argument& argument : verb.arguments)
      out += fmt::format("        {} \\\n",
                         single_quoted((argument.repeated   ? "*:"
                                        : argument.required ? ":"
                                                            : "::") +
                                       argument.name + ":" + zsh_action(candidates_of(argument))));
    out += "        '--help[how to use it]' '--help-all[every option]' ;;\n";
  }
  return out + "  esac\n}\n_hebb \"$@\"\n";
}

// __hebb_argument VERB N holds where argument N of the verb is completed.
constexpr const char* kFishHead = R"(# fish completion of hebb
complete -c hebb -f
function __hebb_models
    __fish_complete_suffix .hebb | string match -e -r '(\.hebb|/)(\t|$)'
end
function __hebb_words
    printf '%s\n' $argv
end
function __hebb_argument --argument-names verb at
    set -l words (commandline -opc)
    set -l seen ''
    set -l count 0
    set -l skip 0
    for word in $words[2..-1]
        if test $skip = 1
            set skip 0
        else if string match -q -- '-*' $word
            if not string match -q -- '*=*' $word; and contains -- $word $__hebb_valued
                set skip 1
            end
        else if test "$seen" = ''
            set seen $word
        else
            set count (math $count + 1)
        end
    end
    test "$seen" = "$verb" -a $count = $at
end
)";

std::string fish_words(const Candidates& of) {
  const std::string words = join(of.words);
  if (of.words.empty()) return "";
  return " -a " + (of.list ? single_quoted("(__fish_complete_list , '__hebb_words " + words + "')")
                           : single_quoted(words));
}

std::string fish() {
  std::string out = kFishHead;
  std::set<std::string> valued;
  for (const Verb& verb : verbs()) {
    const OptionTable table(verb);
    for (const Option& option : table.options())
      if (takes_value(option))
        for (const std::string& flag : all_flags(option)) valued.insert(flag);
  }
  out += "set -g __hebb_valued " + join({valued.begin(), valued.end()}) + "\n";
  for (const Verb& verb : verbs())
    out += fmt::format("complete -c hebb -n __fish_use_subcommand -a {} -d {}\n", verb.name,
                       single_quoted(verb.summary));
  for (const Verb& verb : verbs()) {
    const std::string seen = single_quoted("__fish_seen_subcommand_from " + verb.name);
    for (std::size_t i = 0; i < verb.arguments.size(); ++i) {
      const Candidates of = candidates_of(verb.arguments[i]);
      const std::string place =
          fmt::format("complete -c hebb -n '__hebb_argument {} {}'", verb.name, i);
      if (of.files) out += place + " -F\n";
      if (of.models) out += place + " -a '(__hebb_models)'\n";
      if (!of.words.empty()) out += place + fish_words(of) + "\n";
    }
    const OptionTable table(verb);
    for (const Option& option : table.options())
      for (const std::string& flag : all_flags(option)) {
        out +=
            fmt::format("complete -c hebb -n {} {} {} -d {}", seen, flag.size() == 2 ? "-s" : "-l",
                        flag.substr(flag.size() == 2 ? 1 : 2), single_quoted(option.field->help));
        if (takes_value(option)) {
          const Candidates of = candidates_of(verb, option);
          out += of.files ? " -r -F" : " -x";
          out += of.models ? " -a '(__hebb_models)'" : fish_words(of);
        }
        out += '\n';
      }
    out += fmt::format("complete -c hebb -n {} -l help -s h -d 'how to use it'\n", seen);
    out += fmt::format("complete -c hebb -n {} -l help-all -d 'every option'\n", seen);
  }
  return out;
}

}  // namespace

std::string completion(const std::string& shell) {
  if (shell == "bash") return bash();
  if (shell == "zsh") return zsh();
  check(shell == "fish", "completion", "must be one of: bash, zsh, fish, got ", shell);
  return fish();
}

}  // namespace hebb::app
