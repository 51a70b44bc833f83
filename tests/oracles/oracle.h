#pragma once

#include <cstdint>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace hebb::test {

/// What an independent implementation computed: tests/oracles/<name>.json, written by <name>.py. The
/// result is kept, so that a loop over a part of it reads nothing that is gone.
inline const nlohmann::json& oracle(const std::string& name) {
  static std::map<std::string, nlohmann::json> read;
  if (const auto found = read.find(name); found != read.end()) return found->second;
  const std::string path = std::string(HEBB_SOURCE_DIR) + "/tests/oracles/" + name + ".json";
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  return read.emplace(name, nlohmann::json::parse(in)).first->second;
}

/// Numbers in (-1, 1) that the scripts make alike, so that no file has to hold them: uniform() in
/// tests/oracles/common.py says how.
inline std::vector<float> uniform(std::uint64_t seed, std::size_t count) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t z = ((seed << 32) + i + 1) * 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    z ^= z >> 31;
    values[i] = (2.0F * static_cast<float>(z >> 54) + 1) / 1024 - 1;
  }
  return values;
}

}  // namespace hebb::test
