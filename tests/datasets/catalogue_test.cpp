#include "hebb/datasets/catalogue.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>

#include "datasets/public_set.h"
#include "expect_error.h"
#include "formats/files.h"
#include "hebb/core/error.h"
#include "hebb/formats/images.h"
#include "io/digest.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

std::string sha256(const void* bytes, std::size_t size) {
  io::Sha256 sha;
  sha.update({static_cast<const std::uint8_t*>(bytes), size});
  return sha.hex();
}

std::string sha256(const std::vector<double>& values) {
  return sha256(values.data(), values.size() * sizeof(double));
}

TEST(Catalogue, BuiltInTablesAreThoseOfScikitLearn) {
  for (const auto& table : test::oracle("builtin_tables")) {
    const auto name = table["name"].get<std::string>();
    const auto data = load_dataset(name);
    EXPECT_EQ(data.name(), name);
    EXPECT_EQ(data.samples(), table["rows"].get<std::size_t>()) << name;
    EXPECT_EQ(data.features(), table["columns"].get<std::size_t>()) << name;
    EXPECT_EQ(sha256(data.table().values()), table["values"].get<std::string>()) << name;
    EXPECT_EQ(sha256(data.target().values), table["target"].get<std::string>()) << name;
    EXPECT_EQ(data.test_begin(), 0U);
  }
}

TEST(Catalogue, BuiltInTablesHaveNames) {
  using Texts = std::vector<std::string>;
  const auto iris = load_dataset("iris");
  EXPECT_EQ(iris.target().classes, (Texts{"setosa", "versicolor", "virginica"}));
  EXPECT_EQ(iris.table().columns[0].name, "sepal length (cm)");
  EXPECT_EQ(iris.target().names, (Texts{"species"}));
  EXPECT_EQ(load_dataset("wine").target().classes, (Texts{"class_0", "class_1", "class_2"}));
  EXPECT_EQ(load_dataset("breast_cancer").target().classes, (Texts{"benign", "malignant"}));
  EXPECT_EQ(load_dataset("digits").target().classes.size(), 10U);
  EXPECT_EQ(load_dataset("digits", {.target = {"digit"}}).target().classes.size(), 10U);
  const auto diabetes = load_dataset("diabetes");
  EXPECT_EQ(diabetes.target().names, (Texts{"progression"}));
  EXPECT_FALSE(diabetes.target().is_classes());
}

TEST(Catalogue, BuiltInTablesTakeOptionsOfColumns) {
  const auto data = load_dataset("iris", {.target = {"1"}, .ignore = {"species"}, .sep = ";"});
  EXPECT_EQ(data.features(), 3U);
  EXPECT_EQ(data.target().values[0], 5.1);
  EXPECT_FALSE(load_dataset("iris", {.target = {"species"}}, TargetUse::none).has_target());
}

TEST(Catalogue, NamedSetsRefuseOptionsThatTheyDoNotTake) {
  // Refused before the set is looked for, so that none is fetched.
  const std::vector<std::pair<std::string, DataOptions>> of_columns = {
      {"features", {.features = {"1"}}},
      {"ignore", {.ignore = {"1"}}},
      {"categorical", {.categorical = {"1"}}},
      {"weight", {.weight = "w"}},
      {"group", {.group = "g"}},
      {"time_column", {.time_column = "t"}},
      {"sequence", {.sequence = "s"}},
      {"order", {.order = "o"}},
      {"step_target", {.step_target = true}}};
  const ImageForm form{.channels = 1, .height = 28, .width = 28, .border = 0.0};
  const auto refused = [&](const std::string& data, const DataOptions& options,
                           std::initializer_list<std::string> parts) {
    expect_error<std::invalid_argument>([&] { (void)load_dataset(data, options); }, parts);
    expect_error<std::invalid_argument>([&] { (void)load_formed(data, form, options); }, parts);
  };
  for (const auto& [option, options] : of_columns) {
    for (const char* set : {"mnist", "fashion-mnist", "mnist10k"})
      refused(set, options,
              {'[' + option + "] chooses columns", std::string(set) + " is of images"});
    refused("moons:n=50", options, {'[' + option + ']', "moons:n=50 is generated"});
  }
  for (const char* set : {"mnist", "fashion-mnist", "mnist10k", "iris", "moons"})
    refused(set, {.sequence_length = 3}, {"[sequence_length] is for text files", set});
}

