#include "options.h"

#include <algorithm>
#include <charconv>

#include "hebb/core/error.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/preprocess/preprocess.h"
#include "verbs.h"

namespace hebb::app {
namespace {

constexpr const char* kGeneral = "General";  // the options of every verb, last in help

std::string dashed(std::string name) {
  std::ranges::replace(name, '_', '-');
  return name;
}

std::string key_of(std::string_view flag) {
  std::string key(flag.substr(std::min(flag.find_first_not_of('-'), flag.size())));
  std::ranges::replace(key, '-', '_');
  return key;
}

bool is_duration(const Field& field) {
  return field.type == Field::Type::real && field.name.ends_with("_seconds");
}

std::string default_text(const Verb& verb, const Field& field, const Value& value) {
  if (const auto words = verb.defaults.find(field.name); words != verb.defaults.end())
    return words->second;
  if (std::holds_alternative<Unset>(value)) return field.unset == "none" ? "" : field.unset;
  return to_text(value);
}

}  // namespace

const FieldList& GlobalOptions::fields() {
  static const FieldList list =
      Fields<GlobalOptions>()
          .add("config", &GlobalOptions::config, "read options from this TOML file")
          .not_recorded()
          .add("random_state", &GlobalOptions::random_state,
               "seed of all random numbers; the same seed gives the same result")
          .flag("--seed")
          .add("threads", &GlobalOptions::threads,
               "number of threads; 0: one per core; results do not depend on it")
          .at_least(0)
          .at_most(1024)
          .not_recorded()
          .add("json", &GlobalOptions::json, "print one JSON document instead of text")
          .not_recorded()
          .add("quiet", &GlobalOptions::quiet, "no progress, notes or hints")
          .flag("--quiet")
          .flag("-q")
          .not_recorded()
          .add("verbose", &GlobalOptions::verbose, "print more notes")
          .flag("--verbose")
          .flag("-v")
          .not_recorded()
          .add("color", &GlobalOptions::color,
               "colours; auto: on a terminal, unless NO_COLOR is set")
          .one_of({"auto", "always", "never"})
          .not_recorded()
          .add("progress", &GlobalOptions::progress,
               "bar: one live line; plain: a line an epoch, at most one a second; auto: bar on a "
               "terminal")
          .one_of({"auto", "bar", "plain", "none"})
          .not_recorded();
  return list;
}

Settings::Settings(const Verb& verb) {
  for (const OptionList& list : verb.lists) sets_.push_back(list.options);
}

const OptionSet& Settings::set_of(const FieldList& fields) const {
  return *std::ranges::find(sets_, &fields, [](const OptionSet& set) { return &set.fields(); });
}

OptionSet& Settings::set_of(const FieldList& fields) {
  return *std::ranges::find(sets_, &fields, [](const OptionSet& set) { return &set.fields(); });
}

OptionSet& Settings::of_model(const FieldList& fields) {
  for (const auto& [name, message] : misfits_[&fields]) throw std::invalid_argument(message);
  return set_of(fields);
}

template <class Read>
void Settings::set_each(const std::string& name, const Read& read) {
  std::string first;
  bool fits = false, known = false;
  for (OptionSet& set : sets_) {
    const Field* field = set.find(name);
    if (!field) continue;
    known = true;
    auto& misfits = misfits_[&set.fields()];
    try {
      set.set(name, read(*field));
      misfits.erase(name);
      fits = true;
    } catch (const std::invalid_argument& error) {
      misfits[name] = error.what();
      if (first.empty()) first = error.what();
    }
  }
  if (known && !fits) throw std::invalid_argument(first);
  given_.insert(name);
}

void Settings::set(const std::string& name, const Value& value) {
  set_each(name, [&](const Field&) { return value; });
}

void Settings::set_text(const std::string& name, const std::string& text, bool off) {
  set_each(name, [&](const Field& field) {
    const Value value = read_value(field, text);
    return off ? Value(!std::get<bool>(value)) : value;
  });
}

OptionValues Settings::given_values(const OptionSet& options) const {
  OptionValues values;
  for (const Field& field : options.fields())
    if (given(field.name)) values[field.name] = options.get(field.name);
  return values;
}

Value Settings::value(const std::string& name) const {
  for (const OptionSet& set : sets_) {
    const auto misfits = misfits_.find(&set.fields());
    if (misfits != misfits_.end() && misfits->second.contains(name)) continue;
    if (set.find(name)) return set.get(name);
  }
  return {};
}

namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

// Adds the help, range and default of `list` to an option that an earlier list has described.
void merge(Option& option, const OptionList& list, const Field& field,
           const std::string& standard) {
  if (list.model.empty()) return;
  option.models.push_back(list.model);
  option.on = option.on || list.options.get(field.name) == Value(true);
  option.by_kind = option.by_kind || standard != option.first_standard;
  if (option.help.find(field.help) == std::string::npos)
    option.help += "; " + list.model + ": " + field.help;
  const std::string range = short_range(field);
  if (range != short_range(*option.field) && !range.empty())
    option.range += (option.range.empty() ? "" : "; ") + list.model + ": " + range;
  if (field.choices)
    for (const std::string& choice : field.choices())
      if (std::ranges::count(option.choices, choice) == 0) option.choices.push_back(choice);
  if (!standard.empty() && standard != option.first_standard)
    option.standard += (option.standard.empty() ? "" : "; ") + list.model + ": " + standard;
}

// Adds the defaults of kinds of models that have preprocessing of their own.
void add_kinds(Option& option) {
  for (const EstimatorRow& row : estimator_catalogue()) {
    if (!row.preprocess) continue;
    const Value value = option.field->get(&*row.preprocess);
    const bool unset = std::holds_alternative<Unset>(value);
    const std::string usual = unset ? option.field->unset : to_text(value);
    if (usual == (option.first_standard.empty() ? "none" : option.first_standard)) continue;
    option.standard += concat(option.standard.empty() ? "" : "; ", row.name, ": ", usual);
    option.on = option.on || value == Value(true);
    option.by_kind = true;
  }
}

}  // namespace

