// Every fold but those by time is given by the part that each row is held out in, so all ways to cut
// come down to numbering the rows' parts.
#include "hebb/data/folds.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "hebb/core/error.h"
#include "hebb/core/random.h"

namespace hebb {
namespace {

using Rows = std::vector<std::uint32_t>;

// The classes of the rows, numbered in the order in which they occur, and their sizes.
struct Classes {
  Rows of_row;
  std::vector<std::size_t> sizes;
  std::vector<std::size_t> ranks;  // of their labels
};

Classes number_classes(const Dataset& data) {
  const Target& target = data.target();
  check(target.outputs() == 1 && !target.per_step(), "folds",
        "to stratify them takes one label a sample: leave out stratify");
  Classes classes;
  std::map<double, std::uint32_t> numbers;
  std::vector<std::size_t> first;
  for (std::size_t row = 0; row < data.samples(); ++row) {
    const double label = target.exact.values.empty()
                             ? target.values[row]
                             : static_cast<double>(target.exact.values[row]);
    check(!std::isnan(label), "folds", "to stratify them takes a label for each row, and row ",
          row + 1, " has none");
    const auto [at, is_new] =
        numbers.emplace(label, static_cast<std::uint32_t>(classes.sizes.size()));
    if (is_new) {
      classes.sizes.push_back(0);
      first.push_back(row);
    }
    classes.of_row.push_back(at->second);
    ++classes.sizes[at->second];
  }
  classes.ranks.resize(numbers.size());
  std::size_t rank = 0;
  for (const auto& [label, c] : numbers) classes.ranks[c] = rank++;
  for (std::size_t c = 0; c < first.size(); ++c)
    check(classes.sizes[c] >= 2, "folds", "the class of row ", data.row_number(first[c]),
          " has 1 row; stratified folds need 2 of each class: remove it, or do not stratify");
  return classes;
}

// The rows in the order in which they are dealt out.
Rows order_of(std::size_t rows, const FoldOptions& options, std::uint32_t repeat) {
  if (options.shuffle)
    return permutation(rows, Random(options.random_state, Purpose::folds, repeat));
  Rows order(rows);
  std::iota(order.begin(), order.end(), 0U);
  return order;
}

// The parts of all rows, of equal size.
Rows plain_parts(std::size_t samples, const FoldOptions& options, std::uint32_t repeat) {
  const auto folds = static_cast<std::size_t>(options.folds);
  const Rows order = order_of(samples, options, repeat);
  Rows parts(samples);
  std::size_t at = 0;
  for (std::size_t fold = 0; fold < folds; ++fold)
    for (const std::size_t end = at + samples / folds + (fold < samples % folds ? 1 : 0); at < end;
         ++at)
      parts[order[at]] = static_cast<std::uint32_t>(fold);
  return parts;
}

// Rows sorted by class are dealt out in turn, which decides how many of each class are in each part.
// The rows of a class then fill the parts in order.
Rows stratified_parts(const Classes& classes, const FoldOptions& options, std::uint32_t repeat) {
  const auto folds = static_cast<std::size_t>(options.folds);
  std::vector<std::vector<std::size_t>> quotas(classes.sizes.size());
  std::size_t dealt = 0;
  for (std::size_t c = 0; c < quotas.size(); ++c) {
    quotas[c].resize(folds);
    for (std::size_t i = 0; i < classes.sizes[c]; ++i) ++quotas[c][dealt++ % folds];
  }
  Rows parts(classes.of_row.size());
  std::vector<std::size_t> at(quotas.size());
  for (const std::uint32_t row : order_of(parts.size(), options, repeat)) {
    const std::uint32_t c = classes.of_row[row];
    while (quotas[c][at[c]] == 0) ++at[c];
    --quotas[c][at[c]];
    parts[row] = static_cast<std::uint32_t>(at[c]);
  }
  return parts;
}

// The groups that occur, numbered anew in the order of their labels, and the rows' numbers.
struct Occurring {
  Rows of_row;
  std::size_t count = 0;
};

Occurring occurring_groups(const Dataset& data, const FoldOptions& options) {
  const Groups& groups = data.groups();
  Rows numbers(groups.labels.size());
  for (const auto group : groups.values) numbers[group] = 1;
  Occurring found;
  for (auto& number : numbers)
    if (number == 1) number = static_cast<std::uint32_t>(found.count++);
  check(found.count >= static_cast<std::size_t>(options.folds), "folds", options.folds,
        " folds need as many groups, and '", groups.name, "' has ", found.count);
  for (const auto group : groups.values) found.of_row.push_back(numbers[group]);
  return found;
}

double deviation(const std::vector<double>& values) {
  const double count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / count);
}

// The parts of groups with so many rows of each class each.
class GroupDealer {
 public:
  GroupDealer(std::vector<std::vector<double>> counts, std::size_t folds)
      : counts_(std::move(counts)),
        totals_(counts_.front().size()),
        in_fold_(folds, std::vector<double>(totals_.size())),
        rows_in_fold_(folds) {
    for (const auto& group : counts_)
      for (std::size_t c = 0; c < totals_.size(); ++c) totals_[c] += group[c];
  }

