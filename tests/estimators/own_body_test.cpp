// What a stored-rows estimator of a program's own keeps of what all promise.
#include "../../examples/extend/neighbors.h"

#include <gtest/gtest.h>

#include "estimators/contract.h"
#include "scratch.h"

namespace hebb::test {
namespace {

using example::Neighbors;
using example::neighbors_row;

INSTANTIATE_TEST_SUITE_P(OwnBody, Contract, testing::ValuesIn(kinds_of(neighbors_row())),
                         kind_name);

TEST(OwnBody, OneNeighborKnowsWhatItHasSeen) {
  const Dataset iris = load_dataset("iris");
  Neighbors one({.n_neighbors = 1});
  one.fit(iris);
  EXPECT_EQ(one.score(iris), 1);
  // scikit-learn 1.2, KNeighborsClassifier(n_neighbors=5).fit(X, y).score(X, y).
  one.set_option("n_neighbors", std::int64_t{5});
  one.fit(iris);
  EXPECT_NEAR(one.score(iris), 145.0 / 150, 1e-12);
}

TEST(OwnBody, LoadsByItsKind) {
  neighbors_row();
  const Scratch scratch;
  const Dataset iris = load_dataset("iris");
  Neighbors neighbors({.weights = "distance"}, {.scale = "standard"});
  neighbors.fit(iris);
  neighbors.save(scratch / "n.hebb");
  const auto loaded = load_model(scratch / "n.hebb");
  EXPECT_EQ(loaded->model().parameter_count(), 600U);
  EXPECT_EQ(loaded->score(iris, "log_loss"), neighbors.score(iris, "log_loss"));
  EXPECT_EQ(evaluate(*loaded, iris).classes, neighbors.classes());
}

}  // namespace
}  // namespace hebb::test
