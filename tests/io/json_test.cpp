#include "io/json.h"

#include <gtest/gtest.h>

#include "expect_error.h"

namespace hebb {
namespace {

using Json = nlohmann::ordered_json;

TEST(ParseRecord, BoundsTheLevels) {
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
  };
  EXPECT_TRUE(parse_record(nested(64)).is_array());
  for (const std::size_t levels : {65U, 1'000'000U})
    expect_error<ModelError>([&] { parse_record(nested(levels), "f: "); },
                             {"f: the record is nested deeper than 64 levels"});
  EXPECT_TRUE(parse_record("{").is_discarded());
}

TEST(JsonEntry, ReadsEveryType) {
  const Json json = Json::parse(R"({"a":{"text":"t","texts":["x","y"],"number":2,"numbers":[1,0.5],
                                   "truth":true,"count":3,"nothing":null}})");
  const JsonEntry a = JsonEntry(json, "f: its record")["a"];
  EXPECT_EQ(a["text"].text(), "t");
  EXPECT_EQ(a["texts"].texts(), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(a["number"].number(), 2);
  EXPECT_EQ(a["numbers"].numbers(), (std::vector<double>{1, 0.5}));
  EXPECT_TRUE(a["truth"].truth());
  EXPECT_EQ(a["count"].count(), 3U);
  EXPECT_TRUE(a["nothing"].is_null());
  EXPECT_TRUE(a.has("text"));
  EXPECT_FALSE(a.has("other"));
  EXPECT_EQ(a.items().size(), 7U);
  EXPECT_EQ(a.items()[1].key(), "texts");
  EXPECT_EQ(a["numbers"].items()[1].number(), 0.5);
}

TEST(JsonEntry, NamesFileAndEntryOfWhatIsOfAnotherType) {
  const Json json = Json::parse(R"({"a":{"text":"t","list":[1,"x",null,-1,{}]}})");
  const JsonEntry record(json, "f: its record");
  const auto refused = [](const auto& read, const std::string& message) {
    expect_error<ModelError>(read, {message});
  };
  refused([&] { (void)record["b"]; }, "f: its record: there is no entry 'b'");
  refused([&] { (void)record["a"]["b"]; }, "f: its record: there is no entry 'a.b'");
  refused([&] { (void)record["a"]["text"]["b"]; },
          "f: its record: 'a.text' must be an object of entries");
  refused([&] { record["a"].text(); }, "'a' must be a text");
  const JsonEntry list = record["a"]["list"];
  refused([&] { list.texts(); }, "'a.list' must be a list of texts");
  refused([&] { list.numbers(); }, "'a.list' must be a list of finite numbers");
  refused([&] { list.items()[1].number(); }, "'a.list[1]' must be a finite number");
  refused([&] { list.items()[2].truth(); }, "'a.list[2]' must be true or false");
  refused([&] { list.items()[3].count(); }, "'a.list[3]' must be a whole number >= 0");
  refused([&] { list.items()[0].count(2, 5); }, "'a.list[0]' must be a whole number in [2, 5]");
  refused([&] { (void)record["a"]["text"].items(); }, "'a.text' must be a list");
}

}  // namespace
}  // namespace hebb
