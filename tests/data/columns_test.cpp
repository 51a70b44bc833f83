// What columns are taken for, and what they become.
#include "data/columns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "data/hashed_text.h"
#include "expect_error.h"
#include "hebb/core/error.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

using Texts = std::vector<std::string>;
using Doubles = std::vector<double>;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
// Sums of a few roundings of double, and the 12 digits that the file of expected values has.
constexpr double kDigits = 1e-11;

// A table of columns, each of numbers or of texts ("" is missing).
struct Columns {
  Table table;

  explicit Columns(std::size_t rows) { table.rows = rows; }
  Columns& numbers(const std::string& name, const Doubles& values) {
    add({.name = name}, values);
    return *this;
  }
  Columns& texts(const std::string& name, const Texts& values) {
    Texts categories = values;
    std::erase(categories, "");
    std::ranges::sort(categories);
    categories.erase(std::unique(categories.begin(), categories.end()), categories.end());
    Doubles indices;
    for (const auto& text : values)
      indices.push_back(text.empty()
                            ? kNothing
                            : static_cast<double>(std::ranges::lower_bound(categories, text) -
                                                  categories.begin()));
    add({.name = name, .categories = categories}, indices);
    return *this;
  }

 private:
  void add(Column column, const Doubles& values) {
    Doubles wider;
    const std::size_t width = table.columns.size();
    for (std::size_t row = 0; row < table.rows; ++row) {
      for (std::size_t c = 0; c < width; ++c) wider.push_back(table.values[row * width + c]);
      wider.push_back(values.at(row));
    }
    table.columns.push_back(std::move(column));
    table.values = std::move(wider);
  }
};

Texts taken_of(const Table& table, const ColumnsSaid& said = {}, const Target& target = {}) {
  Texts out;
  for (const TakenColumn& one : decide_columns(table, target, said).taken)
    out.push_back(one.text());
  return out;
}

Texts names_of(const Table& table) {
  Texts out;
  for (const Column& column : table.columns) out.push_back(column.name);
  return out;
}

Doubles counted_up(std::size_t rows, double first) {
  Doubles out;
  for (std::size_t i = 0; i < rows; ++i) out.push_back(first + static_cast<double>(i));
  return out;
}

// Numbers without an order.
Doubles mixed_up(std::size_t rows, double step = 1) {
  Doubles out;
  for (std::size_t i = 0; i < rows; ++i) out.push_back(step * static_cast<double>(i * 7919 % rows));
  return out;
}

TEST(TakenColumn, IsWrittenAsItIsRead) {
  for (const char* text :
       {"when=date:dmy:year+month_sin", "a=b", "=date", "when", "when=date:us", "x=id:7",
        "when=date:dmy:year+moon:2024-01-05", "when=date:dmy:year:yesterday"})
    expect_error<std::invalid_argument>([&] { (void)TakenColumn::parse(text); }, {"[column]"});
  expect_error<std::invalid_argument>([] { (void)TakenColumn::parse("x=dat"); },
                                      {"did you mean 'date'"});
  for (const char* text : {"when=date:dmy:year+month+weekday+hour+days:2023-01-05", "a=b=yes_no",
                           "w=unit:kg", "x=drop", "t=date", "t=date:epoch", "c=category"})
    EXPECT_EQ(TakenColumn::parse(text).text(), text);
  EXPECT_EQ(TakenColumn::parse("a=b=yes_no").name, "a=b");
}

