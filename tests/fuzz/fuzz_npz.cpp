// The input as an archive or an array; and, since behind checksums a fuzzer would see nothing else,
// cut at each END into the arrays of an archive that is whole. What was read is written and must be
// read as the same data.
#include <algorithm>

#include "formats/npz.h"

#include "formats/writers.h"
#include "fuzz/targets.h"
#include "hebb/core/error.h"

namespace hebb::fuzz {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 25;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void read_and_write(std::span<const std::uint8_t> bytes) {
  Dataset data;
  const auto error = refused_naming<DataError>(
      "f.npz", [&] { data = parse_npz(bytes, "f.npz", TargetUse::optional, kMostBytes); });
  if (error) return;
  promise(data.samples() > 0 && data.features() > 0, "data without samples or features");
  std::string written;
  // A name that occurs twice can be read, but not written.
  if (refused<std::invalid_argument>([&] { written = npz_bytes(data); })) return;
  const auto use = data.has_target() ? TargetUse::required : TargetUse::none;
  const auto again = parse_npz(bytes_of(written), "f.npz", use);
  promise(again.hash() == data.hash() && again.test_begin() == data.test_begin(),
          "other data than was written");
}

}  // namespace

void fuzz_npz(std::string_view input) {
  read_and_write(bytes_of(input));
  std::vector<ZipFile> files;
  for (const char* name : {"X.npy", "y.npy", "classes.npy", "w.npy"}) {
    const auto end = std::min(input.find("END"), input.size());
    if (end > 0 || files.empty())
      files.push_back({.name = name, .head = std::string(input.substr(0, end))});
    input.remove_prefix(std::min(end + 3, input.size()));
  }
  const auto archive = make_zip(files);
  read_and_write(bytes_of(archive));
}

}  // namespace hebb::fuzz
