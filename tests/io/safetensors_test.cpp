#include "io/safetensors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "damage.h"
#include "expect_error.h"
#include "hebb/core/error.h"
#include "scratch.h"

namespace hebb {
namespace {

using test::contains;
using test::read_text;
using test::Scratch;
using test::write_text;

template <class T>
std::span<const std::uint8_t> bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size() * sizeof(T)};
}

const std::vector<std::uint8_t> kMask = {1, 2, 255};
const std::vector<float> kWeights = {1.5F, -2.0F, 0.25F, 4.0F, 0.0F, 8.0F};
const std::vector<double> kShift = {0.5, -3.0};
const std::vector<std::int64_t> kCounts = {-7};
const std::vector<std::uint32_t> kSeeds = {4'000'000'000U, 1};
const std::vector<float> kNothing;
const std::map<std::string, std::string> kTexts = {{"model", R"({"kind":"mlp"})"},
                                                   {"größe", "a\n\"b\"\\"}};

std::vector<StoredTensor> sample() {
  return {{"mask", "U8", {3}, bytes_of(kMask)},        {"w", "F32", {2, 3}, bytes_of(kWeights)},
          {"none", "F32", {0, 9}, bytes_of(kNothing)}, {"shift", "F64", {2}, bytes_of(kShift)},
          {"counts", "I64", {}, bytes_of(kCounts)},    {"seeds", "U32", {2}, bytes_of(kSeeds)}};
}

std::string names(const std::vector<StoredTensor>& tensors) {
  std::string all;
  for (const auto& tensor : tensors) all += (all.empty() ? "" : " ") + tensor.name;
  return all;
}

class Safetensors : public ::testing::Test {
 protected:
  void write_sample() { write_safetensors(path_, kTexts, sample()); }

  // The refusal of a file with this header, the length before it and `data_bytes` zeros behind.
  std::string refusal(const std::string& header, std::size_t data_bytes = 0) {
    const std::uint64_t length = header.size();
    return raw_refusal(length, header + std::string(data_bytes, '\0'));
  }
  std::string raw_refusal(std::uint64_t length, const std::string& rest) {
    std::string text(sizeof(length), '\0');
    std::memcpy(text.data(), &length, sizeof(length));
    write_text(path_, text + rest);
    return message_of<ModelError>([&] { SafetensorsFile file(path_); });
  }
  std::string write_refusal(const std::map<std::string, std::string>& metadata,
                            const std::vector<StoredTensor>& tensors) {
    return message_of<std::invalid_argument>([&] { write_safetensors(path_, metadata, tensors); });
  }

  Scratch scratch_;
  std::string path_ = scratch_ / "m.hebb";
};

TEST_F(Safetensors, GivesBackWhatWasWritten) {
  write_sample();
  const SafetensorsFile file(path_);
  EXPECT_EQ(file.path(), path_);
  EXPECT_EQ(file.metadata(), kTexts);
  EXPECT_EQ(file.tensors().size(), sample().size());
  for (const auto& expected : sample()) {
    const auto& tensor = file.tensor(expected.name, expected.dtype);
    EXPECT_EQ(tensor.shape, expected.shape);
    EXPECT_TRUE(std::ranges::equal(tensor.bytes, expected.bytes)) << expected.name;
  }
}

TEST_F(Safetensors, TakesNoTensorsAtAll) {
  write_safetensors(path_, {}, {});
  const SafetensorsFile file(path_);
  EXPECT_TRUE(file.tensors().empty());
  EXPECT_TRUE(file.metadata().empty());
}

TEST_F(Safetensors, LaysWideTypesFirstSoThatEachIsAligned) {
  write_sample();
  const SafetensorsFile file(path_);
  EXPECT_EQ(names(file.tensors()), "shift counts w none seeds mask");
  for (const auto& tensor : file.tensors()) {
    const std::size_t width = tensor.dtype == "U8" ? 1 : tensor.dtype.ends_with("64") ? 8 : 4;
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(tensor.bytes.data()) % width, 0U) << tensor.name;
  }
}

