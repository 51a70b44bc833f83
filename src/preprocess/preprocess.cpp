// The fitted state of a column is one number that replaces missing values and one pair (shift,
// scale), or the list of its categories. It is fitted on the training part only: missing values are
// dropped or imputed first, then the scale is computed, as in scikit-learn's pipeline of imputer
// and scaler.

#include "hebb/preprocess/preprocess.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "preprocess/match.h"

namespace hebb {
namespace {

constexpr double kByteMax = 255;

struct Scaling {
  double shift = 0, scale = 1;
};

// Mean and standard deviation of the population; the second pass corrects the rounding error of the
// mean.
Scaling standardize(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double sum = 0;
  double squares = 0;
  for (const double value : values) {
    sum += value - mean;
    squares += (value - mean) * (value - mean);
  }
  return {.shift = mean, .scale = 1 / std::sqrt((squares - sum * sum / n) / n)};
}

// Uses counts of the 256 values of a byte, which are exact for any number of pixels. Unset if all
// values are equal.
std::optional<Scaling> standardize_channel(const Images& images, std::size_t channel) {
  std::array<double, 256> counts{};
  const std::size_t plane = images.height * images.width;
  for (std::size_t n = 0; n < images.count; ++n) {
    const auto* pixels = images.pixels.get() + n * images.image_size() + channel * plane;
    for (std::size_t i = 0; i < plane; ++i) ++counts[pixels[i]];
  }
  const double total = static_cast<double>(images.count) * static_cast<double>(plane);
  if (std::ranges::find(counts, total) != counts.end()) return {};
  double mean = 0;
  for (std::size_t v = 0; v < counts.size(); ++v)
    mean += static_cast<double>(v) * counts[v] / total;
  double variance = 0;
  for (std::size_t v = 0; v < counts.size(); ++v) {
    const double off = static_cast<double>(v) - mean;
    variance += off * off * counts[v] / total;
  }
  return Scaling{.shift = mean, .scale = 1 / std::sqrt(variance)};
}

// By linear interpolation, as NumPy's. `values` are sorted.
double quantile_of(const std::vector<double>& values, double share) {
  const double at = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const double next = values[std::min(below + 1, values.size() - 1)];
  return std::lerp(values[below], next, at - std::floor(at));
}

// Of values that are not all equal.
Scaling scale_robustly(std::vector<double> values) {
  std::ranges::sort(values);
  const double quartiles = quantile_of(values, 0.75) - quantile_of(values, 0.25);
  return {.shift = quantile_of(values, 0.5),
          .scale = quartiles > 0 ? 1 / quartiles : 2 / (values.back() - values.front())};
}

// A constant column is shifted like any other and scaled by 1.
Scaling scaling_of(const std::vector<double>& values, const std::string& kind) {
  const auto [least, most] = std::ranges::minmax(values);
  const bool constant = least == most;
  // Squares and ranges of very large numbers overflow. They are scaled in units of the largest.
  constexpr double kLarge = 1e150;
  if (const double unit = std::max(-least, most);
      unit > kLarge && std::isfinite(unit) && !constant && kind != "none") {
    std::vector<double> units(values);
    for (double& value : units) value /= unit;
    const Scaling scaling = scaling_of(units, kind);
    return {.shift = scaling.shift * unit, .scale = scaling.scale / unit};
  }
  if (kind == "standard") return constant ? Scaling{.shift = least} : standardize(values);
  if (kind == "robust") return constant ? Scaling{.shift = least} : scale_robustly(values);
  const double range = most - least;
  if (kind == "minmax") return {.shift = least, .scale = constant ? 1 : 1 / range};
  if (kind == "symmetric")
    return constant ? Scaling{.shift = least + 1} : Scaling{least + range / 2, 2 / range};
  return {};
}

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  if (values.size() % 2 == 1) return *middle;
  return std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

// The most frequent value; the smallest if several are equally frequent.
double mode_of(std::vector<double> values) {
  std::ranges::sort(values);
  double best = values.front();
  std::ptrdiff_t most = 0;
  for (auto begin = values.begin(); begin != values.end();) {
    const auto end = std::upper_bound(begin, values.end(), *begin);
    if (end - begin > most) {
      most = end - begin;
      best = *begin;
    }
    begin = end;
  }
  return best;
}

double fill_of(const std::vector<double>& values, const std::string& kind) {
  if (kind == "median" || kind == "indicator") return median_of(values);
  if (kind == "mode") return mode_of(values);
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void warn_of_constants(const std::vector<std::string>& names) {
  if (names.empty()) return;
  const bool one = names.size() == 1;
  warn(concat("", list_names(names), one ? " is" : " are",
              " constant in the training part, of no use to a network; scaled by 1"));
}

}  // namespace

const FieldList& PreprocessOptions::fields() {
  static const FieldList list =
      Fields<PreprocessOptions>()
          .add("scale", &PreprocessOptions::scale,
               "scaling of features: mean 0 and deviation 1, to [0,1], to [-1,1], median 0 and "
               "quartiles 1 apart, or none")
          .one_of({"standard", "minmax", "symmetric", "robust", "none"})
          .add("clip", &PreprocessOptions::clip,
               "bound that scaled numbers approach smoothly: z / sqrt(1 + (z / clip)^2)")
          .more_than(0)
          .add(
              "impute", &PreprocessOptions::impute,
              "fill missing values with the mean, median or mode of the column, drop these rows, or "
              "keep them for models that take them; indicator: the median, and an input that says "
              "where values were missing")
          .one_of({"mean", "median", "mode", "indicator", "drop", "keep"})
          .add(
              "unknown", &PreprocessOptions::unknown,
              "a category never seen in training: an error, ignored (all zeros), or counted with the "
              "rare ones of training as other")
          .one_of({"error", "ignore", "other"})
          .add("max_categories", &PreprocessOptions::max_categories,
               "the most categories of a column with an input of their own; rarer ones are other")
          .unset_as("all")
          .at_least(1)
          .add("max_one_hot", &PreprocessOptions::max_one_hot,
               "a column that would have more inputs of 0 and 1 becomes one number, for the layer "
               "embed")
          .add("scale_target", &PreprocessOptions::scale_target, "scaling of a numeric target")
          .one_of({"standard", "none"})
          .add("clip_target", &PreprocessOptions::clip_target,
               "hold predicted numbers to the range of the training target");
  return list;
}

Preprocessor::Preprocessor(PreprocessOptions options) : options_(std::move(options)) {
  check_fields(options_);
}

void Preprocessor::fit(const Dataset& train) {
  check_no_sequences(train);
  check(train.samples() > 0, kPreprocess, "0 samples");
  check(train.features() > 0, kPreprocess, "0 features");
  if (train.is_images())
    fit_images(train.images());
  else
    fit_table(train);
}

void Preprocessor::check_values(const Dataset& data) const {
  check_no_sequences(data);
  if (data.is_images()) return;
  const TableView& table = data.table();
  if (!table.block().empty() && all_finite(table.block())) return;
  const std::size_t width = table.columns.size();
  for (std::size_t row = 0; row < table.rows; ++row) {
    const double* const values = table.row(row);
    for (std::size_t c = 0; c < width; ++c) {
      if (std::isfinite(values[c])) continue;
      const auto where = data.place(row, table.columns[c].name);
      if (std::isinf(values[c])) throw_infinite(where);
      if (!options_.impute) throw_missing(where);
    }
  }
}

void Preprocessor::fit_table(const Dataset& train) {
  check_values(train);
  const TableView& table = train.table();
  std::vector<std::uint32_t> rows;
  for (std::uint32_t row = 0; row < table.rows; ++row) {
    const auto* values = table.row(row);
    const bool gap =
        options_.impute == "drop" &&
        std::any_of(values, values + table.columns.size(), [](double v) { return std::isnan(v); });
    if (!gap) rows.push_back(row);
  }
  check_some_row(train, rows.size());
  std::vector<ColumnState> columns;
  std::vector<std::string> constants;
  // For columns that are neither scaled nor imputed, only whether they are constant is determined,
  // row by row; for most tables this reads two rows.
  const bool as_they_are = options_.scale == "none" && !options_.impute;
  std::vector<bool> varies(as_they_are ? table.columns.size() : 0);
  std::size_t alike = varies.size();
  for (std::size_t r = 1; r < rows.size() && alike > 0; ++r)
    for (std::size_t j = 0; j < varies.size(); ++j)
      if (!varies[j] && table.at(rows[r], j) != table.at(rows[0], j)) varies[j] = true, --alike;
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    ColumnState state{.column = table.columns[j]};
    if (as_they_are && !state.column.is_categorical()) {
      if (!varies[j]) constants.push_back(state.column.name);
      columns.push_back(std::move(state));
      continue;
    }
    std::vector<double> values;
    values.reserve(rows.size());
    for (const auto row : rows)
      if (const double value = table.at(row, j); !std::isnan(value)) values.push_back(value);
    const bool gaps = values.size() < rows.size();
    if (values.empty() && options_.impute == "indicator" && !state.column.is_categorical())
      values.push_back(0);  // later data may have values, which are then scaled by 1
    check_data(!values.empty(), place(train), "column '", state.column.name,
               "' has no value at all: leave it out with --ignore ", state.column.name);
    const bool constant = std::ranges::adjacent_find(values, std::not_equal_to{}) == values.end();
    if (constant) constants.push_back(state.column.name);
    state.indicator = gaps && options_.impute == "indicator";
    if (state.column.is_categorical()) {
      learn_categories(state, values);
    } else {
      // The rounded mean of a constant may differ from the constant.
      if (imputes()) state.fill = constant ? values.front() : fill_of(values, *options_.impute);
      if (!keeps_missing()) values.resize(rows.size(), state.fill);
      learn_numbers(state, values);
    }
    columns.push_back(std::move(state));
  }
  warn_of_constants(constants);
  columns_ = std::move(columns);
  images_.reset();
}

void Preprocessor::learn_numbers(ColumnState& state, const std::vector<double>& values) const {
  const auto [shift, scale] = scaling_of(values, options_.scale);
  const auto [least, most] = std::ranges::minmax(values);
  check_data(std::isfinite(least - shift) && std::isfinite(most - shift) && std::isfinite(scale) &&
                 scale != 0 && std::isfinite(state.fill),
             "column '", state.column.name,
             "': its values lie too far apart, or too close, to be scaled in double precision: "
             "rescale it, or leave it out with --ignore ",
             state.column.name);
  state.shift = shift;
  state.scale = scale;
}

void Preprocessor::learn_categories(ColumnState& state, const std::vector<double>& values) const {
  std::vector<std::size_t> counts(state.column.categories.size());
  for (const double value : values) ++counts[static_cast<std::size_t>(value)];
  std::vector<std::string> seen;
  std::size_t most = 0;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    if (counts[k] == 0) continue;
    if (counts[k] > most) {
      most = counts[k];
      state.fill = static_cast<double>(seen.size());
    }
    seen.push_back(state.column.categories[k]);
  }
  state.column.categories = std::move(seen);
  std::erase(counts, std::size_t{0});
  state.rare = rare_among(counts);
  state.as_number = options_.max_one_hot && state.inputs() > *options_.max_one_hot;
}

