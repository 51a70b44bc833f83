// The one-line network text:  text = layer { blank layer };  layer = "residual(" text ")" | name [
// "(" [ arg { "," arg } ] ")" ]; arg = [ key "=" ] value.  Every message shows the text with a
// caret under the character meant.
#include "hebb/nn/spec.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/core/fields.h"

namespace hebb {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

[[noreturn]] void fail_at(std::string_view source, const std::string& message, std::size_t at) {
  // A caret needs one line; blanks of any kind count as one place each.
  std::string line(source);
  std::ranges::replace_if(line, is_blank, ' ');
  throw std::invalid_argument(
      concat("[net] ", message, "\n  ", line, "\n  ", std::string(at, ' '), "^"));
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

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
    spec.source = std::string(text_);
    spec.at = at_;
    spec.name = word("the name of a layer");
    if (spec.name == "residual")
      parts(spec);
    else if (next_is('('))
      arguments(spec);
    if (at_ < text_.size() && !is_blank(text_[at_]) && !(depth_ > 0 && next_is(')')))
      fail_at(text_, "expected a blank between layers", at_);
    return spec;
  }

  void parts(LayerSpec& spec) {
    if (!next_is('(')) fail_at(text_, "residual needs the layers that it skips, in brackets", at_);
    if (++depth_ > kDeepest) fail_at(text_, "residual parts stand too deep in each other", at_);
    const std::size_t open = at_++;
    for (skip_blanks(); !next_is(')'); skip_blanks()) {
      if (at_ == text_.size()) fail_at(text_, "this bracket is never closed", open);
      spec.parts.push_back(layer());
    }
    if (spec.parts.empty()) fail_at(text_, "residual needs the layers that it skips", at_);
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

  // Layers in brackets may be those of a residual part that has another name.
  [[noreturn]] void fail_in_arguments(const LayerSpec& spec) const {
    if (!nearest(spec.name, {"residual"}).empty())
      spec.fail(concat("there is no layer '", spec.name, "'; did you mean residual?"), spec.at);
    fail_at(text_,
            concat("expected ',' or ')'", next_is('(') ? ": only residual(...) holds layers" : ""),
            at_);
  }

  LayerSpec::Argument argument(std::size_t open) {
    skip_blanks();
    LayerSpec::Argument argument{.key = {}, .value = {}, .key_at = at_, .at = at_};
    argument.value = value(open);
    skip_blanks();
    if (!next_is('=')) return argument;
    ++at_;
    skip_blanks();
    argument.key = std::move(argument.value);
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

  std::string_view text_;
  std::size_t at_ = 0;
  static constexpr int kDeepest = 16;
  int depth_ = 0;  // of residual parts
};

}  // namespace

std::vector<LayerSpec> parse_network_text(std::string_view text) { return Parser(text).layers(); }

void LayerSpec::fail(const std::string& message, std::size_t place) const {
  fail_at(source, message, place);
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

std::size_t LayerSpec::whole(std::string_view key, std::size_t position,
                             std::optional<std::size_t> otherwise) const {
  const Argument* argument = find(key, position);
  if (!argument) {
    if (!otherwise) fail(concat(name, " needs '", key, "'"), at);
    return *otherwise;
  }
  std::size_t number = 0;
  const char* end = argument->value.data() + argument->value.size();
  const auto [stop, error] = std::from_chars(argument->value.data(), end, number);
  if (error != std::errc{} || stop != end)
    fail(concat("'", key, "' of ", name, " must be a whole number, got '", argument->value, "'"),
         argument->at);
  return number;
}

std::pair<std::size_t, std::size_t> LayerSpec::sizes(
    std::string_view key, std::size_t position,
    std::optional<std::pair<std::size_t, std::size_t>> otherwise, std::string_view range) const {
  const Argument* argument = find(key, position);
  if (!argument) {
    if (!otherwise) fail(concat(name, " needs '", key, "'"), at);
    return *otherwise;
  }
  const char* begin = argument->value.data();
  const char* end = begin + argument->value.size();
  std::size_t height = 0, width = 0;
  std::from_chars_result read = std::from_chars(begin, end, height);
  width = height;
  if (read.ec == std::errc{} && read.ptr != end && *read.ptr == 'x')
    read = std::from_chars(read.ptr + 1, end, width);
  if (read.ec != std::errc{} || read.ptr != end)
    fail(concat("'", key, "' of ", name, " must be ", range, ", got '", argument->value, "'"),
         argument->at);
  return {height, width};
}

std::string LayerSpec::text(std::string_view key, std::size_t position,
                            const std::string& otherwise) const {
  const Argument* argument = find(key, position);
  return argument ? argument->value : otherwise;
}

double LayerSpec::real(std::string_view key, std::size_t position,
                       std::optional<double> otherwise) const {
  const Argument* argument = find(key, position);
  if (!argument) {
    if (!otherwise) fail(concat(name, " needs '", key, "'"), at);
    return *otherwise;
  }
  double number = 0;
  const char* end = argument->value.data() + argument->value.size();
  const auto [stop, error] = std::from_chars(argument->value.data(), end, number);
  if (error != std::errc{} || stop != end || !std::isfinite(number))
    fail(concat("'", key, "' of ", name, " must be a number, got '", argument->value, "'"),
         argument->at);
  return number;
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
