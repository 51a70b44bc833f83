// A split is the first part of a random permutation of the rows, a function of the seed alone. In a
// stratified split every class has a quota in the test part: its share, rounded down. The remaining
// rows go to the classes with the largest remainders (Hare and Niemeyer). Rows are then taken in
// the order of the permutation until the quotas are full. Counts are compared as integers, so
// rounding cannot differ between machines. Groups are kept whole: in random order, each changes
// sides if that brings the test part nearer to its size, or to its share of each class. A split by
// time is not random, nor is one without shuffling.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>
#include <utility>

#include "data/labels.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/data/dataset.h"

namespace hebb {
namespace {

using Rows = std::vector<std::uint32_t>;
using LabelText = std::function<std::string(double)>;

// The number of rows of each class in the test part.
std::map<double, std::size_t> test_quotas(std::span<const double> labels, std::size_t test,
                                          const LabelText& text) {
  std::map<double, std::size_t> counts;
  for (const double label : labels) ++counts[label];
  for (const auto& [label, count] : counts)
    check(count >= 2, "split", "class ", text(label), " has ", count,
          " row; a stratified split needs 2 of each class: remove it, or do not stratify");
  const std::size_t n = labels.size();
  check(test >= counts.size() && n - test >= counts.size(), "split", "parts of ", n - test, " and ",
        test, " rows are too small for ", counts.size(),
        " classes: change test_size, or do not stratify");

  std::vector<std::pair<std::size_t, double>> remainders;
  std::size_t left = test;
  for (auto& [label, count] : counts) {
    const std::size_t share = test * count;
    remainders.emplace_back(share % n, label);
    count = share / n;
    left -= count;
  }
  std::ranges::stable_sort(remainders, std::greater{}, &std::pair<std::size_t, double>::first);
  for (std::size_t i = 0; i < left; ++i) ++counts[remainders[i].second];
  return counts;
}

// NaN has no place in a map.
void check_no_gap(std::span<const double> labels) {
  for (std::size_t row = 0; row < labels.size(); ++row)
    check(!std::isnan(labels[row]), "split", "to stratify it takes a label for each row, and row ",
          row + 1, " has none");
}

// The number of rows in the test part.
std::size_t test_rows(std::size_t samples, const SplitOptions& options) {
  check_fields(options);
  const auto test =
      static_cast<std::size_t>(std::ceil(options.test_size * static_cast<double>(samples)));
  check(test > 0 && test < samples, "split", "a share of ", options.test_size, " cuts ", samples,
        " samples into ", samples - test, " and ", test, ": each needs at least 1 row");
  return test;
}

std::pair<Rows, Rows> cut(std::size_t samples, std::span<const double> labels,
                          const SplitOptions& options, const LabelText& text) {
  const std::size_t test = test_rows(samples, options);
  if (!options.shuffle) {
    check(!options.stratify, "split",
          "cannot stratify without shuffling: leave out stratify, or shuffle");
    Rows rows(samples);
    std::iota(rows.begin(), rows.end(), 0U);
    const auto border = rows.begin() + static_cast<std::ptrdiff_t>(samples - test);
    return {Rows(rows.begin(), border), Rows(border, rows.end())};
  }
  const Rows order = permutation(samples, Random(options.random_state, Purpose::split));
  const auto border = order.begin() + static_cast<std::ptrdiff_t>(test);
  if (!options.stratify) return {Rows(border, order.end()), Rows(order.begin(), border)};

  check(labels.size() == samples, "split", "to stratify ", samples,
        " samples it takes as many labels, got ", labels.size());
  check_no_gap(labels);
  auto quotas = test_quotas(labels, test, text);
  std::pair<Rows, Rows> parts;
  for (const auto row : order) {
    auto& quota = quotas.find(labels[row])->second;
    if (quota == 0) {
      parts.first.push_back(row);
    } else {
      parts.second.push_back(row);
      --quota;
    }
  }
  return parts;
}

// The number of samples of a class.
struct ClassCount {
  std::size_t label = 0;
  double samples = 0;
};

// The classes in each group, with their counts. If classes do not matter, all samples are in one
// class.
std::vector<std::vector<ClassCount>> class_counts(const Dataset& data, bool by_class,
                                                  std::vector<double>& totals) {
  if (by_class) check_no_gap(data.target().values);
  const Target& target = data.target();
  const auto label_of = [&](std::size_t row) {
    return target.exact.values.empty() ? target.values[row] : target.exact.values[row];
  };
  std::map<double, std::size_t> numbers;
  std::vector<std::vector<ClassCount>> counts(data.groups().labels.size());
  std::map<std::pair<std::uint32_t, std::size_t>, std::size_t> places;  // of classes, in groups
  for (std::size_t row = 0; row < data.samples(); ++row) {
    const double label = by_class ? label_of(row) : 0;
    const std::size_t number = numbers.emplace(label, numbers.size()).first->second;
    if (number == totals.size()) totals.push_back(0);
    ++totals[number];
    const std::uint32_t at = data.groups().values[row];
    auto& group = counts[at];
    const auto [place, is_new] = places.emplace(std::pair(at, number), group.size());
    if (is_new) group.push_back({.label = number});
    ++group[place->second].samples;
  }
  return counts;
}

// Chooses the groups of the test part. `groups` are those that occur, in random order. `missing` is
// the number of samples of each class that the test part lacks. A group changes sides if that
// lowers the sum of the squares of `missing`, until no group does.
std::vector<bool> choose_groups(const std::vector<std::uint32_t>& groups,
                                const std::vector<std::vector<ClassCount>>& counts,
                                std::vector<double> missing) {
  constexpr int kMostRounds = 20;
  // The change of the sum if a group joins (sign 1) or leaves (-1) the test part.
  const auto change = [&](std::uint32_t group, double sign) {
    double sum = 0;
    for (const auto& [label, samples] : counts[group])
      sum += samples * (samples - 2 * sign * missing[label]);
    return sum;
  };
  // If every group is larger than the test part, the one with the smallest sum is chosen.
  const auto nearest =
      *std::ranges::min_element(groups, {}, [&](auto group) { return change(group, 1); });
  std::vector<bool> chosen(counts.size());
  std::size_t in_test = 0;
  bool changed = true;
  for (int round = 0; changed && round < kMostRounds; ++round) {
    changed = false;
    for (const auto group : groups) {
      const bool leaves = chosen[group];
      const double sign = leaves ? -1 : 1;
      if (in_test + 1 == (leaves ? 2 : groups.size()) || change(group, sign) >= 0) continue;
      for (const auto& [label, samples] : counts[group]) missing[label] -= sign * samples;
      chosen[group] = !leaves;
      in_test = leaves ? in_test - 1 : in_test + 1;
      changed = true;
    }
  }
  if (in_test == 0) chosen[nearest] = true;
  return chosen;
}

std::pair<Rows, Rows> cut_by_group(const Dataset& data, const SplitOptions& options) {
  const Groups& groups = data.groups();
  const std::size_t test = test_rows(data.samples(), options);
  const Random random(options.random_state, Purpose::split);
  std::vector<bool> occurs(groups.labels.size());
  for (const auto group : groups.values) occurs[group] = true;
  Rows order = permutation(occurs.size(), random);
  std::erase_if(order, [&](std::uint32_t group) { return !occurs[group]; });
  check(order.size() >= 2, "split", "all samples are of one group of '", groups.name,
        "': a split by group needs at least two");
  const double share = static_cast<double>(test) / static_cast<double>(data.samples());
  std::vector<double> wanted;
  const auto counts = class_counts(data, options.stratify, wanted);
  for (double& samples : wanted) samples *= share;
  const auto chosen = choose_groups(order, counts, std::move(wanted));
  std::pair<Rows, Rows> parts;
  for (const auto row : permutation(data.samples(), random))
    (chosen[groups.values[row]] ? parts.second : parts.first).push_back(row);
  return parts;
}

std::pair<Rows, Rows> cut_by_time(const Dataset& data, const SplitOptions& options) {
  const auto& times = data.times().values;
  check(!options.stratify, "split",
        "cannot stratify a split by time: leave out stratify, or the column of times");
  Rows order(data.samples());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t row) { return times[row]; });
  const auto time_at = [&](std::size_t i) { return times[order[i]]; };
  std::size_t begin = data.samples() - test_rows(data.samples(), options);
  const auto of_one_time = [&] { return begin > 0 && time_at(begin - 1) == time_at(begin); };
  const std::size_t wanted = begin;
  while (of_one_time()) --begin;
  if (begin == 0)  // too many share the first time: the test part begins after them
    for (begin = wanted; begin < order.size() && of_one_time();) ++begin;
  check(begin < order.size(), "split", "all samples are of one time of '", data.times().name,
        "': a split by time needs at least two");
  const auto border = order.begin() + static_cast<std::ptrdiff_t>(begin);
  return {Rows(order.begin(), border), Rows(border, order.end())};
}

}  // namespace

