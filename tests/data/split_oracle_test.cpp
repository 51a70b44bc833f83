// Sizes of parts and counts of classes by scikit-learn (tests/oracles/splits.py). Which rows go
// where is each generator's own.
#include <gtest/gtest.h>

#include "hebb/data/dataset.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

TEST(Split, HoldsOutAsManyRowsAsScikitLearn) {
  const auto oracle = test::oracle("splits");
  for (const auto& c : oracle["plain"]) {
    const auto samples = c["samples"].get<std::size_t>();
    const auto [train, test] = split_rows(samples, {}, {.test_size = c["test_size"].get<double>()});
    EXPECT_EQ(test.size(), c["test"].get<std::size_t>()) << c;
    EXPECT_EQ(train.size(), samples - test.size()) << c;
  }
}

TEST(Split, StratifiedHoldsOutAsManyOfEachClassAsScikitLearn) {
  using Counts = std::vector<std::size_t>;
  const auto oracle = test::oracle("splits");
  for (const auto& c : oracle["stratified"]) {
    const auto counts = c["counts"].get<Counts>();
    std::vector<double> labels;
    for (std::size_t label = 0; label < counts.size(); ++label)
      labels.insert(labels.end(), counts[label], static_cast<double>(label));
    const auto [train, test] = split_rows(
        labels.size(), labels,
        {.test_size = c["test_size"].get<double>(), .stratify = true, .random_state = 3});
    Counts held_out(counts.size());
    for (const auto row : test) ++held_out[static_cast<std::size_t>(labels[row])];
    // The two differ where scikit-learn lets chance decide among equal remainders.
    for (std::size_t label = 0; label < counts.size(); ++label) {
      EXPECT_GE(held_out[label], c["least"][label].get<std::size_t>()) << c << " class " << label;
      EXPECT_LE(held_out[label], c["most"][label].get<std::size_t>()) << c << " class " << label;
    }
  }
}

}  // namespace
}  // namespace hebb