OptionTable::OptionTable(const Verb& verb) {
  std::vector<std::string> models;
  for (const OptionList& list : verb.lists) {
    if (!list.model.empty()) models.push_back(list.model);
    for (const Field& field : list.options.fields()) {
      const Value value = list.options.get(field.name);
      const std::string standard = default_text(verb, field, value);
      const auto same =
          std::ranges::find(options_, field.name, [](const Option& o) { return o.field->name; });
      if (same != options_.end()) {
        merge(*same, list, field, standard);
        continue;
      }
      Option option;
      option.field = &field;
      option.help = field.help;
      option.range = short_range(field);
      if (field.choices) option.choices = field.choices();
      if (!list.model.empty()) option.models.push_back(list.model);
      option.heading = list.title;
      for (const auto& [heading, names] : verb.headings)
        if (std::ranges::find(names, field.name) != names.end()) option.heading = heading;
      // An unset boolean can be switched on and off.
      const bool* on = std::get_if<bool>(&value);
      option.on = field.type == Field::Type::boolean && (on == nullptr || *on);
      option.standard = option.first_standard = standard;
      if (&list.options.fields() == &PreprocessOptions::fields() &&
          !verb.defaults.contains(field.name))
        add_kinds(option);
      option.common = verb.common.empty() ? option.heading != kGeneral || field.name == "json"
                                          : std::ranges::count(verb.common, field.name) > 0;
      options_.push_back(std::move(option));
    }
  }
  for (Option& option : options_)
    if (!option.models.empty() && option.models != models &&
        !find_field(GlobalOptions::fields(), option.field->name))
      option.taken_by = joined(option.models);
  for (const auto& [heading, names] : verb.headings) heading_order_.push_back(heading);
  for (const Option& option : options_)
    if (option.heading != kGeneral && std::ranges::count(heading_order_, option.heading) == 0)
      heading_order_.push_back(option.heading);
  heading_order_.emplace_back(kGeneral);

  for (Option& option : options_)
    for (const Flag& flag : option.field->flags)
      add_flag(option, flag.name, option.on && flag.name.starts_with("--no-"), flag.implies);
  for (Option& option : options_) {
    add_flag(option, "--" + dashed(option.field->name), false, {});
    if (option.on) add_flag(option, "--no-" + dashed(option.field->name), true, {});
  }
}

