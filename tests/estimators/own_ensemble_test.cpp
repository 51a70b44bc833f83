// What an estimator of a program's own that holds others keeps of what all promise.
#include <algorithm>

#include "../../examples/extend/blend.h"

#include <gtest/gtest.h>

#include "estimators/contract.h"
#include "expect_error.h"
#include "scratch.h"

namespace hebb::test {
namespace {

using example::logistic_and_sigmoid;
using example::Blend;
using example::blend_row;
using example::BlendBody;

INSTANTIATE_TEST_SUITE_P(OwnEnsemble, Contract, testing::ValuesIn(kinds_of(blend_row())),
                         kind_name);

TEST(OwnEnsemble, IsTheMeanOfItsMembers) {
  const Dataset iris = load_dataset("iris");
  Blend blend = logistic_and_sigmoid({.share = 0.25});
  blend.fit(iris);
  LogisticRegression first;
  Perceptron second({.max_iter = 20, .activation = "sigmoid"});
  first.fit(iris);
  second.fit(iris);
  const Tensor p = first.predict_proba(iris), q = second.predict_proba(iris),
               mean = blend.predict_proba(iris);
  for (std::size_t i = 0; i < mean.size(); ++i)
    EXPECT_EQ(mean[i], static_cast<float>(0.25 * double{p[i]} + 0.75 * double{q[i]}));
}

TEST(OwnEnsemble, TakesTheOptionsOfItsMembersByName) {
  const Dataset iris = load_dataset("iris");
  Blend blend = logistic_and_sigmoid();
  blend.set_option("first.C", 100.0);
  blend.set_option("second.eta0", 0.01);
  expect_error<std::invalid_argument>([&] { blend.set_option("second.eta0", -1.0); },
                                      {"[second.eta0]", "> 0", "-1"});
  expect_error<std::invalid_argument>([&] { blend.set_option("first.c", 1.0); },
                                      {"[first.c]", "no option"});
  EXPECT_EQ(blend.options().child("first").as<LogisticOptions>().C, 100);
  EXPECT_TRUE(blend.options().find("second.eta0")->log_scale);
  blend.fit(iris);
  const auto& body = dynamic_cast<const BlendBody&>(*blend.model().body);
  EXPECT_EQ(body.members[0].options.number("C"), 100);
  EXPECT_EQ(body.members[1].options.number("eta0"), 0.01);
  EXPECT_EQ(blend.model().options.part("second")->number("eta0"), 0.01);
}

TEST(OwnEnsemble, LoadsWithItsMembersWhereverTheyAreRegistered) {
  blend_row();
  const Scratch scratch;
  const Dataset iris = load_dataset("iris");
  // One of the other kind: the file says which they are.
  Blend blend(Perceptron({.max_iter = 20, .activation = "sigmoid"}),
                MLPClassifier({.hidden_layer_sizes = {8}, .max_iter = 20}));
  blend.set_option("second.alpha", 0.5);
  blend.fit(iris);
  blend.save(scratch / "v.hebb");
  const auto loaded = load_model(scratch / "v.hebb");
  EXPECT_EQ(loaded->options().get("second.alpha"), Value(0.5));
  EXPECT_EQ(loaded->options().record(), blend.options().record());
  const Tensor p = dynamic_cast<const Classifier&>(*loaded).predict_proba(iris);
  EXPECT_TRUE(std::ranges::equal(p.span(), blend.predict_proba(iris).span()));
  // Threads reach the members.
  loaded->set_option("second.threads", std::int64_t{2});
  const Tensor again = dynamic_cast<const Classifier&>(*loaded).predict_proba(iris);
  EXPECT_TRUE(std::ranges::equal(again.span(), p.span()));
}

}  // namespace
}  // namespace hebb::test
