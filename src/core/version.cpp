#include "hebb/core/version.h"

namespace hebb {

const char* version() { return HEBB_VERSION; }

}  // namespace hebb
