#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hebb {

/// One array of a container: its type ("F32", "F64", "U8", "I64", "U32"), shape and bytes (little-endian, row-major).
struct StoredTensor {
  std::string name;
  std::string dtype;
  std::vector<std::uint64_t> shape;
  std::span<const std::uint8_t> bytes;
};

/// Writes a safetensors file: 8 bytes of header length, a JSON header, then the tensors without gap.
/// `metadata` goes into "__metadata__" as text; beside it stand "hebb.checksums" (CRC-32 of every
/// tensor) and "hebb.header_checksum" (CRC-32 of the length and the header with that checksum's digits
/// set to 0), so that every byte of the file is under a checksum. The same content gives the same
/// bytes. Written by replace_file().
/// Source: the safetensors format, huggingface/safetensors, README.
/// Errors: std::runtime_error as replace_file().
void write_safetensors(const std::string& path, const std::map<std::string, std::string>& metadata,
                       std::span<const StoredTensor> tensors);

/// A container read and checked as a whole.
class SafetensorsFile {
 public:
  /// Errors: std::runtime_error if the file cannot be read; ModelError naming file, place and rule: a
  /// header beyond the file, not JSON, duplicate key, overlap, hole, shape times type against span,
  /// overflow, unknown type, checksum (names the tensor or "header"), cut short, trailing bytes.
  explicit SafetensorsFile(const std::string& path);

  const std::string& path() const { return path_; }
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// In the order of their bytes.
  const std::vector<StoredTensor>& tensors() const { return tensors_; }
  /// Errors: ModelError if there is none of this name or it has another type.
  const StoredTensor& tensor(const std::string& name, const std::string& dtype) const;

 private:
  std::string path_;
  std::shared_ptr<const void> bytes_;  // what the tensors' spans point into
  std::map<std::string, std::string> metadata_;
  std::vector<StoredTensor> tensors_;
};

}  // namespace hebb
