#include "hebb/tensor/tensor.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <new>
#include <ostream>

#include "hebb/core/error.h"

namespace hebb {

Shape::Shape(std::initializer_list<std::size_t> extents) : rank_(extents.size()) {
  check(extents.size() <= kMaxRank, "shape", extents.size(), " axes, at most ", kMaxRank);
  std::ranges::copy(extents, extents_.begin());
}

std::size_t Shape::size() const {
  std::size_t product = 1;
  for (std::size_t axis = 0; axis < rank_; ++axis) product *= extents_[axis];
  return product;
}

Shape Shape::with_front(std::size_t extent) const {
  check(rank_ < kMaxRank, "shape", "no room for another axis in ", *this);
  Shape out;
  out.rank_ = rank_ + 1;
  out.extents_[0] = extent;
  std::copy_n(extents_.begin(), rank_, out.extents_.begin() + 1);
  return out;
}

Shape Shape::without_front() const {
  check(rank_ > 0, "shape", "no axis to take from ()");
  Shape out;
  out.rank_ = rank_ - 1;
  std::copy_n(extents_.begin() + 1, out.rank_, out.extents_.begin());
  return out;
}

bool Shape::operator==(const Shape& other) const {
  return rank_ == other.rank_ &&
         std::equal(extents_.begin(), extents_.begin() + static_cast<std::ptrdiff_t>(rank_),
                    other.extents_.begin());
}

std::string to_string(const Shape& shape) {
  std::string out = "(";
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    out += (axis ? ", " : "") + std::to_string(shape[axis]);
  return out + ')';
}

std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << to_string(shape); }

namespace {
constexpr std::align_val_t kAlignment{64};

// The numbers to allocate, at least 1. The product of the extents may not wrap around.
std::size_t room_for(const Shape& shape) {
  constexpr std::size_t kMost = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(float);
  std::size_t product = 1;
  bool fits = true;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    fits = fits && !__builtin_mul_overflow(product, shape[axis], &product);
  check(fits && product <= kMost, "tensor", "a shape of ", shape,
        " has more numbers than memory can hold");
  return std::max<std::size_t>(product, 1);
}

}  // namespace

void Tensor::Free::operator()(float* p) const { ::operator delete[](p, kAlignment); }

Tensor::Tensor(const Shape& shape) : shape_(shape) {
  const std::size_t n = room_for(shape);
  data_.reset(static_cast<float*>(::operator new[](n * sizeof(float), kAlignment)));
  std::fill_n(data_.get(), n, 0.0F);
}

Tensor::Tensor(const Tensor& other) {
  if (other.data_) *this = Tensor(other.shape_);
  std::ranges::copy(other.span(), data());
}

Tensor& Tensor::operator=(const Tensor& other) {
  if (this != &other) *this = Tensor(other);
  return *this;
}

}  // namespace hebb
