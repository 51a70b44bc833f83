#pragma once

#include <span>

/// The choice between the builds of the hot loops. The public interface is
/// hebb/kernels/processor.h.
namespace hebb::kernels {

struct Loops;

/// One build of the hot loops.
struct InstructionSet {
  const char* name;
  const Loops* loops;
  bool (*runs_here)();  ///< whether processor and system have all its instructions
  int product_limit;    ///< the same set as oneDNN's dnnl_cpu_isa_t
};

/// All builds in this program, from the most general to the fastest.
std::span<const InstructionSet> all_instruction_sets();

/// The one in use: the fastest that runs here, or the one that HEBB_ISA names.
/// Errors: std::invalid_argument if HEBB_ISA names an unknown one, or one that this machine does
/// not run.
const InstructionSet& instruction_set_in_use();

/// Restricts oneDNN's products to HEBB_ISA, if it is set. Must be called before the first product.
void limit_products();

}  // namespace hebb::kernels