void OptionTable::add_flag(Option& option, const std::string& flag, bool off,
                           const std::string& implies) {
  const auto [at, added] = spellings_.try_emplace(flag, Spelling{&option, off, implies});
  const bool declared = std::ranges::count(option.field->flags, flag, &Flag::name) > 0;
  if (!added && declared && at->second.option != &option)
    at->second.also.push_back(option.field->name);
  if (!added) return;
  (off ? option.off_flags : option.flags).push_back(flag);
}

const Spelling* OptionTable::flag(const std::string& flag) const {
  const auto at = spellings_.find(flag);
  return at == spellings_.end() ? nullptr : &at->second;
}

const Spelling* OptionTable::key(std::string key) const {
  const Spelling* spelling = flag("--" + dashed(std::move(key)));
  return spelling && !spelling->off ? spelling : nullptr;
}

std::vector<std::string> OptionTable::flags() const {
  std::vector<std::string> names;
  for (const auto& [flag, spelling] : spellings_) names.push_back(flag);
  return names;
}

std::vector<std::string> OptionTable::keys() const {
  std::vector<std::string> names;
  for (const auto& [flag, spelling] : spellings_)
    if (flag.starts_with("--") && !spelling.off) names.push_back(key_of(flag));
  return names;
}

std::vector<std::string> OptionTable::headings() const { return heading_order_; }

std::string placeholder(const Field& field) {
  // Placeholders that do not follow from the type.
  static const std::map<std::string, std::string, std::less<>> known = {
      {"config", "FILE"},       {"output", "FILE"},        {"confusion", "FILE"},
      {"report", "FILE"},       {"out_of_fold", "FILE"},   {"from", "MODEL"},
      {"checkpoint", "DIR"},    {"resume", "DIR"},         {"test", "DATA"},
      {"net", "LAYERS"},        {"target", "COL,.."},      {"features", "COL,.."},
      {"ignore", "COL,.."},     {"categorical", "COL,.."}, {"column", "COL=KIND"},
      {"leave_in", "COL,.."},   {"keep", "COL,.."},        {"weight", "COL"},
      {"sep", "CHAR"},          {"image_size", "WxH"},     {"assert", "RULE"},
      {"random_state", "SEED"}, {"kernel", "ROWS|NAME"},   {"pool", "KIND:N"},
      {"at", "ROW,COL"},        {"group", "COL"},          {"time_column", "COL"},
      {"sequence", "COL"},      {"order", "COL"},          {"roc", "FILE"},
      {"plot", "[KIND:]FILE"}};
  const bool named = field.choices && field.type == Field::Type::text;
  if (named && !field.choice_has_number) return "NAME";  // --kernel of svm is not that of filter
  if (const auto at = known.find(field.name); at != known.end()) return at->second;
  if (field.type != Field::Type::boolean && is_duration(field)) return "TIME";
  if (named) return "NAME";
  switch (field.type) {
    case Field::Type::boolean:
      return "";
    case Field::Type::integer:
      return "N";
    case Field::Type::real:
      return "X";
    case Field::Type::text:
      return "TEXT";
    case Field::Type::integers:
      return "N,N,..";
    case Field::Type::reals:
      return "X,X,..";
    case Field::Type::texts:
      return "TEXT,..";
  }
  return "";
}

std::string short_range(const Field& field) {
  if (is_duration(field)) return "such as 90, 90s, 5m, 1h";
  std::string range = field.range();
  for (const std::string_view prefix :
       {"one of: ", "true or false", "text", "a list of texts", "a list of whole numbers ",
        "a list of numbers ", "a whole number ", "a number "})
    if (range.starts_with(prefix)) return range.substr(prefix.size());
  return "";
}

Value read_value(const Field& field, const std::string& text) {
  if (!is_duration(field)) return field.parse(text);
  const auto unit = text.find_last_not_of("smh");
  const std::string number = unit == std::string::npos ? "" : text.substr(0, unit + 1);
  const std::string suffix = text.substr(number.size());
  double value = 0;
  const char* end = number.data() + number.size();
  const auto [at, error] = std::from_chars(number.data(), end, value);
  if (error != std::errc{} || at != end || number.empty() || suffix.size() > 1)
    return field.parse(text);
  Value seconds = suffix == "h" ? value * 3600 : suffix == "m" ? value * 60 : value;
  field.check(seconds);
  return seconds;
}

}  // namespace hebb::app
