#include "select/pilot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/estimators/ensembles.h"
#include "hebb/io/process.h"
#include "hebb/run/seconds.h"
#include "select/fold_scores.h"
#include "select/judged_run.h"

namespace hebb {
namespace {

constexpr double kCut = 2;            // seconds of a pilot that learns in epochs
constexpr double kTooLong = 10;       // seconds of any other pilot
constexpr double kBudget = 0.03;      // of the time of all trainings
constexpr std::size_t kFewest = 100;  // rows to begin with, of data that have many more

// ---- extrapolation ----

constexpr std::size_t kTerms = 3;
using Terms = std::array<double, kTerms>;  // of 1, rows, rows^2

// Solves A x = b in place, for a positive definite A, among the terms in `used`. Returns false if it is
// singular.
bool solve(std::array<Terms, kTerms> a, Terms b, unsigned used, Terms& x) {
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < kTerms; ++i)
    if (used >> i & 1U) at.push_back(i);
  constexpr double kSingular = 1e-12;  // of what a pivot was
  const auto whole = a;
  for (const std::size_t p : at) {
    if (a[p][p] <= kSingular * whole[p][p]) return false;
    for (const std::size_t i : at) {
      if (i <= p) continue;
      const double factor = a[i][p] / a[p][p];
      for (const std::size_t j : at) a[i][j] -= factor * a[p][j];
      b[i] -= factor * b[p];
    }
  }
  x = {};
  for (auto p = at.rbegin(); p != at.rend(); ++p) {
    double sum = b[*p];
    for (const std::size_t j : at)
      if (j > *p) sum -= a[*p][j] * x[j];
    x[*p] = sum / a[*p][*p];
  }
  return true;
}

void check_pilots(std::span<const Pilot> pilots) {
  check(!pilots.empty(), "pilots", "there are none");
  for (const Pilot& one : pilots)
    check(one.rows > 0 && one.seconds > 0 && one.epochs > 0, "pilots",
          "rows, seconds and epochs must be above 0, got ", one.rows, ", ", one.seconds, " and ",
          one.epochs);
}

double epoch_seconds(std::span<const Pilot> pilots, double rows) {
  double scale = rows;  // so that all terms are near 1
  for (const Pilot& one : pilots) scale = std::min(scale, one.rows);
  const auto terms_at = [&](double n) { return Terms{1, n / scale, n / scale * (n / scale)}; };
  // Each row of the least squares is divided by its seconds.
  std::array<Terms, kTerms> normal{};
  Terms right{};
  for (const Pilot& one : pilots) {
    const Terms terms = terms_at(one.rows);
    const double seconds = one.seconds / one.epochs;
    for (std::size_t i = 0; i < kTerms; ++i) {
      right[i] += terms[i] / seconds;
      for (std::size_t j = 0; j < kTerms; ++j)
        normal[i][j] += terms[i] * terms[j] / (seconds * seconds);
    }
  }
  const auto at = [&](const Terms& x, double n) {
    const Terms terms = terms_at(n);
    return std::inner_product(x.begin(), x.end(), terms.begin(), 0.0);
  };
  double least = HUGE_VAL, best = 0;
  // A fit with more terms, or of a square, must be better by this for each pilot: what times differ by
  // chance, a square would magnify.
  constexpr double kChance = 0.1;
  const double better = kChance * kChance * static_cast<double>(pilots.size());
  for (const unsigned used : {2U, 1U, 4U, 3U, 6U, 5U, 7U}) {
    Terms x;
    if (!solve(normal, right, used, x) || std::ranges::any_of(x, [](double c) { return c < 0; }))
      continue;
    double error = 0;
    for (const Pilot& one : pilots) {
      const double relative = at(x, one.rows) * one.epochs / one.seconds - 1;
      error += relative * relative;
    }
    if (error > least - better) continue;
    least = error;
    best = at(x, rows);
  }
  return best;
}

}  // namespace

double extrapolated_epochs(std::span<const Pilot> pilots, double rows) {
  check_pilots(pilots);
  const auto n = static_cast<double>(pilots.size());
  double x = 0, y = 0, products = 0, squares = 0;
  for (const Pilot& one : pilots) {
    x += std::log(one.rows) / n;
    y += std::log(one.epochs) / n;
  }
  for (const Pilot& one : pilots) {
    products += (std::log(one.rows) - x) * (std::log(one.epochs) - y);
    squares += (std::log(one.rows) - x) * (std::log(one.rows) - x);
  }
  const double exponent = squares > 0 ? std::clamp(products / squares, -1.0, 0.0) : 0;
  return std::exp(y + exponent * (std::log(rows) - x));
}

