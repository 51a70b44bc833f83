#include "kernels/dispatch.h"

#include <dnnl.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#if defined(HEBB_X86)
#include <cpuid.h>
#endif

#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/kernels/processor.h"
#include "kernels/loops.h"

namespace hebb {
namespace kernels {
namespace {

#if defined(HEBB_X86)

bool has_avx2() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi2");
}
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512cd");
}
bool has_avx512bf16() {
  return has_avx512() && __builtin_cpu_supports("avx512bf16") &&
         __builtin_cpu_supports("avx512vnni");
}

bool has_amx() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kTiles = 1U << 24;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kTiles) != 0;
}

constexpr InstructionSet kSets[] = {
    {"generic", &generic::table, [] { return true; }, dnnl_cpu_isa_sse41},
    {"avx2", &avx2::table, has_avx2, dnnl_cpu_isa_avx2},
    {"avx512", &avx512::table, has_avx512, dnnl_cpu_isa_avx512_core},
    {"avx512bf16", &avx512bf16::table, has_avx512bf16, dnnl_cpu_isa_avx512_core_bf16}};

#else

constexpr InstructionSet kSets[] = {
    {"generic", &generic::table, [] { return true; }, dnnl_cpu_isa_all}};

#endif

// Null if HEBB_ISA is unset or empty.
const char* wanted_isa() {
  const char* name = std::getenv("HEBB_ISA");
  return name && *name ? name : nullptr;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

const InstructionSet& choose() {
  const char* name = wanted_isa();
  const InstructionSet* chosen = nullptr;
  for (const InstructionSet& set : kSets)
    if (set.runs_here() && (!name || std::string_view(set.name) == name)) chosen = &set;
  check(chosen != nullptr, "HEBB_ISA", "this machine does not run '", name ? name : "",
        "'; it runs ", listed(hebb::instruction_sets()));
  return *chosen;
}

}  // namespace

std::span<const InstructionSet> all_instruction_sets() { return kSets; }

const InstructionSet& instruction_set_in_use() {
  static const InstructionSet& chosen = choose();
  return chosen;
}

const Loops& loops() {
  static const Loops& table = *instruction_set_in_use().loops;
  return table;
}

void limit_products() {
#if defined(HEBB_X86)
  if (!wanted_isa()) return;
  const auto limit = static_cast<dnnl_cpu_isa_t>(instruction_set_in_use().product_limit);
  if (dnnl_set_max_cpu_isa(limit) != dnnl_success)
    warn("HEBB_ISA does not limit oneDNN, which this process has used before");
#endif
}

}  // namespace kernels

std::string instruction_set() { return kernels::instruction_set_in_use().name; }

std::vector<std::string> instruction_sets() {
  std::vector<std::string> names;
  for (const auto& set : kernels::all_instruction_sets())
    if (set.runs_here()) names.emplace_back(set.name);
  return names;
}

std::vector<std::string> processor_features() {
  std::vector<std::string> found;
#if defined(HEBB_X86)
  const auto add = [&](bool has, const char* name) {
    if (has) found.emplace_back(name);
  };
  add(__builtin_cpu_supports("sse4.2"), "SSE4.2");
  add(__builtin_cpu_supports("avx2"), "AVX2");
  add(__builtin_cpu_supports("fma"), "FMA");
  add(__builtin_cpu_supports("avx512f"), "AVX-512");
  add(__builtin_cpu_supports("avx512vnni"), "VNNI");
  add(__builtin_cpu_supports("avx512bf16"), "BF16");
  add(kernels::has_amx(), "AMX");
#elif defined(__aarch64__)
  found.emplace_back("NEON");
#endif
  return found;
}

}  // namespace hebb
