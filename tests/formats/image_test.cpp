#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <numeric>

#include "expect_error.h"
#include "formats/files.h"
#include "hebb/core/error.h"
#include "hebb/formats/images.h"
#include "pictures.h"

namespace hebb {
namespace {

using test::jpeg_bytes;
using test::Picture;
using test::png_bytes;
using test::PngKind;
using Bytes = std::vector<std::uint8_t>;

// JPEG of the best quality changes a sample of a smooth picture by rounding alone.
constexpr int kJpegError = 3;

Bytes bytes_of(const Images& images) {
  return {images.pixels.get(), images.pixels.get() + images.count * images.image_size()};
}

void expect_shape(const Images& images, std::size_t channels, std::size_t height,
                  std::size_t width) {
  EXPECT_EQ(images.count, 1U);
  EXPECT_EQ(images.channels, channels);
  EXPECT_EQ(images.height, height);
  EXPECT_EQ(images.width, width);
}

class ReadImage : public testing::Test {
 protected:
  Images read(const std::string& bytes, const DataOptions& options = {}) const {
    return read_image(folder_.write("an image", bytes), options);
  }
  void expect_refused(const std::string& bytes, std::initializer_list<std::string> parts) const {
    const std::string path = folder_.write("bad.png", bytes);
    const std::string message = message_of<DataError>([&] { read_image(path); });
    expect_contains(message, path + ": ");
    for (const auto& part : parts) expect_contains(message, part);
  }

