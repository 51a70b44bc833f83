#include "figures.h"

#include <algorithm>
#include <filesystem>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "terminal.h"
#include "text.h"

namespace hebb::app {

const FieldList& FigureOptions::fields() {
  static const FieldList list =
      Fields<FigureOptions>()
          .add("theme", &FigureOptions::theme, "colours of figures")
          .one_of({"light", "dark"})
          .not_recorded()
          .add("scale", &FigureOptions::scale, "pixels a point, of PNG files")
          .flag("--figure-scale")
          .more_than(0)
          .at_most(20)
          .not_recorded();
  return list;
}

FigureStyle FigureOptions::style() const {
  return {.theme = theme == "dark" ? Theme::dark : Theme::light, .scale = scale};
}

std::vector<FigureRequest> read_requests(const std::vector<std::string>& texts) {
  std::vector<FigureRequest> requests;
  for (const std::string& text : texts) {
    const std::size_t colon = text.find(':');
    FigureRequest request{{}, text};
    if (colon != std::string::npos) {
      request = {text.substr(0, colon), text.substr(colon + 1)};
      find_row(plot_catalogue(), request.kind, "plot", "figure");
    }
    Figure::check_path(request.path);
    requests.push_back(std::move(request));
  }
  return requests;
}

Figure draw(const std::string& kind, const PlotSubject& subject) {
  const PlotRow& row =
      kind.empty() ? best_plot(subject) : find_row(plot_catalogue(), kind, "plot", "figure");
  const std::string why = row.unfit(subject);
  if (why.empty()) return row.make(subject);
  std::string others;
  for (const PlotRow& other : plot_catalogue()) {
    const bool possible = (!other.needs_model || subject.estimator) &&
                          (!other.needs_data || subject.data) && other.unfit(subject).empty();
    if (possible) others += (others.empty() ? "" : ", ") + other.name;
  }
  throw std::invalid_argument(
      concat("[plot] ", row.name, " cannot be drawn here: ", why, ". What can: ", others));
}

void tell_saved(const std::string& kind, const std::string& path) {
  console().note("figure: " + path + " (" + (kind.empty() ? "" : kind + ", ") +
                 bytes_text(static_cast<double>(std::filesystem::file_size(path))) + ")");
}

}  // namespace hebb::app
