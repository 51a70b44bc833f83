#include <gtest/gtest.h>

#include <cmath>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "hebb/model/record.h"

namespace hebb {
namespace {

TEST(RecordJson, ReadsBackWhatWasWritten) {
  Record record;
  record.set("flag", true).set("whole", std::int64_t{-3}).set("real", 0.1).set("unset", Value());
  record.set("text", "größe").set("wholes", std::vector<std::int64_t>{1, 2});
  record.set("reals", std::vector<double>{1, 0.5}).set("texts", std::vector<std::string>{"a"});
  record.set("part", Record().set("deep", Record().set("x", 1.0)));
  const std::string text = to_json(record);
  EXPECT_EQ(text,
            R"({"flag":true,"whole":-3,"real":0.1,"unset":null,"text":"größe","wholes":[1,2],)"
            R"("reals":[1.0,0.5],"texts":["a"],"part":{"deep":{"x":1.0}}})");
  EXPECT_EQ(record_from_json(text), record);
}

TEST(RecordJson, NumbersThatAreNotFiniteAreNull) {
  const std::string text =
      to_json(Record().set("loss", std::nan("")).set("curve", std::vector<double>{0.5, HUGE_VAL}));
  EXPECT_EQ(text, R"({"loss":null,"curve":[0.5,null]})");
  const Record read = record_from_json(text);
  EXPECT_FALSE(read.number("loss"));
  ASSERT_EQ(read.numbers("curve").size(), 2U);
  EXPECT_TRUE(std::isnan(read.numbers("curve")[1]));
  EXPECT_EQ(to_json(read), text);
}

TEST(RecordJson, WhatAValueCannotHoldIsUnset) {
  const Record read =
      record_from_json(R"({"big":18446744073709551615,"mixed":[1,"a"],"lists":[[1]]})");
  for (const char* name : {"big", "mixed", "lists"}) EXPECT_EQ(read.value(name), Value()) << name;
}

TEST(RecordJson, RefusesWhatIsNoObject) {
  for (const char* text : {"", "[1]", "{", "null"})
    expect_error<ModelError>([&] { record_from_json(text); }, {"not a JSON object"});
}

TEST(RecordJson, RefusesTextThatIsNotUtf8) {
  expect_error<DataError>(
      [] {
        to_json(Record().set("text",
                             "gr\xf6\xdf"
                             "e"));
      },
      {"not UTF-8"});
  expect_error<DataError>(
      [] {
        to_json(
            Record().set("gr\xf6\xdf"
                         "e",
                         1.0));
      },
      {"not UTF-8"});
}

// {"a":{"a":...{}...}}
std::string nested_text(std::size_t depth) {
  std::string text;
  for (std::size_t level = 1; level < depth; ++level) text += R"({"a":)";
  return text + "{}" + std::string(depth - 1, '}');
}

TEST(RecordJson, RefusesWhatIsNestedTooDeep) {
  EXPECT_EQ(to_json(record_from_json(nested_text(64))), nested_text(64));
  for (const std::size_t depth : {65U, 1'000'000U})
    expect_error<ModelError>([&] { record_from_json(nested_text(depth)); },
                             {"nested deeper than 64 levels"});
  expect_error<ModelError>([] { record_from_json(std::string(1'000'000, '[')); },
                           {"nested deeper than 64 levels"});
}

}  // namespace
}  // namespace hebb
