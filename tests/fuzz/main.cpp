// libFuzzer calls this. The program's own name says which target it is for: fuzz_csv.
#include <sys/resource.h>

#include <cstdint>
#include <filesystem>
#include <iostream>

#include "fuzz/targets.h"

namespace {

void (*run)(std::string_view input) = nullptr;

// Sizes that a file names are compared with the memory of the process. That of a machine would let
// an input take longer, and more, than a run may.
void limit_memory() {
  rlimit limit{};
  ::getrlimit(RLIMIT_RSS, &limit);
  limit.rlim_cur = rlim_t{256} << 20U;
  ::setrlimit(RLIMIT_RSS, &limit);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(const int* /*argc*/, char*** argv) {
  limit_memory();
  const std::string program = std::filesystem::path(**argv).filename();
  for (const auto& target : hebb::fuzz::targets())
    if (program == std::string("fuzz_") + target.name) run = target.run;
  if (!run) std::cerr << "there is no target " << program << '\n';
  return run ? 0 : 1;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  run({reinterpret_cast<const char*>(data), size});
  return 0;
}
