#pragma once

#include "formats/image_decode.h"
#include "hebb/formats/images.h"

namespace hebb {

/// An image brought to a form, and what was done to it, as FormedImages counts it.
struct FormedImage {
  Raster image;
  bool resized = false, turned = false, centered = false;
};
FormedImage bring_to(Raster image, const ImageForm& form);

}  // namespace hebb
