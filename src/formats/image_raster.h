#pragma once

#include "formats/image_decode.h"

namespace hebb {

/// The image with this many channels, 1 or 3: grey is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601).
Raster with_channels(Raster image, std::size_t channels);

/// The mean of the outermost pixels of a channel.
double border_mean(const Raster& image, std::size_t channel);

/// The image as large as it fits into this size, its shape kept: averages of area along a side that
/// shrinks, linear between the pixels' centres along one that grows.
Raster scaled_into(const Raster& image, std::size_t width, std::size_t height);

/// The same in the middle of exactly this size; what is left over is filled with the mean colour of
/// its border.
Raster fitted(Raster image, std::size_t width, std::size_t height);

/// Puts an image, whose top left pixel comes to (x, y), onto one that has room for it.
void paste(const Raster& image, std::size_t x, std::size_t y, Raster& onto);

/// Writes an image as it stands in a data set, channel by channel.
void write_planes(const Raster& image, std::uint8_t* to);

}  // namespace hebb
