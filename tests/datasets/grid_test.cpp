#include "hebb/datasets/grid.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>

#include "expect_error.h"
#include "formats/files.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/formats/npz.h"

namespace hebb {
namespace {

TEST(LoadGrid, ComesFromASetByItsRow) {
  const Dataset digits = load_dataset("digits"), mnist = load_dataset("mnist10k");
  const Grid digit = load_grid("digits:2"), seven = load_grid("mnist10k:7");
  ASSERT_EQ(digit.rows, 8U);
  ASSERT_EQ(digit.columns, 8U);
  for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(digit.values[i], digits.table().at(2, i));
  ASSERT_EQ(seven.rows, 28U);
  for (std::size_t i = 0; i < 784; ++i)
    EXPECT_EQ(seven.values[i], mnist.images().pixels.get()[7 * 784 + i]);
}

TEST(LoadGrid, ComesFromAnImageInGrey) {
  const TestFolder folder;
  const Grid expected = {2, 3, {0, 10, 255, 7, 8, 9}};
  const std::string pgm = "P2 3 2 255\n0 10 255 7 8 9\n";
  EXPECT_EQ(load_grid(folder.write("a.pgm", pgm)), expected);
  EXPECT_EQ(load_grid(folder.write("by-its-content", pgm)), expected);
  // 0.299 R + 0.587 G + 0.114 B
  EXPECT_EQ(load_grid(folder.write("red.ppm", "P3 1 1 255 255 0 0\n")), (Grid{1, 1, {76}}));
  EXPECT_EQ(load_grid(folder.write("with:1", pgm)), expected);  // a file goes before a row
  expect_error<DataError>([&] { load_grid(folder.write("b.png", "<html>")); }, {"b.png", "HTML"});
}

TEST(LoadGrid, OfASetIsRefusedWhereItIsNone) {
  const auto bad = [](const std::string& image, std::initializer_list<std::string> parts) {
    expect_error<std::invalid_argument>([&] { load_grid(image); }, parts);
  };
  bad("mnist10k", {"mnist10k:0"});
  bad("digits:1797", {"rows 0 to 1796", "1797"});
  bad("wine:0", {"13 columns", "square"});
  bad("iris:0", {"iris is no picture", "'sepal length (cm)' and 'sepal width (cm)'"});
  bad("minst10k:0", {"did you mean mnist10k?"});
  EXPECT_THROW(load_grid("absent.csv"), std::runtime_error);

  const TestFolder folder;
  bad(folder.write("texts.csv", "p1,p2,p3,p4,y\nx,1,1,1,1\ny,1,1,1,2\n") + ":0",
      {"column 'p1'", "texts"});
  const std::string gap = folder.write("gap.csv", "p1,p2,p3,p4,y\n1,,1,1,1\n1,1,1,1,2\n") + ":0";
  expect_error<DataError>([&] { load_grid(gap); }, {"row 1", "'p2'", "missing"});
  Images coloured{.count = 1, .channels = 3, .height = 2, .width = 2};
  coloured.pixels =
      std::shared_ptr<std::uint8_t>(new std::uint8_t[12]{}, std::default_delete<std::uint8_t[]>());
  write_npz(Dataset(coloured, {.names = {"y"}, .values = {0}}), folder.path("rgb.npz"));
  bad(folder.path("rgb.npz") + ":0", {"3 channels"});
}

}  // namespace
}  // namespace hebb
