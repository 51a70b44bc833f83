#include "hebb/select/space.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <string_view>

#include "core/option_names.h"
#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

std::optional<double> number_of(const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return {};
}

double read_number(std::string_view text, const std::string& whole) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  check(error == std::errc() && end == text.data() + text.size(), "space", "'", whole, "': '", text,
        "' is no number");
  return value;
}

// The number of values of a grid, written behind a range.
std::optional<std::size_t> cut_points(std::string_view& range, const std::string& whole) {
  const auto colon = range.rfind(':');
  if (colon == std::string_view::npos) return {};
  const double points = read_number(range.substr(colon + 1), whole);
  check(points >= 2 && points <= 1e6 && points == std::floor(points), "space", "'", whole,
        "': a grid takes 2 values of a range or more");
  range = range.substr(0, colon);
  return static_cast<std::size_t>(points);
}

Dimension parse_dimension(const std::string& text, const OptionSet& options) {
  const auto equal = text.find('=');
  check(equal != std::string::npos && equal > 0 && equal + 1 < text.size(), "space", "'", text,
        "' is not NAME=LOW..HIGH or NAME=VALUE|VALUE");
  Dimension made{.option = option_named(text.substr(0, equal), options)};
  const Field& field = *options.find(made.option);
  std::string_view values = std::string_view(text).substr(equal + 1);
  const bool says_log = values.starts_with("log:");
  if (says_log) values.remove_prefix(4);
  const auto dots = values.find("..");
  if (dots == std::string_view::npos) {
    check(!says_log, "space", "'", text, "': log: is for a range, LOW..HIGH");
    for (;;) {
      const auto bar = values.find('|');
      made.choices.push_back(field.parse(values.substr(0, bar)));
      if (bar == std::string_view::npos) break;
      values.remove_prefix(bar + 1);
    }
    return made;
  }
  check(field.type == Field::Type::real || field.type == Field::Type::integer, "space", "'", text,
        "': ", made.option, " is no single number: list its values, NAME=VALUE|VALUE");
  std::string_view high = values.substr(dots + 2);
  made.grid_points = cut_points(high, text);
  made.low = read_number(values.substr(0, dots), text);
  made.high = read_number(high, text);
  made.integer = field.type == Field::Type::integer;
  made.log = says_log || (field.log_scale && made.low > 0);
  for (const double end : {made.low, made.high})
    field.check(field.convert(made.integer ? Value(static_cast<std::int64_t>(std::llround(end)))
                                           : Value(end)));
  return made;
}

void check_dimension(const Dimension& one) {
  if (!one.is_range()) return;
  check(std::isfinite(one.low) && std::isfinite(one.high) && one.low < one.high, "space",
        one.option, ": the range from ", one.low, " to ", one.high, " is empty");
  check(!one.log || one.low > 0, "space", one.option,
        ": a log scale begins above 0, and this range at ", one.low);
  check(!one.integer || (one.low == std::floor(one.low) && one.high == std::floor(one.high)),
        "space", one.option, " takes whole numbers: the range is ", one.low, " to ", one.high);
}

std::size_t points_of(const Dimension& one) {
  if (!one.is_range()) return one.choices.size();
  if (one.grid_points) return *one.grid_points;
  check(one.integer, "space", "a grid needs the number of values of ", one.option,
        ": list them, or write it behind the range, as in ", one.option, "=", one.low, "..",
        one.high, ":5");
  return static_cast<std::size_t>(one.high - one.low) + 1;
}

double grid_value(const Dimension& one, std::size_t index) {
  if (!one.is_range()) return static_cast<double>(index);
  const std::size_t points = points_of(one);
  if (index + 1 == points) return one.high;
  const double share = static_cast<double>(index) / static_cast<double>(points - 1);
  const double value = one.log ? one.low * std::pow(one.high / one.low, share)
                               : one.low + share * (one.high - one.low);
  return one.integer ? std::round(value) : value;
}

}  // namespace

std::string flag_name(const std::string& option, const OptionSet& options) {
  const Field* field = options.find(option);
  std::string name = field ? field->flag() : option;
  name.erase(0, name.find_first_not_of('-'));
  return name;
}

bool Dimension::is_ordered() const {
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const auto value = number_of(choices[i]);
    if (!value || (i > 0 && *value <= *number_of(choices[i - 1]))) return false;
  }
  return !choices.empty();
}

Space::Space(std::vector<Dimension> dimensions) : dimensions_(std::move(dimensions)) {
  check(!dimensions_.empty(), "space", "varies no option: name one at least");
  std::set<std::string> names;
  for (const Dimension& one : dimensions_) {
    check_dimension(one);
    check(names.insert(one.option).second, "space", "varies ", one.option, " twice");
  }
}

Space Space::parse(const std::vector<std::string>& texts, const OptionSet& options) {
  std::vector<Dimension> dimensions;
  for (const std::string& text : texts) dimensions.push_back(parse_dimension(text, options));
  return Space(std::move(dimensions));
}

OptionValues Space::values(const Point& point) const {
  check(point.size() == dimensions_.size(), "space", "a point of ", dimensions_.size(),
        " values, got ", point.size());
  OptionValues values;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const Dimension& one = dimensions_[i];
    if (!one.is_range())
      values[one.option] = one.choices.at(static_cast<std::size_t>(point[i]));
    else if (one.integer)
      values[one.option] = static_cast<std::int64_t>(point[i]);
    else
      values[one.option] = point[i];
  }
  return values;
}

std::vector<std::string> Space::texts() const {
  std::vector<std::string> texts;
  for (const Dimension& one : dimensions_) {
    std::string text = one.option + '=';
    for (const Value& choice : one.choices)
      text += (&choice == &one.choices.front() ? "" : "|") + to_text(choice);
    if (one.is_range()) {
      const auto number = [&](double value) {
        return to_text(one.integer ? Value(static_cast<std::int64_t>(value)) : Value(value));
      };
      text += (one.log ? "log:" : "") + number(one.low) + ".." + number(one.high);
      if (one.grid_points) text += concat(':', *one.grid_points);
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

std::size_t Space::grid_size() const {
  double size = 1;
  for (const Dimension& one : dimensions_) size *= static_cast<double>(points_of(one));
  check(size <= 0x1p53, "space", "a grid of ", size, " points is too large");
  return static_cast<std::size_t>(size);
}

Point Space::grid_point(std::size_t index) const {
  Point point(dimensions_.size());
  for (std::size_t i = dimensions_.size(); i-- > 0;) {
    const std::size_t points = points_of(dimensions_[i]);
    point[i] = grid_value(dimensions_[i], index % points);
    index /= points;
  }
  return point;
}

bool Space::is_finite() const {
  return std::ranges::all_of(dimensions_,
                             [](const Dimension& one) { return !one.is_range() || one.integer; });
}

}  // namespace hebb
