// The one-line network text:  text = layer { blank layer };  layer = join "(" branch { "|" branch }
// ")" | name [ "(" [ arg { "," arg } ] ")" ];  branch = [ text ];  arg = [ key "=" ] value.  Every
// message shows the text with a caret under the character meant.
#include "hebb/nn/spec.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "hebb/core/catalogue.h"
#include "hebb/core/error.h"
#include "hebb/core/printable.h"
#include "hebb/nn/join.h"

namespace hebb {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The part of a line around `at` that fits a screen, and the place of `at` in it.
std::pair<std::string, std::size_t> excerpt(const std::string& line, std::size_t at) {
  constexpr std::size_t kLine = 320, kAround = 40;  // the text of an ordinary network is whole
  if (line.size() <= kLine) return {line, at};
  const auto within = [&](std::size_t i) {  // not within a character of several bytes
    while (i < line.size() && (static_cast<unsigned char>(line[i]) & 0xC0U) == 0x80) ++i;
    return i;
  };
  const std::size_t begin = at <= kAround ? 0 : within(at - kAround);
  const std::size_t end = within(std::min(at + kAround, line.size()));
  const std::string before = begin > 0 ? "... " : "";
  return {before + line.substr(begin, end - begin) + (end < line.size() ? " ..." : ""),
          before.size() + at - begin};
}

[[noreturn]] void fail_at(std::string_view source, const std::string& message, std::size_t at) {
  // A caret needs one line; blanks of any kind count as one place each.
  std::string whole(source);
  std::ranges::replace_if(whole, is_blank, ' ');
  const auto [line, place] = excerpt(whole, at);
  const std::string before(display_width(std::string_view(line).substr(0, place)), ' ');
  throw std::invalid_argument(concat("[net] ", message, "\n  ", line, "\n  ", before, "^"));
}

class Parser {
 public:
  explicit Parser(std::string_view text)
      : source_(std::make_shared<const std::string>(text)), text_(*source_) {}

  std::vector<LayerSpec> layers() {
    std::vector<LayerSpec> specs;
    for (skip_blanks(); at_ < text_.size(); skip_blanks()) specs.push_back(layer());
    if (specs.empty()) fail_at(text_, "the network has no layers", 0);
    return specs;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  bool next_is(char c) const { return at_ < text_.size() && text_[at_] == c; }

  std::string word(const char* what) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    if (at_ == begin) fail_at(text_, concat("expected ", what), at_);
    return std::string(text_.substr(begin, at_ - begin));
  }

  LayerSpec layer() {
    LayerSpec spec;
    spec.source = source_;
    spec.at = at_;
    spec.name = word("the name of a layer");
    const auto& joins = join_catalogue();
    const auto join = std::ranges::find(joins, spec.name, &JoinRow::name);
    if (join != joins.end())
      branches(*join, spec);
    else if (next_is('('))
      arguments(spec);
    if (at_ == text_.size() || is_blank(text_[at_])) return spec;
    const bool ends = depth_ > 0 && (next_is(')') || next_is('|'));
    if (!ends) fail_at(text_, "expected a blank between layers", at_);
    return spec;
  }

  void branches(const JoinRow& join, LayerSpec& spec) {
    const std::string needs =
        join.name + (join.one_branch ? " needs the layers that it skips"
                                     : " needs two branches or more, with | between them");
    if (!next_is('(')) fail_at(text_, needs + ", in brackets", at_);
    if (++depth_ > kDeepest) fail_at(text_, "joins are nested too deep", at_);
    const std::size_t open = at_++;
    spec.branches.emplace_back();
    for (skip_blanks(); !next_is(')'); skip_blanks()) {
      if (at_ == text_.size()) fail_at(text_, "this bracket is never closed", open);
      if (!next_is('|')) {
        spec.branches.back().push_back(layer());
        continue;
      }
      if (join.one_branch) fail_at(text_, join.name + " has one branch", at_);
      spec.branches.emplace_back();
      ++at_;
    }
    if (join.one_branch ? spec.branches[0].empty() : spec.branches.size() < 2)
      fail_at(text_, needs, at_);
    ++at_;
    --depth_;
  }

