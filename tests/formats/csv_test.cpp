#include "hebb/formats/csv.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "expect_error.h"
#include "formats/files.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;

Dataset parse_table(const std::string& text, const DataOptions& options = {},
                    TargetUse use = TargetUse::required) {
  return parse_csv(text, "f.csv", options, use);
}

TEST(Csv, ReadsNumbersWithTheLastColumnAsTarget) {
  const auto data = parse_table("a,b,y\n1,2.5,3\n-4,5e2,.5\n");
  EXPECT_EQ(data.samples(), 2U);
  EXPECT_EQ(data.features(), 2U);
  EXPECT_EQ(data.table().columns[1].name, "b");
  EXPECT_EQ(data.table().values(), (Numbers{1, 2.5, -4, 500}));
  EXPECT_EQ(data.target().names, (Texts{"y"}));
  EXPECT_EQ(data.target().values, (Numbers{3, 0.5}));
  EXPECT_FALSE(data.target().is_classes());
  EXPECT_EQ(data.name(), "f.csv");
}

TEST(Csv, TurnsTextsIntoSortedCategoriesAndClasses) {
  const auto data = parse_table("city,x,kind\nRome,1,b\nBonn,2,a\n,3,b\nRome,4,a\n");
  EXPECT_EQ(data.table().columns[0].categories, (Texts{"Bonn", "Rome"}));
  EXPECT_FALSE(data.table().columns[1].is_categorical());
  EXPECT_EQ(data.table().at(0, 0), 1);
  EXPECT_EQ(data.table().at(1, 0), 0);
  EXPECT_TRUE(std::isnan(data.table().at(2, 0)));
  EXPECT_EQ(data.target().classes, (Texts{"a", "b"}));
  EXPECT_EQ(data.target().values, (Numbers{1, 0, 1, 0}));
}

TEST(Csv, MissingValuesAreNaN) {
  const auto data = parse_table("a,b,y\n,NA,1\nnan,N/A,2\nNAN,null,3\n7,?,4\n \t ,NaN,5\n");
  EXPECT_TRUE(std::isnan(data.table().at(0, 0)));
  EXPECT_TRUE(std::isnan(data.table().at(2, 0)));
  EXPECT_EQ(data.table().at(3, 0), 7);
  EXPECT_TRUE(std::isnan(data.table().at(4, 0)));
  for (std::size_t row = 0; row < 5; ++row) EXPECT_TRUE(std::isnan(data.table().at(row, 1)));
}

TEST(Csv, TakesOtherTextsForMissing) {
  const auto data = parse_table("a,b,y\n-999,1,1\n2,-,2\n,-999,3\n", {.na = {"-999", "-"}});
  EXPECT_TRUE(std::isnan(data.table().at(0, 0)));
  EXPECT_TRUE(std::isnan(data.table().at(1, 1)));
  EXPECT_TRUE(std::isnan(data.table().at(2, 0)));
  EXPECT_TRUE(std::isnan(data.table().at(2, 1)));
}

TEST(Csv, FollowsRfc4180) {
  const auto data =
      parse_table("\"a,1\",\"say \"\"hi\"\"\",y\r\n\"x,\"\"y\"\"\r\nz\",\"2\",1\r\nw,3,2\r\n");
  EXPECT_EQ(data.table().columns[0].name, "a,1");
  EXPECT_EQ(data.table().columns[1].name, "say \"hi\"");
  EXPECT_EQ(data.table().columns[0].categories, (Texts{"w", "x,\"y\"\r\nz"}));
  EXPECT_EQ(data.table().at(0, 1), 2);
}

TEST(Csv, QuotedLineEndsKeepLineNumbersTrue) {
  const auto text = message_of<DataError>([] { parse_table("a,y\n\"1\n\n2\",3\nx\n"); });
  expect_contains(text, "f.csv:5:1: 1 field, expected 2 as in the header");
}

