#include "hebb/filters/filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <set>

#include "expect_error.h"
#include "formats/files.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/formats/npz.h"
#include "hebb/nn/network.h"

namespace hebb {
namespace {

// Sums of at most 25 products of numbers below 256, in another order than the library's.
constexpr double kRounding = 1e-10;

// The course's example.
const Grid kDent = {5, 5, {100, 100, 100, 100, 100, 100, 100, 50,  50,  100, 100, 100, 100,
                           100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100}};
const Grid kAbove = {3, 3, {0, 1, 0, 0, 0, 0, 0, 0, 0}};

// Numbers with no pattern that a mistake could hide in.
Grid uneven(std::size_t rows, std::size_t columns, double shift = 0) {
  Grid grid{rows, columns, {}};
  for (std::size_t i = 0; i < rows * columns; ++i)
    grid.values.push_back(static_cast<double>((i * 37 + 11) % 101) + shift);
  return grid;
}

// ---- the definitions, written down anew ----

// A pixel of an image that goes on for ever.
double pixel(const Grid& image, int row, int column, const std::string& border) {
  const int rows = static_cast<int>(image.rows), columns = static_cast<int>(image.columns);
  if (border == "zero" && (row < 0 || row >= rows || column < 0 || column >= columns)) return 0;
  if (border == "edge") {
    row = std::clamp(row, 0, rows - 1);
    column = std::clamp(column, 0, columns - 1);
  }
  const auto mirrored = [](int at, int size) {  // fold back at one end or the other until inside
    while (at < 0 || at >= size) at = size == 1 ? 0 : at < 0 ? -at : 2 * (size - 1) - at;
    return at;
  };
  if (border == "reflect") {
    row = mirrored(row, rows);
    column = mirrored(column, columns);
  }
  return image.at(static_cast<std::size_t>(row), static_cast<std::size_t>(column));
}

Grid filtered(const Grid& image, const Grid& kernel, const FilterOptions& options) {
  const int rows = static_cast<int>(image.rows), columns = static_cast<int>(image.columns);
  const int high = static_cast<int>(kernel.rows), wide = static_cast<int>(kernel.columns);
  const int stride = static_cast<int>(options.stride);
  const bool valid = options.border == "valid";
  const auto before = [&](int size, int window) {  // of the first window, outside
    int last = 0;                                  // the last window begins so far behind it
    while (last + stride < size) last += stride;
    return valid ? 0 : std::max(0, (last + window - size) / 2);
  };
  const int up = before(rows, high), left = before(columns, wide);
  Grid out;
  for (int top = -up; valid ? top + high <= rows : top + up < rows; top += stride) {
    ++out.rows;
    for (int begin = -left; valid ? begin + wide <= columns : begin + left < columns;
         begin += stride) {
      double sum = 0;
      for (int r = high - 1; r >= 0; --r)
        for (int c = wide - 1; c >= 0; --c) {
          const auto kr = static_cast<std::size_t>(options.flip ? high - 1 - r : r);
          const auto kc = static_cast<std::size_t>(options.flip ? wide - 1 - c : c);
          sum += kernel.at(kr, kc) * pixel(image, top + r, begin + c, options.border);
        }
      out.values.push_back(sum);
    }
  }
  out.columns = out.values.size() / out.rows;
  return out;
}

Grid pooled(const Grid& grid, const PoolOptions& options) {
  Grid out;
  for (std::size_t top = 0; top + options.window <= grid.rows; top += options.stride) {
    ++out.rows;
    for (std::size_t left = 0; left + options.window <= grid.columns; left += options.stride) {
      std::multiset<double> window;
      for (std::size_t i = 0; i < options.window * options.window; ++i)
        window.insert(grid.at(top + i / options.window, left + i % options.window));
      double sum = 0;
      for (const double value : window) sum += value;
      if (options.kind == "max") sum = *window.rbegin();
      if (options.kind == "avg") sum /= static_cast<double>(window.size());
      out.values.push_back(sum);
    }
  }
  out.columns = out.values.size() / out.rows;
  return out;
}

void expect_same(const Grid& actual, const Grid& expected, const std::string& what) {
  ASSERT_EQ(actual.rows, expected.rows) << what;
  ASSERT_EQ(actual.columns, expected.columns) << what;
  ASSERT_EQ(actual.values.size(), expected.values.size()) << what;
  for (std::size_t i = 0; i < expected.values.size(); ++i)
    EXPECT_NEAR(actual.values[i], expected.values[i], kRounding) << what << ", number " << i;
}

// ---- filtering ----

TEST(Filter, TakesThePixelAboveInTheCoursesExample) {
  const Grid result = filter(kDent, kAbove);
  ASSERT_EQ(result.rows, 5U);
  ASSERT_EQ(result.columns, 5U);
  EXPECT_EQ(result.at(2, 2), 50);
  for (std::size_t c = 0; c < 5; ++c) EXPECT_EQ(result.at(0, c), 0) << c;  // above is outside
  for (std::size_t r = 1; r < 5; ++r)
    for (std::size_t c = 0; c < 5; ++c) EXPECT_EQ(result.at(r, c), kDent.at(r - 1, c));
}

TEST(Filter, FlippedTakesThePixelBelow) {
  const Grid result = filter(kDent, kAbove, {.flip = true});
  for (std::size_t r = 0; r < 4; ++r)
    for (std::size_t c = 0; c < 5; ++c) EXPECT_EQ(result.at(r, c), kDent.at(r + 1, c));
}

TEST(Filter, FollowsItsDefinitionForEveryBorderStrideAndKernel) {
  const Grid images[] = {kDent, uneven(7, 4), uneven(1, 6), uneven(6, 1), uneven(2, 2, -50)};
  const Grid kernels[] = {kAbove,       uneven(3, 3, -40), uneven(1, 1), uneven(1, 3, -7),
                          uneven(5, 1), uneven(5, 5, -50), uneven(2, 2), uneven(3, 2)};
  std::size_t seen = 0;
  for (const Grid& image : images)
    for (const Grid& kernel : kernels)
      for (const char* border : {"zero", "edge", "reflect", "valid"})
        for (const std::size_t stride : {1U, 2U, 3U, 9U})
          for (const bool flip : {false, true}) {
            const bool valid = border == std::string("valid");
            const bool fits = kernel.rows <= image.rows && kernel.columns <= image.columns;
            if (valid && !fits) continue;
            const FilterOptions options = {.border = border, .stride = stride, .flip = flip};
            const Grid result = filter(image, kernel, options);
            const std::string what =
                concat(image.rows, " x ", image.columns, ", kernel ", kernel.rows, " x ",
                       kernel.columns, ", ", border, ", stride ", stride, flip ? ", flipped" : "");
            expect_same(result, filtered(image, kernel, options), what);
            for (std::size_t r = 0; r < result.rows; ++r)
              for (std::size_t c = 0; c < result.columns; ++c)
                EXPECT_EQ(filter_step(image, kernel, r, c, options).sum, result.at(r, c)) << what;
            ++seen;
          }
  EXPECT_GT(seen, 500U);
}

TEST(Filter, ComputesWhatALayerDoes) {
  const Grid image = uneven(7, 10);
  const std::vector<float> pixels(image.values.begin(), image.values.end());
  for (const auto& [rows, columns] : {std::pair(1U, 1U), {2U, 2U}, {3U, 3U}, {4U, 3U}, {5U, 2U}})
    for (const std::size_t stride : {1U, 2U, 3U, 4U}) {
      const Grid kernel = uneven(rows, columns, -3);
      const auto text = concat("conv(1,", rows, 'x', columns, ",stride=", stride, ')');
      Network network(text, Shape{1, image.rows, image.columns});
      std::ranges::fill(network.parameters(), 0.0F);  // the bias stays 0
      std::ranges::copy(kernel.values, network.parameters().begin());
      const Tensor out = network.predict({pixels.data(), Shape{1, 1, image.rows, image.columns}});
      const Grid result = filter(image, kernel, {.stride = stride});
      ASSERT_EQ(out.shape(), (Shape{1, 1, result.rows, result.columns})) << text;
      for (std::size_t i = 0; i < result.values.size(); ++i)
        EXPECT_NEAR(out.span()[i], result.values[i], 1e-4 * (1 + std::abs(result.values[i])))
            << text << ", number " << i;  // a sum of 20 products in float
    }
}

TEST(Filter, StepShowsWindowKernelAndProducts) {
  const FilterStep step = filter_step(kDent, kAbove, 2, 2);
  EXPECT_EQ(step.top, 1);
  EXPECT_EQ(step.left, 1);
  EXPECT_EQ(step.window, (Grid{3, 3, {100, 50, 50, 100, 100, 100, 100, 100, 100}}));
  EXPECT_EQ(step.kernel, kAbove);
  EXPECT_EQ(step.products, (Grid{3, 3, {0, 50, 0, 0, 0, 0, 0, 0, 0}}));
  EXPECT_EQ(step.sum, 50);

  const FilterStep corner = filter_step(kDent, kAbove, 0, 0, {.border = "edge", .flip = true});
  EXPECT_EQ(corner.top, -1);
  EXPECT_EQ(corner.window.values, std::vector<double>(9, 100));
  EXPECT_EQ(corner.kernel, (Grid{3, 3, {0, 0, 0, 0, 0, 0, 0, 1, 0}}));
}

TEST(Filter, RefusesWhatHasNoResult) {
  const auto bad = [](const Grid& image, const Grid& kernel, const FilterOptions& options,
                      std::initializer_list<std::string> parts) {
    expect_error<std::invalid_argument>([&] { filter(image, kernel, options); }, parts);
  };
  bad(kDent, kAbove, {.stride = 0}, {"[stride]", ">= 1"});
  bad(kDent, kAbove, {.border = "wrap"}, {"[border]", "zero, edge, reflect, valid", "wrap"});
  bad({}, kAbove, {}, {"image is empty"});
  bad(kDent, {}, {}, {"kernel is empty"});
  bad({2, 2, {1, 2, 3}}, kAbove, {}, {"2 x 2", "3 numbers"});
  bad(kDent, uneven(7, 3), {.border = "valid"}, {"[kernel]", "7 x 3", "5 x 5"});
  bad(uneven(3, 3), {1, 1, {1e308}}, {}, {"row 0, column 0", "beyond"});
  expect_error<std::invalid_argument>([] { filter_step(kDent, kAbove, 5, 0); },
                                      {"[at]", "rows 0 to 4", "columns 0 to 4", "5,0"});
  EXPECT_THROW(filter_step(kDent, kAbove, 0, 5), std::invalid_argument);
}

TEST(Filter, RectifyingKeepsWhatIsPositive) {
  EXPECT_EQ(rectify({1, 4, {-2, 0, 3, -0.5}}), (Grid{1, 4, {0, 0, 3, 0}}));
}

TEST(Filter, SummaryIsLowestHighestAndMean) {
  const GridSummary summary = summarise({2, 2, {-1, 4, 1, 2}});
  EXPECT_EQ(summary.low, -1);
  EXPECT_EQ(summary.high, 4);
  EXPECT_EQ(summary.mean, 1.5);
  EXPECT_THROW(summarise({}), std::invalid_argument);
}

// ---- pooling ----

TEST(Pool, FollowsItsDefinitionForEveryKindWindowAndStride) {
  for (const Grid& grid : {kDent, uneven(7, 4, -60), uneven(4, 6, -200)})
    for (const char* kind : {"max", "avg", "sum"})
      for (const std::size_t window : {1U, 2U, 3U, 4U})
        for (const std::size_t stride : {1U, 2U, 3U, 7U}) {
          const PoolOptions options = {.kind = kind, .window = window, .stride = stride};
          const Grid result = pool(grid, options);
          expect_same(
              result, pooled(grid, options),
              concat(kind, ' ', window, ',', stride, " of ", grid.rows, " x ", grid.columns));
          for (std::size_t r = 0; r < result.rows; ++r)
            for (std::size_t c = 0; c < result.columns; ++c)
              EXPECT_EQ(pool_step(grid, r, c, options).result, result.at(r, c));
        }
}

TEST(Pool, DropsWhatIsLeftOverAtTheRightAndBottom) {
  EXPECT_EQ(pool(kDent, {.kind = "sum"}), (Grid{2, 2, {400, 300, 400, 400}}));
}

TEST(Pool, StepShowsItsWindow) {
  const PoolStep step = pool_step(kDent, 0, 1, {.kind = "avg"});
  EXPECT_EQ(step.top, 0U);
  EXPECT_EQ(step.left, 2U);
  EXPECT_EQ(step.window, (Grid{2, 2, {100, 100, 50, 50}}));
  EXPECT_EQ(step.result, 75);
}

TEST(Pool, RefusesWhatHasNoResult) {
  const auto bad = [](const Grid& grid, const PoolOptions& options,
                      std::initializer_list<std::string> parts) {
    expect_error<std::invalid_argument>([&] { pool(grid, options); }, parts);
  };
  bad(kDent, {.window = 6}, {"[pool]", "6 x 6", "5 x 5"});
  bad(kDent, {.window = 0}, {"[window]"});
  bad(kDent, {.stride = 0}, {"[stride]"});
  bad(kDent, {.kind = "min"}, {"[kind]", "max, avg, sum"});
  bad({}, {}, {"empty"});
  bad({2, 2, {1e308, 1e308, 1e308, 1e308}}, {.kind = "sum"}, {"row 0, column 0", "beyond"});
  expect_error<std::invalid_argument>([] { pool_step(kDent, 2, 0, {}); },
                                      {"[at]", "rows 0 to 1", "2,0"});
}

TEST(Pool, IsReadAsPeopleWriteIt) {
  const PoolOptions plain = parse_pool("max:2"), strided = parse_pool("avg:3,2");
  EXPECT_EQ(plain.kind, "max");
  EXPECT_EQ(plain.window, 2U);
  EXPECT_EQ(plain.stride, 2U);
  EXPECT_EQ(strided.kind, "avg");
  EXPECT_EQ(strided.window, 3U);
  EXPECT_EQ(strided.stride, 2U);
  for (const char* bad : {"", "max", "min:2", "max:", "max:0", "max:2,0", "max:-1", "max:2,",
                          "max:2.5", "max:2,2,2", "2", "sum:99999999999999999999"})
    EXPECT_THROW(parse_pool(bad), std::invalid_argument) << bad;
  expect_error<std::invalid_argument>([] { parse_pool("maximum:2"); },
                                      {"[pool]", "max:N", "maximum:2"});
}

// ---- kernels ----

TEST(Kernels, AreReadAsPeopleWriteThem) {
  EXPECT_EQ(parse_kernel("0 1 0; 0 0 0; 0 0 0"), kAbove);
  EXPECT_EQ(parse_kernel(" 0,1,0;0, 0, 0;\t0 0 0 "), kAbove);
  EXPECT_EQ(parse_kernel("0 1, 0;0 ,0 0; 0,0,0"), kAbove);
  EXPECT_EQ(parse_kernel("-1.5"), (Grid{1, 1, {-1.5}}));
  EXPECT_EQ(parse_kernel("1 2e1"), (Grid{1, 2, {1, 20}}));
}

TEST(Kernels, RefuseWhatIsNone) {
  const auto bad = [](const char* text, std::initializer_list<std::string> parts) {
    expect_error<std::invalid_argument>([&] { parse_kernel(text); }, parts);
  };
  bad("", {"[kernel] is empty"});
  bad(" ", {"[kernel] is empty"});
  bad("0 1 0; 0 0; 0 0 0", {"[kernel]", "row 2 has 2 numbers, row 1 has 3"});
  bad("1 2;; 3 4", {"row 2 is empty"});
  bad("1 2; 3 4;", {"row 3 is empty"});
  for (const char* text : {"1 2 3; 1,,2", "1 2; ,1 2", "1 2; 1, 2, ", "1; ,"})
    bad(text, {"row 2: a number is missing at a comma"});
  bad("1 two", {"row 1: 'two' is no finite number"});
  bad("1 0; 0 nan", {"row 2: 'nan'"});
  bad("1 1e999", {"'1e999'"});
  bad("blurr", {"there is no kernel 'blurr'; did you mean blur?"});
}

// What each is for, held as a fact about even ground, a slope, or a single bright pixel.
TEST(Kernels, DoWhatTheirHelpSays) {
  Grid even{3, 3, std::vector<double>(9, 10.0)};
  const Grid to_the_right{3, 3, {1, 2, 3, 1, 2, 3, 1, 2, 3}};
  const Grid to_the_bottom{3, 3, {1, 1, 1, 2, 2, 2, 3, 3, 3}};
  const auto middle = [](const Grid& image, const char* name) {
    return filter(image, parse_kernel(name), {.border = "valid"}).at(0, 0);
  };
  for (const char* name : {"identity", "blur", "gaussian", "sharpen", "emboss"})
    EXPECT_NEAR(middle(even, name), 10, kRounding) << name;
  for (const char* name : {"edge", "sobel", "sobel_x", "sobel_y"})
    EXPECT_EQ(middle(even, name), 0) << name;
  EXPECT_EQ(middle(to_the_right, "sobel_x"), 8);
  EXPECT_EQ(middle(to_the_right, "sobel"), 8);
  EXPECT_EQ(middle(to_the_right, "sobel_y"), 0);
  EXPECT_EQ(middle(to_the_bottom, "sobel_x"), 0);
  EXPECT_EQ(middle(to_the_bottom, "sobel_y"), 8);
  EXPECT_EQ(filter(kDent, parse_kernel("identity")), kDent);
  even.values[4] = 19;
  EXPECT_NEAR(middle(even, "blur"), 11, kRounding);
  EXPECT_NEAR(middle(even, "gaussian"), 10 + 9.0 / 4, kRounding);
  EXPECT_EQ(middle(even, "sharpen"), 10 + 5 * 9);
  EXPECT_EQ(middle(even, "edge"), 8 * 9);
}

TEST(Kernels, OfTheCatalogueHaveOneNameEachAndHelp) {
  std::set<std::string> names;
  for (const KernelRow& row : kernel_catalogue()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.help.empty()) << row.name;
    EXPECT_EQ(parse_kernel(row.name), row.kernel);
  }
}

// ---- files and sets ----

TEST(GridFile, IsReadWhateverSeparatesItsNumbers) {
  const TestFolder folder;
  const Grid expected = {2, 3, {1, 2.5, -3, 4, 5, 6e3}};
  EXPECT_EQ(read_grid(folder.write("a.csv", "1,2.5,-3\n4,5,6e3\n")), expected);
  EXPECT_EQ(read_grid(folder.write("b.csv", "\xEF\xBB\xBF\"1\"; 2.5 ;-3\r\n\r\n4;5;6e3")),
            expected);
  EXPECT_EQ(read_grid(folder.write("c.tsv", "1\t2.5\t-3\n4\t5\t6e3\n")), expected);
  EXPECT_EQ(read_grid(folder.write("d.csv", "7\n8\n")), (Grid{2, 1, {7, 8}}));
}

TEST(GridFile, IsRefusedWithLineAndColumn) {
  const TestFolder folder;
  const std::pair<const char*, const char*> bad[] = {
      {"", ":1:1: the file is empty"},
      {"a,b\n1,2\n", ":1:1: 'a' is no number: a grid of numbers has no header"},
      {"1,2\n3,x\n", ":2:3: 'x' is no number"},
      {"1,2\n3\n", ":2:1: row 2 has 1 numbers, row 1 has 2"},
      {"1,2\n3,4,5\n", ":2:1: row 2 has 3 numbers"},
      {"1,2\n3,\n", ":2:3: a number is missing"},
      {"1,nan\n", ":1:3: nan: NaN, infinite"},
      {"1\ninf\n", ":2:1: inf: NaN, infinite"},
      {"1,1e999\n", ":1:3: 1e999: NaN, infinite"},
      {"1,\"2\n", "quote"},
      {"\xFF\xFE", "UTF-16"}};
  for (const auto& [text, message] : bad) {
    const std::string path = folder.write("bad.csv", text);
    expect_error<DataError>([&] { read_grid(path); }, {path, message});
  }
  expect_error<DataError>([&] { read_grid(folder.write("n.csv", std::string("1,\0\n", 4))); },
                          {"NUL"});
  EXPECT_THROW(read_grid(folder.path("absent.csv")), std::runtime_error);
}

TEST(GridFile, IsWrittenAsItIsRead) {
  const TestFolder folder;
  const Grid grid = {2, 3, {0.1, -1e300, 1.0 / 3, 0, 255, 1e-300}};
  write_grid(grid, folder.path("out.csv"));
  EXPECT_EQ(read_grid(folder.path("out.csv")), grid);
  write_grid(kAbove, folder.path("out.csv"));
  EXPECT_EQ(test::read_text(folder.path("out.csv")), "0,1,0\n0,0,0\n0,0,0\n");
  EXPECT_THROW(write_grid(grid, folder.path("no/such/folder.csv")), std::runtime_error);
}

}  // namespace
}  // namespace hebb
