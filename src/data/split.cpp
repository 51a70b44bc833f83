// A split is the first part of a random permutation of the rows, a function of the seed alone.
// Stratified, every class has a quota in the test part: its share of it, rounded down, and the rows
// left over go to the largest remainders (Hare and Niemeyer). The permutation is then dealt out
// until the quotas are full. Counts are compared as whole numbers, so no rounding can differ by
// machine. Groups are dealt out whole, in random order, each to the part that it brings nearer to
// its size; in order of time there is no chance at all.
#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

#include "data/labels.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/data/dataset.h"

namespace hebb {
namespace {

using Rows = std::vector<std::uint32_t>;
using LabelText = std::function<std::string(double)>;

// How many rows of each class go to the test part.
std::map<double, std::size_t> test_quotas(std::span<const double> labels, std::size_t test,
                                          const LabelText& text) {
  std::map<double, std::size_t> counts;
  for (const double label : labels) ++counts[label];
  for (const auto& [label, count] : counts)
    check(count >= 2, "split", "class ", text(label), " has ", count,
          " row; to keep its share in both parts it takes 2: leave it out, or do not stratify");
  const std::size_t n = labels.size();
  check(test >= counts.size() && n - test >= counts.size(), "split", "parts of ", n - test, " and ",
        test, " rows are too small for ", counts.size(),
        " classes: cut otherwise, or do not stratify");

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

// Rows of the test part.
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
  const Rows order = permutation(samples, Random(options.random_state, Purpose::split));
  const auto border = order.begin() + static_cast<std::ptrdiff_t>(test);
  if (!options.stratify) return {Rows(border, order.end()), Rows(order.begin(), border)};

  check(labels.size() == samples, "split", "to stratify ", samples,
        " samples it takes as many labels, got ", labels.size());
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

// The samples of each class in each group; of one class alone where that does not matter.
std::vector<std::vector<double>> class_counts(const Dataset& data, bool by_class) {
  std::map<double, std::size_t> classes;
  if (by_class)
    for (const double label : data.target().values) classes.emplace(label, classes.size());
  std::vector<std::vector<double>> counts(
      data.groups().labels.size(), std::vector<double>(std::max<std::size_t>(1, classes.size())));
  for (std::size_t row = 0; row < data.samples(); ++row)
    ++counts[data.groups().values[row]][by_class ? classes.at(data.target().values[row]) : 0];
  return counts;
}

// How far a test part is from the one wanted, in samples of each class.
double distance(const std::vector<double>& part, const std::vector<double>& wanted) {
  double sum = 0;
  for (std::size_t c = 0; c < part.size(); ++c)
    sum += (part[c] - wanted[c]) * (part[c] - wanted[c]);
  return sum;
}

std::vector<double> sum_of(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> sum = a;
  for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += b[c];
  return sum;
}

// Which groups are for testing. `groups` are those that occur, in random order.
std::vector<bool> choose_groups(const std::vector<std::uint32_t>& groups,
                                const std::vector<std::vector<double>>& counts, double share) {
  std::vector<double> wanted(counts.front().size());
  for (const auto group : groups) wanted = sum_of(wanted, counts[group]);
  for (double& count : wanted) count *= share;
  std::vector<double> part(wanted.size());
  std::vector<bool> chosen(counts.size());
  std::size_t in_test = 0;
  for (const auto group : groups) {
    const auto with = sum_of(part, counts[group]);
    if (in_test + 1 == groups.size() || distance(with, wanted) >= distance(part, wanted)) continue;
    part = with;
    chosen[group] = true;
    ++in_test;
  }
  if (in_test > 0) return chosen;
  // Every group is larger than the part: the one that misses by least.
  chosen[*std::ranges::min_element(
      groups, {}, [&](std::uint32_t group) { return distance(counts[group], wanted); })] = true;
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
        "': to be cut by group it takes two");
  const double share = static_cast<double>(test) / static_cast<double>(data.samples());
  const auto chosen = choose_groups(order, class_counts(data, options.stratify), share);
  std::pair<Rows, Rows> parts;
  for (const auto row : permutation(data.samples(), random))
    (chosen[groups.values[row]] ? parts.second : parts.first).push_back(row);
  return parts;
}

std::pair<Rows, Rows> cut_by_time(const Dataset& data, const SplitOptions& options) {
  const auto& times = data.times().values;
  check(!options.stratify, "split", "cuts by time, which leaves no choice to stratify by");
  Rows order(data.samples());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t row) { return times[row]; });
  const auto time_at = [&](std::size_t i) { return times[order[i]]; };
  std::size_t begin = data.samples() - test_rows(data.samples(), options);
  const auto of_one_time = [&] { return begin > 0 && time_at(begin - 1) == time_at(begin); };
  const std::size_t wanted = begin;
  while (of_one_time()) --begin;
  if (begin == 0)  // the first time reaches beyond: the test part begins behind it
    for (begin = wanted; begin < order.size() && of_one_time();) ++begin;
  check(begin < order.size(), "split", "all samples are of one time of '", data.times().name,
        "': nothing comes after another");
  const auto border = order.begin() + static_cast<std::ptrdiff_t>(begin);
  return {Rows(order.begin(), border), Rows(border, order.end())};
}

}  // namespace

const FieldList& SplitOptions::fields() {
  static const FieldList list =
      Fields<SplitOptions>()
          .add("test_size", &SplitOptions::test_size, "share of the rows held out for testing")
          .more_than(0)
          .less_than(1)
          .add("stratify", &SplitOptions::stratify,
               "give both parts the same shares of the classes")
          .add("random_state", &SplitOptions::random_state, "seed of everything random")
          .flag("--seed")
          .at_least(0);
  return list;
}

std::pair<Rows, Rows> split_rows(std::size_t samples, std::span<const double> labels,
                                 const SplitOptions& options,
                                 const std::vector<std::string>& classes) {
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
  if (grouped) return cut_by_group(data, options);
  if (timed) return cut_by_time(data, options);
  return split_rows(data.samples(), target.values, options, target.classes);
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
