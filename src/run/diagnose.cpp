// Finds what is wrong with a run, and what to do about it, from its scores, histories and data.
//
// Whether training or generalisation is the problem is decided by the scores alone (judge() in
// metrics), so that findings agree with the verdict. Let skill be the share of the way from guessing
// to a perfect score that the model has gone in sample, and gap what it loses of that out of sample.
// Training is examined if the verdict is under-fitting, or if errors in sample outweigh the gap: gap <
// 0.15 (1 - skill). Only the learning rate is examined for a model that is over-fitted. Losses are
// compared with the loss of guessing (the entropy of the classes' shares, or half the target's
// variance), since a loss by itself is neither high nor low.
//
// On the data, every one that applies; features that are not scaled explain the others:
//   leakage               rows of the test part to train on, or a column that tells the target, by
//                         check_dataset(), in tables of at most 20 million numbers
//   unscaled features     spreads of columns 100 times apart, or values beyond 1,000
//   worse than chance     the test part is scored below guessing, by more than chance explains, and the
//                         training part far above it; nothing else is examined then
// On training, the first that applies; the first two are not looked for where the learning rate is
// too high:
//   dead units            half of the units of a layer or more are 0 for every sample
//   vanishing gradients   training began with gradients of the first layer that are a thousandth of
//                         those of the last, or less
//   imbalance             a class has a tenth of the samples of another, or fewer, less than half of
//                         them is recognised in sample, and classes have no weights
//   learning rate too high  the loss ends above where it began; or it jumped far above guessing and
//                         stays there; or it swings by more than 5% an epoch at a level above three
//                         quarters of guessing
//   unscaled target       its root mean square is above 10, or its standard deviation below 0.1: an
//                         adaptive solver makes steps of the size of its rate and needs many
//   learning rate too low the epochs ran out while the loss fell as steadily as in the beginning
//   more epochs           they ran out while it still fell by more than 1% in their last tenth, and
//                         the best epoch, where it is kept, is not before that
//   under-fitting         as the verdict, and none of the above
//   over-fitting          as the verdict; or the validation score fell by more than 0.02 from a best
//                         in the first 60% of the epochs
//
// bench/advice.py follows the first advice of many runs and compares the scores. Some advice that is
// often given did not pass and is not given: early stopping where no validation part was held out (a
// tenth of a small training part is missed more than the overtraining), a smaller network, and more
// epochs for a model that is over-fitted. A penalty on the weights passed for tables of several
// columns, a wide gap and a training part that was nearly learnt: with two columns it blurs the borders
// of classes, and after little training it changes nothing.

#include "hebb/run/diagnose.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "run/adviser.h"
#include "run/chance.h"

