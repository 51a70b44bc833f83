// The facts of a run on which diagnose() bases its findings.
#include <cmath>
#include <map>

#include "hebb/run/diagnose.h"

namespace hebb {
namespace {

std::map<double, double> class_shares(const Dataset& data) {
  std::map<double, double> shares;
  for (const double value : data.target().values)
    if (!std::isnan(value)) shares[value] += 1 / static_cast<double>(data.samples());
  return shares;
}

// Losses against which those of a curve are compared, in the units of the model's loss.
struct Landmarks {
  std::optional<double> guessing = {};  // predicting each class by its share, or the mean
  std::optional<double> zero = {};      // outputs of zero
};

Landmarks of_classes(const Model& model, const Dataset& train) {
  if (!model.loss.ends_with("cross_entropy")) return {};
  const auto shares = class_shares(train);
  const double equal = std::log(static_cast<double>(shares.size()));
  if (const auto* weights =
          std::get_if<std::vector<std::string>>(&model.options.value("class_weight"));
      weights && !weights->empty())
    return {.guessing = *weights == std::vector<std::string>{"balanced"} ? std::optional(equal)
                                                                         : std::nullopt,
            .zero = equal};
  double entropy = 0;
  for (const auto& [label, share] : shares) entropy -= share * std::log(share);
  return {.guessing = entropy, .zero = equal};
}

Landmarks of_numbers(const Model& model, const Dataset& train) {
  const std::size_t outputs = train.target().outputs();
  if (model.loss != "squared_error" || model.target_scale.size() != outputs) return {};
  const auto n = static_cast<double>(train.samples());
  double guessing = 0, zero = 0;
  for (std::size_t o = 0; o < outputs; ++o) {
    double sum = 0, squares = 0, from_zero = 0;
    const auto value = [&](std::size_t row) { return train.target().values[row * outputs + o]; };
    for (std::size_t r = 0; r < train.samples(); ++r) sum += value(r);
    for (std::size_t r = 0; r < train.samples(); ++r) {
      squares += std::pow(value(r) - sum / n, 2);
      from_zero += std::pow(value(r) - model.target_shift[o], 2);
    }
    const double unit = 2 * static_cast<double>(outputs) * n * std::pow(model.target_scale[o], 2);
    guessing += squares / unit;
    zero += from_zero / unit;
  }
  return {.guessing = guessing, .zero = zero};
}

Landmarks landmarks(const Model& model, const Dataset& train) {
  if (!train.has_target() || train.samples() == 0) return {};
  Landmarks found = model.classifies() ? of_classes(model, train) : of_numbers(model, train);
  for (auto* loss : {&found.guessing, &found.zero})
    if (*loss && !(**loss > 0)) loss->reset();
  return found;
}

}  // namespace

RunFacts facts_of(const Model& model, Evaluation evaluation, const Dataset* train,
                  const Dataset* test, bool continued) {
  RunFacts facts{.kind = model.kind,
                 .options = model.options,
                 .preprocess = model.preprocessor.options(),
                 .linear = model.units() != nullptr,
                 .continued = continued,
                 .loss_curve = model.results.numbers("loss_curve_"),
                 .validation_scores = model.results.numbers("validation_scores_"),
                 .evaluation = std::move(evaluation),
                 .train = train,
                 .test = test};
  if (!train) return facts;
  const Landmarks found = landmarks(model, *train);
  facts.baseline_loss = found.guessing;
  facts.zero_loss = found.zero;
  if (judge(facts.evaluation).fitting == Fitting::under)
    facts.network = network_facts(model, *train, continued);
  return facts;
}

}  // namespace hebb
