#include "trace.h"

#include <fmt/format.h>

#include <algorithm>

#include "hebb/core/error.h"
#include "text.h"

namespace hebb::app {
namespace {

constexpr std::size_t kLabel = 11, kCell = 11;

std::string rule_of(const Model& model) {
  if (model.kind == "perceptron" && model.loss == "perceptron")
    return "If desired * score <= 0: weights += learning rate * desired * x.";
  return "At every update: weights += learning rate * (desired - output) * x.";
}

// The first nonzero features, whose weights the update changes; then others, up to `most`.
std::vector<std::size_t> features_to_show(const std::vector<double>& x, std::size_t most) {
  std::vector<std::size_t> chosen;
  for (const bool moved : {true, false})
    for (std::size_t i = 0; i < x.size() && chosen.size() < most; ++i)
      if ((x[i] != 0) == moved) chosen.push_back(i);
  std::ranges::sort(chosen);
  return chosen;
}

// "  x          0.51  -1.2 ... 780 more"
std::string numbers_line(const std::string& label, const std::vector<double>& values,
                         const std::vector<std::size_t>& shown) {
  std::string line = fmt::format("  {:<{}}", label, kLabel - 2);
  for (const std::size_t i : shown) line += fmt::format("{:>{}.4g}", values[i], kCell);
  if (shown.size() < values.size())
    line += " ... " + grouped(values.size() - shown.size()) + " more";
  return line + '\n';
}

std::string names_line(const std::vector<std::string>& names,
                       const std::vector<std::size_t>& shown) {
  std::string line(kLabel, ' ');
  for (const std::size_t i : shown) {
    const std::string name = printable(shown_name(names[i], kCell - 1));
    line += std::string(kCell - display_width(name), ' ') + name;
  }
  return line + '\n';
}

std::string unit_name(const Model& model, std::size_t unit) {
  return "'" +
         printable(model.classifies() ? model.classes[model.units()->units == 1 ? 1 : unit]
                                      : model.target_names[unit]) +
         "'";
}

// Whether the output names the unit.
bool has_several(const Model& model) { return model.units()->units > 1; }

const Perceptron* perceptron_of(const Supervised& estimator) {
  return dynamic_cast<const Perceptron*>(&estimator);
}

std::string theorem(const MistakeBound& bound, std::size_t width) {
  return paragraph(
      fmt::format(
          "The final weights classify all samples correctly: the two classes are linearly separable, and "
          "Novikoff's theorem applies. R = {:.5g} is the largest norm of a sample, gamma = {:.5g} the "
          "margin of the final weights scaled to norm 1, both with the constant input. "
          "{} made, at most (R / gamma)^2 = {:.5g} possible.",
          bound.radius, bound.margin, counted(bound.mistakes, "mistake"), bound.bound),
      width);
}

}  // namespace

bool Trace::operator()(const UnitUpdate& update) {
  kept_.push_back({update,
                   {update.x.begin(), update.x.end()},
                   {update.before.begin(), update.before.end()},
                   {update.after.begin(), update.after.end()}});
  return kept_.size() < most_;
}

std::string Trace::text(const Supervised& estimator, std::size_t width) const {
  const Model& model = estimator.model();
  const auto names = model.preprocessor.feature_names_out();
  const std::size_t room = width > kLabel + 16 ? (width - kLabel - 16) / kCell : 1;
  std::string out = paragraph(rule_of(model), width);
  for (const Kept& kept : kept_) {
    const UnitUpdate& u = kept.update;
    const auto shown = features_to_show(kept.x, std::max<std::size_t>(room, 1));
    std::string what = fmt::format("update {}, epoch {}: row {}", u.update, u.epoch, u.row);
    if (u.samples > 1) what += fmt::format(" and {} more", u.samples - 1);
    if (has_several(model)) what += ", unit for " + unit_name(model, u.unit);
    out += '\n' + paragraph(what, width) +
           paragraph(fmt::format("desired {:.5g}, score {:.5g}, output {:.5g}, error {:.5g}",
                                 u.desired, u.score, u.output, u.desired - u.output),
                     width, 2);
    if (u.samples == 1) out += fmt::format("  weights += {:.5g} * x\n", u.step);
    out += names_line(names, shown);
    out += numbers_line("x", kept.x, shown);
    out += numbers_line("before", kept.before, shown);
    out += numbers_line("after", kept.after, shown);
    out += fmt::format("  intercept {:.5g} before, {:.5g} after\n", u.intercept_before,
                       u.intercept_after);
  }
  if (const Perceptron* perceptron = perceptron_of(estimator)) {
    if (const auto& bound = perceptron->mistake_bound_())
      out += '\n' + theorem(*bound, width);
    else
      out += '\n' + paragraph(
                        "No bound on the number of mistakes: Novikoff's theorem needs two classes "
                        "that the final weights separate, and the plain rule, begun with zero "
                        "weights.",
                        width);
  }
  return out + '\n';
}

Json Trace::json(const Supervised& estimator) const {
  const Model& model = estimator.model();
  Json updates = Json::array();
  for (const Kept& kept : kept_) {
    const UnitUpdate& u = kept.update;
    Json one = {{"update", u.update}, {"epoch", u.epoch}, {"row", u.row}, {"samples", u.samples}};
    one[model.classifies() ? "class" : "target"] =
        model.classifies() ? model.classes[model.units()->units == 1 ? 1 : u.unit]
                           : model.target_names[u.unit];
    one["desired"] = u.desired;
    one["score"] = u.score;
    one["output"] = u.output;
    one["error"] = u.desired - u.output;
    one["step"] = u.step;
    one["x"] = kept.x;
    one["weights_before"] = kept.before;
    one["weights_after"] = kept.after;
    one["intercept_before"] = u.intercept_before;
    one["intercept_after"] = u.intercept_after;
    updates.push_back(std::move(one));
  }
  Json trace = {{"updates", std::move(updates)}, {"theorem", nullptr}};
  const Perceptron* perceptron = perceptron_of(estimator);
  if (perceptron && perceptron->mistake_bound_()) {
    const MistakeBound& bound = *perceptron->mistake_bound_();
    trace["theorem"] = {{"mistakes", bound.mistakes},
                        {"radius", bound.radius},
                        {"margin", bound.margin},
                        {"bound", bound.bound},
                        {"separator", "final weights"}};
  }
  return trace;
}

void check_trace(const Settings& settings, const EstimatorRow& row) {
  check(row.capabilities.updates, "trace",
        "shows the updates of single units: take --model perceptron or adaline");
  const Value solver = settings.value("solver");
  check(row.name != "logistic" || solver == Value(std::string("sgd")), "trace",
        "shows updates by single samples: give --solver sgd too");
}

}  // namespace hebb::app
