#include "describe.h"
#include "hebb/core/error.h"
#include "help.h"
#include "json.h"
#include "text.h"
#include "verbs.h"

namespace hebb::app {
namespace {

struct HelpOptions {
  bool all = false;
  std::optional<std::string> completion;
  bool man = false;
  bool markdown = false;

  static const FieldList& fields() {
    static const FieldList list =
        Fields<HelpOptions>()
            .add("all", &HelpOptions::all, "show all options, not only the common ones")
            .add("completion", &HelpOptions::completion, "print the completion script of a shell")
            .one_of({"bash", "zsh", "fish"})
            .add("man", &HelpOptions::man, "print the manual page, for man -l -")
            .add("markdown", &HelpOptions::markdown,
                 "print the reference: every verb, option and catalogue");
    return list;
  }
};

Json options_json(const Verb& verb) {
  Json list = Json::array();
  for (const OptionTable table(verb); const Option& option : table.options()) {
    Json flags = option.flags;
    for (const std::string& flag : option.off_flags) flags.push_back(flag);
    const Field& field = *option.field;
    Json one = {{"name", field.name}, {"flags", flags},         {"heading", option.heading},
                {"help", field.help}, {"range", field.range()}, {"default", option.standard}};
    if (field.choices) one["choices"] = field.choices();
    list.push_back(std::move(one));
  }
  return list;
}

Json verb_json(const Verb& verb, bool with_options) {
  Json json = {{"name", verb.name}, {"summary", verb.summary}, {"usage", usage(verb)}};
  if (with_options) json["options"] = options_json(verb);
  return json;
}

int help_on(const DatasetRow& generator, bool json_wanted) {
  if (json_wanted) {
    Json json = document("help");
    json["generator"] = generator.name;
    json["parameters"] = generator_json(generator);
    print(json);
    return 0;
  }
  const std::size_t width = console().out().width;
  write_results(paragraph(generator.name + " - " + generator.help, width) +
                generator_text(generator, width));
  return 0;
}

int run_help(Settings& settings) {
  const auto& wanted = settings.get<HelpOptions>();
  const Verb* about = nullptr;
  if (!settings.arguments.empty()) {
    const std::string& name = settings.arguments.front();
    about = find_verb(name);
    const DatasetRow* generator = about ? nullptr : generator_of(name);
    if (generator) return help_on(*generator, settings.get<GlobalOptions>().json);
    const auto near = nearest(name, verb_names());
    check(about != nullptr, "help", "unknown verb '", name, "'",
          near.empty() ? "" : "; did you mean " + near.front() + "?");
  }
  if (settings.get<GlobalOptions>().json) {
    Json json = document("help");
    Json& list = json["verbs"] = Json::array();
    for (const Verb& verb : verbs())
      if (!about || about == &verb) list.push_back(verb_json(verb, about != nullptr));
    print(json);
  } else if (wanted.completion) {
    write_results(completion(*wanted.completion));
  } else if (wanted.man) {
    write_results(man_page());
  } else if (wanted.markdown) {
    write_results(markdown());
  } else if (about) {
    write_results(verb_help(*about, wanted.all, console().out()));
  } else {
    write_results(overview(console().out()));
  }
  return 0;
}

}  // namespace

Verb help_verb() {
  return {.name = "help",
          .summary = "explain a verb; print completions, manual and reference",
          .description = "",
          .arguments = {{.name = "VERB",
                         .help = "the verb or the generator of data to explain, such as blobs; "
                                 "default: list all verbs",
                         .required = false,
                         .words = Words::verbs}},
          .lists = {options<GlobalOptions>("General"), options<HelpOptions>("Help")},
          .examples = {{"hebb help fit --all", "every option of fit"},
                       {"source <(hebb help --completion bash)", "completion in this shell"},
                       {"hebb help --man | man -l -", "the manual"}},
          .run = run_help,
          .reads_config = false};
}

}  // namespace hebb::app