TEST(Dates, AreThoseOfPython) {
  const auto cases = test::oracle("columns");
  for (const auto& one : cases["dates"]) {
    const std::string text = one["text"], order = one["order"];
    const auto form = date_form(order);
    ASSERT_TRUE(form);
    const auto moment = read_moment(text, *form);
    ASSERT_TRUE(moment) << text;
    EXPECT_EQ(moment->year, one["year"]) << text;
    EXPECT_EQ(moment->month, one["month"]) << text;
    EXPECT_EQ(moment->weekday, one["weekday"]) << text;
    EXPECT_NEAR(moment->hour, one["hour"], kDigits) << text;
    EXPECT_NEAR(moment->days, one["days"], 1e-9) << text;
  }
  EXPECT_EQ(day_text(day_of("2024-02-29").value_or(0)), "2024-02-29");
  EXPECT_EQ(day_text(-1), "1969-12-31");
  EXPECT_FALSE(moment_of_epoch(1e12));
  EXPECT_FALSE(moment_of_epoch(-1e12));
  EXPECT_FALSE(moment_of_epoch(kNothing));
  ASSERT_TRUE(moment_of_epoch(-1));
  EXPECT_EQ(moment_of_epoch(-1)->year, 1969);
}

TEST(Dates, OtherTextsAreNone) {
  for (const char* text :
       {"2024-13-01", "2023-02-29", "31.02.2024", "2024-1", "1.234.567", "12/31/24", "2024-12-31x",
        "2024-12-31 25:00", "2024-12-31 10", "10:15", "20241231", "2024/12-31", "", "00.00.2024",
        "2024-12-31T10:15+25:00", "2024-12-31 13:00 PM", "12345-01-01", "9999-01-01", "0000-01-01"})
    EXPECT_FALSE(take_date_apart(text)) << text;
  EXPECT_TRUE(take_date_apart("20241231", true));
  EXPECT_FALSE(take_date_apart("20241331", true));
}

TEST(HashedText, IsThatOfScikitLearn) {
  const auto cases = test::oracle("columns");
  for (const auto& one : cases["hashed"]) {
    Doubles expected(kHashedWidth), found(kHashedWidth, 7);
    for (std::size_t i = 0; i < one["places"].size(); ++i)
      expected[one["places"][i]] = one["values"][i];
    const std::string text = one["text"];
    hash_text(text, found);
    for (std::size_t i = 0; i < kHashedWidth; ++i)
      ASSERT_NEAR(found[i], expected[i], kDigits) << text << ", number " << i;
  }
}

TEST(DecideColumns, FindsDatesByTheirOrder) {
  const Columns iso = Columns(3).texts("t", {"2024-12-31", "2024-01-05", "2023-07-01"});
  EXPECT_EQ(taken_of(iso.table), Texts{"t=date:ymd:year+month+weekday+days:2023-07-01"});
  const Columns german = Columns(2).texts("t", {"1.2.2024 10:15", "1.3.2024 08:00"});
  EXPECT_EQ(taken_of(german.table), Texts{"t=date:dmy:month+weekday+hour+days:2024-02-01"});
  const Columns american = Columns(2).texts("t", {"01/02/2024", "12/31/2024"});
  EXPECT_EQ(taken_of(american.table), Texts{"t=date:mdy:month+days:2024-01-02"});
  const Columns british = Columns(2).texts("t", {"01/02/2024", "31/12/2024"});
  EXPECT_EQ(taken_of(british.table), Texts{"t=date:dmy:month+weekday+days:2024-02-01"});
}

TEST(DecideColumns, TakesNoDateWhoseOrderNothingSays) {
  const Table table = Columns(2).texts("t", {"01/02/2024", "03/04/2024"}).table;
  EXPECT_EQ(taken_of(table), Texts{});
  expect_contains(decide_columns(table, {}).notes.at(0).text, "--column t=date:dmy or t=date:mdy");
  EXPECT_EQ(taken_of(table, {.kinds = {TakenColumn::parse("t=date:mdy")}}),
            Texts{"t=date:mdy:month+weekday+days:2024-01-02"});
  expect_error<std::invalid_argument>(
      [&] { (void)taken_of(table, {.kinds = {TakenColumn::parse("t=date")}}); },
      {"column 't' holds '01/02/2024'", "t=date:dmy"});
}

