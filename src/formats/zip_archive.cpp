#include "formats/zip_archive.h"

#include <zip.h>

#include <algorithm>
#include <new>
#include <set>
#include <stdexcept>

#include "formats/byte_source.h"
#include "formats/writers.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr std::string_view kArray = ".npy";

std::string text_of(zip_error_t* error) { return zip_error_strerror(error); }

// Whether a name stays within the folder that the archive would be unpacked in.
bool stays_inside(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos)
    return false;
  if (name.size() > 1 && name[1] == ':') return false;  // a drive
  for (std::size_t at = 0; at <= name.size();) {
    const auto end = std::min(name.find('/', at), name.size());
    if (name.substr(at, end - at) == "..") return false;
    at = end + 1;
  }
  return true;
}

// Reads one entry.
class EntryReader {
 public:
  EntryReader(zip_t* archive, std::uint64_t index, std::string name)
      : name_(std::move(name)), file_(zip_fopen_index(archive, index, 0)) {
    check_data(file_ != nullptr, name_, ": cannot be read: ", zip_strerror(archive));
  }
  EntryReader(const EntryReader&) = delete;
  EntryReader& operator=(const EntryReader&) = delete;
  ~EntryReader() { zip_fclose(file_); }

  void read(std::span<std::uint8_t> out) {
    while (!out.empty()) {
      const auto count = read_some(out);
      check_data(count > 0, name_, ": byte ", given_,
                 " of the unpacked data: cut short: ", out.size(), " bytes are missing");
      out = out.subspan(count);
    }
  }
  // The checksum is checked at the end of the data.
  void finish() {
    std::uint8_t extra = 0;
    check_data(read_some({&extra, 1}) == 0, name_, ": byte ", given_,
               " of the unpacked data: more than the archive tells of");
  }

 private:
  std::size_t read_some(std::span<std::uint8_t> out) {
    const auto count = zip_fread(file_, out.data(), out.size());
    check_data(count >= 0, name_, ": byte ", given_,
               " of the unpacked data: ", text_of(zip_file_get_error(file_)),
               "; get the file anew");
    given_ += static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
  }

  std::string name_;
  zip_file_t* file_;
  std::uint64_t given_ = 0;
};

template <auto free>
struct Freeing {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};

// Creates an archive in memory.
class ZipMaker {
 public:
  ZipMaker() {
    zip_error_t error;
    zip_error_init(&error);
    buffer_.reset(zip_source_buffer_create(nullptr, 0, 0, &error));
    if (!buffer_) fail(&error);
    zip_.reset(zip_open_from_source(buffer_.get(), ZIP_CREATE | ZIP_TRUNCATE, &error));
    if (!zip_) fail(&error);
    zip_source_keep(buffer_.get());  // outlives the archive, which owns it too
  }

  // The memory that `file` refers to must live until finish().
  void add(const ZipFile& file) {
    const auto* const head = reinterpret_cast<const std::uint8_t*>(file.head.data());
    const zip_buffer_fragment_t parts[] = {
        {const_cast<std::uint8_t*>(head), file.head.size()},  // libzip reads only
        {const_cast<std::uint8_t*>(file.body.data()), file.body.size()}};
    const zip_uint64_t count = file.body.empty() ? 1 : 2;
    zip_source_t* const source = zip_source_buffer_fragment(zip_.get(), parts, count, 0);
    if (source == nullptr) fail(zip_get_error(zip_.get()));
    const auto index = zip_file_add(zip_.get(), file.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      fail(zip_get_error(zip_.get()));
    }
    // The earliest date of the format, so that the same data gives the same bytes.
    constexpr zip_uint16_t kTime = 0, kDate = 0x21;
    const auto at = static_cast<zip_uint64_t>(index);
    if (zip_set_file_compression(zip_.get(), at, ZIP_CM_DEFLATE, 0) != 0 ||
        zip_file_set_dostime(zip_.get(), at, kTime, kDate, 0) != 0)
      fail(zip_get_error(zip_.get()));
  }

