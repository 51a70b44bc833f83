#pragma once

#include <nlohmann/json.hpp>

#include "hebb/core/options.h"
#include "hebb/model/record.h"

namespace hebb::test {

/// `options` with the values that an object of JSON names.
template <OptionsStruct Options>
Options options_from(const nlohmann::json& json, Options options = {}) {
  OptionSet set = std::move(options);
  set.read(record_from_json(json.dump()));
  return set.as<Options>();
}

}  // namespace hebb::test