TEST(DecideColumns, TakesADateOfMixedForms) {
  Texts dates;
  for (int i = 0; i < 19; ++i)
    dates.push_back(i % 2 ? "2024-03-" + std::to_string(10 + i)
                          : std::to_string(10 + i) + ".4.2024");
  dates.emplace_back("soon");  // 95% are dates
  const Table table = Columns(20).texts("t", dates).table;
  EXPECT_EQ(taken_of(table), Texts{"t=date:dmy:month+weekday+days:2024-03-11"});
  std::map<std::string, TextsLeft> left;
  const Table out = take_columns(table, decide_columns(table, {}).taken, "f.csv", &left);
  EXPECT_EQ(names_of(out),
            (Texts{"t.month_sin", "t.month_cos", "t.weekday_sin", "t.weekday_cos", "t.days"}));
  EXPECT_EQ(left.at("t").count, 1U);
  EXPECT_EQ(left.at("t").first, "soon");
  EXPECT_NEAR(out.at(1, 0), std::sqrt(0.75), 1e-12);  // March: a sixth of the circle
  EXPECT_EQ(out.at(1, 4), 0);                         // the first day
  EXPECT_EQ(out.at(0, 4), 30);                        // 10 April
  EXPECT_TRUE(std::isnan(out.at(19, 4)));
  dates[0] = "later";  // 90%
  EXPECT_EQ(taken_of(Columns(20).texts("t", dates).numbers("x", mixed_up(20, 0.5)).table),
            Texts{"t=id"});
}

TEST(DecideColumns, ReadsSecondsOnlyIfTheUserSaysSo) {
  const Table table = Columns(3).numbers("t", {1700000000, 1700086400, kNothing}).table;
  EXPECT_EQ(taken_of(table), Texts{});
  const auto taken =
      decide_columns(table, {}, {.kinds = {TakenColumn::parse("t=date:epoch")}}).taken;
  EXPECT_EQ(taken.at(0).text(), "t=date:epoch:weekday+days:2023-11-14");
  const Table out = take_columns(table, taken);
  EXPECT_EQ(names_of(out), (Texts{"t.weekday_sin", "t.weekday_cos", "t.days"}));
  EXPECT_NEAR(out.at(0, 0), std::sin(2 * std::numbers::pi / 7), 1e-12);  // a Tuesday
  EXPECT_NEAR(out.at(1, 2) - out.at(0, 2), 1, 1e-9);
  EXPECT_TRUE(std::isnan(out.at(2, 2)));
}

TEST(DecideColumns, FindsYesAndNo) {
  for (const auto& [no, yes] :
       {std::pair("no", "YES"), {"False", "True"}, {"nein", "ja"}, {"non", "oui"}, {"n", "y"}}) {
    const Table table = Columns(3).texts("a", {yes, no, ""}).table;
    EXPECT_EQ(taken_of(table), Texts{"a=yes_no"}) << yes;
    const Table out = take_columns(table, decide_columns(table, {}).taken);
    EXPECT_FALSE(out.columns[0].is_categorical());
    EXPECT_EQ(out.at(0, 0), 1);
    EXPECT_EQ(out.at(1, 0), 0);
    EXPECT_TRUE(std::isnan(out.at(2, 0)));
  }
  for (const Texts& others : {Texts{"yes", "nein", ""}, {"yes", "no", "maybe"}, {"m", "f", "m"}})
    EXPECT_EQ(taken_of(Columns(3).texts("a", others).table), Texts{});
}

TEST(TakeColumns, RefusesATextThatIsNeitherYesNorNo) {
  const Table table = Columns(2).texts("a", {"yes", "perhaps"}).table;
  expect_error<DataError>(
      [&] { (void)take_columns(table, {TakenColumn::parse("a=yes_no")}, "new.csv"); },
      {"new.csv: row 2, column 'a': 'perhaps' is neither yes nor no"});
}

