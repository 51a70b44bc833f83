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

/// A set of images that is not ours to carry along: where its files are, and how to know them.
struct PublicSet {
  std::string name;
  std::array<PublicFile, 4> files;        ///< training images and labels, test images and labels
  std::vector<std::string> mirrors;       ///< addresses that end in /
  std::vector<std::string> folders = {};  ///< where a package of the system puts them
  std::vector<std::string> class_names = {};  ///< instead of the numbers
};

/// Both parts in one, by the order that load_dataset() documents. Errors: as there.
Dataset load_public_set(const PublicSet& set, const DownloadProgress& progress);

}  // namespace hebb
