#pragma once

#include "formats/image_decode.h"
#include "hebb/formats/images.h"

namespace hebb {

/// An image converted to a form, and the changes that FormedImages counts.
struct FormedImage {
  Raster image;
  bool resized = false, turned = false, centered = false;
};
FormedImage bring_to(Raster image, const ImageForm& form);

}  // namespace hebb
