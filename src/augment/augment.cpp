// Each row of the new image is computed in three passes: the source positions of its pixels (the
// affine map, and the displacement, a sum of B-splines), the integer and fractional parts of the
// positions, and the values. Compilers vectorise the first two loops. The old image is stored as
// floats with a border around it, and positions are clamped to the border, so that the last pass
// needs no checks at edges.
#include "augment/augment.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>

#include "hebb/augment/augmentation.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/random.h"
#include "kernels/elementwise.h"

namespace hebb {
namespace {

using Kind = AugmentationKind;
using Draw = Augmentation::Draw;

constexpr std::size_t kCells = Draw::kCells, kPoints = Draw::kPoints;

// The positions of each kind's numbers in the counter. Never changed, because the bits of images
// depend on them.
enum Block : std::uint32_t { kAffine = 0, kOthers = 1, kContrast = 2, kElastic = 16, kNoise = 64 };

// Limits height + width, so that a position in an image fits 31 bits and half a pixel is exact in
// float32.
constexpr std::size_t kMostSide = std::size_t{1} << 16;

double unit(std::uint32_t word) { return word * 0x1.0p-32; }                 // [0, 1)
double centred(std::uint32_t word) { return (word + 0.5) * 0x1.0p-31 - 1; }  // (-1, 1)

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

double read_strength(const AugmentationRow& row, std::string_view text) {
  double number = -1;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  check(error == std::errc{} && stop == end && number >= 0 && number <= row.most &&
            (!row.is_whole || number == std::floor(number)),
        "augment", row.name, " takes ", row.is_whole ? "whole " : "", row.unit, " from 0 to ",
        row.most, ", got '", text, "'");
  return number;
}

// Buffers of one thread, reused for the next image.
struct Scratch {
  std::vector<float> padded;                  // (channels, height + 3, width + 3)
  std::vector<float> x, y;                    // (width)
  std::vector<std::int32_t> at;               // (width)
  std::vector<std::uint8_t> grounds;          // (channels)
  std::array<std::vector<float>, 4> weights;  // (width) each: of control points 0 to 3 of a cell

  void fit(std::size_t padded_size, std::size_t width) {
    if (padded.size() < padded_size) padded.resize(padded_size);
    if (x.size() >= width) return;
    x.resize(width), y.resize(width), at.resize(width);
    for (auto& each : weights) each.resize(width);
  }
};

// One pixel before the image and two after it: a position between its last pixel and the first
// outside has a right and a lower neighbour too.
constexpr std::size_t kBefore = 1, kAround = 3;

// The background: the value that more than half of the pixels along the borders have, if any. Found
// by Boyer and Moore's majority vote, whose candidate is then counted.
std::optional<std::uint8_t> ground_of(const std::uint8_t* plane, std::size_t height,
                                      std::size_t width) {
  const auto each = [&](const auto& see) {
    for (std::size_t y = 0; y < height; ++y) {
      const bool inner = y > 0 && y + 1 < height;
      const std::size_t step = inner && width > 1 ? width - 1 : 1;
      for (std::size_t x = 0; x < width; x += step) see(plane[y * width + x]);
    }
  };
  std::uint8_t candidate = 0;
  std::size_t lead = 0, all = 0, count = 0;
  each([&](std::uint8_t pixel) {
    if (lead == 0) candidate = pixel;
    lead += pixel == candidate ? 1 : ~std::size_t{0};
  });
  each([&](std::uint8_t pixel) { ++all, count += pixel == candidate ? 1 : 0; });
  if (2 * count > all) return candidate;
  return {};
}

// Shapes:  plane (height, width) -> padded (height + 3, width + 3), with the background or, if
//          there is none, the nearest pixel around it.
void pad(const std::uint8_t* plane, std::size_t height, std::size_t width,
         std::optional<std::uint8_t> ground, float* padded) {
  const std::size_t stride = width + kAround;
  const auto outside = [&](float nearest) {
    return ground ? static_cast<float>(*ground) : nearest;
  };
  for (std::size_t y = 0; y < height; ++y) {
    float* row = padded + (y + kBefore) * stride;
    kernels::bytes_to_floats(plane + y * width, width, 1.0F, 0.0F, row + kBefore);
    row[0] = outside(row[kBefore]);
    row[width + 1] = row[width + 2] = outside(row[width]);
  }
  const auto fill = [&](std::size_t y, std::size_t like) {
    float* row = padded + y * stride;
    if (ground)
      std::fill_n(row, stride, static_cast<float>(*ground));
    else
      std::copy_n(padded + like * stride, stride, row);
  };
  fill(0, kBefore);
  fill(height + 1, height);
  fill(height + 2, height);
}

// The weights of the four control points around a pixel at the position `share` in its cell.
std::array<float, 4> spline(float share) {
  const float t = share, s = 1 - t;
  const float t2 = t * t, s2 = s * s;
  return {s2 * s / 6, 2.0F / 3 - t2 * (1 - t / 2), 2.0F / 3 - s2 * (1 - s / 2), t2 * t / 6};
}

// The cells into which `size` pixels are divided.
struct Cells {
  std::size_t size;
  // The first pixel whose centre is in `cell`: (4 x + 2) / 4 >= cell * size / kCells.
  std::size_t begin(std::size_t cell) const {
    static_assert(kCells == 4);
    return (cell * size + 1) / 4;
  }
  std::size_t of(std::size_t pixel) const { return (4 * pixel + 2) / size; }
  float share(std::size_t pixel) const {
    return static_cast<float>((4 * pixel + 2) % size) / static_cast<float>(size);
  }
};

// new position = matrix (position - middle - shift) + middle, in pixels.
struct Affine {
  float xx, xy, yx, yy;
  float from_x, from_y;  // middle + shift
  float to_x, to_y;      // middle

