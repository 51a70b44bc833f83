#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "hebb/datasets/catalogue.h"

namespace hebb {

/// One of the four files of a public set, as its mirrors offer it.
struct PublicFile {
  std::string name;  ///< without the .gz that it has at the mirrors
  std::uint64_t size;
  std::string md5;
};

/// A set of images that is not included in the library: where to find its files, and how to verify
/// them.
struct PublicSet {
  std::string name;
  std::array<PublicFile, 4> files;        ///< training images and labels, test images and labels
  std::vector<std::string> mirrors;       ///< addresses that end in /
  std::vector<std::string> folders = {};  ///< where a package of the system puts them
  std::vector<std::string> class_names = {};  ///< in place of the numbers
};

/// Loads both parts into one data set, from the places that load_dataset() documents. Errors: as
/// there.
Dataset load_public_set(const PublicSet& set, const DownloadProgress& progress);

}  // namespace hebb
