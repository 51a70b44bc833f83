#include "hebb/formats/data_file.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "formats/byte_source.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

DataFile::DataFile(std::string path)
    : path_(std::move(path)),
      name_(path_ == "-" ? "standard input" : path_),
      file_(path_),
      bytes_(file_->bytes()) {}

DataFile::DataFile(std::string name, std::span<const std::uint8_t> bytes)
    : path_(std::move(name)), name_(path_), bytes_(bytes) {}

std::string DataFile::short_name() const {
  return std::filesystem::path(name_).filename().string();
}

void DataFile::check_uncut() const {
  if (file_) file_->check_uncut();
}

std::string_view DataFile::text() const {
  constexpr std::uint64_t kMostInflated = std::uint64_t{4} << 30;
  if (!is_gzip(bytes_)) return as_text(bytes_);
  if (!unpacked_) unpacked_ = gunzip(bytes_, name_, kMostInflated);
  return as_text(*unpacked_);
}

std::string_view DataFile::head() const {
  constexpr std::size_t kHead = std::size_t{1} << 16;
  if (!is_gzip(bytes_)) return as_text(bytes_.first(std::min(kHead, bytes_.size())));
  if (!head_) {
    head_.emplace(kHead);
    try {
      head_->resize(ByteSource(bytes_, name_).read_up_to(*head_));
    } catch (const DataError&) {
      head_->clear();  // reading the file reports the error
    }
  }
  return as_text(*head_);
}

}  // namespace hebb