  void arguments(LayerSpec& spec) {
    const std::size_t open = at_++;
    skip_blanks();
    if (next_is(')')) {
      ++at_;
      return;
    }
    for (;;) {
      spec.arguments.push_back(argument(open));
      skip_blanks();
      if (next_is(')')) break;
      if (at_ == text_.size()) fail_at(text_, "this bracket is never closed", open);
      if (!next_is(',')) fail_in_arguments(spec);
      ++at_;
    }
    ++at_;
  }

  // Layers in brackets may mean a misspelt join: the message suggests the nearest one.
  [[noreturn]] void fail_in_arguments(const LayerSpec& spec) const {
    const auto joins = row_names(join_catalogue());
    if (const auto near = nearest(spec.name, joins); !near.empty())
      spec.fail(concat("there is no layer '", spec.name, "'; did you mean ", near.front(), "?"),
                spec.at);
    std::string list;
    for (const std::string& name : joins)
      list += (name == joins.front() ? "" : name == joins.back() ? " and " : ", ") + name + "(...)";
    fail_at(text_,
            concat("expected ',' or ')'",
                   next_is('(') || next_is('|') ? concat(": only ", list, " hold layers") : ""),
            at_);
  }

  LayerSpec::Argument argument(std::size_t open) {
    skip_blanks();
    LayerSpec::Argument argument{.key = {}, .value = {}, .key_at = at_, .at = at_};
    std::string first = value(open);
    skip_blanks();
    if (!next_is('=')) {
      argument.value = std::move(first);
      return argument;
    }
    ++at_;
    skip_blanks();
    argument.key = std::move(first);
    argument.named = true;
    argument.at = at_;
    argument.value = value(open);
    return argument;
  }

  std::string value(std::size_t open) {
    const std::size_t begin = at_;
    const auto ends = [](char c) {
      return c == ',' || c == '(' || c == ')' || c == '=' || is_blank(c);
    };
    while (at_ < text_.size() && !ends(text_[at_])) ++at_;
    if (at_ == begin && at_ == text_.size()) fail_at(text_, "this bracket is never closed", open);
    if (at_ == begin) fail_at(text_, "expected a value", at_);
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::shared_ptr<const std::string> source_;
  std::string_view text_;
  std::size_t at_ = 0;
  static constexpr int kDeepest = 16;
  int depth_ = 0;  // of joins
};

}  // namespace

std::vector<LayerSpec> parse_network_text(std::string_view text) {
  check(text.size() <= kLongestNetworkText, "net", "a text of ", text.size(),
        " bytes describes the network, at most ", kLongestNetworkText);
  return Parser(text).layers();
}

std::string argument_text(const Value& value) {
  const auto* list = std::get_if<std::vector<std::int64_t>>(&value);
  if (!list) return to_text(value);
  const bool same =
      std::ranges::all_of(*list, [list](std::int64_t item) { return item == list->front(); });
  std::string text;
  for (const std::int64_t item : *list) {
    text += concat(text.empty() ? "" : "x", item);
    if (same) break;
  }
  return text;
}

std::string to_text(const LayerSpec& spec) {
  std::string inside;
  for (std::size_t i = 0; i < spec.branches.size(); ++i) {
    const std::string branch = to_text(spec.branches[i]);
    if (i > 0) inside += " |";
    if (i > 0 && !branch.empty()) inside += ' ';
    inside += branch;
  }
  for (const auto& argument : spec.arguments) {
    if (argument.usual) continue;
    if (!inside.empty()) inside += ',';
    if (argument.named) inside += argument.key + '=';
    inside += argument_text(argument.value);
  }
  return inside.empty() ? spec.name : concat(spec.name, '(', inside, ')');
}

std::string to_text(const std::vector<LayerSpec>& specs) {
  std::string text;
  for (const LayerSpec& spec : specs) text += (text.empty() ? "" : " ") + to_text(spec);
  return text;
}

LayerSpec& LayerSpec::add(std::string key, Value value) {
  arguments.push_back({.key = std::move(key), .value = std::move(value)});
  return *this;
}

LayerSpec& LayerSpec::add(std::string key, Value value, const Value& usual) {
  add(std::move(key), std::move(value));
  arguments.back().named = true;
  arguments.back().usual = arguments.back().value == usual;
  return *this;
}

void LayerSpec::fail(const std::string& message, std::size_t place) const {
  check(source != nullptr, name, message);
  fail_at(*source, message, place);
}

const LayerSpec::Argument* LayerSpec::find(std::string_view key, std::size_t position) const {
  const Argument* found = nullptr;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    if (argument.key != key && !(argument.key.empty() && i == position)) continue;
    if (found) fail(concat("'", key, "' is given twice"), argument.at);
    found = &argument;
  }
  return found;
}

