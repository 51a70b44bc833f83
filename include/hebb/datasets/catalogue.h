#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/formats/images.h"
#include "hebb/formats/options.h"

namespace hebb {

/// One named data set.
struct DatasetRow {
  std::string name;
  std::string help;    ///< one line: what it is, samples, features, classes
  std::string source;  ///< provenance
  bool built_in;       ///< part of the library, needs no file
  /// The parameters of a generator, which follow its name ("moons:n=500,noise=0.2"); nullptr if
  /// there are none.
  const FieldList* parameters = nullptr;
  std::string defaults = {};  ///< of the parameters: "n=100,noise=0.1,seed=0"
  /// `parameters` is the text after the colon, or empty.
  std::function<Dataset(const std::string& parameters)> load;
};

/// Every named set, in the order in which they are listed.
const std::vector<DatasetRow>& dataset_catalogue();

/// Loads the data set named by `data`: a set of the catalogue, a generator with its parameters
/// ("blobs:n=10000,separable=true,seed=1"), a file of any format of format_catalogue(), a folder of
/// images, or "-" for standard input. A set's name takes precedence over a file's. A built-in table
/// uses the `options` that choose columns, a file those of its format, and a folder those of
/// images; other data uses none. Any number of threads may load at once.
///
/// The files of `mnist` and `fashion-mnist` are searched in the folder NAME below $HEBB_DATA_DIR,
/// where Debian's package dataset-fashion-mnist installs them, and in the cache, ($XDG_CACHE_HOME
/// or ~/.cache)/hebb/NAME. If they are not found they are downloaded into the cache: from public
/// mirrors or, if $HEBB_MIRROR is set (an address, such as that of a school's server), from its
/// folder NAME.
/// Errors: DataError for invalid content; std::runtime_error if the data cannot be read or fetched;
/// std::invalid_argument if `data` is neither a file nor a name, with the nearest name, for unknown
/// parameters, for options that choose columns of images, of a generator or of a format without
/// named columns, for options of images if the data is not images, and for options of text if it is
/// not text.
Dataset load_dataset(const std::string& data, const DataOptions& options = {},
                     TargetUse use = TargetUse::required);

/// A name of data that may end in the number of a sample: "mnist10k:7" is split into "mnist10k" and
/// 7. The row is empty if no number follows the last colon, or if a file with the whole name
/// exists.
struct NamedRow {
  std::string data;
  std::optional<std::size_t> row;  ///< counted from 0
};
NamedRow split_named_row(const std::string& data);

/// A name of data that may end in the numbers of samples: "mnist10k:0-9" is split into "mnist10k"
/// and the rows 0 to 9, "mnist10k:7" into "mnist10k" and the row 7.
struct RowRange {
  std::size_t first = 0, last = 0;  ///< counted from 0
};
struct NamedRows {
  std::string data;
  std::optional<RowRange> rows;
};
NamedRows split_named_rows(const std::string& data);

/// As load_dataset(), for a model that was trained on images of `form`: an image file or a folder
/// of images is read by read_formed(), other data unchanged.
FormedImages load_formed(const std::string& data, const ImageForm& form,
                         const DataOptions& options = {}, TargetUse use = TargetUse::required);

/// Receives the number of bytes fetched so far and in total (0: not known).
using DownloadProgress =
    std::function<void(const std::string& file, std::uint64_t done, std::uint64_t total)>;
/// Sets the function that is called while a named set is fetched, on the loading thread; none if
/// empty. Must be called before any thread loads data.
void set_download_progress(DownloadProgress progress);

}  // namespace hebb
