#pragma once

#include <cstddef>
#include <optional>

#include "hebb/data/dataset.h"

namespace hebb {

/// The form of the images that a model was trained on, to which new images are converted.
struct ImageForm {
  std::size_t channels = 1, height = 0, width = 0;
  /// Mean brightness of the outermost pixels in training, 0 to 255; unset if not known.
  std::optional<double> border = {};
  /// Whether the ink of grey training images has its centre of mass in the middle, as in MNIST:
  /// within a twentieth of the side, on average over at most 1,000 of the images.
  bool centered = true;
};

/// The form of training images. Errors: std::invalid_argument unless there is one with pixels.
ImageForm form_of(const Images& images);

}  // namespace hebb
