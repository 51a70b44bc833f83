#include "hebb/datasets/catalogue.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "datasets/builtin.h"
#include "datasets/public_set.h"
#include "formats/idx_parts.h"
#include "formats/image_files.h"
#include "formats/rows.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/datasets/generators.h"
#include "hebb/formats/catalogue.h"
#include "hebb/formats/csv.h"
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

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

// A message of check() without the brackets around the option: "[n] must be" becomes "n must be".
std::string bare(std::string message) {
  const std::size_t close = message.find(']');
  if (message.starts_with('[') && close != std::string::npos)
    message = message.substr(1, close - 1) + message.substr(close + 1);
  return message;
}

// Uses only the `options` that choose columns; the file's format is known.
Dataset load_table(const BuiltinTable& table, DataOptions options = {},
                   TargetUse use = TargetUse::required) {
  const DataOptions defaults;
  options.sep = defaults.sep;
  options.header = true;
  options.decimal = defaults.decimal;
  options.thousands = defaults.thousands;
  options.na = defaults.na;
  options.report = nullptr;
  options.infer_kinds = false;  // what its columns are is known
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
          .load = [&set](const std::string&) { return load_public_set(set, download_progress()); }};
}

// Parses "n=500,noise=0.2" into `options`; a name without a value means true. Messages begin with
// `set`.
void read_parameters(const std::string& set, const std::string& text, const FieldList& fields,
                     void* options) {
  const std::string where = "[data] " + set + ": ";
  std::vector<std::string> given;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string part = text.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t equals = std::min(part.find('='), part.size());
    const std::string name = part.substr(0, equals);
    const Field* field = find_field(fields, name);
    if (field == nullptr) {
      const auto known = row_names(fields);
      const auto near = nearest(name, known);
      throw std::invalid_argument(concat(where, "there is no parameter '", name, "'",
                                         near.empty() ? "." : "; did you mean " + near[0] + "?",
                                         " The parameters of ", set, " are: ", joined(known),
                                         " (hebb data ", set, " explains them)"));
    }
    if (std::ranges::find(given, name) != given.end())
      throw std::invalid_argument(where + name + " is given twice");
    given.push_back(name);
    const bool lone = equals == part.size() && field->type == Field::Type::boolean;
    try {
      const Value value =
          field->parse(lone ? "true" : part.substr(std::min(equals + 1, part.size())));
      field->check(value);
      field->set(options, value);
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument(where + bare(error.what()));
    }
  }
}

template <class Options>
DatasetRow generator_row(std::string name, std::string help, Dataset (*make)(const Options&)) {
  const auto load = [name, make](const std::string& parameters) {
    Options options;
    read_parameters(name, parameters, Options::fields(), &options);
    try {
      return make(options);
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument("[data] " + name + ": " + bare(error.what()));
    }
  };
  const Options standard;
  std::string defaults;
  for (const Field& field : Options::fields())
    defaults += (defaults.empty() ? "" : ",") + field.name + '=' + to_text(field.get(&standard));
  return {.name = std::move(name),
          .help = std::move(help),
          .source = "generated",
          .built_in = true,
          .parameters = &Options::fields(),
          .defaults = std::move(defaults),
          .load = load};
}

void add_generators(std::vector<DatasetRow>& rows) {
  rows.insert(
      rows.end(),
      {generator_row("blobs", "round clouds; separable=true keeps a gap between them", make_blobs),
       generator_row("moons", "two half circles that reach into each other", make_moons),
       generator_row("circles", "a circle around another", make_circles),
       generator_row("xor", "a square whose opposite quarters are one class", make_xor),
       generator_row("spirals", "arms that wind around each other", make_spirals),
       generator_row("checkerboard", "fields of two classes in turn", make_checkerboard),
       generator_row("classification",
                     "informative, redundant and noisy features, clouds at random",
                     make_classification),
       generator_row("regression", "a linear function of some of its features (a number)",
                     make_regression),
       generator_row("friedman1",
                     "Friedman's function of 5 features, and features of no use (a number)",
                     make_friedman1),
       generator_row("sine", "a sine with noise (a number)", make_sine)});
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
       .load = [](const std::string&) { return load_mnist10k(); }}};
  for (const auto& table : builtin_tables())
    rows.push_back({.name = table.name,
                    .help = table.help,
                    .source = table.source,
                    .built_in = true,
                    .load = [&table](const std::string&) { return load_table(table); }});
  add_generators(rows);
  // Every data set gets the name by which it was loaded.
  for (auto& row : rows)
    row.load = [name = row.name, takes = row.parameters != nullptr,
                load = std::move(row.load)](const std::string& parameters) {
      check(takes || parameters.empty(), "data", "the set ", name, " takes no parameters, got '",
            parameters, "'");
      Dataset data = load(parameters);
      data.set_name(parameters.empty() ? name : name + ':' + parameters);
      return data;
    };
  return rows;
}

