// Detects common problems of a run from its histories, scores and data. Losses are compared with
// the loss of guessing (the entropy of the classes' shares, or half the target's variance), since a
// loss by itself is neither high nor low. The rules:
//
//   learning rate too high  the loss ends above where it began; or jumped far above guessing and
//                           stays there; or swings by more than 5% an epoch at a level above half
//                           of guessing
//   learning rate too low   the epochs ran out while the loss fell as steadily as in the beginning
//   more epochs             they ran out while it still fell by more than 1% in their last tenth
//   plateau                 the last third of the epochs lowered a loss near guessing by next to
//                           nothing; or the best loss lies in the first half of 20 epochs or more
//   under-, over-fitting    as the verdict on the scores; over-fitting also if a validation score
//                           fell by more than 0.02 from a best in the first 60% of the epochs
//   unscaled features       spreads of columns 100 times apart, or values beyond 1,000
//   imbalance               one class ten times as frequent as another, and unweighted
//   worse than chance       the test part is scored below guessing, by more than chance explains,
//                           and the training part far above it
//   leakage                 rows of the test part to train on, or a column that tells the target,
//                           by check_dataset(), in tables of at most 20 million numbers

#include "hebb/run/diagnose.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <span>

namespace hebb {
namespace {

constexpr std::size_t kFewEpochs = 8;  // shorter histories are not examined
constexpr std::size_t kManyEpochs = 20;
constexpr double kRise = 1.2;          // end over beginning
constexpr double kJump = 3;            // first epoch over guessing
constexpr double kLikeGuessing = 0.9;  // of the loss of guessing
constexpr double kHighLoss = 0.5;      // of the loss of guessing: much is left to learn
constexpr double kLowLoss = 0.1;       // of the loss of guessing: little is left
constexpr double kSwing = 0.05;        // of the loss, by epoch
constexpr double kUpward = 0.35;       // share of the swings that goes up
constexpr double kSmooth = 0.1;        // likewise, at most, of a curve that just falls
constexpr double kSteady = 0.4;        // fall in the last quarter over that in the first
constexpr double kStillFalling = 0.01;
constexpr double kStanding = 0.01;
constexpr double kEarlyBest = 0.6;
constexpr double kScoreLost = 0.02;
constexpr double kSpreads = 100;
constexpr double kFarOut = 1000;
constexpr double kImbalance = 10;
constexpr double kFewSamples = 20;
constexpr std::size_t kMostNumbers = 20'000'000;  // of a table: more take seconds

constexpr std::pair<const char*, const char*> kTitles[] = {
    {"leakage", "leakage suspected"},
    {"worse_than_chance", "worse than chance"},
    {"learning_rate_too_high", "learning rate too high"},
    {"learning_rate_too_low", "learning rate too low"},
    {"under_fitting", "under-fitting"},
    {"over_fitting", "over-fitting"},
    {"unscaled_features", "unscaled features"},
    {"imbalance", "imbalance"},
    {"plateau", "plateau"},
    {"more_epochs", "more epochs"}};

using Curve = std::span<const double>;

double mean(Curve curve) {
  return std::accumulate(curve.begin(), curve.end(), 0.0) / static_cast<double>(curve.size());
}

double lowest(Curve curve) { return *std::ranges::min_element(curve); }

struct Moves {
  double up = 0, down = 0;