std::vector<std::size_t> Preprocessor::rare_among(const std::vector<std::size_t>& counts) const {
  const std::size_t most = options_.max_categories.value_or(counts.size());
  const bool singles = options_.unknown == "other";
  std::vector<std::size_t> order(counts.size());  // the most frequent first
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t k) { return counts[k]; });
  std::size_t kept = std::min(most, order.size());
  while (singles && kept > 1 && counts[order[kept - 1]] < 2) --kept;
  std::vector<std::size_t> rare(order.begin() + static_cast<std::ptrdiff_t>(kept), order.end());
  std::ranges::sort(rare);
  return rare;
}

void Preprocessor::fit_images(const Images& images) {
  check(options_.scale != "robust", "scale",
        "robust is for tables: images are scaled by standard, "
        "minmax or symmetric");
  const ImageForm form = form_of(images);
  ImageState state{.channels = images.channels,
                   .height = images.height,
                   .width = images.width,
                   .scale = std::vector<double>(images.channels, 1),
                   .shift = std::vector<double>(images.channels, 0),
                   .border = form.border,
                   .centered = form.centered};
  if (options_.scale == "minmax") {
    std::ranges::fill(state.scale, 1 / kByteMax);
  } else if (options_.scale == "symmetric") {
    std::ranges::fill(state.scale, 2 / kByteMax);
    std::ranges::fill(state.shift, -1.0);
  } else if (options_.scale == "standard") {
    std::vector<std::string> constants;
    for (std::size_t c = 0; c < images.channels; ++c) {
      const auto scaling = standardize_channel(images, c);
      if (!scaling) {
        constants.push_back("channel " + std::to_string(c + 1));
        state.shift[c] =
            -static_cast<double>(images.pixels.get()[c * images.height * images.width]);
        continue;
      }
      state.scale[c] = scaling->scale;
      state.shift[c] = -scaling->shift * scaling->scale;
    }
    warn_of_constants(constants);
  }
  columns_.clear();
  images_ = std::move(state);
}

}  // namespace hebb