[[noreturn]] void refuse(const std::string& data) {
  const auto known = row_names(dataset_catalogue());
  const std::string name = data.substr(0, data.find(':'));
  const auto near = nearest(name, known);
  throw std::invalid_argument(concat("[data] '", data, "' is neither a file nor a named set",
                                     near.empty() ? "." : "; did you mean " + near[0] + "?",
                                     " The named sets are: ", joined(known)));
}

const DatasetRow* find_row(const std::string& data) {
  const auto& rows = dataset_catalogue();
  const auto row = std::ranges::find(rows, data.substr(0, data.find(':')), &DatasetRow::name);
  return row == rows.end() ? nullptr : &*row;
}

// Loads a set of the catalogue, with its parameters.
Dataset load_set(const DatasetRow& row, const std::string& data, DataOptions options,
                 TargetUse use) {
  check_no_images(options, data);
  const auto* const table = find_table(row.name);
  const bool generated = row.parameters != nullptr;
  const char* const what = table != nullptr ? "a table" : generated ? "generated" : "of images";
  check_no_characters(options, data, what);
  if (table != nullptr && data == row.name) return load_table(*table, options, use);
  if (table == nullptr) check_no_columns(options, data, what);
  const std::size_t colon = std::min(data.find(':'), data.size());
  Dataset set = row.load(data.substr(std::min(colon + 1, data.size())));
  if (!generated) return set;
  check(options.target.empty() || options.target == set.target().names, "target",
        "of generated data is '", set.target().names.front(), "', got '",
        options.target.empty() ? "" : options.target.front(), "'");
  return set;
}

void check_only_images(DataOptions& options, const std::string& data) {
  check_no_columns(options, data, "of images");
  check_no_characters(options, data, "of images");
}

FormedImages load(const std::string& data, const std::optional<ImageForm>& form,
                  DataOptions options, TargetUse use) {
  if (data != "-") {
    std::error_code error;
    if (const auto* const row = find_row(data)) {
      FormedImages set{.data = load_set(*row, data, options, use)};
      if (options.report && fs::exists(data, error))
        options.report->notes.push_back(
            {"source",
             concat("this is the named set; to read the file or folder of that name, say ./",
                    data)});
      return set;
    }
    const auto status = fs::status(data, error);
    if (!fs::exists(status)) refuse(data);
    if (fs::is_directory(status)) {
      check_only_images(options, data);
      FormedImages images =
          form ? read_formed(data, *form, options, use) : read_images(data, {}, options, use);
      images.data.set_reading(options.record());
      return images;
    }
  }
  const DataFile file(data);
  const FormatRow& format = format_of(file, options);
  if (!format.takes_images || !form) return {.data = read_file(file, options, use)};
  check_only_images(options, data);
  FormedImages image = read_images(file, form, options, use);
  image.data.set_reading(options.record());
  return image;
}

}  // namespace

const std::vector<DatasetRow>& dataset_catalogue() {
  static const std::vector<DatasetRow> rows = make_catalogue();
  return rows;
}

void set_download_progress(DownloadProgress progress) { download_progress() = std::move(progress); }

Dataset load_dataset(const std::string& data, const DataOptions& options, TargetUse use) {
  return load(data, {}, options, use).data;
}

NamedRow split_named_row(const std::string& data) {
  NamedRows named = split_named_rows(data);
  if (!named.rows || named.rows->first != named.rows->last) return {data, {}};
  return {std::move(named.data), named.rows->first};
}

NamedRows split_named_rows(const std::string& data) {
  std::error_code error;
  const std::size_t colon = data.rfind(':');
  if (colon == std::string::npos || fs::exists(data, error)) return {data, {}};
  const char* const end = data.data() + data.size();
  RowRange rows;
  const auto [dash, fault] = std::from_chars(data.data() + colon + 1, end, rows.first);
  if (fault != std::errc{}) return {data, {}};
  rows.last = rows.first;
  if (dash != end) {
    const auto [at, second] = std::from_chars(dash + 1, end, rows.last);
    if (*dash != '-' || second != std::errc{} || at != end || rows.last < rows.first)
      return {data, {}};
  }
  return {data.substr(0, colon), rows};
}

FormedImages load_formed(const std::string& data, const ImageForm& form, const DataOptions& options,
                         TargetUse use) {
  return load(data, form, options, use);
}

}  // namespace hebb
