// Where rows begin, what separates fields, and whether the first row holds names.
#include <gtest/gtest.h>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/formats/csv.h"

namespace hebb {
namespace {

// A table with what was found while it was read.
struct Read : Dataset {
  ReadReport found;

  const ReadReport& report() const { return found; }
};

Read table_of(const std::string& text, DataOptions options = {},
              TargetUse use = TargetUse::required) {
  options.report = std::make_shared<ReadReport>();
  Read data{parse_csv(text, "f.csv", options, use), {}};
  data.found = *options.report;
  return data;
}

std::string told(const Read& data, const std::string& kind) {
  for (const ReadNote& note : data.report().notes)
    if (note.kind == kind) return note.text;
  return "";
}

bool has_header(const std::string& text) {
  return !table_of(text).report().options.contains("header");
}

TEST(CsvHeader, IsNotTakenFromARowOfData) {
  const std::string flowers =
      "5.1,3.5,setosa\n4.9,3.0,setosa\n6.4,3.2,versicolor\n6.9,3.1,versicolor\n";
  const auto data = table_of(flowers);
  EXPECT_EQ(data.samples(), 4U);
  EXPECT_EQ(data.table().columns[0].name, "c1");
  EXPECT_EQ(data.target().classes.size(), 2U);
  expect_contains(told(data, "header"), "is taken as data");
  EXPECT_EQ(data.report().options.at("header"), Value(false));
  EXPECT_EQ(table_of(flowers, {.header = true}).samples(), 3U);
  EXPECT_EQ(told(table_of(flowers, {.header = false}), "header"), "");
}

TEST(CsvHeader, SeveralKindsOfRowsOfData) {
  EXPECT_FALSE(has_header("1,2,a\n3,4,b\n5,6,a\n"));  // the label occurs again
  EXPECT_FALSE(has_header("DE,5,3\nFR,2,8\n"));       // numbers, and no names for them
  EXPECT_FALSE(has_header("5.1,3.5\n4.9,3.0\n4.7,3.2\n"));
  EXPECT_FALSE(has_header("x,s,n\nx,y,n\nb,s,w\nx,y,w\n"));  // most of its texts occur again
  EXPECT_FALSE(has_header("$5,a\n$7,b\n$9,a\n"));
}

TEST(CsvHeader, OrdinaryOnesAreKept) {
  for (const char* text : {
           "a,y\n1,2\n3,4\n",
           "country,2019,2020\nDE,1,2\nFR,3,4\n",  // years
           "2019,2020,y\n1,2,x\n3,4,z\n",
           "0,1,2,label\n5,9,13,1\n0,0,7,2\n",                           // positions
           "400,410,420,430,y\n0.1,0.2,0.1,0.3,x\n0.2,0.2,0.4,0.1,z\n",  // wavelengths
           "1,2\n3,4\n",
           "x,y\na,y\nb,x\n",  // one of two names is a value
           "y,n\n1,y\n2,n\n",  // a name above numbers
           ",a\n0,5\n1,7\n",
           "a,b\nx,z\na,b\ny,w\n",  // the header twice
       })
    EXPECT_TRUE(has_header(text)) << text;
  expect_contains(told(table_of("1,2\n3,4\n"), "header"), "nothing but numbers");
  EXPECT_EQ(told(table_of("1,2\n3,4\n", {.header = true}), "header"), "");
}

TEST(CsvHeader, IsThereIfAnOptionNamesOneOfItsTexts) {
  const std::string text = "kind,1.5\nkind,2.5\nother,1.0\n";
  EXPECT_FALSE(has_header(text));
  EXPECT_EQ(table_of(text, {.target = {"kind"}}).target().names.front(), "kind");
}

TEST(CsvHeader, ATargetInFrontIsTold) {
  expect_contains(
      told(table_of("label,p0,p1\n1,2,3\n2,5,6\n"), "target"),
      "the first column is called 'label', but the target is the last one, 'p1': if the "
      "first one is meant, say --target label");
  EXPECT_EQ(told(table_of("label,p0\n1,2\n", {.target = {"p0"}}), "target"), "");
  EXPECT_EQ(told(table_of("class,p0,target\n1,2,3\n"), "target"), "");
  EXPECT_EQ(told(table_of("label,p0\n1,2\n", {}, TargetUse::none), "target"), "");
}

TEST(CsvHeader, ColumnsWithoutNameAndValueAreLeftOut) {
  const auto data = table_of("a,b,y,\n1,2,x,\n2,3,z,\n");
  EXPECT_EQ(data.features(), 2U);
  EXPECT_EQ(data.target().names.front(), "y");
  EXPECT_EQ(told(data, "columns"),
            "1 column with neither a name nor a value is left out (number 4)");
  EXPECT_EQ(table_of("a,,y\n1,,x\n2,5,z\n").features(), 2U);
  EXPECT_EQ(table_of("a,,y\n1,,x\n", {.features = {"a", "2"}}).features(), 2U);
}

TEST(CsvLayout, RunsOfBlanksSeparate) {
  EXPECT_EQ(table_of("a  b   y\n1   2 x\n  \n10 20  z\n").table().values(),
            (std::vector<double>{1, 2, 10, 20}));
  for (const char* sep : {" ", "blanks"}) {
    const auto data =
        table_of("  a  b \t y\n1   2 x  \r\n   \n 10\t20 \"z z\"\t\n3 4 x", {.sep = sep});
    EXPECT_EQ(data.table().values(), (std::vector<double>{1, 2, 10, 20, 3, 4}));
    EXPECT_EQ(data.target().classes, (std::vector<std::string>{"x", "z z"}));
  }
  const auto cars = table_of("18.0   8   307.0\t\"a b\"\n15.0   8   350.0\t\"c\"\n");
  EXPECT_EQ(cars.features(), 3U);
  EXPECT_EQ(cars.samples(), 2U);
}

TEST(CsvLayout, BlanksAreTextWhereTheyMayBe) {
  EXPECT_EQ(table_of("city name\nNew York\nLos Angeles\n", {}, TargetUse::none).features(), 1U);
  EXPECT_EQ(table_of("a b\tc d\n1 x\t2\n3 z\t4\n").features(), 1U);
  EXPECT_EQ(table_of("body height\n1\n2\n", {}, TargetUse::none).table().columns[0].name,
            "body height");
}

TEST(CsvLayout, ALineOfExcelNamesTheSeparator) {
  const auto data = table_of("sep=;\r\na,1;y\r\n1;x\r\n2;z\r\n");
  EXPECT_EQ(data.table().columns[0].name, "a,1");
  expect_contains(message_of<DataError>([] { table_of("sep=;\na;y\n1;x\n2\n"); }),
                  "f.csv:4:1: 1 field");
  expect_contains(message_of<DataError>([] { table_of("sep=;\n"); }),
                  "f.csv:2:1: the file is empty");
}

TEST(CsvLayout, ATitleIsSkippedAndTold) {
  const auto data = table_of("Sales 2024\n\na,b,y\n1,2,x\n2,3,z\n");
  EXPECT_EQ(data.samples(), 2U);
  EXPECT_EQ(told(data, "title"),
            "the text above the header, beginning with 'Sales 2024', is a title and is skipped");
  EXPECT_THROW(table_of("a\n1,5\n2,5\n", {}, TargetUse::none), DataError);
}

TEST(CsvLayout, ATitleFilledUpWithEmptyFieldsIsSkipped) {
  const auto data = table_of("\"Sales, 2024\",,\n,,\na,b,y\n1,2,x\n2,3,z\n");
  EXPECT_EQ(data.samples(), 2U);
  EXPECT_EQ(told(data, "title"),
            "the text above the header, beginning with 'Sales, 2024', is a title and is skipped");
  // A header of which only the first column has a name, above texts.
  EXPECT_EQ(table_of("name,,\nBob,Smith,York\nAnn,Smith,Bath\n", {}, TargetUse::none).samples(),
            2U);
}

}  // namespace
}  // namespace hebb
