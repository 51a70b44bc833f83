// Every input that fuzzing found worth keeping, through the function that it was kept for.
#include <gtest/gtest.h>

#include <filesystem>

#include "fuzz/targets.h"
#include "scratch.h"

namespace hebb::fuzz {
namespace {

class Corpus : public testing::TestWithParam<FuzzTarget> {};

TEST_P(Corpus, BreaksNoPromise) {
  const std::filesystem::path folder =
      std::filesystem::path(HEBB_SOURCE_DIR) / "tests/fuzz/corpus" / GetParam().name;
  std::size_t inputs = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    ++inputs;
    EXPECT_NO_THROW(GetParam().run(test::read_text(file.path()))) << file.path();
  }
  EXPECT_GT(inputs, 0U) << folder;
}

INSTANTIATE_TEST_SUITE_P(Targets, Corpus, testing::ValuesIn(targets()),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace hebb::fuzz
