#include "augment/augment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <thread>

#include "expect_error.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/random.h"
#include "hebb/data/inputs.h"

namespace hebb {
namespace {

using Draw = Augmentation::Draw;

constexpr const char* kMoving = "shift:3,rotate:40,scale:0.3,shear:20,elastic:2,flip";
constexpr const char* kNothing =
    "shift:0,rotate:0,scale:0,shear:0,elastic:0,flip:0,contrast:0,noise:0,cutout:0";

struct Picture {
  std::size_t channels = 1, height = 0, width = 0;
  std::vector<std::uint8_t> bytes = {};

  std::size_t size() const { return channels * height * width; }
};

Picture random_picture(std::size_t channels, std::size_t height, std::size_t width) {
  Picture picture{.channels = channels, .height = height, .width = width};
  const Random random(7, Purpose::data);
  for (std::uint32_t i = 0; i < picture.size(); ++i)
    picture.bytes.push_back(static_cast<std::uint8_t>(random.bits(0, i)[0]));
  return picture;
}

// The same drawn on a ground that most of the border has, but for a stroke that leaves the image.
Picture drawn_picture(std::size_t channels, std::size_t height, std::size_t width) {
  Picture picture = random_picture(channels, height, width);
  for (std::size_t i = 0; i < picture.size(); ++i) {
    const std::size_t y = i / width % height, x = i % width;
    const bool border = y == 0 || x == 0 || y + 1 == height || x + 1 == width;
    if (border && (y > 0 || x > width / 3))
      picture.bytes[i] = static_cast<std::uint8_t>(200 + i / (height * width));
  }
  return picture;
}

// One whose last channel alone has a ground.
Picture sky(Picture picture) {
  const Picture other = random_picture(picture.channels, picture.height, picture.width);
  std::copy_n(other.bytes.begin(), (picture.channels - 1) * picture.height * picture.width,
              picture.bytes.begin());
  return picture;
}

std::vector<float> changed(const Picture& picture, const std::string& text,
                           std::uint32_t sample = 0, std::uint32_t epoch = 0,
                           std::uint64_t seed = 1) {
  std::vector<float> out(picture.size());
  Augmentation::parse(text).apply(seed, epoch, sample, picture.bytes.data(), picture.channels,
                                  picture.height, picture.width, out.data());
  return out;
}

std::vector<float> as_floats(const Picture& picture) {
  return {picture.bytes.begin(), picture.bytes.end()};
}

// ---- the definition, in double, a pixel at a time ----

std::optional<double> ground(const Picture& picture, std::size_t channel) {
  std::map<std::uint8_t, std::size_t> counts;
  std::size_t all = 0;
  for (std::size_t y = 0; y < picture.height; ++y)
    for (std::size_t x = 0; x < picture.width; ++x)
      if (y == 0 || x == 0 || y + 1 == picture.height || x + 1 == picture.width)
        ++all, ++counts[picture.bytes[(channel * picture.height + y) * picture.width + x]];
  for (const auto& [value, count] : counts)
    if (2 * count > all) return value;
  return {};
}

double pixel(const Picture& picture, std::size_t channel, std::optional<double> around, double y,
             double x) {
  const double last_y = static_cast<double>(picture.height) - 1;
  const double last_x = static_cast<double>(picture.width) - 1;
  if (around && (y < 0 || x < 0 || y > last_y || x > last_x)) return *around;
  const auto row = static_cast<std::size_t>(std::clamp(y, 0.0, last_y));
  const auto column = static_cast<std::size_t>(std::clamp(x, 0.0, last_x));
  return picture.bytes[(channel * picture.height + row) * picture.width + column];
}

double between(const Picture& picture, std::size_t channel, std::optional<double> around, double y,
               double x) {
  double sum = 0;
  for (const double j : {std::floor(y), std::floor(y) + 1})
    for (const double i : {std::floor(x), std::floor(x) + 1})
      sum += (1 - std::abs(y - j)) * (1 - std::abs(x - i)) * pixel(picture, channel, around, j, i);
  return sum;
}

double bell(double u) {
  u = std::abs(u);
  if (u < 1) return 2.0 / 3 - u * u + u * u * u / 2;
  return u < 2 ? std::pow(2 - u, 3) / 6 : 0;
}

double displacement(const Draw& draw, std::size_t axis, double y_in_cells, double x_in_cells) {
  double sum = 0;
  for (std::size_t j = 0; j < Draw::kPoints; ++j)
    for (std::size_t i = 0; i < Draw::kPoints; ++i)
      sum += draw.elastic[axis][j][i] * bell(y_in_cells + 1 - static_cast<double>(j)) *
             bell(x_in_cells + 1 - static_cast<double>(i));
  return sum;
}

// Undoes shift, rotation, scale, shear and mirror one after another.
std::vector<double> moved(const Picture& picture, const Draw& draw) {
  constexpr double kDegree = std::numbers::pi / 180;
  const auto height = static_cast<double>(picture.height);
  const auto width = static_cast<double>(picture.width);
  const double cos = std::cos(draw.angle * kDegree), sin = std::sin(draw.angle * kDegree);
  std::vector<double> out;
  bool grounded = true;
  for (std::size_t c = 0; c < picture.channels; ++c)
    if (!ground(picture, c)) grounded = false;
  for (std::size_t c = 0; c < picture.channels; ++c) {
    const auto around = grounded ? ground(picture, c) : std::nullopt;
    for (double row = 0; row < height; ++row)
      for (double column = 0; column < width; ++column) {
        const double right = column - (width - 1) / 2 - draw.shift_x;
        const double down = row - (height - 1) / 2 - draw.shift_y;
        double x = (cos * right + sin * down) / draw.scale;
        const double y = (cos * down - sin * right) / draw.scale;
        x -= std::tan(draw.shear * kDegree) * y;
        if (draw.flip) x = -x;
        const double cells_y = (row + 0.5) / height * Draw::kCells;
        const double cells_x = (column + 0.5) / width * Draw::kCells;
        out.push_back(between(picture, c, around,
                              y + (height - 1) / 2 + displacement(draw, 1, cells_y, cells_x),
                              x + (width - 1) / 2 + displacement(draw, 0, cells_y, cells_x)));
      }
  }
  return out;
}

// Places are float32 numbers up to about 64: off by some 1e-5 pixels, over which an image changes
// by at most 255 a pixel along either axis.
constexpr double kOfPlaces = 0.01;

class AugmentationKinds : public testing::TestWithParam<const char*> {};

TEST_P(AugmentationKinds, SampleByDefinition) {
  const auto augmentation = Augmentation::parse(GetParam());
  for (const auto& picture :
       {random_picture(1, 28, 28), random_picture(3, 17, 32), random_picture(2, 9, 5),
        drawn_picture(1, 15, 12), drawn_picture(3, 8, 11), sky(drawn_picture(3, 12, 9))})
    for (std::uint32_t sample = 0; sample < 20; ++sample) {
      const auto expected = moved(picture, augmentation.draw(1, 3, sample));
      const auto got = changed(picture, GetParam(), sample, 3);
      for (std::size_t i = 0; i < got.size(); ++i)
        ASSERT_NEAR(got[i], expected[i], kOfPlaces) << "sample " << sample << ", value " << i;
    }
}

INSTANTIATE_TEST_SUITE_P(Augmentation, AugmentationKinds,
                         testing::Values("shift:3.5", "rotate:180", "scale:0.5", "shear:60",
                                         "elastic:3", "flip", kMoving, "shift:1000,rotate"));

TEST(Augmentation, OfNoStrengthIsTheIdentity) {
  for (const auto& picture : {random_picture(1, 28, 28), random_picture(3, 31, 18)})
    for (std::uint32_t sample = 0; sample < 10; ++sample)
      EXPECT_EQ(changed(picture, kNothing, sample), as_floats(picture));
  EXPECT_EQ(changed(random_picture(1, 5, 6), ""), as_floats(random_picture(1, 5, 6)));
}

TEST(Augmentation, FlipIsAnExactMirror) {
  const auto picture = random_picture(3, 6, 11);
  const auto got = changed(picture, "flip:1");
  for (std::size_t row = 0; row < 3U * 6U; ++row)
    for (std::size_t x = 0; x < 11; ++x)
      EXPECT_EQ(got[row * 11 + x], picture.bytes[row * 11 + 10 - x]);
}

// Smaller images than cells, and strengths at the end of their ranges.
TEST(Augmentation, TakesImagesOfAnySize) {
  std::string all;
  for (const auto& row : augmentation_catalogue())
    all += (all.empty() ? "" : ",") + row.name + ':' + concat(row.most);
  for (const auto& [height, width] : std::vector<std::pair<std::size_t, std::size_t>>{
           {1, 1}, {1, 40}, {40, 1}, {2, 3}, {3, 3}, {64, 5}})
    for (const std::size_t channels : {std::size_t{1}, std::size_t{4}}) {
      const auto picture = random_picture(channels, height, width);
      for (std::uint32_t sample = 0; sample < 50; ++sample)
        for (const float value : changed(picture, all, sample)) {
          EXPECT_GE(value, 0);
          EXPECT_LE(value, 255);
        }
      EXPECT_EQ(changed(picture, kNothing), as_floats(picture));
      const auto draw = Augmentation::parse(kMoving).draw(1, 0, 5);
      const auto expected = moved(picture, draw);
      const auto got = changed(picture, kMoving, 5);
      for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], kOfPlaces);
    }
  const auto augmentation = Augmentation::parse("shift");
  expect_error<std::invalid_argument>(
      [&] { augmentation.apply(1, 0, 0, nullptr, 1, 40000, 25536, nullptr); },
      {"images of 40000 x 25536 are too large"});
}

