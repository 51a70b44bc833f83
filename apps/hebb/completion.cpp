// Completion scripts for three shells, generated from the verb table. They complete verbs, flags, the
// choices of a flag, named data sets and files.

#include <fmt/format.h>

#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/plot/plots.h"
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

std::vector<std::string> words_of(Words words) {
  if (words == Words::data) return data_names();
  if (words == Words::verbs) return verb_names();
  if (words == Words::plots) return plot_names();
  return {};
}

std::vector<std::string> words_of(const Option& option) {
  if (!option.choices.empty()) return option.choices;
  if (placeholder(*option.field) == "DATA") return data_names();
  return {};
}

bool takes_file(const Option& option) {
  const std::string value = placeholder(*option.field);
  return value == "FILE" || value == "MODEL" || value == "DATA" || value == "DIR";
}

// Quoted for all three shells.
std::string single_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + '\'';
}

std::string bash() {
  std::string out = fmt::format(R"(# bash completion of hebb
_hebb() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD - 1]}} verb='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${{COMP_WORDS[i]}} in
      {}) verb=${{COMP_WORDS[i]}}; break ;;
    esac
  done
  case $verb:$before in
)",
                                join(verb_names(), "|"));
  for (const Verb& verb : verbs()) {
    const OptionTable table(verb);
    for (const Option& option : table.options()) {
      if (option.field->type == Field::Type::boolean) continue;
      std::vector<std::string> patterns;
      for (const std::string& flag : all_flags(option)) patterns.push_back(verb.name + ":" + flag);
      out += fmt::format("    {}) COMPREPLY=($(compgen {}-W {} -- \"$word\")); return ;;\n",
                         join(patterns, "|"), takes_file(option) ? "-f " : "",
                         single_quoted(join(words_of(option))));
    }
  }
  out += "  esac\n  case $verb in\n";
  out += fmt::format("    '') COMPREPLY=($(compgen -W {} -- \"$word\")) ;;\n",
                     single_quoted(join(verb_names())));
  for (const Verb& verb : verbs()) {
    std::vector<std::string> words, flags = {"--help", "--help-all"};
    for (const Argument& argument : verb.arguments)
      for (const std::string& word : words_of(argument.words)) words.push_back(word);
    const OptionTable table(verb);
    for (const std::string& flag : table.flags()) flags.push_back(flag);
    out += fmt::format(
        "    {})\n      if [[ $word == -* ]]; then COMPREPLY=($(compgen -W {} -- \"$word\"))\n"
        "      else COMPREPLY=($(compgen {}-W {} -- \"$word\")); fi ;;\n",
        verb.name, single_quoted(join(flags)), verb.arguments.empty() ? "" : "-f ",
        single_quoted(join(words)));
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

std::string zsh_action(const std::vector<std::string>& words, bool files) {
  if (words.empty()) return files ? "_files" : " ";
  if (!files) return "(" + join(words) + ")";
  return "{compadd " + join(words) + "; _files}";
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
        std::string spec = flag + "[" + zsh_words(option.field->help) + "]";
        if (option.field->type != Field::Type::boolean)
          spec += ":" + zsh_words(placeholder(*option.field)) + ":" +
                  zsh_action(words_of(option), takes_file(option));
        out += fmt::format("        {} \\\n", single_quoted(spec));
      }
    for (const Argument& argument : verb.arguments)
      out += fmt::format(
          "        {} \\\n",
          single_quoted((argument.required ? ":" : "::") + argument.name + ":" +
                        zsh_action(words_of(argument.words), argument.words != Words::verbs)));
    out += "        '--help[how to use it]' '--help-all[every option]' ;;\n";
  }
  return out + "  esac\n}\n_hebb \"$@\"\n";
}

std::string fish() {
  std::string out = "# fish completion of hebb\ncomplete -c hebb -f\n";
  for (const Verb& verb : verbs())
    out += fmt::format("complete -c hebb -n __fish_use_subcommand -a {} -d {}\n", verb.name,
                       single_quoted(verb.summary));
  for (const Verb& verb : verbs()) {
    const std::string seen = single_quoted("__fish_seen_subcommand_from " + verb.name);
    for (const Argument& argument : verb.arguments) {
      if (argument.words != Words::verbs) out += fmt::format("complete -c hebb -n {} -F\n", seen);
      const auto words = words_of(argument.words);
      if (!words.empty())
        out += fmt::format("complete -c hebb -n {} -a {}\n", seen, single_quoted(join(words)));
    }
    const OptionTable table(verb);
    for (const Option& option : table.options())
      for (const std::string& flag : all_flags(option)) {
        out +=
            fmt::format("complete -c hebb -n {} {} {} -d {}", seen, flag.size() == 2 ? "-s" : "-l",
                        flag.substr(flag.size() == 2 ? 1 : 2), single_quoted(option.field->help));
        if (option.field->type != Field::Type::boolean) {
          out += takes_file(option) ? " -r -F" : " -x";
          const auto words = words_of(option);
          if (!words.empty()) out += " -a " + single_quoted(join(words));
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
