#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace hebb {

/// An optional that is not set. Its copy is not trivial: libstdc++ 12 takes a variant of numbers,
/// strings and vectors alone for one that always holds a value, and when a copy runs out of memory
/// it destroys a value that was never made.
struct Unset {
  Unset() = default;
  Unset(const Unset& other) noexcept;
  Unset& operator=(const Unset& other) noexcept;
  bool operator==(const Unset&) const = default;
};

/// The value of one option, independent of its struct: the type in which flags, TOML, JSON and
/// records exchange options.
using Value =
    std::variant<Unset, bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                 std::vector<double>, std::vector<std::string>>;

/// The value as a user writes it: `true`, `0.001`, `512,512`. An unset value is `none`.
std::string to_text(const Value& value);

/// One name of an option on the command line.
struct Flag {
  std::string name;     ///< with its dashes: "--hidden"
  std::string implies;  ///< a bool field of the same list that this flag switches on; or empty
};

/// One option of an options struct: name, member, help and range. Its default is the default of the
/// member. Flags, configuration keys, the model's record and the reference page are generated from
/// lists of fields.
struct Field {
  enum class Type { boolean, integer, real, text, integers, reals, texts };

  std::string name;  ///< as in C++: "hidden_layer_sizes"
  std::string help;  ///< one line
  Type type = Type::text;
  bool optional = false;  ///< may be unset, written as `unset`
  std::string unset = "none";
  std::vector<Flag> flags;     ///< in addition to "--" + name; help shows the first
  bool recorded = true;        ///< part of the model's record (false for threads, times, paths)
  bool log_scale = false;      ///< a search tries values evenly spaced on a log scale
  bool at_prediction = false;  ///< affects prediction too, not only training
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;
  std::function<std::vector<std::string>()> choices;  ///< the texts allowed; empty: any
  bool choice_has_number = false;  ///< a choice may take a number: "quantile:0.9"
  /// Throws std::invalid_argument for a text that follows other rules than a list of choices; or empty.
  std::function<void(const std::string&)> rule;

  std::function<Value(const void*)> get;
  std::function<void(void*, const Value&)> set;  ///< takes the result of `parse` or `convert`

  /// "a number > 0", "one of: relu, tanh", ...: for help and errors.
  std::string range() const;
  /// The name shown to users of the command line: the first flag, or "--name-with-dashes".
  std::string flag() const;

  /// Reads text. Errors: std::invalid_argument naming option, range and text.
  Value parse(std::string_view text) const;
  /// Converts a value read elsewhere (JSON, TOML) to this type: an integer to a real, a single item
  /// to a list. Errors: std::invalid_argument naming option, range and value.
  Value convert(const Value& value) const;
  /// Errors: std::invalid_argument if `value`, of this type, is out of range or not a choice.
  void check(const Value& value) const;
};

using FieldList = std::vector<Field>;

/// nullptr if there is no field with this name.
const Field* find_field(const FieldList& fields, std::string_view name);

namespace detail {

template <class M>
struct MemberType;
template <>
struct MemberType<bool> {
  static constexpr auto type = Field::Type::boolean;
  static Value to(bool v) { return v; }
  static bool from(const Value& v) { return std::get<bool>(v); }
};
template <>
struct MemberType<std::string> {
  static constexpr auto type = Field::Type::text;
  static Value to(const std::string& v) { return v; }
  static std::string from(const Value& v) { return std::get<std::string>(v); }
};
template <class M>
requires std::is_integral_v<M>
struct MemberType<M> {
  static constexpr auto type = Field::Type::integer;
  static Value to(M v) { return static_cast<std::int64_t>(v); }
  static M from(const Value& v) { return static_cast<M>(std::get<std::int64_t>(v)); }
};
template <class M>
requires std::is_floating_point_v<M>
struct MemberType<M> {
  static constexpr auto type = Field::Type::real;
  static Value to(M v) { return static_cast<double>(v); }
  static M from(const Value& v) { return static_cast<M>(std::get<double>(v)); }
};
template <>
struct MemberType<std::vector<double>> {
  static constexpr auto type = Field::Type::reals;
  static Value to(const std::vector<double>& v) { return v; }
  static std::vector<double> from(const Value& v) { return std::get<std::vector<double>>(v); }
};
template <>
struct MemberType<std::vector<std::string>> {
  static constexpr auto type = Field::Type::texts;
  static Value to(const std::vector<std::string>& v) { return v; }
  static std::vector<std::string> from(const Value& v) {
    return std::get<std::vector<std::string>>(v);
  }
};
template <class I>
requires std::is_integral_v<I>
struct MemberType<std::vector<I>> {
  static constexpr auto type = Field::Type::integers;
  static Value to(const std::vector<I>& v) { return std::vector<std::int64_t>(v.begin(), v.end()); }
  static std::vector<I> from(const Value& v) {
    const auto& items = std::get<std::vector<std::int64_t>>(v);
    return std::vector<I>(items.begin(), items.end());
  }
};

/// Whether this type, or the element type of this list, is unsigned.
template <class M>
constexpr bool kIsUnsigned = std::is_unsigned_v<M> && !std::is_same_v<M, bool>;
template <class I>
constexpr bool kIsUnsigned<std::vector<I>> = kIsUnsigned<I>;

}  // namespace detail

