#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "expect_error.h"
#include "formats/files.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/formats/images.h"

namespace hebb {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;
using Texts = std::vector<std::string>;

Bytes bytes_of(const Dataset& data) {
  const Images& images = data.images();
  return {images.pixels.get(), images.pixels.get() + images.count * images.image_size()};
}

// One pixel of this brightness.
std::string pixel(int value) { return "P2 1 1 255 " + std::to_string(value); }

// A PGM of one brightness.
std::string plain(std::size_t width, std::size_t height, int value) {
  return "P5 " + std::to_string(width) + ' ' + std::to_string(height) + " 255\n" +
         std::string(width * height, static_cast<char>(value));
}

class ImageFolder : public testing::Test {
 protected:
  std::string path() const { return folder_.path("pets"); }
  std::string write(const std::string& name, const std::string& bytes) const {
    return folder_.write("pets/" + name, bytes);
  }
  Dataset read(const DataOptions& options = {}, TargetUse use = TargetUse::required) const {
    return read_image_folder(path(), options, use);
  }
  void expect_refused(std::initializer_list<std::string> parts,
                      TargetUse use = TargetUse::required) const {
    expect_error<DataError>([&] { read({}, use); }, parts);
  }

  TestFolder folder_;
};

TEST_F(ImageFolder, HasAClassASubfolderInOrder) {
  write("dog/b.pgm", pixel(3));
  write("dog/a.pgm", pixel(2));
  write("cat/z.pgm", pixel(1));
  const Dataset data = read();
  EXPECT_EQ(data.name(), "pets");
  EXPECT_EQ(data.sample_shape(), Shape({1, 1, 1}));
  EXPECT_EQ(bytes_of(data), (Bytes{1, 2, 3}));
  EXPECT_EQ(data.target().names, (Texts{"label"}));
  EXPECT_EQ(data.target().classes, (Texts{"cat", "dog"}));
  EXPECT_EQ(data.target().values, (std::vector<double>{0, 1, 1}));
  EXPECT_EQ(data.file(0), "cat/z.pgm");
  EXPECT_EQ(data.file(2), "dog/b.pgm");
  EXPECT_EQ(data.select(std::vector<std::uint32_t>{2, 0}).file(0), "dog/b.pgm");
  EXPECT_EQ(data.slice(1, 3).slice(1, 2).file(0), "dog/b.pgm");
  EXPECT_FALSE(read({}, TargetUse::none).has_target());
  EXPECT_EQ(read_image_folder(path() + "/").name(), "pets");
}

TEST_F(ImageFolder, SortsClassesThatAreNumbersByNumber) {
  for (const char* name : {"10", "9", "2"}) write(std::string(name) + "/a.pgm", pixel(0));
  EXPECT_EQ(read().target().classes, (Texts{"2", "9", "10"}));
}

TEST_F(ImageFolder, OfImagesAloneHasNoTarget) {
  write("b.pgm", pixel(2));
  write("a.pgm", pixel(1));
  const Dataset data = read({}, TargetUse::optional);
  EXPECT_FALSE(data.has_target());
  EXPECT_EQ(bytes_of(data), (Bytes{1, 2}));
  EXPECT_EQ(data.file(1), "b.pgm");
  expect_refused({path(), "no labels", "sub-folder"});
}

TEST_F(ImageFolder, IsTheSameOnAnyNumberOfThreads) {
  for (int i = 0; i < 50; ++i)
    write(std::to_string(i % 3) + '/' + std::to_string(i) + ".pgm",
          plain(static_cast<std::size_t>(5 + i % 4), 7, i));
  DataOptions options{.image_size = "4x4", .threads = 1};
  const auto hash = read(options).hash();
  for (const int threads : {2, 3, 8}) {
    options.threads = threads;
    EXPECT_EQ(read(options).hash(), hash) << threads;
  }
}

TEST_F(ImageFolder, NamesAllBadImagesOnAnyNumberOfThreads) {
  for (int i = 10; i < 60; ++i) write("a/" + std::to_string(i), i % 7 == 0 ? "<html>" : pixel(i));
  write("a/61", "P5 2 2 255 a");  // what its pixels lack shows only after the header
  fs::create_symlink("nothing", path() + "/a/60");
  for (const int threads : {1, 2, 8}) {
    const auto text = message_of<DataError>([&] { read({.threads = threads}); });
    expect_contains(text, path() + ": 9 of 52 image files cannot be read:\n  ");
    for (const char* name : {"14", "21", "28", "35", "42", "49", "56", "60", "61"})
      expect_contains(text, path() + "/a/" + name + ": ");
  }
  for (int i = 70; i < 80; ++i) write("a/" + std::to_string(i), "<html>");
  expect_refused({": 19 of 62 image files cannot be read", "\n  and 9 more"});
}

TEST_F(ImageFolder, OfOneBadImageNamesThatAlone) {
  write("a/1", pixel(1));
  write("a/2", "<html>");
  const auto text = message_of<DataError>([&] { read(); });
  EXPECT_TRUE(text.starts_with(path() + "/a/2: byte 0: this is HTML")) << text;
}

TEST_F(ImageFolder, GoesOnWithoutBadImagesIfTold) {
  for (const char* name : {"a/1", "a/3", "b/1"}) write(name, pixel(name[2]));
  write("a/2", "<html>");
  fs::create_symlink("nothing", path() + "/b/2");
  std::string said;
  const LogSink before = set_log_sink([&](LogLevel, std::string_view message) { said = message; });
  const Dataset data = read({.skip_bad = true});
  set_log_sink(before);
  EXPECT_EQ(bytes_of(data), (Bytes{'1', '3', '1'}));
  EXPECT_EQ(data.target().values, (std::vector<double>{0, 0, 1}));
  EXPECT_EQ(data.file(1), "a/3");
  expect_contains(said, "left out: " + path() + ": 2 of 5 image files cannot be read");
  for (const char* name : {"/a/2: ", "/b/2: "}) expect_contains(said, name);
  fs::remove(path() + "/b/1");
  expect_error<DataError>([&] { read({.skip_bad = true}); },
                          {path() + "/b: no image of this class folder can be read"});
  expect_error<std::invalid_argument>([] { load_dataset("iris", {.skip_bad = true}); },
                                      {"skip_bad", "is for image files"});
}

TEST_F(ImageFolder, IsGreyOnlyIfAllImagesAre) {
  write("a/1", pixel(9));
  EXPECT_EQ(read().sample_shape(), Shape({1, 1, 1}));
  write("a/2", "P3 1 1 255 255 0 0");
  EXPECT_EQ(bytes_of(read()), (Bytes{9, 9, 9, 255, 0, 0}));
  EXPECT_EQ(bytes_of(read({.image_color = "grey"})), (Bytes{9, 76}));
}

TEST_F(ImageFolder, OfMixedSizesGetsTheirMedian) {
  write("a/1.pgm", plain(3, 2, 5));
  write("a/2.pgm", plain(3, 2, 5));
  EXPECT_EQ(read().remark(), "");
  write("b/3.pgm", plain(2, 5, 5));
  const Dataset mixed = read();
  EXPECT_EQ(mixed.sample_shape(), Shape({1, 2, 3}));
  EXPECT_EQ(mixed.remark(),
            "images of 3x2 to 2x5 pixels are resized to 3x2 (--image-size sets another size)");
  EXPECT_EQ(read({.image_size = "4x5"}).sample_shape(), Shape({1, 5, 4}));
  expect_error<std::invalid_argument>([&] { read({.image_size = "4by5"}); },
                                      {"image_size", "28x28", "'4by5'"});
  expect_error<std::invalid_argument>([&] { read({.image_color = "red"}); }, {"image_color"});
}

TEST_F(ImageFolder, OfLargeImagesIsReduced) {
  for (const char* name : {"a/1.pgm", "a/2.pgm"}) write(name, plain(128, 100, 5));
  EXPECT_EQ(read().sample_shape(), Shape({1, 100, 128}));
  write("b/1.pgm", plain(300, 150, 5));
  EXPECT_EQ(read().sample_shape(), Shape({1, 50, 64}));
  for (const char* name : {"a/1.pgm", "a/2.pgm"}) write(name, plain(300, 150, 5));
  const Dataset large = read();
  EXPECT_EQ(large.sample_shape(), Shape({1, 32, 64}));
  EXPECT_EQ(large.remark(),
            "images of 300x150 pixels are resized to 64x32 (--image-size sets another size)");
  EXPECT_EQ(read({.image_size = "300x150"}).sample_shape(), Shape({1, 150, 300}));
  write("a/1.pgm", plain(4000, 1, 5));
  for (const char* name : {"a/2.pgm", "b/1.pgm"}) write(name, plain(4000, 1, 5));
  EXPECT_EQ(read().sample_shape(), Shape({1, 1, 64}));
  // One image is no folder: it keeps its size.
  EXPECT_EQ(load_dataset(path() + "/a/1.pgm", {}, TargetUse::none).sample_shape(),
            Shape({1, 1, 4000}));
}

TEST_F(ImageFolder, PassesOverWhatIsNoImageByName) {
  for (const char* name : {".DS_Store", "a/.hidden", "a/Thumbs.db", "a/NOTES.TXT", "readme.md"})
    write(name, "not an image");
  fs::create_directory(path() + "/.git");
  write("a/1.pgm", pixel(1));
  std::string said;
  const LogSink before = set_log_sink([&](LogLevel, std::string_view message) { said = message; });
  EXPECT_EQ(read().samples(), 1U);
  set_log_sink(before);
  expect_contains(said, "6 files passed over");
}

TEST_F(ImageFolder, FollowsLinksThatStayInside) {
  write("a/1.pgm", pixel(1));
  fs::create_symlink("1.pgm", path() + "/a/2.pgm");
  fs::create_directory_symlink("a", path() + "/b");
  EXPECT_EQ(read().samples(), 4U);
}

TEST_F(ImageFolder, RefusesLinksThatLeaveIt) {
  write("a/1.pgm", pixel(1));
  const std::string outside = folder_.write("secret.pgm", pixel(2));
  const std::string link = path() + "/a/2.pgm";
  fs::create_symlink(outside, link);
  expect_refused({link, "a link that leaves the folder", outside});
  fs::remove(link);
  fs::create_symlink("../../secret.pgm", link);
  expect_refused({link, "a link that leaves the folder"});
  fs::remove(link);
  // A neighbour whose name begins alike is outside, too.
  folder_.write("pets2/1.pgm", pixel(1));
  fs::create_directory_symlink("../pets2", path() + "/b");
  expect_refused({path() + "/b", "a link that leaves the folder"});
  fs::remove(path() + "/b");
  fs::create_symlink("nothing", link);
  expect_refused({link, "a link that leads nowhere"});
  fs::remove(link);
  fs::create_symlink("2.pgm", link);  // to itself
  expect_refused({link, "a link that leads nowhere"});
}

TEST_F(ImageFolder, RefusesPipesSocketsAndDevices) {
  write("a/1.pgm", pixel(1));
  const std::string odd = path() + "/a/2.pgm";
  ASSERT_EQ(::mkfifo(odd.c_str(), 0600), 0);
  expect_refused({odd, "a FIFO"});
  fs::remove(odd);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  ASSERT_LT(odd.size(), sizeof address.sun_path);
  std::ranges::copy(odd, address.sun_path);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  expect_refused({odd, "a socket"});
  ::close(fd);
}

TEST_F(ImageFolder, RefusesFoldersThatAreNone) {
  fs::create_directory(path());
  expect_refused({path(), "neither images nor folders of images"});
  fs::create_directory(path() + "/empty");
  write("cats/1.pgm", pixel(1));
  expect_refused({path() + "/empty", "no image in this class folder"});
  fs::remove(path() + "/empty");
  write("cats/more/1.pgm", pixel(1));
  expect_refused({path() + "/cats", "one level of class folders", "more"});
  fs::remove_all(path() + "/cats/more");
  write("alone.png", pixel(1));
  expect_refused({path(), "alone.png stands beside the class folder cats"});
  fs::remove(path() + "/alone.png");
  write("\xff/1.pgm", pixel(1));
  expect_refused({"not UTF-8"});
}

TEST_F(ImageFolder, TellsHowFarItIs) {
  for (int i = 0; i < 20; ++i) write("a/" + std::to_string(i), pixel(i));
  std::vector<std::uint64_t> done;
  set_image_progress([&](const std::string& name, std::uint64_t so_far, std::uint64_t total) {
    EXPECT_EQ(name, path());
    EXPECT_EQ(total, 20U);
    done.push_back(so_far);
  });
  read();
  set_image_progress({});
  ASSERT_FALSE(done.empty());
  EXPECT_TRUE(std::ranges::is_sorted(done));
  EXPECT_EQ(done.back(), 20U);
}

TEST_F(ImageFolder, IsDataByItsPath) {
  write("a/1.pgm", pixel(1));
  write("b/2.pgm", pixel(2));
  EXPECT_EQ(load_dataset(path()).hash(), read().hash());
  EXPECT_EQ(load_dataset(path(), {.image_size = "3"}).sample_shape(), Shape({1, 3, 3}));
  const std::string one = path() + "/a/1.pgm";
  const Dataset image = load_dataset(one, {}, TargetUse::none);
  EXPECT_EQ(image.samples(), 1U);
  EXPECT_EQ(image.name(), "1.pgm");
  EXPECT_EQ(image.file(0), one);
  expect_error<DataError>([&] { load_dataset(one); }, {one, "no labels"});
  for (const DataOptions& options : {DataOptions{.features = {"x"}}, DataOptions{.weight = "w"}})
    expect_error<std::invalid_argument>([&] { load_dataset(path(), options); },
                                        {"columns", path(), "of images"});
  const ImageForm form{.channels = 1, .height = 1, .width = 1, .border = 0.0};
  for (const std::string& data : {path(), one}) {
    const DataOptions options{.sequence_length = 2};
    expect_error<std::invalid_argument>([&] { load_dataset(data, options, TargetUse::none); },
                                        {"[sequence_length]", data});
    expect_error<std::invalid_argument>([&] { load_formed(data, form, options, TargetUse::none); },
                                        {"[sequence_length]", data + " is of images"});
  }
}

TEST_F(ImageFolder, AloneTakesOptionsOfImages) {
  const std::string csv = folder_.write("t.csv", "a,b\n1,2\n");
  for (const std::string& data :
       {csv, std::string("iris"), std::string("mnist10k"), std::string("moons:n=10")}) {
    expect_error<std::invalid_argument>([&] { load_dataset(data, {.image_size = "8"}); },
                                        {"image_size", "is for image files", data});
    expect_error<std::invalid_argument>([&] { load_dataset(data, {.image_color = "rgb"}); },
                                        {"image_color", "is for image files", data});
  }
}

TEST(DatasetFiles, AreOneARow) {
  Dataset data = Dataset::from_values(std::vector<double>{1, 2}, {2, 1});
  EXPECT_EQ(data.file(1), "");
  expect_error<std::invalid_argument>([&] { data.set_files({"a"}); }, {"2 samples", "1 files"});
}

TEST(DatasetFiles, AreSetBeforeRowsAreSelected) {
  Dataset data = Dataset::from_values(std::vector<double>{1, 2, 3}, {3, 1});
  for (Dataset part : {data.slice(1, 3), data.select(std::vector<std::uint32_t>{2, 0})})
    expect_error<std::invalid_argument>(
        [&] {
          part.set_files({"a", "b"});
        },
        {"files are set before rows are selected", "row 1"});
  data.set_files({"a", "b", "c"});
  EXPECT_EQ(data.slice(1, 3).file(1), "c");
  EXPECT_EQ(data.select(std::vector<std::uint32_t>{2, 0}).file(0), "c");
}

// A form of 28 x 28 with dark borders, as MNIST has them.
constexpr ImageForm kDigits{.channels = 1, .height = 28, .width = 28, .border = 0.0};

class FormedImage : public ImageFolder {
 protected:
  FormedImages formed(const std::string& bytes, const ImageForm& form) const {
    return read_formed(write("one.pgm", bytes), form);
  }
  // A square of this brightness on a ground, at (x, y).
  static std::string square(std::size_t size, std::size_t x, std::size_t y, std::size_t side,
                            int ink, int ground) {
    std::string bytes = plain(size, size, ground);
    const std::size_t start = bytes.size() - size * size;
    for (std::size_t i = 0; i < side; ++i)
      for (std::size_t j = 0; j < side; ++j)
        bytes[start + (y + i) * size + x + j] = static_cast<char>(ink);
    return bytes;
  }
};

TEST_F(FormedImage, IsTurnedWhereTheGroundIsTheOpposite) {
  const auto turned = formed(square(28, 9, 9, 4, 20, 240), kDigits);
  EXPECT_EQ(turned.turned, 1U);
  EXPECT_EQ(turned.resized, 0U);
  EXPECT_EQ(turned.centered, 0U);
  EXPECT_EQ(bytes_of(turned.data)[0], 15);
  EXPECT_EQ(bytes_of(turned.data)[9 * 28 + 9], 235);
  // Dark ink was learnt: light ink is turned.
  const ImageForm paper{.channels = 1, .height = 28, .width = 28, .border = 250.0};
  EXPECT_EQ(formed(square(28, 9, 9, 4, 255, 0), paper).turned, 1U);
  EXPECT_EQ(formed(square(28, 9, 9, 4, 0, 255), paper).turned, 0U);
}

TEST_F(FormedImage, IsLeftAsItIsWhereTheGroundTellsNothing) {
  EXPECT_EQ(formed(plain(28, 28, 159), kDigits).turned, 0U);
  EXPECT_EQ(formed(plain(28, 28, 160), kDigits).turned, 1U);
  for (const auto& border : {std::optional<double>(), std::optional(40.0), std::optional(128.0)}) {
    ImageForm form = kDigits;
    form.border = border;
    EXPECT_EQ(formed(plain(28, 28, 255), form).turned, 0U);
  }
}

TEST_F(FormedImage, OfAnotherSizeIsMadeAsMnistWas) {
  // A square of ink in a corner of grey paper: it fills the box of 20 x 20 in the middle.
  const auto out = formed(square(200, 10, 150, 40, 30, 200), kDigits);
  EXPECT_EQ(out.turned, 1U);
  EXPECT_EQ(out.resized, 1U);
  EXPECT_EQ(out.centered, 1U);
  const Bytes bytes = bytes_of(out.data);
  for (std::size_t y = 0; y < 28; ++y)
    for (std::size_t x = 0; x < 28; ++x) {
      const bool inside = x >= 4 && x < 24 && y >= 4 && y < 24;
      EXPECT_EQ(bytes[y * 28 + x], inside ? 255 : 0) << x << ' ' << y;
    }
  // Without ink there is nothing to centre.
  EXPECT_EQ(formed(plain(50, 50, 3), kDigits).centered, 0U);
}

TEST_F(FormedImage, IsCentredByItsMass) {
  // Heavy below: the middle is where the mass is, not the box.
  std::string bytes = square(100, 30, 10, 40, 255, 0);
  const std::size_t start = bytes.size() - 10000;
  for (std::size_t y = 10; y < 25; ++y)
    for (std::size_t x = 35; x < 70; ++x) bytes[start + y * 100 + x] = 0;
  const Bytes out = bytes_of(formed(bytes, kDigits).data);
  double mass = 0, x_mass = 0, y_mass = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    mass += out[i];
    const std::size_t x = i % 28;
    const std::size_t y = i / 28;
    x_mass += out[i] * (static_cast<double>(x) + 0.5);
    y_mass += out[i] * (static_cast<double>(y) + 0.5);
  }
  constexpr double kPixel = 0.5;  // whole pixels are moved
  EXPECT_NEAR(x_mass / mass, 14, kPixel);
  EXPECT_NEAR(y_mass / mass, 14, kPixel);
}