TEST(Csv, IgnoresBlankLinesAndBlanksAroundFields) {
  const auto data = parse_table("\n a , y \n\n 1 ,\t2\r\n\r\n \"3\" , 4 \n\n\n");
  EXPECT_EQ(data.table().columns[0].name, "a");
  EXPECT_EQ(data.table().values(), (Numbers{1, 3}));
  EXPECT_EQ(data.target().values, (Numbers{2, 4}));
}

TEST(Csv, StripsByteOrderMark) {
  EXPECT_EQ(parse_table("\xEF\xBB\xBF"
                        "a,y\n1,2\n")
                .table()
                .columns[0]
                .name,
            "a");
}

TEST(Csv, FindsTheSeparatorInTheFirstLine) {
  for (const char* text : {"a;y\n1;2\n", "a\ty\n1\t2\n", "a|y\n1|2\n", "\"a\";\"y\"\n1;2"}) {
    EXPECT_EQ(parse_table(text).target().values, (Numbers{2})) << text;
  }
  EXPECT_EQ(parse_table("\"a,b,c\";y\n1;2\n").table().columns[0].name, "a,b,c");
}

TEST(Csv, TakesTheSeparatorThatIsSaid) {
  EXPECT_EQ(parse_table("a,b:y\n1:2\n", {.sep = ":"}).table().columns[0].name, "a,b");
  EXPECT_EQ(parse_table("a b\ty\n1\t2\n", {.sep = "tab"}).table().columns[0].name, "a b");
  EXPECT_EQ(parse_table("a y\n1 2\n", {.sep = " "}).target().values, (Numbers{2}));
  for (const char* sep : {"", "ab", "\"", "\n"})
    EXPECT_THROW(parse_table("a,y\n1,2\n", {.sep = sep}), std::invalid_argument);
}

TEST(Csv, NamesColumnsOfAFileWithoutHeader) {
  const auto data = parse_table("1,2,x\n3,4,z\n", {.target = {"1"}, .header = false});
  EXPECT_EQ(data.samples(), 2U);
  EXPECT_EQ(data.target().names, (Texts{"c1"}));
  EXPECT_EQ(data.table().columns[1].name, "c3");
  EXPECT_EQ(data.table().columns[1].categories, (Texts{"x", "z"}));
}

TEST(Csv, NamesColumnsWithoutAName) {
  EXPECT_EQ(parse_table(",b,y\n1,2,3\n").table().columns[0].name, "c1");
}

TEST(Csv, GivesColumnsTheirRoles) {
  const std::string text = "id,a,b,w,y\n1,2,3,0.5,6\n7,8,9,0,12\n";
  const auto data = parse_table(text, {.target = {"a"}, .ignore = {"1"}, .weight = "w"});
  EXPECT_EQ(data.table().values(), (Numbers{3, 6, 9, 12}));
  EXPECT_EQ(data.target().values, (Numbers{2, 8}));
  EXPECT_EQ(data.weights(), (Numbers{0.5, 0}));
  const auto listed = parse_table(text, {.features = {"y", "b"}});
  EXPECT_EQ(listed.table().values(), (Numbers{6, 3, 12, 9}));
  EXPECT_EQ(listed.target().names, (Texts{"w"}));
  const auto several = parse_table(text, {.target = {"y", "a"}});
  EXPECT_EQ(several.target().values, (Numbers{6, 2, 12, 8}));
  EXPECT_EQ(several.features(), 3U);
}

TEST(Csv, TargetUseTellsWhatBecomesOfTheTarget) {
  const std::string with = "a,y\n1,2\n", without = "a\n1\n";
  EXPECT_FALSE(parse_table(with, {.target = {"y"}}, TargetUse::none).has_target());
  EXPECT_EQ(parse_table(with, {.target = {"y"}}, TargetUse::none).features(), 1U);
  EXPECT_EQ(parse_table(with, {}, TargetUse::none).features(), 2U);
  EXPECT_TRUE(parse_table(with, {.target = {"y"}}, TargetUse::optional).has_target());
  const auto lone =
      parse_table(without, {.target = {"y"}, .ignore = {"id"}, .weight = "w"}, TargetUse::optional);
  EXPECT_FALSE(lone.has_target());
  EXPECT_EQ(lone.features(), 1U);
  EXPECT_EQ(parse_table("a,y\n1,\n", {.target = {"y"}}, TargetUse::none).samples(), 1U);
}

