#pragma once

#include <vector>

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
#endif
  return all;
}

}  // namespace hebb::test
