#include "fuzz/changes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "fuzz/checksums.h"

namespace hebb::fuzz {
namespace {

using Json = nlohmann::ordered_json;

// Of texts that are replaced or inserted: parts of network texts, names of options and layers,
// numbers as text.
constexpr std::array kWords = {"linear(3)",
                               "linear(1)",
                               "relu ",
                               "tanh",
                               "softmax",
                               "conv(1,3)",
                               "conv(2,99)",
                               "batchnorm",
                               "maxpool(2)",
                               "flatten",
                               "residual(",
                               "concat(",
                               "add(",
                               ")",
                               "|",
                               "dropout(0.5)",
                               "(",
                               ",stride=65535",
                               ",pad=65535",
                               ",groups=2",
                               "dilation=65535",
                               "18446744073709551615",
                               "-1",
                               "1e308",
                               "nan",
                               "inf",
                               "0",
                               "mean",
                               "standard",
                               "drop",
                               "logistic",
                               "identity",
                               "exp",
                               "classify",
                               "regress",
                               "transform",
                               "mlp",
                               "convnet",
                               "perceptron",
                               "adaline",
                               "units",
                               "network",
                               "body",
                               "true",
                               "",
                               " ",
                               "\"",
                               "\n",
                               "\xC3\xA9",
                               "=1+1",
                               "knn",
                               "svm",
                               "trees",
                               "samples",
                               "constants",
                               "poly",
                               "linear",
                               "keep",
                               "adam",
                               "lbfgs",
                               "squared_error"};
constexpr std::array kDoubles = {0.0,   -1.0,    0.5,    1e308,  -1e308,  5e-324, 1e39,
                                 1e-46, 0x1p53,  0x1p63, 0x1p64, -0x1p63, 2.5,    1e300,
                                 255.0, 65536.0, 3.0,    1e9,    1e19,    0x1p31, 7.0};
constexpr std::array<std::uint64_t, 14> kWholes = {
    0, 1, 2, 3, 4, 5, 255, 65535, 65536, 1U << 20U, 0xFFFFFFFF, 1ULL << 32, 1ULL << 62, ~0ULL};
constexpr std::array kTypes = {"F32", "F64", "I64", "U32", "U8", "BF16", ""};

// SplitMix64.
class Choices {
 public:
  explicit Choices(std::uint64_t seed) : state_(seed) {}
  std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
    z = (z ^ z >> 30U) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ z >> 27U) * 0x94D049BB133111EBULL;
    return z ^ z >> 31U;
  }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits() % n); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class List>
  const auto& of(const List& list) {
    return list[below(std::size(list))];
  }

 private:
  std::uint64_t state_;
};

struct FuzzTensor {
  std::string name, type;
  std::vector<std::uint64_t> shape;
  std::string bytes;
};

struct FuzzContainer {
  std::vector<std::pair<std::string, std::string>> texts;  // metadata
  std::vector<FuzzTensor> tensors;
};

std::size_t bytes_of_type(const std::string& type) {
  return type == "F64" || type == "I64" ? 8 : type == "U8" ? 1 : 4;
}

// Whole numbers that fit, which the library for JSON does not check. Throws Json::exception for others.
std::vector<std::uint64_t> whole_numbers(const Json& list) {
  std::vector<std::uint64_t> numbers;
  for (const Json& one : list) numbers.push_back(one.get_ref<const Json::number_unsigned_t&>());
  return numbers;
}

bool take_apart(std::string_view file, FuzzContainer& out) {
  std::uint64_t length = 0;
  if (file.size() < sizeof length) return false;
  std::memcpy(&length, file.data(), sizeof length);
  if (length > file.size() - sizeof length) return false;
  const auto data = file.substr(sizeof length + length);
  const Json header = Json::parse(file.substr(sizeof length, length), nullptr, false);
  if (!header.is_object()) return false;
  for (const auto& [name, entry] : header.items()) {
    if (!entry.is_object()) return false;
    if (name == "__metadata__") {
      for (const auto& [key, text] : entry.items())
        if (text.is_string() && key != "hebb.checksums" && key != "hebb.header_checksum")
          out.texts.emplace_back(key, text.get<std::string>());
      continue;
    }
    try {
      const auto span = whole_numbers(entry.at("data_offsets"));
      if (span.size() != 2 || span[0] > span[1] || span[1] > data.size()) return false;
      out.tensors.push_back({name, entry.at("dtype").get<std::string>(),
                             whole_numbers(entry.at("shape")),
                             std::string(data.substr(span[0], span[1] - span[0]))});
    } catch (const Json::exception&) {
      return false;
    }
  }
  return true;
}

