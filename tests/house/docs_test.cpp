// What the documents point at is there: links, files named in `code`, and excerpts.
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

#include "hebb/core/version.h"

namespace {

namespace fs = std::filesystem;

struct Document {
  fs::path path;
  std::string text;
};

std::vector<Document> documents() {
  std::vector<Document> found;
  const fs::path root = HEBB_SOURCE_DIR;
  for (const fs::path& folder : {root, root / "docs"}) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".md") continue;
      std::ifstream in(entry.path());
      found.push_back({entry.path(), {std::istreambuf_iterator<char>(in), {}}});
    }
  }
  return found;
}

// Without the blocks of code.
std::string prose(const std::string& text) {
  static const std::regex block(R"(```[^`]*```)");
  return std::regex_replace(text, block, "");
}

std::vector<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it)
    found.push_back((*it)[1]);
  return found;
}

TEST(Documents, LinksLeadToFiles) {
  const std::regex link(R"(\]\(([^):#]+)(#[^)]*)?\))");
  std::size_t seen = 0;
  for (const Document& document : documents()) {
    for (const std::string& target : matches(prose(document.text), link)) {
      ++seen;
      EXPECT_TRUE(fs::exists(document.path.parent_path() / target))
          << document.path << " links to " << target;
    }
  }
  EXPECT_GT(seen, 0U);
}

// `src/nn/loss.cpp`, `scripts/test.sh`: not patterns such as `src/<room>/*.cpp`.
TEST(Documents, FilesNamedAreThere) {
  const std::regex name(
      R"(`((src|include|apps|tests|scripts|docs|data|cmake|bench|examples)/[\w./]*)`)");
  std::size_t seen = 0;
  for (const Document& document : documents()) {
    for (const std::string& path : matches(document.text, name)) {
      ++seen;
      EXPECT_TRUE(fs::exists(fs::path(HEBB_SOURCE_DIR) / path))
          << document.path << " names " << path;
    }
  }
  EXPECT_GT(seen, 0U);
}

// A block marked `in=FILE` shows lines of that file.
TEST(Documents, ExcerptsStandInTheirFiles) {
  const std::regex fence(R"(```cpp[^\n]* in=(\S+)\n([^`]*)```)");
  std::size_t seen = 0;
  for (const Document& document : documents()) {
    for (std::sregex_iterator it(document.text.begin(), document.text.end(), fence), end; it != end;
         ++it) {
      ++seen;
      std::ifstream in(fs::path(HEBB_SOURCE_DIR) / (*it)[1].str());
      const std::string file{std::istreambuf_iterator<char>(in), {}};
      EXPECT_NE(file.find((*it)[2]), std::string::npos)
          << document.path << " shows what is not in " << (*it)[1] << ":\n"
          << (*it)[2];
    }
  }
  EXPECT_GT(seen, 0U);
}

std::string text_of(const fs::path& path) {
  std::ifstream in(fs::path(HEBB_SOURCE_DIR) / path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// docs/releasing.md names the files.
TEST(Documents, NameTheSameVersion) {
  const std::string version = hebb::version();
  const std::string minor = version.substr(0, version.rfind('.'));
  EXPECT_NE(text_of("CITATION.cff").find("\nversion: " + version + "\n"), std::string::npos);
  for (const char* example : {"embed", "extend", "predict"})
    EXPECT_NE(text_of(std::string("examples/") + example + "/CMakeLists.txt")
                  .find("find_package(hebb " + minor),
              std::string::npos)
        << example;
  EXPECT_NE(text_of("CHANGELOG.md").find("\n## " + version), std::string::npos);
}

// docs/adding.md counts the files of every addition that it describes: those that are named in
// `code`, and those that are told in words with their number in brackets.
TEST(Documents, CountTheFilesOfEveryAddition) {
  const std::string page = text_of("docs/adding.md");
  const std::regex row(R"(\n\| (an? [^|]+) \| (\d+) \| ([^|\n]+) \|)"), name("`([^`]+)`"),
      number(R"(\((\d+)\))");
  std::vector<std::string> additions;
  for (std::sregex_iterator it(page.begin(), page.end(), row), end; it != end; ++it) {
    additions.push_back((*it)[1]);
    const std::string which = (*it)[3];
    std::size_t files = matches(which, name).size();
    for (const std::string& more : matches(which, number)) files += std::stoul(more);
    EXPECT_EQ(files, std::stoul((*it)[2])) << (*it)[1];
  }
  std::vector<std::string> sections = matches(page, std::regex(R"(\n## (An? [^\n]+))"));
  for (std::string& section : sections) section[0] = 'a';
  EXPECT_EQ(additions, sections);
}

// docs/model-format.md names the kinds of models that the program has: docs/reference.md, which
// another test holds, lists them.
TEST(Documents, NameTheKindsOfModels) {
  const auto kinds =
      matches(text_of("docs/model-format.md"), std::regex(R"(\n\| `kind`, `task` \| ([^;]+);)"));
  const auto models =
      matches(text_of("docs/reference.md"),
              std::regex(R"(\n### Models [^\n]*\n\n[^\n]*\n[^\n]*((\n\|[^\n]*)+))"));
  ASSERT_EQ(kinds.size(), 1U);
  ASSERT_EQ(models.size(), 1U);
  EXPECT_EQ(matches(kinds[0], std::regex("`([^`]+)`")),
            matches(models[0], std::regex(R"(\n\| `([^`]+)`)")));
}

}  // namespace
