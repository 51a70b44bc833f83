// Bad tables, images and numbers, each through the program: exit code, and a message that names
// file, place and rule. The order is that of the promises; what only looks bad must work.
#include <zlib.h>

#include "cli/bad_input.h"
#include "formats/files.h"
#include "formats/zip_files.h"

namespace hebb::test {
namespace {

using std::string_literals::operator""s;

// Enough for the program, far too little for what the bad headers claim.
constexpr rlim_t kLittleMemory = rlim_t{1} << 30;

// Of 31 bits of window gzip is made, of -15 the bare stream that ZIP holds.
std::string deflated(const std::string& raw, int window = 31) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("no deflate");
  std::string out(deflateBound(&stream, raw.size()), '\0');
  std::string in = raw;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string times(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

constexpr std::size_t kMiB = std::size_t{1} << 20;

// gzip members in a row: 1 GB of one letter in 1 MB of file.
std::string long_line() {
  return deflated("a,y\n") + times(deflated(std::string(kMiB, 'x')), 1024) + deflated(",1\n");
}

std::string wide_table(std::size_t columns) {
  std::string header, row;
  for (std::size_t i = 0; i < columns; ++i) {
    header += (i ? ",c" : "c") + std::to_string(i);
    row += i ? ",1" : "1";
  }
  return header + '\n' + row + '\n' + row + '\n';
}

BadInput csv(const std::string& name, const std::string& text, int code,
             std::vector<std::string> says, std::vector<std::string> more = {}) {
  BadInput bad{name,
               {"fit", "bad.csv", "--epochs", "1", "--progress", "none"},
               code,
               std::move(says),
               [text](const Folder& folder) { folder.write("bad.csv", text); }};
  bad.command.insert(bad.command.end(), more.begin(), more.end());
  if (code != 0) bad.says.emplace_back("bad.csv");
  return bad;
}

const std::string kSix = "1,1\n2,2\n3,1\n4,2\n5,1\n6,2\n";

std::vector<BadInput> tables() {
  std::vector<BadInput> all = {
      csv("Empty", "", 3, {"bad.csv:1:1: the file is empty"}),
      csv("HeaderOnly", "a,y\n", 3, {"bad.csv:2:1: 0 samples"}),
      csv("RaggedRow", "a,b,y\n1,2,3\n4,5\n", 3, {"bad.csv:3:1: 2 fields, expected 3"}),
      csv("UnterminatedQuote", "a,y\n1,x\n\"2,x\n3,z\n", 3,
          {"bad.csv:3:1: the quote that opens here is never closed"}),
      csv("QuotedNewlineKeepsLinesTrue", "a,y\n1,\"x\nx\"\n2,z,z\n", 3,
          {"bad.csv:4:1: 3 fields, expected 2"}),
      csv("QuotedNewlineWorks", "a,y\n1,\"x\nx\"\n2,z\n3,\"x\nx\"\n4,z\n", 0, {"4 samples"}),
      csv("CrlfWorks", "a,y\r\n1,x\r\n2,z\r\n3,x\r\n", 0, {"the target has 2 labels"}),
      csv("ByteOrderMarkIsStripped", "\xEF\xBB\xBFy,a\n1,x\n2,z\n3,x\n4,z\n", 0,
          {"task: regress 'y'"}, {"--target", "y", "--task", "regress"}),
      csv("Utf16", "\xFF\xFE"s + "a\0,\0y\0\n\0"s, 3, {"bad.csv:1:1: the text is UTF-16"}),
      csv("NulBytes", "a,y\n1,\0002\n"s, 3, {"bad.csv:2:3: byte 6 is NUL"}),
      csv("DuplicateHeader", "a,b,a\n1,2,3\n", 3, {"1:5: columns 1 and 3 are both called 'a'"}),
      csv("MissingTarget", "a,y\n" + kSix, 2, {"'price'", "a, y"}, {"--target", "price"}),
      csv("TextInANumericColumn", "a,y\n1,1\n2,2\nred,3\n", 3,
          {"bad.csv:4:1: text 'red' in column 'a' of numbers"}),
      csv("DecimalCommaIsTold", "a;y\n1,5;x\n2;z\n3,25;x\n", 0,
          {"column 'a': '1,5' is read as 1.5"}),
      csv("DecimalCommaAmongPoints", "a;y\n1,5;x\n2.5;z\n3,25;x\n", 3,
          {"bad.csv:2:1: column 'a' holds numbers written in two ways, as '1,5' and, in row 2, '2.5'"}),
      csv("ThousandsOrDecimals", "a;y\n1,500;x\n2,750;z\n", 3,
          {"bad.csv:2:1: column 'a' holds '1,500', which may be 1500 or 1.5: say --thousands , or "
           "--decimal ,"}),
      csv("AColumnWithoutValues", "a,b,y\n1,,x\n2,,z\n", 0,
          {"column 'b' has no value and is left out; --leave-in b brings it back"}),
      csv("AColumnWithoutValuesTakenAsItIs", "a,b,y\n1,,x\n2,,z\n", 3,
          {"bad.csv:2:3: column 'b' has no value: leave it out with --ignore b"},
          {"--kinds", "plain"}),
      csv("AKindOfNoColumn", "a,y\n" + kSix, 2, {"--column: ", "has no column 'b'"},
          {"--column", "b=date"}),
      csv("AllOddColumnsAtOnce", "a,b,c,y\n1,,1,x\n2,,2,z\nred,,3,x\n4,,1e999,x\n", 3,
          {"3 columns cannot be used as they are", "bad.csv:2:3: column 'b' has no value",
           "bad.csv:4:1: text 'red' in column 'a'", "bad.csv:5:4: column 'c' is 1e999"},
          {"--kinds", "plain"}),
      csv("TrailingSeparatorsWork", "a;y;;\n1;x;;\n2;z;;\n3;x;;\n", 0,
          {"2 columns with neither a name nor a value are left out"}),
      csv("SeparatorsOnlyBehindRows", "a,y\n1,x,\n2,z,\n", 3,
          {"bad.csv:2:1: 3 fields", "ends with separators that the first one lacks"}),
      csv("ATotalBelow", "a,y\n1,10\n2,20\n3,30\nTotal,60\n", 3,
          {"bad.csv:5:1: text 'Total'", "looks like a total"}),
      csv("BlanksSeparate", "a  b   y\n1  2   x\n10 20  z\n3  4   x\n", 0, {"2 features"}),
      csv("BlanksAreSaid", "a  b   y\n1  2   x\n10 20  z\n3  4   x\n", 0, {"2 features"},
          {"--sep", " "}),
      csv("NaIsALabel", "a,y\n1,NA\n2,DE\n3,NA\n", 3,
          {"the target in column 'y' is missing in row 1, which is 'NA'", "--na \"\""}),
      csv("NaIsALabelIfSaid", "a,y\n1,NA\n2,DE\n3,Nan\n", 0, {"3 labels"}, {"--na", ""}),
      csv("NamesInHintsCanBeTyped",
          "\"Height, cm\",body height,y\n1,1,x\n2,2,z\ntall,3,x\n4,tall,z\n", 3,
          {"--categorical 1 if", "--categorical 'body height' if"}),
      csv("NumberBeyondDouble", "a,y\n1,1\n1e400,2\n", 3, {"bad.csv:3:1: column 'a' is 1e400"}),
      csv("BlankIsRefused", "a,y\n1,x\n,z\n3,x\n4,z\n", 3,
          {"bad.csv: row 2, column 'a': the value is missing", "--impute"}, {"--model", "mlp"}),
      csv("BlankIsFilledByDefault", "a,y\n1,x\n,z\n3,x\n4,z\n", 0, {"4 samples"}),
      csv("MissingTargetInTheLastByte", "a,y\n1,2\n3,", 3,
          {"bad.csv:3:3: the target in column 'y' is missing in row 2"}),
      csv("NanIsRefused", "a,y\n1,x\nNaN,z\n3,x\n4,z\n", 3,
          {"bad.csv: row 2, column 'a': the value is missing", "--impute"}, {"--model", "mlp"}),
      csv("ImputedValuesAreCounted", "a,y\n1,x\n,z\nNaN,x\n4,z\n", 0,
          {"missing values imputed: 2 ('a' 2)"}, {"--impute", "mean", "--verbose"}),
      {"ALineOfOneGigabyte",
       {"fit", "bad.csv.gz", "--epochs", "1"},
       3,
       {"bad.csv.gz:2:1: a field of 1073741824 bytes, at most 1048576"},
       [](const Folder& folder) { folder.write("bad.csv.gz", long_line()); }},
      {"AMillionColumnsWork",
       {"data", "wide.csv"},
       0,
       {"2 samples", "999,999"},
       [](const Folder& folder) { folder.write("wide.csv", wide_table(1'000'000)); }},
      csv("TooManyColumns", std::string(2 * kMiB, ',') + "\n", 3, {"more than 2097152 columns"}),
  };
  // The reader has no locale: a comma is no decimal point in any.
  BadInput german = csv("DecimalCommaInGermany", "a;y\n1,5;x\n2;z\n", 0, {"'1,5' is read as 1.5"});
  BadInput point = csv("DecimalPointInGermany", "a;y\n1.5;x\n2.25;z\n3.5;x\n", 0, {"1 feature"});
  for (BadInput bad : {german, point}) {
    bad.around.variables = {{"LC_ALL", "de_DE.UTF-8"}, {"LANG", "de_DE.UTF-8"}};
    all.push_back(bad);
  }
  return all;
}

// Images in one file and their labels beside it.
BadInput idx(const std::string& name, const std::string& images, const std::string& labels,
             int code, std::vector<std::string> says, const std::string& ending = "") {
  const std::string file = "t-images-idx3-ubyte" + ending;
  BadInput bad{name,
               {"fit", file, "--epochs", "1", "--progress", "none"},
               code,
               std::move(says),
               [=](const Folder& folder) {
                 folder.write(file, images);
                 folder.write("t-labels-idx1-ubyte", labels);
               },
               {.memory = kLittleMemory}};
  if (code != 0) bad.says.emplace_back("t-");
  return bad;
}

std::string idx_header(std::uint32_t count, std::uint32_t height, std::uint32_t width) {
  return big_endian(0x803) + big_endian(count) + big_endian(height) + big_endian(width);
}

std::vector<BadInput> images() {
  constexpr std::uint32_t kMost = 0xFFFFFFFF;
  const std::string good = idx_images(6, 2, 2), labels = idx_labels("\0\1\0\1\0\1"s);
  std::string flipped = gzip_of(good);
  flipped[flipped.size() - 12] ^= 1;
  return {
      idx("IsRead", good, labels, 0, {"6 samples"}),
      idx("WrongMagic", big_endian(0xD03) + good.substr(4), labels, 3,
          {"images-idx3-ubyte: byte 0: magic 0x00000d03, expected 0x00000803"}),
      idx("LabelsGivenAsImages", labels, labels, 3, {"these are labels", "exchanged?"}),
      idx("AnotherNumberOfLabels", good, idx_labels("\0\1\0\1\0"s), 3,
          {"t-labels-idx1-ubyte: byte 4: 5 labels, but t-images-idx3-ubyte has 6 images"}),
      idx("HugeDimensions", idx_header(kMost, kMost, kMost), labels, 3,
          {"byte 4: 4294967295 images of 4294967295 x 4294967295 pixels are more than a file"}),
      idx("HugeCount", idx_header(kMost, 28, 28) + std::string(784, '\0'), labels, 3,
          {"cut short: the header tells of 3367254359"}),
      idx("HugeDimensionsInGzip", deflated(idx_header(1000, 2000, 2000)), labels, 3,
          {"of gzip can hold"}, ".gz"),
      idx("GzipCutShort", gzip_of(good).substr(0, 40), labels, 3, {"cut short"}, ".gz"),
      idx("GzipBadChecksum", flipped, labels, 3, {"incorrect data check"}, ".gz"),
      idx("DecompressionBomb",
          deflated(idx_images(1, 2, 2)) + times(deflated(std::string(kMiB, '\0')), 4096), labels, 3,
          {"byte 20 of the unpacked data: trailing bytes"}, ".gz"),
      idx("TrailingBytes", good + "!", labels, 3, {"byte 40: trailing bytes"}),
  };
}

// A file of any kind, by its name.
BadInput file(const std::string& name, const std::string& path, const std::string& bytes, int code,
              std::vector<std::string> says) {
  BadInput bad{name,
               {"fit", path, "--epochs", "1", "--progress", "none"},
               code,
               std::move(says),
               [=](const Folder& folder) { folder.write(path, bytes); },
               {.memory = kLittleMemory}};
  if (code != 0) bad.says.push_back(path);
  return bad;
}

std::vector<BadInput> sparse_texts() {
  return {
      file("IsRead", "a.svm", "+1 1:1 3:2\n-1 2:1\n+1 3:1\n-1 1:2\n", 0,
           {"4 samples", "2 distinct whole numbers"}),
      file("IndexZero", "a.svm", "1 1:1\n1 0:1\n", 3, {"a.svm:2:3: index 0"}),
      file("Unsorted", "a", "1 2:1 1:1\n", 3, {"a:1:7: index 1 behind 2"}),
      file("Repeated", "a", "1 2:1 2:1\n", 3, {"a:1:7: index 2 stands twice"}),
      file("IndexBeforeDensifying", "a", "1 2147483648:1\n", 3, {"a:1:3: index 2147483648"}),
      file("TooLargeWhenDense", "a", "1 2097152:1\n" + times("1 1:1\n", 256), 3,
           {"a:1:3: 257 samples of 2097152 columns are more than 536870912 values"}),
      file("NoValue", "a.svm", "1 3:\n", 3, {"a.svm:1:3: the value of index 3 is missing"}),
      file("NoIndex", "a.svm", "1 abc:1\n", 3, {"a.svm:1:3: the index 'abc'"}),
      file("TextLabel", "a.svm", "spam 1:1\n", 3, {"a.svm:1:1: the label 'spam'"}),
      file("Infinite", "a.svm", "1 1:inf\n", 3, {"a.svm:1:5: the value of index 1 is inf"}),
      file("SeveralLabels", "a", "1,2 1:1\n", 3, {"a:1:1: the label '1,2' is several"}),
      file("QueryGroups", "a", "1 qid:1 1:1\n", 3, {"a:1:3: query groups (qid:)"}),
      file("Empty", "a.svm", "", 3, {"a.svm:1:1: 0 samples"}),
      file("GzipCutShort", "a.svm.gz", gzip_of("1 1:1\n").substr(0, 20), 3, {"cut short"}),
  };
}

std::vector<BadInput> arrays() {
  const std::string x = npy_of("|u1", "4, 1", "\1\2\3\4"), y = npy_of("|u1", "4,", "\0\1\0\1"s);
  const auto with = [&](const ZipPart& part) { return zip_of({{"X.npy", x}, {"y.npy", y}, part}); };
  const std::string good = zip_of({{"X.npy", x}, {"y.npy", y}});
  return {
      file("IsRead", "a.npz", good, 0, {"4 samples", "2 distinct whole numbers"}),
      file("BigEndianFortran", "a.npz",
           zip_of({{"X.npy", npy_with("{'descr': '>i2', 'fortran_order': True, 'shape': (4, 1)}",
                                      "\0\1\0\2\0\3\0\4"s)},
                   {"y.npy", y}}),
           0, {"4 samples"}),
      file("PythonObjects", "a.npz", with({"classes.npy", npy_of("|O", "2,", "pickle")}), 3,
           {"a.npz: classes.npy: byte 10", "pickle refused"}),
      file("PythonObjectsAlone", "a.npy", npy_of("|O", "2, 2", "pickle"), 3, {"pickle refused"}),
      file("Complex", "a.npy", npy_of("<c16", "1, 1", std::string(16, 'x')), 3, {"complex"}),
      file("HugeShape", "a.npy", npy_of("<f8", "4294967295, 4294967295", "12345678"), 3,
           {"cut short: the header tells of an array (4294967295, 4294967295)"}),
      file("HugeHeader", "a.npy", "\x93NUMPY\2\0\xFF\xFF\xFF\x7F"s, 3,
           {"byte 8: a header of 2147483647 bytes, at most 10000"}),
      file("Bomb", "a.npz", with({.name = "X2.npy", .data = "12", .method = 8, .size = 4294967290}),
           3, {"claims 4294967290 bytes", "a bomb"}),
      file("BeyondTheLimit", "a.npz",
           zip_of({{.name = "X.npy",
                    .data = deflated(npy_of("|u1", "5000, 400000", ""), -15) +
                            std::string(2 * kMiB, 'x'),
                    .method = 8,
                    .size = 2000000078}}),
           3, {"takes more than the limit of 4294967296 bytes"}),
      file("LeadsOutOfTheFolder", "a.npz", with({"../y.npy", y}), 3,
           {"entry '../y.npy' is absolute, or leads out of the folder"}),
      file("Encrypted", "a.npz", with({.name = "w.npy", .data = "0123456789abc", .flags = 1}), 3,
           {"entry 'w.npy' is encrypted"}),
      file("CutShort", "a.npz", good.substr(0, good.size() / 2), 3, {"no whole ZIP archive"}),
      file("NoTarget", "a.npy", x, 3, {"no target: an NPY file holds one array", "np.savez("}),
      file("AnotherArchive", "a.npz", zip_of({{"word/document.xml", "<xml/>"}}), 3,
           {"no features: expected an array X", "the archive holds no array"}),
  };
}

std::vector<BadInput> numbers() {
  const auto two = [](const std::string& train, const std::string& test) {
    return [=](const Folder& folder) {
      folder.write("train.csv", train);
      folder.write("test.csv", test);
    };
  };
  const std::string wide = "a,b,y\n1,1,x\n2,2,z\n3,1,x\n4,2,z\n", narrow = "a,y\n1,x\n2,z\n";
  return {
      csv("ConstantColumnWorksAndIsNamed", "a,b,y\n1,7,x\n2,7,z\n3,7,x\n4,7,z\n", 0,
          {"'b' is constant in the training part"}, {"--leave-in", "b"}),
      csv("ConstantColumnIsLeftOut", "a,b,y\n1,7,x\n2,7,z\n3,7,x\n4,7,z\n", 0,
          {"column 'b' is 7 in 4 rows, all that there are, and is left out"}),
      csv("FractionGivenAsClass", "a,y\n1,1\n2,1.5\n3,1\n", 3,
          {"bad.csv: row 2, column 'y': Unknown label type: continuous: 1.5"},
          {"--task", "classify"}),
      csv("HugeNumberGivenAsClassIsALabel", "a,y\n1,1000000000\n2,2\n3,1000000000\n4,2\n", 0,
          {"1000000000"}, {"--task", "classify"}),
      {"DivergingLoss",
       {"fit", "iris", "--solver", "sgd", "--learning-rate", "1e30", "--epochs", "3", "-o", "m"},
       6,
       {"training diverged", "learning_rate_init=1e+30", "last finite model is in m"}},
      {"BatchLargerThanTheData",
       {"fit", "iris", "--batch-size", "1000000", "--epochs", "1"},
       0,
       {"batch_size 1000000 is larger than the 150 samples there are: one batch an epoch"}},
      {"ValidationPartSmallerThanTheClasses",
       {"fit", "iris", "--val-size", "0.001", "--epochs", "1"},
       0,
       {"the validation part, 1 sample, is drawn without regard to the classes"}},
      {"NoRowLeftBesideTheValidationPart",
       {"fit", "train.csv", "--val-size", "0.9", "--epochs", "1"},
       2,
       {"--val-size", "0.9 of the 2 samples cannot be held out", "0 and 2"},
       two(narrow, narrow)},
      {"EmptyTrainingPartBesideValidation",
       {"fit", "diabetes", "--val-size", "0.9999", "--epochs", "1"},
       2,
       {"--val-size", "cuts 442 samples into 0 and 442: each needs at least 1 row"}},
      {"ClassTooSmallToHoldOut",
       {"fit", "train.csv", "--val-size", "0.5", "--epochs", "1"},
       0,
       {"the validation part, 1 sample, is drawn without regard to the classes"},
       two(narrow, narrow)},
      {"TestOfAnotherWidth",
       {"fit", "train.csv", "--test", "test.csv", "--epochs", "1", "--progress", "plain"},
       3,
       {"test.csv: 1 features, expected 2: there is no column 'b'"},
       two(wide, narrow),
       {},
       {"epoch 1"}},
      {"LabelsOfTheTestNeverSeen",
       {"fit", "train.csv", "--test", "test.csv", "--epochs", "1", "--progress", "plain"},
       3,
       {"test.csv: row 2, column 'y': the label 'w' never occurred in training"},
       two(narrow, "a,y\n1,x\n2,w\n"),
       {},
       {"epoch 1"}},
  };
}

std::vector<BadInput> command_lines() {
  return {
      {"UnknownFlag", {"fit", "iris", "--hiden", "5"}, 2, {"--hiden; did you mean --hidden?"}},
      {"LearningRateNan",
       {"fit", "iris", "--learning-rate", "nan"},
       2,
       {"--learning-rate must be a number > 0, got nan"}},
      {"BatchSizeZero",
       {"fit", "iris", "--batch-size", "0"},
       2,
       {"--batch-size must be a whole number >= 1 or auto, got 0"}},
      {"HiddenBeyondMemory",
       {"fit", "iris", "--hidden", "1e12"},
       2,
       {"--hidden: asks for 8e+12 weights, which take about", "this machine has"}},
      {"OutputNotWritable",
       {"fit", "iris", "-o", "none/m.hebb", "--progress", "plain"},
       1,
       {"none/m.hebb: cannot create a file in its folder"},
       [](const Folder&) {},
       {},
       {"epoch 1"}},
  };
}

class BadTable : public testing::TestWithParam<BadInput> {};
TEST_P(BadTable, EndsAsPromised) { expect_outcome(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Csv, BadTable, testing::ValuesIn(tables()), name_of);

class BadImages : public testing::TestWithParam<BadInput> {};
TEST_P(BadImages, EndAsPromised) { expect_outcome(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Idx, BadImages, testing::ValuesIn(images()), name_of);

class BadSparseText : public testing::TestWithParam<BadInput> {};
TEST_P(BadSparseText, EndsAsPromised) { expect_outcome(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Libsvm, BadSparseText, testing::ValuesIn(sparse_texts()), name_of);

class BadArrays : public testing::TestWithParam<BadInput> {};
TEST_P(BadArrays, EndAsPromised) { expect_outcome(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Npz, BadArrays, testing::ValuesIn(arrays()), name_of);

class BadNumbers : public testing::TestWithParam<BadInput> {};
TEST_P(BadNumbers, EndAsPromised) { expect_outcome(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Numbers, BadNumbers, testing::ValuesIn(numbers()), name_of);

class BadCommandLine : public testing::TestWithParam<BadInput> {};
TEST_P(BadCommandLine, EndsAsPromised) { expect_outcome(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Flags, BadCommandLine, testing::ValuesIn(command_lines()), name_of);

}  // namespace
}  // namespace hebb::test
