#include "verbs.h"

#include <algorithm>

#include "hebb/core/error.h"
#include "hebb/formats/catalogue.h"

namespace hebb::app {

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> table = {
      fit_verb(),    tune_verb(),   compare_verb(), evaluate_verb(), predict_verb(),
      plot_verb(),   filter_verb(), data_verb(),    info_verb(),     runs_verb(),
      worker_verb(), doctor_verb(), help_verb(),    version_verb()};
  return table;
}

const Verb* find_verb(std::string_view name) {
  const auto at = std::ranges::find(verbs(), name, &Verb::name);
  return at == verbs().end() ? nullptr : &*at;
}

std::vector<std::string> verb_names() {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) names.push_back(verb.name);
  return names;
}

std::string data_help() {
  return concat("a ", readable_kinds(),
                " file (texts and IDX also .gz), a folder of images, - for standard input, a named "
                "set, or a generator with its parameters (hebb data lists them)");
}

}  // namespace hebb::app
