#pragma once

#include <optional>
#include <string>
#include <vector>

#include "formats/image_decode.h"
#include "hebb/formats/data_file.h"
#include "hebb/formats/images.h"

namespace hebb {

/// Width and height of DataOptions::image_size, "28x28" or "28" for both.
/// Errors: std::invalid_argument naming text and rule.
struct ImageSize {
  explicit ImageSize(const std::string& text);
  std::size_t width = 0, height = 0;
};

/// The files of a folder of images, and their labels from the names of the sub-folders.
struct ImageList {
  std::string folder = {};                ///< or empty
  std::vector<std::string> files = {};    ///< below it: "cat/1.png"; by class, then by name
  std::vector<double> labels = {};        ///< one per file, or empty: no sub-folders
  std::vector<std::string> classes = {};  ///< the names of the sub-folders, as sort_labels()
  std::vector<std::string> bad = {};      ///< why entries were left out: no files, or links outside

  const DataFile* open = nullptr;  ///< the only file, if it is open already

  std::string path(std::size_t file) const;
  /// Reads a file, which must be a regular one unless it is open: a pipe could not be read twice.
  /// Errors: as read_image().
  ImageHeader header(std::size_t file) const;
  Raster raster(std::size_t file) const;
};

/// Lists the files below `path`. Files whose name shows that they are not images (see
/// read_image_folder()) are skipped and counted in the log; entries that are no files, or links out
/// of the folder, are listed in `bad`. Errors: DataError as read_image_folder().
ImageList list_images(const std::string& path);

/// The last part of the path, which is the name of the data set.
std::string last_name(const std::string& path);

/// Reads a folder or an image file and converts the images to `form`, if given.
/// Errors: as read_image_folder() and read_formed(); DataError for a file where a target is
/// required.
FormedImages read_images(const std::string& path, const std::optional<ImageForm>& form,
                         const DataOptions& options, TargetUse use);
/// As above, for an image file that is already open.
FormedImages read_images(const DataFile& file, const std::optional<ImageForm>& form,
                         const DataOptions& options, TargetUse use);

}  // namespace hebb
