#include "hebb/select/candidate.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "expect_error.h"
#include "hebb/data/dataset.h"

namespace hebb {
namespace {

using Lists = std::vector<std::int64_t>;

TEST(Candidates, AreKindsWithOptions) {
  const auto all = parse_candidates("mlp:hidden=50,alpha=0.01, logistic");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "mlp:hidden=50,alpha=0.01");
  EXPECT_EQ(all[0].kind, "mlp");
  EXPECT_EQ(all[0].options, (OptionValues{{"hidden_layer_sizes", Lists{50}}, {"alpha", 0.01}}));
  EXPECT_EQ(all[1], (Candidate{.name = "logistic", .kind = "logistic"}));
}

TEST(Candidates, AListIsAValue) {
  const auto all = parse_candidates("mlp:hidden=50,20,mlp:alpha=1,hidden=2,3,2,perceptron");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].options, (OptionValues{{"hidden_layer_sizes", Lists{50, 20}}}));
  EXPECT_EQ(all[1].options, (OptionValues{{"hidden_layer_sizes", Lists{2, 3, 2}}, {"alpha", 1.0}}));
  EXPECT_EQ(all[1].name, "mlp:alpha=1,hidden=2,3,2");
  EXPECT_EQ(all[2].kind, "perceptron");
}

TEST(Candidates, CommasInParenthesesAndColonsInValuesSeparateNothing) {
  const auto all = parse_candidates(
      "convnet:net=conv(8,3,padding=1) relu flatten linear(10),augment=shift:2,rotate:10,mlp");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].options, (OptionValues{{"net", "conv(8,3,padding=1) relu flatten linear(10)"},
                                          {"augment", "shift:2,rotate:10"}}));
}

TEST(Candidates, OptionsHaveTheNamesOfFlags) {
  const auto all = parse_candidates("mlp:learning-rate=0.01,epochs=3,early_stopping=true");
  EXPECT_EQ(all.front().options, (OptionValues{{"learning_rate_init", 0.01},
                                               {"max_iter", std::int64_t{3}},
                                               {"early_stopping", true}}));
}

TEST(Candidates, SayWhatIsWrong) {
  const auto expect = [](const char* text, std::initializer_list<std::string> parts) {
    SCOPED_TRACE(text);
    expect_error<std::invalid_argument>([&] { parse_candidates(text); }, parts);
  };
  expect("logistik", {"there is no model 'logistik'", "did you mean logistic"});
  expect("mlp,logistik", {"there is no model 'logistik'", "did you mean logistic"});
  expect("mlp,alpha=1", {"'alpha=1' is an option", "write mlp:alpha=1"});
  expect("alpha=1", {"an option without a model"});
  expect("mlp:alpa=1", {"alpa", "alpha"});
  expect("mlp:alpha=-1", {"alpha", "-1"});
  expect("mlp:alpha", {"NAME=VALUE"});
  expect("mlp:alpha=1,alpha=2", {"alpha twice"});
  expect("", {"a name is missing"});
}

TEST(Layouts, AreHiddenLayers) {
  const auto all = parse_layouts("3,3|2,3,2 | 100");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].name, "mlp:hidden=2,3,2");
  EXPECT_EQ(all[2].options, (OptionValues{{"hidden_layer_sizes", Lists{100}}}));
  expect_error<std::invalid_argument>([] { parse_layouts("3,3||5"); }, {"empty"});
  expect_error<std::invalid_argument>([] { parse_layouts("3,x"); }, {"3,x"});
}

std::vector<std::string> kinds_that_fit(const RunSpec& spec) {
  std::vector<std::string> kinds;
  for (const Candidate& one : fitting_candidates(prepare_run(spec))) kinds.push_back(one.kind);
  return kinds;
}

bool has_kind(const std::vector<std::string>& kinds, const std::string& kind) {
  return std::ranges::count(kinds, kind) > 0;
}

TEST(FittingCandidates, LearnTheTaskFromTheData) {
  const auto table = kinds_that_fit({.data = "iris"});
  for (const char* kind : {"mlp", "perceptron", "adaline", "logistic"})
    EXPECT_TRUE(has_kind(table, kind)) << kind;
  EXPECT_FALSE(has_kind(table, "convnet"));  // for images
  const auto numbers = kinds_that_fit({.data = "diabetes"});
  EXPECT_TRUE(has_kind(numbers, "adaline"));
  EXPECT_FALSE(has_kind(numbers, "perceptron"));  // predicts classes
  EXPECT_TRUE(has_kind(kinds_that_fit({.data = "mnist10k", .model = "mlp"}), "convnet"));
}

TEST(WithCandidate, KeepsPartsAndPreprocessing) {
  const PreparedRun run = prepare_run({.data = "wine",
                                       .split = SplitOptions{.test_size = 0.25},
                                       .model = "mlp",
                                       .preprocess = {{"scale", "minmax"}}});
  const PreparedRun other =
      with_candidate(run, {.name = "p", .kind = "perceptron", .options = {{"alpha", 0.5}}});
  EXPECT_EQ(other.row->name, "perceptron");
  EXPECT_EQ(other.train.hash(), run.train.hash());
  EXPECT_EQ(other.test->hash(), run.test->hash());
  EXPECT_EQ(other.preprocess.scale, "minmax");
  EXPECT_EQ(std::get<double>(other.options.get("alpha")), 0.5);
}

}  // namespace
}  // namespace hebb