TEST(Csv, RejectsColumnsThatAreNotThereListingThem) {
  const auto error = [](const DataOptions& options) {
    return message_of<std::invalid_argument>([&] { parse_table("age,city,y\n1,2,3\n", options); });
  };
  const auto text = error({.target = {"agee"}});
  expect_contains(text, "f.csv has no column 'agee'; did you mean 'age'?");
  expect_contains(text, "age, city, y");
  expect_contains(error({.features = {"4"}}), "[features]");
  expect_contains(error({.ignore = {"0"}}), "[ignore]");
  expect_contains(error({.categorical = {"zz"}}), "[categorical]");
  expect_contains(error({.weight = "zz"}), "[weight]");
  expect_contains(error({.target = {"y"}, .features = {"y"}}), "cannot be a feature and a target");
  expect_contains(error({.target = {"y"}, .ignore = {"y"}}), "cannot be ignored and a target");
  expect_contains(error({.target = {"y"}, .weight = "y"}), "cannot be the weight and a target");
  EXPECT_THROW(parse_table("a,y\n1,2\n", {.threads = -1}), std::invalid_argument);
}

TEST(Csv, ColumnsOfNumbersCanBeCategories) {
  const auto data = parse_table("zip,y\n10,1\n9,2\n010,1\n", {.categorical = {"zip", "y"}});
  EXPECT_EQ(data.table().columns[0].categories, (Texts{"9", "010", "10"}));
  EXPECT_EQ(data.table().values(), (Numbers{2, 0, 1}));
  EXPECT_EQ(data.target().classes, (Texts{"1", "2"}));
}

TEST(Csv, LabelsComeBackAsTheUserWroteThem) {
  const auto spelt = parse_table("a,y\n1,007\n2,1.0\n3,10\n4,007\n");
  EXPECT_FALSE(spelt.target().is_classes());
  EXPECT_EQ(spelt.target().values, (Numbers{7, 1, 10, 7}));
  EXPECT_EQ(spelt.with_classes().target().classes, (Texts{"1.0", "007", "10"}));
  EXPECT_EQ(parse_table("a,y\n1,1000000000\n2,-5\n").with_classes().target().classes,
            (Texts{"-5", "1000000000"}));
  EXPECT_EQ(parse_table("a,y\n1,12345678901234567890\n2,1\n").with_classes().target().classes,
            (Texts{"1", "12345678901234567890"}));
  EXPECT_TRUE(parse_table("a,y\n1,1.0\n2,2.5\n").target().spelling.empty());
  const auto continuous = parse_table("a,y\n1,1\n2,1.5\n");
  expect_contains(message_of<DataError>([&] { (void)continuous.with_classes(); }),
                  "row 2, column 'y': Unknown label type: continuous: 1.5");
}

TEST(Csv, ReadsEveryNumberAsTheNearestDouble) {
  const std::pair<const char*, double> cases[] = {
      {"0.1", 0.1},
      {"+3", 3},
      {"5.", 5},
      {"1e22", 1e22},
      {"1E-22", 1e-22},
      {"9007199254740993", 9007199254740992.0},
      {"123456789012345678901234567890", 1.2345678901234568e29},
      {"0.038075906433423026", 0.038075906433423026},
      {"2.2250738585072014e-308", 2.2250738585072014e-308},
      {"1.7976931348623157e308", 1.7976931348623157e308},
      {"4.9e-324", 4.9e-324},
      {"1e-400", 0.0},
      {"0e999", 0.0},
      {"1e23", 1e23},
      {"00000000000000000000000012", 12},
      {"0.00000000000000000000000000000000001e35", 1}};
  for (const auto& [text, value] : cases)
    EXPECT_EQ(parse_table("a,y\n" + std::string(text) + ",1\n").table().values()[0], value) << text;
  EXPECT_TRUE(std::signbit(parse_table("a,y\n-0,1\n").table().values()[0]));
}

