#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hebb/core/catalogue.h"
#include "hebb/data/dataset.h"
#include "hebb/formats/data_file.h"
#include "hebb/formats/options.h"

namespace hebb {

/// A format of data files.
struct FormatRow {
  /// The name for `--file-format`, in lower case.
  std::string name = {};
  /// The names in messages and help: {"NPY", "NPZ"}.
  std::vector<std::string> kinds = {};
  std::string help = {};  ///< one line: what such a file contains
  /// Endings of file names, which may be followed by ".gz". The first one is suggested for writing.
  std::vector<std::string> endings = {};
  bool takes_columns = false;     ///< uses the options that choose columns
  bool takes_images = false;      ///< uses the options of images
  bool takes_characters = false;  ///< uses `sequence_length`
  bool keeps_test_part = false;   ///< writes Dataset::test_begin()
  /// A text format. The options `sep` and `header` take precedence over it: they say that the file
  /// is CSV.
  bool is_text = false;

  /// Whether the content is in this format. Empty if the file name alone decides. Must not throw.
  std::function<bool(const DataFile& file)> looks_like = {};
  /// Reads a file. Errors: DataError naming file, place and rule, before more memory is allocated
  /// than the file can need.
  std::function<Dataset(const DataFile& file, const DataOptions& options, TargetUse use)> read = {};
  /// Returns the bytes of a file from which read() gives the same data. Empty if the format cannot
  /// be written.
  /// Errors: std::invalid_argument for data that the format cannot hold.
  std::function<std::string(const Dataset& data)> write = {};
};

/// Every format, in the order in which they are listed.
const Catalogue<FormatRow>& format_catalogue();

/// Adds a format, which read_file(), load_dataset(), write_file() and the program's help include
/// from then on.
/// Threads: any number may register formats and load data at once.
/// Errors: std::invalid_argument if another format has the name or an ending, if the name is not a
/// word (is_word()), or without `read`.
void register_format(FormatRow row);

/// The format of a file: `options.file_format` if set; otherwise the first format that recognises
/// the content; otherwise the format of the file name's ending; otherwise CSV.
/// Errors: std::invalid_argument for an unknown file_format, with the nearest name.
const FormatRow& format_of(const DataFile& file, const DataOptions& options = {});

/// Reads a file in the format that format_of() returns. The file is opened once.
/// Errors: as the format's reader; std::runtime_error if the file cannot be read;
/// std::invalid_argument for options that choose columns or are for images, if the format has none.
Dataset read_file(const std::string& path, const DataOptions& options = {},
                  TargetUse use = TargetUse::required);
Dataset read_file(const DataFile& file, const DataOptions& options = {},
                  TargetUse use = TargetUse::required);

/// The format that write_file() writes to a file of this name.
/// Errors: std::invalid_argument if no format is written under such a name, listing the endings of
/// those that are.
const FormatRow& format_to_write(const std::string& path);

/// Writes data in the format of the path's ending. The file is replaced atomically.
/// Errors: as format_to_write() and the format's writer; std::runtime_error as replace_file().
void write_file(const Dataset& data, const std::string& path);

/// "CSV, TSV, LIBSVM, NPY, NPZ, IDX, image or text": every kind of file that can be read.
std::string readable_kinds();
/// ".csv, .libsvm or .npz": the ending of every format that can be written.
std::string writable_endings();

}  // namespace hebb