TEST(Augmentation, MustLeaveSomethingOfImages) {
  const auto check = [](const char* text) { Augmentation::parse(text).check_for(24, 28); };
  EXPECT_NO_THROW(check("shift:23,cutout:23,rotate:180"));
  EXPECT_NO_THROW(check(""));
  expect_error<std::invalid_argument>([&] { check("shift:24"); },
                                      {"[augment] shift:24", "24 x 28", "below 24"});
  expect_error<std::invalid_argument>([&] { check("flip,cutout:500"); }, {"cutout:500"});
}

TEST(Augmentation, KeepsTheGroundOfADrawing) {
  Picture paper{.height = 6, .width = 6, .bytes = std::vector<std::uint8_t>(36, 235)};
  for (std::size_t row = 0; row < 4; ++row) paper.bytes[row * 6 + 2] = 20;  // from the upper border
  for (std::uint32_t sample = 0; sample < 20; ++sample) {
    const auto got = changed(paper, "shift:3", sample);
    const auto draw = Augmentation::parse("shift:3").draw(1, 0, sample);
    if (draw.shift_y < 1) continue;
    for (std::size_t x = 0; x < 6; ++x) EXPECT_EQ(got[x], 235) << sample;  // no longer a stroke
  }
}

// ---- chance ----

struct Moments {
  double mean = 0, deviation = 0, most = 0;
};

