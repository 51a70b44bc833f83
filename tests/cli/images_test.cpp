#include <sys/stat.h>

#include <filesystem>
#include <sstream>

#include "cli/run.h"
#include "hebb/datasets/catalogue.h"
#include "pictures.h"

namespace hebb::test {
namespace {

// The built-in digits as files, a sub-folder a class.
class CliImages : public testing::Test {
 protected:
  static constexpr unsigned kSide = 28;
  static constexpr std::size_t kTrain = 1500;

  static const Dataset& digits() {
    static const Dataset data = load_dataset("mnist10k");
    return data;
  }
  static Picture digit(std::size_t row) {
    const auto* const at = digits().images().pixels.get() + row * kSide * kSide;
    return {kSide, kSide, {at, at + std::size_t{kSide} * kSide}};
  }
  static std::string label(std::size_t row) {
    return digits().target().classes[static_cast<std::size_t>(digits().target().values[row])];
  }
  // Dark ink on light paper, `times` as large, with a margin.
  static Picture drawn(std::size_t row, unsigned times, unsigned margin) {
    const Picture small = digit(row);
    const unsigned side = kSide * times + 2 * margin;
    Picture large{side, side, std::vector<std::uint8_t>(std::size_t{side} * side, 250)};
    for (unsigned y = 0; y < kSide * times; ++y)
      for (unsigned x = 0; x < kSide * times; ++x)
        large.samples[std::size_t{y + margin} * side + x + margin] = static_cast<std::uint8_t>(
            250 - small.samples[std::size_t{y / times} * kSide + x / times] * 230 / 255);
    return large;
  }

  void SetUp() override {
    for (std::size_t row = 0; row < kTrain; ++row) {
      std::filesystem::create_directories(folder_ / ("digits.d/" + label(row)));
      folder_.write("digits.d/" + label(row) + '/' + std::to_string(row) + ".png",
                    png_bytes(digit(row)));
    }
  }
  void train() const {
    const Result fit = run(folder_, {"fit", "digits.d", "--hidden", "64", "--epochs", "20", "-o",
                                     "m.hebb", "--quiet"});
    ASSERT_EQ(fit.code, 0) << fit.err;
  }

