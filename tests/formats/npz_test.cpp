#include "formats/npz.h"

#include <gtest/gtest.h>

#include <ostream>

#include "expect_error.h"
#include "formats/zip_files.h"
#include "hebb/core/error.h"
#include "hebb/datasets/catalogue.h"
#include "oracles/oracle.h"

namespace hebb {
namespace {

using std::string_literals::operator""s;
using Doubles = std::vector<double>;
using Texts = std::vector<std::string>;
using Json = nlohmann::json;

std::string unhex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  return bytes;
}

Dataset parsed_npz(const std::string& bytes, TargetUse use = TargetUse::required) {
  return parse_npz({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, "f.npz",
                   use);
}

Doubles pixels_of(const Dataset& data) {
  const auto* const pixels = data.images().pixels.get();
  return {pixels, pixels + data.samples() * data.features()};
}

TEST(Npy, IsReadAsNumPyWritesIt) {
  const auto arrays = test::oracle("npz")["arrays"];
  EXPECT_GT(arrays.size(), 50U);
  for (const auto& array : arrays) {
    const auto data = parsed_npz(unhex(array["bytes"]), TargetUse::optional);
    Doubles values;
    for (const auto& row : array["values"])
      for (const auto& value : row) values.push_back(value.get<double>());
    EXPECT_EQ(data.table().values(), values) << array["name"];
    EXPECT_EQ(data.samples(), array["values"].size()) << array["name"];
    EXPECT_FALSE(data.has_target());
  }
}

TEST(Npy, OfBytesInThreeOrFourAxesAreImages) {
  const auto oracle = test::oracle("npz");
  for (const auto& array : oracle["images"]) {
    const auto data = parsed_npz(unhex(array["bytes"]), TargetUse::none);
    const auto shape = array["shape"].get<std::vector<std::size_t>>();
    ASSERT_TRUE(data.is_images());
    EXPECT_EQ(data.samples(), shape[0]);
    EXPECT_EQ(data.images().channels, shape.size() == 4 ? shape[1] : 1);
    EXPECT_EQ(data.images().height, shape[shape.size() - 2]);
    EXPECT_EQ(data.images().width, shape.back());
    Doubles counted(120);
    for (std::size_t i = 0; i < counted.size(); ++i) counted[i] = static_cast<double>(i);
    EXPECT_EQ(pixels_of(data), counted) << array["shape"];
  }
}

TEST(Npz, IsReadAsNumPyWritesIt) {
  const auto archives = test::oracle("npz")["archives"];
  EXPECT_GT(archives.size(), 15U);
  for (const auto& archive : archives) {
    SCOPED_TRACE(archive["name"]);
    const auto data = parsed_npz(unhex(archive["bytes"]));
    EXPECT_EQ(data.samples(), archive["samples"].get<std::size_t>());
    if (archive.contains("pixels")) {
      EXPECT_EQ(pixels_of(data), archive["pixels"].get<Doubles>());
      const auto shape = archive["shape"].get<std::vector<std::size_t>>();
      EXPECT_EQ(data.sample_shape(), (Shape{shape[0], shape[1], shape[2]}));
    } else {
      EXPECT_EQ(data.table().values(), archive["values"].get<Doubles>());
      for (std::size_t c = 0; c < data.features(); ++c)
        EXPECT_EQ(data.table().columns[c].name, archive.contains("columns")
                                                    ? archive["columns"][c].get<std::string>()
                                                    : "c" + std::to_string(c + 1));
    }
    EXPECT_EQ(data.target().values, archive["target"].get<Doubles>());
    EXPECT_EQ(data.target().classes, archive.value("classes", Texts()));
    EXPECT_EQ(data.target().names, archive.value("names", Texts{"y"}));
    EXPECT_EQ(data.weights(), archive.value("weights", Doubles()));
    EXPECT_EQ(data.test_begin(), archive.value("test_begin", std::size_t{0}));
  }
}

TEST(Npy, MissingFeaturesAreNaN) {
  const auto data = parsed_npz(npy_of("<f2", "1, 2", "\0\x7E\0\0"s), TargetUse::none);
  EXPECT_TRUE(std::isnan(data.table().at(0, 0)));
  EXPECT_EQ(data.table().at(0, 1), 0);
}

// ----- What is refused

struct NpzRefusal {
  const char* array;
  const char* says;
};

TEST(Npy, RefusesWhatIsNoTableAndNoImages) {
  const NpzRefusal refusals[] = {
      {"object",
       "f.npz: byte 10: the array holds Python objects, which are stored as pickle: "
       "pickle refused"},
      {"complex", "f.npz: byte 10: the array holds complex numbers"},
      {"date", "f.npz: byte 10: the array holds dates or times"},
      {"record", "the array holds records of several values"},
      {"long double", "the type '<f16' is not supported"},
      {"text", "features of texts (1, 1) of <U1"},
      {"scalar", "expected 2D (samples, features), got () of <f8"},
      {"one axis", "expected 2D (samples, features), got (2,) of <f8: save X.reshape(-1, 1)"},
      {"float images", "an array (1, 2, 2) of <f8: images are uint8"},
      {"five axes", "an array (1, 1, 1, 1, 1) of |u1: images are uint8 of shape"},
      {"no samples", "0 samples: the array is (0, 3)"},
      {"no features", "0 features: the array is (3, 0)"},
      {"channels last", "images of 8 channels, (1, 8, 8, 3) of |u1: expected (N, C, H, W)"},
      {"infinite", "f.npz: row 2, column 'c2': the value is infinite"},
  };
  const auto oracle = test::oracle("npz")["refused"];
  EXPECT_EQ(std::size(refusals), oracle.size());
  for (const auto& [array, says] : refusals) {
    const auto bytes = unhex(oracle.at(std::string(array)));
    expect_error<DataError>([&] { parsed_npz(bytes, TargetUse::none); }, {says});
  }
}

TEST(Npy, HasNoTarget) {
  const auto bytes = npy_of("|u1", "1, 1", "\1");
  EXPECT_NO_THROW(parsed_npz(bytes, TargetUse::optional));
  expect_error<DataError>([&] { parsed_npz(bytes); },
                          {"f.npz: no target: an NPY file holds one array", "np.savez("});
}

struct BadBytes {
  const char* name;
  std::string bytes;
  const char* says;
};

void PrintTo(const BadBytes& bad, std::ostream* out) { *out << bad.name; }

class BadNpy : public testing::TestWithParam<BadBytes> {};

TEST_P(BadNpy, IsRefusedWithItsPlace) {
  expect_error<DataError>([&] { parsed_npz(GetParam().bytes, TargetUse::none); },
                          {"f.npz: byte ", GetParam().says});
}

const std::string kMagic = "\x93NUMPY";

const BadBytes kBadNpy[] = {
    {"CutInTheMagic", kMagic, "byte 6: cut short: the file ends within the header"},
    {"CutInTheLength", kMagic + "\1\0\5"s, "byte 9: cut short"},
    {"CutInTheHeader", npy_of("<f8", "1, 1", "").substr(0, 30), "byte 30: cut short"},
    {"CutInTheValues", npy_of("<f8", "1, 2", std::string(15, '\0')),
     "cut short: the header tells of an array (1, 2) of <f8, but 15 bytes are there"},
    {"TrailingBytes", npy_of("<f8", "1, 1", std::string(9, '\0')), "1 trailing bytes"},
    {"HugeShape", npy_of("<f8", "4294967295, 4294967295, 4294967295", "12345678"), "cut short"},
    {"ShapeBeyond64Bits", npy_of("<f8", "99999999999999999999, 1", ""), "expected a whole number"},
    {"NegativeShape", npy_of("<f8", "-1, 1", ""), "expected a whole number"},
    {"Version4", kMagic + "\4\0\0\0"s, "byte 6: NPY version 4.0"},
    {"VersionOneAndAHalf", kMagic + "\1\5\0\0"s, "byte 6: NPY version 1.5"},
    {"HeaderOver10Kb", kMagic + "\1\0\x11\x27"s + std::string(10001, ' '),
     "byte 8: a header of 10001 bytes, at most 10000"},
    {"HugeHeader", kMagic + "\2\0\xFF\xFF\xFF\xFF"s, "byte 8: a header of 4294967295 bytes"},
    {"NoDictionary", npy_with("", ""), "expected '{'"},
    {"OpenDictionary", npy_with("{'descr': '<f8'", ""), "expected '}'"},
    {"OpenString", npy_with("{'descr", ""), "never closed"},
    {"KeyWithoutQuotes", npy_with("{descr: '<f8'}", ""), "expected a string in quotes"},
    {"Backslash", npy_with("{'desc\\x72': '<f8'}", ""), "a backslash"},
    {"UnknownKey", npy_with("{'code': 1}", ""), "the header's key 'code'"},
    {"RepeatedKey", npy_with("{'descr': '<f8', 'descr': '<f8'}", ""), "the header's key 'descr'"},
    {"NoShape", npy_with("{'descr': '<f8', 'fortran_order': False}", ""),
     "the header lacks 'shape'"},
    {"NoOrder", npy_with("{'descr': '<f8', 'shape': ()}", ""), "lacks 'fortran_order'"},
    {"NoType", npy_with("{'shape': ()}", ""), "the header lacks 'descr'"},
    {"CodeForTruth", npy_with("{'fortran_order': exit()}", ""), "expected True or False"},
    {"TextBehind", npy_with("{'descr': '<f8', 'fortran_order': False, 'shape': (1, 1)} x", ""),
     "text behind the header's dictionary"},
    {"TooManyAxes",
     npy_of("<f8",
            "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, "
            "1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1",
            ""),
     "more than 32 axes"},
    {"NoTypeInDescr", npy_of("", "1, 1", ""), "the type '' is not supported"},
    {"OddSize", npy_of("<i3", "1, 1", "123"), "the type '<i3' is not supported"},
    {"NoSize", npy_of("<f", "1, 1", "12345678"), "the type '<f' is not supported"},
    {"RawRecords", npy_of("|V8", "1, 1", "12345678"), "raw records"},
    {"TextsOfNothing", npy_of("<U0", "1000000, 1", ""), "texts of 0 characters"},
    {"TextsOfHugeLength", npy_of("<U9999999999", "1, 1", ""), "texts of 9999999999 characters"},
};

INSTANTIATE_TEST_SUITE_P(Bytes, BadNpy, testing::ValuesIn(kBadNpy),
                         [](const auto& test) { return std::string(test.param.name); });

const std::string kX = npy_of("|u1", "2, 1", "\1\2");
const std::string kY = npy_of("|u1", "2,", "\0\1"s);

// Arrays by name, stored.
std::string stored(const std::vector<std::pair<std::string, std::string>>& arrays) {
  std::vector<ZipPart> parts;
  for (const auto& [name, bytes] : arrays) parts.push_back({.name = name + ".npy", .data = bytes});
  return zip_of(parts);
}

std::string with(ZipPart part) { return zip_of({{"X.npy", kX}, {"y.npy", kY}, std::move(part)}); }

class BadNpz : public testing::TestWithParam<BadBytes> {};

TEST_P(BadNpz, IsRefused) {
  expect_error<DataError>([&] { parsed_npz(GetParam().bytes); }, {"f.npz: ", GetParam().says});
}

const std::string kGood = stored({{"X", kX}, {"y", kY}});
constexpr const char* kNoArchive = "no whole ZIP archive, as NPZ is";

const BadBytes kBadNpz[] = {
    {"Nothing", "", "the archive holds no array"},
    {"MagicOnly", "PK\3\4", kNoArchive},
    {"CutAtTheEnd", kGood.substr(0, kGood.size() - 1), kNoArchive},
    {"CutInHalf", kGood.substr(0, kGood.size() / 2), kNoArchive},
    {"Encrypted", with({.name = "a", .data = "12345678901234", .flags = 1}),
     "entry 'a' is encrypted"},
    {"PackedByLzma", with({.name = "a", .data = "1", .method = 14}), "is packed by method 14"},
    {"LeadsOut", with({.name = "../a.npy", .data = kX}), "entry '../a.npy' is absolute, or leads"},
    {"LeadsOutInTheMiddle", with({.name = "a/../../b", .data = ""}), "leads out of the folder"},
    {"Absolute", with({.name = "/etc/a.npy", .data = kX}), "entry '/etc/a.npy' is absolute"},
    {"AbsoluteInWindows", with({.name = "C:a.npy", .data = kX}), "entry 'C:a.npy' is absolute"},
    {"BackslashesLeadOut", with({.name = "..\\a.npy", .data = kX}), "is absolute, or leads out"},
    {"Bomb", with({.name = "a", .data = "12", .method = 8, .size = 4000000000}),
     "entry 'a' claims 4000000000 bytes, which its 2 bytes cannot hold: a bomb"},
    {"StoredOfAnotherSize", with({.name = "a", .data = "12", .size = 3}), "claims 3 bytes"},
    {"TwoOfOneName", with({.name = "X.npy", .data = kX}), "f.npz: "},
    {"WrongChecksum", zip_of({{.name = "X.npy", .data = kX, .crc = 1}, {"y.npy", kY}}),
     "f.npz: X.npy: byte "},
    {"NoDeflate", zip_of({{.name = "X.npy", .data = "xxxxxx", .method = 8, .size = 70}}),
     "f.npz: X.npy: byte 0 of the unpacked data: "},
    {"NoArray", stored({}), "no array"},
    {"NamesOfNothing", stored({{"arr_0", kX}, {"arr_1", kY}}),
     "no features: expected an array X (or x, data, images), or x_train; the archive holds arr_0, "
     "arr_1"},
    {"NoTarget", stored({{"X", kX}}),
     "no target: expected an array y (or target, labels) beside X"},
    {"NoTargetOfTest", stored({{"x_train", kX}, {"y_train", kY}, {"x_test", kX}}),
     "x_test without y_test"},
    {"OtherWidthOfTest",
     stored({{"x_train", kX},
             {"y_train", kY},
             {"x_test", npy_of("|u1", "2, 2", "1234")},
             {"y_test", kY}}),
     "x_test.npy: an array (2, 2) of |u1, but f.npz: x_train.npy is (2, 1) of |u1"},
    {"OtherNumberOfLabels", stored({{"X", kX}, {"y", npy_of("|u1", "3,", "123")}}),
     "y.npy: 3 labels, but 2 samples in f.npz: X.npy"},
    {"TargetOfThreeAxes", stored({{"X", kX}, {"y", npy_of("|u1", "2, 1, 1", "12")}}),
     "y.npy: expected a target of shape (N) or (N, k), got (2, 1, 1)"},
    {"TargetWithoutColumns", stored({{"X", kX}, {"y", npy_of("|u1", "2, 0", "")}}),
     "y.npy: a target of 0 columns"},
    {"TextsInTwoColumns", stored({{"X", kX}, {"y", npy_of("|S1", "2, 2", "1234")}}),
     "y.npy: labels of texts in 2 columns"},
    {"ObjectLabels", stored({{"X", kX}, {"y", npy_of("|O", "2,", "x")}}),
     "f.npz: y.npy: byte 10: the array holds Python objects"},
    {"InfiniteTarget", stored({{"X", kX}, {"y", npy_of("<f2", "2,", "\0\0\0\x7C"s)}}),
     "y.npy: row 2: the target is missing or infinite"},
    {"NanTarget", stored({{"X", kX}, {"y", npy_of("<f2", "2,", "\0\x7E\0\0"s)}}),
     "y.npy: row 1: the target is missing or infinite"},
    {"LabelWithoutClass", stored({{"X", kX}, {"y", kY}, {"classes", npy_of("|S1", "1,", "a")}}),
     "y.npy: row 2: the label 1 names none of the 1 `classes`"},
    {"TextWithoutClass",
     stored({{"X", kX}, {"y", npy_of("|S1", "2,", "ab")}, {"classes", npy_of("|S1", "1,", "a")}}),
     "y.npy: row 2: the label 'b' is not among `classes`"},
    {"ClassesOfTwoColumns",
     stored(
         {{"X", kX}, {"y", npy_of("|u1", "2, 2", "1234")}, {"classes", npy_of("|S1", "1,", "a")}}),
     "2 columns, but `classes` name the labels of one"},
    {"ClassesTwice", stored({{"X", kX}, {"y", kY}, {"classes", npy_of("|S1", "2,", "aa")}}),
     "classes.npy: 'a' stands there twice"},
    {"ClassesOfNumbers", stored({{"X", kX}, {"y", kY}, {"classes", kY}}),
     "classes.npy: an array (2,) of |u1: expected one of texts"},
    {"ClassesOfLatin1", stored({{"X", kX}, {"y", kY}, {"classes", npy_of("|S1", "1,", "\xE4")}}),
     "a text that is not UTF-8"},
    {"ClassesWithNul", stored({{"X", kX}, {"y", kY}, {"classes", npy_of("|S3", "1,", "a\0b"s)}}),
     "a text with NUL in it"},
    {"ClassesOfSurrogates",
     stored({{"X", kX}, {"y", kY}, {"classes", npy_of("<U1", "1,", "\0\xD8\0\0"s)}}),
     "code point 55296, which is not valid in Unicode"},
    {"OtherNumberOfNames", stored({{"X", kX}, {"y", kY}, {"features", npy_of("|S1", "2,", "ab")}}),
     "X.npy: 1 columns, but `features` holds 2 names"},
    {"OtherNumberOfTargetNames",
     stored({{"X", kX}, {"y", kY}, {"y_names", npy_of("|S1", "2,", "ab")}}),
     "y.npy: 1 columns, but `y_names` holds 2 names"},
    {"OtherNumberOfWeights", stored({{"X", kX}, {"y", kY}, {"w", npy_of("|u1", "1,", "a")}}),
     "w.npy: 1 weights, but 2 samples"},
    {"NegativeWeight", stored({{"X", kX}, {"y", kY}, {"w", npy_of("|i1", "2,", "\1\xFF")}}),
     "w.npy: row 2: the weight is negative"},
    {"WeightsOfText", stored({{"X", kX}, {"y", kY}, {"w", npy_of("|S1", "2,", "ab")}}),
     "w.npy: an array (2,) of |S1: expected one weight a sample"},
};

INSTANTIATE_TEST_SUITE_P(Archives, BadNpz, testing::ValuesIn(kBadNpz),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Npz, StoredArraysAreReadWithoutTheirCompany) {
  const auto data = parsed_npz(with({.name = "notes/read me.txt", .data = "hello"}));
  EXPECT_EQ(data.table().values(), (Doubles{1, 2}));
  EXPECT_EQ(data.target().values, (Doubles{0, 1}));
  EXPECT_FALSE(parsed_npz(kGood, TargetUse::none).has_target());
}

// One damaged byte anywhere is refused, or does not matter.
TEST(Npz, DamageIsNeverTakenForData) {
  const auto whole = parsed_npz(kGood).hash();
  for (std::size_t at = 0; at < kGood.size(); ++at) {
    std::string bytes = kGood;
    bytes[at] ^= 1;
    try {
      EXPECT_EQ(parsed_npz(bytes).hash(), whole) << at;
    } catch (const DataError& error) {
      expect_contains(error.what(), "f.npz");
    }
  }
}

TEST(Npz, RefusesWhatIsBeyondTheLimit) {
  const auto limited = [](const std::string& bytes, std::uint64_t most) {
    return parse_npz({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, "f.npz",
                     TargetUse::required, most);
  };
  EXPECT_NO_THROW(limited(kGood, 16));
  expect_error<DataError>([&] { limited(kGood, 15); },
                          {"X.npy: the array (2, 1) of |u1 takes more than the limit of 15 bytes"});
  const auto two = stored({{"X", kX}, {"y", npy_of("|u1", "2, 2", "1234")}});
  EXPECT_NO_THROW(limited(two, 32));
  expect_error<DataError>([&] { limited(two, 31); }, {"y.npy: the array (2, 2) of |u1 takes more"});
  const auto parts = stored({{"x_train", kX}, {"y_train", kY}, {"x_test", kX}, {"y_test", kY}});
  EXPECT_NO_THROW(limited(parts, 32));
  expect_error<DataError>([&] { limited(parts, 31); }, {"x_test.npy: the array (2, 1)"});
}

TEST(Npz, IsToldByItsContent) {
  const TestFolder folder;
  EXPECT_EQ(load_dataset(folder.write("x", kGood)).target().names, Texts{"y"});
  EXPECT_EQ(load_dataset(folder.write("x.npy", kX), {}, TargetUse::none).samples(), 2U);
  EXPECT_EQ(load_dataset(folder.write("a/b.npz", kGood)).name(), "b.npz");
  expect_error<std::invalid_argument>(
      [&] { load_dataset(folder.write("x", kGood), {.weight = "w"}); },
      {"[weight] chooses columns of a CSV file", "NPZ"});
  expect_error<DataError>([&] { load_dataset(folder.write("x.npz", stored({}))); },
                          {"x.npz", "no array"});
}

}  // namespace
}  // namespace hebb