template <class Number>
Moments moments_of(const std::vector<Number>& numbers) {
  Moments all;
  double squares = 0;
  for (const double x : numbers) {
    all.mean += x / static_cast<double>(numbers.size());
    squares += x * x / static_cast<double>(numbers.size());
    all.most = std::max(all.most, std::abs(x));
  }
  all.deviation = std::sqrt(squares - all.mean * all.mean);
  return all;
}

// Uniform between -1 and 1, by 20,000 samples: five standard errors of the mean, deviation and
// lag-one correlation.
void expect_uniform(const std::vector<double>& numbers, const std::string& what) {
  const auto n = static_cast<double>(numbers.size());
  const double deviation = std::sqrt(1.0 / 3);
  const Moments all = moments_of(numbers);
  EXPECT_LE(all.most, 1) << what;
  EXPECT_GT(all.most, 0.999) << what;
  EXPECT_NEAR(all.mean, 0, 5 * deviation / std::sqrt(n)) << what;
  EXPECT_NEAR(all.deviation * all.deviation, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / n)) << what;
  double products = 0;
  for (std::size_t i = 1; i < numbers.size(); ++i) products += numbers[i] * numbers[i - 1] / n;
  EXPECT_NEAR(products, 0, 5.0 / 3 / std::sqrt(n)) << what;
}

