// A set's four files are searched in one folder after the other, and the first folder that has all
// of them is used. Downloads go to the cache, which is the last of these folders.
#include "datasets/public_set.h"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "datasets/fetch.h"
#include "formats/idx_parts.h"
#include "hebb/core/error.h"
#include "hebb/io/file.h"

namespace hebb {
namespace {

namespace fs = std::filesystem;
using Paths = std::array<std::string, 4>;

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string cache_folder() {
  if (const auto folder = environment("XDG_CACHE_HOME"); fs::path(folder).is_absolute())
    return path_in(folder, "hebb");
  const auto home = environment("HOME");
  if (home.empty())
    throw std::runtime_error(
        "no folder for fetched data: set HOME, XDG_CACHE_HOME or HEBB_DATA_DIR");
  return path_in(home, ".cache/hebb");
}

std::optional<Paths> find_in(const std::string& folder, const PublicSet& set) {
  Paths paths;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::error_code ignored;
    for (const char* const ending : {"", ".gz"}) {
      const std::string path = path_in(folder, set.files[i].name + ending);
      if (paths[i].empty() && fs::exists(path, ignored)) paths[i] = path;
    }
    if (paths[i].empty()) return {};
  }
  return paths;
}

Paths fetch_into(const std::string& folder, const PublicSet& set,
                 const DownloadProgress& progress) {
  auto mirrors = set.mirrors;
  if (auto own = environment("HEBB_MIRROR"); !own.empty()) {
    if (!own.ends_with('/')) own += '/';
    mirrors = {own + set.name + "/"};
  }
  Paths paths;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const auto& file = set.files[i];
    const auto packed = file.name + ".gz";
    paths[i] = path_in(folder, packed);
    if (fs::exists(paths[i])) continue;
    std::vector<std::string> urls;
    for (const auto& mirror : mirrors) urls.push_back(mirror + packed);
    io::FetchOptions options{.size = file.size};
    options.remedy = "put the four files of " + set.name + " into " + folder + ", or into " +
                     set.name + "/ below the folder that HEBB_DATA_DIR names; " +
                     "mnist10k and the tables need no network";
    if (progress)
      options.progress = [&](std::uint64_t done, std::uint64_t total) {
        progress(packed, done, total);
      };
    io::fetch(urls, paths[i], file.md5, options);
  }
  return paths;
}

Paths find_files(const PublicSet& set, const DownloadProgress& progress) {
  std::vector<std::string> folders;
  if (const auto own = environment("HEBB_DATA_DIR"); !own.empty())
    folders.push_back(path_in(own, set.name));
  folders.insert(folders.end(), set.folders.begin(), set.folders.end());
  for (const auto& folder : folders)
    if (const auto found = find_in(folder, set)) return *found;
  const auto cache = path_in(cache_folder(), set.name);
  if (const auto found = find_in(cache, set)) return *found;
  return fetch_into(cache, set, progress);
}

}  // namespace

Dataset load_public_set(const PublicSet& set, const DownloadProgress& progress) {
  const Paths paths = find_files(set, progress);
  std::vector<MappedFile> files;
  for (const auto& path : paths) files.emplace_back(path);
  const auto part = [&](std::size_t i) { return IdxBytes{files[i].bytes(), paths[i]}; };
  return read_idx_parts({part(0), part(2)}, {part(1), part(3)}, set.class_names);
}

}  // namespace hebb
