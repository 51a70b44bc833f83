// Checks the includes of the tree against the table of rooms: an include goes down, never up or
// sideways, and stays within the components that a room's own component needs. The rules are checked
// on the real tree and, so that a rule that never fails is found, on made-up ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

// Every room and its floor. `hebb.h`, the umbrella, stands above all rooms of the library.
const std::map<std::string, int> kFloors = {
    {"core", 1},   {"tensor", 2},     {"io", 2},         {"kernels", 3}, {"augment", 4},
    {"nn", 4},     {"optim", 4},      {"metrics", 4},    {"data", 5},    {"formats", 6},
    {"checks", 6}, {"preprocess", 7}, {"train", 7},      {"filters", 7}, {"datasets", 8},
    {"model", 8},  {"estimators", 9}, {"classical", 10}, {"run", 11},    {"explain", 10},
    {"plot", 12},  {"report", 13},    {"select", 14},    {"hebb.h", 15}, {"apps/hebb", 16}};

using Tree = std::map<std::string, std::string>;  // path from the root -> text

bool starts_with(std::string_view text, std::string_view start) { return text.starts_with(start); }

bool is_public(std::string_view path) { return starts_with(path, "include/"); }

// "src/nn/loss.cpp" -> "nn", "include/hebb/nn/loss.h" -> "nn", "include/hebb/hebb.h" -> "hebb.h".
std::string room_of(const std::string& path) {
  if (starts_with(path, "apps/hebb/")) return "apps/hebb";
  const std::string inner = path.substr(starts_with(path, "src/") ? 4 : 13);
  return inner.substr(0, inner.find('/'));
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

struct Component {
  std::vector<std::string> rooms;
  std::set<std::string> needs;
};
using Components = std::map<std::string, Component>;

// The calls of hebb_component() in src/CMakeLists.txt: NAME, then words behind ROOMS, NEEDS, LIBRARIES.
Components read_components() {
  static const std::regex call(R"(\nhebb_component\(([^)]*)\))");
  const std::string text = read(fs::path(HEBB_SOURCE_DIR) / "src/CMakeLists.txt");
  Components components;
  for (std::sregex_iterator it(text.begin(), text.end(), call), end; it != end; ++it) {
    const std::vector<std::string> list = words((*it)[1]);
    Component& component = components[list.at(0)];
    std::string key;
    for (std::size_t i = 1; i < list.size(); ++i) {
      if (list[i] == "ROOMS" || list[i] == "NEEDS" || list[i] == "LIBRARIES")
        key = list[i];
      else if (key == "ROOMS")
        component.rooms.push_back(list[i]);
      else if (key == "NEEDS")
        component.needs.insert(list[i]);
    }
  }
  return components;
}

const Components& components() {
  static const Components all = read_components();
  return all;
}

// Empty for the umbrella and the program.
std::string component_of(const std::string& room) {
  for (const auto& [name, component] : components())
    if (std::ranges::count(component.rooms, room) > 0) return name;
  return {};
}

// The file of the tree that `name` means in `from`; empty if it is none.
std::string resolve(const Tree& tree, const std::string& from, const std::string& name) {
  const std::string beside = (fs::path(from).parent_path() / name).lexically_normal().string();
  for (const std::string& path : {beside, "include/" + name, "src/" + name})
    if (tree.contains(path)) return path;
  return {};
}

std::vector<std::string> includes_of(const std::string& text) {
  static const std::regex pattern(R"(^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"])",
                                  std::regex::ECMAScript | std::regex::multiline);
  std::vector<std::string> names;
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it)
    names.push_back((*it)[1]);
  return names;
}

// One include in one file: what is wrong with it, or nothing.
std::string fault_of_include(const Tree& tree, const std::string& from, const std::string& name) {
  const std::string room = room_of(from);
  const std::string to = resolve(tree, from, name);
  if (to.empty()) {
    if (starts_with(name, "hebb/")) return "there is no such header";
    // The standard library's names have neither a path nor an ending.
    const bool standard = name.find_first_of("/.") == std::string::npos;
    if (is_public(from) && !standard) return "a public header shows a third-party library";
    return {};
  }
  const std::string target = room_of(to);
  if (is_public(from) && !is_public(to)) return "a public header shows a private one";
  if (!kFloors.contains(target)) return "the table of rooms has no " + target;
  if (target == room) return {};
  if (room == "apps/hebb" && !is_public(to)) return "the program sees public headers only";
  if (kFloors.at(target) == kFloors.at(room)) return "sideways";
  if (kFloors.at(target) > kFloors.at(room)) return "upward";
  const std::string ours = component_of(room), theirs = component_of(target);
  if (ours.empty() || ours == theirs || components().at(ours).needs.contains(theirs)) return {};
  return "component " + ours + " does not need " + theirs;
}

