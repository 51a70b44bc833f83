#pragma once

#include <cstddef>

#include "hebb/tensor/tensor.h"

namespace hebb::kernels {

/// Reusable working memory of a thread. It grows to the largest size requested and is not freed
/// before.
class Scratch {
 public:
  /// Returns memory for `count` elements, uninitialised.
  template <class T = float>
  T* of(std::size_t count) {
    const std::size_t floats = (count * sizeof(T) + sizeof(float) - 1) / sizeof(float);
    if (buffer_.size() < floats) buffer_ = Tensor({floats});
    return reinterpret_cast<T*>(buffer_.data());
  }

 private:
  Tensor buffer_;
};

}  // namespace hebb::kernels
