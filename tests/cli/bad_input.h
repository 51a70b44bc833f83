#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/run.h"

namespace hebb::test {

/// One bad input, or one that only looks bad, and what the program makes of it.
struct BadInput {
  std::string name;
  std::vector<std::string> command;
  int code;
  std::vector<std::string> says;  ///< on either stream
  std::function<void(const Folder&)> make = [](const Folder&) {};
  Surroundings around = {};
  std::vector<std::string> never = {};  ///< said on neither
};

inline std::ostream& operator<<(std::ostream& out, const BadInput& bad) { return out << bad.name; }

inline void expect_outcome(const BadInput& bad) {
  const Folder folder;
  bad.make(folder);
  const Result result = run(folder, bad.command, bad.around);
  const std::string all = result.err + result.out;
  EXPECT_EQ(result.code, bad.code) << all;
  for (const auto& part : bad.says) EXPECT_TRUE(contains(all, part)) << part << "\nin\n" << all;
  for (const auto& part : bad.never) EXPECT_FALSE(contains(all, part)) << part << "\nin\n" << all;
}

inline std::string name_of(const testing::TestParamInfo<BadInput>& info) { return info.param.name; }

}  // namespace hebb::test
