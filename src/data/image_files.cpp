// A folder is read in two passes, each on all cores: headers, which say the size and whether there
// is any colour, then pixels, each image straight into its place.
#include "data/image_files.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>

#include "data/image_raster.h"
#include "hebb/core/error.h"
#include "hebb/data/formats.h"
#include "kernels/threads.h"

namespace hebb {
namespace {

ImageProgress& image_progress() {
  static ImageProgress progress;
  return progress;
}

// body(i) for every i < count. Of several errors the one of the lowest i is thrown, whatever the
// threads: what lies before an error is always tried.
template <class Body>
void for_each(ThreadPool& pool, std::size_t count, const Body& body) {
  std::atomic<std::size_t> lowest = count;
  std::exception_ptr error;
  std::mutex mutex;
  pool.run(count, [&](std::size_t i, std::size_t thread) {
    if (i > lowest) return;
    try {
      body(i, thread);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (i >= lowest) return;
      lowest = i;
      error = std::current_exception();
    }
  });
  if (error) std::rethrow_exception(error);
}

// What all images of a data set are brought to.
struct Form {
  std::size_t channels = 1, width = 0, height = 0;
};

Raster formed(Raster image, const Form& form) {
  image = with_channels(std::move(image), form.channels);
  return fitted(std::move(image), form.width, form.height);
}

Form form_of(const std::vector<ImageHeader>& headers, const ImageList& list,
             const DataOptions& options) {
  Form form;
  const bool color = std::ranges::any_of(headers, &ImageHeader::color);
  form.channels = options.image_color == "rgb" || (options.image_color == "auto" && color) ? 3 : 1;
  if (options.image_size) {
    const ImageSize size(*options.image_size);
    form.width = size.width;
    form.height = size.height;
    return form;
  }
  form.width = headers.front().width;
  form.height = headers.front().height;
  for (std::size_t i = 1; i < headers.size(); ++i)
    check_data(headers[i].width == form.width && headers[i].height == form.height, list.path(i),
               ": ", headers[i].width, " x ", headers[i].height, " pixels, but ", list.path(0),
               " has ", form.width, " x ", form.height,
               ": bring all to one size with --image-size ", form.width, 'x', form.height);
  return form;
}

Images read_list(const ImageList& list, const DataOptions& options) {
  const std::size_t count = list.files.size();
  ThreadPool pool(count < 2 ? 1 : options.threads);
  std::vector<ImageHeader> headers(count);
  if (!options.image_size || options.image_color == "auto")
    for_each(pool, count,
             [&](std::size_t i, std::size_t) { headers[i] = read_header(list.path(i)); });
  const Form form = form_of(headers, list, options);
  Images images{
      .count = count, .channels = form.channels, .height = form.height, .width = form.width};
  const auto pixels = std::make_shared_for_overwrite<std::uint8_t[]>(count * images.image_size());
  std::atomic<std::size_t> done = 0;
  for_each(pool, count, [&](std::size_t i, std::size_t thread) {
    write_planes(formed(read_raster(list.path(i)), form), pixels.get() + i * images.image_size());
    const std::size_t so_far = ++done;
    if (thread == 0 && image_progress()) image_progress()(list.folder, so_far, count);
  });
  if (image_progress()) image_progress()(list.folder, count, count);
  images.pixels = {pixels, pixels.get()};
  return images;
}

}  // namespace

ImageSize::ImageSize(const std::string& text) {
  const char* const end = text.data() + text.size();
  const auto [x, error] = std::from_chars(text.data(), end, width);
  bool good = error == std::errc{};
  height = width;
  if (good && x != end) {
    const auto [last, second] = std::from_chars(x + 1, end, height);
    good = *x == 'x' && second == std::errc{} && last == end;
  }
  check(good && width > 0 && height > 0 && height <= kMostPixels / width, "image_size",
        "must be width x height in pixels, such as 28x28, of at most ", kMostPixels,
        " pixels, got '", text, "'");
}

void set_image_progress(ImageProgress progress) { image_progress() = std::move(progress); }

Images read_image(const std::string& path, const DataOptions& options) {
  check_fields(options);
  return read_list({.files = {path}}, options);
}

Dataset read_image_folder(const std::string& path, const DataOptions& options, TargetUse use) {
  check_fields(options);
  ImageList list = list_images(path);
  check_data(use != TargetUse::required || !list.classes.empty(), path,
             ": images without labels: put those of each class into a sub-folder of its name");
  Images images = read_list(list, options);
  Target target;
  if (use != TargetUse::none && !list.classes.empty())
    target = {
        .names = {"label"}, .values = std::move(list.labels), .classes = std::move(list.classes)};
  Dataset data(std::move(images), std::move(target));
  data.set_name(last_name(path));
  data.set_files(std::move(list.files));
  return data;
}

}  // namespace hebb