// Bad content: each with its place and rule.
struct Bad {
  const char* name;
  std::string text;
  const char* says;
  DataOptions options = {};
};

class CsvRejects : public testing::TestWithParam<Bad> {};

TEST_P(CsvRejects, WithPlaceAndRule) {
  const auto text = message_of<DataError>([] { parse_table(GetParam().text, GetParam().options); });
  expect_contains(text, GetParam().says);
}

using std::string_literals::operator""s;
INSTANTIATE_TEST_SUITE_P(
    All, CsvRejects,
    testing::Values(
        Bad{"Empty", "", "f.csv:1:1: the file is empty"},
        Bad{"BlankLinesOnly", "\n\r\n\n", "f.csv:1:1: the file is empty"},
        Bad{"HeaderOnly", "a,b\n", "f.csv:2:1: 0 samples"},
        Bad{"ShortRow", "a,b\n1,2\n3\n", "f.csv:3:1: 1 field, expected 2 as in the header"},
        Bad{"LongRow", "a,b\n1,2\n3,1,5\n", "f.csv:3:1: 3 fields, expected 2"},
        Bad{"LongRowBehindFirst",
            "1,2\n3,4,5\n",
            "expected 2 as in the first row",
            {.header = false}},
        Bad{"EmptyLastField", "a,b\n1,2,\n", "f.csv:2:1: 3 fields"},
        Bad{"OpenQuote", "a,b\n1,2\n3,\"x\n4,5\n",
            "f.csv:3:3: the quote that opens here is never closed"},
        Bad{"OpenQuoteBeforeQuotes", "a,b\n1,\"x\n2,\"y\"\n", "the field opens at f.csv:2:3"},
        Bad{"QuoteInField", "a,b\n1,5\"\n", "f.csv:2:4: a quote inside a field that is not quoted"},
        Bad{"TextBehindQuote", "a,b\n\"1\"2,3\n", "f.csv:2:4: text behind a closing quote"},
        Bad{"CarriageReturn", "a,b\r1,2\r", "f.csv:1:4: a carriage return inside a row"},
        Bad{"Utf16Little",
            "\xFF\xFE"
            "a\0"s,
            "f.csv:1:1: the text is UTF-16"},
        Bad{"Utf16Big", "\xFE\xFF\0a"s, "the text is UTF-16"},
        Bad{"Nul", "a,b\n1,\0\n"s, "f.csv:2:3: byte 6 is NUL"},
        Bad{"DuplicateHeader", "a,b,a\n1,2,3\n", "f.csv:1:5: columns 1 and 3 are both called 'a'"},
        Bad{"TextAmongNumbers", "a,y\n1,1\n2,2\nred,3\n4,4\n",
            "f.csv:4:1: text 'red' in column 'a' of numbers (3 of its 4 values are)"},
        Bad{"TextAmongNumbersOfTheTarget", "a,y\n1,1\n2,2\n3,red\n",
            "f.csv:4:3: text 'red' in column 'y'"},
        Bad{"DecimalCommaBare", "a,y\n1,5,1\n",
            "a field that holds a separator (as in 1,5) needs quotes"},
        Bad{"BeyondDouble", "a,y\n1,1\n1e400,2\n", "f.csv:3:1: column 'a' is 1e400 in row 2"},
        Bad{"HugeExponent", "a,y\n-1e99999999999,2\n", "is -1e99999999999 in row 1"},
        Bad{"Infinity", "a,y\n\n1,1\n2,-Inf\n", "f.csv:4:3: column 'y' is -Inf in row 2"},
        Bad{"MissingTarget", "a,y\n1,1\n2,\n",
            "f.csv:3:3: the target in column 'y' is missing in row 2"},
        Bad{"MissingTargetAtTheEnd", "a,y\n1,1\n2,",
            "f.csv:3:3: the target in column 'y' is missing in row 2"},
        Bad{"MissingClass", "a,y\n1,x\n2,NA\n",
            "f.csv:3:3: the target in column 'y' is missing in row 2"},
        Bad{"TextAsWeight", "a,w,y\n1,x,1\n", "being the weights, got 'x'", {.weight = "w"}},
        Bad{"MissingWeight",
            "a,w,y\n1,,1\n",
            "the weight in column 'w' is missing in row 1",
            {.weight = "w"}},
        Bad{"NegativeWeight",
            "a,w,y\n1,1,1\n1,-1,1\n",
            "f.csv: row 2: the weight in column 'w' is negative",
            {.weight = "w"}},
        Bad{"NoFeature", "y\n1\n", "f.csv: 0 features"},
        Bad{"NoTarget", "a,b\n1,2\n", "f.csv: no target", {.features = {"a", "b"}}},
        Bad{"LongField", "a,y\n" + std::string((1 << 20) + 1, 'x') + ",1\n",
            "f.csv:2:1: a field of 1048577 bytes, at most 1048576"},
        Bad{"ManyColumns", std::string(1 << 21, ','), "f.csv:1:2097153: more than 2097152 columns"},
        Bad{"WideHeaderOverManyShortRows",
            std::string(1 << 20, ',') + "y\n" +
                [] {
                  std::string rows;
                  for (int i = 0; i < 1 << 20; ++i) rows += "1\n";
                  return rows;
                }(),
            "f.csv:2:1: 1 field, expected 1048577"}),
    [](const auto& bad) { return std::string(bad.param.name); });

