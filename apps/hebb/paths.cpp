// Two outputs of one name, or an output that is also an input, would lose a file without an error.
// The paths of a run are compared as the file system resolves them, before anything is written.
#include "paths.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cctype>
#include <filesystem>
#include <iterator>

#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/formats/catalogue.h"
#include "hebb/formats/idx.h"
#include "hebb/io/file.h"

namespace hebb::app {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 11> kOutputs = {
    "output",      "report", "plot",       "confusion", "study",       "csv",
    "out_of_fold", "roc",    "checkpoint", "resume",    "slurm_script"};

// The path without links and "..". A link to a file that does not exist is followed, as in writing.
// Empty for pipes and devices, of which any number of outputs may be written.
std::string real_path(const std::string& path) {
  std::error_code ignored, failed;
  const fs::file_status status = fs::status(path, ignored);
  if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status)) return {};
  const fs::path absolute = fs::absolute(written_path(path), ignored);
  fs::path real = fs::weakly_canonical(absolute, failed);
  if (failed) real = absolute.lexically_normal();
  return (real.has_filename() ? real : real.parent_path()).string();  // without a slash at its end
}

// Whether two new files of one folder would be one, tried with names that stand for theirs.
bool are_one_name(const fs::path& folder, const std::string& a, const std::string& b) {
  const auto equal = [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y) || (x >= 0x80 && y >= 0x80);
  };
  if (!std::ranges::equal(a, b, equal)) return false;
  const auto trial = [&](const std::string& name) {
    return (folder / concat(".hebb-", ::getpid(), '-', name, ".tmp")).string();
  };
  const int file = ::open(trial(a).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return false;
  const bool one = ::access(trial(b).c_str(), F_OK) == 0;
  ::close(file);
  ::unlink(trial(a).c_str());
  return one;
}

bool is_one_file(const fs::path& a, const fs::path& b) {
  if (a == b) return true;
  std::error_code failed;
  const bool a_exists = fs::exists(a, failed), b_exists = fs::exists(b, failed);
  if (a_exists || b_exists) return a_exists && b_exists && fs::equivalent(a, b, failed);
  return fs::equivalent(a.parent_path(), b.parent_path(), failed) &&
         are_one_name(a.parent_path(), a.filename().string(), b.filename().string());
}

bool is_inside(const fs::path& path, const fs::path& folder) {
  return std::ranges::mismatch(folder, path).in1 == folder.end();
}

// The format of a file; nullptr if there is no file that can be read. A pipe is not opened: what is
// read from it would be lost.
const FormatRow* format_at(const std::string& path) {
  std::error_code failed;
  if (!fs::is_regular_file(path, failed)) return nullptr;
  try {
    return &format_of(DataFile(path));
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

bool is_image_file(const std::string& path) {
  const FormatRow* format = format_at(path);
  return format && format->takes_images;
}

// "--report" of an option, and "DATA" of an argument.
std::string given_name(const std::string& given_by) {
  if (given_by.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string::npos)
    return given_by;
  std::string flag = "--" + given_by;
  std::ranges::replace(flag, '_', '-');
  return flag;
}

}  // namespace

bool is_output(std::string_view option) {
  return std::ranges::find(kOutputs, option) != kOutputs.end();
}

RunPaths::RunPaths(const Settings& settings) {
  if (settings.config_file) reads(settings.config_file->path, settings.config_file->given_by);
}

void RunPaths::add(Entry entry) {
  entry.real = real_path(entry.path);
  entries_.push_back(std::move(entry));
}

void RunPaths::reads(const std::string& path, const std::string& given_by) {
  add({.path = path, .given_by = given_by});
}

void RunPaths::reads_data(const std::string& data, const std::string& given_by) {
  if (data == "-") {
    entries_.push_back(
        {.path = "from standard input", .given_by = given_by, .real = real_path("/dev/stdin")});
    return;
  }
  const std::string path = split_named_rows(data).data;
  const auto& sets = dataset_catalogue();
  if (std::ranges::find(sets, path.substr(0, path.find(':')), &DatasetRow::name) != sets.end())
    return;
  reads(path, given_by);
  const auto labels = idx_label_paths(path);
  if (const FormatRow* format = labels.empty() ? nullptr : format_at(path);
      format && format->name == "idx")
    for (const std::string& file : labels) reads(file, given_by);
}

void RunPaths::reads_start(const std::string& model, const std::string& given_by,
                           const std::string& output) {
  add({.path = model, .given_by = given_by, .replaced_by = output});
}

void RunPaths::writes(const std::string& path, const std::string& option) {
  assert(is_output(option));
  add({.path = path, .given_by = option, .use = Use::write});
}

void RunPaths::writes_checkpoint(const std::string& dir, const std::string& option) {
  assert(is_output(option));
  add({.path = dir, .given_by = option, .use = Use::folder});
  add({.path = path_in(dir, "checkpoint.hebb"), .given_by = option, .use = Use::in_folder});
}

void RunPaths::check_pair(const Entry& written, const Entry& other) {
  if (written.real.empty() || other.real.empty() || other.replaced_by == written.given_by) return;
  const std::string same =
      given_name(other.given_by) + (other.path == written.path ? std::string() : " " + other.path);
  std::error_code failed;
  if (other.use == Use::folder) {
    hebb::check(!is_inside(other.real, written.real), written.given_by, written.path,
                " is also the folder of ", same, ", or one above it: choose another name");
  } else if (other.use != Use::read) {
    hebb::check(!is_one_file(written.real, other.real), written.given_by, written.path,
                " is also written (", same,
                "), and only one of the two would be left: choose another name");
  } else if (fs::is_directory(other.real, failed)) {
    hebb::check(!is_inside(written.real, other.real) || !is_image_file(written.real),
                written.given_by, written.path, " is one of the images that are read (", same,
                ") and would be overwritten: choose another name");
  } else {
    hebb::check(!is_one_file(written.real, other.real), written.given_by, written.path,
                " is also read (", same, ") and would be overwritten: choose another name");
  }
}

void RunPaths::check() const {
  for (auto one = entries_.begin(); one != entries_.end(); ++one)
    for (auto other = std::next(one); other != entries_.end(); ++other) {
      if (one->use == Use::read && other->use == Use::read) continue;
      if (one->use < other->use)
        check_pair(*other, *one);
      else
        check_pair(*one, *other);
    }
  for (const Entry& entry : entries_)
    if (entry.use == Use::write) check_writable(entry.path);
}

}  // namespace hebb::app
