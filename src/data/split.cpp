// A split is the first part of a random permutation of the rows, a function of the seed alone.
// Stratified, every class has a quota in the test part: its share of it, rounded down, and the rows
// left over go to the largest remainders (Hare and Niemeyer). The permutation is then dealt out
// until the quotas are full. Counts are compared as whole numbers, so no rounding can differ by
// machine.
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

std::pair<Rows, Rows> cut(std::size_t samples, std::span<const double> labels,
                          const SplitOptions& options, const LabelText& text) {
  check_fields(options);
  const auto test =
      static_cast<std::size_t>(std::ceil(options.test_size * static_cast<double>(samples)));
  check(test > 0 && test < samples, "split", "a share of ", options.test_size, " cuts ", samples,
        " samples into ", samples - test, " and ", test, ": each needs at least 1 row");
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

}  // namespace

const FieldList& SplitOptions::fields() {
  static const FieldList list =
      Fields<SplitOptions>()
          .add("test_size", &SplitOptions::test_size, "fraction of the rows held out for testing")
          .more_than(0)
          .less_than(1)
          .add("stratify", &SplitOptions::stratify,
               "stratified split: keep the class proportions in both parts")
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

std::pair<Dataset, Dataset> Dataset::split() const {
  if (test_begin_ == 0) return split(SplitOptions{});
  return {slice(0, test_begin_), slice(test_begin_, samples())};
}

std::pair<Dataset, Dataset> Dataset::split(const SplitOptions& options) const {
  check(!options.stratify || target_.outputs() == 1, "split",
        "to stratify it takes one target column, got ", target_.outputs());
  const auto [train, test] = cut(samples(), target_.values, options, [this](double label) {
    return target_.is_classes() ? target_.classes[static_cast<std::size_t>(label)]
                                : number_text(label);
  });
  return {select(train), select(test)};
}

}  // namespace hebb
