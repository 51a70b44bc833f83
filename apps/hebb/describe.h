#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hebb/data/columns.h"
#include "hebb/data/dataset.h"
#include "hebb/datasets/catalogue.h"
#include "json.h"

namespace hebb::app {

/// Describes a data set, as text of `width` columns or as JSON: size, target with its classes, and
/// statistics of each column, unless `columns` is false. `taken`: what training takes columns for.
std::string describe_text(const Dataset& data, const std::string& name, std::size_t width,
                          bool columns = true, const std::vector<TakenColumn>& taken = {});
Json describe_json(const Dataset& data, const std::vector<TakenColumn>& taken = {});

/// The generator of the catalogue that `name` names, with or without parameters; nullptr if none.
const DatasetRow* generator_of(const std::string& name);
/// The parameters of a generator: name, range, default and meaning.
std::string generator_text(const DatasetRow& generator, std::size_t width);
Json generator_json(const DatasetRow& generator);

/// The first `count` samples: rows with as many columns as fit, or images in characters.
std::string head_text(const Dataset& data, std::size_t count, std::size_t width);
Json head_json(const Dataset& data, std::size_t count);

}  // namespace hebb::app
