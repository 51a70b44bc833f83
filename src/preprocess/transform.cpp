#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/preprocess/preprocess.h"
#include "kernels/images.h"
#include "preprocess/match.h"

namespace hebb {
namespace {

constexpr const char* kImputed = "missing values imputed";

// "what: 3 ('age' 2, 'city' 1)"; empty if all counts are 0.
std::string counts_text(const std::string& what, const std::vector<const Column*>& columns,
                        const std::vector<std::size_t>& counts) {
  constexpr std::size_t kMostNames = 5;
  const auto total = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
  if (total == 0) return {};
  std::string names;
  std::size_t named = 0;
  for (std::size_t j = 0; j < counts.size(); ++j) {
    if (counts[j] == 0 || ++named > kMostNames) continue;
    names += concat(named == 1 ? "'" : ", '", columns[j]->name, "' ", counts[j]);
  }
  if (named > kMostNames) names += concat(" and ", named - kMostNames, " more columns");
  return concat(what, ": ", total, " (", names, ")");
}

void log_text(LogLevel level, const std::string& text) {
  if (!text.empty()) log(level, text);
}

}  // namespace

void Preprocessor::check_fitted() const {
  if (!is_fitted()) throw std::logic_error("[preprocess] not fitted: call fit() first");
}

std::vector<const Column*> Preprocessor::columns() const {
  std::vector<const Column*> out;
  for (const auto& state : columns_) out.push_back(&state.column);
  return out;
}

std::optional<ImageForm> Preprocessor::image_form() const {
  if (!images_) return {};
  return ImageForm{.channels = images_->channels,
                   .height = images_->height,
                   .width = images_->width,
                   .border = images_->border,
                   .centered = images_->centered};
}

std::vector<std::uint32_t> Preprocessor::kept_rows(const Dataset& data) const {
  check_fitted();
  std::vector<std::uint32_t> rows(data.samples());
  std::iota(rows.begin(), rows.end(), 0U);
  if (options_.impute != "drop" || data.is_images()) return rows;
  const MatchedColumns matched(data, columns());
  std::erase_if(rows, [&](std::uint32_t row) {
    for (std::size_t j = 0; j < columns_.size(); ++j)
      if (std::isnan(matched.value(row, j))) return true;
    return false;
  });
  return rows;
}

std::string Preprocessor::imputed_text(const Dataset& data) const {
  check_fitted();
  if (!imputes() || !data.is_table()) return {};
  const auto trained = columns();
  const MatchedColumns matched(data, trained);
  std::vector<std::size_t> imputed(columns_.size());
  for (std::size_t row = 0; row < data.samples(); ++row)
    for (std::size_t j = 0; j < columns_.size(); ++j)
      if (std::isnan(matched.value(row, j))) ++imputed[j];
  return counts_text(kImputed, trained, imputed);
}

void Preprocessor::check_kind(const Dataset& data) const {
  check_fitted();
  check_no_sequences(data);
  check(data.samples() > 0, kPreprocess, "0 samples");
  if (!images_) {
    check_fits(!data.is_images(), data, data.features(), " features, expected ", features_in(),
               ": images of ", data.sample_shape(), ", where training had a table");
    return;
  }
  check_fits(data.is_images() && data.sample_shape() == sample_shape(), data, data.features(),
             " features, expected ", features_in(), ": ",
             data.is_images() ? "images of " : "a table of ", data.sample_shape(),
             ", where training had images of ", sample_shape());
}

Inputs Preprocessor::transform(const Dataset& data) const {
  check_kind(data);
  if (images_)
    return {data.images(),
            {images_->scale.begin(), images_->scale.end()},
            {images_->shift.begin(), images_->shift.end()}};
  const auto rows = kept_rows(data);
  check_some_row(data, rows.size());
  Tensor out(Shape{rows.size(), features_out()});
  write_table(data, rows, out.data());
  return Inputs(std::move(out));
}

// Whether transforming the table would not change it, and its values are one contiguous block.
bool Preprocessor::changes_nothing(const Dataset& data) const {
  const TableView& table = data.table();
  if (options_.clip || table.columns.size() != columns_.size() || table.block().empty())
    return false;
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    const ColumnState& state = columns_[j];
    if (state.column.is_categorical() || table.columns[j].is_categorical() || state.indicator ||
        table.columns[j].name != state.column.name || state.shift != 0 || state.scale != 1)
      return false;
  }
  return all_finite(table.block());
}