TEST(Augmentation, DrawsEvenlyToBothSides) {
  const auto augmentation = Augmentation::parse("shift:4,rotate:30,scale:0.2,shear:9,contrast:0.5");
  constexpr std::uint32_t kSamples = 20000;
  for (const bool by_epoch : {false, true}) {
    std::vector<double> x, y, angle, scale, shear, contrast, both;
    for (std::uint32_t i = 0; i < kSamples; ++i) {
      const Draw draw = by_epoch ? augmentation.draw(5, i, 3) : augmentation.draw(5, 3, i);
      x.push_back(draw.shift_x / 4);
      y.push_back(draw.shift_y / 4);
      angle.push_back(draw.angle / 30);
      scale.push_back((draw.scale - 1) / 0.2);
      shear.push_back(draw.shear / 9);
      contrast.push_back((draw.contrast - 1) / 0.5);
      both.insert(both.end(), {x.back(), y.back()});
    }
    const std::string over = by_epoch ? " over epochs" : " over samples";
    expect_uniform(x, "shift in x" + over);
    expect_uniform(y, "shift in y" + over);
    expect_uniform(both, "shift in x beside y" + over);
    expect_uniform(angle, "angle" + over);
    expect_uniform(scale, "scale" + over);
    expect_uniform(shear, "shear" + over);
    expect_uniform(contrast, "contrast" + over);
  }
}

TEST(Augmentation, FlipsAsOftenAsItIsTold) {
  constexpr std::uint32_t kSamples = 20000;
  for (const auto& [text, share] : std::vector<std::pair<std::string, double>>{
           {"flip", 0.5}, {"flip:0.1", 0.1}, {"flip:0", 0}, {"flip:1", 1}, {"shift", 0}}) {
    const auto augmentation = Augmentation::parse(text);
    double flipped = 0;
    for (std::uint32_t i = 0; i < kSamples; ++i)
      flipped += augmentation.draw(1, 0, i).flip ? 1.0 / kSamples : 0;
    EXPECT_NEAR(flipped, share, 5 * std::sqrt(share * (1 - share) / kSamples) + 1e-9) << text;
  }
}

// Of channels that rise along x and along y, values tell where they came from.
TEST(Augmentation, ElasticDisplacementIsSmoothAndOfTheStrengthAsked) {
  constexpr std::size_t kSide = 56, kPlane = kSide * kSide, kMargin = 8;
  constexpr double kStrength = 2, kRise = 4;
  Picture ramps{.channels = 2, .height = kSide, .width = kSide};
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t y = 0; y < kSide; ++y)
      for (std::size_t x = 0; x < kSide; ++x)
        ramps.bytes.push_back(static_cast<std::uint8_t>(kRise * static_cast<double>(c ? y : x)));
  // The spline's bounds, of control points up to `most` that stand 14 pixels apart: its weights'
  // first and second derivatives have absolute sums up to 1.5 and 4.
  const double most = kStrength * std::sqrt(3) * 315 / 151, apart = kSide / 4.0;
  std::vector<double> all;
  for (std::uint32_t sample = 0; sample < 500; ++sample) {
    const auto got = changed(ramps, "elastic:2", sample);
    for (std::size_t c = 0; c < 2; ++c) {
      const auto at = [&](std::size_t y, std::size_t x) {
        return got[c * kPlane + y * kSide + x] / kRise - static_cast<double>(c ? y : x);
      };
      for (std::size_t y = kMargin; y < kSide - kMargin; ++y)
        for (std::size_t x = kMargin; x < kSide - kMargin; ++x) {
          all.push_back(at(y, x));
          ASSERT_LE(std::abs(at(y, x + 1) - at(y, x)), 1.5 * most / apart + kOfPlaces);
          ASSERT_LE(std::abs(at(y + 1, x) - at(y, x)), 1.5 * most / apart + kOfPlaces);
          ASSERT_LE(std::abs(at(y, x + 1) - 2 * at(y, x) + at(y, x - 1)),
                    4 * most / apart / apart + kOfPlaces);
        }
    }
  }
  const Moments moments = moments_of(all);
  // 1,000 fields of some 10 independent places each: five standard errors.
  constexpr double kSpread = 5 * 0.01;
  EXPECT_NEAR(moments.mean / kStrength, 0, kSpread);
  EXPECT_NEAR(moments.deviation / kStrength, 1, kSpread);
  EXPECT_LE(moments.most, most);
  EXPECT_LE(most, 3.62 * kStrength);
}

