// A folder is read in two passes, each on all cores: first the headers, for size and colour, then
// the pixels, each image directly into its place.
#include "formats/image_files.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>

#include "formats/image_form.h"
#include "formats/image_raster.h"
#include "formats/rows.h"
#include "hebb/core/error.h"
#include "kernels/threads.h"

namespace hebb {
namespace {

ImageProgress& image_progress() {
  static ImageProgress progress;
  return progress;
}

// Calls body(i) for every i < count. If several calls throw, the exception of the lowest i is
// thrown, for any number of threads: all indices before an error are always tried.
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

// The form to which all images of a list are converted if no model determines it.
ImageForm form_of(const std::vector<ImageHeader>& headers, const ImageList& list,
                  const DataOptions& options) {
  ImageForm form;
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

struct ReadImages {
  Images images;
  std::size_t resized = 0, turned = 0, centered = 0;
};

ReadImages read_list(const ImageList& list, const DataOptions& options,
                     const std::optional<ImageForm>& wanted) {
  const std::size_t count = list.files.size();
  ThreadPool pool(count < 2 ? 1 : options.threads);
  std::vector<ImageHeader> headers(count);
  if (!wanted && (!options.image_size || options.image_color == "auto"))
    for_each(pool, count, [&](std::size_t i, std::size_t) { headers[i] = list.header(i); });
  const ImageForm form = wanted ? *wanted : form_of(headers, list, options);
  Images images{
      .count = count, .channels = form.channels, .height = form.height, .width = form.width};
  const auto pixels = std::make_shared_for_overwrite<std::uint8_t[]>(count * images.image_size());
  std::atomic<std::size_t> done = 0, resized = 0, turned = 0, centered = 0;
  for_each(pool, count, [&](std::size_t i, std::size_t thread) {
    const auto formed = bring_to(list.raster(i), form);
    write_planes(formed.image, pixels.get() + i * images.image_size());
    resized += formed.resized;
    turned += formed.turned;
    centered += formed.centered;
    const std::size_t so_far = ++done;
    if (thread == 0 && image_progress()) image_progress()(list.folder, so_far, count);
  });
  if (image_progress()) image_progress()(list.folder, count, count);
  images.pixels = {pixels, pixels.get()};
  return {.images = images, .resized = resized, .turned = turned, .centered = centered};
}

// Called before any file is read.
void check_options(const DataOptions& options) {
  check_fields(options);
  if (options.image_size) const ImageSize parsed(*options.image_size);
}

// Options may repeat the values of the form.
void check_options(const DataOptions& options, const ImageForm& form) {
  check_fields(options);
  const char* const color = form.channels == 1 ? "grey" : "rgb";
  check(options.image_color == "auto" || options.image_color == color, "image_color",
        "must be that of the training images, ", color, ", got '", options.image_color, "'");
  if (!options.image_size) return;
  const ImageSize size(*options.image_size);
  check(size.width == form.width && size.height == form.height, "image_size",
        "must be that of the training images, ", form.width, 'x', form.height, ", got '",
        *options.image_size, "'");
}

FormedImages read_named(ImageList list, const std::string& path,
                        const std::optional<ImageForm>& form, const DataOptions& options,
                        TargetUse use) {
  check_data(use != TargetUse::required || !list.classes.empty(), path,
             ": no labels: put the images of each class into a sub-folder of its name");
  auto wanted = form;
  if (wanted && options.image_as_is) wanted->border.reset();
  const auto read = read_list(list, options, wanted);
  Target target;
  if (use != TargetUse::none && !list.classes.empty())
    target = {
        .names = {"label"}, .values = std::move(list.labels), .classes = std::move(list.classes)};
  FormedImages out{.data = Dataset(read.images, std::move(target)),
                   .resized = read.resized,
                   .turned = read.turned,
                   .centered = read.centered};
  out.data.set_name(last_name(path));
  out.data.set_files(std::move(list.files));
  return out;
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

FormedImages read_images(const std::string& path, const std::optional<ImageForm>& form,
                         const DataOptions& options, TargetUse use) {
  check_options(options);
  ImageList list;
  if (std::filesystem::is_directory(path))
    list = list_images(path);
  else
    list.files = {path};
  return read_named(std::move(list), path, form, options, use);
}

FormedImages read_images(const DataFile& file, const std::optional<ImageForm>& form,
                         const DataOptions& options, TargetUse use) {
  if (form)
    check_options(options, *form);
  else
    check_options(options);
  return read_named({.folder = {}, .files = {file.name()}, .open = &file}, file.name(), form,
                    options, use);
}

FormatRow image_format() {
  return {.name = "image",
          .kinds = {"image"},
          .help = "PNG, JPEG, PGM or PPM",
          // Includes formats that cannot be read, so that the reader can name them in its error.
          .endings = {".png", ".jpg", ".jpeg", ".pgm", ".ppm", ".pbm", ".gif", ".bmp", ".tif",
                      ".tiff", ".webp", ".avif", ".heic"},
          .takes_images = true,
          .looks_like = [](const DataFile& file) { return looks_like_image(file.bytes()); },
          .read = [](const DataFile& file, const DataOptions& options,
                     TargetUse use) { return read_images(file, {}, options, use).data; }};
}

Images read_image(const std::string& path, const DataOptions& options) {
  check_options(options);
  return read_list({.folder = {}, .files = {path}}, options, {}).images;
}

Dataset read_image_folder(const std::string& path, const DataOptions& options, TargetUse use) {
  return read_images(path, {}, options, use).data;
}

FormedImages read_formed(const std::string& path, const ImageForm& form, const DataOptions& options,
                         TargetUse use) {
  check_options(options, form);
  return read_images(path, form, options, use);
}

}  // namespace hebb
