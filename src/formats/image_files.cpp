// A folder is read in two passes, each on all cores: first the headers, for size and colour, then
// the pixels, each image directly into its place. If a file cannot be read, all files are tried, so
// that one message lists every bad one.
#include "formats/image_files.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cmath>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <utility>

#include "formats/image_form.h"
#include "formats/image_raster.h"
#include "formats/rows.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/core/printable.h"
#include "hebb/formats/catalogue.h"
#include "hebb/io/file.h"
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

constexpr std::size_t kMostKept = 128;   // longer sides are reduced even if all sizes are equal
constexpr std::size_t kMostChosen = 64;  // the longer side of a size that hebb chooses
constexpr std::size_t kMostNamed = 10;   // bad files in a message

std::size_t median(std::vector<std::size_t> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

// The size of images of different or large sizes: their median width and height, reduced to sides of
// at most kMostChosen.
void choose_size(const std::vector<ImageHeader>& headers, ImageForm& form) {
  std::vector<std::size_t> widths, heights;
  for (const ImageHeader& header : headers) {
    widths.push_back(header.width);
    heights.push_back(header.height);
  }
  const auto width = static_cast<double>(median(std::move(widths)));
  const auto height = static_cast<double>(median(std::move(heights)));
  const double scale = std::min(1.0, kMostChosen / std::max(width, height));
  const auto scaled = [&](double side) {
    return static_cast<std::size_t>(std::max(1L, std::lround(side * scale)));
  };
  form.width = scaled(width);
  form.height = scaled(height);
}

// What was chosen for lack of image_size, in words.
std::string size_remark(const std::vector<ImageHeader>& headers, const ImageForm& form) {
  const auto size = [](const auto& of) { return concat(of.width, 'x', of.height); };
  const auto [least, most] = std::ranges::minmax(
      headers, {}, [](const ImageHeader& header) { return header.width * header.height; });
  const bool same = size(least) == size(most);
  return concat("images of ", same ? size(least) : size(least) + " to " + size(most),
                " pixels are resized to ", size(form), " (--image-size sets another size)");
}

// The form to which all images of a list are converted if no model determines it. `remark` says
// which size was chosen.
ImageForm form_of(const std::vector<ImageHeader>& headers, const ImageList& list,
                  const DataOptions& options, std::string& remark) {
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
  const bool equal = std::ranges::all_of(headers, [&](const ImageHeader& header) {
    return header.width == form.width && header.height == form.height;
  });
  const bool large = form.width > kMostKept || form.height > kMostKept;
  if (!equal || (large && !list.folder.empty())) {
    choose_size(headers, form);
    remark = size_remark(headers, form);
  }
  return form;
}

struct ReadImages {
  Images images;
  std::size_t resized = 0, turned = 0, centered = 0;
  std::string remark = {};
};

ReadImages read_list(const ImageList& list, const DataOptions& options,
                     const std::optional<ImageForm>& wanted) {
  const std::size_t count = list.files.size();
  ThreadPool pool(count < 2 ? 1 : options.threads);
  std::vector<ImageHeader> headers(count);
  if (!wanted && (!options.image_size || options.image_color == "auto"))
    for_each(pool, count, [&](std::size_t i, std::size_t) { headers[i] = list.header(i); });
  std::string remark;
  const ImageForm form = wanted ? *wanted : form_of(headers, list, options, remark);
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
  return {.images = images,
          .resized = resized,
          .turned = turned,
          .centered = centered,
          .remark = std::move(remark)};
}

// Moves the files that cannot be read from the list to `list.bad`.
void remove_bad(ImageList& list, const DataOptions& options) {
  const std::size_t count = list.files.size();
  std::vector<std::string> reasons(count);
  ThreadPool pool(options.threads);
  pool.run(count, [&](std::size_t i, std::size_t) {
    try {
      (void)list.raster(i);
    } catch (const std::runtime_error& error) {
      reasons[i] = error.what();
    }
  });
  ImageList good{.folder = list.folder, .classes = list.classes, .bad = list.bad};
  for (std::size_t i = 0; i < count; ++i) {
    if (!reasons[i].empty()) {
      good.bad.push_back(std::move(reasons[i]));
      continue;
    }
    good.files.push_back(std::move(list.files[i]));
    if (!list.labels.empty()) good.labels.push_back(list.labels[i]);
  }
  list = std::move(good);
}

// "2 of 30 image files cannot be read: a.png: ...; b.png: ..."; a line for each where there are
// several.
std::string bad_files(const ImageList& list) {
  if (list.bad.size() == 1) return list.bad.front();
  std::string text = concat(list.folder, list.folder.empty() ? "" : ": ", list.bad.size(), " of ",
                            list.bad.size() + list.files.size(), " image files cannot be read:");
  for (std::size_t i = 0; i < std::min(list.bad.size(), kMostNamed); ++i)
    text += "\n  " + printable(list.bad[i]);
  if (list.bad.size() > kMostNamed)
    text += concat("\n  and ", list.bad.size() - kMostNamed, " more");
  return text;
}

// Errors: DataError for a class without a file that can be read.
void check_classes(const ImageList& list) {
  for (std::size_t k = 0; k < list.classes.size(); ++k)
    check_data(std::ranges::count(list.labels, static_cast<double>(k)) > 0,
               path_in(list.folder, list.classes[k]),
               ": no image of this class folder can be read: ", bad_files(list));
}

// Reads the images of the list, without the bad ones if options.skip_bad is set.
ReadImages read_good(ImageList& list, const DataOptions& options,
                     const std::optional<ImageForm>& wanted) {
  if (list.bad.empty()) {
    try {
      return read_list(list, options, wanted);
    } catch (const DataError&) {
      if (list.files.size() < 2 && !options.skip_bad) throw;
    } catch (const std::runtime_error&) {
      if (!options.skip_bad) throw;
    }
  }
  remove_bad(list, options);
  const bool all_bad = list.files.empty();
  if (!list.bad.empty() && (all_bad || !options.skip_bad)) throw DataError(bad_files(list));
  check_classes(list);
  if (!list.bad.empty()) warn("left out: " + bad_files(list));
  return read_list(list, options, wanted);
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
  const auto read = read_good(list, options, wanted);
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
  out.data.set_remark(read.remark);
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

FormedImages read_formed(const std::vector<std::string>& paths, const ImageForm& form,
                         const DataOptions& options) {
  check(!paths.empty(), "data", "names no files");
  check_options(options, form);
  for (const std::string& path : paths) {
    std::error_code error;
    check(std::filesystem::is_regular_file(path, error) && format_of(DataFile(path)).takes_images,
          "data", "'", path,
          "' is not an image file: several DATA must all be image files; a table, a folder or a "
          "named set is given alone");
  }
  return read_named({.folder = {}, .files = paths}, paths.front(), form, options, TargetUse::none);
}

}  // namespace hebb
