#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace hebb {

/// Runs `action`, which must throw an Error (or one derived from it), and returns its message.
template <class Error, class Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

inline void expect_contains(const std::string& text, const std::string& part) {
  EXPECT_NE(text.find(part), std::string::npos) << "'" << part << "' is not in '" << text << "'";
}

/// Holds that `action` throws an Error whose message has every part.
template <class Error, class Action>
void expect_error(const Action& action, std::initializer_list<std::string> parts) {
  const std::string message = message_of<Error>(action);
  for (const auto& part : parts) expect_contains(message, part);
}

}  // namespace hebb
