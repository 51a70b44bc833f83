#include "json.h"

#include <algorithm>

#include "hebb/core/printable.h"

namespace hebb::app {

std::string json_text(const Json& json) {
  return printable_json(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// Such characters are within strings. Those below 0x20 are escaped already, and \x7f is no JSON.
std::string printable_json(std::string_view line) {
  std::string out;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find('\x7F', begin), line.size());
    out += (begin > 0 ? "\\u007f" : "") + printable(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

}  // namespace hebb::app
