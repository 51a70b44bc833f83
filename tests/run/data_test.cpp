#include "hebb/run/data.h"

#include <gtest/gtest.h>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/estimators/mlp.h"
#include "scratch.h"

namespace hebb {
namespace {

Dataset with_target(std::vector<double> values, std::vector<std::string> classes = {},
                    std::size_t outputs = 1) {
  Target target{.values = std::move(values), .classes = std::move(classes)};
  for (std::size_t o = 0; o < outputs; ++o) target.names.push_back("y" + std::to_string(o));
  const std::size_t rows = target.values.size() / outputs;
  return Dataset::from_values(std::vector<double>(rows, 0.5), {rows, 1}, std::move(target));
}

std::vector<double> whole_numbers(int kinds) {
  std::vector<double> values;
  for (int i = 0; i < 3 * kinds; ++i) values.push_back(i % kinds);
  return values;
}

TEST(ChooseTask, ClassifiesLabels) {
  const TaskChoice choice = choose_task(with_target({0, 1, 2}, {"a", "b", "c"}));
  EXPECT_EQ(choice.task, Task::classify);
  EXPECT_EQ(choice.reason, "the target has 3 labels");
}

TEST(ChooseTask, ClassifiesFewWholeNumbers) {
  const TaskChoice few = choose_task(with_target(whole_numbers(20)));
  EXPECT_EQ(few.task, Task::classify);
  EXPECT_EQ(few.reason, "the target has 20 distinct whole numbers");
  const TaskChoice many = choose_task(with_target(whole_numbers(21)));
  EXPECT_EQ(many.task, Task::regress);
  EXPECT_EQ(many.reason, "the target has more than 20 distinct numbers");
}

TEST(ChooseTask, PredictsFractionsAndSeveralTargetsAsNumbers) {
  const TaskChoice fractions = choose_task(with_target({1, 2, 2.5}));
  EXPECT_EQ(fractions.task, Task::regress);
  EXPECT_EQ(fractions.reason, "the target holds fractions");
  const TaskChoice several = choose_task(with_target({1, 2, 1, 2}, {}, 2));
  EXPECT_EQ(several.task, Task::regress);
  EXPECT_EQ(several.reason, "there are 2 targets");
}

TEST(ChooseTask, DoesAsItIsAsked) {
  EXPECT_EQ(choose_task(with_target(whole_numbers(2)), Task::regress).task, Task::regress);
  EXPECT_EQ(choose_task(with_target({0.5, 1}), Task::classify).task, Task::classify);
}

TEST(ForTask, MakesClassesOfWholeNumbers) {
  const Dataset numbers = with_target({3, 1, 3});
  EXPECT_EQ(for_task(numbers, Task::classify).target().classes,
            (std::vector<std::string>{"1", "3"}));
  EXPECT_FALSE(for_task(numbers, Task::regress).target().is_classes());
  expect_error<DataError>(
      [] {
        for_task(with_target({0.5, 1}), Task::classify);
      },
      {"Unknown label type"});
}

TEST(TestPart, IsTheOneThatASetComesWith) {
  Dataset data = with_target(whole_numbers(2));
  EXPECT_EQ(test_part(data).samples(), 6U);
  data.set_test_begin(4);
  EXPECT_EQ(test_part(data).samples(), 2U);
  EXPECT_EQ(test_part(data).row_number(0), 5U);
}

TEST(Predictable, LeavesOutRowsThatTheModelDrops) {
  const test::Scratch folder;
  test::write_text(folder / "t.csv", "a,y\n1,x\n,x\n3,z\n4,z\n");
  const Dataset data = load_dataset(folder / "t.csv");
  MLPClassifier dropping({.max_iter = 1}, {.impute = "drop"});
  dropping.fit(data);
  EXPECT_EQ(predictable(data, dropping.model()).samples(), 3U);
  MLPClassifier filling({.max_iter = 1}, {.impute = "mean"});
  filling.fit(data);
  EXPECT_EQ(predictable(data, filling.model()).samples(), 4U);
}

TEST(LoadFor, TakesTheTargetOfTheModel) {
  const test::Scratch folder;
  test::write_text(folder / "t.csv", "y,a\nx,1\nx,2\nz,3\nz,4\n");
  MLPClassifier net({.max_iter = 1});
  net.fit(load_dataset(folder / "t.csv", {.target = {"y"}}));
  EXPECT_EQ(load_for(net.model(), folder / "t.csv").data.target().names,
            std::vector<std::string>{"y"});
  EXPECT_EQ(load_for(net.model(), folder / "t.csv", {{"target", std::vector<std::string>{"a"}}})
                .data.target()
                .names,
            std::vector<std::string>{"a"});
  EXPECT_FALSE(load_for(net.model(), folder / "t.csv", {}, TargetUse::none).data.has_target());
}

TEST(ReadingFor, HasTheOptionsOfTrainingUnlessOthersAreGiven) {
  const test::Scratch folder;
  test::write_text(folder / "t.csv", "1;x;1;a\n2;z;3;b\n-9;x;1;a\n2;z;1;b\n");
  MLPClassifier net({.max_iter = 1}, {.impute = "mean"});
  net.fit(load_dataset(folder / "t.csv",
                       {.categorical = {"3"}, .sep = ";", .header = false, .na = {"-9"}}));
  const DataOptions kept = reading_for(net.model());
  EXPECT_EQ(kept.sep, ";");
  EXPECT_EQ(kept.header, false);
  EXPECT_EQ(kept.na, std::vector<std::string>{"-9"});
  EXPECT_EQ(kept.categorical, std::vector<std::string>{"c3"});
  EXPECT_FALSE(kept.is_given("na"));
  EXPECT_EQ(kept.precedent.categorical,
            (std::map<std::string, bool>{{"c1", false}, {"c2", true}, {"c3", true}, {"c4", true}}));
  EXPECT_EQ(reading_text(net.model().reading), "--categorical=c3 --sep=';' --no-header --na=-9");
  const DataOptions other = reading_for(net.model(), {{"header", true}});
  EXPECT_TRUE(other.header && other.is_given("header"));
  expect_error<std::invalid_argument>(
      [&] {
        reading_for(net.model(), {{"heder", true}});
      },
      {"heder", "header"});
}

TEST(ReadingFor, RefusesARecordThatIsNone) {
  Model model;
  model.reading.set("threads", std::int64_t{-1});
  expect_error<ModelError>([&] { reading_for(model); }, {"how its data was read", "[threads]"});
}

TEST(LoadFor, LeavesOutWhatTheDataHasNoUseFor) {
  const test::Scratch folder;
  test::write_text(folder / "t.csv", "c1,c2,y\n1,2,0\n2,1,1\n1,2,0\n");
  test::write_text(folder / "t.svm", "0 1:1 2:2\n1 1:2 2:1\n");
  MLPClassifier net({.max_iter = 1});
  net.fit(load_dataset(folder / "t.csv", {.categorical = {"c1"}, .weight = "c2"}));
  EXPECT_EQ(load_for(net.model(), folder / "t.svm", {}, TargetUse::none).data.samples(), 2U);
  expect_error<std::invalid_argument>(
      [&] {
        load_for(net.model(), folder / "t.svm", {{"group", std::string("c1")}});
      },
      {"[group]", "LIBSVM"});
}

}  // namespace
}  // namespace hebb
