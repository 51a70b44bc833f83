// One program for each target: libFuzzer calls this.
#include <cstddef>
#include <cstdint>

#include "fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hebb::fuzz::HEBB_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