TEST_F(FormedImage, IsFittedWhereTrainingWasNotOfInk) {
  const ImageForm colors{.channels = 3, .height = 4, .width = 4, .border = 0.0};
  const auto out = formed(plain(8, 8, 100), colors);
  EXPECT_EQ(out.centered, 0U);
  EXPECT_EQ(out.resized, 1U);
  EXPECT_EQ(bytes_of(out.data), Bytes(48, 100));
  // The negative of a colour would be another one.
  EXPECT_EQ(formed(plain(4, 4, 255), colors).turned, 0U);
}

TEST_F(FormedImage, AsItIsKeepsItsGroundAndPlace) {
  const std::string path = write("one.pgm", square(56, 4, 4, 8, 0, 255));
  const auto out = read_formed(path, kDigits, {.image_as_is = true});
  EXPECT_EQ(out.resized, 1U);
  EXPECT_EQ(out.turned, 0U);
  EXPECT_EQ(out.centered, 0U);
  const Bytes bytes = bytes_of(out.data);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool ink = i % 28 >= 2 && i % 28 < 6 && i / 28 >= 2 && i / 28 < 6;
    EXPECT_EQ(bytes[i], ink ? 0 : 255) << i;
  }
}

TEST(ImageForm, OfImagesIsTheirShapeAndTheMeanOfTheirBorders) {
  const auto pixels =
      std::make_shared<std::vector<std::uint8_t>>(std::initializer_list<std::uint8_t>{
          10, 20, 30, 40, 99, 60, 70, 80, 90,  // mean of the border: 50
          0, 0, 0, 0, 99, 0, 0, 0, 200});      // 25
  const ImageForm form = form_of(
      {.count = 2, .channels = 1, .height = 3, .width = 3, .pixels = {pixels, pixels->data()}});
  EXPECT_EQ(form.channels * 100 + form.height * 10 + form.width, 133U);
  EXPECT_EQ(form.border, 37.5);
  EXPECT_FALSE(form.centered);  // by 0.16 and 0.31 of the side
  EXPECT_TRUE(form_of(load_dataset("mnist10k").images()).centered);
  const auto corner = std::make_shared<std::vector<std::uint8_t>>(25);
  (*corner)[1] = 255;
  EXPECT_FALSE(
      form_of(
          {.count = 1, .channels = 1, .height = 5, .width = 5, .pixels = {corner, corner->data()}})
          .centered);
}

