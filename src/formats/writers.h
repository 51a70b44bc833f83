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

/// What write_csv(), write_libsvm() and write_npz() put into the file. Errors: as there.
std::string csv_text(const Dataset& data);
std::string libsvm_text(const Dataset& data);
std::string npz_bytes(const Dataset& data);

/// A file for an archive: its bytes are `head` and `body` in a row. `body` is not owned.
struct ZipFile {
  std::string name;
  std::string head;
  std::span<const std::uint8_t> body = {};
};

/// A ZIP archive of these, deflated: the same bytes each time.
/// Errors: std::runtime_error if it cannot be made.
std::string make_zip(const std::vector<ZipFile>& files);

/// The header of an NPY file, version 1; `descr` as "<f8".
std::string npy_header(const std::string& descr, const std::vector<std::size_t>& shape);

/// An NPY file of texts, which are UTF-8 and hold no NUL.
std::string npy_of_texts(const std::vector<std::string>& texts);

/// Throws std::invalid_argument naming the first value of the table for which `is_bad` holds.
template <class IsBad>
void check_no_value(const Dataset& data, const char* where, const IsBad& is_bad, const char* rule) {
  const auto& values = data.table().values;
  const auto found = std::ranges::find_if(values, is_bad);
  if (found == values.end()) return;
  const auto at = static_cast<std::size_t>(found - values.begin());
  check(false, where,
        data.place(at / data.features(), data.table().columns[at % data.features()].name), rule);
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
  check(false, where, data.place(at / target.outputs(), target.names[at % target.outputs()]),
        "the target is missing or infinite");
}

}  // namespace hebb
