#include "hebb/select/curves.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/select/cross_validate.h"
#include "hebb/select/study.h"
#include "select/fold_scores.h"

namespace hebb {
namespace {

constexpr std::size_t kValues = 7;          // of a range
constexpr std::size_t kSizes = 6;           // of the training part
constexpr std::uint32_t kOrder = 1U << 31;  // a step of random numbers that no repeat of folds has

// The score that a curve shows, measured in each training.
struct CurveScore {
  CurveScore(PreparedRun& run, const std::string& name)
      : metric(find_metric(name.empty() ? default_metric(run.task.task) : name)) {
    check(metric.row->task == run.task.task, "metric", metric.name, " is not for models that ",
          task_name(run.task.task));
    run.metrics = {metric};
  }
  const FoldScore& of(const CrossValidation& folds) const { return score_of(folds, metric.name); }

  Metric metric;
};

std::string data_in_words(const PreparedRun& run, const FoldOptions& folds) {
  return concat(run.row->name, run.train.name().empty() ? "" : " on " + run.train.name(), ", ",
                folds.folds * folds.repeats, " folds");
}

double coordinate_of(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::numeric_limits<double>::quiet_NaN();
}

std::string text_of(const Value& value) {
  const auto* real = std::get_if<double>(&value);
  return real ? fmt::format("{:.4g}", *real) : to_text(value);
}

// Counts the trainings of a curve.
class Steps {
 public:
  Steps(const CurveControl& control, std::size_t of) : control_(control), of_(of) { tell(); }
  FoldSink sink() {
    return [this](const FoldResult&, const RunResult&) {
      ++done_;
      tell();
    };
  }
  void skip_to(std::size_t done) { done_ = done; }

 private:
  void tell() const {
    if (control_.on_step) control_.on_step(done_, of_);
  }
  const CurveControl& control_;
  std::size_t done_ = 0, of_;
};

// The rows of a fold's training part in the order in which they are taken.
std::vector<std::uint32_t> order_of(const Dataset& data, const std::vector<std::uint32_t>& rows,
                                    const FoldOptions& folds) {
  if (!folds.shuffle || !data.times().values.empty()) return rows;
  std::vector<std::uint32_t> first, rest;
  std::set<double> seen;
  for (const std::uint32_t i :
       permutation(rows.size(), Random(folds.random_state, Purpose::folds, kOrder))) {
    const bool is_new =
        data.target().is_classes() && seen.insert(data.target().values[rows[i]]).second;
    (is_new ? first : rest).push_back(rows[i]);
  }
  first.insert(first.end(), rest.begin(), rest.end());
  return first;
}

std::vector<std::size_t> equal_steps(std::size_t least, std::size_t most) {
  std::set<std::size_t> sizes;
  for (std::size_t k = 1; k <= kSizes; ++k) sizes.insert(std::max(least, most * k / kSizes));
  return {sizes.begin(), sizes.end()};
}

}  // namespace

ValidationCurve validation_curve(const PreparedRun& run, const Dimension& dimension,
                                 const FoldOptions& folds, const std::string& score,
                                 const CurveControl& control) {
  Dimension values = dimension;
  if (values.is_range() && !values.grid_points &&
      !(values.integer && values.high - values.low < kValues))
    values.grid_points = kValues;
  const Space space({values});
  PreparedRun own = run;
  const CurveScore measured(own, score);
  const std::vector<Fold> cuts = fold_rows(run.train, folds);
  ValidationCurve curve{.option = dimension.option,
                        .score = measured.metric.name,
                        .higher_is_better = measured.metric.row->higher_is_better,
                        .log = dimension.log,
                        .of = data_in_words(run, folds)};
  // A range of few whole numbers has some of its values twice.
  std::vector<OptionValues> points;
  for (std::size_t i = 0; i < space.grid_size(); ++i)
    if (OptionValues one = space.values(space.grid_point(i));
        points.empty() || points.back() != one)
      points.push_back(std::move(one));
  Steps steps(control, points.size() * cuts.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Value& value = points[i].begin()->second;
    ValidationCurve::At at{.text = text_of(value), .value = coordinate_of(value)};
    try {
      const CrossValidation all =
          cross_validate(with_values(own, points[i]), folds, cuts, control.training, steps.sink());
      if (!all.complete) break;
      at.train = measured.of(all).train;
      at.test = measured.of(all).test;
    } catch (const DivergedError& error) {
      at.failure = error.what();
      at.train = at.test = fold_statistics({});
    }
    steps.skip_to((i + 1) * cuts.size());
    curve.points.push_back(std::move(at));
  }
  if (curve.is_numeric()) std::ranges::stable_sort(curve.points, {}, &ValidationCurve::At::value);
  return curve;
}

LearningCurve learning_curve(const PreparedRun& run, const std::vector<std::size_t>& sizes,
                             const FoldOptions& folds, const std::string& score,
                             const CurveControl& control) {
  PreparedRun own = run;
  const CurveScore measured(own, score);
  std::vector<Fold> cuts = fold_rows(run.train, folds);
  const std::size_t most =
      std::ranges::min(cuts, {}, [](const Fold& fold) { return fold.train.size(); }).train.size();
  const std::size_t least = std::max<std::size_t>(2, run.train.target().classes.size());
  std::vector<std::size_t> wanted = sizes.empty() ? equal_steps(least, most) : sizes;
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  check(wanted.front() >= least && wanted.back() <= most, "sizes", "of training parts are ", least,
        " (rows, or one of each class) to ", most, ", the smallest of the folds; got ",
        wanted.front(), " to ", wanted.back());
  for (Fold& fold : cuts) fold.train = order_of(run.train, fold.train, folds);
  LearningCurve curve{.score = measured.metric.name,
                      .higher_is_better = measured.metric.row->higher_is_better,
                      .of = data_in_words(run, folds)};
  Steps steps(control, wanted.size() * cuts.size());
  for (const std::size_t size : wanted) {
    std::vector<Fold> parts = cuts;
    for (Fold& fold : parts) {
      fold.train.resize(size);
      std::ranges::sort(fold.train);
    }
    const CrossValidation all = cross_validate(own, folds, parts, control.training, steps.sink());
    if (!all.complete) break;
    curve.points.push_back(
        {.samples = size, .train = measured.of(all).train, .test = measured.of(all).test});
  }
  return curve;
}

}  // namespace hebb
