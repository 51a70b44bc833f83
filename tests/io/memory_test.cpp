#include "hebb/io/memory.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>

#include "io/memory_files.h"
#include "scratch.h"

namespace hebb {
namespace {

namespace fs = std::filesystem;

constexpr double kMiB = 1 << 20;

double machine() {
  return static_cast<double>(::sysconf(_SC_PHYS_PAGES)) *
         static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// A made-up tree of control groups.
class Groups : public test::Scratch {
 public:
  explicit Groups(const std::string& of_process) { write("proc/self/cgroup", of_process); }
  void write(const std::string& name, const std::string& text) const {
    const fs::path file = fs::path(path()) / name;
    fs::create_directories(file.parent_path());
    test::write_text(file.string(), text);
  }
  double limit() const { return read_memory_limit(path()); }
};

TEST(MemoryLimit, IsTheMachinesWhereNothingLimits) {
  const test::Scratch empty;
  EXPECT_EQ(read_memory_limit(empty.path()), machine());
  EXPECT_GT(memory_limit(), 0);
  EXPECT_LE(memory_limit(), machine());
}

TEST(MemoryLimit, IsThatOfTheProcessesOwnGroup) {
  const Groups groups("0::/user/job\n");
  groups.write("sys/fs/cgroup/user/job/memory.max", "1048576\n");
  groups.write("sys/fs/cgroup/user/other/memory.max", "4096\n");
  EXPECT_EQ(groups.limit(), kMiB);
}

TEST(MemoryLimit, IsTheLowestOfAllGroupsAbove) {
  const Groups groups("0::/user/job/step\n");
  groups.write("sys/fs/cgroup/user/job/step/memory.max", "max\n");
  groups.write("sys/fs/cgroup/user/job/memory.max", "3145728\n");
  groups.write("sys/fs/cgroup/user/memory.max", "2097152\n");
  EXPECT_EQ(groups.limit(), 2 * kMiB);
  groups.write("sys/fs/cgroup/memory.max", "1048576\n");
  EXPECT_EQ(groups.limit(), kMiB);
}

TEST(MemoryLimit, OfAContainerStandsAtTheMount) {
  const Groups groups("0::/system.slice/docker-17.scope\n");
  groups.write("sys/fs/cgroup/memory.max", "2097152\n");
  EXPECT_EQ(groups.limit(), 2 * kMiB);
}

TEST(MemoryLimit, IsFoundInVersionOneToo) {
  const Groups groups("12:cpu,cpuacct:/a\n7:memory:/a/b\n1:name=systemd:/c\n0::/c\n");
  groups.write("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(groups.limit(), machine());
  groups.write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "1048576\n");
  EXPECT_EQ(groups.limit(), kMiB);
  groups.write("sys/fs/cgroup/unified/c/memory.max", "4096\n");
  EXPECT_EQ(groups.limit(), 4096);
}

// In a container, the mount shows the container's own group and those below, and the path of the
// process's group begins above it.
TEST(MemoryLimit, OfAGroupWithinAContainerIsFoundBelowTheMount) {
  const Groups groups("4:memory:/docker/17/job\n0::/docker/17/job/step\n");
  groups.write(
      "proc/self/mountinfo",
      "30 23 0:28 /docker/17 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
      "31 23 0:29 /docker/17 /sys/fs/cgroup/two\\040words ro shared:9 - cgroup2 cgroup rw\n"
      "32 23 0:30 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
      "nonsense\n- - - - - - cgroup2 -\n");
  EXPECT_EQ(groups.limit(), machine());
  groups.write("sys/fs/cgroup/memory/memory.limit_in_bytes", "4194304\n");
  EXPECT_EQ(groups.limit(), 4 * kMiB);
  groups.write("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "3145728\n");
  EXPECT_EQ(groups.limit(), 3 * kMiB);
  groups.write("sys/fs/cgroup/two words/job/memory.max", "2097152\n");
  EXPECT_EQ(groups.limit(), 2 * kMiB);
  groups.write("sys/fs/cgroup/two words/job/step/memory.max", "1048576\n");
  EXPECT_EQ(groups.limit(), kMiB);
}

TEST(MemoryLimit, OfAMountElsewhereIsFoundThere) {
  const Groups groups("0::/a\n");
  groups.write("proc/self/mountinfo", "31 23 0:29 / /groups rw - cgroup2 none rw\n");
  groups.write("groups/a/memory.max", "1048576\n");
  EXPECT_EQ(groups.limit(), kMiB);
}

TEST(MemoryLimit, OfAnotherGroupThanTheMountsIsTheMounts) {
  const Groups groups("0::/docker/170/job\n");
  groups.write("proc/self/mountinfo",
               "31 23 0:29 /docker/17 /sys/fs/cgroup rw - cgroup2 none rw\n");
  groups.write("sys/fs/cgroup/memory.max", "2097152\n");
  groups.write("sys/fs/cgroup/0/job/memory.max", "1048576\n");
  EXPECT_EQ(groups.limit(), 2 * kMiB);
}

TEST(MemoryLimit, IsNoMoreThanAResourceLimit) {
  const test::Scratch empty;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_RSS, &before), 0);
  rlimit lower = before;
  lower.rlim_cur = 1U << 20U;
  ASSERT_EQ(::setrlimit(RLIMIT_RSS, &lower), 0);
  EXPECT_EQ(read_memory_limit(empty.path()), kMiB);
  ASSERT_EQ(::setrlimit(RLIMIT_RSS, &before), 0);
}

TEST(MemoryLimit, PassesOverWhatIsNoLimit) {
  const Groups groups("nonsense\n:\n0::/../../etc\n");
  groups.write("sys/fs/cgroup/memory.max", "many\n");
  EXPECT_EQ(groups.limit(), machine());
}

}  // namespace
}  // namespace hebb
