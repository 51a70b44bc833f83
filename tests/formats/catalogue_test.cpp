// What every row of the catalogue of formats promises, and how a file's format is found.
#include "hebb/formats/catalogue.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <thread>

#include "damage.h"
#include "expect_error.h"
#include "formats/files.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/formats/npz.h"

namespace hebb {
namespace {

using Texts = std::vector<std::string>;

Dataset small_table() {
  Table table{
      .rows = 3, .columns = {{.name = "c1"}, {.name = "c2"}}, .values = {1, 2, -0.5, 0, 3, 1}};
  return Dataset(std::move(table), {.names = {"label"}, .values = {1, 0, 1}});
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(Formats, EveryRowSaysWhatItIs) {
  std::set<std::string> names, endings;
  for (const FormatRow& row : format_catalogue()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_FALSE(row.kinds.empty()) << row.name;
    EXPECT_FALSE(row.help.empty()) << row.name;
    EXPECT_TRUE(row.read) << row.name;
    for (const auto& ending : row.endings) EXPECT_TRUE(endings.insert(ending).second) << ending;
  }
  EXPECT_TRUE(readable_kinds().starts_with("CSV, TSV, LIBSVM, NPY, NPZ, IDX")) << readable_kinds();
  EXPECT_TRUE(writable_endings().starts_with(".csv, .libsvm")) << writable_endings();
}

TEST(Formats, WhatIsWrittenIsToldAndReadAsTheSame) {
  const TestFolder folder;
  const Dataset data = small_table();
  for (const FormatRow& row : format_catalogue()) {
    if (!row.write) continue;
    const auto path = folder.path("data" + row.endings.front());
    EXPECT_EQ(format_to_write(path).name, row.name);
    write_file(data, path);
    const DataFile file(path);
    EXPECT_EQ(format_of(file).name, row.name);
    EXPECT_EQ(read_file(file).hash(), data.hash()) << row.name;
    EXPECT_EQ(read_file(path).name(), "data" + row.endings.front());
    // Under a name that says nothing, content tells; text that it does not tell is CSV.
    const std::string text = row.write(data);
    EXPECT_EQ(format_of(DataFile("x", bytes_of(text))).name, row.name);
    EXPECT_EQ(read_file(DataFile("x", bytes_of(text)), {.file_format = row.name}).hash(),
              data.hash());
  }
}

TEST(Formats, DamageIsAnErrorThatNamesTheFile) {
  const TestFolder folder;
  const Dataset data = small_table();
  for (const FormatRow& row : format_catalogue()) {
    if (!row.write) continue;
    const auto path = folder.write("data" + row.endings.front(), row.write(data));
    std::size_t refused = 0;
    test::for_each_damage(path, [&](const std::string& what) {
      try {
        (void)read_file(path, {.file_format = row.name});
      } catch (const DataError& error) {
        ++refused;
        expect_contains(error.what(), path);
      } catch (const std::invalid_argument& error) {
        ADD_FAILURE() << row.name << ": " << what << ": " << error.what();
      }
    });
    EXPECT_GT(refused, 0U) << row.name;
  }
}

TEST(Formats, OptionsOverruleWhatAFileLooksLike) {
  const std::string text = "1 1:2\n3 1:4\n";
  const auto format = [&](const DataOptions& options, const std::string& name = "x") {
    return format_of(DataFile(name, bytes_of(text)), options).name;
  };
  EXPECT_EQ(format({}), "libsvm");
  EXPECT_EQ(format({.sep = " "}), "csv");
  EXPECT_EQ(format({.header = false}), "csv");
  EXPECT_EQ(format({.header = false}, "x.svm"), "libsvm");  // the name says so
  EXPECT_EQ(format({.file_format = "npz"}), "npz");
  expect_error<std::invalid_argument>([&] { (void)format({.file_format = "cvs"}); },
                                      {"there is no format 'cvs'", "did you mean csv?"});
}

TEST(Formats, NamesTellWhatContentDoesNot) {
  const std::string text = "nothing known";
  const std::pair<const char*, const char*> cases[] = {
      {"a.SVM", "libsvm"},     {"a.svmlight.gz", "libsvm"},
      {"x-idx3-ubyte", "idx"}, {"x.idx1-ubyte.gz", "idx"},
      {"a.png", "image"},      {"a.tiff", "image"},
      {"a.csv", "csv"},        {"a", "csv"},
      {"a.npz", "npz"}};
  for (const auto& [name, format] : cases)
    EXPECT_EQ(format_of(DataFile(name, bytes_of(text))).name, format) << name;
}

TEST(Formats, RefuseOptionsThatTheyDoNotTake) {
  const std::string svm = "1 1:2\n", csv = "a,b\n1,2\n";
  const DataFile no_columns("f.svm", bytes_of(svm)), no_images("f.csv", bytes_of(csv));
  for (const DataOptions& options : {DataOptions{.features = {"a"}}, DataOptions{.ignore = {"a"}},
                                     DataOptions{.categorical = {"a"}}, DataOptions{.weight = "a"}})
    expect_error<std::invalid_argument>([&] { (void)read_file(no_columns, options); },
                                        {"chooses columns of a CSV file, and f.svm is LIBSVM"});
  for (const DataOptions& options :
       {DataOptions{.image_size = "8x8"}, DataOptions{.image_color = "grey"}})
    expect_error<std::invalid_argument>([&] { (void)read_file(no_images, options); },
                                        {"is for image files and folders of them", "f.csv"});
}

TEST(Formats, PipesAreReadByTheirContent) {
  const std::string bytes = [] {
    const TestFolder folder;
    write_npz(small_table(), folder.path("x.npz"));
    return test::read_text(folder.path("x.npz"));
  }();
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  std::thread writer([&] {
    EXPECT_EQ(::write(ends[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ::close(ends[1]);
  });
  const Dataset data = load_dataset("/dev/fd/" + std::to_string(ends[0]));
  writer.join();
  ::close(ends[0]);
  EXPECT_EQ(data.hash(), small_table().hash());
}

TEST(Formats, NamesThatAreNotWrittenAreRefused) {
  for (const char* path : {"a.png", "a.txt", "a", "a.csv.gz"})
    expect_error<std::invalid_argument>([&] { (void)format_to_write(path); },
                                        {"data are written as .csv, .libsvm or .npz", path});
}

// A table as lines of hexadecimal floating-point numbers behind a magic line.
FormatRow hex_format() {
  return {.name = "hex",
          .kinds = {"HEX"},
          .help = "numbers in hexadecimal",
          .endings = {".hex"},
          .looks_like = [](const DataFile& file) { return file.head().starts_with("#hex\n"); },
          .read = [](const DataFile& file, const DataOptions&, TargetUse) -> Dataset {
            const std::string text(file.text());
            check_data(text.starts_with("#hex\n"), file.name(), ": no magic");
            Table table{.columns = {{.name = "c1"}}};
            for (const char* at = text.c_str() + 5; *at != 0;) {
              char* end = nullptr;
              table.values.push_back(std::strtod(at, &end));
              check_data(end != at && *end == '\n', file.name(), ": row ", table.rows + 1,
                         ": no number");
              ++table.rows;
              at = end + 1;
            }
            return Dataset(std::move(table));
          }};
}

TEST(Formats, OfOnesOwnAreRegistered) {
  auto nameless = hex_format();
  nameless.read = nullptr;
  EXPECT_THROW(register_format(nameless), std::invalid_argument);
  auto same_name = hex_format();
  same_name.name = "csv";
  expect_error<std::invalid_argument>([&] { register_format(same_name); },
                                      {"there is a format 'csv' already"});
  auto same_ending = hex_format();
  same_ending.endings = {".npz"};
  expect_error<std::invalid_argument>([&] { register_format(same_ending); },
                                      {"the ending .npz is that of the format 'npz'"});
  register_format(hex_format());
  const TestFolder folder;
  const auto path = folder.write("anything", "#hex\n0x1.8p1\n0x1p-1\n");
  const Dataset data = load_dataset(path, {}, TargetUse::none);
  EXPECT_EQ(data.table().values(), (std::vector<double>{3, 0.5}));
  expect_contains(readable_kinds(), " or HEX");
  EXPECT_THROW(register_format(hex_format()), std::invalid_argument);
}

}  // namespace
}  // namespace hebb
