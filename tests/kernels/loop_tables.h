#pragma once

#include <cstdint>
#include <vector>

#include "hebb/core/random.h"
#include "kernels/loops.h"

namespace hebb::test {

/// Our hot loops for every instruction set that this machine has.
inline std::vector<const kernels::Loops*> loop_tables() {
  std::vector<const kernels::Loops*> all = {&kernels::generic::table};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    all.push_back(&kernels::avx2::table);
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq"))
    all.push_back(&kernels::avx512::table);
  if (__builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512vnni"))
    all.push_back(&kernels::avx512bf16::table);
#endif
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
