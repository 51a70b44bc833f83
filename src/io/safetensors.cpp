// The reader does not trust its input. It allocates memory only for bytes that are in the file,
// checks every rule of the format, and then the checksums, which cover every byte: one of the
// header, and in the header one of each tensor. The header's rules are checked before its checksum,
// so that an error names the broken rule.
#include "io/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/io/file.h"
#include "io/digest.h"

namespace hebb {
namespace {

using Json = nlohmann::json;
using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMostHeaderBytes = 100'000'000;
constexpr int kMostDepth = 3;  // header, tensor, shape
constexpr auto* kMetadata = "__metadata__";
constexpr auto* kChecksums = "hebb.checksums";
constexpr auto* kHeaderChecksum = "hebb.header_checksum";
constexpr std::string_view kNoDigits = "00000000";

struct Dtype {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array kDtypes = {Dtype{"F64", 8}, Dtype{"I64", 8}, Dtype{"F32", 4}, Dtype{"U32", 4},
                                Dtype{"U8", 1}};
constexpr auto* kDtypeNames = "F64, I64, F32, U32, U8";

static_assert(std::endian::native == std::endian::little,
              "tensors are stored as they lie in memory");

// Bytes of an element, 0 for an unknown type.
std::uint64_t dtype_bytes(std::string_view name) {
  const auto found = std::ranges::find(kDtypes, name, &Dtype::name);
  return found == kDtypes.end() ? 0 : found->bytes;
}

// A description of the kind of file that begins with `begin`; empty if unknown.
std::string_view kind_of(std::string_view begin) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kinds = {
      {{"\x89PNG", "a PNG image"},
       {"\xFF\xD8\xFF", "a JPEG image"},
       {"PK\x03\x04", "a ZIP archive, as NPZ files are"},
       {"\x1F\x8B", "a gzip file"}}};
  for (const auto& [magic, kind] : kinds)
    if (begin.starts_with(magic)) return kind;
  const auto is_text = [](char c) { return (c >= ' ' && c <= '~') || (c >= '\t' && c <= '\r'); };
  return std::ranges::all_of(begin, is_text) ? "text" : "";
}

// std::nullopt if the product does not fit 64 bits.
std::optional<std::uint64_t> size_in_bytes(std::uint64_t element,
                                           std::span<const std::uint64_t> shape) {
  std::uint64_t size = element;
  for (const auto n : shape)
    if (__builtin_mul_overflow(size, n, &size)) return std::nullopt;
  return size;
}

std::string shape_text(std::span<const std::uint64_t> shape) {
  std::string text;
  for (const auto n : shape) text += (text.empty() ? "" : ", ") + std::to_string(n);
  return "[" + text + "]";
}

Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string digits(std::uint32_t checksum) {
  std::string text(kNoDigits);
  for (std::size_t i = text.size(); i-- > 0; checksum >>= 4)
    text[i] = "0123456789abcdef"[checksum & 15];
  return text;
}

// The position of the digits of the header's checksum. The first quote after a comma cannot be an
// escaped one, so this finds the key itself and never a string that contains it.
std::size_t find_header_digits(std::string_view header) {
  const auto key = concat(",\"", kHeaderChecksum, "\":\"");
  const auto found = header.find(key);
  const bool whole = found != header.npos && header.size() - found >= key.size() + kNoDigits.size();
  return whole ? found + key.size() : header.npos;
}

// The checksum of the length and the header, with the digits at `place` replaced by 0.
std::string header_checksum(Bytes length, std::string_view header, std::size_t place) {
  auto checksum = io::crc32(length);
  checksum = io::crc32(as_bytes(header.substr(0, place)), checksum);
  checksum = io::crc32(as_bytes(kNoDigits), checksum);
  return digits(io::crc32(as_bytes(header.substr(place + kNoDigits.size())), checksum));
}

// Parses the JSON text of a header. Every message begins with `where`.
Json parse_header(std::string_view text, const std::string& where) {
  std::vector<std::set<std::string>> keys;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start)
      check_model(depth < kMostDepth, where, "JSON nested deeper than ", kMostDepth, " levels");
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      check_model(keys.back().insert(key).second, where, "duplicate key \"", key, "\"");
    }
    return true;
  };
  check_model(text.starts_with('{'), where, "byte ", kLengthBytes, ": must start with {");
  try {
    return Json::parse(text, watch);
  } catch (const Json::exception& error) {
    const auto* parse = dynamic_cast<const Json::parse_error*>(&error);
    const auto byte = kLengthBytes + (parse != nullptr && parse->byte > 0 ? parse->byte - 1 : 0);
    const std::string_view cause = error.what();  // "[the library's number] text"
    throw ModelError(
        concat(where, "byte ", byte, ": not JSON: ", cause.substr(cause.find("] ") + 2)));
  }
}

