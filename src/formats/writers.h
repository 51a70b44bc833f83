#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/data/dataset.h"

namespace hebb {

/// The contents that write_csv(), write_libsvm() and write_npz() write. Errors: as there.
std::string csv_text(const Dataset& data);
std::string libsvm_text(const Dataset& data);
std::string npz_bytes(const Dataset& data);

/// A file for an archive, whose bytes are `head` followed by `body`. `body` is not owned.
struct ZipFile {
  std::string name;
  std::string head;
  std::span<const std::uint8_t> body = {};
};

/// A ZIP archive of these files, deflated. The same files give the same bytes.
/// Errors: std::runtime_error if it cannot be created.
std::string make_zip(const std::vector<ZipFile>& files);

/// The header of an NPY file, version 1; `descr` is a type such as "<f8".
std::string npy_header(const std::string& descr, const std::vector<std::size_t>& shape);

/// An NPY file of texts, which must be UTF-8 without NUL.
std::string npy_of_texts(const std::vector<std::string>& texts);

/// Throws std::invalid_argument naming the first value of the table, or of the sequences' steps, for
/// which `is_bad` holds.
template <class IsBad>
void check_no_value(const Dataset& data, const char* where, const IsBad& is_bad, const char* rule) {
  const std::size_t width = data.columns().size();
  for (std::size_t i = 0; i < data.samples() && width > 0; ++i) {
    const auto values =
        data.is_sequences() ? data.sequences().steps(i) : std::span(data.table().row(i), width);
    const auto bad = std::ranges::find_if(values, is_bad);
    if (bad == values.end()) continue;
    const auto at = static_cast<std::size_t>(bad - values.begin());
    check(false, where, data.place(i, data.columns()[at % width].name), rule);
  }
}

inline void check_no_infinity(const Dataset& data, const char* where) {
  check_no_value(
      data, where, [](double v) { return std::isinf(v); }, "the value is infinite");
}

inline void check_finite_target(const Dataset& data, const char* where) {
  const auto& target = data.target();
  const auto bad = std::ranges::find_if(target.values, [](double v) { return !std::isfinite(v); });
  if (bad == target.values.end()) return;
  const auto at = static_cast<std::size_t>(bad - target.values.begin());
  const std::size_t row = at / target.outputs();
  const auto& offsets = target.offsets;  // of a target with one row per step
  const auto sample =
      offsets.empty()
          ? row
          : static_cast<std::size_t>(std::ranges::upper_bound(offsets, row) - offsets.begin()) - 1;
  check(false, where, data.place(sample, target.names[at % target.outputs()]),
        "the target is missing or infinite");
}

}  // namespace hebb
