#pragma once

#include <string>

#include "io/descriptor.h"

namespace hebb::io {

/// A new file beside the one that it is to replace; removed at the end unless it took its place.
/// Making one also removes those that writers which were killed have left in the folder.
class Temporary {
 public:
  /// Errors: std::runtime_error naming `target`, step and cause.
  Temporary(std::string target, unsigned mode);
  ~Temporary();
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  int fd() const { return file_.get(); }
  /// Brings the bytes to the disk and the file to its place. Errors: as sync_and_rename().
  void take_place();

 private:
  bool is_held();

  std::string target_, path_;
  Descriptor file_{-1};
  Descriptor lock_{-1};  // the same open file: its lock outlives the closing of file_
};

}  // namespace hebb::io
