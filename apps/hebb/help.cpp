#include "help.h"

#include <algorithm>

#include "hebb/core/version.h"
#include "text.h"

namespace hebb::app {
namespace {

constexpr std::size_t kMostWidth = 120;  // longer lines are hard to read
constexpr std::size_t kHelpColumn = 28;  // where the help of an option starts

std::size_t width_of(const Terminal& terminal) {
  return std::clamp<std::size_t>(terminal.width, 40, kMostWidth);
}

// "  left      right, wrapped": `right` begins on a new line if `left` is too long. On a narrow
// terminal it stands further to the left.
std::string entry(const std::string& left, const std::string& right, std::size_t column,
                  std::size_t width) {
  constexpr std::size_t kLeastRight = 26;
  column = std::min(column, width - kLeastRight);
  std::string out = "  " + std::string(cut_to_width(left, width - 2));
  if (display_width(out) + 2 > column)
    out += '\n' + std::string(column, ' ');
  else
    out += std::string(column - display_width(out), ' ');
  const auto lines = wrap(right, width - column);
  for (std::size_t i = 0; i < lines.size(); ++i)
    out += (i ? std::string(column, ' ') : "") + lines[i] + '\n';
  return out;
}

std::string arguments_text(const Verb& verb) {
  std::string text;
  for (const Argument& argument : verb.arguments)
    text += (argument.required ? " " + argument.name : " [" + argument.name + "]") +
            (argument.repeated ? "..." : "");
  return text;
}

}  // namespace

std::string usage(const Verb& verb) {
  return "hebb " + verb.name + arguments_text(verb) + " [options]";
}

std::string flags_text(const Option& option) {
  const std::string& name = option.flags.front();
  std::string text;
  for (const std::string& flag : option.flags)
    if (flag.size() == 2) text = flag + ", ";
  text += option.on ? "--[no-]" + name.substr(2) : name;
  const std::string value = placeholder(*option.field);
  return value.empty() ? text : text + ' ' + value;
}

std::string option_text(const Option& option) {
  std::string notes = option.range;
  const bool off = option.field->type == Field::Type::boolean && !option.on;
  if (!option.standard.empty() && !off) {
    if (!notes.empty()) notes += "; ";
    const bool yes = option.on && !option.field->optional && !option.by_kind;
    notes += "default " + (yes ? "yes" : option.standard);
  }
  if (!option.field->flags.empty() && !option.field->flags.front().implies.empty()) {
    std::string implied = option.field->flags.front().implies;
    std::ranges::replace(implied, '_', '-');
    notes += "; turns on --" + implied;
  }
  std::string help = option.help;
  if (!option.taken_by.empty()) help += " [" + option.taken_by + ']';
  return notes.empty() ? help : help + " (" + notes + ')';
}

std::string overview(const Terminal& terminal) {
  const std::size_t width = width_of(terminal);
  std::string out = paragraph("hebb " + std::string(version()) +
                                  " - small neural networks, fast on an ordinary CPU",
                              width) +
                    '\n';
  out += bold("Usage", terminal) + "\n  hebb VERB [DATA|MODEL] [options]\n\n" +
         bold("Verbs", terminal) + '\n';
  for (const Verb& verb : verbs()) out += entry(verb.name, verb.summary, 14, width);
  out += '\n' + bold("Begin with", terminal) + '\n';
  out +=
      entry("hebb fit iris", "train on a built-in set and show the scores", kHelpColumn + 4, width);
  out += entry("hebb fit my.csv -o my.hebb", "train on your own table, keep the model",
               kHelpColumn + 4, width);
  out += entry("hebb help fit", "the options of a verb", kHelpColumn + 4, width);
  out += entry("hebb help blobs", "the parameters of a generator of data", kHelpColumn + 4, width);
  return out;
}

std::string verb_help(const Verb& verb, bool all, const Terminal& terminal) {
  const std::size_t width = width_of(terminal);
  const OptionTable table(verb);
  std::string out = paragraph("hebb " + verb.name + " - " + verb.summary, width);
  out += '\n' + bold("Usage", terminal) + "\n  " + usage(verb) + "\n\n";
  if (!verb.description.empty()) out += paragraph(verb.description, width) + '\n';
  if (!verb.arguments.empty()) {
    out += bold("Arguments", terminal) + '\n';
    for (const Argument& argument : verb.arguments)
      out += entry(argument.name, argument.help, kHelpColumn, width);
    out += '\n';
  }
  bool left_out = false;
  for (const std::string& heading : table.headings()) {
    std::string body;
    for (const Option& option : table.options()) {
      if (option.heading != heading) continue;
      if (all || option.common)
        body += entry(flags_text(option), option_text(option), kHelpColumn, width);
      else
        left_out = true;
    }
    if (!body.empty()) out += bold(heading, terminal) + '\n' + body + '\n';
  }
  const bool has_net = table.flag("--net") != nullptr;
  for (const Catalogue& catalogue : catalogues()) {
    const bool of_net = has_net && catalogue.given_by == "--net";
    const bool of_data = verb.name == "data" && catalogue.given_by == "DATA";
    if (!all || !(of_net || of_data)) continue;
    out += bold(catalogue.title + (of_net ? " of --net" : ""), terminal) + '\n';
    for (const auto& [name, help] : catalogue.rows) out += entry(name, help, kHelpColumn, width);
    out += '\n';
  }
  if (!verb.examples.empty()) out += bold("Examples", terminal) + '\n';
  for (const Example& example : verb.examples)
    out += "  " + example.command + "\n" + entry("", example.comment, 6, width);
  if (verb.examples.empty()) out.pop_back();
  if (left_out)
    out += std::string("\nEvery option") + (has_net ? ", and the layers of --net" : "") +
           ": hebb " + verb.name + " --help-all\n";
  return out;
}

}  // namespace hebb::app
