#include "hebb/core/options.h"

#include <gtest/gtest.h>

#include "expect_error.h"

namespace hebb {
namespace {

struct Plain {
  double alpha = 0.5;
  std::size_t layers = 2;
  std::string solver = "sgd";
  std::optional<double> limit = {};
  std::vector<std::size_t> sizes = {3, 4};
  int threads = 0;

  static const FieldList& fields() {
    static const FieldList list = Fields<Plain>()
                                      .add("alpha", &Plain::alpha, "penalty")
                                      .at_least(0)
                                      .log_scale()
                                      .add("layers", &Plain::layers, "how many")
                                      .at_least(1)
                                      .add("solver", &Plain::solver, "which")
                                      .one_of({"sgd", "adam"})
                                      .add("limit", &Plain::limit, "most")
                                      .add("sizes", &Plain::sizes, "of each")
                                      .add("threads", &Plain::threads, "threads")
                                      .at_prediction()
                                      .not_recorded();
    return list;
  }
};

struct Derived : Plain {
  using Base = Plain;
  Derived() { alpha = 2; }
};

struct Other {
  bool flag = false;
  static const FieldList& fields() {
    static const FieldList list = Fields<Other>().add("flag", &Other::flag, "whether");
    return list;
  }
};

OptionSet nested() {
  OptionSet set = Other{.flag = true};
  set.add_child("base", Plain{});
  return set;
}

TEST(OptionSet, GivesAndTakesValuesByName) {
  OptionSet set = Plain{.alpha = 0.25};
  EXPECT_EQ(set.get("alpha"), Value(0.25));
  EXPECT_EQ(set.get("limit"), Value());
  set.set("alpha", 1.5);
  set.set("layers", std::int64_t{7});
  set.set("limit", std::int64_t{3});  // a whole number is a number too
  set.set_text("solver", "adam");
  set.set_text("sizes", "5, 6");
  const auto& plain = set.as<Plain>();
  EXPECT_EQ(plain.alpha, 1.5);
  EXPECT_EQ(plain.layers, 7U);
  EXPECT_EQ(plain.limit, 3);
  EXPECT_EQ(plain.solver, "adam");
  EXPECT_EQ(plain.sizes, (std::vector<std::size_t>{5, 6}));
  EXPECT_TRUE(set.find("alpha")->log_scale);
  EXPECT_TRUE(set.find("threads")->at_prediction);
  EXPECT_FALSE(set.find("layers")->log_scale || set.find("layers")->at_prediction);
  EXPECT_EQ(set.find("beta"), nullptr);
}

TEST(OptionSet, ErrorsNameOptionRangeValueAndTheNearestName) {
  OptionSet set = Plain{};
  expect_error<std::invalid_argument>([&] { set.set("alpha", -1.0); }, {"[alpha]", ">= 0", "-1"});
  expect_error<std::invalid_argument>([&] { set.set("alpha", "much"); }, {"[alpha]", "much"});
  expect_error<std::invalid_argument>([&] { set.set("layers", 1.5); }, {"[layers]", "whole"});
  expect_error<std::invalid_argument>([&] { set.set("solver", "adem"); },
                                      {"[solver]", "did you mean adam"});
  expect_error<std::invalid_argument>([&] { set.set_text("layers", "0"); }, {"[layers]", ">= 1"});
  for (const char* wrong : {"alpah", "base.alpha"})
    expect_error<std::invalid_argument>([&] { (void)set.get(wrong); }, {wrong, "no option"});
  expect_error<std::invalid_argument>([&] { set.set("alpah", 1.0); }, {"did you mean alpha"});
  EXPECT_EQ(set, OptionSet(Plain{}));
}

TEST(OptionSet, IsAValue) {
  OptionSet set = Plain{};
  OptionSet copy = set;
  EXPECT_EQ(copy, set);
  copy.set("alpha", 9.0);
  EXPECT_NE(copy, set);
  EXPECT_EQ(set.as<Plain>().alpha, 0.5);
  copy = set;
  EXPECT_EQ(copy, set);
  EXPECT_NE(OptionSet(Other{}), set);
  EXPECT_EQ(OptionSet(), OptionSet());
  EXPECT_TRUE(OptionSet().fields().empty());
  EXPECT_EQ(OptionSet().data(), nullptr);
}

TEST(OptionSet, IsTakenForTheStructThatItsOwnDerivesFrom) {
  const OptionSet set = Derived{};
  EXPECT_TRUE(set.holds<Derived>());
  EXPECT_TRUE(set.holds<Plain>());
  EXPECT_FALSE(set.holds<Other>());
  EXPECT_EQ(set.as<Plain>().alpha, 2);
  expect_error<std::invalid_argument>([&] { (void)set.as<Other>(); }, {"another struct"});
  expect_error<std::invalid_argument>([] { (void)OptionSet().as<Other>(); }, {"another struct"});
}

TEST(OptionSet, ValuesThatWereNotCheckedAreFoundLater) {
  OptionSet set = nested();
  EXPECT_NO_THROW(set.check_values());
  OptionSet bad = Other{};
  bad.add_child("base", Plain{.alpha = -3});
  expect_error<std::invalid_argument>([&] { bad.check_values(); }, {"[base.alpha]", ">= 0", "-3"});
}

TEST(OptionSet, ChildrenHaveNamesBehindADot) {
  OptionSet set = nested();
  EXPECT_EQ(set.names(),
            (std::vector<std::string>{"flag", "base.alpha", "base.layers", "base.solver",
                                      "base.limit", "base.sizes", "base.threads"}));
  set.set("base.alpha", 4.0);
  set.set_text("base.solver", "adam");
  EXPECT_EQ(set.get("base.alpha"), Value(4.0));
  EXPECT_EQ(set.child("base").as<Plain>().solver, "adam");
  EXPECT_TRUE(set.find("base.alpha")->log_scale);
  EXPECT_EQ(set.find("other.alpha"), nullptr);
  EXPECT_NE(set, nested());
  expect_error<std::invalid_argument>([&] { set.set("base.alpha", -1.0); },
                                      {"[base.alpha]", ">= 0", "-1"});
  expect_error<std::invalid_argument>([&] { set.set("base.alpah", 1.0); },
                                      {"[base.alpah]", "did you mean alpha"});
  expect_error<std::invalid_argument>([&] { set.set("bose.alpha", 1.0); },
                                      {"did you mean base.alpha"});
  expect_error<std::invalid_argument>([&] { (void)set.child("bose"); }, {"did you mean base"});
  for (const char* name : {"", "a.b", "base", "flag"})
    EXPECT_THROW(set.add_child(name, Plain{}), std::invalid_argument) << name;
}

TEST(OptionSet, IsRecordedAndReadBack) {
  OptionSet set = nested();
  set.set("base.alpha", 4.0);
  set.set("base.threads", std::int64_t{8});
  const Record record = set.record();
  EXPECT_EQ(record.value("flag"), Value(true));
  ASSERT_NE(record.part("base"), nullptr);
  EXPECT_EQ(record.part("base")->number("alpha"), 4);
  EXPECT_FALSE(record.part("base")->has("threads"));
  OptionSet read = nested();
  read.set("flag", false);
  read.read(record);
  EXPECT_EQ(read.record(), record);
  EXPECT_EQ(read.get("base.threads"), Value(std::int64_t{0}));
  read.read(Record().set("unknown", 1.0).set("flag", false));
  EXPECT_EQ(read.get("flag"), Value(false));
  expect_error<std::invalid_argument>(
      [&] { read.read(Record().set("base", Record().set("alpha", -1.0))); },
      {"[base.alpha]", ">= 0"});
  expect_error<std::invalid_argument>([&] { read.read(Record().set("flag", Record())); },
                                      {"[flag]"});
}

TEST(Record, KeepsNamesInTheirOrder) {
  Record record;
  record.set("b", 1.5).set("a", std::int64_t{2}).set("list", std::vector<double>{1, 2});
  record.set("part", Record().set("text", "word"));
  record.set("b", 2.5);
  ASSERT_EQ(record.entries().size(), 4U);
  EXPECT_EQ(record.entries()[0].name, "b");
  EXPECT_EQ(record.number("b"), 2.5);
  EXPECT_EQ(record.number("a"), 2);
  EXPECT_EQ(record.count("a"), 2U);
  EXPECT_EQ(record.numbers("list"), (std::vector<double>{1, 2}));
  EXPECT_EQ(record.part("part")->text("text"), "word");
  EXPECT_FALSE(record.number("part") || record.text("a") || record.count("b"));
  EXPECT_FALSE(record.has("c") || record.part("a") || record.number("c"));
  EXPECT_EQ(record.value("c"), Value());
  EXPECT_TRUE(record.numbers("a").empty());
  record.set("part", -1.0);
  EXPECT_EQ(record.part("part"), nullptr);
  EXPECT_FALSE(record.set("n", std::int64_t{-1}).count("n"));
  Record other = record;
  EXPECT_EQ(other, record);
  other.set("part", Record());
  EXPECT_NE(other, record);
}

struct Chooser {
  std::string base = "plain";
  static const FieldList& fields() {
    static const FieldList list =
        Fields<Chooser>().add("base", &Chooser::base, "kind").one_of({"plain", "other"});
    return list;
  }
};

OptionSet chosen() {
  OptionSet set = Chooser();
  set.add_chosen_child("base", Plain(), [](const std::string& kind) {
    return kind == "other" ? OptionSet(Other()) : OptionSet(Plain());
  });
  return set;
}

TEST(OptionSet, AChildHasTheOptionsOfTheKindThatIsSet) {
  OptionSet set = chosen();
  set.set("base.alpha", 0.25);
  set.set("base", std::string("plain"));  // the same: its options stay
  EXPECT_EQ(set.get("base.alpha"), Value(0.25));
  const OptionSet before = set;
  expect_error<std::invalid_argument>([&] { set.set("base", std::string("plane")); },
                                      {"[base]", "did you mean plain"});
  expect_error<std::invalid_argument>([&] { set.set("base.flag", true); }, {"[base.flag]"});
  EXPECT_EQ(set, before);
  set.set_text("base", "other");
  EXPECT_EQ(set.names(), (std::vector<std::string>{"base", "base.flag"}));
  set.set("base.flag", true);
  set.set("base", std::string("plain"));
  EXPECT_EQ(set, chosen());
  EXPECT_EQ(before.get("base.alpha"), Value(0.25));  // copies are their own
}

TEST(OptionSet, RecordsTheKindOfAChildBesideItsOptions) {
  OptionSet set = chosen();
  set.set_text("base", "other");
  set.set("base.flag", true);
  const Record record = set.record();
  EXPECT_EQ(record.text("base"), "other");
  EXPECT_EQ(record.part("base_options")->value("flag"), Value(true));
  EXPECT_EQ(set.record_name("base"), "base_options");
  EXPECT_EQ(nested().record_name("base"), "base");
  OptionSet read = chosen();
  read.read(record);
  EXPECT_EQ(read, set);
}

TEST(OptionSet, AChosenChildNeedsAnOptionOfItsName) {
  const auto plain = [](const std::string&) { return OptionSet(Plain()); };
  OptionSet set = chosen();
  expect_error<std::invalid_argument>([&] { set.add_chosen_child("base", Plain(), plain); },
                                      {"'base'", "without other options"});
  expect_error<std::invalid_argument>([&] { set.add_chosen_child("kind", Plain(), plain); },
                                      {"'kind'", "text option"});
}

TEST(Fields, ATextMayObeyARule) {
  struct Ruled {
    std::string even;
    static const FieldList& fields() {
      static const FieldList list =
          Fields<Ruled>().add("even", &Ruled::even, "text").obeys([](const std::string& text) {
            check(text.size() % 2 == 0, "even", "has ", text.size(), " letters");
          });
      return list;
    }
  };
  OptionSet set = Ruled();
  set.set("even", std::string("ab"));
  expect_error<std::invalid_argument>([&] { set.set("even", std::string("abc")); },
                                      {"[even] has 3 letters"});
  expect_error<std::invalid_argument>([&] { set.set_text("even", "a"); }, {"[even] has 1 letters"});
  expect_error<std::invalid_argument>([&] { OptionSet(Ruled{"a"}).check_values(); }, {"[even]"});
}

}  // namespace
}  // namespace hebb
