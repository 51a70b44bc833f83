#include "hebb/core/error.h"

#include <array>
#include <charconv>

namespace hebb {

MessagePart::MessagePart(double number) {
  constexpr int kDigits = 6;
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                 std::chars_format::general, kDigits);
  own_.assign(buffer.data(), end.ptr);
  text_ = own_;
}

namespace detail {

std::string join(std::initializer_list<MessagePart> parts) {
  std::size_t size = 0;
  for (const MessagePart& part : parts) size += part.text().size();
  std::string out;
  out.reserve(size);
  for (const MessagePart& part : parts) out += part.text();
  return out;
}

void fail_argument(std::string_view where, std::initializer_list<MessagePart> parts) {
  throw std::invalid_argument(concat('[', where, "] ", join(parts)));
}
void fail_data(std::initializer_list<MessagePart> parts) { throw DataError(join(parts)); }
void fail_model(std::initializer_list<MessagePart> parts) { throw ModelError(join(parts)); }

}  // namespace detail
}  // namespace hebb
