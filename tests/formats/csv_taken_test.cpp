// Columns as people have them: what the reader takes them for, and how later files are read.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/formats/csv.h"

namespace hebb {
namespace {

using Names = std::vector<std::string>;

struct Taken {
  Dataset data;
  ReadReport report;

  Names columns() const {
    Names out;
    for (const Column& column : data.columns()) out.push_back(column.name);
    return out;
  }
  std::string notes(const std::string& kind) const {
    std::string all;
    for (const ReadNote& note : report.notes)
      if (note.kind == kind) all += note.text + '\n';
    return all;
  }
  /// The options by which other data are read.
  Names kept() const {
    return data.reading().has("column") ? std::get<Names>(data.reading().value("column")) : Names{};
  }
};

Taken take(const std::string& text, DataOptions options = {.kinds = "auto"},
           TargetUse use = TargetUse::required) {
  options.report = std::make_shared<ReadReport>();
  Taken out{parse_csv(text, "f.csv", options, use), {}};
  out.report = *options.report;
  return out;
}

// Data that are read as those that `first` was read from.
Taken take_like(const Taken& first, const std::string& text, const Names& more = {}) {
  DataOptions options;
  options.column = first.kept();
  options.column.insert(options.column.end(), more.begin(), more.end());
  options.target = first.data.target().names;
  options.precedent.options = {"column", "target"};
  for (const Column& column : first.data.columns())
    options.precedent.categorical[column.name] = column.is_categorical();
  options.kinds = "auto";  // the precedent decides
  return take(text, options, TargetUse::none);
}

double at(const Taken& taken, std::size_t row, const std::string& name) {
  const Names names = taken.columns();
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::numeric_limits<double>::infinity();
  return taken.data.table().at(row, static_cast<std::size_t>(found - names.begin()));
}

TEST(CsvTaken, ReadsAsBeforeUnlessAsked) {
  const std::string text = "t,five,y\n2024-01-01,5,a\n2024-01-02,5,b\n";
  const Taken plain = take(text, {});
  EXPECT_EQ(plain.columns(), (Names{"t", "five"}));
  EXPECT_TRUE(plain.data.columns()[0].is_categorical());
  EXPECT_TRUE(plain.data.reading().empty());
  EXPECT_EQ(take(text).columns(), (Names{"t.weekday_sin", "t.weekday_cos", "t.days"}));
  EXPECT_EQ(take(text, {.kinds = "plain"}).columns(), plain.columns());
}

TEST(CsvTaken, ADateIsReadInNewForms) {
  const Taken first = take("t,y\n31.12.2023,1\n5.1.2024,2\n1.2.2024,3\n");
  EXPECT_EQ(first.kept(), Names{"t=date:dmy:year+month+weekday+days:2023-12-31"});
  expect_contains(first.notes("kinds"),
                  "column 't': dates such as '1.2.2024' (the day is first) become year, month, "
                  "weekday and days since 2023-12-31; --column t=category keeps the texts");
  const Taken later =
      take_like(first, "t\n2024-02-01\n1/2/2024\n2024-02-01T00:00\nnever\n\n\"\"\n12/31/2024\n");
  EXPECT_EQ(later.columns(), first.columns());
  for (const std::size_t row : {0U, 1U, 2U})
    for (const auto& name : first.columns()) EXPECT_EQ(at(later, row, name), at(first, 2, name));
  EXPECT_TRUE(std::isnan(at(later, 3, "t.year")));
  EXPECT_TRUE(std::isnan(at(later, 4, "t.year")));
  EXPECT_TRUE(std::isnan(at(later, 5, "t.year"))) << "the day was first in training";
  expect_contains(later.notes("missing"),
                  "'never' is no date and counts as a missing value, in 2 rows");
}

TEST(CsvTaken, TheSameFileIsReadInTheSameWay) {
  std::string text = "\xEF\xBB\xBFid,wann,größe,ok,note,preis,rate,gewicht,leer,x,y\r\n";
  std::string rows;
  for (int i = 0; i < 30; ++i)
    rows += "k" + std::to_string(i) + ",\"" + std::to_string(1 + i % 28) + ".03.2024 " +
            std::to_string(10 + i % 12) + ":30\",\"" + std::to_string(i * 7 % 30) + ",5\"," +
            (i % 3 ? "ja" : "nein") + ",\"this is note\nnumber " + std::to_string(i * 11 % 30) +
            " of many\",\"$1," + std::to_string(100 + i * 13 % 30) + ".50\"," +
            std::to_string(i * 7 % 30) + "%,\"" + (i % 2 ? "5 kg" : std::to_string(i) + " g") +
            "\",," + std::to_string(i * 17 % 30) + ".25," + (i % 2 ? "a" : "b") + "\r\n";
  text += rows;
  const Taken first = take(text);
  EXPECT_EQ(first.kept(),
            (Names{"id=id", "wann=date:dmy:weekday+hour+days:2024-03-01", "ok=yes_no", "note=text",
                   "leer=constant", "preis=money", "rate=percent", "gewicht=unit:g"}));
  EXPECT_EQ(at(first, 1, "gewicht"), 5000);
  EXPECT_EQ(at(first, 2, "gewicht"), 2);
  EXPECT_EQ(at(first, 1, "größe"), 7.5);
  EXPECT_EQ(at(first, 1, "ok"), 1);
  EXPECT_EQ(at(first, 0, "preis"), 1100.5);
  EXPECT_EQ(at(first, 1, "rate"), 7);
  const Taken again = take_like(first, text);
  EXPECT_EQ(again.columns(), first.columns());
  EXPECT_EQ(again.data.table().values(), first.data.table().values());
}

TEST(CsvTaken, UnitsOfOneDimensionAreConverted) {
  const Taken first = take("w,x,y\n1.5 m,3,a\n20 cm,4,b\n300 mm,3,a\n");
  EXPECT_EQ(first.kept(), Names{"w=unit:m"});
  EXPECT_EQ(at(first, 1, "w"), 0.2);
  EXPECT_EQ(at(first, 2, "w"), 0.3);
  expect_contains(first.notes("numbers"), "other units are converted to m");
  const Taken later = take_like(first, "w,x\n2 km,1\n7,1\n");
  EXPECT_EQ(at(later, 0, "w"), 2000);
  EXPECT_EQ(at(later, 1, "w"), 7);
  expect_error<DataError>([&] { (void)take_like(first, "w,x\n5 kg,1\n"); },
                          {"column 'w' is 5 kg in row 1", "no unit that converts to m"});
  // Units of two dimensions are texts, as before.
  EXPECT_TRUE(take("w,x,y\n1 m,3,a\n2 kg,4,b\n1 m,5,b\n").data.columns()[0].is_categorical());
}

TEST(CsvTaken, TheUserSaysTheKind) {
  const std::string text = "t,s,n,y\n01/02/2024,5,7,a\n03/04/2024,6,8,b\n";
  EXPECT_EQ(take(text).columns(), (Names{"t", "s", "n"}));
  DataOptions said{.column = {"t=date:mdy", "2=category", "n=drop"}, .kinds = "auto"};
  const Taken taken = take(text, said);
  EXPECT_EQ(taken.columns(),
            (Names{"t.month_sin", "t.month_cos", "t.weekday_sin", "t.weekday_cos", "t.days", "s"}));
  EXPECT_TRUE(taken.data.columns()[5].is_categorical());
  EXPECT_EQ(taken.kept(),
            (Names{"n=drop", "t=date:mdy:month+weekday+days:2024-01-02", "s=category"}));
  said.kinds = {};  // without looking at the others
  EXPECT_EQ(take(text, said).columns(), taken.columns());
  expect_error<std::invalid_argument>([&] { (void)take(text, {.column = {"when=date"}}); },
                                      {"[column]", "no column 'when'"});
  expect_error<std::invalid_argument>([&] { (void)take(text, {.leave_in = {"m"}}); },
                                      {"[leave_in]", "no column 'm'"});
  expect_error<DataError>([&] { (void)take("a,y\nx,1\nz,2\n", {.column = {"a=number"}}); },
                          {"'x' in column 'a' is not a number", "--column says"});
}

TEST(CsvTaken, NamedFeaturesStay) {
  const std::string text = "a,five,y\n1,5,a\n2,5,b\n4,5,b\n";
  EXPECT_EQ(take(text).columns(), Names{"a"});
  for (const DataOptions& options : {DataOptions{.features = {"a", "five"}, .kinds = "auto"},
                                     {.categorical = {"five"}, .kinds = "auto"},
                                     {.kinds = "auto", .leave_in = {"five"}}})
    EXPECT_EQ(take(text, options).columns(), (Names{"a", "five"}));
}

TEST(CsvTaken, AColumnWithoutValuesIsLeftOut) {
  DataOptions train{.kinds = "auto", .read_for = ReadFor::train};
  const Taken taken = take("a,b,y\n1,,x\n2,,z\n", train);
  EXPECT_EQ(taken.columns(), Names{"a"});
  expect_contains(taken.notes("kinds"), "column 'b' has no value and is left out");
  EXPECT_EQ(take("a,b,y\n1,,x\n2,,z\n3,4,x\n", train).columns(), (Names{"a", "b"}));
}

TEST(CsvTaken, OneRow) {
  const Taken taken = take("t,a,b,y\n2024-01-01,7,yes,1\n");
  EXPECT_EQ(taken.columns(), (Names{"t.days", "a", "b"}));
}

TEST(CsvTaken, ManyCategoriesThatDifferAreLeftOut) {
  std::string text = "k,x,y\n";
  for (int i = 0; i < 4000; ++i)
    text += "k" + std::to_string(i / 2 * (i % 3 ? 1 : 2)) + "x" + std::to_string(i % 5) + "," +
            std::to_string(i * 7919 % 4001) + ".5," + (i % 2 ? "a" : "b") + "\n";
  expect_error<DataError>([&] { (void)take(text, {}); }, {"say --ignore k"});
  const Taken taken = take(text);
  EXPECT_EQ(taken.columns(), Names{"x"});
  expect_contains(taken.notes("kinds"),
                  "different texts in 4,000 rows, as names or numbers of "
                  "cases do, and is left out; --leave-in k brings it back");
}

TEST(CsvTaken, ToLookAtDataChangesNone) {
  const Taken looked = take("t,five,y\n2024-01-01,5,a\n2024-01-02,5,b\n",
                            {.kinds = "auto", .read_for = ReadFor::look});
  EXPECT_EQ(looked.columns(), (Names{"t", "five"}));
  ASSERT_EQ(looked.report.taken.size(), 2U);
  EXPECT_EQ(looked.report.taken[1].text(), "five=constant");
}

// Of many columns with notes alike, the first few have theirs.
TEST(CsvTaken, ManyNotesAreOne) {
  std::string head = "x", row = "1";
  for (int c = 0; c < 50; ++c) {
    head += ",c" + std::to_string(c);
    row += ",3";
  }
  const Taken taken = take(head + ",y\n" + row + ",a\n2" + row.substr(1) + ",b\n");
  EXPECT_EQ(taken.columns(), Names{"x"});
  expect_contains(taken.notes("kinds"), "likewise 47 more columns: 'c3', 'c4', 'c5' and 44 more");
}

}  // namespace
}  // namespace hebb
