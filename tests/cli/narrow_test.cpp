// What is printed on a narrow terminal: every line fits, but for single words and for commands, which
// are there to be copied.
#include "cli/on_terminal.h"

#include "hebb/core/printable.h"

namespace hebb::test {
namespace {

constexpr int kWidth = 40;

// A table with long names of columns and classes, and numbers of many digits.
std::string wide_csv() {
  std::string text = "a_column_with_a_name_of_many_letters,city,price,y\n";
  for (int i = 0; i < 40; ++i)
    text += std::to_string(i * 1234.5678) + (i % 3 == 0 ? ",Rome" : ",") + ",$" +
            std::to_string(1000 + i % 7) +
            (i % 2 == 0 ? ",a class with a rather long name\n" : ",日本語のラベルはとても長い\n");
  return text;
}

std::vector<std::string> lines_on_terminal(const Folder& folder, std::vector<std::string> arguments,
                                           int code = 0) {
  arguments.insert(arguments.end(), {"--color", "never"});
  std::istringstream text(on_terminal(folder, arguments, kWidth, "C.UTF-8", 0, code));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    if (line.ends_with('\r')) line.pop_back();
    line.erase(0, line.rfind('\r') + 1);  // a live line that was written over
    constexpr std::string_view kErase = "\x1b[K";
    lines.push_back(line.starts_with(kErase) ? line.substr(kErase.size()) : line);
  }
  return lines;
}

bool is_command(const std::string& line) {
  return contains(line, ": hebb ") || line.starts_with("  hebb ") || line.starts_with("  cat ");
}

TEST(CliNarrow, EveryLineFits) {
  const Folder folder;
  folder.write("d.csv", wide_csv());
  ASSERT_EQ(run(folder, {"fit", "d.csv", "--impute", "mode", "--epochs", "3", "-o", "m.hebb"}).code,
            0);
  const std::vector<std::vector<std::string>> commands = {
      {"help"},
      {"help", "fit", "--all"},
      {"help", "data"},
      {"help", "blobs"},
      {"data"},
      {"data", "formats"},
      {"data", "breast_cancer"},
      {"data", "moons"},
      {"data", "d.csv"},
      {"data", "head", "d.csv"},
      {"data", "head", "wine"},
      {"data", "check", "d.csv"},
      {"data", "check", "iris"},
      {"fit", "iris", "--folds", "3", "--repeats", "2", "--epochs", "3"},
      {"plot"},
      {"info", "m.hebb"},
      {"evaluate", "m.hebb", "d.csv"},
      {"evaluate", "m.hebb", "d.csv", "--metrics", "all"},
      {"fit", "iris", "--epochs", "2", "--progress", "plain"},
      {"fit", "iris", "--dry-run"},
      {"fit", "iris", "--find-lr"},
      {"fit", "iris", "--model", "perceptron", "--trace", "2"},
      {"filter", "digits:0", "--kernel", "edge", "--at", "2,3"},
  };
  for (const auto& command : commands) {
    SCOPED_TRACE(testing::PrintToString(command));
    for (const auto& line : lines_on_terminal(folder, command)) {
      const std::size_t word = std::min(line.find_first_not_of(' '), line.size());
      if (is_command(line) || line.find(' ', word) == line.npos) continue;
      EXPECT_LE(display_width(line), std::size_t{kWidth}) << line;
    }
  }
}

TEST(CliNarrow, AColumnThatDoesNotFitStandsBelow) {
  const Folder folder;
  folder.write("d.csv", wide_csv());
  std::string text;
  for (const auto& line : lines_on_terminal(folder, {"data", "d.csv"})) text += line + '\n';
  for (const char* part : {"\n  column ", "\n  a_column_with_a", "…  ", "  categories\n"})
    EXPECT_TRUE(contains(text, part)) << text;
  // The names are in front of every block.
  const auto first = text.find("\n  column ");
  EXPECT_NE(text.find("\n  column ", first + 1), text.npos) << text;
}

TEST(CliNarrow, DetailsOfAMessageAreBrokenBetweenWords) {
  const Folder folder;
  folder.write("d.csv", "a,b,y\n1,2,x\n2,3,x\n3,4,z\n4,5,z\nred,6,x\n5,blue,z\n6,7,x\n7,8,z\n");
  const auto lines = lines_on_terminal(folder, {"fit", "d.csv"}, 3);
  ASSERT_GT(lines.size(), 4U);
  for (const auto& line : lines) EXPECT_LE(display_width(line), std::size_t{kWidth}) << line;
  EXPECT_TRUE(std::ranges::any_of(lines, [](const auto& line) {
    return line.starts_with("  d.csv:6:1: text 'red'");
  })) << testing::PrintToString(lines);
}

TEST(CliNarrow, ALongTextIsCutAroundItsCaret) {
  const Folder folder;
  const std::string before = "linear(10) relu linear(5) relu linear(9) relu ";
  for (const std::string& text : {before + "tnah dropout(0.1) linear(20) relu linear(3)",
                                  "tnah " + before + before, before + "tnah"}) {
    const auto lines = lines_on_terminal(folder, {"fit", "iris", "--net", text}, 2);
    const auto at = std::ranges::find_if(
        lines, [](const auto& line) { return line.find_first_not_of(' ') == line.find('^'); });
    ASSERT_TRUE(at != lines.begin() && at != lines.end()) << testing::PrintToString(lines);
    const std::string& shown = *(at - 1);
    EXPECT_LE(display_width(shown), std::size_t{kWidth}) << shown;
    EXPECT_EQ(shown.find("tnah"), at->find('^')) << shown;
  }
}

}  // namespace
}  // namespace hebb::test
