#include "fuzz/targets.h"

namespace hebb::fuzz {

const std::vector<FuzzTarget>& targets() {
  static const std::vector<FuzzTarget> all = {
      {"csv", fuzz_csv},         {"idx", fuzz_idx},
      {"gzip", fuzz_gzip},       {"safetensors", fuzz_safetensors},
      {"model", fuzz_model},     {"checkpoint", fuzz_checkpoint},
      {"network", fuzz_network}, {"config", fuzz_config},
      {"flags", fuzz_flags},     {"libsvm", fuzz_libsvm},
      {"npz", fuzz_npz},         {"image", fuzz_image},
      {"format", fuzz_format},   {"sequences", fuzz_sequences},
      {"api", fuzz_api},
  };
  return all;
}

}  // namespace hebb::fuzz
