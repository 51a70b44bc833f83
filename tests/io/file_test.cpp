#include "hebb/io/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "expect_error.h"
#include "hebb/io/temporary_files.h"
#include "scratch.h"

namespace {

std::atomic<int> fsync_calls = 0;         // other tests save from several threads
std::atomic<int> fsync_failing_call = 0;  // the first is 1; 0: none

}  // namespace

// Stands before the C library's, so that a failing disk can be had at will.
extern "C" int fsync(int fd) {
  if (++fsync_calls == fsync_failing_call) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_fsync, fd));
}

namespace hebb {
namespace {

using test::contains;
using test::read_text;
using test::Scratch;
using test::write_text;

void fail_fsync_call(int call) {
  fsync_calls = 0;
  fsync_failing_call = call;
}

unsigned mode_of(const std::string& path) {
  struct stat info {};
  ::stat(path.c_str(), &info);
  return info.st_mode & 07777U;
}

TEST(MappedFile, HoldsTheBytes) {
  const Scratch scratch;
  const std::string text("a\0b\n", 4);
  write_text(scratch / "x", text);
  const MappedFile file(scratch / "x");
  EXPECT_EQ(file.text(), text);
  EXPECT_EQ(file.bytes().size(), 4U);
  EXPECT_EQ(file.bytes()[2], 'b');
}

TEST(MappedFile, HoldsSmallAndLargeFilesAlike) {
  const Scratch scratch;
  for (const std::size_t size : {1U, 65536U, (1U << 18) - 1, 1U << 18, (1U << 18) + 1, 3U << 20}) {
    std::string text(size, 'a');
    for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i * i % 23);
    write_text(scratch / "x", text);
    EXPECT_TRUE(MappedFile(scratch / "x").text() == text) << size;
  }
}

TEST(MappedFile, StaysWhereItIsWhenMoved) {
  const Scratch scratch;
  write_text(scratch / "x", "text");
  MappedFile file(scratch / "x");
  const auto* const where = file.text().data();
  const MappedFile moved = std::move(file);
  EXPECT_EQ(moved.text().data(), where);
}

TEST(MappedFile, IsFoundByAnyOfItsAddressesWhileItIsMapped) {
  const Scratch scratch;
  write_text(scratch / "x\n", std::string(300'000, 'a'));
  const char* first = nullptr;
  {
    const MappedFile file(scratch / "x\n");
    first = file.text().data();
    EXPECT_EQ(mapped_file_at(first), (scratch / "x") + "\\n");
    EXPECT_NE(mapped_file_at(first + 299'999), nullptr);
    EXPECT_EQ(mapped_file_at(first + 300'000), nullptr);
    EXPECT_EQ(mapped_file_at(first - 1), nullptr);
  }
  EXPECT_EQ(mapped_file_at(first), nullptr);
}

TEST(MappedFile, TellsThatItHasBeenCut) {
  const Scratch scratch;
  write_text(scratch / "x", std::string(300'000, 'a'));
  const MappedFile file(scratch / "x");
  EXPECT_NO_THROW(file.check_uncut());
  std::filesystem::resize_file(scratch / "x", 299'999);
  EXPECT_EQ(
      message_of<std::runtime_error>([&] { file.check_uncut(); }),
      (scratch / "x") +
          ": cut from 300000 to 299999 bytes while it was read: try again when it is complete");
}

TEST(MappedFile, TakesAnEmptyFile) {
  const Scratch scratch;
  write_text(scratch / "x", "");
  EXPECT_EQ(MappedFile(scratch / "x").text(), "");
}

TEST(MappedFile, ReadsWhatHasNoSize) {
  EXPECT_PRED2(contains, std::string(MappedFile("/proc/self/status").text()), "Pid:");
}

TEST(MappedFile, ReadsAPipeWhole) {
  const Scratch scratch;
  ASSERT_EQ(::mkfifo((scratch / "pipe").c_str(), 0600), 0);
  const std::string text(300'000, 'x');  // more than a pipe holds and than the first room
  std::thread writer([&] { write_text(scratch / "pipe", text); });
  const MappedFile file(scratch / "pipe");
  writer.join();
  EXPECT_EQ(file.text(), text);
}

TEST(MappedFile, ReadsStandardInput) {
  const Scratch scratch;
  write_text(scratch / "x", "from stdin");
  const int saved = ::dup(STDIN_FILENO);
  const int file = ::open((scratch / "x").c_str(), O_RDONLY);
  ::dup2(file, STDIN_FILENO);
  const MappedFile read("-");
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  ::close(file);
  EXPECT_EQ(read.text(), "from stdin");
}

TEST(MappedFile, NamesAMissingFile) {
  const Scratch scratch;
  EXPECT_EQ(message_of<std::runtime_error>([&] { MappedFile(scratch / "none"); }),
            (scratch / "none") + ": cannot open: No such file or directory");
}

TEST(MappedFile, NamesAFolder) {
  const Scratch scratch;
  EXPECT_EQ(message_of<std::runtime_error>([&] { const MappedFile file(scratch.path()); }),
            scratch.path() + ": cannot read: Is a directory");
}

TEST(ReplaceFile, WritesItsPartsInARow) {
  const Scratch scratch;
  const std::vector<std::uint8_t> a{'o', 'n'};
  const std::vector<std::uint8_t> b{};
  const std::vector<std::uint8_t> c{'e'};
  const std::vector<std::span<const std::uint8_t>> parts{a, b, c};
  replace_file(scratch / "x", parts);
  EXPECT_EQ(read_text(scratch / "x"), "one");
  EXPECT_EQ(scratch.entries(), 1U);
}

TEST(ReplaceFile, TakesANameWithoutAFolder) {
  const Scratch scratch;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(scratch.path());
  replace_file("x", "text");
  std::filesystem::current_path(before);
  EXPECT_EQ(read_text(scratch / "x"), "text");
}

TEST(ReplaceFile, NeverChangesAFileThatIsOpen) {
  const Scratch scratch;
  write_text(scratch / "x", "old");
  const MappedFile open(scratch / "x");
  replace_file(scratch / "x", "new");
  EXPECT_EQ(open.text(), "old");
  EXPECT_EQ(read_text(scratch / "x"), "new");
}

TEST(ReplaceFile, GivesNewFilesTheModeOfTheUmask) {
  const Scratch scratch;
  const auto before = ::umask(027);
  replace_file(scratch / "x", "text");
  ::umask(before);
  EXPECT_EQ(mode_of(scratch / "x"), 0640U);
}

TEST(ReplaceFile, KeepsTheModeOfTheOldFile) {
  const Scratch scratch;
  write_text(scratch / "x", "old");
  ASSERT_EQ(::chmod((scratch / "x").c_str(), 0666), 0);
  const auto before = ::umask(077);
  replace_file(scratch / "x", "new");
  ::umask(before);
  EXPECT_EQ(mode_of(scratch / "x"), 0666U);
}

TEST(ReplaceFile, FollowsLinks) {
  const Scratch scratch;
  write_text(scratch / "x", "old");
  std::filesystem::create_symlink(scratch / "x", scratch / "link");
  replace_file(scratch / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "link"));
  EXPECT_EQ(read_text(scratch / "x"), "new");
}

TEST(ReplaceFile, WritesADeviceInPlace) {
  replace_file("/dev/null", "text");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  EXPECT_EQ(message_of<std::runtime_error>([] { replace_file("/dev/full", "text"); }),
            "/dev/full: cannot write: No space left on device");
}

TEST(ReplaceFile, KeepsTheOldFileWhenTheDiskIsFull) {
  const Scratch scratch;
  write_text(scratch / "x", "old");
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, before.rlim_max};  // the first write is cut short, the second fails
  ::setrlimit(RLIMIT_FSIZE, &small);
  const auto message =
      message_of<std::runtime_error>([&] { replace_file(scratch / "x", std::string(5000, 'x')); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(message, (scratch / "x") + ": cannot write: File too large");
  EXPECT_EQ(read_text(scratch / "x"), "old");
  EXPECT_EQ(scratch.entries(), 1U);
}

TEST(ReplaceFile, NeverRetriesFsync) {
  const Scratch scratch;
  write_text(scratch / "x", "old");
  fail_fsync_call(1);
  const auto message = message_of<std::runtime_error>([&] { replace_file(scratch / "x", "new"); });
  fail_fsync_call(0);
  EXPECT_EQ(message, (scratch / "x") + ": cannot bring to the disk (fsync): Input/output error");
  EXPECT_EQ(read_text(scratch / "x"), "old");
  EXPECT_EQ(scratch.entries(), 1U);
}

TEST(ReplaceFile, SyncsFileAndFolderOnceEach) {
  const Scratch scratch;
  fail_fsync_call(0);
  replace_file(scratch / "x", "new");
  EXPECT_EQ(fsync_calls, 2);
}

TEST(ReplaceFile, ReportsAFolderThatCannotBeSynced) {
  const Scratch scratch;
  fail_fsync_call(2);
  const auto message = message_of<std::runtime_error>([&] { replace_file(scratch / "x", "new"); });
  EXPECT_EQ(fsync_calls, 2);
  fail_fsync_call(0);
  EXPECT_PRED2(contains, message, "cannot bring its folder to the disk (fsync)");
}

// How temporary files of this machine's writers end; empty if the system has no identity.
std::string local_end() {
  const std::string id = read_text("/proc/sys/kernel/random/boot_id").substr(0, 8);
  return id.empty() ? "" : '-' + id + ".tmp";
}

void make_old(const std::string& path, int hours) {
  const auto at = std::filesystem::last_write_time(path);
  std::filesystem::last_write_time(path, at - std::chrono::hours(hours));
}

TEST(ReplaceFile, RemovesWhatKilledWritersHaveLeftAndNothingElse) {
  const std::string end = local_end();
  if (end.empty()) GTEST_SKIP() << "the kernel has no identity";
  const Scratch scratch;
  // A writer that lives holds the lock.
  const std::string living_name = ".hebb-1-0" + end;
  write_text(scratch / living_name, "half");
  const int living = ::open((scratch / living_name).c_str(), O_WRONLY);
  ASSERT_EQ(::flock(living, LOCK_EX), 0);
  const std::vector<std::string> others = {".hebb-1-0.txt", "hebb-1-0.tmp", ".hebb.tmp"};
  for (const auto& name : others) write_text(scratch / name, "mine");
  std::filesystem::create_directory(scratch / (".hebb-3-0" + end));
  std::filesystem::create_symlink(scratch / others[0], scratch / (".hebb-4-0" + end));
  ASSERT_EQ(::mkfifo((scratch / (".hebb-5-0" + end)).c_str(), 0600), 0);
  write_text(scratch / (".hebb-2-0" + end), "half");
  const auto kept = scratch.entries() - 1;

  replace_file(scratch / "x", "new");
  EXPECT_FALSE(std::filesystem::exists(scratch / (".hebb-2-0" + end)));
  EXPECT_EQ(read_text(scratch / living_name), "half");
  EXPECT_EQ(scratch.entries(), kept + 1);  // and the new file

  ::close(living);
  check_writable(scratch / "x");
  EXPECT_FALSE(std::filesystem::exists(scratch / living_name));
}

TEST(ReplaceFile, KeepsFilesOfWritersOnOtherMachinesForADay) {
  const Scratch scratch;
  const std::vector<std::string> names = {".hebb-1-0-00000000.tmp", ".hebb-1-0.tmp"};
  for (const auto& name : names) {
    write_text(scratch / name, "half");
    make_old(scratch / name, 23);
  }
  replace_file(scratch / "x", "new");
  for (const auto& name : names) {
    EXPECT_TRUE(std::filesystem::exists(scratch / name)) << name;
    make_old(scratch / name, 2);
  }
  replace_file(scratch / "x", "newer");
  for (const auto& name : names) EXPECT_FALSE(std::filesystem::exists(scratch / name)) << name;
}

TEST(ReplaceFile, LeavesTheBitsBehindThatGiveTheRightsOfTheOwner) {
  const Scratch scratch;
  write_text(scratch / "x", "old");
  ASSERT_EQ(::chmod((scratch / "x").c_str(), 06755), 0);
  replace_file(scratch / "x", "new");
  EXPECT_EQ(mode_of(scratch / "x"), 0755U);
}

TEST(ReplaceFile, LeavesAFileToItsOwner) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may give files away";
  const Scratch scratch;
  write_text(scratch / "x", "old");
  ASSERT_EQ(::chown((scratch / "x").c_str(), 65534, 65533), 0);
  replace_file(scratch / "x", "new");
  struct stat info {};
  ASSERT_EQ(::stat((scratch / "x").c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, 65534U);
  EXPECT_EQ(info.st_gid, 65533U);
}

TEST(ReplaceFile, WritesWhereALinkLeadsThatLeadsNowhereYet) {
  const Scratch scratch;
  std::filesystem::create_directory(scratch / "sub");
  std::filesystem::create_symlink("sub/second", scratch / "link");
  std::filesystem::create_symlink("x", scratch / "sub/second");
  EXPECT_EQ(written_path(scratch / "link"), scratch / "sub/x");
  replace_file(scratch / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "link"));
  EXPECT_TRUE(std::filesystem::is_symlink(scratch / "sub/second"));
  EXPECT_EQ(read_text(scratch / "sub/x"), "new");
}

TEST(ReplaceFile, KeepsTheOldFileIfTheNewOneIsRefused) {
  const Scratch scratch;
  write_text(scratch / "x", "old");
  const std::vector<std::uint8_t> a{'n', 'e'}, b{'w'};
  const std::vector<std::span<const std::uint8_t>> parts{a, b};
  std::string seen;
  const FileCheck refuse = [&](std::span<const std::uint8_t> bytes) {
    seen.assign(bytes.begin(), bytes.end());
    throw std::runtime_error("refused");
  };
  EXPECT_EQ(message_of<std::runtime_error>([&] { replace_file(scratch / "x", parts, refuse); }),
            "refused");
  EXPECT_EQ(seen, "new");
  EXPECT_EQ(read_text(scratch / "x"), "old");
  EXPECT_EQ(scratch.entries(), 1U);
  seen.clear();
  EXPECT_THROW(replace_file("/dev/null", parts, refuse), std::runtime_error);
  EXPECT_EQ(seen, "new");
}

TEST(ReplaceFiles, WritesAllOfThem) {
  const Scratch scratch;
  write_text(scratch / "a", "old");
  replace_files({{scratch / "a", "one"}, {scratch / "b", "two"}});
  EXPECT_EQ(read_text(scratch / "a"), "one");
  EXPECT_EQ(read_text(scratch / "b"), "two");
  EXPECT_EQ(scratch.entries(), 2U);
}

TEST(ReplaceFiles, WritesNoneIfOneCannotBeWritten) {
  const Scratch scratch;
  write_text(scratch / "a", "old");
  EXPECT_THROW(replace_files({{scratch / "a", "one"}, {scratch / "none/b", "two"}}),
               std::runtime_error);
  EXPECT_EQ(read_text(scratch / "a"), "old");
  EXPECT_EQ(scratch.entries(), 1U);
}

TEST(ReplaceFile, NamesAMissingFolder) {
  const Scratch scratch;
  EXPECT_EQ(
      message_of<std::runtime_error>([&] { replace_file(scratch / "none/x", "text"); }),
      (scratch / "none/x") + ": cannot create a file in its folder: No such file or directory");
}

TEST(ReplaceFile, RefusesAFolder) {
  const Scratch scratch;
  EXPECT_EQ(message_of<std::runtime_error>([&] { replace_file(scratch.path(), "text"); }),
            scratch.path() + ": cannot write: Is a directory");
}

TEST(ReplaceFile, RefusesAnEmptyPath) {
  EXPECT_THROW(replace_file("", "text"), std::invalid_argument);
}

TEST(CheckWritable, LeavesNoTrace) {
  const Scratch scratch;
  check_writable(scratch / "x");
  EXPECT_EQ(scratch.entries(), 0U);
  write_text(scratch / "x", "old");
  check_writable(scratch / "x");
  EXPECT_EQ(read_text(scratch / "x"), "old");
  EXPECT_EQ(scratch.entries(), 1U);
}

TEST(CheckWritable, AcceptsADevice) { EXPECT_NO_THROW(check_writable("/dev/null")); }

TEST(CheckWritable, RefusesWhatCannotBeWritten) {
  const Scratch scratch;
  write_text(scratch / "x", "");
  EXPECT_PRED2(contains, message_of<std::runtime_error>([&] { check_writable(scratch.path()); }),
               "Is a directory");
  EXPECT_PRED2(contains, message_of<std::runtime_error>([&] { check_writable(scratch / "x/y"); }),
               "Not a directory");
  EXPECT_PRED2(contains,
               message_of<std::runtime_error>([&] { check_writable(scratch / "none/y"); }),
               "No such file or directory");
  // A folder that takes no new file, not even from root.
  EXPECT_PRED2(contains, message_of<std::runtime_error>([&] { check_writable("/proc/self/hebb"); }),
               "/proc/self/hebb: cannot create a file in its folder");
}

TEST(CheckWritable, RefusesAFileUnderWriteProtection) {
  const Scratch scratch;
  write_text(scratch / "x", "old");
  ASSERT_EQ(::chmod((scratch / "x").c_str(), 0444), 0);
  ASSERT_EQ(::chmod(scratch.path().c_str(), 0755), 0);
  const auto user = ::geteuid();
  constexpr uid_t kNobody = 65534;  // root may write everything
  if (user == 0) {
    ASSERT_EQ(::seteuid(kNobody), 0);
  }
  const auto message = message_of<std::runtime_error>([&] { check_writable(scratch / "x"); });
  if (user == 0) {
    ASSERT_EQ(::seteuid(user), 0);
  }
  EXPECT_EQ(message, (scratch / "x") + ": cannot write: Permission denied");
}

TEST(RemoveTemporaryFiles, LeavesTheOldFileAlone) {
  const test::Scratch scratch;
  test::write_text(scratch / "x", "old");
  const auto temporaries = [&] {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path()))
      if (entry.path().filename().string().starts_with(".hebb-")) ++count;
    return count;
  };
  std::size_t before = 0, after = 1;
  const std::string text = "new";
  const std::span<const std::uint8_t> part(reinterpret_cast<const std::uint8_t*>(text.data()), 3);
  const FileCheck end = [&](std::span<const std::uint8_t>) {
    before = temporaries();
    remove_temporary_files();
    after = temporaries();
  };
  EXPECT_THROW(replace_file(scratch / "x", std::array{part}, end), std::runtime_error);
  EXPECT_EQ(before, 1U);
  EXPECT_EQ(after, 0U);
  EXPECT_EQ(test::read_text(scratch / "x"), "old");
  replace_file(scratch / "x", "new");
  EXPECT_EQ(test::read_text(scratch / "x"), "new");
  EXPECT_EQ(temporaries(), 0U);
}

}  // namespace
}  // namespace hebb