  std::string finish() && {
    if (zip_close(zip_.get()) != 0) fail(zip_get_error(zip_.get()));
    (void)zip_.release();
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_source_stat(buffer_.get(), &stat) != 0 || zip_source_open(buffer_.get()) != 0)
      fail(zip_source_error(buffer_.get()));
    std::string bytes(stat.size, '\0');
    const auto read = zip_source_read(buffer_.get(), bytes.data(), bytes.size());
    if (read != static_cast<zip_int64_t>(bytes.size())) fail(zip_source_error(buffer_.get()));
    zip_source_close(buffer_.get());
    return bytes;
  }

 private:
  [[noreturn]] static void fail(zip_error_t* error) {
    throw std::runtime_error("cannot make a ZIP archive: " + text_of(error));
  }

  std::unique_ptr<zip_source_t, Freeing<zip_source_free>> buffer_;
  std::unique_ptr<zip_t, Freeing<zip_discard>> zip_;
};

}  // namespace

struct ZipArchive::Handle {
  zip_t* zip = nullptr;

  Handle(std::span<const std::uint8_t> bytes, const std::string& name) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source == nullptr) throw std::bad_alloc();
    zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
    const std::string why = zip == nullptr ? text_of(&error) : "";
    zip_error_fini(&error);
    if (zip == nullptr) zip_source_free(source);
    check_data(zip != nullptr, name, ": byte ", bytes.size(),
               ": no whole ZIP archive, as NPZ is: ", why, "; get the file anew");
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { zip_discard(zip); }
};

ZipArchive::ZipArchive(std::span<const std::uint8_t> bytes, std::string name)
    : handle_(std::make_unique<Handle>(bytes, name)), name_(std::move(name)) {
  const auto count = static_cast<std::uint64_t>(zip_get_num_entries(handle_->zip, 0));
  for (std::uint64_t index = 0; index < count; ++index) add_entry(index);
  const std::set<std::string> distinct(arrays_.begin(), arrays_.end());
  check_data(distinct.size() == arrays_.size(), name_, ": two arrays of one name");
}

ZipArchive::~ZipArchive() = default;

void ZipArchive::add_entry(std::uint64_t index) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE |
                                   ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  const int code = zip_stat_index(handle_->zip, index, ZIP_FL_ENC_RAW, &stat);
  check_data(code == 0 && (stat.valid & kNeeded) == kNeeded, name_, ": entry ", index + 1,
             " cannot be described: ", zip_strerror(handle_->zip));
  std::string entry = stat.name;
  check_data(stays_inside(entry), name_, ": entry '", entry,
             "' is absolute, or leads out of the folder: refused");
  const auto where = concat(name_, ": entry '", entry, "' ");
  check_data(stat.encryption_method == ZIP_EM_NONE, where,
             "is encrypted: save it without a password");
  const bool stored = stat.comp_method == ZIP_CM_STORE;
  check_data(stored || stat.comp_method == ZIP_CM_DEFLATE, where, "is packed by method ",
             stat.comp_method, ": expected stored or deflate, as by numpy.savez");
  check_data(stored ? stat.size == stat.comp_size : stat.size / kMostInflation <= stat.comp_size,
             where, "claims ", stat.size, " bytes, which its ", stat.comp_size,
             " bytes cannot hold: a bomb, or damaged");
  if (!entry.ends_with(kArray)) return;
  entry.resize(entry.size() - kArray.size());
  arrays_.push_back(std::move(entry));
  entries_.push_back({index, stat.size});
}

bool ZipArchive::has(const std::string& array) const {
  return std::ranges::find(arrays_, array) != arrays_.end();
}

NpyArray ZipArchive::open(const std::string& array) const {
  const auto found = std::ranges::find(arrays_, array) - arrays_.begin();
  const auto& [index, size] = entries_.at(static_cast<std::size_t>(found));
  const auto name = concat(name_, ": ", array, ".npy");
  const auto entry = std::make_shared<EntryReader>(handle_->zip, index, name);
  return NpyArray({.name = name,
                   .size = size,
                   .read = [entry](std::span<std::uint8_t> out) { entry->read(out); },
                   .finish = [entry] { entry->finish(); }});
}

std::string make_zip(const std::vector<ZipFile>& files) {
  ZipMaker maker;
  for (const auto& file : files) maker.add(file);
  return std::move(maker).finish();
}

}  // namespace hebb
