#include "formats/libsvm.h"

#include <gtest/gtest.h>

#include <ostream>

#include "expect_error.h"
#include "formats/files.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/formats/csv.h"
#include "hebb/io/file.h"

namespace hebb {
namespace {

using std::string_literals::operator""s;
using Doubles = std::vector<double>;
using Texts = std::vector<std::string>;

Dataset parsed(const std::string& text, TargetUse use = TargetUse::required) {
  return parse_libsvm(text, "f.svm", use);
}

TEST(Libsvm, ReadsADenseTable) {
  const auto data = parsed("1 1:0.5 3:-2e1\n-1 2:7\n\n2.5\n");
  EXPECT_EQ(data.samples(), 3U);
  EXPECT_EQ(data.table().values(), (Doubles{0.5, 0, -20, 0, 7, 0, 0, 0, 0}));
  EXPECT_EQ(data.table().columns[2].name, "c3");
  EXPECT_EQ(data.target().names, Texts{"label"});
  EXPECT_EQ(data.target().values, (Doubles{1, -1, 2.5}));
  EXPECT_FALSE(data.target().is_classes());
  EXPECT_EQ(data.name(), "f.svm");
  EXPECT_TRUE(data.zeros_follow());
}

TEST(Libsvm, IsTheSameTableAsCsv) {
  const auto csv = parse_csv("c1,c2,label\n0.1,0,3\n0,-7,4\n", "f.csv");
  EXPECT_EQ(parsed("3 1:0.1\n4 2:-7\n").hash(), csv.hash());
}

TEST(Libsvm, SkipsCommentsBlanksAndBlankLines) {
  const auto plain = parsed("1 1:2\n2 1:3\n");
  for (const auto& text : {"# head\n\n1 1:2 # first\n#\n2 1:3"s, "  1\t1:2  \r\n \r\n2  1:3\r\n"s,
                           "\xEF\xBB\xBF"s + "1 1:2\n2 1:3"s})
    EXPECT_EQ(parsed(text).hash(), plain.hash()) << text;
}

TEST(Libsvm, KeepsHowWholeLabelsAreSpelt) {
  const auto data = parsed("+1 1:1\n-1 1:2\n1 1:3\n");
  EXPECT_EQ(data.target().spelling, (std::map<double, std::string>{{1, "+1"}}));
  EXPECT_EQ(data.with_classes().target().classes, (Texts{"-1", "+1"}));
  EXPECT_TRUE(parsed("1.0 1:1\n0.5 1:2\n").target().spelling.empty());
}

TEST(Libsvm, KeepsNoSpellingOfTooManyLabels) {
  std::string text;
  for (int i = 0; i <= 1000; ++i) text += "+" + std::to_string(i) + " 1:1\n";
  EXPECT_TRUE(parsed(text).target().spelling.empty());
}

TEST(Libsvm, TakesLabelsAsTheyAreWanted) {
  EXPECT_TRUE(parsed("1 1:1\n", TargetUse::optional).has_target());
  for (const auto use : {TargetUse::optional, TargetUse::none}) {
    const auto data = parsed("1:5\n2 1:7 2:8\n", use);
    EXPECT_FALSE(data.has_target());
    EXPECT_EQ(data.table().values(), (Doubles{5, 0, 7, 8}));
  }
  EXPECT_FALSE(parsed("? 1:1\n", TargetUse::none).has_target());
}

TEST(Libsvm, ReadsGzip) {
  const TestFolder folder;
  const auto data = read_libsvm(folder.write("a.svm.gz", gzip_of("1 1:2\n")));
  EXPECT_EQ(data.table().values(), Doubles{2});
  EXPECT_EQ(data.name(), "a.svm.gz");
}

struct BadText {
  const char* name;
  std::string text;
  const char* says;
};

void PrintTo(const BadText& bad, std::ostream* out) { *out << bad.name; }

class BadLibsvm : public testing::TestWithParam<BadText> {};

TEST_P(BadLibsvm, IsRefusedWithItsPlace) {
  expect_error<DataError>([&] { parsed(GetParam().text); }, {GetParam().says});
}

const BadText kBad[] = {
    {"Empty", "", "f.svm:1:1: 0 samples"},
    {"CommentsOnly", "# a\n\n", "f.svm:1:1: 0 samples"},
    {"NoEntry", "1\n2\n", "f.svm:1:1: 0 features"},
    {"Utf16", "\xFF\xFE"s + "1\0"s, "f.svm:1:1: the text is UTF-16"},
    {"IndexZero", "1 1:1\n1 0:1\n", "f.svm:2:3: index 0: indices count from 1"},
    {"IndexBelowZero", "1 -3:1\n", "f.svm:1:3: index -3: indices count from 1"},
    {"IndexFarBelowZero", "1 -99999999999999999999:1\n", "f.svm:1:3: index -9999"},
    {"Unsorted", "1 1:1 3:1 2:1\n", "f.svm:1:11: index 2 behind 3"},
    {"Repeated", "1 1:1 3:1 3:1\n", "f.svm:1:11: index 3 stands twice"},
    {"IndexOf31Bits", "1 2147483648:1\n", "f.svm:1:3: index 2147483648: more than 2097152"},
    {"IndexBeyond64Bits", "1 99999999999999999999:1\n", "f.svm:1:3: index 9999"},
    {"NoValue", "1 1:1 3:\n", "f.svm:1:7: the value of index 3 is missing"},
    {"NoIndex", "1 :1\n", "f.svm:1:3: the index '' is no whole number"},
    {"TextIndex", "1 abc:1\n", "f.svm:1:3: the index 'abc' is no whole number"},
    {"FractionIndex", "1 1.5:1\n", "f.svm:1:3: the index '1.5' is no whole number"},
    {"NoColon", "1 1:1 7\n", "f.svm:1:7: '7' is no index:value"},
    {"TextValue", "1 1:red\n", "f.svm:1:5: the value 'red' of index 1 is no number"},
    {"TwoColons", "1 1:2:3\n", "f.svm:1:5: the value '2:3' of index 1 is no number"},
    {"DecimalComma", "1 1:1,5\n", "f.svm:1:5: the value '1,5'"},
    {"InfiniteValue", "1 1:inf\n", "f.svm:1:5: the value of index 1 is inf"},
    {"HugeValue", "1 1:1e400\n", "f.svm:1:5: the value of index 1 is 1e400"},
    {"NanValue", "1 1:nan\n", "f.svm:1:5: the value of index 1 is nan"},
    {"TextLabel", "1 1:1\ncat 1:1\n", "f.svm:2:1: the label 'cat' is no finite number"},
    {"NanLabel", "nan 1:1\n", "f.svm:1:1: the label 'nan' is no finite number"},
    {"InfiniteLabel", "-inf 1:1\n", "f.svm:1:1: the label '-inf' is no finite number"},
    {"SeveralLabels", "1,2 1:1\n", "f.svm:1:1: the label '1,2' is several"},
    {"NoLabel", "1 1:1\n1:1 2:1\n", "f.svm:2:1: the label is missing"},
    {"QueryGroups", "1 qid:3 1:1\n", "f.svm:1:3: query groups (qid:)"},
    {"Nul", "1 1:1\0\n"s, "f.svm:1:5: the value"},
};

INSTANTIATE_TEST_SUITE_P(Texts, BadLibsvm, testing::ValuesIn(kBad),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Libsvm, RefusesWhatIsTooLargeWhenDense) {
  const std::string text = "1 1:1\n1 7:1\n1 6:1\n";
  EXPECT_EQ(parse_libsvm(text, "f.svm", TargetUse::required, 21).samples(), 3U);
  expect_error<DataError>([&] { parse_libsvm(text, "f.svm", TargetUse::required, 20); },
                          {"f.svm:2:3: 3 samples of 7 columns are more than 20 values"});
  std::string rows;
  for (int i = 0; i < 257; ++i) rows += "1 2097152:1\n";
  expect_error<DataError>([&] { parsed(rows); }, {"257 samples of 2097152 columns"});
}

TEST(Libsvm, IsToldByItsContentOrItsName) {
  const TestFolder folder;
  for (const auto& text : {"1 1:2\n"s, "# c\n\n-1.5e0\t3:0.5\n"s, "3 qid:1 1:2\n"s, "1,2 1:3\n"s,
                           gzip_of("+1 1:2\n"), "1 0:3\n"s}) {
    const DataFile file(folder.write("x", text));
    EXPECT_TRUE(looks_like_libsvm(file)) << text;
  }
  for (const auto& text : {""s, "#\n"s, "a,b\n1,2\n"s, "1\n2\n"s, "1 2\n"s, "a 1:2\n"s,
                           "1,10:30\n"s, "1 10:30,7\n"s}) {
    const DataFile file(folder.write("x", text));
    EXPECT_FALSE(looks_like_libsvm(file)) << text;
  }
  EXPECT_EQ(load_dataset(folder.write("x", "1 1:2\n")).target().names, Texts{"label"});
  for (const char* name : {"a.svm", "a.libsvm", "a.svmlight", "a.svm.gz"})
    expect_error<DataError>([&] { load_dataset(folder.write(name, "x 1:2\n")); }, {"no finite"});
  // A table of times, said to be one.
  const auto times = folder.write("t", "5\t10:30\n7\t10:40\n8\t10:30\n");
  const auto table = load_dataset(times, {.header = false});
  EXPECT_EQ(table.target().names, Texts{"c2"});
}

TEST(Libsvm, TakesNoOptionsThatChooseColumns) {
  const TestFolder folder;
  const auto path = folder.write("x", "1 1:2\n");
  expect_error<std::invalid_argument>([&] { load_dataset(path, {.ignore = {"c1"}}); },
                                      {"[ignore] chooses columns of a CSV file", "LIBSVM"});
  EXPECT_NO_THROW(load_dataset(path, {.target = {"y"}}));
}

}  // namespace
}  // namespace hebb
