// The preprocessor's part of a model file. The input is not trusted: every entry is checked before
// it is used.

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "hebb/core/error.h"
#include "hebb/preprocess/preprocess.h"

namespace hebb {
namespace {

using nlohmann::json;

constexpr std::size_t kMostExtent = 1U
                                    << 20U;  // of an image: the product of three does not overflow

template <class... Parts>
void require(bool holds, const Parts&... parts) {
  check_model(holds, "the record of preprocessing: ", parts...);
}

const json& entry(const json& object, const char* key) {
  require(object.is_object() && object.contains(key), "there is no entry '", key, "'");
  return object[key];
}

std::string text_in(const json& object, const char* key) {
  const json& value = entry(object, key);
  require(value.is_string(), "'", key, "' must be a text");
  return value.get<std::string>();
}

double number_in(const json& object, const char* key) {
  const json& value = entry(object, key);
  require(value.is_number() && std::isfinite(value.get<double>()), "'", key,
          "' must be a finite number");
  return value.get<double>();
}

std::size_t extent_in(const json& object, const char* key) {
  const json& value = entry(object, key);
  require(value.is_number_unsigned() && value >= 1 && value <= kMostExtent, "'", key,
          "' must be a whole number in [1, ", kMostExtent, "]");
  return value.get<std::size_t>();
}

std::vector<double> floats_in(const json& object, const char* key, std::size_t count) {
  const json& list = entry(object, key);
  require(list.is_array() && list.size() == count, "'", key, "' must be a list of ", count,
          " numbers");
  std::vector<double> out;
  for (const json& item : list) {
    require(item.is_number() && std::abs(item.get<double>()) <= std::numeric_limits<float>::max(),
            "'", key, "' holds what is no float32");
    out.push_back(item.get<double>());
  }
  return out;
}

Column column_in(const json& object) {
  Column column{.name = text_in(object, "name"), .categories = {}};
  const json& categories = entry(object, "categories");
  require(categories.is_array(), "'categories' must be a list");
  for (const json& category : categories) {
    require(category.is_string(), "a category must be a text");
    column.categories.push_back(category.get<std::string>());
  }
  return column;
}

PreprocessOptions options_in(const json& object) {
  PreprocessOptions options;
  for (const Field& field : PreprocessOptions::fields()) {
    const auto text = text_in(object, field.name.c_str());
    try {
      field.set(&options, field.parse(text));
    } catch (const std::invalid_argument& error) {
      require(false, error.what());
    }
  }
  return options;
}

}  // namespace

std::string Preprocessor::to_json() const {
  json record = {{"options", json::object()}, {"columns", json::array()}, {"images", nullptr}};
  for (const Field& field : PreprocessOptions::fields())
    record["options"][field.name] = to_text(field.get(&options_));
  for (const auto& [column, fill, shift, scale] : columns_)
    record["columns"].push_back({{"name", column.name},
                                 {"categories", column.categories},
                                 {"fill", fill},
                                 {"shift", shift},
                                 {"scale", scale}});
  if (images_) {
    record["images"] = {{"channels", images_->channels},
                        {"height", images_->height},
                        {"width", images_->width},
                        {"scale", images_->scale},
                        {"shift", images_->shift}};
    if (images_->border) record["images"]["border"] = *images_->border;
    record["images"]["centered"] = images_->centered;
  }
  try {
    return record.dump();
  } catch (const json::type_error&) {
    throw DataError(
        "the name or a category of a column is not UTF-8 text, so no model can hold it: convert "
        "the "
        "data to UTF-8");
  }
}

Preprocessor Preprocessor::from_json(const std::string& text) {
  json record;
  try {
    record = json::parse(text);
  } catch (const json::exception& error) {
    require(false, "not JSON: ", error.what());
  }
  Preprocessor out;
  out.options_ = options_in(entry(record, "options"));
  const json& columns = entry(record, "columns");
  require(columns.is_array(), "'columns' must be a list");
  for (const json& item : columns) {
    ColumnState state{.column = column_in(item),
                      .fill = number_in(item, "fill"),
                      .shift = number_in(item, "shift"),
                      .scale = number_in(item, "scale")};
    const auto categories = static_cast<double>(state.column.categories.size());
    require(categories == 0 || (state.fill == std::floor(state.fill) && state.fill >= 0 &&
                                state.fill < categories),
            "'fill' of column '", state.column.name, "' must be one of its ", categories,
            " categories");
    out.columns_.push_back(std::move(state));
  }
  if (const json& images = entry(record, "images"); !images.is_null()) {
    require(out.columns_.empty(), "it has both columns and images");
    ImageState state{.channels = extent_in(images, "channels"),
                     .height = extent_in(images, "height"),
                     .width = extent_in(images, "width"),
                     .scale = {},
                     .shift = {},
                     .border = {}};
    state.scale = floats_in(images, "scale", state.channels);
    state.shift = floats_in(images, "shift", state.channels);
    if (images.contains("border")) {
      state.border = number_in(images, "border");
      require(*state.border >= 0 && *state.border <= 255, "'border' must be in [0, 255]");
    }
    if (images.contains("centered")) {
      require(images["centered"].is_boolean(), "'centered' must be true or false");
      state.centered = images["centered"].get<bool>();
    }
    out.images_ = std::move(state);
  }
  return out;
}

}  // namespace hebb
