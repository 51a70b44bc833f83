#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hebb {

/// The contents of the dictionary in an NPY header.
struct NpyHeader {
  std::string descr;  ///< the type, such as "<f8"; empty: records of several types
  bool fortran_order = false;
  std::vector<std::uint64_t> shape;
};

/// A violation of a rule at a byte of the header's text.
struct NpyFault {
  std::size_t offset;
  std::string rule;
};

/// Reads {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }: strings, booleans and tuples
/// of integers, and nothing else of Python. Errors: NpyFault.
NpyHeader parse_npy_header(std::string_view text);

}  // namespace hebb