namespace hebb {
namespace {

constexpr double kNearlyPerfect = 0.98;  // skill: nothing is left to learn
constexpr double kGapOfErrors = 0.15;    // gap over errors in sample: training comes first
constexpr double kLowSkill = 0.5;
constexpr double kGoodSkill = 0.95;

constexpr std::size_t kFewEpochs = 8;  // shorter histories are not examined
constexpr double kRise = 1.2;          // end over beginning
constexpr double kJump = 3;            // first epoch over guessing
constexpr double kLikeGuessing = 0.9;  // of the loss of guessing
constexpr double kHighLoss = 0.5;      // of the loss of guessing: much is left to learn
constexpr double kLowLoss = 0.1;       // of the loss of guessing: little is left
constexpr double kSwinging = 0.75;     // of the loss of guessing: swings matter
constexpr double kSwing = 0.05;        // of the loss, by epoch
constexpr double kUpward = 0.35;       // share of the swings that goes up
constexpr double kSmooth = 0.1;        // likewise, at most, of a curve that just falls
constexpr double kSteady = 0.4;        // fall in the last quarter over that in the first
constexpr double kStillFalling = 0.01;
constexpr double kEarlyBest = 0.6;
constexpr double kScoreLost = 0.02;

constexpr double kSpreads = 100;
constexpr double kFarOut = 1000;
constexpr double kLargeTarget = 10;
constexpr double kSmallTarget = 0.1;
constexpr double kMissed = 0.5;  // recall
constexpr double kFewSamples = 20;
constexpr std::size_t kMostNumbers = 20'000'000;  // of a table: more take seconds

constexpr double kDeadShare = 0.5;
constexpr double kVanished = 1e-3;

constexpr std::pair<const char*, const char*> kTitles[] = {
    {"leakage", "leakage suspected"},
    {"worse_than_chance", "worse than chance"},
    {"unscaled_features", "unscaled features"},
    {"unscaled_target", "unscaled target"},
    {"imbalance", "imbalance"},
    {"learning_rate_too_high", "learning rate too high"},
    {"dead_units", "dead units"},
    {"vanishing_gradients", "vanishing gradients"},
    {"learning_rate_too_low", "learning rate too low"},
    {"more_epochs", "more epochs"},
    {"under_fitting", "under-fitting"},
    {"over_fitting", "over-fitting"}};

using Curve = std::span<const double>;

// ---- the loss curve ----

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
  const double begin = std::max(guessing, facts.zero_loss.value_or(guessing));
  if (curve.front() > kJump * begin && level > kLikeGuessing * guessing &&
      moves(late).upward() > kSmooth)
    return fmt::format(
        "the loss jumped to {:.4g} in the first epoch, where guessing gives {:.4g}, and stands at "
        "{:.4g}",
        curve.front(), guessing, level);
  const Moves swings = moves(late);
  const double swing = (swings.up + swings.down) / static_cast<double>(late.size() - 1);
  if (level > kSwinging * guessing && swing > kSwing * level && swings.upward() > kUpward)
    return fmt::format("the loss swings by {:.0f}% an epoch around {:.4g} instead of falling",
                       100 * swing / level, level);
  return {};
}

bool ran_out(const RunFacts& facts) {
  return facts.loss_curve.size() == facts.options.count("max_iter").value_or(0);
}

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

std::string still_falling(const RunFacts& facts) {
  const Curve curve = facts.loss_curve;
  if (!ran_out(facts) || !well_above(facts, curve.back(), kLowLoss)) return {};
  const Curve late = tail(curve, 10);
  if (moves(tail(curve, 2)).upward() > kUpward) return {};
  const double before = lowest(curve.first(curve.size() - late.size()));
  const double fall = (before - lowest(late)) / std::abs(before);
  if (!(fall > kStillFalling)) return {};
  return fmt::format("the loss still fell by {:.1f}% in the last {} of {} epochs", 100 * fall,
                     late.size(), curve.size());
}

// Whether the best validation score was reached before the last tenth of the epochs.
bool best_is_past(const RunFacts& facts) {
  const Curve scores = facts.validation_scores;
  if (scores.empty()) return false;
  const auto highest = [](Curve curve) {
    double most = -std::numeric_limits<double>::infinity();
    for (const double score : curve)
      if (score > most) most = score;
    return most;
  };
  const Curve late = tail(scores, 10);
  return highest(late) <= highest(scores.first(scores.size() - late.size()));
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

bool all_finite(Curve curve) {
  return std::ranges::all_of(curve, [](double v) { return std::isfinite(v); });
}

// ---- the data ----

std::string unscaled_features(const Dataset& data) {
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

std::string unscaled_target(const Dataset& data) {
  if (!data.has_target() || data.target().is_classes() || data.samples() == 0) return {};
  const Target& target = data.target();
  for (std::size_t o = 0; o < target.outputs(); ++o) {
    double squares = 0, sum = 0;
    for (std::size_t r = 0; r < data.samples(); ++r) {
      const double value = target.values[r * target.outputs() + o];
      squares += value * value, sum += value;
    }
    const auto n = static_cast<double>(data.samples());
    const double size = std::sqrt(squares / n);
    const double spread = std::sqrt(std::max(0.0, squares / n - sum * sum / n / n));
    if (size > kLargeTarget || (spread > 0 && spread < kSmallTarget))
      return fmt::format("'{}' has mean {:.4g} and standard deviation {:.4g}", target.names[o],
                         sum / n, spread);
  }
  return {};
}

// The rarest class of those that are missed, and the largest one.
std::string missed_class(const Evaluation& evaluation) {
  const auto* scores =
      evaluation.train ? std::get_if<ClassificationScores>(&*evaluation.train) : nullptr;
  if (!scores || static_cast<double>(scores->samples) < kFewSamples) return {};
  const auto& all = scores->per_class;
  const auto largest = std::ranges::max_element(all, {}, &PrecisionRecall::support);
  const PrecisionRecall* missed = nullptr;
  for (const PrecisionRecall& one : all)
    if (one.support > 0 && kImbalance * one.support <= largest->support && one.recall < kMissed &&
        (!missed || one.support < missed->support))
      missed = &one;
  if (!missed) return {};
  const auto name = [&](const PrecisionRecall& one) {
    return evaluation.classes[static_cast<std::size_t>(&one - all.data())];
  };
  return fmt::format(
      "class '{}' has {:.10g} samples, class '{}' {:.10g}; {:.0f}% of class '{}' are recognised in "
      "sample, while always guessing '{}' is right in {:.1f}% of all",
      name(*largest), largest->support, name(*missed), missed->support, 100 * missed->recall,
      name(*missed), name(*largest), 100 * largest->support / scores->confusion.total());
}

bool is_small(const Dataset& data) {
  return data.is_images() || data.samples() * data.features() <= kMostNumbers;
}

// Leaks in the data, which raise a model's test score.
std::vector<Finding> leaks(const RunFacts& facts) {
  if (!facts.train || !is_small(*facts.train) || (facts.test && !is_small(*facts.test))) return {};
  auto found = check_dataset(*facts.train, facts.test);
  std::erase_if(found, [](const Finding& one) {
    return one.kind != "leak" && one.kind != "target_copy" && one.kind != "predictor";
  });
  return found;
}

// ---- the network ----

std::string dead_units(const NetworkFacts& network) {
  const NetworkFacts::Activation* worst = nullptr;
  std::size_t number = 0;
  const auto share = [](const NetworkFacts::Activation& one) {
    return static_cast<double>(one.dead) / static_cast<double>(one.units);
  };
  for (const auto& one : network.activations)
    if (one.units > 0 && share(one) >= kDeadShare && (!worst || share(one) > share(*worst)))
      worst = &one, number = static_cast<std::size_t>(&one - network.activations.data()) + 1;
  if (!worst) return {};
  const char* const all =
      worst->dead == worst->units
          ? ": the output is the same for every sample, and no gradient reaches "
            "the layers before"
          : ": no gradient passes through them, so they do not recover";
  return fmt::format("{} of the {} units of hidden layer {} ({}) are 0 for each of {} samples{}",
                     worst->dead, worst->units, number, worst->layer, network.samples, all);
}

std::string vanishing_gradients(const NetworkFacts& network) {
  if (network.gradients.size() < 3) return {};
  const double first = network.gradients.front(), last = network.gradients.back();
  if (!(last > 0) || first > kVanished * last) return {};
  return fmt::format(
      "training began with a gradient of the first of {} layers that is {:.1g} of that of the last, "
      "so the first layers hardly learn",
      network.gradients.size(), first / last);
}

// ---- what is wrong ----

class Diagnosis {
 public:
  explicit Diagnosis(const RunFacts& facts)
      : facts_(facts), advise_(facts), fit_(judge(facts.evaluation)) {}

  std::vector<Finding> findings() {
    examine_data();
    const std::size_t before = found_.size();
    if (before > 0 &&
        (found_.back().kind == "unscaled_features" || found_.back().kind == "worse_than_chance"))
      return std::move(found_);
    for (const auto rule : {&Diagnosis::gradients, &Diagnosis::rare_classes, &Diagnosis::training,
                            &Diagnosis::fitting})
      if (found_.size() == before) (this->*rule)();
    return std::move(found_);
  }

 private:
  // Returns whether there is something to note.
  bool note(std::string_view kind, std::string reason, Advice advice) {
    if (reason.empty()) return false;
    const auto* row = std::ranges::find(kTitles, kind, [](const auto& r) { return r.first; });
    found_.push_back({row->first, row->second, std::move(reason), std::move(advice.words),
                      std::move(advice.change)});
    return true;
  }

  void examine_data() {
    for (const Finding& leak : leaks(facts_))
      note("leakage", leak.title + ": " + leak.reason, {leak.advice});
    if (note(
            "worse_than_chance", worse_than_chance(facts_.evaluation),
            {"test data of the same problem: the same columns, units and labels; of a generator, the "
             "same parameters but seed"}))
      return;
    if (!facts_.train || facts_.preprocess.scale != "none" || skill() > kNearlyPerfect) return;
    const char* const scale = facts_.train->is_images() ? "minmax" : "standard";
    note("unscaled_features", unscaled_features(*facts_.train),
         {"one scale for all features", {{"scale", std::string(scale)}}});
  }

  // A network whose gradients reach no further than its last layers learns nothing, however its
  // classes are weighted and its target is scaled. At a rate that is too high, units die of it.
  void gradients() {
    if (!training_comes_first() || !too_high_rate().empty()) return;
    if (note("dead_units", dead_units(facts_.network), advise_.against_dead_units())) return;
    note("vanishing_gradients", vanishing_gradients(facts_.network), advise_.against_vanishing());
  }

  void rare_classes() {
    if (!advise_.weighs_classes())
      note("imbalance", missed_class(facts_.evaluation), advise_.class_weights());
  }

  double skill() const { return fit_.skill.value_or(0); }

  // Whether errors in sample outweigh what is lost out of sample.
  bool training_comes_first() const {
    if (fit_.fitting == Fitting::under) return true;
    return fit_.fitting != Fitting::over && skill() < kNearlyPerfect &&
           fit_.gap < kGapOfErrors * (1 - skill());
  }

  bool has_history() const {
    return facts_.loss_curve.size() >= kFewEpochs && all_finite(facts_.loss_curve);
  }
  bool can_judge_rate() const { return has_history() && advise_.learning_rate(); }
  std::string too_high_rate() const { return can_judge_rate() ? rate_too_high(facts_) : ""; }

  void training() {
    const bool is_first = training_comes_first();
    if ((is_first || fit_.fitting == Fitting::over) && can_judge_rate() &&
        note("learning_rate_too_high", too_high_rate(), advise_.rate(0.1)))
      return;
    if (!is_first) return;
    if (facts_.train && skill() < kLowSkill && advise_.needs_a_scaled_target() &&
        note("unscaled_target", unscaled_target(*facts_.train), advise_.scaled_target()))
      return;
    if (fit_.fitting == Fitting::under && (advise_.is_linear() || advise_.is_narrow())) return;
    if (can_judge_rate() && advise_.has_constant_rate() &&
        note("learning_rate_too_low", rate_too_low(facts_), advise_.rate(10)))
      return;
    if (advise_.stops_early() && best_is_past(facts_)) return;  // more of the same is not kept
    if (has_history() && skill() < kGoodSkill && !advise_.learns_fast())
      note("more_epochs", still_falling(facts_), advise_.epochs());
  }

  void fitting() {
    if (fit_.fitting == Fitting::under) {
      note("under_fitting", fit_.reason, advise_.larger_model());
      return;
    }
    const bool valid = !advise_.stops_early() && all_finite(facts_.validation_scores);
    if (valid && note("over_fitting", validation_fell(facts_), advise_.early_stopping())) return;
    if (fit_.fitting == Fitting::over)
      note("over_fitting", fit_.reason, advise_.against_over_fitting(fit_));
  }

  const RunFacts& facts_;
  Adviser advise_;
  Judgement fit_;
  std::vector<Finding> found_;
};

}  // namespace

const std::vector<std::string>& finding_kinds() {
  static const std::vector<std::string> kinds = [] {
    std::vector<std::string> names;
    for (const auto& [kind, title] : kTitles) names.emplace_back(kind);
    return names;
  }();
  return kinds;
}

std::vector<Finding> diagnose(const RunFacts& facts) { return Diagnosis(facts).findings(); }

}  // namespace hebb
