#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "formats/npy.h"

namespace hebb {

/// The NPY arrays of an NPZ file, that is a ZIP archive, by their names without ".npy". What it
/// says of their sizes is held against the bytes there are; nothing is unpacked before it is asked
/// for.
class ZipArchive {
 public:
  /// `bytes` must outlive it. Errors: DataError naming `name`: no archive, cut short, entries that
  /// are encrypted, packed by other than deflate, absolute or lead out of the folder (..), two of
  /// one name, or larger than their bytes can hold.
  ZipArchive(std::span<const std::uint8_t> bytes, std::string name);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  const std::string& name() const { return name_; }
  /// In the order of the archive.
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
