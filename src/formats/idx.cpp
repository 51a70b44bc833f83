// An IDX file is a magic number (two zero bytes, the type, the rank), the extents as big-endian
// 32-bit numbers, and the values without gaps. The header is checked against the file's size before
// memory is allocated. gzip is unpacked directly into place, and its checksum is checked before
// anything is returned.
#include "hebb/formats/idx.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <memory>
#include <utility>

#include "formats/byte_source.h"
#include "formats/idx_parts.h"
#include "formats/rows.h"
#include "hebb/core/error.h"
#include "hebb/io/file.h"

namespace hebb {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kImagesMagic = 0x803;
constexpr std::uint32_t kLabelsMagic = 0x801;

std::uint32_t read_u32(ByteSource& source) {
  std::array<std::uint8_t, 4> b{};
  source.read(b);
  return std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
}

std::string hex(std::uint32_t magic) { return fmt::format("0x{:08x}", magic); }

void check_magic(ByteSource& source, std::uint32_t expected) {
  const auto magic = read_u32(source);
  const char* const kind = expected == kImagesMagic ? "images" : "labels";
  const char* const other = expected == kImagesMagic ? "labels" : "images";
  check_data(magic != (expected == kImagesMagic ? kLabelsMagic : kImagesMagic), source.name(),
             ": byte 0: these are ", other, " (magic ", hex(magic), "), expected ", kind, " (",
             hex(expected), "); are the two files exchanged?");
  check_data(magic == expected, source.name(), ": byte 0: magic ", hex(magic), ", expected ",
             hex(expected), " (IDX ", kind, " of unsigned bytes)");
}

struct ImagesPart {
  ByteSource source;
  std::size_t count, height, width;

  explicit ImagesPart(const IdxBytes& file) : source(file.bytes, file.name) {
    check_magic(source, kImagesMagic);
    count = read_u32(source);
    height = read_u32(source);
    width = read_u32(source);
    const std::uint64_t area = std::uint64_t{height} * width;
    check_data(area > 0, file.name, ": byte 8: images of ", height, " x ", width, " pixels");
    check_data(count <= (std::numeric_limits<std::uint64_t>::max() - kHeader) / area, file.name,
               ": byte 4: ", count, " images of ", height, " x ", width,
               " pixels are more than a file can hold");
    source.expect_room(kHeader + count * area);
  }

  static constexpr std::uint64_t kHeader = 16;
};

std::vector<ImagesPart> open_parts(const std::vector<IdxBytes>& files) {
  std::vector<ImagesPart> parts;
  for (const auto& file : files) {
    const auto& part = parts.emplace_back(file);
    const auto& first = parts.front();
    check_data(part.height == first.height && part.width == first.width, file.name,
               ": byte 8: images of ", part.height, " x ", part.width, " pixels, but those of ",
               files.front().name, " have ", first.height, " x ", first.width);
  }
  return parts;
}

// All parts in one allocation.
Images read_parts(std::vector<ImagesPart>& parts) {
  Images images{.height = parts.front().height, .width = parts.front().width};
  for (const auto& part : parts) images.count += part.count;
  const auto pixels =
      std::make_shared_for_overwrite<std::uint8_t[]>(images.count * images.image_size());
  std::uint8_t* at = pixels.get();
  for (auto& part : parts) {
    const std::size_t size = part.count * images.image_size();
    part.source.read({at, size});
    part.source.finish();
    at += size;
  }
  images.pixels = {pixels, pixels.get()};
  return images;
}

std::vector<double> read_labels(const IdxBytes& file) {
  constexpr std::uint64_t kHeader = 8;
  ByteSource source(file.bytes, file.name);
  check_magic(source, kLabelsMagic);
  const std::size_t count = read_u32(source);
  source.expect_room(kHeader + count);
  std::vector<std::uint8_t> labels(count);
  source.read(labels);
  source.finish();
  return {labels.begin(), labels.end()};
}

void check_count(const std::string& labels_name, std::size_t labels, const std::string& images_name,
                 std::size_t images) {
  check_data(labels == images, labels_name, ": byte 4: ", labels, " labels, but ", images_name,
             " has ", images, " images");
}

Dataset with_labels(Images images, const std::string& images_path, const std::string& labels_path) {
  Target target = read_idx_labels(labels_path);
  check_count(labels_path, target.values.size(), images_path, images.count);
  return Dataset(std::move(images), std::move(target));
}

Dataset named(Dataset data, const std::string& path) {
  data.set_name(fs::path(path).filename().string());
  return data;
}

Images read_images(const DataFile& file) {
  auto parts = open_parts({{file.bytes(), file.name()}});
  return read_parts(parts);
}

Dataset read_idx_file(const DataFile& file, bool labels_required) {
  Images images = read_images(file);
  const auto tried = idx_label_paths(file.path());
  for (const auto& path : tried)
    if (fs::exists(path))
      return named(with_labels(std::move(images), file.name(), path), file.name());
  check_data(!labels_required, file.name(), ": no labels beside it: ",
             tried.empty() ? "its name has no `images` to replace by `labels`"
                           : "neither " + tried.front() + " nor " + tried.back());
  return named(Dataset(std::move(images)), file.name());
}

}  // namespace