std::string put_together(const FuzzContainer& from) {
  nlohmann::json header = {{"__metadata__", nlohmann::json::object()}};
  for (const auto& [key, text] : from.texts) header["__metadata__"][key] = text;
  std::string data;
  for (const FuzzTensor& tensor : from.tensors) {
    const std::size_t begin = data.size();
    data += tensor.bytes;
    header[tensor.name] = {
        {"dtype", tensor.type}, {"shape", tensor.shape}, {"data_offsets", {begin, data.size()}}};
  }
  return with_checksums(std::move(header), data);
}

// ---- records ----

// Where a node is: its parent and its place there.
struct Place {
  Json* parent;
  std::size_t index;

  Json& node() const { return *std::next(parent->begin(), static_cast<std::ptrdiff_t>(index)); }
};

void list_places(Json& json, std::vector<Place>& all) {
  if (!json.is_structured()) return;
  for (std::size_t i = 0; i < json.size(); ++i) {
    all.push_back({&json, i});
    list_places(all.back().node(), all);
  }
}

Json other_value(Choices& choose) {
  switch (choose.below(10)) {
    case 0:
      return nullptr;
    case 1:
      return choose.one_in(2);
    case 2:
      return choose.of(kWords);
    case 3:
      return choose.of(kDoubles);
    case 4:
      return choose.of(kWholes);
    case 5:
      return -static_cast<std::int64_t>(choose.of(kWholes) / 2);
    case 6:
      return Json::array();
    case 7:
      return Json::object();
    case 8:
      return Json::array({choose.of(kDoubles), choose.of(kWords)});
    default: {
      Json nested = Json::array();
      for (std::size_t depth = choose.below(80); depth > 0; --depth) {
        Json outer = choose.one_in(2) ? Json::array() : Json::object();
        if (outer.is_array())
          outer.push_back(std::move(nested));
        else
          outer["a"] = std::move(nested);
        nested = std::move(outer);
      }
      return nested;
    }
  }
}

std::string changed_text(std::string text, Choices& choose) {
  const std::size_t at = choose.below(text.size() + 1);
  switch (choose.below(5)) {
    case 0:
      return text.insert(at, choose.of(kWords));
    case 1:
      return text.erase(at, choose.below(8));
    case 2:
      if (at < text.size()) text[at] = static_cast<char>(' ' + choose.below(95));
      return text;
    case 3:
      if (const std::size_t digit = text.find_first_of("0123456789", at); digit < text.size())
        text.replace(digit, 1, std::to_string(choose.of(kWholes)));
      return text;
    default:
      return choose.of(kWords);
  }
}

void change_value(Json& node, Choices& choose) {
  if (choose.one_in(3) || node.is_null()) {
    node = other_value(choose);
  } else if (node.is_string()) {
    node = changed_text(node.get<std::string>(), choose);
  } else if (node.is_number()) {
    const double value = node.get<double>();
    const std::array near = {value + 1, value - 1, -value, value * 2, value / 2, value * 1e300};
    const double other = choose.of(near);
    if (node.is_number_float() || !(std::abs(other) < 1e15))
      node = choose.one_in(2) ? other : choose.of(kDoubles);
    else
      node = choose.one_in(2) ? static_cast<std::int64_t>(other)
                              : static_cast<std::int64_t>(choose.of(kWholes));
  } else if (node.is_boolean()) {
    node = !node.get<bool>();
  } else if (node.is_array()) {
    if (choose.one_in(2) || node.empty())
      node.push_back(node.empty() ? other_value(choose) : Json(node[choose.below(node.size())]));
    else
      node.erase(choose.below(node.size()));
  } else {
    node[choose.of(kWords)] = other_value(choose);
  }
}

constexpr const char* kRepeated = "#repeated";