TEST_F(Safetensors, GivesTheSameBytesForTheSameContent) {
  write_sample();
  const auto first = read_text(path_);
  write_sample();
  EXPECT_EQ(read_text(path_), first);
}

TEST_F(Safetensors, IsNotMisledByMetadataThatQuotesTheChecksumsKey) {
  const std::string quote = R"(,"hebb.header_checksum":"12345678")";
  for (const auto* key : {"a", "z"}) {
    write_safetensors(path_, {{key, quote}, {quote, key}}, {});
    EXPECT_EQ(SafetensorsFile(path_).metadata().at(key), quote);
  }
}

TEST_F(Safetensors, AgreesWithAnIndependentReader) {
  write_sample();
  const std::string command = std::string(HEBB_PYTHON) + " '" + HEBB_SOURCE_DIR +
                              "/tests/io/read_safetensors.py' '" + path_ + "' 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string output;
  std::array<char, 4096> part{};
  while (const auto got = ::fread(part.data(), 1, part.size(), pipe))
    output.append(part.data(), got);
  EXPECT_EQ(::pclose(pipe), 0);
  EXPECT_EQ(output,
            "shift F64 [2] -2.5\n"
            "counts I64 [] -7\n"
            "w F32 [2, 3] 11.75\n"
            "none F32 [0, 9] 0\n"
            "seeds U32 [2] 4000000001\n"
            "mask U8 [3] 258\n"
            "{\"gr\\u00f6\\u00dfe\": \"a\\n\\\"b\\\"\\\\\", \"model\": "
            "\"{\\\"kind\\\":\\\"mlp\\\"}\"}\n");
}

TEST_F(Safetensors, NoticesEveryFlippedBitAndEveryCut) {
  write_sample();
  EXPECT_NO_THROW(SafetensorsFile read(path_));
  test::for_each_damage(path_, [&](const std::string& what) {
    EXPECT_THROW(SafetensorsFile read(path_), ModelError) << what;
  });
}

TEST_F(Safetensors, NamesTheTensorWhoseChecksumFails) {
  write_sample();
  auto bad = read_text(path_);
  bad.back() = static_cast<char>(bad.back() ^ 1);  // the mask lies last
  write_text(path_, bad);
  EXPECT_EQ(message_of<ModelError>([&] { SafetensorsFile file(path_); }),
            path_ +
                ": tensor \"mask\": checksum does not hold: the file is damaged; "
                "take another copy of it");
}

TEST_F(Safetensors, NamesTheHeaderWhoseChecksumFails) {
  write_sample();
  auto bad = read_text(path_);
  bad.replace(bad.find("mlp"), 3, "mLp");
  write_text(path_, bad);
  EXPECT_PRED2(contains, message_of<ModelError>([&] { SafetensorsFile file(path_); }),
               "header: checksum does not hold");
}

TEST_F(Safetensors, NamesTrailingBytes) {
  write_sample();
  write_text(path_, read_text(path_) + "xy");
  EXPECT_PRED2(contains, message_of<ModelError>([&] { SafetensorsFile file(path_); }),
               "2 trailing bytes: the last tensor ends at ");
}

TEST_F(Safetensors, NamesACutInTheTensors) {
  write_sample();
  const auto good = read_text(path_);
  write_text(path_, good.substr(0, good.size() - 1));
  EXPECT_PRED2(contains, message_of<ModelError>([&] { SafetensorsFile file(path_); }),
               "tensor \"mask\": cut short: its bytes end at 59");
}

TEST_F(Safetensors, RefusesAHeaderBeyondTheFileOrTheLimit) {
  EXPECT_EQ(raw_refusal(100, "{}"),
            path_ + ": header: byte 0: claims 100 bytes, the file has 2 behind it");
  EXPECT_PRED2(contains, raw_refusal(100'000'001, "{}"), "the format allows 100000000");
  EXPECT_PRED2(contains, raw_refusal(~std::uint64_t{0}, "{}"), "claims 18446744073709551615 bytes");
  write_text(path_, "1234567");
  EXPECT_PRED2(contains, message_of<ModelError>([&] { SafetensorsFile file(path_); }),
               "cut short: 7 bytes");
}

