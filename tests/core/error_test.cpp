#include "hebb/core/error.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "comma_locale.h"
#include "expect_error.h"
#include "hebb/tensor/tensor.h"

namespace hebb {
namespace {

TEST(Concat, JoinsTextCharactersAndNumbers) {
  EXPECT_EQ(concat(), "");
  EXPECT_EQ(concat("a", std::string("b"), std::string_view("c"), 'd', 5), "abcd5");
  EXPECT_EQ(concat(std::int64_t{-7}, ' ', std::numeric_limits<std::uint64_t>::max()),
            "-7 18446744073709551615");
}

TEST(Concat, WritesNumbersWithSixSignificantDigits) {
  EXPECT_EQ(concat(0.1F, ' ', 1e-7, ' ', 100000.0, ' ', 1234567.0, ' ', 2.0),
            "0.1 1e-07 100000 1.23457e+06 2");
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(concat(-0.0, ' ', 999999.5, ' ', 0.00001234567, ' ', -kInfinity, ' ',
                   std::numeric_limits<double>::quiet_NaN()),
            "-0 1e+06 1.23457e-05 -inf nan");
}

TEST(Concat, WritesNumbersWithAPointWhateverTheLocale) {
  const test::CommaLocale comma;
  if (!comma.is_set) GTEST_SKIP() << "this machine makes no locale with a comma";
  EXPECT_EQ(concat(0.5), "0.5");
}

TEST(Concat, TakesWhatHasAToString) {
  EXPECT_EQ(concat("got ", Shape{32, 784}, ", ", Shape{}), "got (32, 784), ()");
}

TEST(Check, ThrowsWithPlaceAndMessageUnlessItHolds) {
  EXPECT_NO_THROW(check(true, "linear", "no"));
  expect_error<std::invalid_argument>([] { check(false, "linear", "got ", 3); },
                                      {"[linear] got 3"});
  EXPECT_NO_THROW(check_data(true, "no"));
  expect_error<DataError>([] { check_data(false, "line ", 3); }, {"line 3"});
  EXPECT_NO_THROW(check_model(true, "no"));
  expect_error<ModelError>([] { check_model(false, "byte ", 3); }, {"byte 3"});
}

}  // namespace
}  // namespace hebb