  double upward() const { return up + down > 0 ? up / (up + down) : 0; }
};

Moves moves(Curve curve) {
  Moves moves;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    const double step = curve[i] - curve[i - 1];
    (step > 0 ? moves.up : moves.down) += std::abs(step);
  }
  return moves;
}

// The last 1 / `part` of the epochs, at least one.
Curve tail(Curve curve, std::size_t part) {
  return curve.last(std::max<std::size_t>(1, curve.size() / part));
}

std::string rate_too_high(const RunFacts& facts) {
  const Curve curve = facts.loss_curve;
  const Curve late = tail(curve, 2);
  const double level = mean(late);
  if (level > kRise * curve.front())
    return fmt::format("the loss rose from {:.4g} in the first epoch to {:.4g}", curve.front(),
                       level);
  if (!facts.baseline_loss) return {};
  const double guessing = *facts.baseline_loss;
  if (curve.front() > kJump * guessing && level > kLikeGuessing * guessing)
    return fmt::format(
        "the loss jumped to {:.4g} in the first epoch, where guessing gives {:.4g}, and stands at "
        "{:.4g}",
        curve.front(), guessing, level);
  const Moves swings = moves(late);
  const double swing = (swings.up + swings.down) / static_cast<double>(late.size() - 1);
  if (level > kHighLoss * guessing && swing > kSwing * level && swings.upward() > kUpward)
    return fmt::format("the loss swings by {:.0f}% an epoch around {:.4g} instead of falling",
                       100 * swing / level, level);
  return {};
}

bool ran_out(const RunFacts& facts) { return facts.loss_curve.size() == facts.max_epochs; }

bool well_above(const RunFacts& facts, double level, double share) {
  return !facts.baseline_loss || level > share * *facts.baseline_loss;
}

std::string rate_too_low(const RunFacts& facts) {
  const Curve curve = facts.loss_curve;
  if (!ran_out(facts) || !well_above(facts, curve.back(), kHighLoss)) return {};
  const std::size_t quarter = std::max<std::size_t>(2, curve.size() / 4);
  const double begin = curve.front() - curve[quarter - 1];
  const double end = curve[curve.size() - quarter] - curve.back();
  if (moves(curve).upward() > kSmooth || begin <= 0 || end < kSteady * begin) return {};
  return fmt::format(
      "after {} epochs the loss, {:.4g}, falls as steadily as it began: by {:.2g} in the first "
      "quarter of the epochs, by {:.2g} in the last",
      curve.size(), curve.back(), begin, end);
}

std::string more_epochs(const RunFacts& facts) {
  const Curve curve = facts.loss_curve;
  if (!ran_out(facts) || !well_above(facts, curve.back(), kLowLoss)) return {};
  const Curve late = tail(curve, 10);
  const double before = lowest(curve.first(curve.size() - late.size()));
  const double fall = (before - lowest(late)) / std::abs(before);
  if (!(fall > kStillFalling)) return {};
  return fmt::format("the loss still fell by {:.1f}% in the last {} of {} epochs", 100 * fall,
                     late.size(), curve.size());
}

std::string plateau(const RunFacts& facts) {
  const Curve curve = facts.loss_curve;
  const Curve late = tail(curve, 3);
  const double before = lowest(curve.first(curve.size() - late.size()));
  const double gain = before - lowest(late);
  if (facts.baseline_loss && mean(late) > kLikeGuessing * *facts.baseline_loss &&
      gain < kStanding * before)
    return fmt::format("the loss stands at {:.4g}, where guessing gives {:.4g}", mean(late),
                       *facts.baseline_loss);
  const auto best = std::ranges::min_element(curve) - curve.begin();
  if (curve.size() >= kManyEpochs && ran_out(facts) &&
      2 * static_cast<std::size_t>(best + 1) <= curve.size())
    return fmt::format("the loss was lowest in epoch {} of {}: later epochs did not improve it",
                       best + 1, curve.size());
  return {};
}

std::string validation_fell(const RunFacts& facts) {
  const Curve scores = facts.validation_scores;
  if (scores.size() < kFewEpochs) return {};
  const auto best = static_cast<std::size_t>(std::ranges::max_element(scores) - scores.begin());
  const double end = mean(tail(scores, 10));
  if (static_cast<double>(best + 1) > kEarlyBest * static_cast<double>(scores.size()) ||
      scores[best] - end <= kScoreLost)
    return {};
  return fmt::format("the validation score was best in epoch {} ({:.4f}) and fell to {:.4f}",
                     best + 1, scores[best], end);
}

std::string unscaled(const Dataset& data) {
  if (data.is_images()) return "pixels of 0 to 255 are taken as they are";
  const TableView& table = data.table();
  double least = std::numeric_limits<double>::infinity(), most = 0, farthest = 0;
  std::string narrow, wide, far;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].is_categorical()) continue;
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::size_t r = 0; r < table.rows; ++r) {
      const double value = table.at(r, c);
      if (std::isnan(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
    if (!(high > low)) continue;  // no value, or one: nothing to scale
    const std::string& name = table.columns[c].name;
    if (high - low < least) least = high - low, narrow = name;
    if (high - low > most) most = high - low, wide = name;
    const double extreme = std::max(std::abs(low), std::abs(high));
    if (extreme > farthest) farthest = extreme, far = name;
  }
  if (most > kSpreads * least)
    return fmt::format("column '{}' spreads over {:.4g}, column '{}' over {:.4g}", wide, most,
                       narrow, least);
  if (farthest > kFarOut) return fmt::format("column '{}' reaches {:.4g}", far, farthest);
  return {};
}

std::map<double, double> class_counts(const Dataset& data) {
  std::map<double, double> counts;
  for (const double value : data.target().values)
    if (!std::isnan(value)) ++counts[value];
  return counts;
}

std::string imbalance(const Dataset& data) {
  if (!data.has_target() || !data.target().is_classes() ||
      static_cast<double>(data.samples()) < kFewSamples)
    return {};
  const auto counts = class_counts(data);
  if (counts.empty()) return {};
  const auto by_count = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto [rare, frequent] = std::minmax_element(counts.begin(), counts.end(), by_count);
  if (frequent->second < kImbalance * rare->second) return {};
  const auto name = [&](double index) {
    return data.target().classes[static_cast<std::size_t>(index)];
  };
  return fmt::format(
      "class '{}' has {:.0f} samples, class '{}' {:.0f}: always guessing '{}' is right in {:.1f}%",
      name(frequent->first), frequent->second, name(rare->first), rare->second,
      name(frequent->first), 100 * frequent->second / static_cast<double>(data.samples()));
}

// The loss of predicting each class by its share, or the mean, in the units of the model's loss.
std::optional<double> loss_of_guessing(const Model& model, const Dataset& train) {
  if (!train.has_target()) return {};
  const auto n = static_cast<double>(train.samples());
  if (model.classifies()) {
    if (!model.loss.ends_with("cross_entropy")) return {};
    double entropy = 0;
    for (const auto& [value, count] : class_counts(train))
      entropy -= count / n * std::log(count / n);
    return entropy > 0 ? std::optional(entropy) : std::nullopt;
  }
  const std::size_t outputs = train.target().outputs();
  if (model.loss != "squared_error" || model.target_scale.size() != outputs) return {};
  double loss = 0;
  for (std::size_t o = 0; o < outputs; ++o) {
    double sum = 0, squares = 0;
    for (std::size_t r = 0; r < train.samples(); ++r) sum += train.target().values[r * outputs + o];
    for (std::size_t r = 0; r < train.samples(); ++r)
      squares += std::pow(train.target().values[r * outputs + o] - sum / n, 2);
    loss += squares / n / (model.target_scale[o] * model.target_scale[o]);
  }
  loss /= 2 * static_cast<double>(outputs);
  return loss > 0 ? std::optional(loss) : std::nullopt;
}

bool all_finite(Curve curve) {
  return std::ranges::all_of(curve, [](double v) { return std::isfinite(v); });
}

}  // namespace

