#include "kernels/dispatch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "hebb/kernels/processor.h"
#include "kernels/loops.h"

namespace hebb {
namespace {

TEST(InstructionSets, TheFastestThatRunsHereIsTaken) {
  const auto names = instruction_sets();
  ASSERT_FALSE(names.empty());
  EXPECT_EQ(names.front(), "generic");
  const char* wanted = std::getenv("HEBB_ISA");
  EXPECT_EQ(instruction_set(), wanted && *wanted ? wanted : names.back());
  EXPECT_EQ(&kernels::loops(), kernels::instruction_set_in_use().loops);
}

TEST(InstructionSets, HaveTableAndNameEach) {
  for (const auto& set : kernels::all_instruction_sets()) {
    EXPECT_NE(set.loops, nullptr) << set.name;
    EXPECT_EQ(std::ranges::count(instruction_sets(), set.name), set.runs_here() ? 1 : 0);
  }
}

TEST(InstructionSets, AreAmongTheProcessorsFeatures) {
  const auto names = instruction_sets(), features = processor_features();
  const auto has = [](const auto& list, const char* name) {
    return std::ranges::count(list, name) > 0;
  };
  EXPECT_LE(has(names, "avx2"), has(features, "AVX2"));
  EXPECT_LE(has(names, "avx512"), has(features, "AVX-512"));
  EXPECT_LE(has(names, "avx512bf16"), has(features, "BF16"));
}

}  // namespace
}  // namespace hebb
