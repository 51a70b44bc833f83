#include "data/text_file.h"

#include <algorithm>
#include <filesystem>

#include "hebb/core/error.h"

namespace hebb {

TextFile::TextFile(const std::string& path)
    : file_(path), name_(path == "-" ? "standard input" : path), text_(file_.text()) {
  constexpr std::uint64_t kMostInflated = std::uint64_t{4} << 30;
  if (!is_gzip(file_.bytes())) return;
  unpacked_ = gunzip(file_.bytes(), name_, kMostInflated);
  text_ = {reinterpret_cast<const char*>(unpacked_.data()), unpacked_.size()};
}

std::string TextFile::short_name() const {
  return std::filesystem::path(name_).filename().string();
}

std::string text_place(std::string_view text, const std::string& name, std::size_t offset) {
  const auto before = text.substr(0, offset);
  const auto line = 1 + std::ranges::count(before, '\n');
  const auto last = before.rfind('\n');
  return concat(name, ":", line, ":", last == std::string_view::npos ? offset + 1 : offset - last);
}

}  // namespace hebb
