#include "hebb/formats/idx.h"

#include <gtest/gtest.h>

#include "expect_error.h"
#include "formats/files.h"
#include "formats/idx_parts.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

using std::string_literals::operator""s;

std::string images_error(const std::string& bytes) {
  const TestFolder folder;
  const auto path = folder.write("a-images", bytes);
  auto text = message_of<DataError>([&] { (void)read_idx_images(path); });
  expect_contains(text, path);
  return text;
}

std::string labels_error(const std::string& bytes) {
  const TestFolder folder;
  const auto path = folder.write("a-labels", bytes);
  auto text = message_of<DataError>([&] { (void)read_idx_labels(path); });
  expect_contains(text, path);
  return text;
}

TEST(Idx, ReadsImages) {
  const TestFolder folder;
  for (const auto& bytes : {idx_images(3, 2, 4), gzip_of(idx_images(3, 2, 4))}) {
    const auto images = read_idx_images(folder.write("x", bytes));
    EXPECT_EQ(images.count, 3U);
    EXPECT_EQ(images.channels, 1U);
    EXPECT_EQ(images.height, 2U);
    EXPECT_EQ(images.width, 4U);
    for (std::size_t i = 0; i < 24; ++i) EXPECT_EQ(images.pixels.get()[i], i);
  }
}

TEST(Idx, ReadsGzipOfSeveralMembers) {
  const TestFolder folder;
  const auto raw = idx_images(2, 2, 2);
  const auto bytes = gzip_of(raw.substr(0, 19)) + gzip_of(raw.substr(19));
  EXPECT_EQ(read_idx_images(folder.write("x", bytes)).pixels.get()[7], 7);
}

TEST(Idx, ReadsLabelsAsTheClassesThatOccur) {
  const TestFolder folder;
  const auto target = read_idx_labels(folder.write("x", idx_labels({10, 2, 10})));
  EXPECT_EQ(target.classes, (std::vector<std::string>{"2", "10"}));
  EXPECT_EQ(target.values, (std::vector<double>{1, 0, 1}));
}

TEST(Idx, FindsTheLabelsBesideTheImages) {
  const TestFolder folder;
  const auto images = folder.write("t10k-images-idx3-ubyte", idx_images(2, 1, 1));
  expect_contains(message_of<DataError>([&] { (void)read_idx(images); }),
                  "neither " + folder.path("t10k-labels-idx1-ubyte") + " nor ");
  EXPECT_FALSE(read_idx(images, false).has_target());
  folder.write("t10k-labels-idx1-ubyte.gz", gzip_of(idx_labels({4, 5})));
  const auto data = read_idx(images);
  EXPECT_EQ(data.target().classes, (std::vector<std::string>{"4", "5"}));
  EXPECT_EQ(data.name(), "t10k-images-idx3-ubyte");
  const auto nameless = folder.write("pictures", idx_images(2, 1, 1));
  expect_contains(message_of<DataError>([&] { (void)read_idx(nameless); }), "no labels beside it");
}

TEST(Idx, NamesThePathsOfTheLabels) {
  using Paths = std::vector<std::string>;
  EXPECT_EQ(idx_label_paths("a/train-images-idx3-ubyte"),
            (Paths{"a/train-labels-idx1-ubyte", "a/train-labels-idx1-ubyte.gz"}));
  EXPECT_EQ(idx_label_paths("images.gz"), (Paths{"labels.gz", "labels"}));
  EXPECT_EQ(idx_label_paths("images/train"), Paths());
}

TEST(Idx, ValidatesTheImagesBeforeItAsksForLabels) {
  const TestFolder folder;
  const auto images = folder.write("images", idx_images(2, 1, 1) + "x");
  expect_contains(message_of<DataError>([&] { (void)read_idx(images); }), "trailing bytes");
}

TEST(Idx, RejectsAnotherNumberOfLabelsNamingBothFiles) {
  const TestFolder folder;
  const auto images = folder.write("i", idx_images(3, 1, 1));
  const auto labels = folder.write("l", idx_labels({1, 2}));
  const auto text = message_of<DataError>([&] { (void)read_idx(images, labels); });
  expect_contains(text, labels + ": byte 4: 2 labels, but " + images + " has 3 images");
}

TEST(Idx, RejectsAWrongMagic) {
  expect_contains(images_error(big_endian(0xD03) + std::string(100, 'x')),
                  "byte 0: magic 0x00000d03, expected 0x00000803");
  expect_contains(labels_error(big_endian(0x802) + std::string(100, 'x')), "expected 0x00000801");
}

TEST(Idx, NamesLabelsGivenAsImagesAndTheReverse) {
  expect_contains(images_error(idx_labels({1, 2, 3})), "these are labels");
  expect_contains(labels_error(idx_images(1, 2, 2)), "these are images");
}