std::map<std::string, std::string> read_texts(const Json& object, const std::string& where) {
  check_model(object.is_object(), where, "must be an object of texts");
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : object.items()) {
    check_model(value.is_string(), where, "\"", key, "\" must be text");
    texts.emplace(key, value.get<std::string>());
  }
  return texts;
}

std::vector<std::uint64_t> read_counts(const Json& list, const std::string& where) {
  const auto is_count = [](const Json& item) { return item.is_number_unsigned(); };
  check_model(list.is_array() && std::ranges::all_of(list, is_count), where,
              "must be a list of whole numbers from 0 to 2^64 - 1");
  return list.get<std::vector<std::uint64_t>>();
}

// Reads one entry of the header; `data` is everything after the header.
StoredTensor read_entry(const std::string& name, const Json& entry, Bytes data,
                        const std::string& where) {
  check_model(entry.is_object() && entry.size() == 3 && entry.contains("dtype") &&
                  entry["dtype"].is_string() && entry.contains("shape") &&
                  entry.contains("data_offsets"),
              where, "must hold dtype, shape and data_offsets and nothing else");
  StoredTensor tensor{.name = name,
                      .dtype = entry["dtype"].get<std::string>(),
                      .shape = read_counts(entry["shape"], where + "shape "),
                      .bytes = {}};
  const auto element = dtype_bytes(tensor.dtype);
  check_model(element != 0, where, "unknown type \"", tensor.dtype, "\", expected one of ",
              kDtypeNames);
  const auto size = size_in_bytes(element, tensor.shape);
  check_model(size.has_value(), where, "overflow: shape ", shape_text(tensor.shape), " of ",
              tensor.dtype, " needs more than 2^64 bytes");
  const auto span = read_counts(entry["data_offsets"], where + "data_offsets ");
  check_model(span.size() == 2 && span[0] <= span[1], where,
              "data_offsets must be begin and end, begin <= end, got ", shape_text(span));
  check_model(span[1] - span[0] == *size, where, "shape ", shape_text(tensor.shape), " of ",
              tensor.dtype, " needs ", *size, " bytes, its span ", shape_text(span), " has ",
              span[1] - span[0]);
  check_model(span[1] <= data.size(), where, "cut short: its bytes end at ", span[1],
              " behind the header, the file has ", data.size(), " there");
  check_model(span[0] % element == 0, where, "begins at ", span[0],
              " behind the header, not at a multiple of its type's ", element, " bytes");
  tensor.bytes = data.subspan(span[0], *size);
  return tensor;
}

// Checks that `tensors` are contiguous from the first byte of `data` to its last.
void check_layout(std::span<const StoredTensor> tensors, Bytes data, const std::string& path) {
  std::uint64_t end = 0;
  for (const auto& tensor : tensors) {
    const auto begin = static_cast<std::uint64_t>(tensor.bytes.data() - data.data());
    check_model(begin >= end, path, ": tensor \"", tensor.name, "\": overlap: begins at ", begin,
                " behind the header, the one before ends at ", end);
    check_model(begin <= end, path, ": tensor \"", tensor.name, "\": hole: begins at ", begin,
                " behind the header, the one before ends at ", end);
    end = begin + tensor.bytes.size();
  }
  check_model(end == data.size(), path, ": ", data.size() - end,
              " trailing bytes: the last tensor ends at ", end, " behind the header");
}

}  // namespace

