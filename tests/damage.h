#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

#include "scratch.h"

namespace hebb::test {

/// Calls `damaged(what was done)` for the file with each of its bits flipped in turn, then for the
/// file cut at each of its bytes, from its end. In place, since new files cost more than reading.
inline void for_each_damage(const std::string& path,
                            const std::function<void(const std::string&)>& damaged) {
  const std::string good = read_text(path);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    const auto put = [&](std::size_t i, int byte) {
      file.seekp(static_cast<std::streamoff>(i)).put(static_cast<char>(byte)).flush();
    };
    for (std::size_t i = 0; i < good.size(); ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        put(i, good[i] ^ (1 << bit));
        damaged("byte " + std::to_string(i) + ", bit " + std::to_string(bit));
      }
      put(i, good[i]);
    }
  }
  for (std::size_t size = good.size(); size-- > 0;) {
    std::filesystem::resize_file(path, size);
    damaged("cut at byte " + std::to_string(size));
  }
}

}  // namespace hebb::test
