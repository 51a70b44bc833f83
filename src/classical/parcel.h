#pragma once

#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace hebb::classical {

/// Lists of numbers as bytes, in which they come from a process of its own.
class Parcel {
 public:
  Parcel() = default;
  explicit Parcel(std::string bytes) : bytes_(std::move(bytes)) {}

  template <class Number>
  void put(std::span<const Number> values) {
    static_assert(std::is_trivially_copyable_v<Number>);
    const std::size_t count = values.size();
    append(&count, sizeof count);
    append(values.data(), values.size_bytes());
  }
  /// The lists in the order in which they were put.
  template <class Number>
  std::vector<Number> take() {
    std::size_t count = 0;
    copy(&count, sizeof count);
    std::vector<Number> values(count);
    copy(values.data(), count * sizeof(Number));
    return values;
  }
  std::string bytes() && { return std::move(bytes_); }

 private:
  void append(const void* from, std::size_t size) {
    if (size > 0) bytes_.append(static_cast<const char*>(from), size);
  }
  void copy(void* to, std::size_t size) {
    if (size > 0) std::memcpy(to, bytes_.data() + at_, size);
    at_ += size;
  }

  std::string bytes_;
  std::size_t at_ = 0;
};

}  // namespace hebb::classical
