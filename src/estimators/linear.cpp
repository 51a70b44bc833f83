#include "hebb/estimators/linear.h"

#include <algorithm>
#include <cmath>

#include "estimators/units.h"

namespace hebb {
namespace {

// Scores of one sample -> probabilities of the classes.
std::vector<double> probabilities_of(const Model& model, std::span<const double> scores) {
  if (scores.size() == 1) {
    const double p = logistic(scores[0]);
    return {1 - p, p};
  }
  std::vector<double> p(scores.begin(), scores.end());
  const bool softmax = model.output_activation() == OutputActivation::softmax;
  const double top = *std::ranges::max_element(p);
  double sum = 0;
  for (double& v : p) sum += v = softmax ? std::exp(v - top) : logistic(v);
  // One against the rest: all probabilities may underflow to 0.
  for (double& v : p) v = sum > 0 ? v / sum : 1 / static_cast<double>(p.size());
  return p;
}

}  // namespace

LinearClassifier::LinearClassifier(Model model, OptionSet options)
    : Classifier(with_units(std::move(model)), std::move(options)),
      UnitResults(read_results(Classifier::model())) {
  check_model(Classifier::model().output_activation() != OutputActivation::softmax ||
                  Classifier::model().units()->units > 1,
              "softmax over one unit");
}

void LinearClassifier::keep(Model model, UnitResults results) {
  static_cast<UnitResults&>(*this) = std::move(results);
  Classifier::keep(std::move(model));
}

Capabilities LinearClassifier::capabilities() const { return capabilities_of_units(true); }

bool LinearClassifier::has_probabilities() const {
  return model().output_activation() != OutputActivation::identity;
}

Tensor LinearClassifier::predict_proba(const Dataset& data) const {
  check(has_probabilities(), "predict_proba", "a ", model().kind,
        " whose output is no sigmoid has no probabilities: take decision_function(), or train a "
        "logistic, or a perceptron with activation sigmoid");
  const auto scores = unit_scores(model(), prediction_options(), data);
  const std::size_t units = model().units()->units, classes = model().classes.size();
  Tensor out({data.samples(), classes});
  for (std::size_t r = 0; r < data.samples(); ++r) {
    const auto p = probabilities_of(model(), std::span(scores).subspan(r * units, units));
    for (std::size_t c = 0; c < classes; ++c) out[r * classes + c] = static_cast<float>(p[c]);
  }
  return out;
}

std::vector<double> LinearClassifier::decision_function(const Dataset& data) const {
  return unit_scores(model(), prediction_options(), data);
}

std::vector<double> LinearClassifier::predict_one(std::span<const double> features) const {
  const auto scores = unit_scores_of_one(model(), features);
  return has_probabilities() ? probabilities_of(model(), scores) : scores;
}

}  // namespace hebb