TEST(DecideColumns, LeavesOutWhatIsNoFeature) {
  const std::size_t rows = 40;
  Texts names, some;
  for (std::size_t i = 0; i < rows; ++i) {
    names.push_back("case" + std::to_string(i));
    some.emplace_back(i % 3 ? "a" : "b");
  }
  Doubles gaps(rows, 5);
  gaps[3] = kNothing;
  Columns all(rows);
  all.numbers("x", mixed_up(rows, 0.5))
      .numbers("n", counted_up(rows, 1))
      .numbers("customer_id", mixed_up(rows, 13))
      .texts("name", names)
      .numbers("five", Doubles(rows, 5))
      .numbers("none", Doubles(rows, kNothing))
      .numbers("gaps", gaps)
      .numbers("x2", mixed_up(rows, 0.5))
      .texts("k", some)
      .texts("k2", some)
      .numbers("years", counted_up(rows, 1990));
  EXPECT_EQ(taken_of(all.table),
            (Texts{"n=row_number", "customer_id=id", "name=id", "five=constant", "none=constant",
                   "x2=duplicate", "k2=duplicate"}));
  const auto decided = decide_columns(all.table, {}, {});
  EXPECT_EQ(decided.notes.size(), 7U);
  expect_contains(
      decided.notes[0].text,
      "column 'n' numbers the rows from 1 and is left out; --leave-in n brings it back");
  EXPECT_EQ(names_of(take_columns(all.table, decided.taken)), (Texts{"x", "gaps", "k", "years"}));
  EXPECT_EQ(take_columns(all.table, decided.taken).at(2, 1), 5);
  const ColumnsSaid said = {.kinds = {TakenColumn::parse("five=number")},
                            .leave_in = {"n", "name", "none", "x2", "k2", "customer_id"}};
  EXPECT_EQ(taken_of(all.table, said), Texts{"five=number"});
}

TEST(DecideColumns, KeepsAnIdThatTellsOfTheTarget) {
  const std::size_t rows = 40;
  const Doubles ids = mixed_up(rows, 13);
  const Table table = Columns(rows).numbers("id", ids).numbers("x", mixed_up(rows, 0.5)).table;
  EXPECT_EQ(taken_of(table, {}, Target{.names = {"y"}, .values = ids}), Texts{});
  Target other{.names = {"y"}};
  for (std::size_t i = 0; i < rows; ++i) other.values.push_back(i % 2 ? 1 : 0);
  EXPECT_EQ(taken_of(table, {}, other), Texts{"id=id"});
}

// Filled where the target is yes, and nowhere else; the first column is so but for one row.
TEST(DecideColumns, LeavesOutWhatIsFilledWhereTheTargetHasOneValue) {
  constexpr std::size_t kRows = 60;
  Target target{.names = {"left"}, .values = {}, .classes = {"no", "yes"}};
  Doubles nearly, after, before, value;
  for (std::size_t row = 0; row < kRows; ++row) {
    const bool yes = row % 3 == 0;
    target.values.push_back(yes ? 1 : 0);
    after.push_back(yes ? static_cast<double>(row) : kNothing);
    before.push_back(yes ? kNothing : static_cast<double>(row % 7));
    nearly.push_back(row == 3 ? kNothing : after.back());
    value.push_back(static_cast<double>(row % 5));
  }
  const Table table = Columns(kRows)
                          .numbers("nearly", nearly)
                          .numbers("after", after)
                          .numbers("before", before)
                          .numbers("value", value)
                          .table;
  EXPECT_EQ(taken_of(table, {}, target), (Texts{"after=leak", "before=leak"}));
  EXPECT_EQ(taken_of(table, {.leave_in = {"after"}}, target), (Texts{"before=leak"}));
  EXPECT_EQ(taken_of(table), Texts()) << "no target is known";
  const auto notes = decide_columns(table, target, {}).notes;
  ASSERT_FALSE(notes.empty());
  EXPECT_NE(notes.front().text.find("exactly where the target is 'yes'"), std::string::npos)
      << notes.front().text;
  target.values.assign(kRows, 0);
  for (std::size_t row = 0; row < 9; ++row) target.values[row] = 1;
  for (std::size_t row = 0; row < kRows; ++row)
    after[row] = row < 9 ? 1.0 + static_cast<double>(row) : kNothing;
  EXPECT_EQ(
      taken_of(Columns(kRows).numbers("few", after).numbers("value", value).table, {}, target),
      Texts());
}

