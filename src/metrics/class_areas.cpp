// One-vs-rest figures of every class, without a sort of all samples for each.
//
// Both areas depend only on how many of the other samples lie between the scores of a class's own
// samples. So the scores of its samples are sorted, and those of all others are counted into the
// gaps between them: for thousands of classes of few samples each, a small part of the work of
// sorting all samples for every class. Counts are whole numbers, so the sums are exact and equal
// those of Ranking.
//
// The gain at a share depends only on the samples above one score, which a selection finds.
#include <algorithm>
#include <cmath>
#include <functional>

#include "hebb/metrics/curves.h"
#include "metrics/ranking.h"
#include "metrics/weights.h"

namespace hebb {
namespace {

// The samples of one class, and the others in the gaps between their scores.
struct Levels {
  std::vector<double> scores;        // of its samples, distinct, ascending
  std::vector<double> own;           // samples of the class at each
  std::vector<double> ties;          // others at each
  std::vector<double> gaps = {0.0};  // others below each, and above the last

  void add(double score) {  // ascending
    if (scores.empty() || scores.back() != score) {
      scores.push_back(score);
      own.push_back(0);
      ties.push_back(0);
      gaps.push_back(0);
    }
    ++own.back();
  }

  void count_other(double score) {
    const auto at = std::ranges::lower_bound(scores, score);
    const auto level = static_cast<std::size_t>(at - scores.begin());
    ++(at != scores.end() && *at == score ? ties : gaps)[level];
  }
};

// Scores (N, classes), or (N) for two classes.
struct ScoreColumns {
  std::span<const double> score;
  std::size_t width;

  ScoreColumns(std::span<const double> scores, std::size_t samples, std::size_t classes)
      : score(scores), width(scores.size() == samples ? 1 : classes) {
    check(samples > 0, kMetrics, "0 samples");
    check(scores.size() / width == samples && scores.size() % width == 0 &&
              (width > 1 || classes <= 2),
          kMetrics, "expected scores (", samples, ", ", classes, "), got ", scores.size(),
          " numbers");
  }

  double at(std::size_t i, std::size_t c) const { return score[width == 1 ? i : i * width + c]; }
  void check_numbers() const {
    check(std::ranges::none_of(score, [](double s) { return std::isnan(s); }), kMetrics,
          "a score is NaN");
  }
};

// Of class c against the rest.
struct OneVsRest {
  std::vector<double> positive, own;

  OneVsRest(std::span<const std::int32_t> truth, const ScoreColumns& scores, std::size_t c)
      : positive(truth.size()), own(truth.size()) {
    for (std::size_t i = 0; i < truth.size(); ++i) {
      positive[i] = static_cast<std::size_t>(truth[i]) == c ? 1 : 0;
      own[i] = scores.at(i, c);
    }
  }
};

}  // namespace

ClassAreas::ClassAreas(std::span<const std::int32_t> truth, std::span<const double> score,
                       std::size_t classes, std::span<const double> weights)
    : roc_auc(classes), average_precision(classes) {
  const std::size_t n = truth.size();
  const std::size_t first = classes == 2 ? 1 : 0;
  const ScoreColumns scores(score, n, classes);
  if (!weights.empty()) {
    for (std::size_t c = first; c < classes; ++c) {
      const OneVsRest of(truth, scores, c);
      const Ranking ranking(of.positive, of.own, weights);
      roc_auc[c] = ranking.roc_auc();
      average_precision[c] = ranking.average_precision();
    }
    return;
  }
  scores.check_numbers();
  std::vector<std::vector<double>> own(classes);
  for (std::size_t i = 0; i < n; ++i) {
    const auto c = static_cast<std::size_t>(truth[i]);
    if (c >= first) own[c].push_back(scores.at(i, c));
  }
  std::vector<Levels> levels(classes);
  for (std::size_t c = first; c < classes; ++c) {
    std::ranges::sort(own[c]);
    for (const double one : own[c]) levels[c].add(one);
  }
  for (std::size_t i = 0; i < n; ++i)  // in the order of memory
    for (std::size_t c = first; c < classes; ++c)
      if (static_cast<std::size_t>(truth[i]) != c) levels[c].count_other(scores.at(i, c));
  for (std::size_t c = first; c < classes; ++c) {
    const Levels& of = levels[c];
    const auto positives = static_cast<double>(own[c].size());
    const double negatives = static_cast<double>(n) - positives;
    if (positives == 0) continue;
    // From the highest score down. Pairs of a positive and a negative sample in which the positive
    // has the higher score; ties count half.
    double found = 0, passed = of.gaps.back(), pairs = 0, precision = 0, before = 0;
    for (std::size_t level = of.scores.size(); level-- > 0;) {
      pairs += of.ties[level] * (found + of.own[level] / 2);
      found += of.own[level];
      passed += of.ties[level];
      const double recall = found / positives;
      precision += (recall - before) * found / (found + passed);
      before = recall;
      pairs += of.gaps[level] * found;
      passed += of.gaps[level];
    }
    average_precision[c] = precision;
    if (negatives > 0) roc_auc[c] = pairs / (positives * negatives);
  }
}

std::vector<std::optional<double>> class_gains(std::span<const std::int32_t> truth,
                                               std::span<const double> score, std::size_t classes,
                                               std::span<const double> weights, double share) {
  check_share(share);
  const std::size_t n = truth.size();
  const ScoreColumns scores(score, n, classes);
  std::vector<std::optional<double>> gains(classes);
  const std::size_t first = classes == 2 ? 1 : 0;
  if (!weights.empty()) {
    for (std::size_t c = first; c < classes; ++c) {
      const OneVsRest of(truth, scores, c);
      if (const auto curve = gain_curve(of.positive, of.own, weights))
        gains[c] = curve->gain_at(share);
    }
    return gains;
  }
  scores.check_numbers();
  const auto total = static_cast<double>(n);
  // The first sample of the ranking at which the share is reached.
  auto rank = std::min(static_cast<std::size_t>(share * total), n - 1);
  while (rank > 0 && static_cast<double>(rank) / total >= share) --rank;
  while (rank + 1 < n && static_cast<double>(rank + 1) / total < share) ++rank;
  std::vector<std::vector<double>> positives(classes);  // their scores
  for (std::size_t i = 0; i < n; ++i) {
    const auto c = static_cast<std::size_t>(truth[i]);
    positives[c].push_back(scores.at(i, c));
  }
  constexpr std::size_t kTogether = 8;  // classes, whose scores of a sample are a line of the cache
  std::vector<double> block(kTogether * n);
  for (std::size_t begin = first; begin < classes; begin += kTogether) {
    const std::size_t end = std::min(classes, begin + kTogether);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t c = begin; c < end; ++c) block[(c - begin) * n + i] = scores.at(i, c);
    for (std::size_t c = begin; c < end; ++c) {
      if (positives[c].empty()) continue;
      const std::span<double> all(block.data() + (c - begin) * n, n);
      const auto at = all.begin() + static_cast<std::ptrdiff_t>(rank);
      std::ranges::nth_element(all, at, std::greater{});
      const double bound = *at;
      const auto above = [&](double one) { return one > bound; };
      const auto up_to = [&](double one) { return one >= bound; };
      const auto share_of = [](std::span<const double> of, const auto& which) {
        return static_cast<double>(std::ranges::count_if(of, which)) /
               static_cast<double>(of.size());
      };
      const double before = share_of(all, above), after = share_of(all, up_to);
      const double low = share_of(positives[c], above), high = share_of(positives[c], up_to);
      gains[c] = low + (high - low) * (share - before) / (after - before);
    }
  }
  return gains;
}

}  // namespace hebb
