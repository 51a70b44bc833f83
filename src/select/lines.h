#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hebb {

/// Cuts what is read from a pipe into lines.
class Lines {
 public:
  /// The lines that these bytes complete, without their ends.
  std::vector<std::string> add(std::span<const std::uint8_t> bytes) {
    std::vector<std::string> lines;
    for (const std::uint8_t byte : bytes) {
      if (byte == '\n') {
        lines.push_back(std::move(begun_));
        begun_.clear();
      } else {
        begun_ += static_cast<char>(byte);
      }
    }
    return lines;
  }
  /// Of the line that is not complete.
  std::size_t begun() const { return begun_.size(); }

 private:
  std::string begun_;
};

}  // namespace hebb