DoubleInputs Preprocessor::transform_double(const Dataset& data) const {
  check_kind(data);
  if (images_) return {data.images(), images_->scale, images_->shift};
  if (changes_nothing(data)) return DoubleInputs::refer_to(data.table().block(), features_out());
  const auto rows = kept_rows(data);
  check_some_row(data, rows.size());
  std::vector<double> out(rows.size() * features_out());
  write_table(data, rows, out.data());
  return {std::move(out), features_out()};
}

std::size_t Preprocessor::ColumnState::input_of(std::size_t category) const {
  const auto at = std::ranges::lower_bound(rare, category);
  if (at != rare.end() && *at == category) return other_input();
  return category - static_cast<std::size_t>(at - rare.begin());
}

template <class Number, class Where>
Number* Preprocessor::put(const ColumnState& state, double value, const Where& where,
                          Number* to) const {
  if (state.column.is_categorical()) {
    state.mark(state.input_of(static_cast<std::size_t>(value)), to);
    return to + state.width();
  }
  double scaled = (value - state.shift) * state.scale;
  if (options_.clip) scaled /= std::hypot(1.0, scaled / *options_.clip);
  if (!(std::abs(scaled) <= std::numeric_limits<Number>::max()))
    throw DataError(concat(where(), value, " is ", scaled, " after scaling, beyond ",
                           sizeof(Number) == sizeof(float) ? "float32" : "double",
                           ": choose --scale standard, or rescale the column"));
  *to = static_cast<Number>(scaled);
  return to + state.width();
}

template <class Number, class Where>
Number* Preprocessor::put_filled(const ColumnState& state, const Where& where, Number* to) const {
  if (!state.indicator) return put(state, state.fill, where, to);
  Number* const next =
      state.column.is_categorical() ? to + state.width() : put(state, state.fill, where, to);
  state.mark(state.missing_input(), to);
  return next;
}

Tensor Preprocessor::transform_one(std::span<const double> values) const {
  check_fitted();
  Tensor out(sample_shape().with_front(1));
  write_one(values, out.data());
  if (!images_ || images_->channels == 1) return out;
  Tensor arranged(out.shape());
  kernels::to_channels_last(out.data(), 1, images_->height * images_->width, images_->channels,
                            arranged.data());
  return arranged;
}

std::vector<double> Preprocessor::transform_one_double(std::span<const double> values) const {
  check_fitted();
  std::vector<double> out(features_out());
  write_one(values, out.data());
  return out;
}

template <class Number>
void Preprocessor::write_one(std::span<const double> values, Number* to) const {
  check(values.size() == features_in(), kPreprocess, "X has ", values.size(),
        " features, expected ", features_in());
  if (images_) {
    const std::size_t plane = images_->height * images_->width;
    for (std::size_t i = 0; i < values.size(); ++i) {
      check_data(values[i] >= 0 && values[i] <= 255, "pixel ", i + 1, ": ", values[i],
                 " is not in 0 .. 255");
      to[i] = static_cast<Number>(values[i]) * static_cast<Number>(images_->scale[i / plane]) +
              static_cast<Number>(images_->shift[i / plane]);
    }
    return;
  }
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    const auto& column = columns_[j].column;
    const auto where = [&] { return concat("column '", column.name, "': "); };
    const double value = values[j];
    if (std::isinf(value)) throw_infinite(where());
    if (std::isnan(value)) {
      if (keeps_missing() && !column.is_categorical()) {
        *to++ = std::numeric_limits<Number>::quiet_NaN();
        continue;
      }
      if (!imputes() && !keeps_missing()) throw_missing(where());
      to = put_filled(columns_[j], where, to);
      continue;
    }
    const auto categories = static_cast<double>(column.categories.size());
    if (column.is_categorical() &&
        !(value >= 0 && value < categories && value == std::floor(value)))
      throw DataError(
          concat(where(), value, " is not the index of one of ", categories, " categories"));
    to = put(columns_[j], value, where, to);
  }
}

