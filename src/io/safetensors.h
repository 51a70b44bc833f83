#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace hebb {

class MappedFile;
class SafetensorsFile;

/// One array of a container: its type ("F32", "F64", "U8", "I64", "U32"), shape and bytes
/// (little-endian, row-major).
struct StoredTensor {
  std::string name;
  std::string dtype;
  std::vector<std::uint64_t> shape;
  std::span<const std::uint8_t> bytes;
};

/// Writes a safetensors file: 8 bytes of header length, a JSON header, then the tensors without
/// gaps. The header is compact with sorted keys, and padded with blanks so that the tensors begin
/// at a multiple of 8. Tensors are ordered by the width of their type, widest first, and otherwise
/// as given, so that each is aligned. `metadata` is stored as text in "__metadata__", together with
/// "hebb.checksums" (JSON text: name to CRC-32 of the tensor's bytes) and "hebb.header_checksum"
/// (CRC-32 of the length and the header with that checksum's digits set to 0), each checksum as 8
/// hexadecimal digits. The checksums cover every byte of the file. The same content gives the same
/// bytes. The file is written by replace_file(), `synced` or not, and read back before it replaces
/// another: it must be a SafetensorsFile, for which `check` does not throw.
/// Source: the safetensors format, huggingface/safetensors, README.
/// Errors: std::runtime_error as replace_file(); std::invalid_argument naming the tensor or key: an
///         unknown type, bytes that do not fit the shape, a name given twice or reserved, text that
///         is not UTF-8, a header over 100 MB; std::runtime_error naming file and cause if it cannot
///         be read back, which includes a ModelError of `check`.
void write_safetensors(const std::string& path, const std::map<std::string, std::string>& metadata,
                       std::span<const StoredTensor> tensors,
                       const std::function<void(const SafetensorsFile& written)>& check = {},
                       bool synced = true);

/// A safetensors file, read and checked completely: it follows the format's rules and has hebb's
/// checksums.
class SafetensorsFile {
 public:
  /// Errors: std::runtime_error if the file cannot be read; ModelError naming file, place and rule:
  ///         a header over 100 MB or beyond the file, not JSON, nested too deep, duplicate key,
  ///         unknown type or key, shape times type against span, overflow, misaligned, overlap,
  ///         hole, cut short, trailing bytes, no checksums, checksum (names the tensor or
  ///         "header").
  explicit SafetensorsFile(const std::string& path);
  /// As above, from the bytes of a file, which must outlive the object.
  SafetensorsFile(std::string path, std::span<const std::uint8_t> bytes);

  const std::string& path() const { return path_; }
  /// The metadata as given to write_safetensors().
  const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// The tensors in the order of their bytes, each aligned for its type.
  const std::vector<StoredTensor>& tensors() const { return tensors_; }
  /// Errors: ModelError if there is none of this name or it has another type.
  const StoredTensor& tensor(const std::string& name, const std::string& dtype) const;

 private:
  SafetensorsFile(const std::string& path, const std::shared_ptr<const MappedFile>& file);

  std::string path_;
  std::shared_ptr<const void> bytes_;  // what the tensors' spans point into
  std::map<std::string, std::string> metadata_;
  std::vector<StoredTensor> tensors_;
};

}  // namespace hebb
