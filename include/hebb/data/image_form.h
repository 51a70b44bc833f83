#pragma once

#include <cstddef>
#include <optional>

#include "hebb/data/dataset.h"

namespace hebb {

/// What a model that was trained on images expects of others.
struct ImageForm {
  std::size_t channels = 1, height = 0, width = 0;
  /// Mean brightness of the outermost pixels in training, 0 to 255; unset: not known.
  std::optional<double> border = {};
  /// Whether the ink of grey images stood with its centre of mass in the middle, as MNIST's does:
  /// within a twentieth of the side on average over (at most 1,000 of) them.
  bool centered = true;
};

/// That of images to train on. There is at least one.
ImageForm form_of(const Images& images);

}  // namespace hebb
