#include "hebb/data/catalogue.h"

#include <algorithm>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "data/builtin.h"
#include "data/idx_parts.h"
#include "data/libsvm.h"
#include "data/npz.h"
#include "data/public_set.h"
#include "hebb/core/error.h"
#include "hebb/data/idx.h"
#include "hebb/io/file.h"

namespace hebb {
namespace {

namespace fs = std::filesystem;

DownloadProgress& download_progress() {
  static DownloadProgress progress;
  return progress;
}

// A built-in table.
struct BuiltinTable {
  std::string name;
  std::string help;
  std::string source;
  std::span<const std::uint8_t> (*file)();
  std::string label;  // a target of numbers that are labels
};

const std::vector<BuiltinTable>& builtin_tables() {
  static const std::vector<BuiltinTable> tables = {
      {"digits", "1,797 handwritten digits of 8 x 8 pixels as a table of 64 columns, 10 classes",
       "UCI Optical Recognition of Handwritten Digits, E. Alpaydin and C. Kaynak 1998; by "
       "scikit-learn",
       builtin::digits, "digit"},
      {"iris", "150 flowers, 4 lengths, 3 species", "R. A. Fisher 1936; by scikit-learn",
       builtin::iris, ""},
      {"wine", "178 wines, 13 chemical measures, 3 cultivars",
       "UCI Wine, M. Forina et al. 1991; by scikit-learn", builtin::wine, ""},
      {"breast_cancer", "569 tumours, 30 measures, malignant or benign",
       "UCI Breast Cancer Wisconsin (Diagnostic), W. H. Wolberg et al. 1995; by scikit-learn",
       builtin::breast_cancer, ""},
      {"diabetes", "442 patients, 10 scaled measures, progression after a year (a number)",
       "B. Efron et al., Least Angle Regression, 2004; by scikit-learn", builtin::diabetes, ""}};
  return tables;
}

const BuiltinTable* find_table(const std::string& name) {
  const auto found = std::ranges::find(builtin_tables(), name, &BuiltinTable::name);
  return found == builtin_tables().end() ? nullptr : &*found;
}

// Of `options` what chooses columns; how the file is written is known.
Dataset load_table(const BuiltinTable& table, DataOptions options = {},
                   TargetUse use = TargetUse::required) {
  const DataOptions defaults;
  options.sep = defaults.sep;
  options.header = defaults.header;
  options.na = defaults.na;
  const auto file = table.file();
  std::vector<std::uint8_t> unpacked(file.begin(), file.end());
  if (is_gzip(file)) unpacked = gunzip(file, table.name, std::uint64_t{1} << 24);
  const std::string_view text(reinterpret_cast<const char*>(unpacked.data()), unpacked.size());
  Dataset data = parse_csv(text, table.name, options, use);
  const bool labels = data.target().names == std::vector{table.label};
  return labels ? std::move(data).with_classes() : data;
}

Dataset load_mnist10k() {
  constexpr std::size_t kTestBegin = 8000;
  Dataset data = read_idx_parts({{builtin::mnist10k_images(), "mnist10k"}},
                                {{builtin::mnist10k_labels(), "mnist10k"}}, {});
  data.set_test_begin(kTestBegin);
  return data;
}

const PublicSet kMnist{
    .name = "mnist",
    .files = {{{"train-images-idx3-ubyte", 9912422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"},
               {"train-labels-idx1-ubyte", 28881, "d53e105ee54ea40749a09fcbcd1e9432"},
               {"t10k-images-idx3-ubyte", 1648877, "9fb629c4189551a2d022fa330f9573f3"},
               {"t10k-labels-idx1-ubyte", 4542, "ec29112dd5afa0611ce80d1b7f02629c"}}},
    .mirrors = {"https://ossci-datasets.s3.amazonaws.com/mnist/",
                "https://storage.googleapis.com/cvdf-datasets/mnist/"}};

const PublicSet kFashionMnist{
    .name = "fashion-mnist",
    .files = {{{"train-images-idx3-ubyte", 26421880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"},
               {"train-labels-idx1-ubyte", 29515, "25c81989df183df01b3e8a0aad5dffbe"},
               {"t10k-images-idx3-ubyte", 4422102, "bef4ecab320f06d8554ea6380940ec79"},
               {"t10k-labels-idx1-ubyte", 5148, "bb300cfdad3c16e7a12a480ee83cd310"}}},
    .mirrors = {"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"},
    .folders = {"/usr/share/datasets/fashion-mnist"},  // Debian's package dataset-fashion-mnist
    .class_names = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",
                    "Sneaker", "Bag", "Ankle boot"}};

DatasetRow public_row(const PublicSet& set, std::string help, std::string source) {
  return {.name = set.name,
          .help = std::move(help),
          .source = std::move(source),
          .built_in = false,
          .load = [&set] { return load_public_set(set, download_progress()); }};
}

std::vector<DatasetRow> make_catalogue() {
  std::vector<DatasetRow> rows = {
      public_row(kMnist, "60,000 + 10,000 handwritten digits of 28 x 28 pixels, 10 classes",
                 "The MNIST database, Y. LeCun, C. Cortes, C. J. C. Burges"),
      public_row(kFashionMnist, "60,000 + 10,000 pieces of clothing of 28 x 28 pixels, 10 classes",
                 "Fashion-MNIST, H. Xiao, K. Rasul, R. Vollgraf 2017 (MIT licence)"),
      {.name = "mnist10k",
       .help = "8,000 + 2,000 handwritten digits of 28 x 28 pixels, 10 classes",
       .source = "the first 10,000 training images of the MNIST database, in another order",
       .built_in = true,
       .load = load_mnist10k}};
  for (const auto& table : builtin_tables())
    rows.push_back({.name = table.name,
                    .help = table.help,
                    .source = table.source,
                    .built_in = true,
                    .load = [&table] { return load_table(table); }});
  // Every set bears its name in the catalogue.
  for (auto& row : rows)
    row.load = [name = row.name, load = std::move(row.load)] {
      Dataset data = load();
      data.set_name(name);
      return data;
    };
  return rows;
}

std::vector<std::string> names() {
  std::vector<std::string> out;
  for (const auto& row : dataset_catalogue()) out.push_back(row.name);
  return out;
}

[[noreturn]] void refuse(const std::string& data) {
  const auto known = names();
  const std::string name = data.substr(0, data.find(':'));
  check(name == data || std::ranges::find(known, name) == known.end(), "data", "the set ", name,
        " takes no parameters, got '", data.substr(std::min(name.size() + 1, data.size())), "'");
  std::string list;
  for (const auto& one : known) list += (list.empty() ? "" : ", ") + one;
  const auto near = nearest(name, known);
  throw std::invalid_argument(concat("[data] '", data, "' is neither a file nor a named set",
                                     near.empty() ? "." : "; did you mean " + near[0] + "?",
                                     " The named sets are: ", list));
}

// For formats whose every column is a feature.
void check_no_columns(const std::string& path, const char* format, const DataOptions& options) {
  const std::pair<const char*, bool> given[] = {{"features", !options.features.empty()},
                                                {"ignore", !options.ignore.empty()},
                                                {"categorical", !options.categorical.empty()},
                                                {"weight", options.weight.has_value()}};
  for (const auto& [name, is_given] : given)
    check(!is_given, name, "chooses columns of a CSV file, and ", path, " is ", format);
}

// What comes through a pipe (not `regular`) cannot be looked at beforehand.
Dataset load_file(const std::string& path, bool regular, const DataOptions& options,
                  TargetUse use) {
  const bool as_csv = options.sep.has_value() || !options.header;  // the user says so
  if (regular && looks_like_npz(MappedFile(path).bytes())) {
    check_no_columns(path, "NPY or NPZ", options);
    return read_npz(path, use);
  }
  const auto looks = [&](const auto& look) { return look(MappedFile(path).bytes(), path); };
  if (regular && looks(looks_like_idx)) return read_idx(path, use == TargetUse::required);
  if (is_libsvm_name(path) || (regular && !as_csv && looks(looks_like_libsvm))) {
    check_no_columns(path, "LIBSVM", options);
    return read_libsvm(path, use);
  }
  return read_csv(path, options, use);
}

}  // namespace

const std::vector<DatasetRow>& dataset_catalogue() {
  static const std::vector<DatasetRow> rows = make_catalogue();
  return rows;
}

void set_download_progress(DownloadProgress progress) { download_progress() = std::move(progress); }

Dataset load_dataset(const std::string& data, const DataOptions& options, TargetUse use) {
  if (const auto* const table = find_table(data)) return load_table(*table, options, use);
  const auto& rows = dataset_catalogue();
  const auto row = std::ranges::find(rows, data, &DatasetRow::name);
  if (row != rows.end()) return row->load();
  if (data == "-") return read_csv(data, options, use);

  std::error_code error;
  const auto status = fs::status(data, error);
  if (!fs::exists(status)) refuse(data);
  check(!fs::is_directory(status), "data", data, " is a folder; expected a file of data");
  return load_file(data, fs::is_regular_file(status), options, use);
}

}  // namespace hebb