FormatRow idx_format() {
  return {
      .name = "idx",
      .kinds = {"IDX"},
      .help = "images as MNIST's files hold them, with the labels in a file beside them",
      .endings = {"idx3-ubyte", "idx1-ubyte"},
      // Text never begins with two zero bytes.
      .looks_like =
          [](const DataFile& file) { return file.head().starts_with(std::string_view("\0\0", 2)); },
      .read = [](const DataFile& file, const DataOptions& /*options*/,
                 TargetUse use) { return read_idx_file(file, use == TargetUse::required); }};
}

Dataset read_idx_parts(const std::vector<IdxBytes>& images, const std::vector<IdxBytes>& labels,
                       const std::vector<std::string>& class_names) {
  auto parts = open_parts(images);
  Images all = read_parts(parts);
  Target target{.names = {"label"}};
  std::size_t test_begin = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto part = read_labels(labels[i]);
    check_count(labels[i].name, part.size(), images[i].name, parts[i].count);
    test_begin = target.values.size();
    target.values.insert(target.values.end(), part.begin(), part.end());
  }
  if (class_names.empty()) {
    target = to_classes(std::move(target));
  } else {
    const double highest = std::ranges::max(target.values);
    check_data(highest < static_cast<double>(class_names.size()), labels.front().name, ": label ",
               highest, ", but there are ", class_names.size(), " classes");
    target.classes = class_names;
  }
  Dataset data(std::move(all), std::move(target));
  data.set_test_begin(test_begin);
  return data;
}

std::vector<std::string> idx_label_paths(const std::string& images_path) {
  const fs::path path(images_path);
  std::string name = path.filename().string();
  const auto replace = [&name](const std::string& from, const std::string& to) {
    const auto at = name.find(from);
    if (at != std::string::npos) name.replace(at, from.size(), to);
    return at != std::string::npos;
  };
  if (!replace("images", "labels")) return {};
  replace("idx3", "idx1");
  const std::string other = name.ends_with(".gz") ? name.substr(0, name.size() - 3) : name + ".gz";
  return {(path.parent_path() / name).string(), (path.parent_path() / other).string()};
}

Images read_idx_images(const std::string& path) { return read_images(DataFile(path)); }

Target read_idx_labels(const std::string& path) {
  const MappedFile file(path);
  return to_classes({.names = {"label"}, .values = read_labels({file.bytes(), path})});
}

Dataset read_idx(const std::string& images_path, bool labels_required) {
  return read_idx_file(DataFile(images_path), labels_required);
}

Dataset read_idx(const std::string& images_path, const std::string& labels_path) {
  Images images = read_idx_images(images_path);
  return named(with_labels(std::move(images), images_path, labels_path), images_path);
}

}  // namespace hebb
