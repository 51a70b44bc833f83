#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "options.h"

namespace hebb::app {

/// Whether the option names a file or a folder that a run writes.
bool is_output(std::string_view option);

/// The paths that a run reads and writes, each with the option or the argument that names it. A verb
/// that writes files lists its paths here and checks them before it starts.
class RunPaths {
 public:
  /// Begins with the configuration file that the options were read from, if there is one.
  explicit RunPaths(const Settings& settings);

  /// A file that is read. `given_by` is the name of an option or of an argument.
  void reads(const std::string& path, const std::string& given_by);
  /// DATA: a file, with the labels beside it if it is an IDX file; a folder of images; "-"; or the
  /// name of a set, which is no path.
  void reads_data(const std::string& data, const std::string& given_by);
  /// The model from which training starts. `output` may replace it: that continues its training.
  void reads_start(const std::string& model, const std::string& given_by,
                   const std::string& output);
  /// A file that is written. is_output() must know the option.
  void writes(const std::string& path, const std::string& option);
  /// The folder of a checkpoint, which may be created, and the file in it. check() does not check
  /// whether it can be written.
  void writes_checkpoint(const std::string& dir, const std::string& option);

  /// Checks that no file is written twice, or both read and written, and that every file can be
  /// written. Paths are compared with links and ".." followed; two names that differ in case only are
  /// one if they are one to the file system. Pipes and devices are not compared.
  /// Errors: std::invalid_argument with both options; as check_writable().
  void check() const;

 private:
  enum class Use { read, folder, write, in_folder };  // the later one is reported
  struct Entry {
    std::string path, given_by;
    Use use = Use::read;
    std::string replaced_by = {};  ///< the option whose file may replace this one
    std::string real = {};         ///< absolute, without links; empty: a pipe or a device
  };

  void add(Entry entry);
  static void check_pair(const Entry& written, const Entry& other);

  std::vector<Entry> entries_;
};

}  // namespace hebb::app