void write_safetensors(const std::string& path, const std::map<std::string, std::string>& metadata,
                       std::span<const StoredTensor> tensors,
                       const std::function<void(const SafetensorsFile&)>& check_written,
                       bool synced) {
  constexpr auto* kWhere = "safetensors";
  std::vector<const StoredTensor*> order;
  for (const auto& tensor : tensors) {
    const auto element = dtype_bytes(tensor.dtype);
    check(element != 0, kWhere, "tensor \"", tensor.name, "\": unknown type \"", tensor.dtype,
          "\", expected one of ", kDtypeNames);
    check(size_in_bytes(element, tensor.shape) == tensor.bytes.size(), kWhere, "tensor \"",
          tensor.name, "\": shape ", shape_text(tensor.shape), " of ", tensor.dtype, " against ",
          tensor.bytes.size(), " bytes");
    order.push_back(&tensor);
  }
  std::ranges::stable_sort(order, std::ranges::greater{},
                           [](const auto* tensor) { return dtype_bytes(tensor->dtype); });

  Json header = Json::object();
  Json checksums = Json::object();
  std::vector<Bytes> parts(2);
  std::uint64_t end = 0;
  for (const auto* tensor : order) {
    check(tensor->name != kMetadata && !header.contains(tensor->name), kWhere, "tensor \"",
          tensor->name, "\": this name is taken");
    const auto begin = std::exchange(end, end + tensor->bytes.size());
    header[tensor->name] = {
        {"dtype", tensor->dtype}, {"shape", tensor->shape}, {"data_offsets", {begin, end}}};
    checksums[tensor->name] = digits(io::crc32(tensor->bytes));
    parts.push_back(tensor->bytes);
  }
  for (const auto* key : {kChecksums, kHeaderChecksum})
    check(!metadata.contains(key), kWhere, "metadata \"", key, "\": this key is reserved");
  std::string text;
  try {
    header[kMetadata] = metadata;
    header[kMetadata][kChecksums] = checksums.dump();
    header[kMetadata][kHeaderChecksum] = kNoDigits;
    text = header.dump();
  } catch (const Json::exception& error) {
    check(false, kWhere, "names and metadata must be UTF-8: ", error.what());
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');
  check(text.size() <= kMostHeaderBytes, kWhere, "the header has ", text.size(),
        " bytes, the format allows ", kMostHeaderBytes);

  const auto length = std::bit_cast<std::array<std::uint8_t, kLengthBytes>>(
      static_cast<std::uint64_t>(text.size()));
  const auto place = find_header_digits(text);
  text.replace(place, kNoDigits.size(), header_checksum(length, text, place));
  parts[0] = length;
  parts[1] = as_bytes(text);
  const auto check_bytes = [&](Bytes bytes) {
    try {
      const SafetensorsFile written(path, bytes);
      if (check_written) check_written(written);
    } catch (const ModelError& error) {
      const std::string_view cause = error.what(), where = path;
      throw std::runtime_error(
          concat(path, ": not saved, because it could not be read back: ",
                 cause.starts_with(where) ? cause.substr(where.size() + 2) : cause));
    }
  };
  replace_file(path, parts, check_bytes, synced);
}

SafetensorsFile::SafetensorsFile(const std::string& path)
    : SafetensorsFile(path, std::make_shared<const MappedFile>(path)) {}

SafetensorsFile::SafetensorsFile(const std::string& path,
                                 const std::shared_ptr<const MappedFile>& file)
    : SafetensorsFile(path, file->bytes()) {
  bytes_ = file;
}

SafetensorsFile::SafetensorsFile(std::string name, Bytes bytes) : path_(std::move(name)) {
  const std::string& path = path_;
  check_model(bytes.size() >= kLengthBytes, path, ": cut short: ", bytes.size(),
              " bytes, the header's length alone takes ", kLengthBytes);
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kMostHeaderBytes) {
    const auto kind = kind_of(as_text(bytes.first(kLengthBytes)));
    check_model(kind.empty(), path, ": this looks like ", kind, "; is this a model file?");
    throw ModelError(concat(path, ": header: byte 0: claims ", length, " bytes, the format allows ",
                            kMostHeaderBytes, "; is this a model file?"));
  }
  check_model(length <= bytes.size() - kLengthBytes, path, ": header: byte 0: claims ", length,
              " bytes, the file has ", bytes.size() - kLengthBytes, " behind it");
  const auto header = as_text(bytes.subspan(kLengthBytes, length));
  const auto data = bytes.subspan(kLengthBytes + length);

  const auto where = path + ": header: ";
  const auto json = parse_header(header, where);
  for (const auto& [key, entry] : json.items()) {
    if (key == kMetadata)
      metadata_ = read_texts(entry, concat(where, kMetadata, ": "));
    else
      tensors_.push_back(read_entry(key, entry, data, concat(where, "tensor \"", key, "\": ")));
  }
  // An empty tensor comes before a tensor that begins at the same byte.
  std::ranges::stable_sort(tensors_, {}, [](const StoredTensor& tensor) {
    return std::pair(tensor.bytes.data(), tensor.bytes.size());
  });
  check_layout(tensors_, data, path);

  const auto place = find_header_digits(header);
  check_model(place != header.npos && metadata_.contains(kChecksums), where,
              "has no checksums: not written by hebb");
  check_model(
      metadata_[kHeaderChecksum] == header_checksum(bytes.first(kLengthBytes), header, place),
      where, "checksum does not hold: the file is damaged; take another copy of it");
  const auto checksums_where = concat(where, kChecksums, ": ");
  auto checksums =
      read_texts(parse_header(metadata_[kChecksums], checksums_where), checksums_where);
  for (const auto& tensor : tensors_)
    check_model(checksums[tensor.name] == digits(io::crc32(tensor.bytes)), path, ": tensor \"",
                tensor.name,
                "\": checksum does not hold: the file is damaged; take another copy of it");
  metadata_.erase(kChecksums);
  metadata_.erase(kHeaderChecksum);
}

const StoredTensor& SafetensorsFile::tensor(const std::string& name,
                                            const std::string& dtype) const {
  const auto found = std::ranges::find(tensors_, name, &StoredTensor::name);
  check_model(found != tensors_.end(), path_, ": has no tensor \"", name, "\"");
  check_model(found->dtype == dtype, path_, ": tensor \"", name, "\" is ", found->dtype,
              ", expected ", dtype);
  return *found;
}

}  // namespace hebb