  Affine(const Draw& draw, std::size_t height, std::size_t width) {
    constexpr double kDegree = std::numbers::pi / 180;
    const double cos = std::cos(draw.angle * kDegree), sin = std::sin(draw.angle * kDegree);
    const double slope = std::tan(draw.shear * kDegree);
    const double mirror = draw.flip ? -1 : 1;
    xx = static_cast<float>(mirror * (cos + slope * sin) / draw.scale);
    xy = static_cast<float>(mirror * (sin - slope * cos) / draw.scale);
    yx = static_cast<float>(-sin / draw.scale);
    yy = static_cast<float>(cos / draw.scale);
    to_x = (static_cast<float>(width) - 1) / 2;
    to_y = (static_cast<float>(height) - 1) / 2;
    from_x = to_x + static_cast<float>(draw.shift_x);
    from_y = to_y + static_cast<float>(draw.shift_y);
  }
};

class Sampler {
 public:
  Sampler(const Draw& draw, bool elastic, const std::uint8_t* image, std::size_t channels,
          std::size_t height, std::size_t width)
      : draw_(draw),
        map_(draw, height, width),
        elastic_(elastic),
        channels_(channels),
        height_(height),
        width_(width),
        scratch_(scratch()) {
    scratch_.fit(channels * padded_plane(), width);
    // A background of some channels only would be a false colour.
    scratch_.grounds.clear();
    const auto plane = [&](std::size_t c) { return image + c * height * width; };
    for (std::size_t c = 0; c < channels && scratch_.grounds.size() == c; ++c)
      if (const auto ground = ground_of(plane(c), height, width))
        scratch_.grounds.push_back(*ground);
    const bool grounded = scratch_.grounds.size() == channels;
    for (std::size_t c = 0; c < channels; ++c)
      pad(plane(c), height, width, grounded ? std::optional(scratch_.grounds[c]) : std::nullopt,
          scratch_.padded.data() + c * padded_plane());
    if (!elastic) return;
    for (std::size_t x = 0; x < width; ++x) {
      const auto four = spline(Cells{width}.share(x));
      for (std::size_t k = 0; k < 4; ++k) scratch_.weights[k][x] = four[k];
    }
  }

  void sample(float* out) {
    for (std::size_t y = 0; y < height_; ++y) {
      map(y);
      if (elastic_) {
        displace(y, draw_.elastic[0], scratch_.x.data());
        displace(y, draw_.elastic[1], scratch_.y.data());
      }
      part();
      for (std::size_t c = 0; c < channels_; ++c)
        interpolate(scratch_.padded.data() + c * padded_plane(), out + (c * height_ + y) * width_);
    }
  }

 private:
  static Scratch& scratch() {
    thread_local Scratch own;
    return own;
  }
  std::size_t stride() const { return width_ + kAround; }
  std::size_t padded_plane() const { return (height_ + kAround) * stride(); }