std::vector<std::string> faults_of(const Tree& tree) {
  static const std::regex engine(R"(\bdnnl(::|_|\.h)|\bomp_\w|<omp\.h>|#[ \t]*pragma[ \t]+omp\b)");
  static const std::regex drawing(R"(\bcairo_\w|<cairo[\w-]*\.h>)");
  static const std::regex downloading(R"(\bcurl_\w|<curl/)");
  static const std::regex decoding(R"(<(png|jpeglib|zip)\.h>)");
  static const std::regex printing(R"(\bstd::cout\b|\bfmt::print\(|\bprintf\(|\bputs\()");
  std::vector<std::string> faults;
  for (const auto& [path, text] : tree) {
    const std::string room = room_of(path);
    if (!kFloors.contains(room)) {
      faults.push_back(path + ": the table of rooms has no " + room);
      continue;
    }
    for (const std::string& name : includes_of(text)) {
      const std::string fault = fault_of_include(tree, path, name);
      if (!fault.empty()) faults.push_back(path + " -> " + name + ": " + fault);
    }
    if (room != "kernels" && std::regex_search(text, engine))
      faults.push_back(path + ": only kernels names oneDNN or OpenMP");
    if (room != "plot" && std::regex_search(text, drawing))
      faults.push_back(path + ": only plot names cairo");
    if (room != "datasets" && std::regex_search(text, downloading))
      faults.push_back(path + ": only datasets names curl");
    if (room != "formats" && std::regex_search(text, decoding))
      faults.push_back(path + ": only formats names libraries for images and archives");
    if (room != "apps/hebb" && std::regex_search(text, printing))
      faults.push_back(path + ": the library prints nothing by itself");
  }
  return faults;
}

Tree read_tree() {
  const fs::path root = HEBB_SOURCE_DIR;
  Tree tree;
  for (const char* part : {"include/hebb", "src", "apps/hebb"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / part)) {
      const std::string ending = entry.path().extension().string();
      if (ending != ".h" && ending != ".cpp") continue;
      tree[entry.path().lexically_relative(root).generic_string()] = read(entry.path());
    }
  }
  return tree;
}

std::string lines(const std::vector<std::string>& items) {
  std::ostringstream out;
  for (const std::string& item : items) out << item << '\n';
  return out.str();
}

TEST(Includes, OfTheTreeGoDown) {
  const auto faults = faults_of(read_tree());
  EXPECT_TRUE(faults.empty()) << lines(faults);
}

TEST(Includes, OfTheTreeAreSeen) {
  const Tree tree = read_tree();
  std::set<std::string> rooms;
  std::size_t edges = 0;
  for (const auto& [path, text] : tree) {
    rooms.insert(room_of(path));
    for (const std::string& name : includes_of(text)) edges += !resolve(tree, path, name).empty();
  }
  for (const char* room : {"core", "io", "kernels", "nn", "train", "estimators", "apps/hebb"})
    EXPECT_TRUE(rooms.contains(room)) << room;
  // Hardly a file includes nothing of ours.
  EXPECT_GT(edges, tree.size());
}

TEST(Components, HaveEveryRoomOnce) {
  std::multiset<std::string> found;
  for (const auto& [name, component] : components())
    found.insert(component.rooms.begin(), component.rooms.end());
  std::set<std::string> rooms = {"run"};  // has a place before it has files
  for (const auto& [path, text] : read_tree())
    if (const std::string room = room_of(path); room != "hebb.h" && room != "apps/hebb")
      rooms.insert(room);
  EXPECT_EQ(lines({found.begin(), found.end()}), lines({rooms.begin(), rooms.end()}));
}

// Whoever asks for a component gets what it needs: the package's configuration does not search on.
TEST(Components, NameAllThatTheyNeed) {
  ASSERT_TRUE(components().contains("core"));
  EXPECT_TRUE(components().at("core").needs.empty());
  for (const auto& [name, component] : components())
    for (const std::string& need : component.needs)
      for (const std::string& further : components().at(need).needs)
        EXPECT_TRUE(component.needs.contains(further)) << name << " needs " << need;
}

// | floor | `room` | component | ...
TEST(Components, StandInTheDesignPage) {
  static const std::regex row(R"(\n\| (\d+) \| `([\w./]+)` \| (\w*) ?\|)");
  const std::string page = read(fs::path(HEBB_SOURCE_DIR) / "docs/design.md");
  std::set<std::string> rooms;
  for (std::sregex_iterator it(page.begin(), page.end(), row), end; it != end; ++it) {
    const std::string room = (*it)[2];
    rooms.insert(room);
    ASSERT_TRUE(kFloors.contains(room)) << room;
    EXPECT_EQ((*it)[1], std::to_string(kFloors.at(room))) << room;
    EXPECT_EQ((*it)[3], component_of(room)) << room;
  }
  for (const auto& [path, text] : read_tree())
    EXPECT_TRUE(rooms.contains(room_of(path))) << room_of(path);
}

