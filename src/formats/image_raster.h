#pragma once

#include "formats/image_decode.h"

namespace hebb {

/// The image with this many channels, 1 or 3: grey is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).
Raster with_channels(Raster image, std::size_t channels);

/// The mean of the outermost pixels of a channel.
double border_mean(const Raster& image, std::size_t channel);

/// The image scaled to the largest size that fits, with its aspect ratio kept: area averages along
/// an axis that shrinks, linear interpolation between pixel centres along one that grows.
Raster scaled_into(const Raster& image, std::size_t width, std::size_t height);

/// As scaled_into(), centred in an image of exactly this size. The rest is filled with the mean
/// colour of the image's border.
Raster fitted(Raster image, std::size_t width, std::size_t height);

/// Copies an image into a larger one, with its top left pixel at (x, y).
void paste(const Raster& image, std::size_t x, std::size_t y, Raster& onto);

/// Writes an image channel by channel, as in a data set.
void write_planes(const Raster& image, std::uint8_t* to);

}  // namespace hebb