TEST(Catalogue, Mnist10kHoldsTheFirstTrainingImagesOfMnist) {
  const auto data = load_dataset("mnist10k");
  ASSERT_EQ(data.samples(), 10000U);
  EXPECT_EQ(data.sample_shape(), Shape({1, 28, 28}));
  EXPECT_EQ(data.name(), "mnist10k");
  std::vector<std::string> digests;
  for (std::size_t i = 0; i < data.samples(); ++i) {
    const auto* const image = data.images().pixels.get() + 784 * i;
    std::vector<std::uint8_t> bytes(image, image + 784);
    bytes.push_back(static_cast<std::uint8_t>(data.target().values[i]));
    digests.push_back(sha256(bytes.data(), bytes.size()));
  }
  std::ranges::sort(digests);
  std::string all;
  for (const auto& digest : digests) all += digest;
  EXPECT_EQ(sha256(all.data(), all.size()), test::oracle("mnist10k_digest").get<std::string>());
}

TEST(Catalogue, Mnist10kComesWithAStratifiedTestPart) {
  const auto [train, test] = load_dataset("mnist10k").split();
  EXPECT_EQ(train.samples(), 8000U);
  EXPECT_EQ(test.samples(), 2000U);
  std::map<double, double> in_train, in_test;
  for (const double label : train.target().values) ++in_train[label];
  for (const double label : test.target().values) ++in_test[label];
  for (const auto& [label, count] : in_train)
    EXPECT_LT(std::abs(in_test[label] - 0.2 * (count + in_test[label])), 1.0) << label;
  const std::set<double> first(train.target().values.begin(), train.target().values.begin() + 100);
  EXPECT_EQ(first.size(), 10U);
}

TEST(Catalogue, EveryRowSaysWhatItIs) {
  std::set<std::string> names;
  for (const auto& row : dataset_catalogue()) {
    EXPECT_TRUE(names.insert(row.name).second);
    EXPECT_FALSE(row.help.empty());
    EXPECT_FALSE(row.source.empty());
    EXPECT_EQ(row.built_in ? row.load("").name() : row.name, row.name);
  }
  for (const char* name : {"mnist", "fashion-mnist", "mnist10k", "digits", "iris"})
    EXPECT_TRUE(names.contains(name)) << name;
}

TEST(Catalogue, LoadsFilesByTheirContent) {
  const TestFolder folder;
  const auto table = load_dataset(folder.write("anything", "a,y\n1,2\n"));
  EXPECT_EQ(table.features(), 1U);
  folder.write("some-labels", idx_labels({3, 4}));
  const auto images = load_dataset(folder.write("some-images", gzip_of(idx_images(2, 2, 2))));
  EXPECT_TRUE(images.is_images());
  EXPECT_EQ(images.target().classes.size(), 2U);
  const auto lone = folder.write("lone", idx_images(2, 2, 2));
  EXPECT_THROW((void)load_dataset(lone), DataError);
  EXPECT_FALSE(load_dataset(lone, {}, TargetUse::none).has_target());
  const auto bad = folder.write("x-idx3-ubyte", "no images");
  expect_contains(message_of<DataError>([&] { (void)load_dataset(bad); }), "byte 0: magic");
}

