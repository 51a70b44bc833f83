// The preprocessor's part of a model file. The input is not trusted: every entry is checked before
// it is used.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "hebb/core/error.h"
#include "hebb/preprocess/preprocess.h"
#include "io/json.h"

namespace hebb {
namespace {

using nlohmann::json;

constexpr std::size_t kMostExtent = 1U
                                    << 20U;  // of an image: the product of three does not overflow

// Those that every record has. Others are in a record if they are not at their default.
constexpr std::array<std::string_view, 4> kFirstOptions = {"scale", "impute", "unknown",
                                                           "scale_target"};

std::vector<double> floats_in(const JsonEntry& list, std::size_t count) {
  const auto is_float = [](double v) { return std::abs(v) <= std::numeric_limits<float>::max(); };
  std::vector<double> out = list.numbers();
  list.require(out.size() == count, "must be a list of ", count, " numbers");
  list.require(std::ranges::all_of(out, is_float), "holds what is no float32");
  return out;
}

// State is a private struct of Preprocessor.
template <class State>
State column_in(const JsonEntry& entry) {
  State state{.column = {.name = entry["name"].text(), .categories = entry["categories"].texts()},
              .fill = entry["fill"].number(),
              .shift = entry["shift"].number(),
              .scale = entry["scale"].number()};
  // Older records have neither.
  if (entry.has("indicator")) state.indicator = entry["indicator"].truth();
  if (entry.has("rare")) {
    const std::size_t all = state.column.categories.size();
    entry["rare"].require(all > 0, "must be absent, as the column holds numbers");
    for (const double one : entry["rare"].numbers()) {
      const bool next = one == std::floor(one) && one >= 0 && one < static_cast<double>(all) &&
                        (state.rare.empty() || one > static_cast<double>(state.rare.back()));
      entry["rare"].require(next, "must be indices of categories in order");
      state.rare.push_back(static_cast<std::size_t>(one));
    }
    entry["rare"].require(state.rare.size() < all, "must leave a category");
  }
  const auto categories = static_cast<double>(state.column.categories.size());
  if (entry.has("as_number")) state.as_number = entry["as_number"].truth();
  entry.require(!state.as_number || categories > 0, "is a number of categories, and has none");
  entry["fill"].require(
      categories == 0 ||
          (state.fill == std::floor(state.fill) && state.fill >= 0 && state.fill < categories),
      "must be one of the ", categories, " categories of column '", state.column.name, "'");
  return state;
}

template <class State>
State images_in(const JsonEntry& entry) {
  const auto channels = entry["channels"].count(1, kMostExtent);
  State state{.channels = channels,
              .height = entry["height"].count(1, kMostExtent),
              .width = entry["width"].count(1, kMostExtent),
              .scale = floats_in(entry["scale"], channels),
              .shift = floats_in(entry["shift"], channels),
              .border = {}};
  if (entry.has("border")) {
    state.border = entry["border"].number();
    entry["border"].require(*state.border >= 0 && *state.border <= 255, "must be in [0, 255]");
  }
  if (entry.has("centered")) state.centered = entry["centered"].truth();
  return state;
}

PreprocessOptions options_in(const JsonEntry& entry) {
  PreprocessOptions options;
  for (const Field& field : PreprocessOptions::fields()) {
    if (!entry.has(field.name) && std::ranges::count(kFirstOptions, field.name) == 0) continue;
    const JsonEntry value = entry[field.name];
    const std::string text = value.text();
    try {
      field.set(&options, field.parse(text));
    } catch (const std::invalid_argument& error) {
      value.require(false, "does not hold: ", error.what());
    }
  }
  return options;
}

}  // namespace

std::string Preprocessor::to_json() const {
  json record = {{"options", json::object()}, {"columns", json::array()}, {"images", nullptr}};
  const PreprocessOptions defaults;
  for (const Field& field : PreprocessOptions::fields())
    if (std::ranges::count(kFirstOptions, field.name) > 0 ||
        field.get(&options_) != field.get(&defaults))
      record["options"][field.name] = to_text(field.get(&options_));
  for (const ColumnState& state : columns_) {
    record["columns"].push_back({{"name", state.column.name},
                                 {"categories", state.column.categories},
                                 {"fill", state.fill},
                                 {"shift", state.shift},
                                 {"scale", state.scale}});
    if (state.indicator) record["columns"].back()["indicator"] = true;
    if (!state.rare.empty()) record["columns"].back()["rare"] = state.rare;
    if (state.as_number) record["columns"].back()["as_number"] = true;
  }
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
  static constexpr auto* kWhere = "the record of preprocessing";
  const auto json = parse_record(text);
  check_model(!json.is_discarded(), kWhere, ": not JSON");
  const JsonEntry record(json, kWhere);
  Preprocessor out;
  out.options_ = options_in(record["options"]);
  const JsonEntry columns = record["columns"];
  columns.require(columns.json().is_array(), "must be a list");
  for (const JsonEntry& item : columns.items())
    out.columns_.push_back(column_in<ColumnState>(item));
  if (const JsonEntry images = record["images"]; !images.is_null()) {
    images.require(out.columns_.empty(), "must be null, as there are columns");
    out.images_ = images_in<ImageState>(images);
  }
  return out;
}

}  // namespace hebb