std::string many_rows(std::size_t count, const std::function<std::string(std::size_t)>& row) {
  std::string text = "a,y\n";
  for (std::size_t i = 0; i < count; ++i) text += row(i) + "\n";
  return text;
}

TEST(Csv, RejectsAFeatureThatNamesTheCases) {
  const auto text = many_rows(1500, [](std::size_t i) { return "id" + std::to_string(i) + ",1"; });
  expect_contains(message_of<DataError>([&] { parse_table(text); }), "say --ignore a");
  const auto labels = many_rows(1500, [](std::size_t i) { return "1,id" + std::to_string(i); });
  EXPECT_EQ(parse_table(labels).target().classes.size(), 1500U);
}

TEST(Csv, ReadsAMillionColumns) {
  constexpr std::size_t kColumns = 1'000'000;
  std::string text, row;
  for (std::size_t i = 0; i < kColumns; ++i)
    row += std::to_string(i) + (i + 1 < kColumns ? "," : "\n");
  const auto data = parse_table(row + row, {.header = false});
  EXPECT_EQ(data.features(), kColumns - 1);
  EXPECT_EQ(data.table().at(1, 123456), 123456);
}

// Several chunks, with line ends in quotes on and around their borders.
std::string long_text() {
  std::string text = "n,place,x,y\n";
  for (int i = 0; text.size() < 3'500'000; ++i) {
    text += std::to_string(i) + ",\"Old\n\"\"Town\"\", " + std::to_string(i % 7) + "\n\n\",";
    if (i % 1000 != 0) text += "0." + std::to_string(i);
    text += i % 3 == 0 ? ",007\r\n" : ",8\n";
    if (i % 100 == 0) text += "\n";
  }
  return text;
}

TEST(Csv, IsTheSameForAnyNumberOfThreads) {
  const auto text = long_text();
  const auto one = parse_table(text, {.threads = 1});
  for (std::size_t i = 0; i < one.samples(); ++i) ASSERT_EQ(one.table().at(i, 0), i);
  EXPECT_EQ(one.table().columns[1].categories.size(), 7U);
  EXPECT_EQ(one.table().columns[1].categories[3], "Old\n\"Town\", 3\n\n");
  EXPECT_EQ(one.table().at(10, 1), 3);
  EXPECT_EQ(one.with_classes().target().classes, (Texts{"007", "8"}));
  for (const int threads : {2, 3, 8}) {
    const auto data = parse_table(text, {.threads = threads});
    EXPECT_EQ(data.hash(), one.hash());
    EXPECT_EQ(data.target().spelling, one.target().spelling);
  }
}

