// libFuzzer calls this for a new input of the targets that read containers.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "fuzz/changes.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

// Bytes are changed as usual now and then, and where nothing else fits.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  constexpr unsigned kSeldom = 16;
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  if (seed % kSeldom == 0) return LLVMFuzzerMutate(data, size, most);
  const std::string changed = hebb::fuzz::changed_container(file, seed);
  if (changed.size() > most || changed == file) return LLVMFuzzerMutate(data, size, most);
  std::ranges::copy(changed, data);
  return changed.size();
}
