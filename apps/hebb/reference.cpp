// The reference page and the manual page, written from the verb table and the catalogues.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "hebb/core/version.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/estimators/mlp.h"
#include "hebb/filters/filter.h"
#include "hebb/metrics/catalogue.h"
#include "hebb/nn/initializer.h"
#include "hebb/nn/join.h"
#include "hebb/nn/layer.h"
#include "hebb/nn/loss.h"
#include "hebb/optim/optimizer.h"
#include "hebb/plot/plots.h"
#include "hebb/plot/trials.h"
#include "help.h"

namespace hebb::app {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

template <class Table, class Name>
Rows rows_of(const Table& table, const Name& name) {
  Rows rows;
  for (const auto& row : table) rows.emplace_back(name(row), row.help);
  return rows;
}

Rows net_rows() {
  const auto name = [](const auto& row) { return row.name + row.arguments; };
  Rows rows = rows_of(layer_catalogue(), name);
  std::ranges::move(rows_of(join_catalogue(), name), std::back_inserter(rows));
  return rows;
}

}  // namespace

std::vector<Catalogue> catalogues() {
  const auto name = [](const auto& row) { return row.name; };
  return {
      {"Data sets", "DATA",
       rows_of(dataset_catalogue(),
               [](const DatasetRow& row) {
                 return row.name + (row.defaults.empty() ? "" : ':' + row.defaults);
               })},
      {"Models", "--model", rows_of(estimator_catalogue(), name)},
      {"Metrics", "--metrics, --assert",
       rows_of(metric_catalogue(),
               [](const MetricRow& row) {
                 return row.name + (row.parameter.empty() ? "" : ':' + row.parameter);
               })},
      {"Figures", "hebb plot, --plot", rows_of(plot_catalogue(), name)},
      {"Figures of a search", "hebb tune --plot", rows_of(trial_plot_catalogue(), name)},
      {"Kernels", "--kernel", rows_of(kernel_catalogue(), name)},
      {"Layers", "--net", net_rows()},
      {"Networks", "--net", rows_of(network_catalogue(), name)},
      {"Losses", "--loss",
       rows_of(loss_catalogue(),
               [](const LossRow& row) {
                 return row.name + (row.parameter.name.empty() ? "" : ':' + row.parameter.name);
               })},
      {"Initialisers", "--init", rows_of(initializer_catalogue(), name)},
      {"Optimisers", "--solver", rows_of(optimizer_catalogue(), name)},
      {"Schedules", "--schedule", rows_of(schedule_catalogue(), name)},
  };
}

namespace {

const std::vector<std::pair<std::string, std::string>>& exit_codes() {
  static const std::vector<std::pair<std::string, std::string>> codes = {
      {"0", "success"},
      {"1", "failure of files, network or memory"},
      {"2", "usage error: an invalid option or argument"},
      {"3", "invalid data; the message names file, line and column, row or byte"},
      {"4", "a model file or checkpoint that cannot be used"},
      {"5", "an --assert did not hold"},
      {"6", "training diverged; the last finite model is kept"},
      {"129, 130, 143", "stopped by SIGHUP, Ctrl-C or SIGTERM"}};
  return codes;
}

const std::vector<std::pair<std::string, std::string>>& variables() {
  static const std::vector<std::pair<std::string, std::string>> list = {
      {"HEBB_<OPTION>", "any option, such as HEBB_LEARNING_RATE=0.01 or HEBB_THREADS=2"},
      {"HEBB_DATA_DIR", "the folder that holds mnist/ and other named sets"},
      {"HEBB_MIRROR", "where named sets are fetched from, in place of their public mirrors"},
      {"HEBB_ISA",
       "the instruction set of the kernels, in place of the fastest that the processor has: generic, avx2, avx512 or avx512bf16; 'hebb doctor' lists those that the machine supports"},
      {"HEBB_DENORMALS",
       "flush (the default): training and prediction treat numbers below 1.2e-38 as 0; keep: compute with them, which is slower"},
      {"XDG_CACHE_HOME", "fetched sets are kept in hebb/ below it; otherwise in ~/.cache/hebb"},
      {"NO_COLOR", "not empty: no colours"}};
  return list;
}

std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, "\\");
  return text;
}

// Angle brackets would read as tags.
std::string code(const std::string& text) { return text.empty() ? "" : "`" + cell(text) + "`"; }

std::string markdown_option(const Option& option) {
  std::string flags;
  for (const auto* list : {&option.flags, &option.off_flags})
    for (const std::string& flag : *list) flags += (flags.empty() ? "" : ", ") + code(flag);
  const std::string value = placeholder(*option.field);
  return fmt::format(
      "| {}{} | {} | {} | {} |\n", flags, value.empty() ? "" : " " + cell(value),
      cell(option.field->help + (option.taken_by.empty() ? "" : " [" + option.taken_by + "]")),
      cell(option.range), code(option.standard));
}

// In man macros a line must not begin with a dot, and `\-` is a dash that a search finds.
std::string roff(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '-' || c == '\\') out += '\\';
    if ((c == '.' || c == '\'') && out.empty()) out += "\\&";
    out += c;
    const bool before_a_word = i + 1 < text.size() && text[i + 1] != ' ';
    if (c == ',' && before_a_word) out += "\\:";  // a long list may break here
  }
  return out;
}

}  // namespace

