#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace hebb::test {

/// What an independent implementation computed: tests/oracles/<name>.json, written by <name>.py.
inline nlohmann::json oracle(const std::string& name) {
  const std::string path = std::string(HEBB_SOURCE_DIR) + "/tests/oracles/" + name + ".json";
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path);
  return nlohmann::json::parse(in);
}

}  // namespace hebb::test
