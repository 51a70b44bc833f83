#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

/// What the dictionary of an NPY header says.
struct NpyHeader {
  std::string descr;  ///< the type, as "<f8"; empty: records of several types
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;
};

/// A rule broken at a byte of the header's text.
struct NpyFault {
  std::size_t offset;
  std::string rule;
};

/// Reads {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }: strings, truth values and
/// tuples of whole numbers, and nothing else of Python. Errors: NpyFault.
NpyHeader parse_npy_header(std::string_view text);

}  // namespace hebb