TEST(Catalogue, RejectsWhatIsNeitherFileNorName) {
  const auto error = [](const std::string& data) {
    return message_of<std::invalid_argument>([&] { (void)load_dataset(data); });
  };
  expect_contains(error("mnits"), "'mnits' is neither a file nor a named set; did you mean mnist?");
  expect_contains(error("qqqqqq"), "The named sets are: mnist, fashion-mnist, mnist10k");
  expect_contains(error("iris:n=5"), "the set iris takes no parameters, got 'n=5'");
  expect_contains(error("irsi:n=5"), "did you mean iris?");
  const TestFolder folder;
  expect_contains(message_of<DataError>([&] { (void)load_dataset(folder.path("")); }),
                  "neither images nor folders of images in it");
}

// Sets an environment variable as long as it lives.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    if (const char* const old = std::getenv(name_.c_str())) old_ = old;
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (old_)
      ::setenv(name_.c_str(), old_->c_str(), 1);
    else
      ::unsetenv(name_.c_str());
  }

 private:
  std::string name_;
  std::optional<std::string> old_;
};

// Python's own web server, showing one folder, for as long as this lives.
class FolderServer {
 public:
  explicit FolderServer(const std::string& folder) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("pipe failed");
    child_ = ::fork();
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);  // its log
      ::close(ends[0]);
      ::execl(HEBB_PYTHON, HEBB_PYTHON, "-u", "-m", "http.server", "--bind", "127.0.0.1",
              "--directory", folder.c_str(), "0", nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    std::string line;  // "Serving HTTP on 127.0.0.1 port 40001 (http://127.0.0.1:40001/) ..."
    for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) line += c;
    ::close(ends[0]);
    const auto begin = line.find('(') + 1;
    address_ = line.substr(begin, line.find(')') - begin);
  }
  FolderServer(const FolderServer&) = delete;
  FolderServer& operator=(const FolderServer&) = delete;
  ~FolderServer() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  const std::string& address() const { return address_; }

 private:
  pid_t child_ = -1;
  std::string address_;
};

// A small set in the form of MNIST, and its files.
class PublicSets : public testing::Test {
 protected:
  PublicSets() {
    const std::string contents[] = {idx_images(3, 2, 2), idx_labels({1, 2, 1}), idx_images(1, 2, 2),
                                    idx_labels({2})};
    for (std::size_t i = 0; i < 4; ++i) {
      packed_[i] = gzip_of(contents[i]);
      auto& file = set_.files[i];
      file.size = packed_[i].size();
      file.md5 = io::md5_hex(
          {reinterpret_cast<const std::uint8_t*>(packed_[i].data()), packed_[i].size()});
    }
    set_.files[0].name = "train-images";
    set_.files[1].name = "train-labels";
    set_.files[2].name = "t10k-images";
    set_.files[3].name = "t10k-labels";
  }