TEST_F(FormedImage, IsNotCentredWhereInkReachedTheBorder) {
  ImageForm clothes = kDigits;
  clothes.border = 3.0;
  const auto out = formed(square(56, 10, 12, 20, 5, 250), clothes);
  EXPECT_EQ(out.turned, 1U);
  EXPECT_EQ(out.centered, 0U);
  EXPECT_EQ(bytes_of(out.data)[6 * 28 + 5], 250);
}

TEST_F(FormedImage, IsNotCentredWhereInkWasNot) {
  ImageForm drawings = kDigits;
  drawings.centered = false;
  const auto out = formed(square(56, 2, 4, 20, 255, 0), drawings);
  EXPECT_EQ(out.centered, 0U);
  EXPECT_EQ(bytes_of(out.data)[2 * 28 + 1], 255);
}

TEST_F(FormedImage, MayBeOneOfSeveralFiles) {
  const Texts paths = {write("b.pgm", plain(4, 4, 3)), write("a.pgm", plain(8, 8, 5))};
  const ImageForm form{.channels = 1, .height = 4, .width = 4};
  const auto out = read_formed(paths, form);
  EXPECT_EQ(out.resized, 1U);
  EXPECT_EQ(out.data.file(0), paths[0]);
  EXPECT_EQ(bytes_of(out.data)[0], 3);
  EXPECT_EQ(bytes_of(out.data)[16], 5);
  for (const std::string& other :
       {path(), folder_.write("t.csv", "a,b\n1,2\n"), std::string("mnist10k")})
    expect_error<std::invalid_argument>(
        [&] {
          read_formed(Texts{paths[0], other}, form);
        },
        {"'" + other + "' is not an image file", "given alone"});
  const std::string bad = write("bad.png", "<html>");
  expect_error<DataError>([&] { read_formed(Texts{paths[0], bad}, form); }, {bad, "HTML"});
  EXPECT_EQ(read_formed(Texts{bad, paths[0]}, form, {.skip_bad = true}).data.file(0), paths[0]);
}

TEST_F(FormedImage, TakesOptionsThatSayTheSame) {
  const std::string path = write("one.pgm", plain(28, 28, 0));
  EXPECT_NO_THROW(read_formed(path, kDigits, {.image_size = "28x28", .image_color = "grey"}));
  expect_error<std::invalid_argument>([&] { read_formed(path, kDigits, {.image_size = "8x8"}); },
                                      {"image_size", "28x28", "'8x8'"});
  expect_error<std::invalid_argument>([&] { read_formed(path, kDigits, {.image_color = "rgb"}); },
                                      {"image_color", "grey", "'rgb'"});
  // What is no image is read as it is.
  EXPECT_EQ(load_formed("iris", kDigits).data.samples(), 150U);
  EXPECT_EQ(load_formed(path, kDigits, {}, TargetUse::none).data.samples(), 1U);
}

}  // namespace
}  // namespace hebb