TEST(Augmentation, IsTheSameWhoeverMakesIt) {
  constexpr std::uint32_t kSamples = 64;
  const std::string text = std::string(kMoving) + ",contrast,noise,cutout";
  const auto augmentation = Augmentation::parse(text);
  const auto picture = random_picture(3, 20, 24);
  std::vector<float> in_order;
  for (std::uint32_t i = 0; i < kSamples; ++i) {
    const auto one = changed(picture, text, i, 9);
    in_order.insert(in_order.end(), one.begin(), one.end());
  }
  std::vector<float> by_threads(in_order.size());
  std::vector<std::thread> threads;
  for (std::uint32_t t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      for (std::uint32_t i = kSamples; i-- > 0;)
        if (i % 3 == t)
          augmentation.apply(1, 9, i, picture.bytes.data(), 3, 20, 24,
                             by_threads.data() + i * picture.size());
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(by_threads, in_order);
}

TEST(Augmentation, DependsOnSeedEpochAndSample) {
  const auto picture = random_picture(1, 28, 28);
  for (const auto& row : augmentation_catalogue()) {
    // So many images are alike at most by chance: of a mirror that is a coin, of a square 1 in 784.
    std::vector<std::vector<float>> made;
    for (std::uint32_t i = 0; i < 16; ++i) {
      made.push_back(changed(picture, row.name, i));
      made.push_back(changed(picture, row.name, 0, i + 1));
      made.push_back(changed(picture, row.name, 0, 0, i + 2));
    }
    std::ranges::sort(made);
    const auto kinds = made.size() - std::ranges::unique(made).size();
    EXPECT_GE(kinds, row.name == "flip" ? 2U : 40U) << row.name;
  }
}

TEST(Augmentation, KindsDoNotDisturbEachOther) {
  const Draw alone = Augmentation::parse("shift:3").draw(1, 2, 3);
  const Draw among = Augmentation::parse("cutout,noise,elastic,shift:3,rotate,flip").draw(1, 2, 3);
  EXPECT_EQ(alone.shift_x, among.shift_x);
  EXPECT_EQ(alone.shift_y, among.shift_y);
  EXPECT_EQ(Augmentation::parse("elastic").draw(1, 2, 3).elastic, among.elastic);
}

// ---- values ----

TEST(Augmentation, KeepsChannelsAligned) {
  const auto one = random_picture(1, 21, 16);
  Picture three{.channels = 3, .height = 21, .width = 16};
  for (int c = 0; c < 3; ++c)
    three.bytes.insert(three.bytes.end(), one.bytes.begin(), one.bytes.end());
  for (std::uint32_t sample = 0; sample < 20; ++sample) {
    const auto got = changed(three, std::string(kMoving) + ",contrast,cutout", sample);
    EXPECT_TRUE(std::equal(got.begin(), got.begin() + 336, got.begin() + 336));
    EXPECT_TRUE(std::equal(got.begin(), got.begin() + 336, got.begin() + 672));
  }
}

TEST(Augmentation, CutsASquareOut) {
  constexpr std::size_t kSide = 30;
  const Picture white{.channels = 2,
                      .height = kSide,
                      .width = kSide,
                      .bytes = std::vector<std::uint8_t>(2 * kSide * kSide, 255)};
  for (const std::size_t side : {1U, 5U, 8U}) {
    const std::string text = "cutout:" + std::to_string(side);
    std::size_t whole = 0, cropped = 0;
    for (std::uint32_t sample = 0; sample < 300; ++sample) {
      const auto got = changed(white, text, sample);
      std::vector<std::size_t> rows, columns;
      std::size_t area = 0;
      for (std::size_t i = 0; i < got.size(); ++i) {
        ASSERT_TRUE(got[i] == 0 || got[i] == 255);
        ASSERT_EQ(got[i], got[(i + kSide * kSide) % got.size()]) << "channels differ";
        if (got[i] != 0) continue;
        ++area;
        rows.push_back(i / kSide % kSide);
        columns.push_back(i % kSide);
      }
      const auto [top, bottom] = std::ranges::minmax(rows);
      const auto [left, right] = std::ranges::minmax(columns);
      const std::size_t height = bottom - top + 1, width = right - left + 1;
      EXPECT_EQ(area, 2 * height * width) << "no rectangle";
      const bool inside = top > 0 && left > 0 && bottom < kSide - 1 && right < kSide - 1;
      if (inside) {
        EXPECT_EQ(area, 2 * side * side);
      }
      whole += inside;
      cropped += height < side || width < side;
    }
    // Of 30 x 30 centres, those of squares that touch no border.
    const double share = std::pow((28.0 - static_cast<double>(side) + 1) / 30, 2);
    EXPECT_NEAR(static_cast<double>(whole) / 300, share, 5 * std::sqrt(0.25 / 300));
    EXPECT_EQ(cropped > 0, side > 1);
  }
}

TEST(Augmentation, ContrastSpreadsValuesAboutTheMean) {
  const auto picture = random_picture(3, 8, 9);
  const double mean = moments_of(picture.bytes).mean;
  const auto augmentation = Augmentation::parse("contrast:0.8");
  for (std::uint32_t sample = 0; sample < 20; ++sample) {
    const double factor = augmentation.draw(1, 0, sample).contrast;
    const auto got = changed(picture, "contrast:0.8", sample);
    constexpr double kFloat = 1e-4;  // some units in the last place of 255
    for (std::size_t i = 0; i < got.size(); ++i)
      EXPECT_NEAR(got[i], std::clamp(mean + factor * (picture.bytes[i] - mean), 0.0, 255.0),
                  kFloat);
  }
}

TEST(Augmentation, NoiseHasMeanZeroAndTheDeviationAsked) {
  const Picture grey{.channels = 1,
                     .height = 201,
                     .width = 199,
                     .bytes = std::vector<std::uint8_t>(201 * 199, 128)};
  auto got = changed(grey, "noise:0.1");
  for (float& value : got) value = (value - 128) / 25.5F;
  const Moments moments = moments_of(got);
  const double error = 1 / std::sqrt(201.0 * 199);
  EXPECT_NEAR(moments.mean, 0, 5 * error);
  EXPECT_NEAR(moments.deviation, 1, 5 * error);
  // Of normal numbers 68.27 and 95.45 in 100 lie within one and two deviations; the sum of four
  // uniform ones is off by less than one in 100.
  for (const auto& [within, share] : {std::pair{1.0F, 0.6827}, std::pair{2.0F, 0.9545}}) {
    const auto count =
        std::ranges::count_if(got, [&, &far = within](float z) { return std::abs(z) < far; });
    EXPECT_NEAR(static_cast<double>(count) * error * error, share, 0.01 + 5 * 0.5 * error);
  }
  // Each channel has its own, and values stay in range.
  auto colours = random_picture(2, 10, 10);
  std::copy_n(colours.bytes.begin(), 100, colours.bytes.begin() + 100);
  const auto noisy = changed(colours, "noise:1");
  EXPECT_FALSE(std::equal(noisy.begin(), noisy.begin() + 100, noisy.begin() + 100));
  EXPECT_EQ(std::ranges::min(noisy), 0);
  EXPECT_EQ(std::ranges::max(noisy), 255);
}

// ---- text ----

TEST(Augmentation, ReadsAndWritesText) {
  const auto text = [](const char* given) { return Augmentation::parse(given).text(); };
  EXPECT_EQ(text("shift:2,rotate:10,scale:0.1,elastic:1.5"),
            "shift:2,rotate:10,scale:0.1,elastic:1.5");
  EXPECT_EQ(text(" cutout , shift : 1e0,flip "), "shift:1,flip:0.5,cutout:8");
  EXPECT_EQ(text(""), "");
  EXPECT_EQ(text(" "), "");
  EXPECT_TRUE(Augmentation::parse("").empty());
  EXPECT_TRUE(Augmentation().empty());
  EXPECT_FALSE(Augmentation::parse("shift:0").empty());
}

TEST(Augmentation, CatalogueHoldsEveryKind) {
  const auto& rows = augmentation_catalogue();
  ASSERT_EQ(rows.size(), kAugmentationKinds);
  const auto picture = random_picture(1, 28, 28);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows[i];
    EXPECT_EQ(static_cast<std::size_t>(row.kind), i) << row.name;
    EXPECT_FALSE(row.help.empty()) << row.name;
    const auto one = Augmentation::parse(row.name);
    EXPECT_EQ(one.text(), concat(row.name, ':', row.strength));
    EXPECT_EQ(Augmentation::parse(one.text()).text(), one.text());
    expect_contains(augmentation_kinds(), concat(one.text(), " (", row.unit, ')'));
    bool acts = false;
    for (std::uint32_t sample = 0; sample < 10; ++sample)
      acts |= changed(picture, row.name, sample) != as_floats(picture);
    EXPECT_TRUE(acts) << row.name;
    // Both ends of the range are allowed, and nothing beyond.
    EXPECT_NO_THROW((void)Augmentation::parse(concat(row.name, ':', row.most)));
    EXPECT_NO_THROW((void)Augmentation::parse(row.name + ":0"));
    for (const std::string& wrong : {concat(row.most + 1), std::string("-1"), std::string("nan")})
      expect_error<std::invalid_argument>(
          [&] { (void)Augmentation::parse(row.name + ':' + wrong); },
          {"[augment] " + row.name + " takes ", concat("from 0 to ", row.most),
           "got '" + wrong + "'"});
  }
}

