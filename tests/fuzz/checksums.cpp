#include "fuzz/checksums.h"

#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "io/digest.h"

namespace hebb::fuzz {
namespace {

using Json = nlohmann::json;

std::string checksum(std::string_view bytes) {
  std::string digits(8, '0');
  auto sum = io::crc32({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, sum >>= 4)
    *digit = "0123456789abcdef"[sum & 15];
  return digits;
}

std::string_view tensor_bytes(const Json& entry, std::string_view data) {
  if (!entry.is_object() || !entry.contains("data_offsets")) return {};
  const Json& span = entry["data_offsets"];
  if (!span.is_array() || span.size() != 2 || !span[0].is_number_unsigned() ||
      !span[1].is_number_unsigned())
    return {};
  const auto begin = span[0].get<std::uint64_t>(), end = span[1].get<std::uint64_t>();
  return begin <= end && end <= data.size() ? data.substr(begin, end - begin) : std::string_view();
}

}  // namespace

std::string with_checksums(std::string_view file) {
  std::uint64_t length = 0;
  if (file.size() < sizeof length) return std::string(file);
  std::memcpy(&length, file.data(), sizeof length);
  if (length > file.size() - sizeof length) return std::string(file);
  const auto data = file.substr(sizeof length + length);
  Json header = Json::parse(file.substr(sizeof length, length), nullptr, false);
  if (!header.is_object() || !header.value("__metadata__", Json::object()).is_object())
    return std::string(file);
  return with_checksums(std::move(header), data);
}

std::string with_checksums(Json header, std::string_view data) {
  Json checksums = Json::object();
  for (const auto& [name, entry] : header.items())
    if (name != "__metadata__") checksums[name] = checksum(tensor_bytes(entry, data));
  Json& metadata = header["__metadata__"];
  metadata["hebb.checksums"] = checksums.dump(-1, ' ', false, Json::error_handler_t::replace);
  metadata["hebb.header_checksum"] = "00000000";
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  const std::uint64_t padded = text.size();
  std::string whole(sizeof padded, '\0');
  std::memcpy(whole.data(), &padded, sizeof padded);
  whole += text;
  const std::string key = ",\"hebb.header_checksum\":\"";
  whole.replace(whole.find(key) + key.size(), 8, checksum(whole));
  return whole.append(data);
}

}  // namespace hebb::fuzz
