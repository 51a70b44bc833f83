#include "hebb/tensor/tensor.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>

#include "expect_error.h"

namespace hebb {
namespace {

TEST(Shape, KnowsItsSizeAndPrintsAsPeopleWriteIt) {
  std::ostringstream out;
  out << Shape{32, 784} << Shape{};
  EXPECT_EQ(out.str(), "(32, 784)()");
  EXPECT_EQ((Shape{2, 3, 4}).size(), 24U);
  EXPECT_EQ(Shape{}.size(), 1U);
}

TEST(Shape, GainsAndLosesItsFrontAxis) {
  EXPECT_EQ((Shape{3, 4}).with_front(2), (Shape{2, 3, 4}));
  EXPECT_EQ((Shape{2, 3, 4}).without_front(), (Shape{3, 4}));
  expect_error<std::invalid_argument>([] { Shape{}.without_front(); }, {"no axis"});
}

TEST(Shape, RefusesMoreThanSixAxes) {
  expect_error<std::invalid_argument>([] { Shape{1, 1, 1, 1, 1, 1, 1}; }, {"7 axes", "6"});
  expect_error<std::invalid_argument>(
      [] {
        (Shape{1, 2, 3, 4, 5, 6}).with_front(1);
      },
      {"(1, 2, 3, 4, 5, 6)"});
}

TEST(Tensor, IsZeroAndAlignedWhenNew) {
  const Tensor tensor({3, 5});
  EXPECT_EQ(tensor.size(), 15U);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor.data()) % 64, 0U);
  for (const float v : tensor.span()) EXPECT_EQ(v, 0.0F);
}

TEST(Tensor, CopiesOwnTheirNumbers) {
  Tensor first({2});
  first[0] = 1;
  Tensor second = first;
  second[0] = 2;
  EXPECT_EQ(first[0], 1.0F);
  first = second;
  EXPECT_EQ(first[0], 2.0F);
  EXPECT_EQ(Tensor(Tensor{}).size(), 0U);
}

TEST(View, FindsRows) {
  Tensor tensor({3, 2});
  tensor[4] = 7;
  EXPECT_EQ(tensor.view().row(2)[0], 7.0F);
  EXPECT_EQ(tensor.view().row_size(), 2U);
}

}  // namespace
}  // namespace hebb
