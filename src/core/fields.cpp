#include "hebb/core/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

#include "core/integers.h"
#include "hebb/core/error.h"

namespace hebb {
namespace {

template <class... Visitors>
struct Overload : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overload(Visitors...) -> Overload<Visitors...>;

std::string number_text(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return {buffer, end};
}

template <class Items, class ToText>
std::string join(const Items& items, const char* separator, const ToText& text) {
  std::string out;
  for (const auto& item : items) {
    if (!out.empty()) out += separator;
    out += text(item);
  }
  return out;
}

std::string same(const std::string& text) { return text; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split_list(std::string_view text) {
  std::vector<std::string_view> items;
  if (trim(text).empty()) return items;
  for (;;) {
    const auto comma = text.find(',');
    items.push_back(trim(text.substr(0, comma)));
    if (comma == std::string_view::npos) return items;
    text.remove_prefix(comma + 1);
  }
}

// Accepts 1e6 and 512.0 for integers, as people write them.
bool read_integer(std::string_view text, std::int64_t& value) {
  const char* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc{} && at == end) return true;
  double real = 0;
  auto [real_at, real_error] = std::from_chars(text.data(), end, real);
  if (real_error != std::errc{} || real_at != end) return false;
  const auto whole = exact_integer<std::int64_t>(real);
  if (whole) value = *whole;
  return whole.has_value();
}

bool read_real(std::string_view text, double& value) {
  const char* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc{} && at == end;
}

// "; lists are written with commas: 2,3,2" for numbers with other signs between or around them, such
// as "2 3 2", "2x3x2" or "[2, 3, 2]"; empty for other texts.
template <class Number, class Read>
std::string with_commas(std::string_view text, const Read& read) {
  std::string list;
  while (!text.empty()) {
    constexpr std::string_view signs = " \t,;:|/+*xX()[]{}";
    text.remove_prefix(std::min(text.find_first_not_of(signs), text.size()));
    const auto item = text.substr(0, text.find_first_of(signs));
    text.remove_prefix(item.size());
    Number number{};
    if (item.empty()) continue;
    if (!read(item, number)) return {};
    list += (list.empty() ? "" : ",") + std::string(item);
  }
  return list.empty() ? "" : "; lists are written with commas: " + list;
}

}  // namespace

// Defaulted here, and so not trivial.
Unset::Unset(const Unset&) noexcept = default;
Unset& Unset::operator=(const Unset&) noexcept = default;

std::string to_text(const Value& value) {
  const auto integer = [](std::int64_t v) { return std::to_string(v); };
  return std::visit(
      Overload{[](Unset) { return std::string("none"); },
               [](bool v) { return std::string(v ? "true" : "false"); }, integer,
               [](double v) { return number_text(v); }, [](const std::string& v) { return v; },
               [&](const std::vector<std::int64_t>& v) { return join(v, ",", integer); },
               [](const std::vector<double>& v) { return join(v, ",", number_text); },
               [](const std::vector<std::string>& v) { return join(v, ",", same); }},
      value);
}

const Field* find_field(const FieldList& fields, std::string_view name) {
  const auto at = std::ranges::find(fields, name, &Field::name);
  return at == fields.end() ? nullptr : &*at;
}

std::string Field::flag() const {
  if (!flags.empty()) return flags.front().name;
  std::string text = "--" + name;
  std::ranges::replace(text, '_', '-');
  return text;
}

std::string Field::range() const {
  if (choices) return "one of: " + join(choices(), ", ", same);
  if (type == Type::boolean) return "true or false";
  if (type == Type::text) return "text";
  if (type == Type::texts) return "a list of texts";
  std::string kind;
  if (type == Type::integer) kind = "a whole number";
  if (type == Type::real) kind = "a number";
  if (type == Type::integers) kind = "a list of whole numbers";
  if (type == Type::reals) kind = "a list of numbers";
  if (std::isfinite(low) && std::isfinite(high))
    return kind + " in " + (low_open ? "(" : "[") + number_text(low) + ", " + number_text(high) +
           (high_open ? ")" : "]");
  if (std::isfinite(low)) kind += (low_open ? " > " : " >= ") + number_text(low);
  if (std::isfinite(high)) kind += (high_open ? " < " : " <= ") + number_text(high);
  return kind;
}

void Field::check(const Value& value) const {
  const auto demand = [&](bool holds) {
    hebb::check(holds, name, "must be ", range(), optional ? " or " + unset : "", ", got ",
                to_text(value));
  };
  const auto in_range = [&](double v) {
    demand(std::isfinite(v) && (low_open ? v > low : v >= low) &&
           (high_open ? v < high : v <= high));
  };
  const auto is_choice = [&](const std::string& v) {
    if (rule) rule(v);
    if (!choices) return;
    const auto allowed = choices();
    const std::string choice = choice_has_number ? v.substr(0, v.find(':')) : v;
    if (std::ranges::find(allowed, choice) != allowed.end()) return;
    const auto near = nearest(v, allowed);
    hebb::check(false, name, "must be ", range(), ", got ", v,
                near.empty() ? "" : "; did you mean " + near.front() + "?");
  };
  const auto each = [](const auto& items, const auto& what) {
    for (const auto& item : items) what(item);
  };
  std::visit(
      Overload{[&](Unset) { demand(optional); }, [](bool) {},
               [&](std::int64_t v) { in_range(static_cast<double>(v)); }, in_range, is_choice,
               [&](const std::vector<std::int64_t>& v) {
                 each(v, [&](std::int64_t item) { in_range(static_cast<double>(item)); });
               },
               [&](const std::vector<double>& v) { each(v, in_range); },
               [&](const std::vector<std::string>& v) { each(v, is_choice); }},
      value);
}

Value Field::parse(std::string_view text) const {
  // A text of blanks only is meant, as in --sep " ".
  if (type != Type::text || !trim(text).empty()) text = trim(text);
  const auto demand = [&](bool holds, const std::function<std::string()>& remedy = {}) {
    if (holds) return;
    hebb::check(false, name, "must be ", range(), optional ? " or " + unset : "", ", got '", text,
                "'", remedy ? remedy() : "");
  };
  if (optional && text == unset) return {};
  Value value;
  switch (type) {
    case Type::boolean: {
      const bool yes = text == "true" || text == "1" || text == "yes" || text == "on";
      demand(yes || text == "false" || text == "0" || text == "no" || text == "off");
      value = yes;
      break;
    }
    case Type::integer: {
      std::int64_t number = 0;
      demand(read_integer(text, number));
      value = number;
      break;
    }
    case Type::real: {
      double number = 0;
      demand(read_real(text, number));
      value = number;
      break;
    }
    case Type::text: {
      std::string word(text);
      // A choice may be written with dashes, as flags are: linear-svm is linear_svm.
      if (choices && word.find('-') != std::string::npos) {
        const auto allowed = choices();
        std::string plain = word;
        std::ranges::replace(plain, '-', '_');
        if (std::ranges::find(allowed, word) == allowed.end() &&
            std::ranges::find(allowed, plain) != allowed.end())
          word = plain;
      }
      value = std::move(word);
      break;
    }
    case Type::integers: {
      std::vector<std::int64_t> numbers;
      for (const auto item : split_list(text))
        demand(read_integer(item, numbers.emplace_back()),
               [&] { return with_commas<std::int64_t>(text, read_integer); });
      value = numbers;
      break;
    }
    case Type::reals: {
      std::vector<double> numbers;
      for (const auto item : split_list(text))
        demand(read_real(item, numbers.emplace_back()),
               [&] { return with_commas<double>(text, read_real); });
      value = numbers;
      break;
    }
    case Type::texts: {
      const auto items = split_list(text);
      value = std::vector<std::string>(items.begin(), items.end());
      break;
    }
  }
  check(value);
  return value;
}

Value Field::convert(const Value& value) const {
  if (std::holds_alternative<Unset>(value) && optional) return value;
  Value out = value;
  if (const auto* whole = std::get_if<std::int64_t>(&value); whole && type == Type::real)
    out = static_cast<double>(*whole);
  if (const auto* whole = std::get_if<std::int64_t>(&value); whole && type == Type::integers)
    out = std::vector{*whole};
  if (const auto* real = std::get_if<double>(&value); real && type == Type::reals)
    out = std::vector{*real};
  if (const auto* text = std::get_if<std::string>(&value); text && type == Type::texts)
    out = std::vector{*text};
  if (const auto* text = std::get_if<std::string>(&value); text && optional && *text == unset)
    return {};
  if (const auto* wholes = std::get_if<std::vector<std::int64_t>>(&value)) {
    if (type == Type::reals) out = std::vector<double>(wholes->begin(), wholes->end());
    if (type == Type::texts && wholes->empty()) out = std::vector<std::string>{};
  }
  // The order of Type is the order of Value's alternatives after Unset.
  hebb::check(out.index() == static_cast<std::size_t>(type) + 1, name, "must be ", range(),
              ", got ", to_text(value));
  check(out);
  return out;
}

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& names,
                                 std::size_t most) {
  // Levenshtein distance, row by row, in which swapping two neighbouring letters is one edit too. A
  // name that begins with the word is at most one edit away, and is listed before others at that
  // distance.
  const auto distance = [&](std::string_view name) {
    std::vector<std::size_t> before, above, row(name.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= word.size(); ++i) {
      before = std::exchange(above, row);
      row[0] = i;
      for (std::size_t j = 1; j <= name.size(); ++j) {
        const std::size_t change = above[j - 1] + (word[i - 1] == name[j - 1] ? 0 : 1);
        row[j] = std::min({above[j] + 1, row[j - 1] + 1, change});
        if (i > 1 && j > 1 && word[i - 1] == name[j - 2] && word[i - 2] == name[j - 1])
          row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    return name.starts_with(word) ? std::min<std::size_t>(row.back(), 1) : row.back();
  };
  // Two edits in a word of three letters give an unrelated word.
  const std::size_t letters = word.size() - std::min(word.find_first_not_of('-'), word.size());
  const std::size_t most_edits = letters < 5 ? 1 : std::max<std::size_t>(2, letters / 3);
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const auto& name : names)
    if (const auto d = distance(name); d <= most_edits) found.emplace_back(d, name);
  std::ranges::stable_sort(found, {}, [&](const auto& one) {
    return std::pair(one.first, !one.second.starts_with(word));
  });
  std::vector<std::string> best;
  for (std::size_t i = 0; i < std::min(most, found.size()); ++i) best.push_back(found[i].second);
  return best;
}

}  // namespace hebb
