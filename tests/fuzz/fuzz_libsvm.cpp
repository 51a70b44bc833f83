// The first byte says what is made of the labels, the rest is the text. What was read is written
// and must be read as the same data.
#include "formats/libsvm.h"

#include "formats/writers.h"
#include "fuzz/targets.h"
#include "hebb/core/error.h"

namespace hebb::fuzz {

void fuzz_libsvm(std::string_view input) {
  if (input.empty()) return;
  constexpr std::uint64_t kMostValues = std::uint64_t{1} << 16;
  const auto text = input.substr(1);
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  looks_like_libsvm(DataFile("f.svm", bytes));
  const auto use = static_cast<TargetUse>(static_cast<unsigned char>(input.front()) % 3U);
  Dataset data;
  const auto read = [&] { data = parse_libsvm(text, "f.svm", use, kMostValues); };
  if (refused_naming<DataError>("f.svm", read)) return;
  promise(data.samples() > 0 && data.features() > 0, "a table without samples or features");
  promise(data.table().values().size() <= kMostValues, "more than the limit");
  if (!data.has_target()) return;
  const auto again = parse_libsvm(libsvm_text(data), "f.svm", use);
  promise(again.hash() == data.hash(), "other data than was written");
  promise(again.target().spelling == data.target().spelling, "labels spelt otherwise");
  refused<DataError>([&] { data.with_classes(); });
}

}  // namespace hebb::fuzz
