#include "data/image_form.h"

#include <algorithm>
#include <cmath>

#include "data/entry.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

// The largest mean offset of the centre of mass, as a share of the side. MNIST's digits were moved
// by whole pixels, and their mean offset is 0.027.
constexpr double kOffCentre = 0.05;
constexpr std::size_t kMostLookedAt = 1000;

}  // namespace

double border_mean(const std::uint8_t* pixels, std::size_t step, std::size_t width,
                   std::size_t height) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t y = 0; y < height; ++y) {
    const bool edge = y == 0 || y + 1 == height;
    const std::size_t stride = edge ? 1 : std::max<std::size_t>(width - 1, 1);
    for (std::size_t x = 0; x < width; x += stride, ++count) sum += pixels[(y * width + x) * step];
  }
  return sum / static_cast<double>(count);
}

Place centre_of_mass(const std::uint8_t* pixels, std::size_t height, std::size_t width) {
  double mass = 0, x_mass = 0, y_mass = 0;
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x) {
      const double pixel = pixels[y * width + x];
      mass += pixel;
      x_mass += pixel * (static_cast<double>(x) + 0.5);
      y_mass += pixel * (static_cast<double>(y) + 0.5);
    }
  if (mass == 0) return {static_cast<double>(width) / 2, static_cast<double>(height) / 2};
  return {x_mass / mass, y_mass / mass};
}

ImageForm form_of(const Images& images) {
  check_images(images);
  check(images.count > 0 && images.image_size() > 0, "images", "0 pixels: there is no form of ",
        images.count, " images");
  const std::size_t plane = images.height * images.width, planes = images.count * images.channels;
  double sum = 0;
  for (std::size_t i = 0; i < planes; ++i)
    sum += border_mean(images.pixels.get() + i * plane, 1, images.width, images.height);
  const std::size_t step = (images.count + kMostLookedAt - 1) / kMostLookedAt;
  double off = 0;
  std::size_t seen = 0;
  for (std::size_t i = 0; i < images.count; i += step, ++seen) {
    const Place at =
        centre_of_mass(images.pixels.get() + i * images.image_size(), images.height, images.width);
    off += std::hypot(at.x / static_cast<double>(images.width) - 0.5,
                      at.y / static_cast<double>(images.height) - 0.5);
  }
  return {.channels = images.channels,
          .height = images.height,
          .width = images.width,
          .border = sum / static_cast<double>(planes),
          .centered = images.channels == 1 && off / static_cast<double>(seen) < kOffCentre};
}

}  // namespace hebb
