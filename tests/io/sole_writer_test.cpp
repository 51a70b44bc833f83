#include "io/sole_writer.h"

#include <gtest/gtest.h>

#include <optional>

#include "expect_error.h"
#include "hebb/io/file.h"
#include "scratch.h"

namespace hebb {
namespace {

using test::read_text;
using test::Scratch;

TEST(SoleWriter, LocksOutAnotherWhileItLives) {
  const Scratch scratch;
  std::optional<io::SoleWriter> first(scratch / "state/x");  // creates the folder
  EXPECT_FALSE(first->is_locked_out());
  EXPECT_TRUE(io::SoleWriter(scratch / "state/x").is_locked_out());
  EXPECT_FALSE(io::SoleWriter(scratch / "other/x").is_locked_out());
  first.reset();
  EXPECT_FALSE(io::SoleWriter(scratch / "state/x").is_locked_out());
}

// As where locks of other machines are not visible.
TEST(SoleWriter, DoesNotReplaceWhatAnotherHasWrittenMeanwhile) {
  const Scratch scratch;
  const std::string path = scratch / "x";
  io::SoleWriter one(path), other(path);
  const auto write = [&](const char* text) { return [&path, text] { replace_file(path, text); }; };
  one.replace(write("one"));
  expect_error<std::runtime_error>([&] { other.replace(write("other")); },
                                   {path + ": another run has written it meanwhile"});
  EXPECT_EQ(read_text(path), "one");
  one.replace(write("one, later"));
  EXPECT_EQ(read_text(path), "one, later");
  std::filesystem::remove(path);
  other.replace(write("other"));
  EXPECT_EQ(read_text(path), "other") << "a file that is gone is nobody's";
}

TEST(SoleWriter, TakesAFileForItsOwnThoughTheLastStepOfWritingFailed) {
  const Scratch scratch;
  const std::string path = scratch / "x";
  io::SoleWriter writer(path);
  const auto fail_late = [&] {
    replace_file(path, "first");
    throw std::runtime_error("late");
  };
  EXPECT_EQ(message_of<std::runtime_error>([&] { writer.replace(fail_late); }), "late");
  EXPECT_NO_THROW(writer.replace([&] { replace_file(path, "second"); }));
}

}  // namespace
}  // namespace hebb
