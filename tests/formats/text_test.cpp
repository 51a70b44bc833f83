#include "hebb/formats/text.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "expect_error.h"
#include "formats/files.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"

namespace hebb {
namespace {

using Texts = std::vector<std::string>;

// The characters of a sequence, and those behind them.
std::string inputs(const Dataset& data, std::size_t sequence) {
  std::string out;
  for (const double step : data.sequences().steps(sequence))
    out += data.columns()[0].categories[static_cast<std::size_t>(step)];
  return out;
}
std::string next(const Dataset& data, std::size_t sequence) {
  std::string out;
  const Target& target = data.target();
  for (std::size_t row = target.offsets[sequence]; row < target.offsets[sequence + 1]; ++row)
    out += target.classes[static_cast<std::size_t>(target.values[row])];
  return out;
}

TEST(Text, LinesAreSequencesOfCharacters) {
  const Dataset data = parse_text("ab\r\n\nbüb", "f.txt");
  EXPECT_EQ(data.samples(), 2U);
  EXPECT_EQ(data.columns()[0].name, "character");
  EXPECT_EQ(data.columns()[0].categories, (Texts{"\n", "a", "b", "ü"}));
  EXPECT_EQ(data.target().classes, data.columns()[0].categories);
  EXPECT_EQ(inputs(data, 0), "ab");
  EXPECT_EQ(next(data, 0), "b\n");
  EXPECT_EQ(inputs(data, 1), "büb");
  EXPECT_EQ(next(data, 1), "üb\n");
}

TEST(Text, NeedNotEndInALineEnd) {
  for (const char* text : {"ab\n\nc\n", "ab\n\nc", "\nab\r\nc\r"}) {
    const Dataset data = parse_text(text, "f.txt");
    EXPECT_EQ(data.samples(), 2U);
    EXPECT_EQ(data.columns()[0].categories, (Texts{"\n", "a", "b", "c"}));
    EXPECT_EQ(next(data, 0), "b\n");
    EXPECT_EQ(inputs(data, 1), "c");
    EXPECT_EQ(next(data, 1), "\n");
  }
  EXPECT_EQ(parse_text("a\r", "f.txt", {.sequence_length = 1}).target().classes[0], "\r");
  const Dataset exact = parse_text("abcd", "f.txt", {.sequence_length = 2}, TargetUse::none);
  EXPECT_EQ(exact.samples(), 2U);
  EXPECT_EQ(inputs(exact, 1), "cd");
}

TEST(Text, MayBeCutByLength) {
  const Dataset data = parse_text("abc\ndef", "f.txt", {.sequence_length = 4});
  EXPECT_EQ(data.samples(), 2U);
  EXPECT_EQ(inputs(data, 0), "abc\n");
  EXPECT_EQ(next(data, 0), "bc\nd");
  EXPECT_EQ(inputs(data, 1), "de");
  EXPECT_EQ(next(data, 1), "ef");
  const Dataset bare = parse_text("abc", "f.txt", {.sequence_length = 2}, TargetUse::none);
  EXPECT_EQ(inputs(bare, 1), "c");
  EXPECT_FALSE(bare.has_target());
}

TEST(Text, IsReadWhereOptionsSaySo) {
  const TestFolder folder;
  const auto path = folder.write("poem.txt", gzip_of("to be\nor not\n"));
  const Dataset data = load_dataset(path, {.file_format = "text"});
  EXPECT_TRUE(data.is_sequences());
  EXPECT_EQ(data.name(), "poem.txt");
  EXPECT_EQ(inputs(data, 1), "or not");
  EXPECT_TRUE(load_dataset(folder.write("a.txt", "a,b\n1,2\n")).is_table());
  expect_error<std::invalid_argument>(
      [&] { (void)load_dataset(folder.path("a.txt"), {.sequence_length = 3}); },
      {"[sequence_length] is for text files", "a.txt is CSV or TSV"});
}

TEST(Text, RejectsWhatIsNoText) {
  const auto error = [](const std::string& text, const DataOptions& options = {}) {
    return message_of<DataError>([&] { (void)parse_text(text, "f.txt", options); });
  };
  expect_contains(error(""), "f.txt: 0 samples");
  expect_contains(error("\n\n"), "f.txt: 0 samples");
  expect_contains(error("a", {.sequence_length = 2}), "f.txt: 0 samples");
  expect_contains(error("ab\nc\xFF"), "f.txt:2:2: the text is not UTF-8");
  expect_contains(error(std::string("a\0b", 3)), "f.txt:1:2: a NUL");
  expect_contains(error("\xFF\xFE"
                        "a"),
                  "f.txt:1:1: the text is UTF-16");
  EXPECT_EQ(parse_text("\xEF\xBB\xBF"
                       "a",
                       "f.txt")
                .samples(),
            1U);
  EXPECT_THROW((void)parse_text("a", "f.txt", {.sequence_length = 0}), std::invalid_argument);
}

}  // namespace
}  // namespace hebb