std::string markdown() {
  std::string out =
      "# Reference\n\nEvery verb, option and catalogue of the program. Written by `hebb help "
      "--markdown` "
      "from the lists that the program itself reads; do not edit.\n\n"
      "An option is given as a flag, as a variable (`HEBB_LEARNING_RATE=0.01`), or as a key of "
      "`./hebb.toml` or of `--config FILE` (`learning-rate = 0.01` at top level or under the verb, "
      "`[fit]`). A flag takes precedence over a variable, a variable over the file, and the "
      "file over the default. `./hebb.toml` is read without being named, so it cannot set options "
      "that say where to write, such as `--output`, and reading it is announced with `--quiet` "
      "too. `--config FILE` and `HEBB_CONFIG=FILE` can set every option.\n";
  for (const Verb& verb : verbs()) {
    const OptionTable table(verb);
    out += fmt::format("\n## hebb {}\n\n{}\n\n    {}\n", verb.name, verb.summary, usage(verb));
    if (!verb.description.empty()) out += '\n' + verb.description + '\n';
    if (!verb.arguments.empty()) out += '\n';
    for (const Argument& argument : verb.arguments)
      out += fmt::format("- `{}`: {}\n", argument.name, argument.help);
    for (const std::string& heading : table.headings()) {
      if (heading == "General" && verb.name != verbs().front().name) continue;
      std::string body;
      for (const Option& option : table.options())
        if (option.heading == heading) body += markdown_option(option);
      if (!body.empty())
        out += fmt::format(
            "\n### {}{}\n\n| option | what it does | range | default |\n| --- | --- | --- | "
            "--- |\n{}",
            heading, heading == "General" ? " (every verb)" : " of " + verb.name, body);
    }
    if (!verb.examples.empty()) out += "\n```sh no-run\n";
    for (const Example& example : verb.examples)
      out += fmt::format("{}  # {}\n", example.command, example.comment);
    if (!verb.examples.empty()) out += "```\n";
  }
  out += "\n## Catalogues\n";
  for (const Catalogue& catalogue : catalogues()) {
    out += fmt::format("\n### {} (`{}`)\n\n| name | what it is |\n| --- | --- |\n", catalogue.title,
                       catalogue.given_by);
    for (const auto& [name, help] : catalogue.rows)
      out += fmt::format("| {} | {} |\n", code(name), cell(help));
  }
  out += "\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n";
  for (const auto& [number, meaning] : exit_codes())
    out += fmt::format("| {} | {} |\n", number, cell(meaning));
  out += "\n## Environment\n\n| variable | meaning |\n| --- | --- |\n";
  for (const auto& [name, meaning] : variables())
    out += fmt::format("| {} | {} |\n", code(name), cell(meaning));
  return out;
}

std::string man_page() {
  // Left-aligned: lines with long words cannot be justified.
  std::string out =
      fmt::format(".TH HEBB 1 \"\" \"hebb {}\" \"User Commands\"\n.ad l\n", version());
  out +=
      ".SH NAME\nhebb \\- small neural networks, fast on an ordinary CPU\n.SH SYNOPSIS\n"
      ".B hebb\n.I VERB\n.RI [ DATA | MODEL ]\n.RI [ options ]\n.SH DESCRIPTION\n"
      "Trains, evaluates and applies neural networks. Results go to standard output; progress, hints "
      "and "
      "errors to standard error.\n.SH VERBS\n";
  for (const Verb& verb : verbs()) {
    const OptionTable table(verb);
    out += fmt::format(".SS {}\n{}.\n", roff(usage(verb)), roff(verb.summary));
    for (const Argument& argument : verb.arguments)
      out += fmt::format(".TP\n.I {}\n{}\n", argument.name, roff(argument.help));
    for (const Option& option : table.options())
      if (option.heading != "General")
        out += fmt::format(".TP\n.B {}\n{}\n", roff(flags_text(option)), roff(option_text(option)));
  }
  out += ".SH OPTIONS OF EVERY VERB\n";
  const OptionTable globals(*find_verb("version"));
  for (const Option& option : globals.options())
    out += fmt::format(".TP\n.B {}\n{}\n", roff(flags_text(option)), roff(option_text(option)));
  for (const Catalogue& catalogue : catalogues()) {
    std::string title = catalogue.title;
    std::ranges::transform(title, title.begin(), [](unsigned char c) { return std::toupper(c); });
    out += fmt::format(".SH {}\n", title);
    for (const auto& [name, help] : catalogue.rows)
      out += fmt::format(".TP\n.B {}\n{}\n", roff(name), roff(help));
  }
  out += ".SH EXIT STATUS\n";
  for (const auto& [number, meaning] : exit_codes())
    out += fmt::format(".TP\n.B {}\n{}\n", number, roff(meaning));
  out += ".SH ENVIRONMENT\n";
  for (const auto& [name, meaning] : variables())
    out += fmt::format(".TP\n.B {}\n{}\n", name, roff(meaning));
  out += ".SH EXAMPLES\n";
  for (const Verb& verb : verbs())
    for (const Example& example : verb.examples)
      out += fmt::format(".TP\n.B {}\n{}\n", roff(example.command), roff(example.comment));
  return out;
}

}  // namespace hebb::app
