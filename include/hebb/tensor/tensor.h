#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <span>
#include <string>

namespace hebb {

/// The extents of an array, at most six, stored inline (no allocation). Printed as (32, 784). The
/// axis of operator[] is not checked.
class Shape {
 public:
  static constexpr std::size_t kMaxRank = 6;

  Shape() = default;
  /// Errors: std::invalid_argument for more than kMaxRank extents.
  Shape(std::initializer_list<std::size_t> extents);

  std::size_t rank() const { return rank_; }
  std::size_t operator[](std::size_t axis) const { return extents_[axis]; }
  std::size_t& operator[](std::size_t axis) { return extents_[axis]; }
  /// The product of the extents; 1 for rank 0.
  std::size_t size() const;
  /// This shape with one more axis in front: (784) -> (n, 784).
  Shape with_front(std::size_t extent) const;
  /// This shape without its first axis: (n, 784) -> (784).
  Shape without_front() const;

  bool operator==(const Shape& other) const;

 private:
  std::array<std::size_t, kMaxRank> extents_{};
  std::size_t rank_ = 0;
};

/// "(32, 784)"
std::string to_string(const Shape& shape);
std::ostream& operator<<(std::ostream& out, const Shape& shape);

/// A non-owning view of float32 numbers: contiguous, row-major. Cheap to copy.
template <class T>
struct BasicView {
  T* data = nullptr;
  Shape shape;

  std::size_t size() const { return shape.size(); }
  std::size_t rows() const { return shape[0]; }
  /// Elements of one row: all axes but the first.
  std::size_t row_size() const { return shape.rank() == 0 ? 1 : size() / (rows() ? rows() : 1); }
  T* row(std::size_t index) const { return data + index * row_size(); }
  std::span<T> span() const { return {data, size()}; }

  operator BasicView<const T>() const { return {data, shape}; }
};
using View = BasicView<float>;
using ConstView = BasicView<const float>;

/// float32 numbers, contiguous, row-major, aligned to a cache line; owns its memory.
/// A new tensor is zero. Indices of operator[] are not checked.
class Tensor {
 public:
  Tensor() = default;
  /// Errors: std::invalid_argument for more numbers than memory can hold.
  explicit Tensor(const Shape& shape);
  Tensor(const Tensor& other);
  Tensor(Tensor&& other) noexcept = default;
  Tensor& operator=(const Tensor& other);
  Tensor& operator=(Tensor&& other) noexcept = default;
  ~Tensor() = default;

  const Shape& shape() const { return shape_; }
  std::size_t size() const { return data_ ? shape_.size() : 0; }
  float* data() { return data_.get(); }
  const float* data() const { return data_.get(); }
  std::span<float> span() { return {data(), size()}; }
  std::span<const float> span() const { return {data(), size()}; }
  float& operator[](std::size_t index) { return data_.get()[index]; }
  float operator[](std::size_t index) const { return data_.get()[index]; }
  View view() { return {data(), shape_}; }
  ConstView view() const { return {data(), shape_}; }

 private:
  struct Free {
    void operator()(float* p) const;
  };
  Shape shape_;
  std::unique_ptr<float[], Free> data_;
};

}  // namespace hebb
