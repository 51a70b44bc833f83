#pragma once

#include <cstddef>
#include <cstdint>

#include "hebb/data/image_form.h"

namespace hebb {

/// The mean of the outermost pixels of a channel, whose pixels are `step` apart.
double border_mean(const std::uint8_t* pixels, std::size_t step, std::size_t width,
                   std::size_t height);

/// A place in an image, in pixels from the upper left corner.
struct Place {
  double x, y;
};

/// The centre of mass of a grey image; the middle if all pixels are 0.
Place centre_of_mass(const std::uint8_t* pixels, std::size_t height, std::size_t width);

}  // namespace hebb
