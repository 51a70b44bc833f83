// Means are kept as sums over the members chosen so far, so trying a candidate is one addition.
#include "hebb/metrics/ensemble_selection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr const char* kWhere = "ensemble";

bool have_probabilities(std::span<const Predictions> members) {
  return std::ranges::all_of(members, &Predictions::probabilities);
}

// What is averaged of a member: probabilities, votes or numbers.
std::vector<double> averaged(const Predictions& member, bool probabilities) {
  if (member.classes.empty()) return member.predicted_values;
  if (probabilities) return member.scores;
  std::vector<double> votes(member.predicted.size() * member.classes.size());
  for (std::size_t r = 0; r < member.predicted.size(); ++r)
    votes[r * member.classes.size() + static_cast<std::size_t>(member.predicted[r])] = 1;
  return votes;
}

// The predictions whose sum over `total` members is given; `like` is one of the members.
Predictions of_sum(const Predictions& like, std::span<const double> sum, double total,
                   bool probabilities) {
  Predictions made{.classes = like.classes,
                   .truth = like.truth,
                   .outputs = like.outputs,
                   .true_values = like.true_values,
                   .weights = like.weights};
  std::vector<double> mean;
  for (const double value : sum) mean.push_back(value / total);
  if (like.classes.empty()) {
    made.predicted_values = std::move(mean);
    return made;
  }
  const std::size_t classes = like.classes.size();
  made.probabilities = probabilities;
  for (std::size_t begin = 0; begin < mean.size(); begin += classes) {
    const auto row = std::span(mean).subspan(begin, classes);
    made.predicted.push_back(static_cast<std::int32_t>(std::ranges::max_element(row) - row.begin()));
    if (!probabilities && classes == 2) made.scores.push_back(row[1] - row[0]);
  }
  if (probabilities || classes != 2) made.scores = std::move(mean);
  return made;
}

void check_members(std::span<const Predictions> members) {
  check(!members.empty(), kWhere, "there are no predictions to choose from");
  for (const Predictions& one : members) {
    one.check();
    const Predictions& first = members.front();
    check(one.classes == first.classes && one.truth == first.truth && one.outputs == first.outputs &&
              one.true_values == first.true_values && one.weights == first.weights,
          kWhere, "the predictions are not for the same samples and classes");
  }
}

class Selection {
 public:
  Selection(std::span<const Predictions> candidates, const Metric& metric)
      : first_(candidates.front()),
        metric_(metric),
        probabilities_(have_probabilities(candidates)) {
    for (const Predictions& one : candidates) values_.push_back(averaged(one, probabilities_));
    sum_.resize(values_.front().size());
  }

  // Greater is better.
  double with(std::size_t candidate) const {
    std::vector<double> sum = sum_;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += values_[candidate][i];
    const Predictions of = of_sum(first_, sum, static_cast<double>(count_ + 1), probabilities_);
    const double score = metric_(of, scores_of(of)).value_or(std::nan(""));
    if (std::isnan(score)) return -std::numeric_limits<double>::infinity();
    return metric_.row->higher_is_better ? score : -score;
  }

  void add(std::size_t candidate) {
    for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += values_[candidate][i];
    ++count_;
  }

 private:
  const Predictions& first_;
  const Metric& metric_;
  bool probabilities_;
  std::vector<std::vector<double>> values_;
  std::vector<double> sum_;
  std::size_t count_ = 0;
};

}  // namespace

Predictions mean_of(std::span<const Predictions> members, std::span<const double> weights) {
  check_members(members);
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  check(weights.size() == members.size() && std::isfinite(total) && total > 0 &&
            std::ranges::all_of(weights, [](double w) { return w >= 0; }),
        kWhere, "needs a weight for each of the ", members.size(),
        " members, none negative and not all 0");
  const bool probabilities = have_probabilities(members);
  std::vector<double> sum;
  for (std::size_t m = 0; m < members.size(); ++m) {
    const std::vector<double> own = averaged(members[m], probabilities);
    sum.resize(own.size());
    for (std::size_t i = 0; i < own.size(); ++i) sum[i] += weights[m] * own[i];
  }
  return of_sum(members.front(), sum, total, probabilities);
}

EnsembleSelection select_ensemble(std::span<const Predictions> candidates, const Metric& metric,
                                  std::size_t rounds) {
  check_members(candidates);
  const bool classifies = !candidates.front().classes.empty();
  check(metric.row->task == (classifies ? Task::classify : Task::regress), "metric", metric.name,
        classifies ? " is for models of numbers" : " is for classifiers");
  const double sign = metric.row->higher_is_better ? 1 : -1;
  Selection best_ones(candidates, metric), selection(candidates, metric);
  std::vector<double> alone;
  for (std::size_t c = 0; c < candidates.size(); ++c) alone.push_back(selection.with(c));
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t c) { return alone[c]; });

  // The candidates in the order in which they are added, and the score then.
  std::vector<std::size_t> added;
  std::vector<double> path;
  const auto best_length = [&] {
    return static_cast<std::size_t>(std::ranges::max_element(path) - path.begin()) + 1;
  };
  for (const std::size_t c : order) {
    path.push_back(best_ones.with(c));
    added.push_back(c);
    best_ones.add(c);
  }
  added.resize(best_length());
  path.resize(added.size());

  for (const std::size_t c : added) selection.add(c);
  for (std::size_t round = 0; round < rounds; ++round) {
    std::size_t best = order.front();
    double score = -std::numeric_limits<double>::infinity();
    for (const std::size_t c : order)
      if (const double own = selection.with(c); own > score) {
        best = c;
        score = own;
      }
    added.push_back(best);
    path.push_back(score);
    selection.add(best);
  }
  EnsembleSelection chosen{.counts = std::vector<std::size_t>(candidates.size()),
                           .score = sign * path[best_length() - 1],
                           .best = order.front(),
                           .best_score = sign * alone[order.front()]};
  const std::size_t members = best_length();
  for (std::size_t i = 0; i < members; ++i) ++chosen.counts[added[i]];
  for (const std::size_t count : chosen.counts)
    chosen.weights.push_back(static_cast<double>(count) / static_cast<double>(members));
  for (const double score : path) chosen.path.push_back(sign * score);
  return chosen;
}

}  // namespace hebb