TEST(Idx, RejectsFilesCutShort) {
  expect_contains(images_error(""), "byte 0: cut short");
  expect_contains(images_error(idx_images(2, 2, 2).substr(0, 10)),
                  "byte 10: cut short: 2 bytes are missing");
  expect_contains(images_error(idx_images(2, 2, 2).substr(0, 23)),
                  "byte 23: cut short: the header tells of 24 bytes");
  expect_contains(labels_error(idx_labels({1, 2, 3}).substr(0, 10)), "cut short");
  expect_contains(images_error(gzip_of(idx_images(2, 2, 2).substr(0, 23))), "cut short");
}

TEST(Idx, RejectsTrailingBytes) {
  expect_contains(images_error(idx_images(2, 2, 2) + "!"), "byte 24: trailing bytes");
  expect_contains(labels_error(idx_labels({1}) + "!"), "byte 9: trailing bytes");
  expect_contains(images_error(gzip_of(idx_images(2, 2, 2)) + "!"),
                  "1 trailing bytes after the gzip");
}

TEST(Idx, RejectsHugeExtentsBeforeMemoryIsTaken) {
  const auto header = [](std::uint32_t n, std::uint32_t h, std::uint32_t w) {
    return big_endian(0x803) + big_endian(n) + big_endian(h) + big_endian(w) + std::string(64, 'x');
  };
  constexpr std::uint32_t kMost = 0xFFFFFFFF;
  expect_contains(images_error(header(kMost, kMost, kMost)), "more than a file can hold");
  expect_contains(images_error(header(kMost, 28, 28)), "cut short: the header tells of 3367254359");
  expect_contains(images_error(gzip_of(header(kMost, 28, 28))), "at most 4294967296 are unpacked");
  expect_contains(images_error(gzip_of(header(1000, 1000, 1000))), "of gzip can hold");
  expect_contains(images_error(header(1, 0, 28)), "images of 0 x 28 pixels");
  expect_contains(labels_error(big_endian(0x801) + big_endian(kMost)), "cut short");
}

TEST(Idx, RefusesABombAtTheFirstByteTooMany) {
  const auto bomb = gzip_of(idx_images(1, 2, 2) + std::string(1 << 20, '\0'));
  expect_contains(images_error(bomb), "byte 20 of the unpacked data: trailing bytes");
}

TEST(Idx, RejectsGzipCutShortOrWithABadChecksum) {
  const auto good = gzip_of(idx_images(2, 2, 2));
  expect_contains(images_error(good.substr(0, good.size() - 3)), "cut short");
  auto flipped = good;
  flipped[good.size() - 12] ^= 1;  // the last pixel
  expect_contains(images_error(flipped), "bad gzip: incorrect data check");
}

TEST(Idx, PutsSeveralFilesInARow) {
  const auto bytes = [](const std::string& text) {
    return std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  };
  const auto first = idx_images(1, 2, 2), second = gzip_of(idx_images(2, 2, 2));
  const auto other = idx_images(1, 2, 3), one = idx_labels({1}), two = idx_labels("\0\1"s);
  const IdxBytes images[] = {{bytes(first), "first"}, {bytes(second), "second"}};
  const IdxBytes labels[] = {{bytes(one), "one"}, {bytes(two), "two"}};
  const auto data = read_idx_parts({images[0], images[1]}, {labels[0], labels[1]}, {"no", "yes"});
  EXPECT_EQ(data.samples(), 3U);
  EXPECT_EQ(data.test_begin(), 1U);
  EXPECT_EQ(data.images().pixels.get()[4], 0);
  EXPECT_EQ(data.images().pixels.get()[11], 7);
  EXPECT_EQ(data.target().values, (std::vector<double>{1, 0, 1}));
  EXPECT_EQ(data.target().classes, (std::vector<std::string>{"no", "yes"}));
  const auto error = [&](const std::vector<IdxBytes>& i, const std::vector<IdxBytes>& l) {
    return message_of<DataError>([&] { (void)read_idx_parts(i, l, {"no"}); });
  };
  expect_contains(error({images[0], {bytes(other), "other"}}, {}),
                  "other: byte 8: images of 2 x 3 pixels, but those of first have 2 x 2");
  expect_contains(error({images[0], images[1]}, {labels[1], labels[0]}),
                  "two: byte 4: 2 labels, but first has 1 images");
  expect_contains(error({images[0]}, {labels[0]}), "one: label 1, but there are 1 classes");
}

TEST(Idx, RejectsAFileThatIsNotThere) {
  EXPECT_THROW((void)read_idx_images("no/such/file"), std::runtime_error);
}

}  // namespace
}  // namespace hebb
