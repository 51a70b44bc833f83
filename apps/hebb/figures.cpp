#include "figures.h"

#include <algorithm>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "json.h"
#include "parse.h"
#include "terminal.h"
#include "text.h"

namespace hebb::app {

const FieldList& FigureOptions::fields() {
  static const FieldList list =
      Fields<FigureOptions>()
          .add("theme", &FigureOptions::theme, "colour theme of figures")
          .one_of({"light", "dark"})
          .not_recorded()
          .add("figure_scale", &FigureOptions::scale, "pixels per point in PNG files")
          .more_than(0)
          .at_most(20)
          .not_recorded();
  return list;
}

FigureStyle FigureOptions::style() const {
  return {.theme = theme == "dark" ? Theme::dark : Theme::light, .scale = scale};
}

namespace {

template <class Row>
std::vector<FigureRequest> requests_of(const std::vector<Row>& catalogue,
                                       const std::vector<std::string>& texts) {
  std::vector<FigureRequest> requests;
  for (const std::string& text : texts) {
    const std::size_t colon = text.find(':');
    FigureRequest request{{}, text};
    if (colon != std::string::npos) {
      request = {text.substr(0, colon), text.substr(colon + 1)};
      find_row(catalogue, request.kind, "plot", "figure");
    }
    Figure::check_path(request.path);
    requests.push_back(std::move(request));
  }
  return requests;
}

// Whether `subject` has all inputs of the figure. Scores of a model need data with a target.
bool is_possible(const PlotRow& row, const PlotSubject& subject) {
  if ((row.needs_model && !subject.estimator) || (row.needs_data && !subject.data)) return false;
  const bool judges = row.needs_model && row.needs_data && row.name != "features";
  return (!judges || subject.data->has_target()) && row.unfit(subject).empty();
}

// Saves the figures that `make` draws of each kind; a figure that cannot be drawn is an error of its
// own.
template <class Make>
bool save_all(const std::vector<FigureRequest>& requests, const FigureStyle& style,
              const char* verb, const Make& make) {
  bool all = true;
  for (const auto& [asked, path] : requests) {
    try {
      std::string kind = asked;
      make(kind).save(path, style);
      console().note("figure: " + path + " (" + kind + ", " + file_size_text(path) + ")");
    } catch (const std::exception& error) {
      console().error(with_flag(error.what(), find_verb(verb)));
      all = false;
    }
  }
  return all;
}

}  // namespace

std::vector<FigureRequest> read_requests(const std::vector<std::string>& texts) {
  return requests_of(plot_catalogue(), texts);
}
std::vector<FigureRequest> read_trial_requests(const std::vector<std::string>& texts) {
  return requests_of(trial_plot_catalogue(), texts);
}

Figure draw(const std::string& kind, const PlotSubject& subject) {
  const PlotRow& row = find_row(plot_catalogue(), kind, "plot", "figure");
  const std::string why = row.unfit(subject);
  if (why.empty()) return row.make(subject);
  // If the data do not fit the model, report that: no figure of both could be drawn.
  if (subject.estimator && subject.data)
    subject.estimator->model().preprocessor.transform(subject.data->slice(0, 1));
  std::string others;
  for (const PlotRow& other : plot_catalogue())
    if (is_possible(other, subject)) others += (others.empty() ? "" : ", ") + other.name;
  throw std::invalid_argument(concat("[plot] ", row.name, " cannot be drawn here: ", why,
                                     ". Figures that can be", subject.data ? "" : " without data",
                                     ": ", others));
}

bool draw_all(const std::vector<FigureRequest>& requests, const PlotSubject& subject,
              const FigureStyle& style) {
  return save_all(requests, style, "fit", [&](std::string& kind) {
    if (kind.empty()) kind = best_plot(subject).name;
    return draw(kind, subject);
  });
}

bool draw_all(const std::vector<FigureRequest>& requests, const TrialSet& trials,
              const FigureStyle& style) {
  return save_all(requests, style, "tune", [&](std::string& kind) {
    if (kind.empty()) kind = "options";
    return plot_trials(trials, kind);
  });
}

int hand_over(const Figure& figure, const std::string& path, const Settings& settings,
              const std::string& verb) {
  figure.save(path, settings.get<FigureOptions>().style());
  if (settings.get<GlobalOptions>().json) {
    Json json = document(verb);
    json["file"] = path;
    json["title"] = figure.title();
    json["description"] = figure.description();
    print(json);
    return 0;
  }
  write_data(path + '\n');
  console().note(figure.description());
  return 0;
}

}  // namespace hebb::app