  // The source positions of row y in the padded image.
  void map(std::size_t y) {
    const float down = static_cast<float>(y) - map_.from_y;
    const float base_x = map_.xy * down + (map_.to_x + kBefore);
    const float base_y = map_.yy * down + (map_.to_y + kBefore);
    const float from = map_.from_x, xx = map_.xx, yx = map_.yx;
    float* to_x = scratch_.x.data();
    float* to_y = scratch_.y.data();
    for (std::size_t x = 0; x < width_; ++x) {
      const float right = static_cast<float>(static_cast<std::int32_t>(x)) - from;
      to_x[x] = xx * right + base_x;
      to_y[x] = yx * right + base_y;
    }
  }

  // to += the displacement along row y
  void displace(std::size_t y, const std::array<std::array<float, kPoints>, kPoints>& points,
                float* to) const {
    const Cells rows{height_}, columns{width_};
    const auto down = spline(rows.share(y));
    const std::size_t top = rows.of(y);
    std::array<float, kPoints> line{};
    for (std::size_t k = 0; k < 4; ++k)
      for (std::size_t p = 0; p < kPoints; ++p) line[p] += down[k] * points[top + k][p];
    const float* w0 = scratch_.weights[0].data();
    const float* w1 = scratch_.weights[1].data();
    const float* w2 = scratch_.weights[2].data();
    const float* w3 = scratch_.weights[3].data();
    for (std::size_t cell = 0; cell < kCells; ++cell)
      for (std::size_t x = columns.begin(cell); x < columns.begin(cell + 1); ++x)
        to[x] += w0[x] * line[cell] + w1[x] * line[cell + 1] + w2[x] * line[cell + 2] +
                 w3[x] * line[cell + 3];
  }

  // Splits positions into the index of the pixel at the upper left, and x, y as fractions of the
  // distance to the next pixels.
  void part() {
    const auto last_x = static_cast<float>(width_ + kBefore);
    const auto last_y = static_cast<float>(height_ + kBefore);
    const auto row = static_cast<std::int32_t>(stride());
    float* to_x = scratch_.x.data();
    float* to_y = scratch_.y.data();
    std::int32_t* at = scratch_.at.data();
    for (std::size_t x = 0; x < width_; ++x) {
      const float u = std::min(std::max(to_x[x], 0.0F), last_x);
      const float v = std::min(std::max(to_y[x], 0.0F), last_y);
      const auto i = static_cast<std::int32_t>(u), j = static_cast<std::int32_t>(v);
      at[x] = j * row + i;
      to_x[x] = u - static_cast<float>(i);
      to_y[x] = v - static_cast<float>(j);
    }
  }

  void interpolate(const float* padded, float* out) const {
    const float* to_x = scratch_.x.data();
    const float* to_y = scratch_.y.data();
    const std::int32_t* at = scratch_.at.data();
    const std::size_t row = stride();
    for (std::size_t x = 0; x < width_; ++x) {
      const float* upper = padded + at[x];
      const float* lower = upper + row;
      const float above = upper[0] + to_x[x] * (upper[1] - upper[0]);
      const float below = lower[0] + to_x[x] * (lower[1] - lower[0]);
      out[x] = above + to_y[x] * (below - above);
    }
  }