TEST(Augmentation, SaysWhatIsWrongWithText) {
  for (const auto& [text, message] : std::vector<std::pair<std::string, std::string>>{
           {"shift,rotat:5", "[augment] there is no augmentation 'rotat'; did you mean rotate?"},
           {"rotate:200", "rotate takes degrees from 0 to 180, got '200'"},
           {"scale:0.1x", "scale takes a share from 0 to 0.9, got '0.1x'"},
           {"cutout:2.5", "cutout takes whole pixels from 0 to 1000, got '2.5'"},
           {"shift:", "shift takes pixels from 0 to 1000, got ''"},
           {"flip,shift,flip:0.1", "flip is given twice"},
           {"shift,,flip", "'shift,,flip' has an empty item"},
           {"shift,", "has an empty item"}})
    expect_error<std::invalid_argument>([&, &given = text] { (void)Augmentation::parse(given); },
                                        {message});
}

// ---- batches ----

TEST(Augmentation, IsGatheredByRow) {
  const auto whole = random_picture(3, 40, 7);  // four images of (3, 10, 7)
  const std::shared_ptr<std::uint8_t[]> pixels(new std::uint8_t[840]);
  std::ranges::copy(whole.bytes, pixels.get());
  const Images images{
      .count = 4, .channels = 3, .height = 10, .width = 7, .pixels = {pixels, pixels.get()}};
  const std::vector<float> scale = {0.5F, 1, 2}, shift = {-1, 0, 8};  // exact in float32
  const Inputs inputs(images, scale, shift);
  const auto augmentation = Augmentation::parse("shift,rotate,noise");
  const std::vector<std::uint32_t> rows = {2, 0, 2};
  std::vector<float> got(3U * 210U);
  inputs.gather_augmented(rows, augmentation, 11, 4, got.data());
  constexpr float kFused = 1e-4F;  // product and sum may be rounded once or twice
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::vector<float> one(210);
    augmentation.apply(11, 4, rows[r], pixels.get() + rows[r] * 210, 3, 10, 7, one.data());
    for (std::size_t c = 0; c < 3; ++c)
      for (std::size_t p = 0; p < 70; ++p)
        EXPECT_NEAR(got[r * 210 + p * 3 + c], one[c * 70 + p] * scale[c] + shift[c], kFused);
  }
}