const std::vector<std::string>& finding_kinds() {
  static const std::vector<std::string> kinds = [] {
    std::vector<std::string> names;
    for (const auto& [kind, title] : kTitles) names.emplace_back(kind);
    return names;
  }();
  return kinds;
}

RunFacts facts_of(const Model& model, Evaluation evaluation, const Dataset* train,
                  const Dataset* test) {
  RunFacts facts;
  facts.loss_curve = model.results.numbers("loss_curve_");
  facts.validation_scores = model.results.numbers("validation_scores_");
  facts.max_epochs = model.options.count("max_iter").value_or(0);
  if (model.options.text("solver") != "lbfgs")
    facts.learning_rate = model.options.number("learning_rate_init");
  const auto* weights = std::get_if<std::vector<std::string>>(&model.options.value("class_weight"));
  facts.weighted_classes = weights && !weights->empty();
  if (train) facts.baseline_loss = loss_of_guessing(model, *train);
  facts.evaluation = std::move(evaluation);
  facts.scaled = model.preprocessor.options().scale != "none";
  facts.train = train;
  facts.test = test;
  return facts;
}

namespace {

bool is_small(const Dataset& data) {
  return data.is_images() || data.samples() * data.features() <= kMostNumbers;
}

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
  for (const auto& one : classes.per_class)
    of.chance += std::pow(one.support / classes.confusion.total(), 2);
  constexpr double kErrors = 3;  // standard errors
  of.error =
      kErrors * std::sqrt(of.chance * (1 - of.chance) / static_cast<double>(classes.samples));
  return of;
}

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

