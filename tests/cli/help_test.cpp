#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <sstream>

#include "cli/run.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/version.h"
#include "hebb/formats/csv.h"
#include "hebb/nn/layer.h"
#include "hebb/preprocess/preprocess.h"
#include "hebb/train/options.h"

namespace hebb::test {
namespace {

const std::vector<std::string> kVerbs = {"fit",    "tune",   "compare", "evaluate", "predict",
                                         "plot",   "filter", "data",    "info",     "runs",
                                         "worker", "doctor", "help",    "version"};

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, line.size());
  return widest;
}

bool have(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

TEST(CliHelp, WithoutVerbListsEveryVerb) {
  const Folder folder;
  const Result result = run(folder, {});
  EXPECT_EQ(result.code, 0);
  for (const auto& verb : kVerbs) EXPECT_TRUE(contains(result.out, "\n  " + verb + " ")) << verb;
}

TEST(CliHelp, FlagAndVerbSayTheSame) {
  const Folder folder;
  for (const auto& verb : kVerbs) {
    const Result by_flag = run(folder, {verb, "--help"});
    EXPECT_EQ(by_flag.code, 0) << by_flag.err;
    EXPECT_EQ(by_flag.out, run(folder, {"help", verb}).out);
    EXPECT_EQ(by_flag.out, run(folder, {verb, "-h"}).out);
    EXPECT_TRUE(contains(by_flag.out, "hebb " + verb)) << by_flag.out;
  }
}

TEST(CliHelp, FitsEightyColumns) {
  const Folder folder;
  for (const auto& verb : kVerbs)
    EXPECT_LE(widest_line(run(folder, {verb, "--help-all"}).out), 80U) << verb;
  EXPECT_LE(widest_line(run(folder, {}).out), 80U);
}

TEST(CliHelp, AllOptionsShowEveryFieldOfTheLibrary) {
  const Folder folder;
  const Json help = run(folder, {"help", "fit", "--json"}).json();
  const std::string all = run(folder, {"fit", "--help-all"}).out;
  std::vector<std::string> names;
  for (const Json& option : help["verbs"][0]["options"]) {
    names.push_back(option["name"]);
    const std::string flag = option["flags"][0].get<std::string>().substr(2);
    EXPECT_TRUE(contains(all, "--" + flag) || contains(all, "--[no-]" + flag)) << flag;
  }
  for (const auto* fields :
       {&NetOptions::fields(), &DataOptions::fields(), &PreprocessOptions::fields()})
    for (const Field& field : *fields)
      EXPECT_EQ(std::ranges::count(names, field.name), 1) << field.name;
}

TEST(CliHelp, ShortHelpLeavesRareOptionsOutAndSaysSo) {
  const Folder folder;
  const std::string text = run(folder, {"fit", "--help"}).out;
  EXPECT_TRUE(contains(text, "--hidden"));
  EXPECT_FALSE(contains(text, "--beta-1"));
  EXPECT_TRUE(contains(text, "hebb fit --help-all"));
}

TEST(CliHelp, AllOptionsShowWhatANetworkIsWrittenIn) {
  const Folder folder;
  const std::string all = run(folder, {"help", "fit", "--all"}).out;
  for (const std::string& name : row_names(layer_catalogue()))
    EXPECT_TRUE(contains(all, "\n  " + name + " ") || contains(all, "\n  " + name + "(")) << name;
  for (const char* name : {"residual(LAYERS) ", "resnet8 "})
    EXPECT_TRUE(contains(all, std::string("\n  ") + name)) << name;
  EXPECT_FALSE(contains(run(folder, {"help", "predict", "--all"}).out, "residual"));
  const Result unknown = run(folder, {"fit", "iris", "--net", "nonsense(3)"});
  EXPECT_TRUE(contains(unknown.err, "see the layers in 'hebb help fit --all'")) << unknown.err;
}

TEST(CliHelp, ShowsDefaultRangeAndWhatAFlagTurnsOn) {
  const Folder folder;
  std::string text;  // without its line breaks
  std::istringstream words(run(folder, {"fit", "--help"}).out);
  for (std::string word; words >> word;) text += word + ' ';
  EXPECT_TRUE(contains(text, "--learning-rate X")) << text;
  EXPECT_TRUE(contains(text, "> 0; default 0.001")) << text;
  EXPECT_TRUE(contains(text, "turns on --early-stopping")) << text;
  EXPECT_TRUE(contains(text, "default standard; images: minmax")) << text;
}

TEST(CliHelp, UnknownVerbIsUsageAndNamesTheNearest) {
  const Folder folder;
  for (const auto& arguments : {std::vector<std::string>{"fitt"}, {"help", "fitt"}}) {
    const Result result = run(folder, arguments);
    EXPECT_EQ(result.code, 2);
    EXPECT_TRUE(contains(result.err, "did you mean fit?")) << result.err;
    EXPECT_EQ(result.out, "");
  }
}

TEST(CliHelp, ReferencePageIsTheCommittedOne) {
  const Folder folder;
  std::ostringstream committed;
  committed << std::ifstream(HEBB_SOURCE_DIR "/docs/reference.md").rdbuf();
  EXPECT_EQ(run(folder, {"help", "--markdown"}).out, committed.str())
      << "write it anew: hebb help --markdown > docs/reference.md";
}

TEST(CliHelp, RowsOfTheReferenceHaveAsManyCellsAsTheirHeads) {
  const Folder folder;
  std::istringstream page(run(folder, {"help", "--markdown"}).out);
  std::size_t head = 0, rows = 0;
  for (std::string line; std::getline(page, line);) {
    std::size_t bars = line.starts_with('|') ? 1 : 0;
    for (std::size_t at = 1; at < line.size() && bars > 0; ++at)
      bars += line[at] == '|' && line[at - 1] != '\\' ? 1 : 0;
    if (bars > 0 && head > 0) {
      EXPECT_EQ(bars, head) << line;
      ++rows;
    }
    if (bars == 0 || head == 0) head = bars;
  }
  EXPECT_GT(rows, 100U);
}

TEST(CliHelp, CompletionKnowsVerbsFlagsChoicesAndDataSets) {
  const Folder folder;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Result result = run(folder, {"help", "--completion", shell});
    EXPECT_EQ(result.code, 0);
    for (const char* word : {"evaluate", "learning-rate", "leaky_relu", "mnist10k", "no-shuffle"})
      EXPECT_TRUE(contains(result.out, word)) << shell << " lacks " << word;
  }
}