  const Draw& draw_;
  Affine map_;
  bool elastic_;
  std::size_t channels_, height_, width_;
  Scratch& scratch_;
};

float clamped(float value) { return std::min(std::max(value, 0.0F), 255.0F); }

void change_contrast(double factor, const std::uint8_t* image, std::size_t size, float* out) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += image[i];
  const auto mean = static_cast<float>(static_cast<double>(sum) / static_cast<double>(size));
  const auto more = static_cast<float>(factor - 1);
  for (std::size_t i = 0; i < size; ++i) out[i] = clamped(out[i] + more * (out[i] - mean));
}

// The sum of four uniform bytes is approximately normal.
void add_noise(const Random& random, std::uint32_t sample, double deviation, std::size_t size,
               float* out) {
  constexpr std::int32_t kMean = 4 * 255 / 2;
  constexpr double kVariance = 4 * (256.0 * 256.0 - 1) / 12;
  const auto scale = static_cast<float>(deviation / std::sqrt(kVariance));
  for (std::size_t begin = 0; begin < size; begin += 4) {
    const auto words = random.bits(sample, kNoise + static_cast<std::uint32_t>(begin / 4));
    for (std::size_t i = begin; i < std::min(begin + 4, size); ++i) {
      const std::uint32_t w = words[i - begin];
      const std::uint32_t sum = (w & 255) + (w >> 8 & 255) + (w >> 16 & 255) + (w >> 24);
      const auto number = static_cast<float>(static_cast<std::int32_t>(sum) - kMean);
      out[i] = clamped(out[i] + scale * number);
    }
  }
}

// The range [begin, end) of a square's side around `share` of `size` pixels, cut at the image's
// borders.
std::pair<std::size_t, std::size_t> cut(double share, std::size_t side, std::size_t size) {
  const auto middle = static_cast<std::size_t>(share * static_cast<double>(size));
  const std::size_t before = side / 2;
  return {middle - std::min(middle, before), std::min(size, middle + side - before)};
}

void cut_out(const Draw& draw, std::size_t side, std::size_t channels, std::size_t height,
             std::size_t width, float* out) {
  const auto [top, bottom] = cut(draw.cut_y, side, height);
  const auto [left, right] = cut(draw.cut_x, side, width);
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t y = top; y < bottom; ++y)
      std::fill_n(out + (c * height + y) * width + left, right - left, 0.0F);
}

}  // namespace

const std::vector<AugmentationRow>& augmentation_catalogue() {
  static const std::vector<AugmentationRow> rows = {
      {.name = "shift",
       .kind = Kind::shift,
       .unit = "pixels",
       .strength = 2,
       .most = 1000,
       .help = "moves by up to so many pixels along either axis"},
      {.name = "rotate",
       .kind = Kind::rotate,
       .unit = "degrees",
       .strength = 10,
       .most = 180,
       .help = "turns by up to so many degrees either way"},
      {.name = "scale",
       .kind = Kind::scale,
       .unit = "a share",
       .strength = 0.1,
       .most = 0.9,
       .help = "makes larger or smaller by up to this share"},
      {.name = "shear",
       .kind = Kind::shear,
       .unit = "degrees",
       .strength = 5,
       .most = 60,
       .help = "slants by up to so many degrees either way"},
      {.name = "elastic",
       .kind = Kind::elastic,
       .unit = "pixels",
       .strength = 1.4,
       .most = 100,
       .help = "bends smoothly; the root mean square of the displacement along either axis"},
      {.name = "flip",
       .kind = Kind::flip,
       .unit = "a probability",
       .strength = 0.5,
       .most = 1,
       .help = "mirrors left and right"},
      {.name = "contrast",
       .kind = Kind::contrast,
       .unit = "a share",
       .strength = 0.2,
       .most = 1,
       .help = "multiplies differences from the image's mean by 1 and up to this more or less"},
      {.name = "noise",
       .kind = Kind::noise,
       .unit = "a share",
       .strength = 0.05,
       .most = 1,
       .help = "adds noise to every value; its standard deviation as a share of the whole range"},
      {.name = "cutout",
       .kind = Kind::cutout,
       .unit = "pixels",
       .strength = 8,
       .most = 1000,
       .is_whole = true,
       .help = "sets a square of so many pixels a side to 0, cut off at the borders"}};
  return rows;
}

std::string augmentation_kinds() {
  std::string text;
  for (const auto& row : augmentation_catalogue())
    text += concat(text.empty() ? "" : ", ", row.name, ':', row.strength, " (", row.unit, ')');
  return text;
}

Augmentation Augmentation::parse(std::string_view text) {
  Augmentation made;
  if (trimmed(text).empty()) return made;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view item = trimmed(text.substr(begin, end - begin));
    begin = end + 1;
    check(!item.empty(), "augment", "'", text, "' has an empty item");
    const std::size_t colon = std::min(item.find(':'), item.size());
    const auto& row = find_row(augmentation_catalogue(), trimmed(item.substr(0, colon)), "augment",
                               "augmentation");
    auto& strength = made.strengths_[static_cast<std::size_t>(row.kind)];
    check(!strength.has_value(), "augment", row.name, " is given twice");
    strength =
        colon == item.size() ? row.strength : read_strength(row, trimmed(item.substr(colon + 1)));
  }
  return made;
}