  // Groups of equal rank are dealt out in the order given.
  Rows deal(Rows order) {
    const bool by_class = totals_.size() > 1;
    const auto rank = [&](std::uint32_t group) {
      return by_class ? deviation(counts_[group]) : counts_[group].front();
    };
    std::ranges::stable_sort(order, std::greater{}, rank);
    Rows parts(counts_.size());
    for (const std::uint32_t group : order) {
      const std::size_t fold = by_class ? evenest_with(group) : lightest();
      parts[group] = static_cast<std::uint32_t>(fold);
      add(group, fold, 1);
    }
    return parts;
  }

 private:
  void add(std::uint32_t group, std::size_t fold, double sign) {
    for (std::size_t c = 0; c < totals_.size(); ++c) {
      in_fold_[fold][c] += sign * counts_[group][c];
      rows_in_fold_[fold] += sign * counts_[group][c];
    }
  }

  std::size_t lightest() const {
    return static_cast<std::size_t>(std::ranges::min_element(rows_in_fold_) -
                                    rows_in_fold_.begin());
  }

  // The fold with which the shares of the classes in the folds differ least; among equals, that with
  // the fewest rows.
  std::size_t evenest_with(std::uint32_t group) {
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity(), fewest = least;
    for (std::size_t fold = 0; fold < in_fold_.size(); ++fold) {
      add(group, fold, 1);
      const double spread = spread_of_shares();
      add(group, fold, -1);
      const bool as_even = std::abs(spread - least) <= 1e-8 + 1e-5 * std::abs(least);
      if (spread < least || (as_even && rows_in_fold_[fold] < fewest)) {
        best = fold;
        least = spread;
        fewest = rows_in_fold_[fold];
      }
    }
    return best;
  }

  double spread_of_shares() const {
    double sum = 0;
    std::vector<double> shares(in_fold_.size());
    for (std::size_t c = 0; c < totals_.size(); ++c) {
      for (std::size_t fold = 0; fold < shares.size(); ++fold)
        shares[fold] = in_fold_[fold][c] / totals_[c];
      sum += deviation(shares);
    }
    return sum / static_cast<double>(totals_.size());
  }

  std::vector<std::vector<double>> counts_;  // of each group, by class
  std::vector<double> totals_;
  std::vector<std::vector<double>> in_fold_;
  std::vector<double> rows_in_fold_;
};

Rows group_parts(const Dataset& data, const Classes* classes, const FoldOptions& options,
                 std::uint32_t repeat) {
  const Occurring groups = occurring_groups(data, options);
  std::vector<std::vector<double>> counts(groups.count,
                                          std::vector<double>(classes ? classes->sizes.size() : 1));
  for (std::size_t row = 0; row < groups.of_row.size(); ++row)
    ++counts[groups.of_row[row]][classes ? classes->ranks[classes->of_row[row]] : 0];
  Rows order = order_of(groups.count, options, repeat);
  // As scikit-learn, which sorts in ascending order and reverses.
  if (!options.shuffle && !(classes && classes->sizes.size() > 1)) std::ranges::reverse(order);
  const Rows part_of = GroupDealer(std::move(counts), static_cast<std::size_t>(options.folds))
                           .deal(std::move(order));
  Rows parts;
  for (const auto group : groups.of_row) parts.push_back(part_of[group]);
  return parts;
}

void add_folds(const Rows& parts, std::size_t count, std::vector<Fold>& folds) {
  const std::size_t begin = folds.size();
  folds.resize(begin + count);
  for (std::size_t row = 0; row < parts.size(); ++row)
    for (std::size_t fold = 0; fold < count; ++fold)
      (fold == parts[row] ? folds[begin + fold].test : folds[begin + fold].train)
          .push_back(static_cast<std::uint32_t>(row));
}

std::vector<Fold> folds_by_time(const Dataset& data, const FoldOptions& options) {
  const auto& times = data.times().values;
  const std::size_t samples = times.size(), folds = static_cast<std::size_t>(options.folds);
  check(options.repeats == 1 && !options.test_size, "folds", "by the times of '", data.times().name,
        "' take neither repeats nor a test size: leave these out");
  Rows order(samples);
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [&](std::uint32_t row) { return times[row]; });
  const std::size_t size = samples / (folds + 1);
  std::vector<std::size_t> borders;
  for (std::size_t fold = 0; fold <= folds; ++fold) {
    std::size_t at = samples - (folds - fold) * size;
    while (at > 0 && at < samples && times[order[at - 1]] == times[order[at]]) --at;
    borders.push_back(at);
  }
  std::vector<Fold> found(folds);
  for (std::size_t fold = 0; fold < folds; ++fold) {
    check(size > 0 && borders[fold] > 0 && borders[fold] < borders[fold + 1], "folds",
          options.folds, " folds by time need more than ", options.folds,
          " times, with rows in each part: '", data.times().name, "' has too few");
    const auto at = [&](std::size_t i) { return order.begin() + static_cast<std::ptrdiff_t>(i); };
    found[fold].train.assign(at(0), at(borders[fold]));
    found[fold].test.assign(at(borders[fold]), at(borders[fold + 1]));
    std::ranges::sort(found[fold].train);
    std::ranges::sort(found[fold].test);
  }
  return found;
}