TEST(DecideColumns, LeavesEveryColumnIfNoneWouldBeLeft) {
  EXPECT_EQ(taken_of(Columns(3).numbers("a", {1, 1, 1}).table), Texts{});
  const Table one = Columns(1).numbers("a", {1}).texts("b", {"x"}).table;  // one row
  EXPECT_EQ(taken_of(one), Texts{});
  EXPECT_TRUE(decide_columns(one, {}).notes.empty());
}

TEST(DecideColumns, TakesFreeTextAsHashedColumns) {
  const std::size_t rows = 24;
  Texts texts;
  for (std::size_t i = 0; i < rows; ++i)
    texts.push_back("the " + std::to_string(i) + "th review of five words");
  texts[4] = "";
  const Table table = Columns(rows).texts("r", texts).numbers("x", mixed_up(rows, 0.5)).table;
  EXPECT_EQ(taken_of(table), Texts{"r=text"});
  const Table out = take_columns(table, decide_columns(table, {}).taken);
  ASSERT_EQ(out.columns.size(), kHashedWidth + 1);
  EXPECT_EQ(out.columns[0].name, "r.1");
  EXPECT_EQ(out.columns[kHashedWidth].name, "x");
  Doubles expected(kHashedWidth);
  hash_text(texts[7], expected);
  EXPECT_EQ(Doubles(out.values.begin() + 7 * 257, out.values.begin() + 7 * 257 + 256), expected);
  for (std::size_t c = 0; c < kHashedWidth; ++c) EXPECT_EQ(out.at(4, c), 0);  // no text, no words
  EXPECT_EQ(taken_of(table, {.kinds = {TakenColumn::parse("r=category")}}), Texts{"r=category"});
}

TEST(TakeColumns, RefusesTwoColumnsOfOneName) {
  const Table table =
      Columns(2).texts("t", {"2024-01-01", "2024-01-03"}).numbers("t.days", {1, 2}).table;
  expect_error<DataError>(
      [&] { (void)take_columns(table, decide_columns(table, {}).taken, "f.csv"); },
      {"f.csv: two columns would be called 't.days'"});
}

TEST(DecideColumns, ChecksWhatIsSaid) {
  const Table table = Columns(2).texts("t", {"a", "b"}).numbers("x", {1, 2}).table;
  const auto says = [&](const char* text) {
    return [&table, text] { (void)taken_of(table, {.kinds = {TakenColumn::parse(text)}}); };
  };
  expect_error<std::invalid_argument>(says("t=number"), {"column 't' holds texts"});
  expect_error<std::invalid_argument>(says("x=yes_no"), {"column 'x' is no yes_no"});
  expect_error<std::invalid_argument>(says("t=date:epoch"), {"no seconds since 1970"});
  EXPECT_EQ(names_of(take_columns(table, {TakenColumn::parse("t=drop")})), Texts{"x"});
  Table broken = table;
  broken.rows = 5;
  expect_error<std::invalid_argument>([&] { (void)decide_columns(broken, {}); }, {"5 rows"});
  expect_error<std::invalid_argument>(
      [&] { (void)take_columns(table, {TakenColumn::parse("t=date")}); }, {"lacks the form"});
}

// Two columns whose hashes are equal would be compared; here many are equal.
TEST(DecideColumns, TakesManyColumnsAtOnce) {
  const std::size_t columns = 100'000, rows = 10;
  Table table{.rows = rows, .values = Doubles(columns * rows)};
  for (std::size_t c = 0; c < columns; ++c) {
    table.columns.push_back({.name = "c" + std::to_string(c)});
    for (std::size_t row = 0; row < rows; ++row)
      table.values[row * columns + c] = c % 2
                                            ? static_cast<double>(row % 3)
                                            : static_cast<double>(c + 1) * 0.5 + (row % 2 ? 1 : 0);
  }
  const auto taken = decide_columns(table, {}).taken;
  EXPECT_EQ(taken.size(), columns / 2 - 1);
  EXPECT_EQ(take_columns(table, taken).columns.size(), columns / 2 + 1);
}

}  // namespace
}  // namespace hebb
