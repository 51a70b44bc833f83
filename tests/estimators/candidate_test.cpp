#include "hebb/estimators/candidate.h"

#include <gtest/gtest.h>

#include "expect_error.h"
#include "hebb/estimators/ensembles.h"
#include "hebb/estimators/linear.h"
#include "hebb/estimators/mlp.h"

namespace hebb {
namespace {

using Sizes = std::vector<std::int64_t>;

std::string nested_votings(int levels) {
  std::string text = "logistic";
  for (int i = 0; i < levels; ++i) text = "voting:models=(" + text + ")";
  return text;
}

TEST(Candidates, AreSeparatedByNamesOfKinds) {
  const auto found =
      parse_candidates("mlp:hidden=50,20, alpha=0.01,logistic, mlp:net=linear(5, tanh),perceptron");
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].kind, "mlp");
  EXPECT_EQ(found[0].name, "mlp:hidden=50,20,alpha=0.01");
  EXPECT_EQ(found[0].options,
            (OptionValues{{"hidden_layer_sizes", Sizes{50, 20}}, {"alpha", 0.01}}));
  EXPECT_EQ(found[1], (Candidate{.name = "logistic", .kind = "logistic"}));
  EXPECT_EQ(found[2].options, (OptionValues{{"net", std::string("linear(5, tanh)")}}));
  EXPECT_EQ(found[3].kind, "perceptron");
}

TEST(Candidates, TakeAValueInParenthesesAsOne) {
  const auto found = parse_candidates(
      "stacking:models=(mlp:hidden=9,8,logistic),final=logistic:C=2,mlp:class_weight=(a=1,b=2)");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].options.at("models"), Value(std::string("mlp:hidden=9,8,logistic")));
  EXPECT_EQ(found[0].options.at("final_estimator"), Value(std::string("logistic:C=2")));
  EXPECT_EQ(found[1].options.at("class_weight"), Value(std::vector<std::string>{"a=1", "b=2"}));
}

TEST(Candidates, ChooseTheKindOfMembersBeforeTheirOptions) {
  const auto found = parse_candidates("bagging:base.C=3,n-estimators=4,base=logistic");
  ASSERT_EQ(found.size(), 1U);
  const OptionSet options = options_of(found[0]);
  EXPECT_EQ(options.as<BaggingOptions>().n_estimators, 4U);
  EXPECT_EQ(options.child("base").as<LogisticOptions>().C, 3);
}

TEST(Candidates, TellWhatIsWrong) {
  const auto refused = [](const std::string& text, std::initializer_list<std::string> parts) {
    expect_error<std::invalid_argument>([&] { parse_candidates(text); }, parts);
  };
  refused("", {"[models]", "a name is missing"});
  refused("mlpp", {"there is no model 'mlpp'", "did you mean mlp"});
  refused("mlp,logistik", {"there is no model 'logistik'", "did you mean logistic"});
  refused("alpha=1", {"'alpha=1' is an option without a model"});
  refused("mlp,alpha=1", {"'alpha=1' is an option", "write mlp:alpha=1"});
  refused("mlp:alpha", {"'alpha' of mlp is no option"});
  refused("mlp:alhpa=1", {"no option 'alhpa'", "did you mean alpha"});
  refused("mlp:alpha=-1", {"mlp:alpha=-1: alpha must be", ">= 0"});
  refused("mlp:alpha=1,alpha=2", {"alpha twice"});
  refused("voting:models=(mlp,nothing)", {"there is no model 'nothing'"});
}

TEST(Candidates, AreWrittenAsTheyAreRead) {
  const auto same = [](const std::string& kind, const OptionSet& options) {
    const std::string text = candidate_text(kind, options);
    const auto read = parse_candidates(text);
    ASSERT_EQ(read.size(), 1U) << text;
    EXPECT_EQ(read[0].kind, kind);
    EXPECT_EQ(options_of(read[0]).record(), options.record()) << text;
  };
  EXPECT_EQ(candidate_text("mlp", MLPOptions()), "mlp");
  EXPECT_EQ(candidate_text("mlp", MLPOptions{.hidden_layer_sizes = {50}, .alpha = 0.5}),
            "mlp:hidden_layer_sizes=50,alpha=0.5");
  same("mlp", MLPOptions{.hidden_layer_sizes = {50, 20},
                         .batch_size = 7,
                         .net = "linear(5) tanh linear(3)",
                         .class_weight = {"a b=1", "c=2"}});
  same("perceptron", PerceptronOptions{.penalty = "l2", .shuffle = false});
  OptionSet bagging = BaggingClassifier().options();
  bagging.set("base", std::string("logistic"));
  bagging.set("base.C", 0.1);
  EXPECT_EQ(candidate_text("bagging", bagging), "bagging:base=logistic,base.C=0.1");
  same("bagging", bagging);
  same("stacking", StackingOptions{.models = "mlp:hidden=9,logistic", .passthrough = true});
  expect_error<std::invalid_argument>(
      [] { candidate_text("mlp", MLPOptions{.class_weight = {"a),logistic=1"}}); },
      {"cannot be written"});
}

TEST(Candidates, ContainModelsToTheDepthOfFiles) {
  EXPECT_EQ(nesting(MLPOptions()), 0U);
  EXPECT_EQ(nesting(BaggingClassifier().options()), 1U);
  EXPECT_EQ(nesting(options_of(parse_candidates(nested_votings(8)).front())), 8U);
  expect_error<std::invalid_argument>([] { parse_candidates(nested_votings(10)); },
                                      {"deeper than 8"});
  expect_error<std::invalid_argument>([] { parse_candidates(nested_votings(5000)); },
                                      {"deeper than 8"});
  OptionSet stacking = StackingOptions{.models = "mlp", .final_estimator = "bagging:base=voting"};
  EXPECT_EQ(nesting(stacking), 3U);
}

TEST(Candidates, OfAnEnsembleAreWhatItTrains) {
  const auto kinds = [](const OptionSet& options, Task task) {
    std::vector<std::string> all;
    for (const Candidate& one : members_of(options, task)) all.push_back(one.kind);
    return all;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(kinds(VotingOptions(), Task::classify), (Names{"mlp", "logistic"}));
  EXPECT_EQ(kinds(StackingOptions(), Task::regress), (Names{"mlp", "adaline"}));
  EXPECT_EQ(kinds(BaggingClassifier(Perceptron()).options(), Task::classify), Names{"perceptron"});
  EXPECT_EQ(kinds(MLPOptions(), Task::classify), Names{});
  EXPECT_TRUE(is_ensemble(VotingOptions()));
  EXPECT_FALSE(is_ensemble(MLPOptions()));
}

}  // namespace
}  // namespace hebb