TEST(Augmentation, OfNothingIsPlainGathering) {
  const auto picture = random_picture(1, 12, 5);
  const std::shared_ptr<std::uint8_t[]> pixels(new std::uint8_t[60]);
  std::ranges::copy(picture.bytes, pixels.get());
  const Images images{.count = 2, .height = 6, .width = 5, .pixels = {pixels, pixels.get()}};
  const Inputs inputs(images, {1 / 255.0F}, {-0.1F});
  const std::vector<std::uint32_t> rows = {1, 0};
  std::vector<float> plain(60), empty(60), still(60);
  inputs.gather(rows, plain.data());
  inputs.gather_augmented(rows, {}, 1, 1, empty.data());
  EXPECT_EQ(empty, plain);
  inputs.gather_augmented(rows, Augmentation::parse(kNothing), 1, 1, still.data());
  for (std::size_t i = 0; i < 60; ++i) EXPECT_FLOAT_EQ(still[i], plain[i]);
}

TEST(Augmentation, IsForImages) {
  const Inputs table{Tensor(Shape{3, 2})};
  const std::vector<std::uint32_t> rows = {1};
  std::vector<float> out(2, 5.0F);
  table.gather_augmented(rows, {}, 1, 1, out.data());
  EXPECT_EQ(out, (std::vector<float>{0, 0}));
  expect_error<std::invalid_argument>(
      [&] { table.gather_augmented(rows, Augmentation::parse("shift"), 1, 1, out.data()); },
      {"augmentation is for images"});
}

}  // namespace
}  // namespace hebb
