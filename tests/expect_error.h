#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace hebb {

/// Holds that `action` throws exactly an Error (or one derived from it) whose message has every
/// part.
template <class Error, class Action>
void expect_error(const Action& action, std::initializer_list<std::string> parts) {
  try {
    action();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    for (const auto& part : parts)
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos)
          << "'" << part << "' is not in: " << error.what();
  }
}

}  // namespace hebb