  void write_all(const std::string& place) const {
    for (std::size_t i = 0; i < 4; ++i)
      folder_.write(place + "/" + set_.files[i].name + ".gz", packed_[i]);
  }
  void expect_loads(const DownloadProgress& progress = {}) const {
    const auto data = load_public_set(set_, progress);
    EXPECT_EQ(data.samples(), 4U);
    EXPECT_EQ(data.test_begin(), 3U);
    EXPECT_EQ(data.target().classes, (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(data.split().second.samples(), 1U);
  }

  const TestFolder folder_;
  const Variable data_dir_{"HEBB_DATA_DIR", folder_.path("data")};
  const Variable cache_{"XDG_CACHE_HOME", folder_.path("cache")};
  // Nobody listens there.
  const Variable mirror_{"HEBB_MIRROR", "http://127.0.0.1:9/"};
  std::array<std::string, 4> packed_;
  PublicSet set_{.name = "tiny", .files = {}, .mirrors = {"http://127.0.0.1:9/none/"}};
};

TEST_F(PublicSets, AreFoundInTheDataFolder) {
  write_all("data/tiny");
  expect_loads();
  folder_.write("data/tiny/t10k-labels", idx_labels({2}));  // unpacked will do
  std::filesystem::remove(folder_.path("data/tiny/t10k-labels.gz"));
  expect_loads();
}

TEST_F(PublicSets, AreFoundWhereAPackagePutsThem) {
  write_all("system");
  set_.folders = {folder_.path("system")};
  expect_loads();
}

TEST_F(PublicSets, AreFoundInTheCache) {
  write_all("cache/hebb/tiny");
  expect_loads();
  std::filesystem::create_directories(folder_.path("home/.cache/hebb"));
  std::filesystem::rename(folder_.path("cache/hebb/tiny"), folder_.path("home/.cache/hebb/tiny"));
  const Variable no_cache("XDG_CACHE_HOME", "");
  const Variable home("HOME", folder_.path("home"));
  expect_loads();
}

TEST_F(PublicSets, AreFetchedIntoTheCache) {
  write_all("www/tiny");
  std::map<std::string, std::uint64_t> seen;
  {
    const FolderServer server(folder_.path("www"));
    const Variable mirror("HEBB_MIRROR", server.address());
    expect_loads([&](const std::string& file, std::uint64_t done, std::uint64_t total) {
      EXPECT_LE(done, total);
      seen[file] = done;
    });
  }
  EXPECT_EQ(seen.size(), 4U);
  EXPECT_EQ(seen["train-images.gz"], packed_[0].size());
  EXPECT_TRUE(std::filesystem::exists(folder_.path("cache/hebb/tiny/train-images.gz")));
  expect_loads();  // without the server
}

TEST_F(PublicSets, OfTheWrongContentAreRefused) {
  write_all("www/tiny");
  set_.files[2].md5 = std::string(32, '0');
  const FolderServer server(folder_.path("www"));
  const Variable mirror("HEBB_MIRROR", server.address());
  expect_contains(message_of<std::runtime_error>([&] { (void)load_public_set(set_, {}); }),
                  "expected 00000000000000000000000000000000");
  EXPECT_FALSE(std::filesystem::exists(folder_.path("cache/hebb/tiny/t10k-images.gz")));
}

TEST_F(PublicSets, ThatCannotBeHadSayWhereToPutThem) {
  const auto text = message_of<std::runtime_error>([&] { (void)load_public_set(set_, {}); });
  expect_contains(text, "http://127.0.0.1:9/tiny/train-images.gz");
  expect_contains(text, "put the four files of tiny into " + folder_.path("cache/hebb/tiny"));
  expect_contains(text, "HEBB_DATA_DIR");
  const Variable no_cache("XDG_CACHE_HOME", ""), no_home("HOME", "");
  expect_contains(message_of<std::runtime_error>([&] { (void)load_public_set(set_, {}); }),
                  "no folder for fetched data");
}

TEST_F(PublicSets, MnistIsOneOfThem) {
  const auto text = message_of<std::runtime_error>([] { (void)load_dataset("mnist"); });
  expect_contains(text, "http://127.0.0.1:9/mnist/train-images-idx3-ubyte.gz");
}

TEST_F(PublicSets, FashionMnistHasNamesForItsClasses) {
  folder_.write("data/fashion-mnist/train-images-idx3-ubyte", idx_images(2, 2, 2));
  folder_.write("data/fashion-mnist/train-labels-idx1-ubyte", idx_labels({9, 1}));
  folder_.write("data/fashion-mnist/t10k-images-idx3-ubyte", idx_images(1, 2, 2));
  folder_.write("data/fashion-mnist/t10k-labels-idx1-ubyte", idx_labels({2}));
  const auto data = load_dataset("fashion-mnist");
  EXPECT_EQ(data.name(), "fashion-mnist");
  EXPECT_EQ(data.target().classes[9], "Ankle boot");
  EXPECT_EQ(data.target().values, (std::vector<double>{9, 1, 2}));
}

}  // namespace
}  // namespace hebb