std::vector<Fold> independent_splits(const Dataset& data, const FoldOptions& options,
                                     bool stratify) {
  std::vector<Fold> folds;
  const Random seeds(options.random_state, Purpose::folds);
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(options.folds * options.repeats); ++i) {
    const auto words = seeds.bits(i, 0);
    // An option is a whole number of 63 bits.
    const std::uint64_t seed =
        ((std::uint64_t{words[0]} << 32) | words[1]) & (~std::uint64_t{0} >> 1);
    auto [train, test] = split_rows(
        data, {.test_size = *options.test_size, .stratify = stratify, .random_state = seed});
    std::ranges::sort(train);
    std::ranges::sort(test);
    folds.push_back({std::move(train), std::move(test)});
  }
  return folds;
}

}  // namespace

const FieldList& FoldOptions::fields() {
  static const FieldList list =
      Fields<FoldOptions>()
          .add("folds", &FoldOptions::folds, "number of folds for cross-validation")
          .at_least(2)
          .add("repeats", &FoldOptions::repeats, "cut the folds anew this many times")
          .at_least(1)
          .add("stratify", &FoldOptions::stratify, "keep the class proportions in every fold")
          .add("shuffle", &FoldOptions::shuffle, "draw the folds at random")
          .add("test_size", &FoldOptions::test_size,
               "make each fold an independent split with this share held out")
          .more_than(0)
          .less_than(1)
          .add("random_state", &FoldOptions::random_state, "seed of everything random")
          .at_least(0);
  return list;
}

std::vector<Fold> fold_rows(const Dataset& data, const FoldOptions& options) {
  check_fields(options);
  const auto folds = static_cast<std::size_t>(options.folds);
  check(data.samples() >= folds, "folds", options.folds, " folds need as many rows, and there are ",
        data.samples());
  const bool grouped = !data.groups().values.empty(), timed = !data.times().values.empty();
  check(!grouped || !timed, "folds", "are cut by group or by time: leave out one of the columns '",
        data.groups().name, "' and '", data.times().name, "'");
  if (timed) return folds_by_time(data, options);
  const bool stratify = options.stratify && data.target().is_classes();
  check(options.shuffle || options.repeats == 1, "repeats",
        "without shuffling would give the same folds: shuffle, or leave it out");
  if (options.test_size) {
    check(options.shuffle, "test_size",
          "draws the rows held out at random: shuffle, or leave it out");
    return independent_splits(data, options, stratify);
  }
  Classes classes;
  if (stratify) classes = number_classes(data);
  std::vector<Fold> found;
  for (int repeat = 0; repeat < options.repeats; ++repeat) {
    const auto at = static_cast<std::uint32_t>(repeat);
    add_folds(grouped    ? group_parts(data, stratify ? &classes : nullptr, options, at)
              : stratify ? stratified_parts(classes, options, at)
                         : plain_parts(data.samples(), options, at),
              folds, found);
  }
  return found;
}

}  // namespace hebb
