#pragma once

#include <string>
#include <vector>

namespace hebb {

/// The instruction set whose kernels (matrix products, convolutions, activations, updates) this
/// process runs: "generic", "avx2", "avx512" or "avx512bf16". It is the fastest that the processor
/// has, unless the environment variable HEBB_ISA names another. It is chosen at the first use and
/// does not change. HEBB_ISA limits oneDNN's products as well, unless the process has used oneDNN
/// before. Results differ between sets by rounding.
/// Errors: std::invalid_argument if HEBB_ISA names an unknown set or one that this machine does not
/// run; the message lists those that it runs.
std::string instruction_set();

/// The instruction sets that this machine runs, from the most general to the fastest.
std::vector<std::string> instruction_sets();

/// Vector instructions that the processor offers, whether kernels use them or not: "AVX2", "FMA",
/// "AVX-512", "VNNI", "BF16", "AMX", "NEON".
std::vector<std::string> processor_features();

}  // namespace hebb