// Leaks in the data, which raise a model's test score.
std::vector<Finding> leaks(const RunFacts& facts) {
  if (!facts.train || !is_small(*facts.train) || (facts.test && !is_small(*facts.test))) return {};
  auto found = check_dataset(*facts.train, facts.test);
  std::erase_if(found,
                [](const Finding& one) { return one.kind != "leak" && one.kind != "target_copy"; });
  return found;
}

}  // namespace

std::vector<Finding> diagnose(const RunFacts& facts) {
  std::vector<Finding> found;
  const auto note = [&](std::string_view kind, std::string reason, std::string advice) {
    if (reason.empty()) return;
    const auto* row = std::ranges::find(kTitles, kind, [](const auto& r) { return r.first; });
    found.push_back({row->first, row->second, std::move(reason), std::move(advice)});
  };
  for (const Finding& leak : leaks(facts))
    note("leakage", leak.title + ": " + leak.reason, leak.advice);
  note(
      "worse_than_chance", worse_than_chance(facts.evaluation),
      "test data of the same problem: the same columns, units and labels; of a generator, the same "
      "parameters but seed");

  const bool history = facts.loss_curve.size() >= kFewEpochs && all_finite(facts.loss_curve);
  const bool by_rate = history && facts.learning_rate;
  const double rate = facts.learning_rate.value_or(0);

  const std::string high = by_rate ? rate_too_high(facts) : "";
  const std::string low = by_rate && high.empty() ? rate_too_low(facts) : "";
  note("learning_rate_too_high", high,
       fmt::format("a smaller learning rate: {:.1g} in place of {:.1g}", rate / 10, rate));
  note("learning_rate_too_low", low,
       fmt::format("a larger learning rate: {:.1g} in place of {:.1g}", rate * 10, rate));

  const Judgement fit = judge(facts.evaluation);
  const bool scored = history && all_finite(facts.validation_scores);
  const std::string fell = scored ? validation_fell(facts) : "";
  if (fit.fitting == Fitting::under) note("under_fitting", fit.reason, fit.advice);
  if (fit.fitting == Fitting::over) note("over_fitting", fit.reason, fit.advice);
  if (fit.fitting != Fitting::over)
    note("over_fitting", fell,
         "--early-stop, which keeps the best epoch; a larger --alpha; more data");

  if (facts.train) {
    if (!facts.scaled)
      note("unscaled_features", unscaled(*facts.train),
           "one scale for all features: --scale standard, or minmax");
    if (!facts.weighted_classes)
      note("imbalance", imbalance(*facts.train),
           "balanced accuracy or F1 as the metric, and --class-weight balanced for training");
  }
  if (history && high.empty() && low.empty()) {
    const std::string standing = plateau(facts);
    note("plateau", standing,
         "another activation (relu), a higher learning rate or fewer layers if nothing was learnt "
         "at all; otherwise fewer epochs or a schedule that lowers the rate");
    if (standing.empty())
      note("more_epochs", more_epochs(facts),
           fmt::format("twice as many epochs: {}", 2 * facts.max_epochs));
  }
  return found;
}

}  // namespace hebb
