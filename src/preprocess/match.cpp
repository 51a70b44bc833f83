#include "preprocess/match.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "data/labels.h"
#include "data/missing_words.h"
#include "hebb/core/error.h"
#include "kernels/threads.h"

namespace hebb {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::infinity();
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double number_in(const std::string& text) { return finite_number(text).value_or(kNoNumber); }

// c1, c2, ... or x1, x2, ...: names that readers give to columns without names.
template <class NameOf>
bool has_default_names(std::size_t count, const NameOf& name_of) {
  for (const char letter : {'c', 'x'}) {
    bool all = true;
    for (std::size_t i = 0; all && i < count; ++i)
      all = name_of(i) == letter + std::to_string(i + 1);
    if (all) return true;
  }
  return false;
}

}  // namespace

std::string list_names(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), kMost); ++i)
    out += (i == 0 ? "'" : ", '") + names[i] + "'";
  if (names.size() > kMost) out += " and " + std::to_string(names.size() - kMost) + " more";
  return out;
}

std::string place(const Dataset& data) { return data.name().empty() ? "" : data.name() + ": "; }

bool all_finite(std::span<const double> values) {
  constexpr std::size_t kPiece = 1U << 20U;
  const std::size_t pieces = (values.size() + kPiece - 1) / kPiece;
  std::vector<double> sums(pieces);
  ThreadPool pool(pieces > 1 ? 0 : 1);
  pool.run(pieces, [&](std::size_t piece, std::size_t) {
    // Zero times a finite number is zero. Four sums are independent, so that none waits for
    // another.
    double own[4] = {};
    const auto part =
        values.subspan(piece * kPiece, std::min(kPiece, values.size() - piece * kPiece));
    std::size_t i = 0;
    for (; i + 4 <= part.size(); i += 4)
      for (std::size_t k = 0; k < 4; ++k) own[k] += part[i + k] * 0.0;
    for (; i < part.size(); ++i) own[0] += part[i] * 0.0;
    sums[piece] = own[0] + own[1] + own[2] + own[3];
  });
  return std::ranges::all_of(sums, [](double sum) { return sum == 0; });
}

void check_no_sequences(const Dataset& data) {
  check(!data.is_sequences(), kPreprocess, place(data),
        "X holds sequences, which differ in length: expected a table or images");
}

void throw_missing(const std::string& place) {
  throw DataError(
      place +
      "the value is missing: train with --impute mean, median, mode or indicator to fill such "
      "values, "
      "or with --impute drop to leave their rows out");
}

void throw_infinite(const std::string& place) {
  throw DataError(place + "the value is infinite: correct it, or leave it empty and --impute");
}

void check_some_row(const Dataset& data, std::size_t kept) {
  check_data(kept > 0, place(data),
             "every row has a missing value, so --impute drop leaves none: leave columns out with "
             "--ignore, or choose --impute mean, median or mode");
}

MatchedColumns::MatchedColumns(const Dataset& data, std::span<const Column* const> trained)
    : data_(data) {
  const auto& columns = data.table().columns;
  std::map<std::string, std::size_t> by_name;
  for (std::size_t i = 0; i < columns.size(); ++i) by_name.emplace(columns[i].name, i);
  std::vector<std::string> missing;
  for (const Column* column : trained)
    if (!by_name.contains(column->name) && !is_zeros(*column)) missing.push_back(column->name);
  if (!missing.empty()) {
    check_fits(columns.size() == trained.size(), data, columns.size(), " features, expected ",
               trained.size(), ": there is no column ", list_names(missing));
    check_fits(
        has_default_names(columns.size(), [&](std::size_t i) { return columns[i].name; }) ||
            has_default_names(trained.size(), [&](std::size_t i) { return trained[i]->name; }),
        data, "no column ", list_names(missing), ", which the training data had");
  }
  const auto index_of = [&](std::size_t i) {
    if (!missing.empty()) return i;
    const auto found = by_name.find(trained[i]->name);
    return found == by_name.end() ? kZeros : found->second;
  };
  for (std::size_t i = 0; i < trained.size(); ++i)
    sources_.push_back(source_for(*trained[i], index_of(i)));
}

bool MatchedColumns::is_zeros(const Column& trained) const {
  if (!data_.zeros_follow() || trained.is_categorical() || !trained.name.starts_with('c'))
    return false;
  std::size_t number = 0;
  const char* const end = trained.name.data() + trained.name.size();
  const auto [at, error] = std::from_chars(trained.name.data() + 1, end, number);
  return error == std::errc{} && at == end && number > data_.features();
}

MatchedColumns::Source MatchedColumns::source_for(const Column& trained, std::size_t index) const {
  Source source{.trained = &trained, .index = index, .recoded = {}, .by_number = {}};
  if (index == kZeros) return source;
  const auto& known = trained.categories;
  const LabelIndex index_of(known);
  for (const auto& category : data_.table().columns[index].categories) {
    if (!trained.is_categorical()) {
      source.recoded.push_back(is_missing_word(category) ? kMissing : number_in(category));
      continue;
    }
    const auto at = index_of.find(category);
    source.recoded.push_back(at ? static_cast<double>(*at) : kUnknown);
  }
  // If all categories in a file are numbers, the column was read as numbers.
  for (std::size_t k = 0; source.recoded.empty() && k < known.size(); ++k)
    if (const double number = number_in(known[k]); number != kNoNumber)
      if (const auto [at, is_new] = source.by_number.emplace(number, static_cast<double>(k));
          !is_new)
        at->second = kSeveral;
  return source;
}

double MatchedColumns::value(std::size_t row, std::size_t column) const {
  const Source& source = sources_[column];
  if (source.index == kZeros) return 0;
  const double raw = data_.table().at(row, source.index);
  if (std::isnan(raw)) return raw;
  if (!source.recoded.empty()) {
    const double value = source.recoded[static_cast<std::size_t>(raw)];
    if (value == kNoNumber)
      throw DataError(
          data_.place(row, source.trained->name) + "'" + text(row, column) +
          "' is not a number, and the column held numbers in training: correct it, or mark it as "
          "missing with --na");
    return value;
  }
  if (!source.trained->is_categorical()) return raw;
  const auto at = source.by_number.find(raw);
  if (at != source.by_number.end() && at->second == kSeveral)
    throw DataError(concat(data_.place(row, source.trained->name), text(row, column),
                           " is a number, and several categories of the training data have this "
                           "value: read the column as texts (--categorical)"));
  return at == source.by_number.end() ? kUnknown : at->second;
}

std::string MatchedColumns::text(std::size_t row, std::size_t column) const {
  const std::size_t index = sources_[column].index;
  if (index == kZeros) return "0";
  const double raw = data_.table().at(row, index);
  const auto& categories = data_.table().columns[index].categories;
  return categories.empty() ? number_text(raw) : categories[static_cast<std::size_t>(raw)];
}

}  // namespace hebb