TEST(CliHelp, CompletionScriptsParse) {
  const Folder folder;
  int parsed = 0;
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    if (!have(shell)) continue;
    const std::string script =
        folder.write(shell, run(folder, {"help", "--completion", shell}).out);
    EXPECT_EQ(std::system((shell + " -n " + script).c_str()), 0) << shell;
    ++parsed;
  }
  if (parsed == 0) GTEST_SKIP() << "no shell to parse with";
}

// The words that a shell offers at the end of a line, sorted.
std::string sorted_lines(const std::string& text) {
  std::istringstream in(text);
  std::set<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.insert(line);
  std::string out;
  for (const std::string& line : lines)
    if (!line.empty()) out += line + ' ';
  return out.empty() ? out : out.substr(0, out.size() - 1);
}

std::string offered(const Folder& folder, const std::string& shell, const std::string& script) {
  folder.write("words", "");
  folder.write("script", script);
  if (std::system(
          ("cd " + folder.path() + " && timeout 90 " + shell + " script > log 2>&1").c_str()) != 0)
    return "failed: " + folder.read("log");
  return sorted_lines(folder.read("words"));
}

// A file of bash's words; bash itself splits them at = and :.
std::string complete_in_bash(const Folder& folder, const std::string& line) {
  std::string words;
  for (const char c : line)
    words += c == '=' || c == ':' ? std::string(" ") + c + " " : std::string(1, c);
  if (line.ends_with(' ')) words += "''";
  return offered(folder, "bash",
                 "source _hebb.bash\nCOMP_WORDS=(" + words +
                     ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_hebb\n"
                     "printf '%s\\n' \"${COMPREPLY[@]}\" > words\n");
}

std::string complete_in_fish(const Folder& folder, const std::string& line) {
  return offered(folder, "fish --no-config",
                 "source _hebb.fish\ncomplete -C '" + line +
                     "' | string replace -r '\\t.*' '' > words\ntrue\n");
}

// Types the line and a tab in a shell on a terminal of its own; then a key that writes the line down.
// The last word of that is what was offered.
std::string complete_in_zsh(const Folder& folder, const std::string& line) {
  std::string completed = offered(folder, "zsh -f", R"(zmodload zsh/zpty
rm -f ready
zpty shell zsh -f -i
zpty -w shell "fpath=($PWD \$fpath); autoload -Uz compinit; compinit -u -D"
zpty -w shell 'write_down() { print -r -- "$BUFFER" > words }; zle -N write_down; bindkey "^Xw" write_down'
zpty -w shell 'print > ready'
for i in {1..1500}; do [[ -e ready ]] && break; sleep 0.02; done
zpty -w -n shell ')" + line + R"('$'\t\x18w'
for i in {1..1000}; do [[ -s words ]] && break; sleep 0.02; done
zpty -d shell
)");
  completed.erase(completed.find_last_not_of(" =,") + 1);
  return completed.substr(completed.rfind(' ') + 1);
}