  Folder folder_;
};

TEST_F(CliImages, PathsOfFilesHaveOneSlash) {
  folder_.write("digits.d/3/bad.png", "no image");
  for (const char* name : {"digits.d", "digits.d/"}) {
    const Result result = run(folder_, {"fit", name});
    EXPECT_EQ(result.code, 3);
    EXPECT_TRUE(contains(result.err, "error: digits.d/3/bad.png:")) << result.err;
  }
}

TEST_F(CliImages, FolderIsTrainedOnAndDrawnDigitsArePredicted) {
  train();
  const Result again = run(folder_, {"evaluate", "m.hebb", "digits.d"});
  EXPECT_EQ(again.code, 0);
  EXPECT_TRUE(contains(again.err, "the data that the model was trained on")) << again.err;

  constexpr std::size_t kDrawn = 50;
  std::filesystem::create_directory(folder_ / "drawn");
  for (std::size_t i = 0; i < kDrawn; ++i)
    folder_.write("drawn/" + std::to_string(100 + i) + ".png", png_bytes(drawn(8000 + i, 9, 40)));
  const Result result = run(folder_, {"predict", "m.hebb", "drawn"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(contains(result.err, "turned 50 of 50 images")) << result.err;
  EXPECT_TRUE(contains(result.err, "centred the ink of 50 of 50 images")) << result.err;
  std::istringstream lines(result.out);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "file,prediction");
  std::size_t right = 0;
  for (std::size_t i = 0; i < kDrawn; ++i) {
    std::getline(lines, line);
    const std::string file = std::to_string(100 + i) + ".png,";
    EXPECT_TRUE(line.starts_with(file)) << line;
    right += line == file + label(8000 + i);
  }
  // Of 1,500 digits such a network learns to know nine of ten; unturned, one or two of ten.
  EXPECT_GE(right, 40U);

  const Json one = run(folder_, {"predict", "m.hebb", "drawn/100.png", "--json"}).json();
  EXPECT_EQ(one["rows"][0]["file"], "drawn/100.png");
  EXPECT_EQ(one["samples"], 1);
}

TEST_F(CliImages, TestImagesAreReadAsEvaluateReadsThem) {
  constexpr std::size_t kDrawn = 60;
  for (std::size_t i = 0; i < kDrawn; ++i) {
    std::filesystem::create_directories(folder_ / ("drawn/" + label(8000 + i)));
    folder_.write("drawn/" + label(8000 + i) + '/' + std::to_string(i) + ".png",
                  png_bytes(drawn(8000 + i, 3, 20)));
  }
  const Result fit = run(folder_, {"fit", "digits.d", "--test", "drawn", "--hidden", "64",
                                   "--epochs", "20", "-o", "m.hebb", "--json"});
  ASSERT_EQ(fit.code, 0) << fit.err;
  EXPECT_TRUE(contains(fit.err, "turned 60 of 60 images light for dark")) << fit.err;
  const double tested = fit.json()["test"]["accuracy"];
  EXPECT_GT(tested, 0.7);
  EXPECT_EQ(run(folder_, {"evaluate", "m.hebb", "drawn", "--json"}).json()["test"]["accuracy"],
            tested);
  const Result as_is = run(folder_, {"evaluate", "m.hebb", "drawn", "--image-as-is", "--json"});
  EXPECT_FALSE(contains(as_is.err, "turned")) << as_is.err;
  EXPECT_LT(as_is.json()["test"]["accuracy"], 0.5);
}

TEST_F(CliImages, OneOrSeveralArePredicted) {
  train();
  std::filesystem::create_directory(folder_ / "new");
  for (const std::size_t row : {8000U, 8001U, 8002U})
    folder_.write("new/" + std::to_string(row) + ".png", png_bytes(digit(row)));
  const auto predicted = [&](std::vector<std::string> data, const Surroundings& around = {}) {
    data.insert(data.begin(), {"predict", "m.hebb"});
    const Result result = run(folder_, data, around);
    EXPECT_EQ(result.code, 0) << result.err;
    return result.out;
  };
  const std::string several = predicted({"new/8000.png", "new/8001.png", "new/8002.png"});
  EXPECT_EQ(several, predicted({"new/8000.png", "--threads", "1", "new/8001.png", "new/8002.png"}));
  std::string rows = "prediction\n", alone;
  for (const std::string row : {"8000", "8001", "8002"}) {
    const std::string file = predicted({"new/" + row + ".png"});
    alone += file.substr(alone.empty() ? 0 : file.find('\n') + 1);
    rows += file.substr(file.rfind(',') + 1);
    EXPECT_EQ(predicted({"mnist10k:" + row}), "prediction\n" + file.substr(file.rfind(',') + 1));
  }
  EXPECT_EQ(several, alone);
  EXPECT_EQ(predicted({"mnist10k:8000-8002"}), rows);
  const std::string piped = predicted({"-"}, {.in = folder_.read("new/8001.png")});
  EXPECT_EQ(piped.substr(piped.rfind(',')), alone.substr(alone.find("8001.png") + 8, 3));

  folder_.write("t.csv", "a,b\n1,2\n");
  const auto expect_refused = [&](std::vector<std::string> data, const std::string& says) {
    data.insert(data.begin(), {"predict", "m.hebb"});
    const Result result = run(folder_, data);
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_TRUE(contains(result.err, says)) << result.err;
  };
  expect_refused({"new/8000.png", "t.csv"}, "'t.csv' is not an image file: several DATA");
  expect_refused({"new", "new"}, "'new' is not an image file");
  expect_refused({"mnist10k:10000"}, "mnist10k has rows 0 to 9999, got 10000");
  expect_refused({"new/8000.png", "new/8001.png", "-o", "new/8001.png"}, "is also read (DATA)");
}

TEST(CliPredictImages, RowsOfATableAndSeveralTables) {
  const Folder folder;
  ASSERT_EQ(run(folder, {"fit", "iris", "--model", "logistic", "-o", "m.hebb"}).code, 0);
  const std::string all = run(folder, {"predict", "m.hebb", "iris"}).out;
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "iris:0-149"}).out, all);
  const Result last = run(folder, {"predict", "m.hebb", "iris:149"});
  EXPECT_EQ(last.out, "prediction\nvirginica\n") << last.err;
  folder.write("a.csv", "a\n1\n");
  const Result result = run(folder, {"predict", "m.hebb", "a.csv", "a.csv"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(contains(result.err, "one table, set or -, got 2 names")) << result.err;
}

TEST_F(CliImages, FolderIsDescribedShownAndDrawn) {
  const Json json = run(folder_, {"data", "describe", "digits.d", "--json"}).json();
  EXPECT_EQ(json["samples"], kTrain);
  EXPECT_EQ(json["classes"].size(), 10U);
  EXPECT_EQ(run(folder_, {"data", "head", "digits.d"}).code, 0);
  const Result plot = run(folder_, {"data", "plot", "digits.d", "-o", "p.png"});
  EXPECT_EQ(plot.code, 0) << plot.err;
  EXPECT_TRUE(folder_.has("p.png"));
  const Json small =
      run(folder_, {"data", "describe", "digits.d", "--image-size", "14x7", "--json"}).json();
  EXPECT_EQ(small["features"], 98);
}

TEST_F(CliImages, ModelsTakeImagesOfTheirOwnColours) {
  train();
  std::string ppm = "P6 28 28 255\n";
  for (const std::uint8_t sample : digit(8000).samples) ppm.append(3, static_cast<char>(sample));
  folder_.write("rgb.ppm", ppm);
  folder_.write("grey.png", png_bytes(digit(8000)));
  const auto rows = [&](const std::string& file) {
    const Result result = run(folder_, {"predict", "m.hebb", file, "--proba"});
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_FALSE(contains(result.err, "turned")) << result.err;
    return result.out.substr(result.out.find('\n')).substr(1 + file.size());
  };
  EXPECT_EQ(rows("rgb.ppm"), rows("grey.png"));
}

TEST(CliBadImages, AreBadDataAndNamed) {
  const Folder folder;
  std::filesystem::create_directories(folder / "pets/cats");
  std::filesystem::create_directories(folder / "pets/dogs");
  folder.write("pets/cats/1.pgm", "P5 4 4 255 " + std::string(16, 'a'));
  const auto expect_bad = [&](const std::string& data, const std::string& says) {
    const Result result = run(folder, {"fit", data});
    EXPECT_EQ(result.code, 3) << result.err;
    EXPECT_TRUE(contains(result.err, says)) << result.err;
  };
  expect_bad("pets", "pets/dogs: no image in this class folder");
  folder.write("pets/dogs/1.png", "<html>404</html>");
  expect_bad("pets", "pets/dogs/1.png: byte 0: this is HTML");
  const Result alone = run(folder, {"data", "describe", "pets/dogs/1.png"});
  EXPECT_EQ(alone.code, 3) << alone.err;
  EXPECT_TRUE(contains(alone.err, "pets/dogs/1.png: byte 0: this is HTML")) << alone.err;
  folder.write("scan.BMP", "BM" + std::string(60, '\0'));
  const Result other = run(folder, {"data", "describe", "scan.BMP"});
  EXPECT_EQ(other.code, 3) << other.err;
  EXPECT_TRUE(contains(other.err, "scan.BMP: byte 0: this is a BMP; expected PNG, JPEG"))
      << other.err;
  folder.write("pets/dogs/1.png",
               png_bytes({4, 4, std::vector<std::uint8_t>(16, 7)}).substr(0, 60));
  expect_bad("pets", "pets/dogs/1.png: cut short");
  ASSERT_EQ(::mkfifo((folder / "pets/dogs/2.png").c_str(), 0600), 0);
  expect_bad("pets", "pets/dogs/2.png: this is a FIFO");
  folder.write("pets/cats/2.png", "<html>404</html>");
  expect_bad("pets", "pets: 3 of 4 image files cannot be read:\n  pets/");
  folder.write("pets/dogs/3.pgm", "P5 4 4 255 " + std::string(16, 'b'));
  const Result skipped = run(folder, {"fit", "pets", "--skip-bad", "--epochs", "1"});
  EXPECT_EQ(skipped.code, 0) << skipped.err;
  for (const char* name : {"cats/2.png", "dogs/1.png", "dogs/2.png"})
    EXPECT_TRUE(contains(skipped.err, name)) << skipped.err;
  const Result size = run(folder, {"fit", "pets", "--image-size", "0x0"});
  EXPECT_EQ(size.code, 2) << size.err;
}

TEST(CliPhotos, OfAllSizesAreReadAsTheyAreAndHintsCanBeTyped) {
  const Folder folder;
  for (unsigned i = 0; i < 12; ++i) {
    const unsigned width = 150 + 10 * i, height = 100;
    const auto shade = static_cast<std::uint8_t>(i % 2 == 0 ? 40 + i : 200 + i);
    const std::string name = i % 2 == 0 ? "night" : "day";
    std::filesystem::create_directories(folder / ("photos/" + name));
    folder.write("photos/" + name + '/' + std::to_string(i) + ".png",
                 png_bytes({width, height, std::vector<std::uint8_t>(width * height, shade)}));
  }
  const Result fit = run(folder, {"fit", "photos", "-o", "m.hebb", "--epochs", "2", "--json"});
  ASSERT_EQ(fit.code, 0) << fit.err;
  EXPECT_EQ(fit.json()["model"], "convnet");
  EXPECT_TRUE(contains(fit.err, "images of 150x100 to 260x100 pixels are resized to 64x30"))
      << fit.err;
  EXPECT_TRUE(contains(fit.err, "hebb predict m.hebb photos\n")) << fit.err;
  EXPECT_EQ(run(folder, {"predict", "m.hebb", "photos"}).code, 0);
  const Result data = run(folder, {"data", "photos", "--image-size", "32", "--image-color", "rgb"});
  EXPECT_TRUE(contains(data.err, "hebb fit photos --image-size 32 --image-color rgb\n"))
      << data.err;
}

}  // namespace
}  // namespace hebb::test
