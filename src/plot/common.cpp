#include "plot/common.h"

#include "hebb/core/error.h"

namespace hebb::plot {

std::string counted(std::size_t count, const std::string& noun) {
  const bool plain = noun.ends_with('s');
  return number_label(static_cast<double>(count), 0) + ' ' + noun +
         (count == 1 ? "" : plain ? "es" : "s");
}

std::string name_of(const Dataset& data) {
  return (data.name().empty() ? "" : data.name() + ", ") + counted(data.samples(), "sample");
}

std::string names_in_words(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 4;
  std::string out;
  for (std::size_t i = 0; i < std::min(kMost, names.size()); ++i)
    out += (i == 0 ? "'" : ", '") + names[i] + "'";
  if (names.size() > kMost) out += " and " + std::to_string(names.size() - kMost) + " more";
  return out;
}

std::vector<double> Judged::is(std::size_t c) const {
  std::vector<double> out;
  for (const auto label : truth) out.push_back(static_cast<std::size_t>(label) == c ? 1 : 0);
  return out;
}

std::vector<double> Judged::scores_for(std::size_t c) const {
  if (binary()) return scores;
  std::vector<double> out;
  for (std::size_t i = c; i < scores.size(); i += classes.size()) out.push_back(scores[i]);
  return out;
}

Judged judged(const Classifier& classifier, const Dataset& data) {
  Judged out{.truth = LabelEncoder(classifier.classes()).encode(data),
             .classes = classifier.classes(),
             .scores = {},
             .probabilities = classifier.has_probabilities()};
  check(out.classes.size() >= 2, "plot", "the model knows one class only: there is nothing to tell apart");
  if (!out.probabilities) {
    out.scores = classifier.decision_function(data);
    return out;
  }
  const Tensor p = classifier.predict_proba(data);
  for (std::size_t i = out.binary() ? 1 : 0; i < p.size(); i += out.binary() ? 2 : 1)
    out.scores.push_back(double{p[i]});
  return out;
}

}  // namespace hebb::plot
