// Both areas depend only on how many of the other samples lie between the scores of a class's own
// samples. So the scores of its samples are sorted, and those of all others are counted into the
// gaps between them: for thousands of classes of few samples each, a small part of the work of
// sorting all samples for every class. Counts are whole numbers, so the sums are exact and equal
// those of Ranking.
#include <algorithm>
#include <cmath>

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

}  // namespace

ClassAreas::ClassAreas(std::span<const std::int32_t> truth, std::span<const double> score,
                       std::size_t classes, std::span<const double> weights)
    : roc_auc(classes), average_precision(classes) {
  const std::size_t n = truth.size(), width = score.size() / std::max<std::size_t>(1, n);
  const std::size_t first = classes == 2 ? 1 : 0;
  const auto at = [&](std::size_t i, std::size_t c) {
    return score[width == 1 ? i : i * width + c];
  };
  if (!weights.empty()) {
    for (std::size_t c = first; c < classes; ++c) {
      std::vector<double> positive(n), own(n);
      for (std::size_t i = 0; i < n; ++i) {
        positive[i] = static_cast<std::size_t>(truth[i]) == c ? 1 : 0;
        own[i] = at(i, c);
      }
      const Ranking ranking(positive, own, weights);
      roc_auc[c] = ranking.roc_auc();
      average_precision[c] = ranking.average_precision();
    }
    return;
  }
  check(std::ranges::none_of(score, [](double s) { return std::isnan(s); }), kMetrics,
        "a score is NaN");
  std::vector<std::vector<double>> own(classes);
  for (std::size_t i = 0; i < n; ++i) {
    const auto c = static_cast<std::size_t>(truth[i]);
    if (c >= first) own[c].push_back(at(i, c));
  }
  std::vector<Levels> levels(classes);
  for (std::size_t c = first; c < classes; ++c) {
    std::ranges::sort(own[c]);
    for (const double one : own[c]) levels[c].add(one);
  }
  for (std::size_t i = 0; i < n; ++i)  // in the order of memory
    for (std::size_t c = first; c < classes; ++c)
      if (static_cast<std::size_t>(truth[i]) != c) levels[c].count_other(at(i, c));
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

}  // namespace hebb
