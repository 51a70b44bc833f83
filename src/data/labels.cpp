#include "data/labels.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <tuple>
#include <utility>

#include "core/utf8.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

// Above this, a double cannot represent every whole number.
constexpr double kWholeLimit = 0x1.0p53;

constexpr std::size_t kMostSpelt = 1000;  // labels whose spelling is kept

// A decimal number: 0.DIGITS times ten to the power `exponent`. The first and the last digit are not
// 0; zero has no digits.
struct Decimal {
  bool negative = false;
  std::string digits = {};
  std::int64_t exponent = 0;
};

std::optional<Decimal> read_decimal(std::string_view text) {
  Decimal out{.negative = text.starts_with('-')};
  if (out.negative || text.starts_with('+')) text.remove_prefix(1);
  const auto e = std::min(text.find_first_of("eE"), text.size());
  const auto mantissa = text.substr(0, e);
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  out.digits = mantissa.substr(0, point);
  if (point < mantissa.size()) out.digits += mantissa.substr(point + 1);
  if (out.digits.empty() || out.digits.find_first_not_of("0123456789") != std::string::npos)
    return {};
  std::int64_t power = 0;
  if (e < text.size()) {
    auto rest = text.substr(e + 1);
    if (rest.starts_with('+') && !rest.starts_with("+-")) rest.remove_prefix(1);
    const char* const end = rest.data() + rest.size();
    const auto [at, error] = std::from_chars(rest.data(), end, power);
    constexpr std::int64_t kMostPower = 1'000'000'000;
    if (error != std::errc{} || at != end || std::abs(power) > kMostPower) return {};
  }
  const auto zeros = std::min(out.digits.find_first_not_of('0'), out.digits.size());
  out.digits.erase(out.digits.find_last_not_of('0') + 1);
  out.digits.erase(0, zeros);
  if (out.digits.empty()) return Decimal{};
  out.exponent = power + static_cast<std::int64_t>(point) - static_cast<std::int64_t>(zeros);
  return out;
}

// Whether `a` is less, of numbers whose nearest doubles are equal and which so have one sign.
bool is_less(const Decimal& a, const Decimal& b) {
  const bool less = std::tie(a.exponent, a.digits) < std::tie(b.exponent, b.digits);
  const bool greater = std::tie(b.exponent, b.digits) < std::tie(a.exponent, a.digits);
  return a.negative ? greater : less;
}

}  // namespace

std::optional<double> finite_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || at != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

std::string exact_value(std::string_view text) {
  const auto decimal = read_decimal(text);
  if (!decimal) return {};
  if (decimal->digits.empty()) return "0";
  return concat(decimal->negative ? "-" : "", decimal->digits, "e",
                decimal->exponent - static_cast<std::int64_t>(decimal->digits.size()));
}

std::string number_text(double value) {
  if (value == std::floor(value) && std::abs(value) < kWholeLimit)
    return std::to_string(static_cast<std::int64_t>(value));
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

std::string default_name(std::size_t column) { return concat("c", column + 1); }

void sort_labels(std::vector<std::string>& labels) {
  std::vector<std::pair<double, std::string>> numbered;
  for (const auto& label : labels) {
    const auto number = finite_number(label);
    if (!number) break;
    numbered.emplace_back(*number, label);
  }
  if (numbered.size() < labels.size()) {
    std::ranges::sort(labels);
    return;
  }
  std::ranges::sort(numbered, [](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const auto one = read_decimal(a.second), other = read_decimal(b.second);
    if (one && other && is_less(*one, *other)) return true;
    if (one && other && is_less(*other, *one)) return false;
    return a.second < b.second;
  });
  std::ranges::transform(numbered, labels.begin(), &std::pair<double, std::string>::second);
}

LabelIndex::LabelIndex(const std::vector<std::string>& labels) {
  bool numbers = true;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    by_text_.emplace(labels[i], i);
    const std::string value = numbers ? exact_value(labels[i]) : "";
    numbers = numbers && !value.empty() && by_value_.emplace(value, i).second;
  }
  if (!numbers) by_value_.clear();
}

