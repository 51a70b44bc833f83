#pragma once

#include <string>

#include "hebb/core/error.h"

namespace hebb {

/// What `make` returns; its ModelErrors begin with the file, if they do not yet.
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