TEST_F(Safetensors, RefusesWhatIsNotJson) {
  EXPECT_PRED2(contains, refusal(""), "must start with {");
  EXPECT_PRED2(contains, refusal(" {}"), "must start with {");
  EXPECT_PRED2(contains, refusal("{\"a\":}"), "header: byte 13: not JSON: ");
  EXPECT_PRED2(contains, refusal("{\"a\":1} x"), "header: byte 16: not JSON: ");
  EXPECT_PRED2(contains, refusal("{\"\xFF\":1}"), "not JSON: ");
  EXPECT_PRED2(contains, refusal("{\"a\":1e999}"), "not JSON: ");
}

TEST_F(Safetensors, RefusesDeepNesting) {
  std::string deep = "{\"a\":";
  deep += std::string(1'000'000, '[');
  EXPECT_PRED2(contains, refusal(deep), "JSON nested deeper than 3 levels");
}

TEST_F(Safetensors, RefusesDuplicateKeys) {
  EXPECT_PRED2(contains, refusal(R"({"a":1,"a":1})"), "duplicate key \"a\"");
  EXPECT_PRED2(contains, refusal(R"({"__metadata__":{"b":"","b":""}})"), "duplicate key \"b\"");
  EXPECT_PRED2(contains, refusal(R"({"t":{"dtype":"U8","shape":[0],"dtype":"U8"}})"),
               "duplicate key \"dtype\"");
}

TEST_F(Safetensors, RefusesMetadataThatIsNotText) {
  EXPECT_PRED2(contains, refusal(R"({"__metadata__":[]})"), "__metadata__: must be an object");
  EXPECT_PRED2(contains, refusal(R"({"__metadata__":{"a":1}})"), "\"a\" must be text");
}

TEST_F(Safetensors, RefusesAnEntryOfAnotherForm) {
  for (const auto* entry : {"1", "{}", R"({"dtype":"U8","shape":[1]})",
                            R"({"dtype":8,"shape":[1],"data_offsets":[0,1]})",
                            R"({"dtype":"U8","shape":[1],"data_offsets":[0,1],"more":1})"})
    EXPECT_PRED2(contains, refusal(std::string("{\"t\":") + entry + "}", 1),
                 "tensor \"t\": must hold dtype, shape and data_offsets")
        << entry;
  for (const auto* shape : {"1", "[-1]", "[1.0]", "[\"1\"]", "[18446744073709551616]", "[null]"})
    EXPECT_PRED2(
        contains,
        refusal(std::string(R"({"t":{"dtype":"U8","data_offsets":[0,1],"shape":)") + shape + "}}",
                1),
        "shape must be a list of whole numbers")
        << shape;
  for (const auto* span : {"[0]", "[0,1,1]", "[1,0]"})
    EXPECT_PRED2(
        contains,
        refusal(std::string(R"({"t":{"dtype":"U8","shape":[1],"data_offsets":)") + span + "}}", 1),
        "data_offsets must be begin and end")
        << span;
}

TEST_F(Safetensors, RefusesAnUnknownType) {
  EXPECT_PRED2(contains, refusal(R"({"t":{"dtype":"F16","shape":[1],"data_offsets":[0,2]}})", 2),
               "unknown type \"F16\", expected one of F64, I64, F32, U32, U8");
}

TEST_F(Safetensors, RefusesAShapeThatDoesNotFitItsSpan) {
  EXPECT_PRED2(contains,
               refusal(R"({"t":{"dtype":"F32","shape":[2,3],"data_offsets":[0,20]}})", 20),
               "shape [2, 3] of F32 needs 24 bytes, its span [0, 20] has 20");
}

TEST_F(Safetensors, RefusesAShapeThatOverflows) {
  EXPECT_PRED2(
      contains,
      refusal(R"({"t":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}})"),
      "overflow: shape [4611686018427387904] of F32");
}

