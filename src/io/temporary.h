#pragma once

#include <atomic>
#include <string>

#include "io/descriptor.h"

namespace hebb::io {

/// A temporary file beside the file that it will replace. The destructor removes it unless
/// take_place() succeeded. The constructor also removes temporary files that killed writers left in
/// the folder: of writers on this machine at once, of others when they have not been written to for
/// a day.
class Temporary {
 public:
  /// Errors: std::runtime_error naming `target`, step and cause.
  Temporary(std::string target, unsigned mode);
  ~Temporary();
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  int fd() const { return file_.get(); }
  const std::string& path() const { return path_; }
  const std::string& target() const { return target_; }

  /// Writes the bytes to the disk. Errors: as sync_and_close().
  void complete() { sync_and_close(std::move(file_), target_); }
  /// Renames the file to its target. Errors: as rename_file().
  void take_place();
  /// As take_place(), but put_back() can undo it while the object exists.
  void take_place_for_now();
  /// Restores what was at the target before take_place_for_now(), on file systems with hard links.
  void put_back() noexcept;

 private:
  bool is_held();
  void unlist() noexcept;

  std::string target_, path_;
  Descriptor file_{-1};
  Descriptor lock_{-1};  // the same open file: its lock outlives the closing of file_
  std::string old_;      // a second name of the old file
  bool is_new_ = false;  // there was none
  // Its place in the list of files that remove_temporary_files() removes; nullptr: in none.
  std::atomic<const char*>* listed_ = nullptr;
};

}  // namespace hebb::io
