#pragma once

namespace hebb {

/// "0.1.0"
const char* version();

}  // namespace hebb
