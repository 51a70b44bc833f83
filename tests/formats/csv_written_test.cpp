// Numbers as people write them, and other names for missing values.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "expect_error.h"
#include "formats/csv_number.h"
#include "formats/csv_written.h"
#include "hebb/core/error.h"
#include "hebb/formats/csv.h"

namespace hebb {
namespace {

using Numbers = std::vector<double>;
using Strings = std::vector<std::string>;

// A table with what was found while it was read.
struct Parsed : Dataset {
  ReadReport found;

  const ReadReport& report() const { return found; }
};

Parsed read_in(const std::string& text, DataOptions options = {},
               TargetUse use = TargetUse::required) {
  options.report = std::make_shared<ReadReport>();
  Parsed data{parse_csv(text, "f.csv", options, use), {}};
  data.found = *options.report;
  return data;
}

std::string notes_of(const Parsed& data, const std::string& kind) {
  std::string all;
  for (const ReadNote& note : data.report().notes)
    if (note.kind == kind) all += note.text + '\n';
  return all;
}

// A column `n` of these fields, above labels that differ.
Parsed column(const Strings& fields, const DataOptions& options = {}, char sep = ',') {
  std::string text = std::string("n") + sep + "y\n";
  for (std::size_t i = 0; i < fields.size(); ++i)
    text += '"' + fields[i] + '"' + sep + (i % 2 ? "z" : "x") + '\n';
  return read_in(text, options);
}

TEST(WrittenNumber, IsTakenApart) {
  struct Case {
    const char* text;
    double value;  // by its convention, or with a point
    unsigned conventions;
    const char* unit;
  };
  for (const auto& [text, value, conventions, unit] : {
           Case{"1,234.50", 1234.5, kPoint, ""},
           {"1.234,50", 1234.5, kComma, ""},
           {"1,234", 1234, kEither, ""},
           {"1,5", 1.5, kComma, ""},
           {"1,234,567", 1234567, kPoint, ""},
           {"12,34,567", 1234567, kPoint, ""},
           {"1 234 567", 1234567, kEither, ""},
           {"1\u00A0234,5", 1234.5, kComma, ""},
           {"1'234.5", 1234.5, kPoint, ""},
           {"1\u2019234", 1234, kEither, ""},
           {"$1000", 1000, kEither, "$"},
           {"-$1,000.00", -1000, kPoint, "$"},
           {"$-5", -5, kEither, "$"},
           {"($5)", -5, kEither, "$"},
           {"5 \u20AC", 5, kEither, "\u20AC"},
           {"EUR 1.000,00", 1000, kComma, "EUR"},
           {"5%", 5, kEither, "%"},
           {"5 kg", 5, kEither, "kg"},
           {"3.5km/h", 3.5, kPoint, "km/h"},
           {"\u22125", -5, kEither, ""},
           {"1,5e3", 1500, kComma, ""},
       }) {
    const auto number = take_apart(text);
    ASSERT_TRUE(number) << text;
    EXPECT_EQ(number->conventions, conventions) << text;
    EXPECT_EQ(number->unit, unit) << text;
    double read = 0;
    EXPECT_EQ(read_number(number->plain(conventions == kComma ? kComma : kPoint), read),
              Reading::number)
        << text;
    EXPECT_EQ(read, value) << text;
  }
  for (const char* text : {"", "abc", "A12", "12-34", "2024-01-31", "31.12.2024", "10:30",
                           "10.0.0.1", "1,23", "555 1234", "1st 2nd", "5kg3", "3-room", "id7",
                           "(-5)", "1,,234", "1,2345,678", "12,345.6,7", "$5%"}) {
    const auto number = take_apart(text);
    EXPECT_TRUE(!number || std::string(text) == "1,23") << text;
  }
}

TEST(CsvWritten, NumbersAreReadAndTold) {
  const auto data = column({"1,234.50", "999", "2,000,000", "-3"});
  EXPECT_EQ(data.table().values(), (Numbers{1234.5, 999, 2e6, -3}));
  EXPECT_EQ(notes_of(data, "numbers"),
            "column 'n': '1,234.50' is read as 1234.5, as are the like; --categorical n keeps the "
            "texts\n");
  EXPECT_EQ(data.report().options.at("thousands"), Value(std::string(",")));
  EXPECT_TRUE(column({"1,234.50"}, {.categorical = {"n"}}).table().columns[0].is_categorical());
}

TEST(CsvWritten, ConventionsOfOneColumnAgree) {
  EXPECT_EQ(column({"1.234,50", "1.000", "7"}, {}, ';').table().values(),
            (Numbers{1234.5, 1000, 7}));
  expect_contains(
      message_of<DataError>([] {
        column({"1,5", "2.5"});
      }),
      "f.csv:2:1: column 'n' holds numbers written in two ways, as '1,5' and, in row 2, "
      "'2.5'");
}

TEST(CsvWritten, OtherColumnsSettleWhatOneLeavesOpen) {
  const auto data = read_in("a;b;c;y\n1,5;1,250;1.000;x\n2,5;2,500;2.000;z\n");
  EXPECT_EQ(data.table().values(), (Numbers{1.5, 1.25, 1000, 2.5, 2.5, 2000}));
  EXPECT_EQ(data.report().options.at("decimal"), Value(std::string(",")));
  const auto mixed = read_in("a;c;y\n1,5;1.25;x\n2,5;2.000;z\n");
  EXPECT_EQ(mixed.table().values(), (Numbers{1.5, 1.25, 2.5, 2}));
}

TEST(CsvWritten, OptionsSettleWhatIsAmbiguous) {
  const Strings fields = {"1,250", "2,500"};
  EXPECT_EQ(column(fields).table().values(), (Numbers{1250, 2500}));  // commas separate the fields
  expect_contains(notes_of(column(fields), "numbers"), "if it is 1.25, say --decimal ,");
  expect_contains(
      message_of<DataError>([&] { column(fields, {}, ';'); }),
      "f.csv:2:1: column 'n' holds '1,250', which may be 1250 or 1.25: say --thousands , "
      "or --decimal ,");
  const auto said = column(fields, {.decimal = ","}, ';');
  EXPECT_EQ(said.table().values(), (Numbers{1.25, 2.5}));
  EXPECT_EQ(notes_of(said, "numbers"), "");
  EXPECT_EQ(column(fields, {.thousands = ","}, ';').table().values(), (Numbers{1250, 2500}));
  EXPECT_EQ(column({"1.250", "2.500"}).table().values(), (Numbers{1.25, 2.5}));
  EXPECT_EQ(column({"1.250", "2.500"}, {.decimal = ","}).table().values(), (Numbers{1250, 2500}));
  EXPECT_THROW(column(fields, {.decimal = ",", .thousands = ","}), std::invalid_argument);
}

TEST(CsvWritten, UnitsMustBeTheSame) {
  EXPECT_EQ(column({"$5", "10"}).table().values(), (Numbers{5, 10}));
  EXPECT_EQ(column({"5%", "12.5%"}).table().values(), (Numbers{5, 12.5}));
  EXPECT_EQ(column({"5 kg", "7kg"}).table().values(), (Numbers{5, 7}));
  EXPECT_TRUE(column({"5kg", "5g"}).table().columns[0].is_categorical());
  EXPECT_TRUE(column({"5B", "7"}).table().columns[0].is_categorical());
  EXPECT_TRUE(column({"5%", "1,234.5"}).table().columns[0].is_categorical());
  expect_contains(message_of<DataError>([] { column({"5%", "7", "8", "9"}); }), "text '5%'");
}

TEST(CsvWritten, TargetsToo) {
  const auto prices = read_in("a,price\n1,\"1,234.50\"\n2,$7\n", {}, TargetUse::required);
  EXPECT_EQ(prices.target().values, (Numbers{1234.5, 7}));
  EXPECT_FALSE(prices.target().is_classes());
  const auto sizes = read_in("a,size\n1,10kg\n2,5kg\n3,10kg\n");
  EXPECT_FALSE(sizes.target().is_classes());
  EXPECT_EQ(sizes.target().values, (Numbers{10, 5, 10}));
  EXPECT_EQ(sizes.with_classes().target().classes, (Strings{"5kg", "10kg"}));
}

TEST(CsvWritten, IsTheSameForAnyNumberOfThreads) {
  std::string text = "n;m;y\n";
  for (int i = 0; text.size() < 3'000'000; ++i)
    text += std::to_string(i % 1000) + ",5 km;" + std::to_string(i % 1000) + ".250;" +
            (i % 7 ? "x\n" : "z\n");
  const auto one = read_in(text, {.threads = 1});
  EXPECT_EQ(one.table().at(3, 0), 3.5);
  EXPECT_EQ(one.table().at(3, 1), 3250);
  for (const int threads : {2, 5}) {
    const auto data = read_in(text, {.threads = threads});
    EXPECT_EQ(data.hash(), one.hash());
    EXPECT_EQ(notes_of(data, "numbers"), notes_of(one, "numbers"));
  }
}

TEST(CsvMissing, OtherNamesAmongNumbers) {
  for (const char* word : {"None", "#N/A", "NULL", "-", "n/a", "\u2013", "nil"}) {
    const auto data = column({word, "21", word, "23"});
    EXPECT_TRUE(std::isnan(data.table().at(0, 0))) << word;
    EXPECT_EQ(data.table().at(3, 0), 23) << word;
    expect_contains(notes_of(data, "missing"),
                    "'" + std::string(word) + "' among numbers counts as a");
  }
  EXPECT_TRUE(column({"-", "a", "-", "b"}).table().columns[0].is_categorical());
  EXPECT_TRUE(column({"None", "21"}, {.na = {}}).table().columns[0].is_categorical());
  expect_contains(message_of<DataError>([] { read_in("a,y\n1,1.5\n2,None\n"); }),
                  "the target in column 'y' is missing in row 2, which is 'None' among numbers");
}

TEST(CsvMissing, AnyTextCanBeALabel) {
  const std::string text = "a,y\n1,Nan\n2,\"NA\"\n3,nan\n4,Ann\n";
  EXPECT_EQ(read_in(text, {.na = {}}).target().classes, (Strings{"Ann", "NA", "Nan", "nan"}));
  EXPECT_EQ(read_in("a,y\n1,Nan\n2,Ann\n").target().classes, (Strings{"Ann", "Nan"}));
  expect_contains(
      message_of<DataError>([&] { read_in(text); }),
      "is missing in row 2, which is 'NA', a text for a missing value: remove the row, or "
      "say --na \"\"");
}

TEST(CsvMissing, ATextOfACountryIsTold) {
  const auto data = read_in("country,y\nNA,1\nDE,0\nFR,1\n");
  EXPECT_EQ(data.report().missing_texts.at("country"), "NA");
  expect_contains(notes_of(data, "missing"),
                  "column 'country': 'NA' counts as a missing value, in 1 row; "
                  "--na \"\" makes it a value");
  EXPECT_EQ(notes_of(read_in("country,y\nNA,1\nDE,0\n", {.na = {}}), "missing"), "");
}

TEST(CsvColumns, OddOnesAreTextsIfLookedAt) {
  const std::string text = "a,b,c,y\n1,x,1e999,1\n2,x,2,2\nred,x,3,3\n4,x,4,4\n";
  const auto data = read_in(text, {.read_for = ReadFor::look}, TargetUse::optional);
  EXPECT_EQ(data.table().columns[0].categories, (Strings{"1", "2", "4", "red"}));
  EXPECT_EQ(data.table().columns[2].categories, (Strings{"1e999", "2", "3", "4"}));
  expect_contains(notes_of(data, "columns"), "4:1: text 'red' in column 'a'");
  const auto error = message_of<DataError>([&] { read_in(text); });
  expect_contains(error, "f.csv: 2 columns cannot be used as they are:\n  f.csv:2:5: column 'c'");
  expect_contains(error, "\n  f.csv:4:1: text 'red' in column 'a'");
}

TEST(CsvColumns, NumbersThatBecomeCategoriesAreTold) {
  const auto told = [](int numbers, int texts, const std::string& word) {
    std::string text = "a,y\n";
    for (int i = 0; i < numbers; ++i) text += std::to_string(i % 5) + ",1\n";
    for (int i = 0; i < texts; ++i) text += word + ",2\n";
    return notes_of(read_in(text), "columns");
  };
  expect_contains(
      told(12, 8, "various"),
      "column 'a': all its values are categories, 12 numbers too, since 8 values such as "
      "'various' are texts; if it means a missing value, give --na various");
  expect_contains(told(4, 16, "tbd"), "4 numbers too");
  EXPECT_EQ(told(3, 17, "red"), "");  // texts, with a few numbers among them
  EXPECT_EQ(told(0, 20, "red"), "");
}

TEST(CsvColumns, NotesOnManyAreShortened) {
  std::string head, row;
  for (int i = 0; i < 20; ++i) head += "m" + std::to_string(i) + ',', row += "$7,";
  head += "guess,", row += "\"1,000\",";
  const auto data = read_in(head + "y\n" + row + "1\n" + row + "2\n");
  const std::string notes = notes_of(data, "numbers");
  EXPECT_EQ(std::ranges::count(notes, '\n'), 5) << notes;
  expect_contains(notes, "column 'guess': '1,000' is read as 1000");  // others do not stand for it
  expect_contains(notes, "column 'm2': '$7' is read as 7");
  expect_contains(notes, "likewise 17 more columns: 'm3', 'm4', 'm5' and 14 more\n");
}

TEST(CsvColumns, ThoseToIgnoreAreNamedAtOnce) {
  std::string text = "id,\"name, of it\",empty,y\n";
  for (int i = 0; i < 1500; ++i)
    text += "i" + std::to_string(i) + ",n" + std::to_string(i) + ",,1\n";
  expect_contains(message_of<DataError>([&] { read_in(text, {.read_for = ReadFor::train}); }),
                  "to leave out at once: --ignore empty,id,2");
  const auto seen = read_in(text, {.read_for = ReadFor::look});
  EXPECT_EQ(seen.table().columns[0].categories.size(), 1500U);
}

TEST(CsvColumns, ManyTextsOfWhichMostDifferAreTold) {
  std::string text = "who,y\n";
  for (int i = 0; i < 30; ++i) text += "name" + std::to_string(i) + ",1\n";
  expect_contains(notes_of(read_in(text), "columns"), "--ignore who leaves it out");
  std::string money = "pay,y\n";
  for (int i = 0; i < 30; ++i) money += (i % 2 ? "$" : "EUR ") + std::to_string(i) + ",1\n";
  const auto note = notes_of(read_in(money), "columns");
  expect_contains(note, "write all with one unit");
  EXPECT_EQ(note.find("--ignore"), std::string::npos);
}

}  // namespace
}  // namespace hebb