/// Builds the field list of a struct: one `add` per member, followed by calls that set its
/// properties:
///
///     static const FieldList list = Fields<NetOptions>()
///         .add("alpha", &NetOptions::alpha, "L2 penalty").at_least(0)
///         .add("solver", &NetOptions::solver, "optimiser").one_of(optimizer_names);
///
/// A member of an unsigned type has the lower bound 0 by default. A type with a field list declares
/// `static const FieldList& fields()`.
template <class Options>
class Fields {
 public:
  template <class M>
  Fields& add(std::string name, M Options::*member, std::string help) {
    Field field = describe<M>(std::move(name), std::move(help));
    field.get = [member](const void* o) {
      return detail::MemberType<M>::to(static_cast<const Options*>(o)->*member);
    };
    field.set = [member](void* o, const Value& v) {
      static_cast<Options*>(o)->*member = detail::MemberType<M>::from(v);
    };
    list_.push_back(std::move(field));
    return *this;
  }

  template <class M>
  Fields& add(std::string name, std::optional<M> Options::*member, std::string help) {
    Field field = describe<M>(std::move(name), std::move(help));
    field.optional = true;
    field.get = [member](const void* o) {
      const auto& value = static_cast<const Options*>(o)->*member;
      return value ? detail::MemberType<M>::to(*value) : Value{};
    };
    field.set = [member](void* o, const Value& v) {
      auto& value = static_cast<Options*>(o)->*member;
      if (std::holds_alternative<Unset>(v))
        value.reset();
      else
        value = detail::MemberType<M>::from(v);
    };
    list_.push_back(std::move(field));
    return *this;
  }

  Fields& at_least(double low) { return bound(low, false, last().high, last().high_open); }
  Fields& more_than(double low) { return bound(low, true, last().high, last().high_open); }
  Fields& at_most(double high) { return bound(last().low, last().low_open, high, false); }
  Fields& less_than(double high) { return bound(last().low, last().low_open, high, true); }
  Fields& one_of(std::function<std::vector<std::string>()> choices) {
    last().choices = std::move(choices);
    return *this;
  }
  Fields& one_of(std::vector<std::string> choices) {
    return one_of([choices = std::move(choices)] { return choices; });
  }
  Fields& with_number() {
    last().choice_has_number = true;
    return *this;
  }
  Fields& obeys(std::function<void(const std::string&)> rule) {
    last().rule = std::move(rule);
    return *this;
  }
  Fields& unset_as(std::string text) {
    last().unset = std::move(text);
    return *this;
  }
  Fields& flag(std::string name, std::string implies = {}) {
    last().flags.push_back({std::move(name), std::move(implies)});
    return *this;
  }
  Fields& not_recorded() {
    last().recorded = false;
    return *this;
  }
  Fields& log_scale() {
    last().log_scale = true;
    return *this;
  }
  Fields& at_prediction() {
    last().at_prediction = true;
    return *this;
  }

  operator FieldList() const { return list_; }

 private:
  template <class M>
  static Field describe(std::string name, std::string help) {
    Field field;
    field.name = std::move(name);
    field.help = std::move(help);
    field.type = detail::MemberType<M>::type;
    if (detail::kIsUnsigned<M>) field.low = 0;
    return field;
  }
  Field& last() { return list_.back(); }
  Fields& bound(double low, bool low_open, double high, bool high_open) {
    Field& field = last();
    field.low = low, field.low_open = low_open, field.high = high, field.high_open = high_open;
    return *this;
  }

  FieldList list_;
};

/// Errors: std::invalid_argument naming option, range and value of the first field out of range.
template <class Options>
void check_fields(const Options& options) {
  for (const Field& field : Options::fields()) field.check(field.get(&options));
}

/// At most `most` names, nearest to `word` by edit distance first: for "did you mean" messages.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& names,
                                 std::size_t most = 1);

}  // namespace hebb
