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
  /// What `--file-format` calls it, in lower case.
  std::string name = {};
  /// What messages and help call it: {"NPY", "NPZ"}.
  std::vector<std::string> kinds = {};
  std::string help = {};  ///< one line: what such a file holds
  /// Of files' names, with or without ".gz" behind them; data are written by the first ones' name.
  std::vector<std::string> endings = {};
  bool takes_columns = false;     ///< heeds the options that choose columns
  bool takes_images = false;      ///< heeds the options of images
  bool takes_characters = false;  ///< heeds `sequence_length`
  bool keeps_test_part = false;   ///< writes Dataset::test_begin()
  /// A format of text, which the options `sep` and `header` overrule: they say that it is CSV.
  bool is_text = false;

  /// Whether the content is of this format. Empty: it is told by its name alone. Must not throw.
  std::function<bool(const DataFile& file)> looks_like = {};
  /// Errors: DataError naming file, place and rule, before memory is taken for more than the file
  /// can hold.
  std::function<Dataset(const DataFile& file, const DataOptions& options, TargetUse use)> read = {};
  /// The bytes of a file that read() gives the same data of. Empty: it is not written.
  /// Errors: std::invalid_argument for data that the format cannot hold.
  std::function<std::string(const Dataset& data)> write = {};
};

/// Every format, in the order in which they are listed.
const Catalogue<FormatRow>& format_catalogue();

/// Adds a format of your own, which read_file(), load_dataset(), write_file() and the program's
/// help know from then on.
/// Threads: any number may register formats and load data at once.
/// Errors: std::invalid_argument for a name or an ending that another format has, for a name that
/// is no word, or without `read`.
void register_format(FormatRow row);

/// The format of a file: that of `options.file_format`; otherwise the first whose content it is;
/// otherwise the one of its name's ending; otherwise CSV.
/// Errors: std::invalid_argument for a file_format that there is not, with the nearest.
const FormatRow& format_of(const DataFile& file, const DataOptions& options = {});

/// Reads a file in the format that format_of() tells. The file is opened once.
/// Errors: as the format's reader; std::runtime_error if the file cannot be read;
/// std::invalid_argument for options that choose columns or are for images where the format has
/// none.
Dataset read_file(const std::string& path, const DataOptions& options = {},
                  TargetUse use = TargetUse::required);
Dataset read_file(const DataFile& file, const DataOptions& options = {},
                  TargetUse use = TargetUse::required);

/// The format that write_file() writes to a file of this name.
/// Errors: std::invalid_argument if none is written by such a name, with those that are.
const FormatRow& format_to_write(const std::string& path);

/// Writes data in the format of the path's ending. The file is replaced whole.
/// Errors: as format_to_write() and the format's writer; std::runtime_error as replace_file().
void write_file(const Dataset& data, const std::string& path);

/// "CSV, TSV, LIBSVM, NPY, NPZ, IDX, image or text": every kind of file that is read.
std::string readable_kinds();
/// ".csv, .libsvm or .npz": the ending of every format that is written.
std::string writable_endings();

}  // namespace hebb
