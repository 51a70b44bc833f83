// What a transformer of a program's own keeps of what all promise.
#include "../../examples/extend/pca.h"

#include <gtest/gtest.h>

#include "estimators/contract.h"
#include "scratch.h"

namespace hebb::test {
namespace {

using example::Pca;
using example::pca_row;

INSTANTIATE_TEST_SUITE_P(OwnTransformer, Contract, testing::ValuesIn(kinds_of(pca_row())),
                         kind_name);

TEST(OwnTransformer, LeavesComponentsThatAreUncorrelatedByFallingVariance) {
  constexpr double kRounding = 1e-9;  // of sums over 150 rows
  const Dataset iris = load_dataset("iris");
  Pca pca;
  pca.fit(iris);
  const TableView out = pca.transform(iris).table();
  ASSERT_EQ(out.columns.size(), 4U);
  EXPECT_EQ(out.columns[0].name, "pc1");
  std::vector<double> covariance(16);
  for (std::size_t r = 0; r < out.rows; ++r)
    for (std::size_t i = 0; i < 4; ++i)
      for (std::size_t j = 0; j < 4; ++j)
        covariance[i * 4 + j] += out.at(r, i) * out.at(r, j) / static_cast<double>(out.rows - 1);
  // The squares of what prcomp(iris[1:4])$sdev is in R 4.2, to four decimals.
  const double expected[] = {4.2282, 0.2427, 0.0782, 0.0238};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j)
      EXPECT_NEAR(covariance[i * 4 + j], i == j ? expected[i] : 0, i == j ? 1e-4 : kRounding);
}

TEST(OwnTransformer, LoadsByItsKindAndKeepsWhatItWasAskedFor) {
  pca_row();
  const Scratch scratch;
  const Dataset iris = load_dataset("iris");
  Pca pca({.n_components = 2, .whiten = true}, {.scale = "standard"});
  pca.fit(iris);
  pca.save(scratch / "pca.hebb");
  const auto loaded = load_estimator(scratch / "pca.hebb");
  EXPECT_EQ(loaded->options(), pca.options());
  EXPECT_EQ(loaded->preprocess().scale, "standard");
  EXPECT_EQ(dynamic_cast<const Transformer&>(*loaded).transform(iris).table().values(),
            pca.transform(iris).table().values());
  EXPECT_EQ(pca.transform(iris).features(), 2U);
}

}  // namespace
}  // namespace hebb::test
