// Text of files on its way to a terminal: nothing that the program prints for people contains a
// control character, while data and JSON contain the text itself.
#include "cli/on_terminal.h"

#include "hebb/core/printable.h"

namespace hebb::test {
namespace {

const std::string kRed = "\x1b[31mred\x1b[0m", kReversed = "\u202Egpj.exe";
const std::string kCell = "\x1b[2Jcell", kName = "col\x1b[1mumn\r";

// Labels, categories and names of columns with characters that a terminal would obey.
std::string hostile_csv() {
  std::string text = "u,\"" + kName + "\",kind\n";
  for (int i = 0; i < 40; ++i)
    text += std::to_string(i % 7) + ',' + (i % 2 == 0 ? kCell : "plain\xC2\x9B") + ',' +
            (i % 2 == 0 ? kRed : kReversed) + '\n';
  return text;
}

// Of what the program prints, lines are joined: only ends of lines may be control characters.
void expect_printable(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_EQ(printable(line), line);
}

void expect_printable(const Result& result) {
  expect_printable(result.out);
  expect_printable(result.err);
}

TEST(CliPrintable, EveryVerbEscapesTextOfFiles) {
  const Folder folder;
  const std::string file = "d\x1b]0;title\a\n.csv", model = "m\x1b.hebb";
  folder.write(file, hostile_csv());
  const std::vector<std::vector<std::string>> commands = {
      {"data", file},
      {"data", "head", file},
      {"data", "check", file},
      {"data", "plot", file, "-o", "p.svg"},
      {"data", "split", file, "-o", "s.csv"},
      {"data", file, "--target", kName},
      {"data", file, "--group", kName},
      {"fit", file, "-o", model, "--epochs", "5"},
      {"fit", file, "--test", file, "--epochs", "5", "--plot", "confusion:c.svg"},
      {"fit", file, "--dry-run"},
      {"fit", file, "--model", "perceptron", "--trace", "2"},
      {"fit", file, "--model", "logistic", "--target", kName, "--trace", "1", "--solver", "sgd"},
      {"info", model},
      {"evaluate", model, file},
      {"evaluate", model, file, "--metrics", "all"},
      {"evaluate", model, file, "--assert", "accuracy>1"},
      {"plot", "confusion", model, file, "-o", "c.svg"},
      {"predict", model, file, "-o", "predictions.csv"},
  };
  for (const auto& command : commands) {
    SCOPED_TRACE(testing::PrintToString(command));
    const Result result = run(folder, command);
    EXPECT_TRUE(result.code == 0 || result.code == 5) << result.code << result.err;
    expect_printable(result);
    expect_printable(run(folder, command, {.variables = {{"LC_ALL", "C"}}}));
  }
  EXPECT_TRUE(contains(run(folder, {"data", file}).out, R"(\x1b[31mred\x1b[0m)"));
  EXPECT_TRUE(contains(run(folder, {"data", file}).out, R"(d\x1b]0;title\x07\n.csv: 40 samples)"));
  EXPECT_TRUE(contains(run(folder, {"evaluate", model, file}).out, R"(\u202egpj.exe)"));
  EXPECT_TRUE(
      contains(run(folder, {"data", file}).err, R"(hebb fit $'d\033]0;title\007\012.csv')"));
}

TEST(CliPrintable, ErrorsEscapeWhatTheyQuote) {
  const Folder folder;
  folder.write("d.csv", hostile_csv());
  folder.write("odd.csv", "a,y\n1,x\n\x1b[31m2,y\n3,x\nred\x1b,y\n");
  folder.write("new.csv", "u,\"" + kName + "\"\n1,\x1b[32mnew\xFF\n");
  folder.write("hebb.toml", "epochs = 5\n");
  folder.write("bad.toml", "\"a\\u001b\\u202e\" = 1\n");
  ASSERT_EQ(run(folder, {"fit", "d.csv", "-o", "m.hebb"}).code, 0);
  const std::vector<std::vector<std::string>> commands = {
      {"fit", "\x1b[31m.csv"},
      {"fit", "d.csv", "--target", "x\x1b\r\nhebb: error: another"},
      {"fit", "d.csv", "--features", "\u202E"},
      {"fit", "d.csv", "--\x1b[31m"},
      {"fit", "d.csv", "--epochs", "1\x1b"},
      {"fit", "d.csv", "--net", "linear(3) \x1b[31m"},
      {"fit", "d.csv", "--config", "bad.toml"},
      {"\x1b[31mfit"},
      {"help", "\x9B"},
      {"predict", "m.hebb", "new.csv"},
      {"info", "d.csv\xFF"},
      {"plot", "data\x7F", "d.csv"},
  };
  for (const auto& command : commands) {
    SCOPED_TRACE(testing::PrintToString(command));
    const Result result = run(folder, command);
    EXPECT_GT(result.code, 0);
    EXPECT_TRUE(contains(result.err, "\\x") || contains(result.err, "\\u")) << result.err;
    expect_printable(result);
    EXPECT_FALSE(contains(result.err, "\nhebb: error: another")) << result.err;
  }
  expect_printable(run(folder, {"data", "odd.csv", "--target", "a"}));
}

TEST(CliPrintable, CaretsStandBelowTheFaultyCharacter) {
  const Folder folder;
  const Result escaped = run(folder, {"fit", "iris", "--net", "linear(\x1b x"});
  EXPECT_TRUE(contains(escaped.err, "\n  linear(\\x1b x\n" + std::string(14, ' ') + "^\n"))
      << escaped.err;
  const Result wide = run(folder, {"fit", "iris", "--net", "linear(日本 x"});
  EXPECT_TRUE(contains(wide.err, "\n  linear(日本 x\n" + std::string(14, ' ') + "^\n")) << wide.err;
}

TEST(CliPrintable, DataAndJsonContainTheTextItself) {
  const Folder folder;
  folder.write("d.csv", hostile_csv());
  const Json fit = run(folder, {"fit", "d.csv", "-o", "m.hebb", "--json"}).json();
  EXPECT_EQ(fit["classes"], Json({kRed, kReversed}));
  const Result described = run(folder, {"data", "head", "d.csv", "--json"});
  EXPECT_EQ(described.json()["head"][0]["target"], Json({kRed}));
  EXPECT_EQ(described.json()["head"][0]["features"][1], kCell);
  EXPECT_EQ(described.json()["head"][1]["features"][1], "plain\xC2\x9B");
  expect_printable(described.out);  // JSON escapes them itself

  const std::string csv = run(folder, {"predict", "m.hebb", "d.csv"}).out;
  EXPECT_TRUE(contains(csv, '\n' + kRed + '\n')) << csv;
  EXPECT_TRUE(contains(csv, '\n' + kReversed + '\n')) << csv;
  ASSERT_EQ(run(folder, {"predict", "m.hebb", "d.csv", "-o", "p.csv"}).code, 0);
  EXPECT_EQ(folder.read("p.csv"), csv);
  const Result lines = run(folder, {"predict", "m.hebb", "d.csv", "--format", "jsonl"});
  EXPECT_EQ(Json::parse(lines.out.substr(0, lines.out.find('\n')))["prediction"], kRed);
  expect_printable(lines.out);

  const std::string copy = "c\x1b.csv";
  EXPECT_EQ(run(folder, {"data", "convert", "d.csv", "-o", copy}).out, copy + '\n');
  EXPECT_TRUE(contains(folder.read(copy), kRed));
}

TEST(CliPrintable, PredictionsOnATerminalAreEscaped) {
  const Folder folder;
  folder.write("d.csv", hostile_csv());
  ASSERT_EQ(run(folder, {"fit", "d.csv", "-o", "m.hebb"}).code, 0);
  const std::string text =
      on_terminal(folder, {"predict", "m.hebb", "d.csv", "--color", "never"}, 80, "C.UTF-8");
  EXPECT_TRUE(contains(text,
                       "\n"
                       R"(\x1b[31mred\x1b[0m)"
                       "\r\n"))
      << text;
  EXPECT_TRUE(contains(text,
                       "\n"
                       R"(\u202egpj.exe)"
                       "\r\n"))
      << text;
  EXPECT_FALSE(contains(text, "\x1b")) << text;
}

TEST(CliPrintable, TablesOfWideTextAreAligned) {
  const Folder folder;
  std::string text = "数,都市,y\n";
  for (int i = 0; i < 40; ++i)
    text += std::to_string(i % 7) + (i % 2 == 0 ? ",東京,日本語のラベル\n" : ",Rome,e\u0301tude\n");
  folder.write("d.csv", text);
  const auto lines_of = [](const std::string& out, const std::vector<std::string>& with) {
    std::vector<std::string> found;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);)
      for (const auto& part : with)
        if (contains(line, part)) found.push_back(line);
    return found;
  };
  // Columns are aligned to the right, so that lines end in the same column.
  const auto head = lines_of(run(folder, {"data", "head", "d.csv"}).out, {"都市", "東京", "Rome"});
  ASSERT_EQ(head.size(), 6U);
  for (const auto& line : head) EXPECT_EQ(display_width(line), display_width(head[0])) << line;

  const auto classes = lines_of(run(folder, {"data", "d.csv"}).out, {"  20"});
  ASSERT_EQ(classes.size(), 2U);
  EXPECT_EQ(display_width(classes[0]), display_width(classes[1]));

  const Result fit = run(folder, {"fit", "d.csv", "--epochs", "3"});
  const auto matrix = lines_of(fit.out, {" │"});
  ASSERT_EQ(matrix.size(), 2U);
  EXPECT_EQ(display_width(matrix[0].substr(0, matrix[0].find("│"))),
            display_width(matrix[1].substr(0, matrix[1].find("│"))));
}

}  // namespace
}  // namespace hebb::test
