#include "fuzz/changes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "fuzz/checksums.h"
#include "fuzz/targets.h"
#include "scratch.h"

namespace hebb::fuzz {
namespace {

std::vector<std::string> containers(const std::string& target) {
  std::vector<std::string> all;
  const std::filesystem::path folder = HEBB_SOURCE_DIR "/tests/fuzz/corpus/" + target;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    all.push_back(test::read_text(file.path()));
  return all;
}

TEST(ChangedContainer, IsAnotherWithChecksumsThatHold) {
  const std::string file = with_checksums(containers("model").front());
  std::set<std::string> others;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const std::string other = changed_container(file, seed);
    EXPECT_EQ(with_checksums(other), other) << seed;
    EXPECT_EQ(changed_container(file, seed), other) << seed;
    others.insert(other);
  }
  EXPECT_GT(others.size(), 150U);
}

TEST(ChangedContainer, OfWhatIsNoneIsTheSame) {
  EXPECT_EQ(changed_container("a,b\n1,2\n", 1), "a,b\n1,2\n");
  EXPECT_EQ(changed_container("", 1), "");
  // Numbers that no std::uint64_t holds.
  const std::string header =
      R"({"a":{"data_offsets":[0,0],"dtype":"F32","shape":[4.6e20]},"__metadata__":{}})";
  const std::string file =
      std::string{static_cast<char>(header.size()), 0, 0, 0, 0, 0, 0, 0} + header;
  EXPECT_EQ(changed_container(file, 1), file);
}

TEST(ChangedContainer, BreaksNoPromise) {
  constexpr std::uint64_t kChanges = 60;  // of each; scripts/fuzz.sh makes as many as it is told to
  for (const FuzzTarget& target : targets()) {
    const std::string name = target.name;
    if (name != "model" && name != "checkpoint") continue;
    for (const std::string& file : containers(name))
      for (std::uint64_t seed = 0; seed < kChanges; ++seed)
        EXPECT_NO_THROW(target.run(changed_container(file, seed))) << name << ", seed " << seed;
  }
}

}  // namespace
}  // namespace hebb::fuzz