TEST_F(Safetensors, RefusesMisalignedTensors) {
  EXPECT_PRED2(contains,
               refusal(R"({"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                       R"("t":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}})",
                       5),
               "tensor \"t\": begins at 1 behind the header, not at a multiple");
}

TEST_F(Safetensors, RefusesOverlapAndHole) {
  EXPECT_PRED2(contains,
               refusal(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                       R"("b":{"dtype":"U8","shape":[3],"data_offsets":[3,6]}})",
                       6),
               "tensor \"b\": overlap: begins at 3");
  EXPECT_PRED2(contains,
               refusal(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                       R"("b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
                       3),
               "tensor \"b\": hole: begins at 2");
  EXPECT_PRED2(contains, refusal(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})", 2),
               "tensor \"a\": hole: begins at 1");
}

TEST_F(Safetensors, RefusesTheFilesOfOtherTools) {
  EXPECT_PRED2(contains, refusal(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", 1),
               "has no checksums: not written by hebb");
  EXPECT_PRED2(contains, refusal(R"({"__metadata__":{"a":"","hebb.header_checksum":"12345678"}})"),
               "has no checksums: not written by hebb");
}

TEST_F(Safetensors, NamesAFileThatIsNotThere) {
  EXPECT_PRED2(contains, message_of<std::runtime_error>([&] { SafetensorsFile file(path_); }),
               path_ + ": cannot open: No such file");
}

TEST_F(Safetensors, NamesATensorThatIsAskedForInVain) {
  write_sample();
  const SafetensorsFile file(path_);
  EXPECT_EQ(message_of<ModelError>([&] { file.tensor("bias", "F32"); }),
            path_ + ": has no tensor \"bias\"");
  EXPECT_EQ(message_of<ModelError>([&] { file.tensor("w", "F64"); }),
            path_ + ": tensor \"w\" is F32, expected F64");
}

TEST_F(Safetensors, OutlivesItsCopies) {
  write_sample();
  auto copy = [&] { return SafetensorsFile(path_); }();
  const SafetensorsFile second = copy;
  copy = second;
  EXPECT_TRUE(std::ranges::equal(copy.tensor("mask", "U8").bytes, kMask));
}

TEST_F(Safetensors, WritesOnlyWhatCanBeReadBack) {
  std::string huge;
  huge.resize(100'000'000, 'x');
  EXPECT_PRED2(contains, write_refusal({}, {{"t", "F16", {1}, bytes_of(kMask)}}),
               "unknown type \"F16\"");
  EXPECT_PRED2(contains, write_refusal({}, {{"t", "U8", {4}, bytes_of(kMask)}}),
               "tensor \"t\": shape [4] of U8 against 3 bytes");
  EXPECT_PRED2(
      contains,
      write_refusal({}, {{"t", "U8", {3}, bytes_of(kMask)}, {"t", "U8", {3}, bytes_of(kMask)}}),
      "tensor \"t\": this name is taken");
  EXPECT_PRED2(contains, write_refusal({}, {{"__metadata__", "U8", {3}, bytes_of(kMask)}}),
               "this name is taken");
  EXPECT_PRED2(contains, write_refusal({{"hebb.checksums", ""}}, {}), "this key is reserved");
  EXPECT_PRED2(contains, write_refusal({{"a", "\xFF"}}, {}), "must be UTF-8");
  EXPECT_PRED2(contains, write_refusal({}, {{"\xFF", "U8", {3}, bytes_of(kMask)}}),
               "must be UTF-8");
  EXPECT_PRED2(contains, write_refusal({{"a", huge}}, {}), "the format allows 100000000");
  EXPECT_EQ(scratch_.entries(), 0U);
}

TEST_F(Safetensors, NamesAFolderThatDoesNotExist) {
  EXPECT_PRED2(contains, message_of<std::runtime_error>([&] {
                 write_safetensors(scratch_ / "none/m.hebb", {}, {});
               }),
               "none/m.hebb: cannot create a file in its folder");
}

}  // namespace
}  // namespace hebb