double extrapolated_seconds(std::span<const Pilot> pilots, double rows) {
  check_pilots(pilots);
  return epoch_seconds(pilots, rows) * extrapolated_epochs(pilots, rows);
}

namespace {

// ---- pilots ----

// Rows of the fold, each class with its share of them.
std::vector<std::uint32_t> rows_by_class(const PreparedRun& whole, const Fold& fold) {
  std::vector<std::uint32_t> rows = fold.train;
  const Target& target = whole.train.target();
  if (whole.task.task == Task::classify && target.outputs() == 1 && !target.per_step())
    std::ranges::stable_sort(rows, {}, [&](std::uint32_t row) { return target.values[row]; });
  return rows;
}

// Every n-th of `rows`, `count` of them, in their order in the data.
std::vector<std::uint32_t> spread(const std::vector<std::uint32_t>& rows, std::size_t count) {
  std::vector<std::uint32_t> chosen(count);
  for (std::size_t i = 0; i < count; ++i) chosen[i] = rows[i * rows.size() / count];
  std::ranges::sort(chosen);
  return chosen;
}

// What a pilot tells.
struct Seen {
  double seconds = 0;          // with those of starting the process, as a training is timed
  double epochs = 0;           // that were done, if it has any; of an ensemble, by all members
  double first = 0, last = 0;  // seconds at the end of the first and the last of them
  double share = 1;            // of the training that was done, if all epochs were needed
};

// Stops a training that learns in epochs when it has done `epochs`, or has taken `seconds`: three times as
// many if only these give it 3 epochs, of which the first is not like the others.
struct Cut {
  double seconds = HUGE_VAL, epochs = HUGE_VAL;
};

Seen train_pilot(const PreparedRun& run, const Cut& cut) {
  const LogSilenced quiet;
  const Stopwatch watch;
  Seen seen;
  double share = 0, members = 1, before = 0;
  bool stopped = false;
  const auto done = [&](double epochs, std::size_t of) {
    share = (before + epochs / static_cast<double>(of)) / members;
  };
  RunControl control;
  control.stop_requested = [&] {
    const bool late = watch.seconds() > cut.seconds * (seen.epochs < 3 ? 3 : 1);
    const bool enough = late || seen.epochs >= cut.epochs;
    return stopped = stopped || (enough && share > 0 && share < 1);
  };
  control.on_event = [&](const Event& event) {
    if (const auto* member = std::get_if<MemberStarted>(&event)) {
      before = static_cast<double>(member->member - 1);
      members = static_cast<double>(member->members);
    } else if (const auto* batch = std::get_if<BatchEnded>(&event)) {
      done(static_cast<double>(batch->epoch - 1) +
               static_cast<double>(batch->samples) / static_cast<double>(batch->of_samples),
           batch->epochs);
    } else if (const auto* epoch = std::get_if<EpochEnded>(&event)) {
      done(static_cast<double>(epoch->epoch), epoch->epochs);
      seen.last = watch.seconds();
      if (seen.epochs == 0) seen.first = seen.last;
      ++seen.epochs;
    }
  };
  try {
    RunResult result = train_run(run, control);
    if (!stopped) {
      score_run(result);
      (void)result.estimator->predictions(result.judged_on());  // as judge_alone() times it
    }
  } catch (const StoppedError&) {  // of a kind that has no model then
    if (!stopped) throw;
  }
  if (stopped) seen.share = share;
  return seen;
}

class Pilots {
 public:
  Pilots(const PreparedRun& whole, const Fold& fold, const PilotPlan& plan)
      : whole_(whole), fold_(fold), plan_(plan), rows_(rows_by_class(whole, fold)) {}

  std::optional<double> predict() {
    run_small();
    std::optional<double> seconds;
    const bool of_epochs = cut_ || (!done_.empty() && done_.back().epochs >= kManyEpochs);
    if (of_epochs) seconds = by_epochs();
    if (of_members()) seconds = by_members();
    if (!seconds && !done_.empty()) seconds = extrapolated_seconds(done_, all());
    if (!seconds) return {};
    return std::min(*seconds + kPredictionSeconds, plan_.max_seconds.value_or(HUGE_VAL));
  }