std::string Augmentation::text() const {
  std::string text;
  for (const auto& row : augmentation_catalogue())
    if (has(row.kind))
      text += (text.empty() ? "" : ",") + row.name + ':' + to_text(Value(strength(row.kind)));
  return text;
}

bool Augmentation::empty() const {
  return std::ranges::none_of(strengths_, [](const auto& one) { return one.has_value(); });
}

void Augmentation::check_for(std::size_t height, std::size_t width) const {
  const std::size_t side = std::min(height, width);
  for (const Kind kind : {Kind::shift, Kind::cutout})
    check(strength(kind) == 0 || strength(kind) < static_cast<double>(side), "augment",
          augmentation_catalogue()[static_cast<std::size_t>(kind)].name, ':', strength(kind),
          " may leave nothing of images of ", height, " x ", width, ": it must be below ", side);
}

Augmentation Augmentation::for_copies() const {
  Augmentation made = *this;
  for (const Kind kind : {Kind::noise, Kind::cutout})
    made.strengths_[static_cast<std::size_t>(kind)].reset();
  return made.empty() ? parse("shift:1") : made;
}

bool Augmentation::has(Kind kind) const {
  return strengths_[static_cast<std::size_t>(kind)].has_value();
}

double Augmentation::strength(Kind kind) const {
  return strengths_[static_cast<std::size_t>(kind)].value_or(0);
}

Draw Augmentation::draw(std::uint64_t seed, std::uint32_t epoch, std::uint32_t sample) const {
  const Random random(seed, Purpose::augment, epoch);
  const auto affine = random.bits(sample, kAffine);
  const auto others = random.bits(sample, kOthers);
  Draw draw;
  draw.shift_x = strength(Kind::shift) * centred(affine[0]);
  draw.shift_y = strength(Kind::shift) * centred(affine[1]);
  draw.angle = strength(Kind::rotate) * centred(affine[2]);
  draw.scale = 1 + strength(Kind::scale) * centred(affine[3]);
  draw.shear = strength(Kind::shear) * centred(others[0]);
  draw.flip = unit(others[1]) < strength(Kind::flip);
  draw.cut_x = unit(others[2]);
  draw.cut_y = unit(others[3]);
  if (has(Kind::contrast))
    draw.contrast = 1 + strength(Kind::contrast) * centred(random.bits(sample, kContrast)[0]);
  if (has(Kind::elastic)) {
    // The squares of a B-spline's weights add up to 151/315 along an axis, on average over places;
    // the square of a uniform number in (-1, 1) is 1/3.
    const double most = strength(Kind::elastic) * std::numbers::sqrt3 * 315 / 151;
    float* point = draw.elastic[0][0].data();
    const std::size_t count = 2 * kPoints * kPoints;
    for (std::size_t begin = 0; begin < count; begin += 4) {
      const auto words = random.bits(sample, kElastic + static_cast<std::uint32_t>(begin / 4));
      for (std::size_t i = begin; i < std::min(begin + 4, count); ++i)
        point[i] = static_cast<float>(most * centred(words[i - begin]));
    }
  }
  return draw;
}

void Augmentation::apply(std::uint64_t seed, std::uint32_t epoch, std::uint32_t sample,
                         const std::uint8_t* image, std::size_t channels, std::size_t height,
                         std::size_t width, float* out) const {
  const std::size_t size = channels * height * width;
  check(height + width < kMostSide, "augment", "images of ", height, " x ", width,
        " are too large to be changed");
  const Draw drawn = draw(seed, epoch, sample);
  const auto moves = {Kind::shift, Kind::rotate,  Kind::scale,
                      Kind::shear, Kind::elastic, Kind::flip};
  if (std::ranges::any_of(moves, [this](Kind kind) { return has(kind); }))
    Sampler(drawn, has(Kind::elastic), image, channels, height, width).sample(out);
  else
    kernels::bytes_to_floats(image, size, 1.0F, 0.0F, out);
  if (has(Kind::contrast)) change_contrast(drawn.contrast, image, size, out);
  if (has(Kind::noise))
    add_noise(Random(seed, Purpose::augment, epoch), sample, 255 * strength(Kind::noise), size,
              out);
  if (has(Kind::cutout))
    cut_out(drawn, static_cast<std::size_t>(strength(Kind::cutout)), channels, height, width, out);
}

}  // namespace hebb
