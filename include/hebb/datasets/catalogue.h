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
  bool built_in;       ///< inside the library, needs no file
  /// What a generator takes behind its name ("moons:n=500,noise=0.2"); nullptr: nothing.
  const FieldList* parameters = nullptr;
  std::string defaults = {};  ///< of these: "n=100,noise=0.1,seed=0"
  /// `parameters` as written behind the colon, or empty.
  std::function<Dataset(const std::string& parameters)> load;
};

/// Every named set, in the order in which they are listed.
const std::vector<DatasetRow>& dataset_catalogue();

/// Loads what DATA names: a set of the catalogue, a generator with its parameters
/// ("blobs:n=10000,separable=true,seed=1"), a file of any format of format_catalogue(), a folder of
/// images, or "-" for standard input. A set's name comes before a file's. Of `options` a built-in
/// table takes those that choose columns, files those of their format, folders those of images; the
/// rest takes none. Any number of threads may load at once.
///
/// The files of `mnist` and `fashion-mnist` are looked for in the folder NAME below $HEBB_DATA_DIR,
/// where Debian's package dataset-fashion-mnist puts them, and in the cache ($XDG_CACHE_HOME or
/// ~/.cache)/hebb/NAME, into which they are fetched otherwise: from public mirrors, or if
/// $HEBB_MIRROR is set (an address, as of a school's server) from its folder NAME.
/// Errors: DataError for bad content; std::runtime_error if it cannot be read or fetched;
/// std::invalid_argument if it is neither a file nor a name, with the nearest name, for parameters
/// that it does not take, for options that choose columns of images, a generator or a format without
/// named columns, for options of images of what is no image, and for those of text of what is none.
Dataset load_dataset(const std::string& data, const DataOptions& options = {},
                     TargetUse use = TargetUse::required);

/// What DATA names when it is one sample of a set or a file, as in "mnist10k:7": "mnist10k" and 7.
/// The row is empty where no number follows the last colon, and where a file of the whole name
/// exists.
struct NamedRow {
  std::string data;
  std::optional<std::size_t> row;  ///< counted from 0
};
NamedRow split_named_row(const std::string& data);

/// The same for a model that was trained on images of `form`: an image file or a folder of images
/// is read by read_formed(), other data as it is.
FormedImages load_formed(const std::string& data, const ImageForm& form,
                         const DataOptions& options = {}, TargetUse use = TargetUse::required);

/// Bytes fetched so far and in all (0: not known).
using DownloadProgress =
    std::function<void(const std::string& file, std::uint64_t done, std::uint64_t total)>;
/// Called while a named set is fetched, on the thread that loads; an empty one is silent. Set
/// before any thread loads.
void set_download_progress(DownloadProgress progress);

}  // namespace hebb
