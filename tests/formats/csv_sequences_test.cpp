// CSV files with columns beside features and target: sequences, groups, times, several labels.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>

#include "expect_error.h"
#include "formats/writers.h"
#include "hebb/core/error.h"
#include "hebb/core/random.h"
#include "hebb/data/dataset.h"
#include "hebb/formats/csv.h"

namespace hebb {
namespace {

using Numbers = std::vector<double>;
using Texts = std::vector<std::string>;

Dataset parse(const std::string& text, const DataOptions& options,
              TargetUse use = TargetUse::required) {
  return parse_csv(text, "f.csv", options, use);
}

std::string error_of(const std::string& text, const DataOptions& options) {
  return message_of<DataError>([&] { (void)parse(text, options); });
}

Numbers steps_of(const Dataset& data, std::size_t sequence) {
  const auto steps = data.sequences().steps(sequence);
  return {steps.begin(), steps.end()};
}

TEST(CsvSequences, RowsOfOneIdAreSteps) {
  const Dataset data =
      parse("id,t,a,b,y\n9,2,12,x,1\n7,1,1,y,0\n9,1,11,y,1\n7,0,0,x,0\n9,3,13,y,1\n",
            {.sequence = "id", .order = "t"});
  ASSERT_TRUE(data.is_sequences());
  EXPECT_EQ(data.samples(), 2U);
  EXPECT_EQ(data.features(), 2U);
  EXPECT_EQ(data.sequences().id(0), "9");  // the file names it first
  EXPECT_EQ(data.sequences().id(1), "7");
  EXPECT_EQ(steps_of(data, 0), (Numbers{11, 1, 12, 0, 13, 1}));
  EXPECT_EQ(steps_of(data, 1), (Numbers{0, 0, 1, 1}));
  EXPECT_EQ(data.columns()[1].categories, (Texts{"x", "y"}));
  EXPECT_EQ(data.target().values, (Numbers{1, 0}));
  EXPECT_EQ(data.name(), "f.csv");
}

TEST(CsvSequences, WithoutOrderStepsStandAsInTheFile) {
  const Dataset data = parse("id,a,y\nu,3,1\nv,5,2\nu,1,1\n", {.sequence = "id"});
  EXPECT_EQ(steps_of(data, 0), (Numbers{3, 1}));
  EXPECT_EQ(steps_of(data, 1), (Numbers{5}));
}

TEST(CsvSequences, OrderMayBeDates) {
  const Dataset data = parse("id,day,a,y\nu,2024-10-01,3,1\nu,2024-02-01,2,1\nu,2023-12-31,1,1\n",
                             {.sequence = "id", .order = "day"});
  EXPECT_EQ(steps_of(data, 0), (Numbers{1, 2, 3}));
}

// Dates are kept as they were written.
TEST(CsvTimes, MayBeTexts) {
  const std::string text =
      "day,a,y\n2024-10-01,3,1\n2024-02-01,2,0\n2023-12-31,1,1\n2024-10-01,4,0\n";
  const Dataset data = parse(text, {.time_column = "day"});
  EXPECT_EQ(data.times().labels, (Texts{"2023-12-31", "2024-02-01", "2024-10-01"}));
  EXPECT_EQ(data.times().values, (Numbers{2, 1, 0, 2}));
  const auto [train, test] = data.split({.test_size = 0.5});
  EXPECT_EQ(csv_text(test), "a,day,y\n3,2024-10-01,1\n4,2024-10-01,0\n");
  EXPECT_EQ(parse(csv_text(train), {.time_column = "day"}).hash(), train.hash());
  EXPECT_NE(parse(text, {.time_column = "day"}).hash(), parse(text, {.ignore = {"day"}}).hash());
  // The time of a sequence, too, where it is the order of the steps.
  const Dataset visits = parse("id,day,a,y\nu,2024-02-01,3,1\nv,2024-01-01,2,0\nu,2023-12-31,1,1\n",
                               {.time_column = "day", .sequence = "id", .order = "day"});
  EXPECT_EQ(visits.times().values, (Numbers{2, 1}));
  EXPECT_EQ(visits.times().labels[2], "2024-02-01");
}

TEST(CsvSequences, StepsMayHaveTargetsOfTheirOwn) {
  const Dataset data = parse("id,t,a,y\nu,2,1,no\nv,1,2,yes\nu,1,3,yes\n",
                             {.sequence = "id", .order = "t", .step_target = true});
  EXPECT_EQ(data.target().classes, (Texts{"no", "yes"}));
  EXPECT_EQ(data.target().offsets, (std::vector<std::size_t>{0, 2, 3}));
  EXPECT_EQ(data.target().values, (Numbers{1, 0, 1}));
  // Where there is no target there is none for each step.
  const Dataset bare =
      parse("id,a\nu,1\n", {.sequence = "id", .step_target = true}, TargetUse::none);
  EXPECT_FALSE(bare.has_target());
}

TEST(CsvSequences, WeightsGroupsAndTimesAreThoseOfTheWhole) {
  const Dataset data =
      parse("id,t,who,w,a,y\nu,3,ann,2,0,1\nu,5,ann,2,0,1\nv,4,bob,1,0,0\n",
            {.weight = "w", .group = "who", .time_column = "t", .sequence = "id", .order = "t"});
  EXPECT_EQ(data.weights(), (Numbers{2, 1}));
  EXPECT_EQ(data.groups().name, "who");
  EXPECT_EQ(data.groups().labels, (Texts{"ann", "bob"}));
  EXPECT_EQ(data.groups().values, (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(data.times().values, (Numbers{5, 4}));
  EXPECT_EQ(data.features(), 1U);
}

TEST(CsvSequences, RefuseWhatBreaksTheirRules) {
  const DataOptions whole{.sequence = "id", .order = "t"};
  expect_contains(error_of("id,t,a,y\nu,1,0,1\nu,2,0,1\nu,1,0,1\n", whole),
                  "f.csv: sequence 'u': rows 1 and 3 have the same place in column 't'");
  expect_contains(error_of("id,t,a,y\nu,2,0,1\nu,1,0,2\n", whole),
                  "f.csv: sequence 'u': the target in column 'y' changes between rows 2 and 1, and "
                  "a sequence has one: say --step-target");
  expect_contains(error_of("id,g,a,y\nu,1,0,1\nu,2,0,1\n", {.group = "g", .sequence = "id"}),
                  "the group in column 'g' changes between rows 1 and 2");
  expect_contains(error_of("id,w,a,y\nu,1,0,1\nu,2,0,1\n", {.weight = "w", .sequence = "id"}),
                  "the weight in column 'w' changes between rows 1 and 2");
  expect_contains(error_of("id,t,a,y\n,1,0,1\n", whole), "the sequence in column 'id' is missing");
  expect_contains(error_of("id,t,a,y\nu,,0,1\n", whole), "the order in column 't' is missing");
  expect_contains(error_of("g,a,y\nNA,0,1\n", {.group = "g"}),
                  "the group in column 'g' is missing");
  expect_contains(error_of("t,a,y\n?,0,1\n", {.time_column = "t"}),
                  "the time in column 't' is missing");
  const auto misused = [](const DataOptions& options) {
    return message_of<std::invalid_argument>([&] { (void)parse("id,t,a,y\nu,1,0,1\n", options); });
  };
  expect_contains(misused({.order = "t"}), "[order] is for sequences");
  expect_contains(misused({.step_target = true}), "[step_target] is for sequences");
  expect_contains(misused({.sequence = "ib"}), "has no column 'ib'; did you mean 'id'?");
  expect_contains(misused({.group = "id", .sequence = "id"}),
                  "column 'id' of f.csv cannot be the group and the sequence");
  expect_contains(misused({.target = {"id"}, .sequence = "id"}),
                  "cannot be the sequence and a target");
}

TEST(CsvGroups, AreNamesAlsoWhereTheyAreDigits) {
  const Dataset data = parse("g,a,y\n007,0,1\n7,1,2\n007,2,3\n", {.group = "g"});
  EXPECT_TRUE(data.is_table());
  EXPECT_EQ(data.groups().labels.size(), 2U);
  EXPECT_EQ(data.groups().values[0], data.groups().values[2]);
  EXPECT_NE(data.groups().values[0], data.groups().values[1]);
  EXPECT_EQ(data.features(), 1U);
}

// Later data may lack what is no feature.
TEST(CsvGroups, AreNotNeededToPredict) {
  const Dataset data = parse("a\n1\n", {.group = "g", .time_column = "t"}, TargetUse::none);
  EXPECT_TRUE(data.groups().values.empty());
  EXPECT_TRUE(data.times().values.empty());
}

TEST(CsvTargets, SeveralMayHoldLabels) {
  const Dataset data = parse("a,kind,size,colour\n1,cat,2.5,red\n2,dog,3,red\n3,cat,1,blue\n",
                             {.target = {"kind", "size", "colour"}});
  const Target& target = data.target();
  EXPECT_FALSE(target.is_classes());
  EXPECT_TRUE(target.has_labels());
  EXPECT_EQ(target.classes_of(0), (Texts{"cat", "dog"}));
  EXPECT_TRUE(target.classes_of(1).empty());
  EXPECT_EQ(target.classes_of(2), (Texts{"blue", "red"}));
  EXPECT_EQ(target.values, (Numbers{0, 2.5, 1, 1, 3, 1, 0, 1, 0}));
  const std::vector<std::uint32_t> rows = {2};
  EXPECT_EQ(data.select(rows).target().classes_of(2), target.classes_of(2));
  EXPECT_EQ(parse(csv_text(data), {.target = target.names}).hash(), data.hash());
  expect_error<std::invalid_argument>([&] { (void)data.with_classes(); },
                                      {"classes need one target column, got 3"});
  // As --categorical says of numbers.
  const Dataset forced =
      parse("a,y,z\n1,1,2\n2,0,3\n", {.target = {"y", "z"}, .categorical = {"z"}});
  EXPECT_EQ(forced.target().classes_of(1), (Texts{"2", "3"}));
}

TEST(CsvSequences, AreWrittenAndReadAsTheSame) {
  const DataOptions as_read{.weight = "w", .group = "who", .time_column = "when", .sequence = "id"};
  const Dataset data =
      parse("id,who,when,w,a,b,y\nu,ann,3,2,0,x,1\nv,bob,4,1,,x,0\nu,ann,3,2,7,y,1\n", as_read);
  DataOptions written = as_read;
  written.sequence = "sequence";
  written.order = "step";
  written.weight = "weight";
  const Dataset again = parse(csv_text(data), written);
  EXPECT_EQ(again.hash(), data.hash());
  EXPECT_EQ(again.sequences().id(1), "v");
  const Dataset steps =
      parse("id,a,y\nu,0,1\nu,1,2\nv,2,3\n", {.sequence = "id", .step_target = true});
  EXPECT_EQ(
      parse(csv_text(steps), {.sequence = "sequence", .order = "step", .step_target = true}).hash(),
      steps.hash());
  // Without ids they are called by their numbers.
  const Dataset bare(
      Sequences(Table{.rows = 3, .columns = {{.name = "a"}}, .values = {1, 2, 3}}, {0, 2, 3}),
      {.names = {"y"}, .values = {5, 6}});
  EXPECT_EQ(csv_text(bare), "sequence,step,a,y\n1,1,1,5\n1,2,2,5\n2,1,3,6\n");
  const std::vector<std::uint32_t> twice = {0, 0};
  expect_error<std::invalid_argument>([&] { (void)csv_text(data.select(twice)); },
                                      {"two sequences are called 'u'"});
  Table infinite{.rows = 2, .columns = {{.name = "a"}}, .values = {1, INFINITY}};
  expect_error<std::invalid_argument>(
      [&] {
        (void)csv_text(Dataset(Sequences(std::move(infinite), {0, 1, 2}, {"u", "v"})));
      },
      {"sequence 'v', column 'a'"});
  EXPECT_THROW((void)npz_bytes(data), std::invalid_argument);
  EXPECT_THROW((void)libsvm_text(data), std::invalid_argument);
}

// 10,000 sequences of 1 to 300 steps: read, cut by group without a group on both sides, and looked
// at without a copy of the numbers.
TEST(CsvSequences, ManyAreCutByGroupWithoutCopies) {
  constexpr std::uint32_t kSequences = 10000, kGroups = 500, kLongest = 300;
  const Random random(1, Purpose::data);
  std::string text = "id,t,who,a,b,y\n";
  std::vector<std::size_t> lengths;
  for (std::uint32_t i = 0; i < kSequences; ++i) {
    lengths.push_back(1 + static_cast<std::size_t>(kLongest * random.uniform(i, 0)));
    const auto head = "s" + std::to_string(i) + ',';
    const auto who = ",g" + std::to_string(i * 7 % kGroups) + ',';
    for (std::size_t t = 0; t < lengths.back(); ++t)
      text += head + std::to_string(t) + who + std::to_string(t % 10) + ',' +
              std::to_string(i % 100) + ',' + std::to_string(i % 2) + '\n';
  }
  const Dataset data = parse(text, {.group = "who", .sequence = "id", .order = "t"});
  ASSERT_EQ(data.samples(), kSequences);
  EXPECT_EQ(data.sequences().length_range(),
            std::pair(std::ranges::min(lengths), std::ranges::max(lengths)));
  const auto [train, test] = data.split({.test_size = 0.2, .random_state = 3});
  EXPECT_EQ(train.samples() + test.samples(), kSequences);
  EXPECT_NEAR(static_cast<double>(test.samples()), 0.2 * kSequences, 20);
  const auto& in_train = train.groups().values;
  const std::set<std::uint32_t> known(in_train.begin(), in_train.end());
  for (const auto group : test.groups().values) EXPECT_FALSE(known.contains(group));
  // Every sequence of either part stands where it stood.
  const double* const begin = data.sequences().steps(0).data();
  const double* const end = begin + data.sequences().total_steps() * data.features();
  for (const Dataset* part : {&train, &test})
    for (std::size_t i = 0; i < part->samples(); ++i) {
      const auto steps = part->sequences().steps(i);
      ASSERT_TRUE(begin <= steps.data() && steps.data() + steps.size() <= end);
      ASSERT_EQ(part->sequences().length(i), lengths[part->row_number(i) - 1]);
      ASSERT_EQ(steps[1], static_cast<double>((part->row_number(i) - 1) % 100));
    }
}

}  // namespace
}  // namespace hebb
