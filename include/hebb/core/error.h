#pragma once

#include <concepts>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hebb {

/// Bad data. The message names the file and the place in it (line and column, row, or byte).
class DataError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A model or checkpoint file that cannot be used. The message names the file, the place in it and what is wrong.
class ModelError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The training loss is not finite. The last finite parameters are kept.
class DivergedError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Training was stopped before there was a model: on request, or as its time was used up.
class StoppedError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One part of a message, as text.
class MessagePart {
 public:
  MessagePart(std::string_view text) : text_(text) {}
  MessagePart(const std::string& text) : text_(text) {}
  MessagePart(const char* text) : text_(text) {}
  MessagePart(char character) : own_(1, character), text_(own_) {}
  /// Six significant digits, as a stream prints by default.
  MessagePart(double number);
  template <std::integral Integer>
  MessagePart(Integer number) : own_(std::to_string(number)), text_(own_) {}
  /// Any other type with a to_string() in its namespace.
  template <class T>
  requires requires(const T& value) { std::string(to_string(value)); }
  MessagePart(const T& value) : own_(to_string(value)), text_(own_) {}

  MessagePart(const MessagePart&) = delete;
  MessagePart& operator=(const MessagePart&) = delete;

  std::string_view text() const { return text_; }

 private:
  std::string own_;
  std::string_view text_;
};

namespace detail {
// Out of line, to keep the code at each call site small.
std::string join(std::initializer_list<MessagePart> parts);
[[noreturn]] void fail_argument(std::string_view where, std::initializer_list<MessagePart> parts);
[[noreturn]] void fail_data(std::initializer_list<MessagePart> parts);
[[noreturn]] void fail_model(std::initializer_list<MessagePart> parts);
}  // namespace detail

/// Joins text, characters and numbers into one string.
template <class... Parts>
std::string concat(const Parts&... parts) {
  return detail::join({MessagePart(parts)...});
}

/// Throws std::invalid_argument("[where] parts...") unless `condition` holds: for errors that the
/// caller can correct. The message is built only on failure.
template <class... Parts>
void check(bool condition, std::string_view where, const Parts&... parts) {
  if (!condition) [[unlikely]]
    detail::fail_argument(where, {MessagePart(parts)...});
}

/// Throws DataError("parts...") unless `condition` holds.
template <class... Parts>
void check_data(bool condition, const Parts&... parts) {
  if (!condition) [[unlikely]]
    detail::fail_data({MessagePart(parts)...});
}

/// Throws ModelError("parts...") unless `condition` holds.
template <class... Parts>
void check_model(bool condition, const Parts&... parts) {
  if (!condition) [[unlikely]]
    detail::fail_model({MessagePart(parts)...});
}

}  // namespace hebb