std::optional<std::size_t> LabelIndex::find(const std::string& label) const {
  if (const auto at = by_text_.find(label); at != by_text_.end()) return at->second;
  if (by_value_.empty()) return {};
  const auto at = by_value_.find(exact_value(label));
  return at == by_value_.end() ? std::nullopt : std::optional(at->second);
}

void keep_spelling(Target& target, const std::function<std::string(std::size_t row)>& text_of) {
  if (!std::ranges::all_of(target.values, [](double v) { return v == std::floor(v); })) return;
  struct Met {
    std::string text;
    double value;
  };
  std::vector<Met> met;
  std::unordered_map<std::string, std::uint32_t> by_text, by_value;
  std::vector<std::uint32_t> rows;
  bool rounded = false;
  for (std::size_t row = 0; row < target.values.size(); ++row) {
    const double nearest = target.values[row];
    const auto [known, is_new] = by_text.emplace(text_of(row), 0);
    if (is_new) {
      const std::string plain = exact_value(number_text(nearest));
      std::string value = exact_value(known->first);
      if (value.empty()) value = plain;  // written in another way, as with separated thousands
      rounded = rounded || value != plain;
      const auto [at, is_first] = by_value.emplace(value, static_cast<std::uint32_t>(met.size()));
      known->second = at->second;
      if (is_first)
        met.push_back({known->first, nearest});
      else if (target.alike.empty())
        target.alike = {met[at->second].text, known->first};
    }
    rows.push_back(known->second);
  }
  if (!rounded) {
    for (const auto& [text, value] : met)
      if (met.size() <= kMostSpelt && text != number_text(value))
        target.spelling.emplace(value, text);
    return;
  }
  for (const auto& one : met) target.exact.labels.push_back(one.text);
  sort_labels(target.exact.labels);
  std::vector<std::uint32_t> places(met.size());
  for (std::uint32_t i = 0; i < places.size(); ++i) places[by_text.at(target.exact.labels[i])] = i;
  for (const auto row : rows) target.exact.values.push_back(places[row]);
}

RowPlace place_in(const Target& target) {
  return [&](std::size_t row) {
    return concat("row ", row + 1, ", column '", target.names.front(), "': ");
  };
}

RowPlace place_in(const Dataset& data) {
  return [&](std::size_t row) {
    const auto& offsets = data.target().offsets;
    if (data.target().per_step())  // `row` is a step: its sequence is named
      row = static_cast<std::size_t>(std::ranges::upper_bound(offsets, row) - offsets.begin()) - 1;
    return data.place(row, data.target().names.front());
  };
}

Target to_classes(Target target) {
  const RowPlace place = place_in(target);
  return to_classes(target, place);
}

Target to_classes(Target target, const RowPlace& place) {
  if (target.is_classes()) return target;
  check(target.outputs() == 1, "target", "classes need one target column, got ", target.outputs());
  for (std::size_t i = 0; i < target.values.size(); ++i) {
    const double value = target.values[i];
    if (!std::isfinite(value) || value != std::floor(value))
      throw DataError(
          concat(place(i), "Unknown label type: continuous: ", number_text(value),
                 "; classes are texts or whole numbers: choose another target, or regression"));
  }
  if (!target.exact.values.empty()) {
    target.values.assign(target.exact.values.begin(), target.exact.values.end());
    target.classes = std::move(target.exact.labels);
    target.exact = {};
    return target;
  }
  auto distinct = target.values;
  std::ranges::sort(distinct);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  for (double& value : target.values)
    value = static_cast<double>(std::ranges::lower_bound(distinct, value) - distinct.begin());
  for (const double value : distinct) {
    const auto spelt = target.spelling.find(value);
    target.classes.push_back(spelt == target.spelling.end() ? number_text(value) : spelt->second);
  }
  target.spelling.clear();
  return target;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace hebb
