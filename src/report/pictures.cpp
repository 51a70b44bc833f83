#include "report/pictures.h"

#include <fmt/format.h>

#include <stdexcept>

#include "hebb/core/catalogue.h"
#include "hebb/core/text.h"
#include "hebb/plot/plots.h"
#include "report/page.h"

namespace hebb {
namespace {

constexpr std::size_t kLargeSvg = 300'000;  // bytes
constexpr std::size_t kMostRegions = 40;

// The weights of a network's first layer are shown only if they are images, and regions only of as
// many classes as can be told apart.
bool tells(const PlotRow& row, const PlotSubject& subject) {
  if (row.name == "regions") return subject.estimator->model().classes.size() <= kMostRegions;
  if (row.name != "weights") return true;
  return subject.estimator->model().units() || subject.data->is_images();
}

}  // namespace

Picture picture_of(const Figure& figure) {
  Picture picture{.title = figure.title(),
                  .description = figure.description(),
                  .light = figure.svg(),
                  .dark = {},
                  .type = "image/svg+xml",
                  .size = figure.size()};
  if (picture.light.size() <= kLargeSvg) {
    picture.dark = figure.svg({.theme = Theme::dark});
    return picture;
  }
  picture.light = figure.png();
  picture.dark = figure.png({.theme = Theme::dark});
  picture.type = "image/png";
  return picture;
}

std::string picture_grid(const std::vector<Picture>& pictures) {
  constexpr double kPixels = 96.0 / 72;  // of CSS, a point
  std::string out = "<div class=\"figures\">\n";
  for (const Picture& one : pictures)
    out += std::string(one.large() ? "<figure class=\"large\" tabindex=\"0\">"
                                   : "<figure tabindex=\"0\">") +
           "<picture><source media=\"screen and (prefers-color-scheme: dark)\" srcset=\"" +
           data_uri(one.dark, one.type) + "\"><img alt=\"" + html_text(one.title) +
           fmt::format("\" width=\"{:.0f}", kPixels * one.size.width) + "\" src=\"" +
           data_uri(one.light, one.type) + "\"></picture><figcaption>" +
           html_text(one.description) + "</figcaption></figure>\n";
  return out + "</div>\n";
}

std::string left_out(const ReportSubject& subject) {
  const std::size_t classes = subject.estimator.model().classes.size();
  if (classes <= kMostRegions || !subject.train.is_table() || subject.train.features() != 2)
    return {};
  return "Decision regions of " + counted(classes, "class") + " are left out: no more than " +
         std::to_string(kMostRegions) + " can be told apart.";
}

std::vector<Picture> pictures(const ReportSubject& subject, const Predictions& predictions) {
  const bool held_out = subject.test != nullptr;
  const PlotSubject of{.estimator = &subject.estimator,
                       .data = held_out ? subject.test : &subject.train,
                       .train = held_out ? &subject.train : nullptr,
                       .predictions = &predictions};
  std::vector<Picture> out;
  for (const char* name :
       {"regions", "curve", "history", "confusion", "roc", "precision-recall", "scores",
        "predictions", "residuals", "classes", "mistakes", "weights"}) {
    const PlotRow& row = find_row(plot_catalogue(), name, "plot", "figure");
    if (!row.unfit(of).empty() || !tells(row, of)) continue;
    try {
      out.push_back(picture_of(row.make(of)));
    } catch (const std::invalid_argument&) {
      continue;  // the data do not have what it shows, such as samples of two classes
    }
  }
  return out;
}

}  // namespace hebb