void change_record(Json& record, Choices& choose) {
  std::vector<Place> places;
  list_places(record, places);
  if (places.empty()) return;
  const Place at = choose.of(places);
  switch (choose.below(8)) {
    case 0:
      if (at.parent->is_array())
        at.parent->erase(at.index);
      else
        at.parent->erase(std::next(at.parent->begin(), static_cast<std::ptrdiff_t>(at.index)));
      return;
    case 1: {
      const Json copy = choose.of(places).node();
      at.node() = copy;
      return;
    }
    case 2:
      if (at.parent->is_object()) {
        const auto item = std::next(at.parent->begin(), static_cast<std::ptrdiff_t>(at.index));
        const std::string key = item.key() + kRepeated;
        (*at.parent)[key] = other_value(choose);
      }
      return;
    default:
      change_value(at.node(), choose);
  }
}

void change_metadata(std::string& text, Choices& choose) {
  Json record = Json::parse(text, nullptr, false);
  if (!record.is_structured() || choose.one_in(50)) {
    text = changed_text(std::move(text), choose);
    return;
  }
  change_record(record, choose);
  text = record.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (std::size_t at = 0; (at = text.find(kRepeated, at)) != text.npos;)
    text.erase(at, std::strlen(kRepeated));
}

// ---- tensors ----

template <class Number>
void put_number(std::string& bytes, std::size_t index, Number number) {
  const std::size_t at = index * sizeof number;
  if (at + sizeof number <= bytes.size()) std::memcpy(bytes.data() + at, &number, sizeof number);
}

void change_numbers(FuzzTensor& tensor, Choices& choose) {
  const std::size_t each = bytes_of_type(tensor.type), count = tensor.bytes.size() / each;
  if (count == 0) return;
  for (std::size_t changes = choose.one_in(8) ? count : 1; changes > 0; --changes) {
    const double value = choose.one_in(6)   ? std::numeric_limits<double>::quiet_NaN()
                         : choose.one_in(6) ? std::numeric_limits<double>::infinity()
                         : choose.one_in(3) ? static_cast<double>(choose.below(9)) - 4
                                            : choose.of(kDoubles);
    const std::size_t at = choose.below(count);
    if (tensor.type == "F32")
      put_number(tensor.bytes, at, static_cast<float>(std::clamp(value, -3e38, 3e38)));
    else if (tensor.type == "F64")
      put_number(tensor.bytes, at, value);
    else
      tensor.bytes[at * each + choose.below(each)] = static_cast<char>(choose.below(256));
  }
}

// Keeps shape and bytes in agreement, which the container's own rules demand.
void resize(FuzzTensor& tensor, Choices& choose) {
  if (tensor.shape.empty()) tensor.shape.push_back(1);
  const std::size_t axis = choose.below(tensor.shape.size());
  const std::uint64_t extent = tensor.shape[axis];
  tensor.shape[axis] = choose.one_in(3) ? extent + 1 : extent / (1 + choose.below(3));
  std::uint64_t count = 1;
  for (const std::uint64_t n : tensor.shape) count = std::min<std::uint64_t>(count * n, 4096);
  tensor.bytes.resize(count * bytes_of_type(tensor.type), '\0');
}

void change_tensors(FuzzContainer& container, Choices& choose) {
  auto& tensors = container.tensors;
  if (tensors.empty()) return;
  const std::size_t at = choose.below(tensors.size()), other = choose.below(tensors.size());
  switch (choose.below(10)) {
    case 0:
      tensors.erase(tensors.begin() + static_cast<std::ptrdiff_t>(at));
      return;
    case 1:
      tensors.push_back(tensors[at]);
      tensors.back().name += choose.one_in(2) ? "" : "2";
      return;
    case 2:
      std::swap(tensors[at].name, tensors[other].name);
      return;
    case 3:
      tensors[at].type = choose.of(kTypes);
      return;
    case 4:
      tensors[at].shape.insert(tensors[at].shape.begin(),
                               choose.one_in(2) ? 1 : choose.of(kWholes));
      return;
    case 5:
    case 6:
      resize(tensors[at], choose);
      return;
    default:
      change_numbers(tensors[at], choose);
  }
}

}  // namespace

std::string changed_container(std::string_view file, std::uint64_t seed) {
  FuzzContainer container;
  if (!take_apart(file, container)) return std::string(file);
  Choices choose(seed);
  for (std::size_t changes = 1 + choose.below(3); changes > 0; --changes) {
    if (!container.texts.empty() && !choose.one_in(4))
      change_metadata(container.texts[choose.below(container.texts.size())].second, choose);
    else
      change_tensors(container, choose);
  }
  return put_together(container);
}

}  // namespace hebb::fuzz
