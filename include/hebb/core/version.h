#pragma once

namespace hebb {

/// "0.2.0"
const char* version();

}  // namespace hebb
