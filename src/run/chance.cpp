#include "run/chance.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

namespace hebb {
namespace {

// An accuracy, and what guessing each class by its share reaches. Or R2, and a value below that of
// the mean by far.
struct AgainstChance {
  double score = 0, chance = 0, error = 0;
};

std::optional<AgainstChance> against_chance(const std::optional<Scores>& scores) {
  if (!scores) return {};
  if (const auto* numbers = std::get_if<RegressionScores>(&*scores))
    return numbers->r2 ? std::optional(AgainstChance{*numbers->r2, 0, 1}) : std::nullopt;
  const auto& classes = std::get<ClassificationScores>(*scores);
  AgainstChance of{.score = classes.accuracy};
  const double total = classes.confusion.total();
  for (const auto& one : classes.per_class) of.chance += std::pow(one.support / total, 2);
  constexpr double kErrors = 3;  // standard errors
  of.error =
      kErrors * std::sqrt(of.chance * (1 - of.chance) / static_cast<double>(classes.samples));
  return of;
}

}  // namespace

// Over-fitting loses what was learnt; to do worse than guessing takes data of another problem.
std::string worse_than_chance(const Evaluation& evaluation) {
  const auto in = against_chance(evaluation.train), out = against_chance(evaluation.test);
  if (!in || !out || in->score < (1 + in->chance) / 2 || out->score >= out->chance - out->error)
    return {};
  const bool numbers = std::holds_alternative<RegressionScores>(*evaluation.test);
  return fmt::format(
      "other data? {} of the test part is {:.4f}, where {} reaches {:.4f}, and {:.4f} in sample",
      numbers ? "R2" : "the accuracy", out->score, numbers ? "predicting the mean" : "guessing",
      out->chance, in->score);
}

}  // namespace hebb
