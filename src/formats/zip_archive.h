#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "formats/npy.h"

namespace hebb {

/// The NPY arrays of an NPZ file, which is a ZIP archive, by their names without ".npy". The sizes
/// in the archive are checked against its bytes. An array is unpacked only when it is read.
class ZipArchive {
 public:
  /// `bytes` must outlive it. Errors: DataError naming `name`: not an archive, truncated, or
  /// entries that are encrypted, compressed other than by deflate, have an absolute name or one
  /// that leads out of the folder (..), share a name, or are larger than their bytes can contain.
  ZipArchive(std::span<const std::uint8_t> bytes, std::string name);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  const std::string& name() const { return name_; }
  /// The names of the arrays in the order of the archive.
  const std::vector<std::string>& arrays() const { return arrays_; }
  bool has(const std::string& array) const;
  /// The archive must outlive it. Errors: DataError naming archive and entry, while it is read too.
  NpyArray open(const std::string& array) const;

 private:
  struct Handle;
  struct Entry {
    std::uint64_t index, size;
  };
  void add_entry(std::uint64_t index);

  std::unique_ptr<Handle> handle_;
  std::string name_;
  std::vector<std::string> arrays_;
  std::vector<Entry> entries_;  // of the arrays
};

}  // namespace hebb
