#include <algorithm>
#include <filesystem>
#include <initializer_list>

#include "data/labels.h"
#include "formats/image_files.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/io/file.h"

namespace hebb {
namespace {

namespace fs = std::filesystem;

bool ends_in(const std::string& name, std::initializer_list<const char*> endings) {
  std::string ending = fs::path(name).extension().string();
  std::ranges::transform(ending, ending.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return std::ranges::find(endings, ending) != endings.end();
}

// Whether a name is that of a file that systems and people put beside images.
bool is_no_image(const std::string& name) {
  return name.starts_with('.') ||
         ends_in(name, {".txt", ".md", ".csv", ".tsv", ".json", ".xml", ".db", ".ini"});
}

const char* kind_of(fs::file_type type) {
  switch (type) {
    case fs::file_type::fifo:
      return "a FIFO";
    case fs::file_type::socket:
      return "a socket";
    case fs::file_type::block:
    case fs::file_type::character:
      return "a device";
    case fs::file_type::directory:
      return "a folder";
    default:
      return "no file";
  }
}

void check_regular(const std::string& path, fs::file_type type) {
  check_data(type == fs::file_type::regular, path, ": this is ", kind_of(type),
             "; expected an image file");
}

// The type of an entry, after following links. Errors: DataError for a link that leads out of
// `root` or is broken.
fs::file_type type_of(const fs::directory_entry& entry, const fs::path& root) {
  if (!entry.is_symlink()) return entry.symlink_status().type();
  std::error_code error;
  const fs::path end = fs::canonical(entry.path(), error);
  check_data(!error, entry.path().string(), ": a link that leads nowhere: ", error.message());
  const auto [at, unused] = std::ranges::mismatch(root, end);
  check_data(at == root.end(), entry.path().string(), ": a link that leaves the folder, to ",
             end.string(), ": copy what it leads to, or remove it");
  return fs::status(end).type();
}

struct Names {
  std::vector<std::string> files, folders;
  std::vector<std::string> bad;
  std::size_t passed_over = 0;
};

// The names are sorted, since the order in which a system lists them is arbitrary.
Names names_in(const fs::path& folder, const fs::path& root) {
  Names names;
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) throw std::runtime_error(folder.string() + ": cannot be read: " + error.message());
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (is_no_image(name)) {
      ++names.passed_over;
      continue;
    }
    try {
      const auto type = type_of(entry, root);
      if (type == fs::file_type::directory) {
        names.folders.push_back(name);
        continue;
      }
      check_regular(entry.path().string(), type);
      names.files.push_back(name);
    } catch (const DataError& bad) {
      names.bad.emplace_back(bad.what());
    }
  }
  std::ranges::sort(names.files);
  std::ranges::sort(names.folders);
  std::ranges::sort(names.bad);
  return names;
}

template <class Read>
auto read_regular(const std::string& path, const Read& read) {
  std::error_code error;
  const auto status = fs::status(path, error);
  // MappedFile reports a file that does not exist.
  if (fs::exists(status)) check_regular(path, status.type());
  return read(MappedFile(path).bytes(), path);
}

}  // namespace

std::string last_name(const std::string& path) {
  const fs::path whole = fs::weakly_canonical(path);
  return whole.has_filename() ? whole.filename().string() : path;
}

std::string ImageList::path(std::size_t file) const { return path_in(folder, files[file]); }

ImageHeader ImageList::header(std::size_t file) const {
  return open ? read_image_header(open->bytes(), open->name())
              : read_regular(path(file), read_image_header);
}

Raster ImageList::raster(std::size_t file) const {
  return open ? decode_image(open->bytes(), open->name()) : read_regular(path(file), decode_image);
}

ImageList list_images(const std::string& path) {
  const fs::path root = fs::canonical(path);
  Names top = names_in(path, root);
  std::size_t passed_over = top.passed_over;
  check_data(!top.files.empty() || !top.folders.empty() || !top.bad.empty(), path,
             ": neither images nor folders of images in it");
  ImageList list{.folder = path, .files = std::move(top.files), .bad = std::move(top.bad)};
  check_data(list.files.empty() || top.folders.empty(), path, ": the image ",
             list.files.empty() ? "" : list.files.front(), " stands beside the class folder ",
             top.folders.empty() ? "" : top.folders.front(),
             ": put it into a class folder, or keep only images here");
  list.classes = std::move(top.folders);
  sort_labels(list.classes);
  for (std::size_t k = 0; k < list.classes.size(); ++k) {
    const std::string& name = list.classes[k];
    const std::string inside = path_in(path, name);
    check_data(is_utf8(name), inside, ": the name of this class folder is not UTF-8: rename it");
    const Names names = names_in(inside, root);
    check_data(names.folders.empty(), inside,
               ": a folder of images has one level of class folders, "
               "and this one has the folder ",
               names.folders.empty() ? "" : names.folders.front(),
               " in it: name the folder that holds the classes");
    check_data(!names.files.empty() || !names.bad.empty(), inside,
               ": no image in this class folder: remove it, or fill it");
    passed_over += names.passed_over;
    list.bad.insert(list.bad.end(), names.bad.begin(), names.bad.end());
    for (const auto& file : names.files) list.files.push_back(name + '/' + file);
    list.labels.resize(list.files.size(), static_cast<double>(k));
  }
  if (passed_over > 0)
    log(LogLevel::info, concat(path, ": ", passed_over, passed_over == 1 ? " file" : " files",
                               " passed over, no images by their names"));
  return list;
}

}  // namespace hebb
