// Reading a page of a mapped file that another process has cut off raises SIGBUS. The mappings are
// listed in an array of atomics, so that a handler of the signal can find out which file it was.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/printable.h"
#include "hebb/io/file.h"
#include "io/descriptor.h"

namespace hebb {
namespace {

// Smaller files are read, not mapped. Threads that map and unmap many small files wait for each
// other: a process has one address space, and every change to it interrupts the other cores.
constexpr std::size_t kWorthMapping = std::size_t{1} << 18;

std::vector<std::uint8_t> read_whole(int fd, const std::string& path,
                                     std::size_t first_room = std::size_t{1} << 16) {
  std::vector<std::uint8_t> bytes(first_room);
  std::size_t size = 0;
  while (const auto got = io::read_some(fd, std::span(bytes).subspan(size), path)) {
    size += got;
    if (size == bytes.size()) bytes.resize(2 * size);
  }
  bytes.resize(size);
  return bytes;
}

struct ListedMapping {
  std::atomic<bool> taken = false;
  std::atomic<const std::uint8_t*> begin = nullptr;  // nullptr: not complete
  std::atomic<const std::uint8_t*> end = nullptr;
  std::atomic<const char*> name = nullptr;
};
std::array<ListedMapping, 256> listed_mappings;  // further ones are not listed
static_assert(std::atomic<const std::uint8_t*>::is_always_lock_free);

// A mapped file, listed while it is mapped.
class Mapping {
 public:
  // Not mapped if the system refuses: bytes() is then empty.
  Mapping(io::Descriptor file, std::size_t size, const std::string& path)
      : file_(std::move(file)), path_(path), shown_(printable(path)) {
    void* const map = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file_.get(), 0);
    if (map == MAP_FAILED) return;
    bytes_ = {static_cast<const std::uint8_t*>(map), size};
    listed_ = std::ranges::find_if(listed_mappings,
                                   [](ListedMapping& one) { return !one.taken.exchange(true); });
    if (listed_ == listed_mappings.end()) return;
    listed_->name = shown_.c_str();
    listed_->end = bytes_.data() + size;
    listed_->begin = bytes_.data();
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() {
    if (listed_ != listed_mappings.end()) {
      listed_->begin = nullptr;
      listed_->taken = false;
    }
    if (!bytes_.empty()) ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
  }

  int fd() const { return file_.get(); }
  std::span<const std::uint8_t> bytes() const { return bytes_; }

  void check_uncut() const {
    struct stat info {};
    if (::fstat(file_.get(), &info) != 0) io::fail(path_, "look it up");
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size < bytes_.size())
      throw std::runtime_error(concat(path_, ": cut from ", bytes_.size(), " to ", size,
                                      " bytes while it was read: try again when it is complete"));
  }

 private:
  io::Descriptor file_;
  std::string path_, shown_;
  std::span<const std::uint8_t> bytes_;
  decltype(listed_mappings)::iterator listed_ = listed_mappings.end();
};

}  // namespace

const char* mapped_file_at(const void* address) noexcept {
  const auto* const byte = static_cast<const std::uint8_t*>(address);
  for (const ListedMapping& one : listed_mappings) {
    const std::uint8_t* const begin = one.begin;
    if (begin && begin <= byte && byte < one.end) return one.name;
  }
  return nullptr;
}

struct MappedFile::State {
  std::vector<std::uint8_t> whole;
  std::optional<Mapping> mapping;
};

MappedFile::MappedFile(const std::string& path) : state_(std::make_unique<State>()) {
  if (path == "-") {
    state_->whole = read_whole(STDIN_FILENO, "standard input");
    return;
  }
  auto file = io::open_file(path, O_RDONLY);
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) io::fail(path, "open");
  if (S_ISDIR(info.st_mode)) io::fail(path, "read", EISDIR);
  const auto size = static_cast<std::size_t>(info.st_size);
  if (!S_ISREG(info.st_mode) || size == 0) {
    state_->whole = read_whole(file.get(), path);
    return;
  }
  if (size < kWorthMapping) {
    state_->whole = read_whole(file.get(), path, size + 1);  // one more, to detect the end
    return;
  }
  const Mapping& mapping = state_->mapping.emplace(std::move(file), size, path);
  if (!mapping.bytes().empty()) return;
  state_->whole = read_whole(mapping.fd(), path);
  state_->mapping.reset();
}

MappedFile::MappedFile(MappedFile&&) noexcept = default;
MappedFile& MappedFile::operator=(MappedFile&&) noexcept = default;
MappedFile::~MappedFile() = default;

std::span<const std::uint8_t> MappedFile::bytes() const {
  return state_->mapping ? state_->mapping->bytes() : state_->whole;
}

std::string_view MappedFile::text() const {
  const auto all = bytes();
  return {reinterpret_cast<const char*>(all.data()), all.size()};
}

void MappedFile::check_uncut() const {
  if (state_->mapping) state_->mapping->check_uncut();
}

}  // namespace hebb
