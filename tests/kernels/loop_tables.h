#pragma once

#include <cstdint>
#include <vector>

#include "hebb/core/random.h"
#include "kernels/dispatch.h"
#include "kernels/loops.h"

namespace hebb::test {

/// Our hot loops for every instruction set that this machine runs.
inline std::vector<const kernels::Loops*> loop_tables() {
  std::vector<const kernels::Loops*> all;
  for (const kernels::InstructionSet& set : kernels::all_instruction_sets())
    if (set.runs_here()) all.push_back(set.loops);
  return all;
}

/// Standard normal numbers, others for each stream.
inline std::vector<float> random_floats(std::size_t count, std::uint32_t stream) {
  std::vector<float> values;
  const Random random(5, Purpose::data);
  for (std::uint32_t i = 0; i < count; ++i)
    values.push_back(static_cast<float>(random.normal(stream, i)));
  return values;
}

}  // namespace hebb::test
