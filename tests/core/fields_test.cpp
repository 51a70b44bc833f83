#include "hebb/core/fields.h"

#include <gtest/gtest.h>

#include <cstddef>

#include "expect_error.h"

namespace hebb {
namespace {

struct Sample {
  double rate = 0.5;
  std::vector<std::size_t> sizes = {100};
  std::optional<std::size_t> batch;
  std::string kind = "a";
  bool on = false;
  bool also = true;
  std::uint32_t count = 0;
  std::vector<std::size_t> places;

  static const FieldList& fields() {
    static const FieldList list = Fields<Sample>()
                                      .add("rate", &Sample::rate, "a rate")
                                      .at_least(0)
                                      .less_than(1)
                                      .flag("--speed", "on")
                                      .add("sizes", &Sample::sizes, "sizes")
                                      .at_least(1)
                                      .add("batch_size", &Sample::batch, "rows")
                                      .at_least(1)
                                      .unset_as("auto")
                                      .add("kind", &Sample::kind, "which")
                                      .one_of({"apple", "a", "pear"})
                                      .add("on", &Sample::on, "whether")
                                      .add("also", &Sample::also, "whether else")
                                      .add("count", &Sample::count, "how many")
                                      .add("places", &Sample::places, "where");
    return list;
  }
};

Sample with(const std::string& name, const std::string& text) {
  Sample sample;
  const Field& field = *find_field(Sample::fields(), name);
  field.set(&sample, field.parse(text));
  return sample;
}

TEST(Fields, ReadTextIntoEveryKindOfMember) {
  EXPECT_EQ(with("rate", "0.25").rate, 0.25);
  EXPECT_EQ(with("sizes", "512, 64").sizes, (std::vector<std::size_t>{512, 64}));
  EXPECT_EQ(with("sizes", "").sizes, std::vector<std::size_t>{});
  EXPECT_EQ(with("batch_size", "32").batch, 32U);
  EXPECT_EQ(with("batch_size", "auto").batch, std::nullopt);
  EXPECT_EQ(with("kind", "pear").kind, "pear");
  EXPECT_TRUE(with("on", "yes").on);
}

TEST(Fields, WholeNumbersMayBeWrittenWithExponent) {
  EXPECT_EQ(with("batch_size", "1e3").batch, 1000U);
  EXPECT_EQ(with("batch_size", "512.0").batch, 512U);
}

TEST(Fields, ErrorsNameOptionRangeAndValue) {
  expect_error<std::invalid_argument>([] { with("rate", "1"); }, {"rate", "[0, 1)", "got 1"});
  expect_error<std::invalid_argument>([] { with("rate", "nan"); }, {"rate", "nan"});
  expect_error<std::invalid_argument>([] { with("rate", "fast"); }, {"rate", "'fast'"});
  expect_error<std::invalid_argument>([] { with("sizes", "3,0"); }, {"sizes", ">= 1", "3,0"});
  expect_error<std::invalid_argument>([] { with("batch_size", "0"); },
                                      {"batch_size", "auto", "got 0"});
  expect_error<std::invalid_argument>([] { with("batch_size", "1.5"); }, {"batch_size", "'1.5'"});
  expect_error<std::invalid_argument>([] { with("kind", "peer"); }, {"kind", "did you mean pear?"});
  expect_error<std::invalid_argument>([] { with("on", "perhaps"); }, {"on", "true or false"});
}

TEST(Fields, UnsignedMembersAreNotNegative) {
  expect_error<std::invalid_argument>([] { with("count", "-1"); }, {"count", ">= 0, got -1"});
  expect_error<std::invalid_argument>([] { with("places", "3,-1"); }, {"places", ">= 0", "3,-1"});
  EXPECT_EQ(with("count", "0").count, 0U);
}

TEST(Fields, CheckNamesAMemberOutOfRange) {
  Sample sample;
  check_fields(sample);
  sample.rate = 2;
  expect_error<std::invalid_argument>([&] { check_fields(sample); }, {"rate", "[0, 1)", "got 2"});
}

TEST(Fields, ConvertTakesWhatOtherNotationsGive) {
  const Field& rate = *find_field(Sample::fields(), "rate");
  const Field& sizes = *find_field(Sample::fields(), "sizes");
  const Field& batch = *find_field(Sample::fields(), "batch_size");
  EXPECT_EQ(rate.convert(std::int64_t{0}), Value(0.0));
  EXPECT_EQ(sizes.convert(std::int64_t{3}), Value(std::vector<std::int64_t>{3}));
  EXPECT_EQ(batch.convert(std::string("auto")), Value());
  expect_error<std::invalid_argument>([&] { rate.convert(std::string("x")); }, {"rate", "got x"});
}

TEST(Fields, TextOfAValueReadsBack) {
  Sample sample = with("rate", "0.1");
  sample.sizes = {3, 4};
  for (const Field& field : Sample::fields()) {
    const Value value = field.get(&sample);
    const bool unset = std::holds_alternative<Unset>(value);
    EXPECT_EQ(field.parse(unset ? field.unset : to_text(value)), value) << field.name;
  }
}

TEST(Fields, ShownFlagIsTheFirstOrTheNameWithDashes) {
  EXPECT_EQ(find_field(Sample::fields(), "rate")->flag(), "--speed");
  EXPECT_EQ(find_field(Sample::fields(), "batch_size")->flag(), "--batch-size");
  EXPECT_EQ(find_field(Sample::fields(), "nothing"), nullptr);
}

TEST(Nearest, FindsTheLikeliestMisspelling) {
  const std::vector<std::string> names = {"--hidden", "--help", "--epochs"};
  EXPECT_EQ(nearest("--hiden", names), std::vector<std::string>{"--hidden"});
  EXPECT_EQ(nearest("--epoch", names), std::vector<std::string>{"--epochs"});
  EXPECT_TRUE(nearest("--zzzzzzzz", names).empty());
  EXPECT_EQ(nearest("--eta", {"--ema", "--eta0"}).front(), "--eta0");
  EXPECT_EQ(nearest("--hlep", {"--sep", "--help"}), std::vector<std::string>{"--help"});
  EXPECT_EQ(nearest("tahn", {"than", "tanh"}, 2), (std::vector<std::string>{"than", "tanh"}));
}

TEST(Nearest, FindsNothingInAWordAsShortThatDiffersInTwoPlaces) {
  EXPECT_TRUE(nearest("--ema", {"--eta0", "--na"}).empty());
  EXPECT_EQ(nearest("--emma", {"--ema"}).front(), "--ema");
}

}  // namespace
}  // namespace hebb