const FieldList& SplitOptions::fields() {
  static const FieldList list =
      Fields<SplitOptions>()
          .add("test_size", &SplitOptions::test_size, "fraction of the rows held out for testing")
          .more_than(0)
          .less_than(1)
          .add("stratify", &SplitOptions::stratify,
               "stratified split: keep the class proportions in both parts")
          .add("shuffle", &SplitOptions::shuffle,
               "draw the test part at random; --no-shuffle: take the last rows")
          .add("random_state", &SplitOptions::random_state, "seed of everything random")
          .flag("--seed")
          .at_least(0);
  return list;
}

std::pair<Rows, Rows> split_rows(std::size_t samples, std::span<const double> labels,
                                 const SplitOptions& options,
                                 const std::vector<std::string>& classes) {
  if (!classes.empty())
    for (std::size_t row = 0; row < labels.size(); ++row)
      check(std::isnan(labels[row]) ||
                (labels[row] >= 0 && labels[row] < static_cast<double>(classes.size())),
            "split", "the label of row ", row + 1, ", ", labels[row],
            ", is not an index from 0 to ", classes.size() - 1);
  return cut(samples, labels, options, [&](double label) {
    return classes.empty() ? number_text(label) : classes[static_cast<std::size_t>(label)];
  });
}

std::pair<Rows, Rows> split_rows(const Dataset& data, const SplitOptions& options) {
  const Target& target = data.target();
  check(!options.stratify || target.outputs() == 1, "split",
        "to stratify it takes one target column, got ", target.outputs());
  check(!options.stratify || !target.per_step(), "split",
        "to stratify it takes one label a sample, and the target has one a step");
  const bool grouped = !data.groups().values.empty(), timed = !data.times().values.empty();
  check(!grouped || !timed, "split", "cuts by group or by time: leave out one of the columns '",
        data.groups().name, "' and '", data.times().name, "'");
  check(!grouped || options.shuffle, "split", "cuts by the groups of '", data.groups().name,
        "', which are drawn at random: leave out the groups, or shuffle");
  if (grouped) return cut_by_group(data, options);
  if (timed) return cut_by_time(data, options);
  if (target.exact.values.empty())
    return split_rows(data.samples(), target.values, options, target.classes);
  const std::vector<double> labels(target.exact.values.begin(), target.exact.values.end());
  return split_rows(data.samples(), labels, options, target.exact.labels);
}

std::pair<Dataset, Dataset> Dataset::split() const {
  if (test_begin_ == 0) return split(SplitOptions{});
  return {slice(0, test_begin_), slice(test_begin_, samples())};
}

std::pair<Dataset, Dataset> Dataset::split(const SplitOptions& options) const {
  const auto [train, test] = split_rows(*this, options);
  return {select(train), select(test)};
}

}  // namespace hebb