template <class Number>
void Preprocessor::write_table(const Dataset& data, std::span<const std::uint32_t> rows,
                               Number* to) const {
  const auto trained = columns();
  const MatchedColumns matched(data, trained);
  std::vector<std::size_t> imputed(columns_.size());
  std::vector<std::size_t> ignored(columns_.size()), others(columns_.size());
  for (const auto row : rows) {
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      const auto& column = columns_[j].column;
      const auto where = [&] { return data.place(row, column.name); };
      const double value = matched.value(row, j);
      if (std::isinf(value)) throw_infinite(where());
      if (std::isnan(value)) {
        if (keeps_missing() && !column.is_categorical()) {
          *to++ = std::numeric_limits<Number>::quiet_NaN();
          continue;
        }
        if (!imputes() && !keeps_missing()) throw_missing(where());
        to = put_filled(columns_[j], where, to);
        ++imputed[j];
        continue;
      }
      if (column.is_categorical() && value == MatchedColumns::kUnknown) {
        if (options_.unknown == "error")
          throw DataError(where() + "'" + matched.text(row, j) +
                          "' never occurred in training: correct it, or train with --unknown "
                          "ignore to allow such values");
        const bool is_other = options_.unknown == "other" && !columns_[j].rare.empty();
        ++(is_other ? others : ignored)[j];
        if (is_other)
          columns_[j].mark(columns_[j].other_input(), to);
        else if (columns_[j].as_number)
          columns_[j].mark(columns_[j].inputs(), to);
        to += columns_[j].width();
        continue;
      }
      to = put(columns_[j], value, where, to);
    }
  }
  log_text(LogLevel::info, counts_text(place(data) + kImputed, trained, imputed));
  log_text(LogLevel::warning,
           counts_text(place(data) + "values never seen in training, encoded as all zeros", trained,
                       ignored));
  log_text(
      LogLevel::warning,
      counts_text(place(data) + "values never seen in training, taken as other", trained, others));
  if (rows.size() < data.samples())
    warn(concat(place(data), data.samples() - rows.size(), " of ", data.samples(),
                " rows have a missing value and are left out"));
}

std::vector<Column> Preprocessor::columns_in() const {
  std::vector<Column> out;
  for (const auto& state : columns_) out.push_back(state.column);
  return out;
}

std::size_t Preprocessor::features_in() const {
  return images_ ? sample_shape().size() : columns_.size();
}

std::size_t Preprocessor::features_out() const {
  if (images_) return sample_shape().size();
  std::size_t width = 0;
  for (const auto& state : columns_) width += state.width();
  return width;
}

Shape Preprocessor::sample_shape() const {
  if (images_) return {images_->channels, images_->height, images_->width};
  return {features_out()};
}

std::vector<std::string> Preprocessor::feature_names_out() const {
  std::vector<std::string> names;
  for (const ColumnState& state : columns_) {
    const Column& column = state.column;
    if (!column.is_categorical() || state.as_number) names.push_back(column.name);
    if (state.as_number) continue;
    for (std::size_t k = 0; k < column.categories.size(); ++k)
      if (!std::ranges::binary_search(state.rare, k))
        names.push_back(column.name + "=" + column.categories[k]);
    if (state.indicator) names.push_back(column.name + "=(missing)");
    if (!state.rare.empty()) names.push_back(column.name + "=(other)");
  }
  if (images_)
    for (std::size_t i = 1; i <= features_out(); ++i) names.push_back("pixel" + std::to_string(i));
  return names;
}

std::vector<Encoding> Preprocessor::encodings() const {
  std::vector<Encoding> all;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const ColumnState& state = columns_[c];
    if (state.column.is_categorical()) {
      const auto kind = state.as_number ? Encoding::Kind::category : Encoding::Kind::one_hot;
      all.push_back({kind, state.width(), state.inputs(), c});
      continue;
    }
    all.push_back({.column = c});
    if (state.indicator)
      all.push_back({.kind = Encoding::Kind::one_hot, .categories = 1, .column = c});
  }
  return all;
}

}  // namespace hebb