TEST(CliHelp, ShellsCompleteByPlace) {
  using Complete = std::string (*)(const Folder&, const std::string&);
  const std::vector<std::pair<std::string, Complete>> shells = {
      {"bash", complete_in_bash}, {"zsh", complete_in_zsh}, {"fish", complete_in_fish}};
  // What is typed, and the words that are offered.
  const std::vector<std::pair<std::string, std::string>> places = {
      {"hebb pre", "predict"},
      {"hebb fit iris --solver rms", "rmsprop"},
      {"hebb fit iris --learning-rate-i", "--learning-rate-init"},
      {"hebb fit mnist1", "mnist10k"},
      {"hebb data conv", "convert"},
      {"hebb data convert iri", "iris"},
      {"hebb plot conf", "confusion"},
      {"hebb fit iris --model perc", "perceptron"},
      {"hebb fit iris --plot residu", "residuals:"},
      {"hebb evaluate m.hebb iris --metrics matth", "matthews"},
      {"hebb filter digits:0 --kernel sharp", "sharpen"},
      {"hebb predict mod", "model.hebb"},
      {"hebb predict model.hebb win", "wine"},
      {"hebb fit iris --from mod", "model.hebb"},
      {"hebb predict --top 3 mod", "model.hebb"}};
  int tried = 0;
  for (const auto& [shell, complete] : shells) {
    if (!have(shell)) continue;
    ++tried;
    const Folder folder;
    folder.write(shell == "zsh" ? "_hebb" : "_hebb." + shell,
                 run(folder, {"help", "--completion", shell}).out);
    folder.write("model.hebb", "");
    folder.write("model.txt", "");
    for (const auto& [line, words] : places)
      EXPECT_EQ(complete(folder, line), words) << shell << ": " << line;
    const std::string joined = complete(folder, "hebb fit iris --model=perc");
    EXPECT_TRUE(joined == "perceptron" || joined == "--model=perceptron") << shell << joined;
    const std::string second = complete(folder, "hebb evaluate m.hebb iris --metrics f1,matth");
    EXPECT_TRUE(second == "matthews" || second == "f1,matthews") << shell << second;
  }
  if (tried == 0) GTEST_SKIP() << "no shell to complete in";
}

TEST(CliHelp, ManualRenders) {
  if (!have("man")) GTEST_SKIP() << "no man";
  const Folder folder;
  const std::string page = folder.write("hebb.1", run(folder, {"help", "--man"}).out);
  ASSERT_EQ(std::system(("MANWIDTH=80 man --warnings -l " + page + " > " + folder.path() +
                         "/text 2> " + folder.path() + "/warnings")
                            .c_str()),
            0);
  EXPECT_EQ(folder.read("warnings"), "");
  EXPECT_TRUE(contains(folder.read("text"), "--learning-rate"));
}

TEST(CliHelp, JsonListsVerbs) {
  const Folder folder;
  const Json json = run(folder, {"help", "--json"}).json();
  EXPECT_EQ(json.begin().key(), "schema");
  EXPECT_EQ(json["schema"], "hebb.help/1");
  EXPECT_EQ(json["verbs"].size(), kVerbs.size());
}

TEST(CliVersion, PrintsTheLibrarysVersion) {
  const Folder folder;
  EXPECT_EQ(run(folder, {"version"}).out, std::string("hebb ") + version() + "\n");
  EXPECT_EQ(run(folder, {"--version"}).out, std::string("hebb ") + version() + "\n");
  EXPECT_EQ(run(folder, {"version", "--json"}).json()["version"], version());
}

TEST(CliVersion, NeedsNoConfiguration) {
  const Folder folder;
  folder.write("hebb.toml", "this is no TOML");
  EXPECT_EQ(run(folder, {"version"}).code, 0);
}

TEST(CliDoctor, FindsSetsInTheDataFolder) {
  const Folder folder;
  std::filesystem::create_directory(folder / "mnist");
  for (const char* name : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                           "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte"})
    folder.write(std::string("mnist/") + name, "");
  const auto state = [](const Result& result) {
    const Json json = result.json();
    for (const Json& finding : json["findings"])
      if (finding["name"] == "mnist") return finding["state"].get<std::string>();
    return std::string();
  };
  EXPECT_EQ(
      state(run(folder, {"doctor", "--json"}, {.variables = {{"HEBB_DATA_DIR", folder.path()}}})),
      folder / "mnist");
  EXPECT_EQ(state(run(folder, {"doctor", "--json"})), "not on this machine");
}

TEST(CliDoctor, SaysHowToMendWhatIsMissing) {
  const Folder folder;
  const Result result =
      run(folder, {"doctor"}, {.variables = {{"HEBB_DATA_DIR", folder / "nowhere"}}});
  EXPECT_EQ(result.code, 0);
  EXPECT_TRUE(contains(result.out, "is no folder")) << result.out;
  EXPECT_TRUE(contains(result.out, "-> ")) << result.out;
}

}  // namespace
}  // namespace hebb::test
