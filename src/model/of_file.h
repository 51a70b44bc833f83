#pragma once

#include <string>

#include "hebb/core/error.h"

namespace hebb {

/// Returns make(). Its ModelErrors are prefixed with the file's path unless they already are.
template <class Make>
auto of_file(const std::string& path, const Make& make) {
  try {
    return make();
  } catch (const ModelError& error) {
    const std::string message = error.what();
    const std::string place = path + ": ";
    throw ModelError(message.starts_with(place) ? message : place + message);
  }
}

}  // namespace hebb
