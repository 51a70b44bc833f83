// A file of images, of labels, or neither.
#include "fuzz/memory_file.h"
#include "fuzz/targets.h"
#include "hebb/core/error.h"
#include "hebb/formats/idx.h"
#include "hebb/io/file.h"

namespace hebb::fuzz {

void fuzz_idx(std::string_view input) {
  const MemoryFile file(input);
  const bool packed = is_gzip(MappedFile(file.path()).bytes());
  Images images;
  Target labels;
  const auto no_images =
      refused_naming<DataError>(file.path(), [&] { images = read_idx_images(file.path()); });
  const auto no_labels =
      refused_naming<DataError>(file.path(), [&] { labels = read_idx_labels(file.path()); });
  promise(no_images || no_labels, "images and labels at once");
  if (!no_images) {
    const std::size_t size = 16 + images.count * images.image_size();
    promise(packed || size == input.size(), "images of another size than the file's");
  }
  if (!no_labels)
    promise(packed || 8 + labels.values.size() == input.size(),
            "labels of another number than the file's");
}

}  // namespace hebb::fuzz
