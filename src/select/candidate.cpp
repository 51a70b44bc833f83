#include "hebb/select/candidate.h"

#include <string_view>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/estimators/catalogue.h"
#include "select/option_names.h"

namespace hebb {
namespace {

std::string_view without_blanks(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\n");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\n") + 1 - begin);
}

// The parts between separators that are not within parentheses.
std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0, depth = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size()) {
      if (text[i] == '(') ++depth;
      if (text[i] == ')' && depth > 0) --depth;
      if (text[i] != separator || depth > 0) continue;
    }
    parts.push_back(without_blanks(text.substr(begin, i - begin)));
    begin = i + 1;
  }
  return parts;
}

bool is_kind(std::string_view name) {
  for (const EstimatorRow& row : estimator_catalogue())
    if (row.name == name && !row.has_task(Task::transform)) return true;
  return false;
}

const EstimatorRow& row_of(const std::string& kind) {
  for (const EstimatorRow& row : estimator_catalogue())
    if (row.name == kind && !row.has_task(Task::transform)) return row;
  const auto near = nearest(kind, estimator_names());
  throw std::invalid_argument(concat("[models] there is no model '", kind, "'",
                                     near.empty() ? "" : "; did you mean " + near.front() + "?"));
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
    for (const std::string_view part : parts_of(text, ',')) add(part);
  }

  std::vector<Candidate> candidates() const {
    std::vector<Candidate> all;
    for (const Written& one : written_) {
      const EstimatorRow& row = row_of(one.kind);
      OptionSet options = row.options;
      Candidate made{.name = one.text, .kind = one.kind};
      for (const auto& [name, value] : one.options) {
        const std::string option =
            of_text(one.text, "", [&, &known = name] { return option_named(known, options); });
        check(!made.options.contains(option), "models", one.text, " has the option ", name,
              " twice");
        of_text(one.text, name + ' ', [&, &text = value] { options.set_text(option, text); });
        made.options[option] = options.get(option);
      }
      all.push_back(std::move(made));
    }
    return all;
  }

 private:
  struct Written {
    std::string text, kind;
    std::vector<std::pair<std::string, std::string>> options = {};
  };

  void add(std::string_view part) {
    const auto colon = part.find(':');
    const std::string_view front = part.substr(0, colon);
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
    if (is_option) {
      check(!last.options.empty(), "models", "'", part, "' is an option, and '", last.text,
            "' before it a model without any: write ", last.text, ":", part);
      add_option(part);
    } else {
      check(!last.options.empty(), "models", "there is no model '", front, "'",
            nearest_words(front));
      last.options.back().second += ',' + std::string(part);
    }
    last.text += ',' + std::string(part);
  }

  void add_option(std::string_view part) {
    const auto equal = part.find('=');
    check(equal != part.npos && equal > 0, "models", "'", part, "' of ", written_.back().kind,
          " is no option: write NAME=VALUE");
    written_.back().options.emplace_back(without_blanks(part.substr(0, equal)),
                                         without_blanks(part.substr(equal + 1)));
  }

  static std::string nearest_words(std::string_view kind) {
    const auto near = nearest(kind, estimator_names());
    return near.empty() ? "" : "; did you mean " + near.front() + "?";
  }

  std::vector<Written> written_;
};

bool takes(const Capabilities& capabilities, const Dataset& data) {
  if (data.is_images() && !capabilities.images) return false;
  if (data.is_sequences() && !capabilities.sequences) return false;
  return data.target().outputs() < 2 || capabilities.multi_output;
}

}  // namespace

std::vector<Candidate> parse_candidates(const std::string& text) {
  return Reader(text).candidates();
}

std::vector<Candidate> parse_layouts(const std::string& text) {
  std::vector<Candidate> all;
  for (const std::string_view layout : parts_of(text, '|')) {
    check(!layout.empty(), "layouts",
          "a layout is empty: write the units of the hidden layers, as in "
          "3,3|100");
    for (Candidate& one : parse_candidates("mlp:hidden=" + std::string(layout)))
      all.push_back(std::move(one));
  }
  return all;
}

std::vector<Candidate> fitting_candidates(const PreparedRun& run) {
  std::vector<Candidate> all;
  const LogSilenced quiet;
  for (const EstimatorRow& row : estimator_catalogue()) {
    if (!row.has_task(run.task.task) || !takes(row.capabilities, run.train)) continue;
    Candidate one{.name = row.name, .kind = row.name};
    try {
      check_network(with_candidate(run, one));
    } catch (const std::invalid_argument&) {
      continue;  // as a network for images, and a table
    }
    all.push_back(std::move(one));
  }
  return all;
}

PreparedRun with_candidate(const PreparedRun& run, const Candidate& candidate) {
  RunSpec spec{.dataset = run.train,
               .test_dataset = run.test,
               .task = run.task.task,
               .model = candidate.kind,
               .options = candidate.options,
               .preprocess = run.spec.preprocess,
               .metrics = run.spec.metrics};
  return prepare_run(std::move(spec));
}

}  // namespace hebb
