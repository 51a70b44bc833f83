#include "formats/npy_header.h"

#include <charconv>
#include <optional>

#include "hebb/core/error.h"

namespace hebb {
namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  NpyHeader header() {
    expect('{');
    while (!accept('}')) {
      entry();
      if (accept(',')) continue;
      expect('}');
      break;
    }
    skip_blanks();
    if (at_ < text_.size()) fail("text behind the header's dictionary");
    if (!descr_ || !fortran_ || !shape_)
      fail(concat("the header lacks '",
                  !descr_     ? "descr"
                  : !fortran_ ? "fortran_order"
                              : "shape",
                  "'"));
    return {.descr = *descr_, .fortran_order = *fortran_, .shape = *shape_};
  }

 private:
  void entry() {
    const auto place = at_;
    const std::string key = string();
    expect(':');
    if (key == "descr" && !descr_)
      descr_ = type();
    else if (key == "fortran_order" && !fortran_)
      fortran_ = truth();
    else if (key == "shape" && !shape_)
      shape_ = tuple();
    else
      throw NpyFault{place, concat("the header's key '", key,
                                   "' is not one of 'descr', "
                                   "'fortran_order' and 'shape', once each")};
  }

  // Records are described by a list or a tuple, of which nothing more is read.
  std::string type() {
    skip_blanks();
    if (at_ < text_.size() && (text_[at_] == '[' || text_[at_] == '('))
      fail(
          "the array holds records of several values; expected one type of number: save each "
          "field as an array of its own");
    return string();
  }

  std::string string() {
    skip_blanks();
    if (at_ == text_.size() || (text_[at_] != '\'' && text_[at_] != '"'))
      fail("expected a string in quotes");
    const auto end = text_.find(text_[at_], at_ + 1);
    if (end == std::string_view::npos) fail("the string that opens here is never closed");
    const auto inside = text_.substr(at_ + 1, end - at_ - 1);
    if (inside.find('\\') != std::string_view::npos) fail("a backslash in a string");
    at_ = end + 1;
    return std::string(inside);
  }

  bool truth() {
    if (accept_word("True")) return true;
    if (!accept_word("False")) fail("expected True or False");
    return false;
  }

  std::vector<std::uint64_t> tuple() {
    constexpr std::size_t kMostAxes = 32;
    std::vector<std::uint64_t> out;
    expect('(');
    while (!accept(')')) {
      out.push_back(number());
      if (out.size() > kMostAxes) fail(concat("more than ", kMostAxes, " axes"));
      if (accept(',')) continue;
      expect(')');
      break;
    }
    return out;
  }

  std::uint64_t number() {
    skip_blanks();
    std::uint64_t value = 0;
    const char* const begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc{}) fail("expected a whole number from 0 to 18446744073709551615");
    at_ += static_cast<std::size_t>(end - begin);
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // the suffix of Python 2's long integers
    return value;
  }

  void skip_blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }
  bool accept(char c) {
    skip_blanks();
    const bool there = at_ < text_.size() && text_[at_] == c;
    at_ += there ? 1 : 0;
    return there;
  }
  bool accept_word(std::string_view word) {
    skip_blanks();
    const bool there = text_.substr(at_).starts_with(word);
    at_ += there ? word.size() : 0;
    return there;
  }
  void expect(char c) {
    if (!accept(c)) fail(concat("expected '", c, "'"));
  }
  [[noreturn]] void fail(const std::string& rule) const { throw NpyFault{at_, rule}; }

  std::string_view text_;
  std::size_t at_ = 0;
  std::optional<std::string> descr_;
  std::optional<bool> fortran_;
  std::optional<std::vector<std::uint64_t>> shape_;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text) { return Parser(text).header(); }

}  // namespace hebb