TEST(Csv, TellsTheFirstErrorForAnyNumberOfThreads) {
  auto text = long_text();
  const auto first = text.find("\n1000,") + 1;
  text.insert(first, "1,2\n");
  text.insert(text.find("\n9000,") + 1, "a\"b\n");
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(first), '\n');
  for (const int threads : {1, 2, 5}) {
    const auto error = message_of<DataError>([&] { parse_table(text, {.threads = threads}); });
    expect_contains(error, "f.csv:" + std::to_string(line) + ":1: 2 fields, expected 4");
  }
}

// Threads take chunks over from each other, so one may meet a text in a later chunk first.
TEST(Csv, TellsTheFirstPlaceOfATextForAnyNumberOfThreads) {
  const auto bad = many_rows(500'000, [](std::size_t) { return std::string("1,\xE9t\xE9"); });
  const auto names =
      many_rows(300'000, [](std::size_t i) { return "id" + std::to_string(300'000 - i) + ",1"; });
  for (const int threads : {1, 2, 8}) {
    const DataOptions options{.threads = threads};
    expect_contains(message_of<DataError>([&] { parse_table(bad, options); }),
                    "f.csv:2:3: this text in column 'y' is not UTF-8");
    expect_contains(message_of<DataError>([&] { parse_table(names, options); }),
                    "f.csv:2:1: column 'a' holds more than 1000 texts");
  }
}

TEST(Csv, FindsAnOpenQuoteAcrossChunks) {
  const auto text = many_rows(400'000, [](std::size_t i) {
    return i == 5 ? std::string("1,\"2") : std::to_string(i) + ",1";
  });
  expect_contains(message_of<DataError>([&] { parse_table(text, {.threads = 2}); }),
                  "f.csv:7:3: the quote that opens here is never closed");
}

TEST(Csv, ReadsFilesAndGzip) {
  const TestFolder folder;
  const auto plain = read_csv(folder.write("t.csv", "a,y\n1,x\n2,z\n"));
  EXPECT_EQ(plain.name(), "t.csv");
  const auto packed = read_csv(folder.write("t.csv.gz", gzip_of("a,y\n1,x\n2,z\n")));
  EXPECT_EQ(packed.hash(), plain.hash());
  auto cut = gzip_of("a,y\n1,x\n2,z\n");
  cut.resize(cut.size() - 4);
  expect_contains(message_of<DataError>([&] { (void)read_csv(folder.write("u.gz", cut)); }),
                  "u.gz");
  EXPECT_THROW((void)read_csv(folder.path("none.csv")), std::runtime_error);
}

TEST(Csv, HasItsFlags) {
  const auto& fields = DataOptions::fields();
  for (const auto& [name, flag] : {std::pair{"target", "--target"},
                                   {"features", "--features"},
                                   {"ignore", "--ignore"},
                                   {"categorical", "--categorical"},
                                   {"sep", "--sep"},
                                   {"header", "--header"},
                                   {"na", "--na"},
                                   {"weight", "--weight"}})
    EXPECT_EQ(find_field(fields, name)->flag(), flag);
  EXPECT_FALSE(find_field(fields, "threads")->recorded);
  const DataOptions defaults;
  EXPECT_EQ(find_field(fields, "header")->get(&defaults), Value{});
}

TEST(Csv, NamesTextThatIsNotUtf8) {
  const auto refused = [](const std::string& text) {
    return message_of<DataError>([&] { (void)parse_table(text); });
  };
  expect_contains(refused("city,y\nOslo,1\nZ\xFCrich,2\n"),
                  "f.csv:3:1: this text in column 'city' is not UTF-8");
  expect_contains(refused("x,kind\n1,a\n2,\xFC\n"), "f.csv:3:3");
  expect_contains(refused("x,gr\xF6\xDF,y\n1,2,3\n"),
                  "f.csv:1:3: the name of column 2 is not UTF-8");
  for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xE2\x82"})
    expect_contains(refused("x,kind\n1,a\n2," + std::string(bad) + "\n"), "not UTF-8");
  EXPECT_EQ(parse_table("x,kind\n1,\xC3\xBC\n2,\xF0\x9F\x90\x9C\n").target().classes.size(), 2U);
}

}  // namespace
}  // namespace hebb
