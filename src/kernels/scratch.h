#pragma once

#include <cstddef>

#include "hebb/tensor/tensor.h"

namespace hebb::kernels {

/// Memory that a thread needs again and again: it grows to the largest size asked for and stays.
class Scratch {
 public:
  /// Room for `count` elements, which hold anything.
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
