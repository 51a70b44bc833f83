#pragma once

#include <string>

#include "io/descriptor.h"

namespace hebb::io {

/// A temporary file beside the file that it will replace. The destructor removes it unless
/// take_place() succeeded. The constructor also removes temporary files that killed writers left in
/// the folder.
class Temporary {
 public:
  /// Errors: std::runtime_error naming `target`, step and cause.
  Temporary(std::string target, unsigned mode);
  ~Temporary();
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  int fd() const { return file_.get(); }
  /// Writes the bytes to the disk and renames the file to its target. Errors: as sync_and_rename().
  void take_place();

 private:
  bool is_held();

  std::string target_, path_;
  Descriptor file_{-1};
  Descriptor lock_{-1};  // the same open file: its lock outlives the closing of file_
};

}  // namespace hebb::io
