#include "hebb/estimators/candidate.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/option_names.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/estimators/ensembles.h"

namespace hebb {
namespace {

constexpr std::size_t kMostNested = 8;  // as model files hold

std::string_view without_blanks(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\n");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n") + 1 - begin);
}

// The parts between commas that are not within parentheses.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0, depth = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size()) {
      if (text[i] == '(') ++depth;
      if (text[i] == ')' && depth > 0) --depth;
      if (text[i] != ',' || depth > 0) continue;
    }
    parts.push_back(without_blanks(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  return parts;
}

// "(a,b)" -> "a,b"; "(a),(b)" stays.
std::string_view without_parentheses(std::string_view text) {
  if (!text.starts_with('(')) return text;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0)
      return i + 1 == text.size() ? without_blanks(text.substr(1, i - 1)) : text;
  }
  return text;
}

bool is_kind(std::string_view name) {
  const EstimatorRow* row = estimator_catalogue().find(name);
  return row && !row->has_task(Task::transform);
}

std::string nearest_words(std::string_view kind) {
  const auto near = nearest(kind, estimator_names());
  return near.empty() ? "" : "; did you mean " + near.front() + "?";
}

const EstimatorRow& row_of(const std::string& kind) {
  check(is_kind(kind), "models", "there is no model '", kind, "'", nearest_words(kind));
  return *estimator_catalogue().find(kind);
}

// Runs `action`, whose errors name an option in brackets, with the text of the model in its place.
template <class Action>
auto of_text(const std::string& text, const std::string& option, const Action& action) {
  try {
    return action();
  } catch (const std::invalid_argument& error) {
    std::string message = error.what();
    if (message.starts_with('[')) message.erase(0, message.find("] ") + 2);
    throw std::invalid_argument(concat("[models] ", text, ": ", option, message));
  }
}

// A model's text, with the value of its last option open for more.
class Reader {
 public:
  explicit Reader(std::string_view text) {
    for (const std::string_view part : parts_of(text)) add(part);
  }

  std::vector<Candidate> candidates() const {
    std::vector<Candidate> all;
    for (const Written& one : written_) all.push_back(candidate(one));
    return all;
  }

 private:
  struct Written {
    std::string text, kind;
    std::vector<std::pair<std::string, std::string>> options = {};
  };

  // Options of the kind itself first: they may choose the kind of a model within.
  static Candidate candidate(const Written& one) {
    OptionSet options = row_of(one.kind).options;
    Candidate made{.name = one.text, .kind = one.kind};
    for (const bool within : {false, true})
      for (const auto& [name, value] : one.options) {
        if ((name.find('.') != std::string::npos) != within) continue;
        const std::string option =
            of_text(one.text, "", [&, &known = name] { return option_named(known, options); });
        check(!made.options.contains(option), "models", one.text, " has the option ", name,
              " twice");
        of_text(one.text, name + ' ',
                [&, &text = value] { options.set_text(option, without_parentheses(text)); });
        made.options[option] = options.get(option);
      }
    return made;
  }

  void add(std::string_view part) {
    const auto colon = part.find(':');
    const std::string_view front = without_blanks(part.substr(0, colon));
    const bool is_option =
        part.find('=') != part.npos && (colon == part.npos || part.find('=') < colon);
    if (written_.empty() || is_kind(front)) {
      check(!part.empty(), "models",
            "a name is missing: write kinds of models, as in mlp,logistic");
      check(!is_option, "models", "'", part,
            "' is an option without a model before it, as in mlp:", part);
      written_.push_back({.text = std::string(part), .kind = std::string(front)});
      if (colon != part.npos) add_option(part.substr(colon + 1));
      return;
    }
    Written& last = written_.back();
    check(!last.options.empty(), "models", is_option ? "" : "there is no model ", "'", part, "'",
          is_option
              ? " is an option, and '" + last.text + "' before it a model without any: write " +
                    last.text + ':' + std::string(part)
              : nearest_words(front));
    if (is_option)
      add_option(part);
    else
      last.options.back().second += ',' + std::string(part);
    last.text += ',' + std::string(part);
  }

  void add_option(std::string_view part) {
    const auto equal = part.find('=');
    check(equal != part.npos && equal > 0, "models", "'", part, "' of ", written_.back().kind,
          " is no option: write NAME=VALUE");
    written_.back().options.emplace_back(without_blanks(part.substr(0, equal)),
                                         without_blanks(part.substr(equal + 1)));
  }

  std::vector<Written> written_;
};

}  // namespace

// Models within models are read by the rules of the options that name them, one level at a time.
std::vector<Candidate> parse_candidates(const std::string& text) {
  thread_local std::size_t levels = 0;
  struct Level {
    Level() { ++levels; }
    ~Level() { --levels; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
  };
  const Level level;
  check(levels <= kMostNested + 1, "models", "models are nested deeper than ", kMostNested,
        " levels, which is what model files hold: take fewer ensembles of ensembles");
  return Reader(text).candidates();
}

OptionSet options_of(const Candidate& candidate) {
  OptionSet options = row_of(candidate.kind).options;
  for (const auto& [name, value] : candidate.options) options.set(name, value);
  return options;
}

std::string candidate_text(const std::string& kind, const OptionSet& options) {
  OptionSet known = row_of(kind).options;
  std::string text = kind;
  for (const std::string& name : options.names()) {
    const Value value = options.get(name);
    if (!options.find(name)->recorded || known.get(name) == value) continue;
    known.set(name, value);  // the kind of a model within brings that kind's defaults
    std::string words =
        std::holds_alternative<Unset>(value) ? options.find(name)->unset : to_text(value);
    if (words.find_first_of(",=() ") != std::string::npos) words = '(' + words + ')';
    text += (text == kind ? ":" : ",") + name + '=' + words;
  }
  bool same = false;
  try {
    const auto read = parse_candidates(text);
    same = read.size() == 1 && options_of(read.front()).record() == options.record();
  } catch (const std::invalid_argument&) {  // as a label with an unpaired parenthesis
  }
  check(same, "models", "the options of this ", kind, " cannot be written as one text: ", text);
  return text;
}

std::size_t nesting(const OptionSet& options) {
  if (!is_ensemble(options)) return 0;
  std::vector<Candidate> within = members_of(options, Task::classify);
  if (options.holds<StackingOptions>())
    if (const std::string& last = options.as<StackingOptions>().final_estimator; last != kAutomatic)
      for (Candidate& one : parse_candidates(last)) within.push_back(std::move(one));
  std::size_t deepest = 0;
  for (const Candidate& one : within) deepest = std::max(deepest, nesting(options_of(one)));
  return deepest + 1;
}

void check_nesting(const OptionSet& options, const std::string& option) {
  const std::size_t levels = nesting(options);
  check(levels <= kMostNested, option, "nests models ", levels,
        " deep, and model files hold at most ", kMostNested,
        " levels: take fewer ensembles of ensembles");
}

}  // namespace hebb
