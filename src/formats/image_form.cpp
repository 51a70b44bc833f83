// A model was trained on light ink on a dark background or the reverse, and what a person draws or
// photographs is often the opposite. The border shows which. MNIST's digits were also cropped,
// scaled into a box and centred by mass; a network recognises only digits prepared in this way.
#include "formats/image_form.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/image_form.h"
#include "formats/image_raster.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr double kWhite = 255;
// Thresholds for the mean border in training: below kDark the background is dark, above kLight it
// is light.
constexpr double kDark = 0.1 * kWhite, kLight = kWhite - kDark;
// MNIST's borders are almost empty; Fashion-MNIST's clothes reach the border.
constexpr double kEmpty = 0.01 * kWhite;
// A quarter of the range: with borders of 0 in training, a background above 160 is the opposite.
constexpr double kMargin = 64;
// Ink is brighter than the background by this share of the brightest pixel; less is paper grain.
constexpr double kInk = 0.25;
// Below this contrast there is only noise, no ink.
constexpr double kLeastContrast = 16;
constexpr double kMnistBox = 20.0 / 28.0;

// Only for one channel: the negative of a colour is another colour.
bool is_opposite(const Raster& image, double trained) {
  if (image.channels > 1 || (trained > kDark && trained < kLight)) return false;
  const double border = border_mean(image, 0);
  return std::abs(border - trained) - std::abs(border - (kWhite - trained)) > kMargin;
}

// Sets the background to 0 and the brightest pixel to 255. Returns false if there is no ink.
bool clear_ground(Raster& image) {
  const double ground = border_mean(image, 0);
  const double contrast = std::ranges::max(image.pixels) - ground;
  if (contrast < kLeastContrast) return false;
  for (auto& pixel : image.pixels)
    pixel = static_cast<std::uint8_t>(
        std::lround(std::clamp((pixel - ground) / contrast, 0.0, 1.0) * kWhite));
  return true;
}

// The smallest part that contains all ink. It is not empty, since the brightest pixel is 255.
Raster cut_out(const Raster& image) {
  std::size_t left = image.width, right = 0, top = image.height, bottom = 0;
  for (std::size_t y = 0; y < image.height; ++y)
    for (std::size_t x = 0; x < image.width; ++x) {
      if (image.pixels[y * image.width + x] < kInk * kWhite) continue;
      left = std::min(left, x);
      right = std::max(right, x + 1);
      top = std::min(top, y);
      bottom = std::max(bottom, y + 1);
    }
  Raster part{.width = right - left, .height = bottom - top};
  for (std::size_t y = top; y < bottom; ++y) {
    const auto row = image.pixels.begin() + static_cast<std::ptrdiff_t>(y * image.width);
    part.pixels.insert(part.pixels.end(), row + static_cast<std::ptrdiff_t>(left),
                       row + static_cast<std::ptrdiff_t>(right));
  }
  return part;
}

// The position along a side at which the ink's centre of mass is in the middle, as far as the ink
// fits.
std::size_t offset(double center, std::size_t size, std::size_t room) {
  const double begin = std::round(static_cast<double>(room) / 2 - center);
  return static_cast<std::size_t>(std::clamp(begin, 0.0, static_cast<double>(room - size)));
}

Raster centered(const Raster& image, const ImageForm& form) {
  const auto side = [](std::size_t whole) {
    return std::max<std::size_t>(
        1, static_cast<std::size_t>(std::lround(kMnistBox * static_cast<double>(whole))));
  };
  const Raster ink = scaled_into(cut_out(image), side(form.width), side(form.height));
  const Place centre = centre_of_mass(ink.pixels.data(), ink.height, ink.width);
  Raster out{.width = form.width, .height = form.height};
  out.pixels.resize(form.width * form.height);
  paste(ink, offset(centre.x, ink.width, form.width), offset(centre.y, ink.height, form.height),
        out);
  return out;
}

}  // namespace

FormedImage bring_to(Raster image, const ImageForm& form) {
  check((form.channels == 1 || form.channels == 3) && form.width > 0 && form.height > 0, "images",
        "a form of ", form.channels, " channels and ", form.height, " x ", form.width,
        " pixels: expected 1 or 3 channels, and some pixels");
  FormedImage out{.image = with_channels(std::move(image), form.channels)};
  out.resized = out.image.width != form.width || out.image.height != form.height;
  out.turned = form.border && is_opposite(out.image, *form.border);
  if (out.turned)
    for (auto& pixel : out.image.pixels) pixel = static_cast<std::uint8_t>(255 - pixel);
  out.centered = out.resized && form.channels == 1 && form.centered && form.border &&
                 *form.border < kEmpty && clear_ground(out.image);
  out.image = out.centered ? centered(out.image, form)
                           : fitted(std::move(out.image), form.width, form.height);
  return out;
}

}  // namespace hebb