// A user includes hebb.h and has everything.
TEST(Includes, TheUmbrellaHasEveryPublicHeader) {
  const Tree tree = read_tree();
  std::vector<std::string> expected;
  for (const auto& [path, text] : tree)
    if (is_public(path) && room_of(path) != "hebb.h") expected.push_back(path.substr(8));
  EXPECT_EQ(lines(includes_of(tree.at("include/hebb/hebb.h"))), lines(expected));
}

struct MadeUp {
  const char* what;
  Tree tree;
  const char* fault;  // empty: none
};

// The test's name in lists and reports.
void PrintTo(const MadeUp& tree, std::ostream* out) { *out << tree.what; }

class MadeUpTree : public testing::TestWithParam<MadeUp> {};

TEST_P(MadeUpTree, ShowsItsFault) {
  const auto& [what, tree, fault] = GetParam();
  const auto faults = faults_of(tree);
  if (*fault == '\0') {
    EXPECT_TRUE(faults.empty()) << what << ": " << lines(faults);
  } else {
    ASSERT_EQ(faults.size(), 1U) << what << ": " << lines(faults);
    EXPECT_NE(faults[0].find(fault), std::string::npos) << faults[0];
  }
}

const MadeUp kMadeUp[] = {
    {"down", {{"include/hebb/core/a.h", ""}, {"src/nn/b.cpp", "#include \"hebb/core/a.h\"\n"}}, ""},
    {"own room",
     {{"src/nn/a.h", ""}, {"src/nn/b.cpp", "#include \"a.h\"\n#include \"nn/a.h\"\n"}},
     ""},
    {"upward",
     {{"include/hebb/train/a.h", ""},
      {"src/nn/b.cpp", "#include <vector>\n  #  include <hebb/train/a.h>\n"}},
     "upward"},
    {"upward by a private header",
     {{"src/train/a.h", ""}, {"src/nn/b.cpp", "#include \"../train/a.h\"\n"}},
     "upward"},
    {"sideways",
     {{"include/hebb/optim/a.h", ""},
      {"include/hebb/nn/b.h", "#pragma once\n#include \"hebb/optim/a.h\"\n"}},
     "sideways"},
    {"the umbrella from inside",
     {{"include/hebb/hebb.h", ""}, {"src/estimators/a.cpp", "#include \"hebb/hebb.h\"\n"}},
     "upward"},
    {"a room that is not in the table", {{"src/cellar/a.cpp", ""}}, "no cellar"},
    {"a header that is not there",
     {{"src/nn/a.cpp", "#include \"hebb/core/gone.h\"\n"}},
     "no such header"},
    {"third party in private", {{"src/io/a.cpp", "#include <zlib.h>\n"}}, ""},
    {"third party in public", {{"include/hebb/io/a.h", "#include <zlib.h>\n"}}, "third-party"},
    {"private in public",
     {{"src/io/b.h", ""}, {"include/hebb/nn/a.h", "#include \"io/b.h\"\n"}},
     "private"},
    {"the program behind the counter",
     {{"src/io/b.h", ""}, {"apps/hebb/a.cpp", "#include \"../../src/io/b.h\"\n"}},
     "public headers only"},
    {"oneDNN in kernels", {{"src/kernels/a.cpp", "#include <dnnl.h>\ndnnl_sgemm();"}}, ""},
    {"oneDNN elsewhere", {{"src/nn/a.cpp", "dnnl::engine e;"}}, "only kernels"},
    {"OpenMP elsewhere", {{"src/train/a.cpp", "# pragma omp parallel\n"}}, "only kernels"},
    {"OpenMP calls elsewhere", {{"src/train/a.cpp", "omp_set_num_threads(1);"}}, "only kernels"},
    {"cairo in plot", {{"src/plot/a.cpp", "#include <cairo.h>\ncairo_fill(c);"}}, ""},
    {"cairo elsewhere", {{"src/report/a.cpp", "cairo_fill(c);"}}, "only plot"},
    {"core that includes formats",
     {{"include/hebb/formats/a.h", ""},
      {"src/preprocess/b.cpp", "#include \"hebb/formats/a.h\"\n"}},
     "component core does not need formats"},
    {"plots that include downloads",
     {{"include/hebb/datasets/a.h", ""}, {"src/plot/b.cpp", "#include \"hebb/datasets/a.h\"\n"}},
     "component plots does not need fetch"},
    {"curl elsewhere", {{"src/io/a.cpp", "#include <curl/curl.h>\n"}}, "only datasets"},
    {"png elsewhere", {{"src/data/a.cpp", "#include <png.h>\n"}}, "only formats"},
    {"a library that prints", {{"src/train/a.cpp", "std::cout << loss;"}}, "prints nothing"},
    {"a program that prints", {{"apps/hebb/a.cpp", "std::cout << loss;"}}, ""},
};

INSTANTIATE_TEST_SUITE_P(Includes, MadeUpTree, testing::ValuesIn(kMadeUp), [](const auto& test) {
  std::string name = test.param.what;
  std::ranges::replace(name, ' ', '_');
  std::erase(name, '-');
  return name;
});

}  // namespace