 private:
  static constexpr double kFewEpochs = 4, kManyEpochs = 10;
  static constexpr std::int64_t kManyMembers = 50;

  // Whether it is one step of many members, as a forest is.
  bool of_members() const {
    return !done_.empty() && done_.back().epochs == 1 && members() >= kManyMembers;
  }

  std::int64_t members() const {
    if (is_ensemble(whole_.options) || !whole_.options.find("n_estimators")) return 0;
    return std::get<std::int64_t>(whole_.options.get("n_estimators"));
  }

  double all() const { return static_cast<double>(rows_.size()); }

  // Those on few rows.
  void run_small() {
    const std::size_t all_rows = rows_.size();
    double spent = 0;
    for (std::size_t n = std::max(all_rows / 64, std::min(all_rows / 8, kFewest));
         n > 0 && n <= all_rows / 4; n *= 2) {
      const Stopwatch watch;
      const std::optional<Seen> seen = pilot(n, {.seconds = kCut});
      spent += watch.seconds();
      cut_ = seen && seen->share < 1;
      if (cut_ || (!seen && spent > kTooLong)) return;
      if (!seen) continue;
      done_.push_back({.rows = static_cast<double>(n),
                       .seconds = seen->seconds,
                       .epochs = std::max(1.0, seen->epochs)});
      if (of_members()) return;
      const double whole = plan_.trainings * extrapolated_seconds(done_, all());
      if (done_.size() > 1 && spent > kBudget * whole) return;
    }
  }

  // From the first epochs on all rows, and the number of epochs of those on few.
  std::optional<double> by_epochs() const {
    const std::optional<Seen> seen = pilot(rows_.size(), {.seconds = kCut, .epochs = kFewEpochs});
    if (!seen) return {};
    if (seen->share >= 1 || seen->epochs < 2) return seen->seconds / seen->share;
    const double each = (seen->last - seen->first) / (seen->epochs - 1);
    double epochs = seen->epochs / seen->share;
    if (!cut_) epochs = std::min(epochs, extrapolated_epochs(done_, all()));
    return seen->seconds + std::max(0.0, epochs - seen->epochs) * each;
  }

  // From a 50th of the members on all rows, and a 25th.
  std::optional<double> by_members() const {
    const std::int64_t some = members() / kManyMembers;
    const std::optional<Seen> one = pilot(rows_.size(), {}, some);
    const std::optional<Seen> other = one ? pilot(rows_.size(), {}, 2 * some) : one;
    if (!other) return {};
    const double each = std::max(0.0, other->seconds - one->seconds) / static_cast<double>(some);
    return other->seconds + static_cast<double>(members() - 2 * some) * each;
  }

  // Unset: it has failed or took too long. With `members` in place of those of the options, unless 0.
  std::optional<Seen> pilot(std::size_t n, const Cut& cut, std::int64_t members = 0) const {
    const Stopwatch watch;
    try {
      const ProcessResult result = run_in_process(
          [&] {
            const double part = static_cast<double>(n) / all();
            const auto held_out = static_cast<std::size_t>(
                std::max(1.0, part * static_cast<double>(fold_.test.size())));
            Fold some{.train = spread(rows_, n), .test = {}};
            some.test = spread(some.train, held_out);
            PreparedRun run = run_of_fold(whole_, some);
            if (members > 0) run.options.set("n_estimators", members);
            const Seen seen = train_pilot(run, cut);
            return std::string(reinterpret_cast<const char*>(&seen), sizeof seen);
          },
          {.seconds = kTooLong}, plan_.stop_requested);
      Seen seen;
      check(result.output.size() == sizeof seen, "pilot", "has told nothing");
      std::ranges::copy(result.output, reinterpret_cast<char*>(&seen));
      seen.seconds = watch.seconds();
      return seen;
    } catch (const ProcessError& error) {
      if (error.cause() == ProcessError::Cause::stopped) throw;
    } catch (const std::exception&) {  // what the model itself will tell
    }
    return {};
  }

  const PreparedRun& whole_;
  const Fold& fold_;
  const PilotPlan& plan_;
  std::vector<std::uint32_t> rows_;
  std::vector<Pilot> done_;
  bool cut_ = false;  // one on few rows took so long that it was stopped
};

}  // namespace

std::optional<double> predicted_seconds(const PreparedRun& whole, const Fold& fold,
                                        const PilotPlan& plan) {
  return Pilots(whole, fold, plan).predict();
}

}  // namespace hebb
