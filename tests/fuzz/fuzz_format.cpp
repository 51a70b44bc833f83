// The first line names a format of the catalogue, the rest is the file. Formats that have a target of
// their own are left to it. What was read and can be written must be read as the same data.
#include <algorithm>

#include "fuzz/targets.h"
#include "hebb/core/error.h"
#include "hebb/formats/catalogue.h"

namespace hebb::fuzz {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

void fuzz_format(std::string_view input) {
  const auto end = std::min(input.find('\n'), input.size());
  const std::string name(input.substr(0, end));
  const auto row = std::ranges::find(format_catalogue(), name, &FormatRow::name);
  if (row == format_catalogue().end() ||
      std::ranges::any_of(targets(), [&](const FuzzTarget& one) { return one.name == name; }))
    return;
  const DataOptions options{.file_format = name};
  const auto text = input.substr(std::min(end + 1, input.size()));
  const DataFile file("f.data", bytes_of(text));
  for (const FormatRow& one : format_catalogue())
    if (one.looks_like) (void)one.looks_like(file);
  Dataset data;
  if (refused_naming<DataError>("f.data",
                                [&] { data = read_file(file, options, TargetUse::optional); }))
    return;
  promise(data.samples() > 0 && data.features() > 0, "data without samples or features");
  std::string written;
  if (!row->write || refused<std::invalid_argument>([&] { written = row->write(data); })) return;
  const auto use = data.has_target() ? TargetUse::required : TargetUse::none;
  const auto again = read_file(DataFile("f.data", bytes_of(written)), options, use);
  promise(again.hash() == data.hash(), "other data than was written");
}

}  // namespace hebb::fuzz
