// The container by itself, as it is and with checksums that hold. What is read and written again
// must be read the same.
#include <algorithm>

#include "fuzz/checksums.h"
#include "fuzz/memory_file.h"
#include "fuzz/targets.h"
#include "hebb/core/error.h"
#include "io/safetensors.h"
#include "scratch.h"

namespace hebb::fuzz {
namespace {

void read_and_write(std::string_view bytes) {
  static const test::Scratch scratch;
  const MemoryFile file(bytes);
  refused_naming<ModelError>(file.path(), [&] {
    const SafetensorsFile read(file.path());
    std::size_t size = 0;
    for (const auto& tensor : read.tensors()) size += tensor.bytes.size();
    promise(size <= bytes.size(), "more bytes than the file has");
    write_safetensors(scratch / "again", read.metadata(), read.tensors());
    const SafetensorsFile again(scratch / "again");
    promise(again.metadata() == read.metadata(), "other metadata when read again");
    promise(again.tensors().size() == read.tensors().size(), "other tensors when read again");
    for (const auto& tensor : read.tensors()) {
      const StoredTensor& other = again.tensor(tensor.name, tensor.dtype);
      promise(other.shape == tensor.shape && std::ranges::equal(other.bytes, tensor.bytes),
              "another tensor when read again");
    }
  });
}

}  // namespace

void fuzz_safetensors(std::string_view input) {
  read_and_write(input);
  read_and_write(with_checksums(input));
}

}  // namespace hebb::fuzz