  TestFolder folder_;
};

TEST_F(ReadImage, OfGreyPngIsItsBytes) {
  const Images images = read(png_bytes({3, 2, {0, 1, 127, 128, 254, 255}}));
  expect_shape(images, 1, 2, 3);
  EXPECT_EQ(bytes_of(images), (Bytes{0, 1, 127, 128, 254, 255}));
}

TEST_F(ReadImage, ScalesEveryDepthOfGrey) {
  EXPECT_EQ(bytes_of(read(png_bytes({2, 1, {0, 1}}, {.depth = 1}))), (Bytes{0, 255}));
  EXPECT_EQ(bytes_of(read(png_bytes({4, 1, {0, 1, 2, 3}}, {.depth = 2}))),
            (Bytes{0, 85, 170, 255}));
  EXPECT_EQ(bytes_of(read(png_bytes({3, 1, {0, 7, 15}}, {.depth = 4}))), (Bytes{0, 119, 255}));
  // 0x8000 of 0xffff is 127.502 of 255.
  EXPECT_EQ(bytes_of(read(png_bytes({3, 1, {0, 0, 0x80, 0, 0xff, 0xff}}, {.depth = 16}))),
            (Bytes{0, 128, 255}));
}

TEST_F(ReadImage, OfRgbPngComesChannelByChannel) {
  const Images images = read(png_bytes({2, 1, {1, 2, 3, 4, 5, 6}}, {.type = PNG_COLOR_TYPE_RGB}));
  expect_shape(images, 3, 1, 2);
  EXPECT_EQ(bytes_of(images), (Bytes{1, 4, 2, 5, 3, 6}));
}

TEST_F(ReadImage, OfAnInterlacedPngIsTheSame) {
  Picture picture{19, 13, Bytes(19 * 13)};
  std::iota(picture.samples.begin(), picture.samples.end(), std::uint8_t{0});
  EXPECT_EQ(bytes_of(read(png_bytes(picture, {.interlaced = true}))), picture.samples);
}

TEST_F(ReadImage, LooksPalettesUp) {
  const Images colors = read(png_bytes(
      {2, 1, {1, 0}}, {.type = PNG_COLOR_TYPE_PALETTE, .palette = {{9, 9, 9}, {10, 20, 30}}}));
  expect_shape(colors, 3, 1, 2);
  EXPECT_EQ(bytes_of(colors), (Bytes{10, 9, 20, 9, 30, 9}));
  // A palette of greys is grey.
  const PngKind greys{
      .type = PNG_COLOR_TYPE_PALETTE, .depth = 1, .palette = {{200, 200, 200}, {3, 3, 3}}};
  const Images grey = read(png_bytes({2, 1, {1, 0}}, greys));
  expect_shape(grey, 1, 1, 2);
  EXPECT_EQ(bytes_of(grey), (Bytes{3, 200}));
}

TEST_F(ReadImage, LaysWhatIsTransparentOnWhite) {
  const Images grey =
      read(png_bytes({3, 1, {0, 255, 0, 0, 100, 51}}, {.type = PNG_COLOR_TYPE_GRAY_ALPHA}));
  expect_shape(grey, 1, 1, 3);
  EXPECT_EQ(bytes_of(grey), (Bytes{0, 255, 224}));  // (100 * 51 + 255 * 204) / 255
  const Images rgb =
      read(png_bytes({2, 1, {9, 8, 7, 255, 9, 8, 7, 0}}, {.type = PNG_COLOR_TYPE_RGB_ALPHA}));
  EXPECT_EQ(bytes_of(rgb), (Bytes{9, 255, 8, 255, 7, 255}));
  const Images palette = read(png_bytes(
      {2, 1, {0, 1}},
      {.type = PNG_COLOR_TYPE_PALETTE, .palette = {{5, 6, 7}, {5, 6, 7}}, .alphas = {0, 255}}));
  EXPECT_EQ(bytes_of(palette), (Bytes{255, 5, 255, 6, 255, 7}));
}

TEST_F(ReadImage, OfJpegIsCloseToWhatWasWritten) {
  Picture picture{16, 8, {}};
  for (unsigned i = 0; i < 16 * 8; ++i) picture.samples.push_back(static_cast<std::uint8_t>(i));
  const Images grey = read(jpeg_bytes(picture, 1));
  expect_shape(grey, 1, 8, 16);
  for (std::size_t i = 0; i < picture.samples.size(); ++i)
    EXPECT_NEAR(grey.pixels.get()[i], picture.samples[i], kJpegError) << i;

  const Images rgb = read(jpeg_bytes({1, 1, {200, 100, 50}}, 3));
  expect_shape(rgb, 3, 1, 1);
  EXPECT_NEAR(rgb.pixels.get()[0], 200, kJpegError);
  EXPECT_NEAR(rgb.pixels.get()[1], 100, kJpegError);
  EXPECT_NEAR(rgb.pixels.get()[2], 50, kJpegError);
}

TEST_F(ReadImage, ReadsPgmAndPpm) {
  EXPECT_EQ(bytes_of(read("P2 # a comment\n3 1\n# and another\n255\n0 7\n255\n")),
            (Bytes{0, 7, 255}));
  EXPECT_EQ(bytes_of(read("P2\n2 1\n3\n1 2")), (Bytes{85, 170}));
  EXPECT_EQ(bytes_of(read("P3\n1 1 255 1 2 3")), (Bytes{1, 2, 3}));
  EXPECT_EQ(bytes_of(read("P5\n2 1\n255\n\n#")), (Bytes{10, 35}));
  EXPECT_EQ(bytes_of(read(std::string("P5 2 1 65535 \x80\0\xff\xff", 17))), (Bytes{128, 255}));
  const Images rgb = read("P6 2 1 255 abcdef");
  expect_shape(rgb, 3, 1, 2);
  EXPECT_EQ(bytes_of(rgb), (Bytes{'a', 'd', 'b', 'e', 'c', 'f'}));
}

TEST_F(ReadImage, TakesChannelsAsTold) {
  const std::string rgb = "P3 2 1 255 255 0 0 10 20 30";
  const Images grey = read(rgb, {.image_color = "grey"});
  expect_shape(grey, 1, 1, 2);
  EXPECT_EQ(bytes_of(grey), (Bytes{76, 18}));  // 76.245, 18.15
  EXPECT_EQ(bytes_of(read("P2 2 1 255 4 9", {.image_color = "rgb"})), (Bytes{4, 9, 4, 9, 4, 9}));
  expect_error<std::invalid_argument>([&] { read(rgb, {.image_color = "blue"}); },
                                      {"image_color", "blue"});
}

TEST_F(ReadImage, ShrinksByAveragesOfArea) {
  EXPECT_EQ(bytes_of(read("P2 4 2 255 0 10 20 30 40 50 60 70", {.image_size = "2x1"})),
            (Bytes{25, 45}));
  // Of three pixels, each new one covers one and a half.
  EXPECT_EQ(bytes_of(read("P2 3 3 255 0 90 180 0 90 180 0 90 180", {.image_size = "2"})),
            (Bytes{30, 150, 30, 150}));
}

TEST_F(ReadImage, GrowsLinearly) {
  EXPECT_EQ(bytes_of(read("P2 2 2 255 0 100 0 100", {.image_size = "4x4"})),
            (Bytes{0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100, 0, 25, 75, 100}));
  EXPECT_EQ(bytes_of(read("P2 1 1 255 7", {.image_size = "3x2"})), (Bytes{7, 7, 7, 7, 7, 7}));
}

TEST_F(ReadImage, KeepsItsShapeAndFillsWithItsBorder) {
  // 2 x 1 grows to 4 x 2, between rows of the border's mean.
  EXPECT_EQ(bytes_of(read("P2 2 1 255 60 100", {.image_size = "4x4"})),
            (Bytes{80, 80, 80, 80, 60, 70, 90, 100, 60, 70, 90, 100, 80, 80, 80, 80}));
}

TEST_F(ReadImage, RefusesABadSize) {
  for (const char* size : {"", "x", "28x", "x28", "0x5", "28 x 28", "-1x4", "1e3x2", "20000x20000"})
    expect_error<std::invalid_argument>([&] { read("P2 1 1 255 7", {.image_size = size}); },
                                        {"image_size", "28x28", std::string("'") + size + "'"});
}

TEST_F(ReadImage, RefusesAMillionByAMillionBeforeDecoding) {
  std::string png = png_bytes({1, 1, {0}});
  png.replace(16, 8, big_endian(1'000'000) + big_endian(1'000'000));
  const std::span head(reinterpret_cast<const std::uint8_t*>(png.data()) + 12, 17);
  png.replace(29, 4, big_endian(io::crc32(head)));
  expect_refused(png, {"1000000 x 1000000 pixels, over the limit of 100000000"});
  expect_refused("P5 1000000 1000000 255\n", {"over the limit of 100000000"});
  std::string jpeg = jpeg_bytes({1, 1, {0}}, 1);
  const auto frame = jpeg.find("\xff\xc0");
  jpeg.replace(frame + 5, 4, "\xff\xdc\xff\xdc");  // 65500, the most that the library takes
  expect_refused(jpeg, {"65500 x 65500 pixels, over the limit"});
}

TEST_F(ReadImage, HoldsTheHeaderAgainstTheBytes) {
  std::string png = png_bytes({1, 1, {0}});
  png.replace(16, 8, big_endian(9000) + big_endian(9000));
  const std::span head(reinterpret_cast<const std::uint8_t*>(png.data()) + 12, 17);
  png.replace(29, 4, big_endian(io::crc32(head)));
  expect_refused(png, {"9000 x 9000 pixels, more than its", "bytes can hold"});
  std::string jpeg = jpeg_bytes({1, 1, {0}}, 1);
  const auto frame = jpeg.find("\xff\xc0");
  jpeg.replace(frame + 5, 4, "\x20\x08\x20\x08");
  expect_refused(jpeg, {"8200 x 8200 pixels, more than its", "bytes can hold"});
  expect_refused("P2 9000 9000 255 1", {"cut short", "need 162000000 bytes"});
}

TEST_F(ReadImage, RefusesWhatIsCutShortAnywhere) {
  Picture picture{9, 9, Bytes(9 * 9)};
  std::iota(picture.samples.begin(), picture.samples.end(), std::uint8_t{0});
  for (const std::string& whole : {png_bytes(picture), jpeg_bytes(picture, 1),
                                   std::string("P5 9 9 255\n") + std::string(81, 'x')})
    for (std::size_t size = 0; size < whole.size(); ++size)
      expect_refused(whole.substr(0, size), {});
  expect_refused(png_bytes(picture).substr(0, 60), {"cut short"});
  const std::string jpeg = jpeg_bytes(picture, 1);
  expect_refused(jpeg.substr(0, jpeg.size() - 40), {"cut short"});
  expect_refused("P5 24 24 255\nxyz", {"cut short", "need 576 bytes", "there are 3"});
  expect_refused("P2 2 2 255 1 23 4 ", {"cut short before a sample"});
}

TEST_F(ReadImage, RefusesDamage) {
  std::string png = png_bytes({2, 2, {1, 2, 3, 4}});
  png[png.find("IEND") - 5] ^= 1;  // of the checksum before
  expect_refused(png, {"CRC"});
  expect_refused("P2 1 1 255 256", {"byte 11", "256", "highest value 255"});
  expect_refused("P2 1 1 0 0", {"highest value is 0", "1 to 65535"});
  expect_refused("P2 1 1 70000 0", {"highest value is 70000"});
  expect_refused("P2 1 1 255 -1", {"byte 11", "expected a sample"});
  expect_refused("P2 99999999999 1 255 1", {"byte 3", "the width is too large"});
  expect_refused("P2 0 1 255 1", {"0 x 1 pixels"});
  expect_refused("P2 1 1 255 1 2", {"byte 13", "1 bytes too many"});
  expect_refused("P5 1 1 255 ab", {"byte 12", "1 bytes too many"});
}

TEST_F(ReadImage, RefusesCmyk) {
  expect_refused(jpeg_bytes({1, 1, {0, 0, 0, 0}}, 4), {"CMYK", "expected grey or RGB"});
}

TEST_F(ReadImage, NamesWhatElseItIs) {
  expect_refused("", {"the file is empty"});
  expect_refused("<!DOCTYPE html><p>404", {"HTML", "expected PNG, JPEG, PGM or PPM"});
  expect_refused("\n <svg>", {"SVG"});
  expect_refused("GIF89a", {"a GIF"});
  expect_refused("RIFFxxxxWEBP", {"a WebP"});
  expect_refused("xxxxftypavif", {"AVIF"});
  expect_refused("P4\n1 1\n", {"a PBM"});
  expect_refused("a,b\n1,2\n", {"no image that is known"});
}

TEST_F(ReadImage, RefusesWhatIsNoFile) {
  const std::string pipe = folder_.path("pipe.png");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  expect_error<DataError>([&] { read_image(pipe); }, {pipe, "a FIFO"});
  expect_error<DataError>([] { read_image("/dev/zero"); }, {"/dev/zero", "a device"});
  expect_error<DataError>([&] { read_image(folder_.path("")); }, {"a folder"});
  expect_error<std::runtime_error>([&] { read_image(folder_.path("none.png")); }, {"none.png"});
}

}  // namespace
}  // namespace hebb