// The argument as `read` parses it, or the default if there is none.
template <class Number, class Read>
Number LayerSpec::get(std::string_view key, std::size_t position,
                      const std::optional<Number>& otherwise, std::string_view range,
                      const Read& read) const {
  const Argument* argument = find(key, position);
  if (!argument && !otherwise) fail(concat(name, " needs '", key, "'"), at);
  if (!argument) return *otherwise;
  const std::string text = argument_text(argument->value);
  Number number{};
  const char* const end = text.data() + text.size();
  const std::from_chars_result found = read(text.data(), end, number);
  if (found.ec != std::errc{} || found.ptr != end)
    fail(concat("'", key, "' of ", name, " must be ", range, ", got '", text, "'"), argument->at);
  return number;
}

std::size_t LayerSpec::whole(std::string_view key, std::size_t position,
                             std::optional<std::size_t> otherwise) const {
  return get(key, position, otherwise, "a whole number",
             [](const char* begin, const char* end, std::size_t& number) {
               return std::from_chars(begin, end, number);
             });
}

double LayerSpec::real(std::string_view key, std::size_t position,
                       std::optional<double> otherwise) const {
  return get(key, position, otherwise, "a number",
             [](const char* begin, const char* end, double& number) {
               std::from_chars_result found = std::from_chars(begin, end, number);
               if (!std::isfinite(number)) found.ec = std::errc::result_out_of_range;
               return found;
             });
}

std::pair<std::size_t, std::size_t> LayerSpec::sizes(
    std::string_view key, std::size_t position,
    std::optional<std::pair<std::size_t, std::size_t>> otherwise, std::string_view range) const {
  return get(key, position, otherwise, range,
             [](const char* begin, const char* end, std::pair<std::size_t, std::size_t>& sizes) {
               std::from_chars_result found = std::from_chars(begin, end, sizes.first);
               sizes.second = sizes.first;
               if (found.ec == std::errc{} && found.ptr != end && *found.ptr == 'x')
                 found = std::from_chars(found.ptr + 1, end, sizes.second);
               return found;
             });
}

std::string LayerSpec::text(std::string_view key, std::size_t position,
                            const std::string& otherwise) const {
  const Argument* argument = find(key, position);
  return argument ? argument_text(argument->value) : otherwise;
}

void LayerSpec::allow(const std::vector<std::string>& keys) const {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    if (argument.key.empty() && i >= keys.size())
      fail(keys.empty() ? concat(name, " takes no arguments")
                        : concat(name, " takes ", keys.size(),
                                 keys.size() == 1 ? " argument" : " arguments"),
           argument.at);
    if (argument.key.empty() || std::ranges::find(keys, argument.key) != keys.end()) continue;
    const auto near = nearest(argument.key, keys);
    fail(concat(name, " has no argument '", argument.key, "'",
                near.empty() ? "" : "; did you mean " + near.front() + "?"),
         argument.key_at);
  }
}

}  // namespace hebb
