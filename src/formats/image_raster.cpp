// The two axes are resampled one after the other. Along an axis, a new pixel is a weighted sum of
// old ones. If the axis shrinks, these are the pixels that it covers, each weighted by the covered
// share. If it grows, they are the two pixels with the nearest centres, by linear interpolation.
#include "formats/image_raster.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "data/image_form.h"

namespace hebb {
namespace {

struct Taps {
  std::size_t first = 0;
  std::vector<float> weights = {};  // they add up to one
};

std::vector<Taps> taps_of(std::size_t from, std::size_t to) {
  const double step = static_cast<double>(from) / static_cast<double>(to);
  std::vector<Taps> all(to);
  for (std::size_t i = 0; i < to; ++i) {
    const auto at = static_cast<double>(i);
    if (to < from) {
      const double begin = at * step, end = std::min(begin + step, static_cast<double>(from));
      all[i].first = std::min(static_cast<std::size_t>(begin), from - 1);
      for (std::size_t pixel = all[i].first; static_cast<double>(pixel) < end; ++pixel) {
        const auto x = static_cast<double>(pixel);
        all[i].weights.push_back(
            static_cast<float>((std::min(x + 1, end) - std::max(x, begin)) / (end - begin)));
      }
    } else {
      const double center = std::clamp((at + 0.5) * step - 0.5, 0.0, static_cast<double>(from - 1));
      all[i].first =
          std::min(static_cast<std::size_t>(center), from - std::min<std::size_t>(from, 2));
      const double second = center - static_cast<double>(all[i].first);
      all[i].weights = {static_cast<float>(1 - second)};
      if (from > 1) all[i].weights.push_back(static_cast<float>(second));
    }
  }
  return all;
}

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F));
}

Raster stretched(const Raster& image, std::size_t width, std::size_t height) {
  const std::size_t channels = image.channels;
  const auto across = taps_of(image.width, width), down = taps_of(image.height, height);
  std::vector<float> rows(image.height * width * channels);
  for (std::size_t y = 0; y < image.height; ++y) {
    const std::uint8_t* from = image.pixels.data() + y * image.width * channels;
    float* to = rows.data() + y * width * channels;
    for (const auto& [first, weights] : across)
      for (std::size_t c = 0; c < channels; ++c) {
        float sum = 0;
        for (std::size_t k = 0; k < weights.size(); ++k)
          sum += weights[k] * static_cast<float>(from[(first + k) * channels + c]);
        *to++ = sum;
      }
  }
  Raster out{.channels = channels, .width = width, .height = height};
  out.pixels.resize(width * height * channels);
  std::vector<float> row(width * channels);
  auto to = out.pixels.begin();
  for (const auto& [first, weights] : down) {
    std::ranges::fill(row, 0.0F);
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const float* from = rows.data() + (first + k) * row.size();
      for (std::size_t i = 0; i < row.size(); ++i) row[i] += weights[k] * from[i];
    }
    to = std::ranges::transform(row, to, to_byte).out;
  }
  return out;
}

}  // namespace

Raster with_channels(Raster image, std::size_t channels) {
  if (channels == image.channels) return image;
  const std::size_t count = image.width * image.height;
  if (channels == 1) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t* rgb = image.pixels.data() + 3 * i;
      image.pixels[i] =
          static_cast<std::uint8_t>((299U * rgb[0] + 587U * rgb[1] + 114U * rgb[2] + 500U) / 1000U);
    }
    image.pixels.resize(count);
  } else {
    image.pixels.resize(3 * count);
    for (std::size_t i = count; i-- > 0;)  // from the end, in place
      std::fill_n(image.pixels.begin() + static_cast<std::ptrdiff_t>(3 * i), 3, image.pixels[i]);
  }
  image.channels = channels;
  return image;
}

double border_mean(const Raster& image, std::size_t channel) {
  return border_mean(image.pixels.data() + channel, image.channels, image.width, image.height);
}

Raster scaled_into(const Raster& image, std::size_t width, std::size_t height) {
  const double scale = std::min(static_cast<double>(width) / static_cast<double>(image.width),
                                static_cast<double>(height) / static_cast<double>(image.height));
  const auto side = [scale](std::size_t from, std::size_t most) {
    const auto scaled = static_cast<std::size_t>(std::lround(scale * static_cast<double>(from)));
    return std::clamp<std::size_t>(scaled, 1, most);
  };
  return stretched(image, side(image.width, width), side(image.height, height));
}

Raster fitted(Raster image, std::size_t width, std::size_t height) {
  if (image.width == width && image.height == height) return image;
  Raster inner = scaled_into(image, width, height);
  if (inner.width == width && inner.height == height) return inner;
  Raster out{.channels = image.channels, .width = width, .height = height};
  out.pixels.resize(width * height * image.channels);
  for (std::size_t c = 0; c < image.channels; ++c) {
    const std::uint8_t fill = to_byte(static_cast<float>(border_mean(image, c)));
    for (std::size_t i = c; i < out.pixels.size(); i += image.channels) out.pixels[i] = fill;
  }
  paste(inner, (width - inner.width) / 2, (height - inner.height) / 2, out);
  return out;
}

void paste(const Raster& image, std::size_t x, std::size_t y, Raster& onto) {
  const std::size_t row = image.width * image.channels;
  for (std::size_t i = 0; i < image.height; ++i)
    std::copy_n(image.pixels.data() + i * row, row,
                onto.pixels.data() + ((y + i) * onto.width + x) * onto.channels);
}

void write_planes(const Raster& image, std::uint8_t* to) {
  const std::size_t count = image.width * image.height;
  for (std::size_t c = 0; c < image.channels; ++c)
    for (std::size_t i = 0; i < count; ++i) *to++ = image.pixels[i * image.channels + c];
}

}  // namespace hebb
