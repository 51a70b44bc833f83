#include "datasets/builtin.h"

#define HEBB_EMBEDDED(name)                          \
  extern "C" const std::uint8_t hebb_##name[];       \
  extern "C" const std::uint8_t hebb_##name##_end[]; \
  std::span<const std::uint8_t> hebb::builtin::name() { return {hebb_##name, hebb_##name##_end}; }

HEBB_EMBEDDED(mnist10k_images)
HEBB_EMBEDDED(mnist10k_labels)
HEBB_EMBEDDED(digits)
HEBB_EMBEDDED(iris)
HEBB_EMBEDDED(wine)
HEBB_EMBEDDED(breast_cancer)
HEBB_EMBEDDED(diabetes)
