#pragma once

#include <concepts>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/core/fields.h"
#include "hebb/core/record.h"

namespace hebb {

/// Options by name, as in the fields of an options struct. Options not named have their default, or
/// the value that the function that takes them describes.
using OptionValues = std::map<std::string, Value>;

/// A struct of options: fields() lists its members. A struct that derives from another struct of
/// options, and should be accepted in place of it, declares this: `using Base = NetOptions;`.
template <class T>
concept OptionsStruct = std::copyable<T> && requires {
  { T::fields() } -> std::same_as<const FieldList&>;
};

/// Holds any struct of options as a value, whose members can be read and set by name, copied,
/// compared and recorded. If an estimator contains others, their options are its children:
/// "base.alpha" is the option `alpha` of the child `base`.
///
///     OptionSet options = PerceptronOptions{.penalty = "l2"};
///     options.set("alpha", 1e-3);
///     const double alpha = options.as<PerceptronOptions>().alpha;
///
/// The kind of a contained estimator may be an option too: "base" is then its kind, and "base.alpha"
/// an option of that kind.
class OptionSet {
 public:
  /// No options.
  OptionSet() = default;
  // Excludes OptionSet first: OptionsStruct would ask whether it is copyable while its copy
  // constructor is being resolved.
  template <class Options>
  requires(!std::same_as<Options, OptionSet> && OptionsStruct<Options>) OptionSet(Options options)
      : struct_(std::make_unique<Of<Options>>(std::move(options))) {}
  OptionSet(const OptionSet& other);
  OptionSet& operator=(const OptionSet& other);
  OptionSet(OptionSet&&) noexcept = default;
  OptionSet& operator=(OptionSet&&) noexcept = default;
  ~OptionSet() = default;

  /// The fields of the struct itself, without those of children.
  const FieldList& fields() const;
  /// The names of all options: those of the struct, then those of the children ("base.alpha").
  std::vector<std::string> names() const;
  /// The field with this name, of the struct or of a child; nullptr if there is none.
  const Field* find(std::string_view name) const;

  /// Errors: std::invalid_argument naming the nearest option, if there is none with this name.
  Value get(std::string_view name) const;
  /// Errors: as get(); std::invalid_argument naming option, range and value, if the value does not
  /// fit.
  void set(std::string_view name, const Value& value);
  /// Sets an option from text, as a user writes it. Errors: as set().
  void set_text(std::string_view name, std::string_view text);
  /// Errors: std::invalid_argument naming option, range and value of the first that is out of range.
  void check_values() const;

  /// Whether this is a struct of this type, or one that derives from it.
  template <OptionsStruct Options>
  bool holds() const {
    return struct_ && struct_->find(typeid(Options)) != nullptr;
  }
  /// The struct. Errors: std::invalid_argument unless it holds() one of this type.
  template <OptionsStruct Options>
  const Options& as() const {
    check(holds<Options>(), "options", "this set holds another struct than the one asked for");
    return *static_cast<const Options*>(std::as_const(*struct_).find(typeid(Options)));
  }
  template <OptionsStruct Options>
  Options& as() {
    check(holds<Options>(), "options", "this set holds another struct than the one asked for");
    return *static_cast<Options*>(struct_->find(typeid(Options)));
  }
  /// The struct as Field::get and Field::set take it; nullptr if there is none. Values set this way
  /// are not checked.
  void* data() { return struct_ ? struct_->data() : nullptr; }
  const void* data() const { return struct_ ? std::as_const(*struct_).data() : nullptr; }

  /// Adds the options of a contained estimator under this name.
  /// Errors: std::invalid_argument if the name is taken, is empty or contains a dot.
  void add_child(std::string name, OptionSet options);
  /// Adds the options of a contained estimator whose kind is the value of the text option `name`.
  /// When that option is set to another kind, they are replaced by what `options_of` gives for it.
  /// Errors: std::invalid_argument unless there is such an option, without a child of its name.
  void add_chosen_child(std::string name, OptionSet options,
                        std::function<OptionSet(const std::string& kind)> options_of);
  const std::vector<std::pair<std::string, OptionSet>>& children() const { return children_; }
  /// Errors: std::invalid_argument naming the nearest child, if there is none with this name.
  const OptionSet& child(std::string_view name) const;

  /// The recorded fields by name, and the records of children.
  Record record() const;
  /// The name of a child's record in record(): its own, or "base_options" if "base" is its kind.
  std::string record_name(std::string_view child) const;
  /// Sets the options that `record` contains; the others keep their values. Unknown names in
  /// `record` are ignored. Errors: std::invalid_argument for a value that does not fit its field.
  void read(const Record& record);

  /// Whether both have the same names with the same values.
  bool operator==(const OptionSet& other) const;

 private:
  struct Struct {
    virtual ~Struct() = default;
    virtual std::unique_ptr<Struct> clone() const = 0;
    virtual const FieldList& fields() const = 0;
    virtual const void* data() const = 0;
    virtual void* data() = 0;
    virtual const void* find(const std::type_info& type) const = 0;
    void* find(const std::type_info& type) {
      return const_cast<void*>(std::as_const(*this).find(type));
    }
  };
  template <class Options>
  struct Of final : Struct {
    explicit Of(Options o) : options(std::move(o)) {}
    std::unique_ptr<Struct> clone() const override { return std::make_unique<Of>(options); }
    const FieldList& fields() const override { return Options::fields(); }
    const void* data() const override { return &options; }
    void* data() override { return &options; }
    const void* find(const std::type_info& type) const override {
      if (type == typeid(Options)) return &options;
      if constexpr (requires { typename Options::Base; }) {
        if (type == typeid(typename Options::Base))
          return static_cast<const typename Options::Base*>(&options);
      }
      return nullptr;
    }

    Options options;
  };

  /// Passes the part of a name after the dot to the child named before it.
  template <class Set, class Own, class OfChild>
  static auto route(Set& set, std::string_view name, const Own& own, const OfChild& of_child);
  const Field& field(std::string_view name) const;
  /// Sets an option of the struct to a value of its type.
  void set_own(const Field& own, const Value& value);

  struct Choice {
    std::string name;
    std::function<OptionSet(const std::string& kind)> options_of;
  };

  std::unique_ptr<Struct> struct_;
  std::vector<std::pair<std::string, OptionSet>> children_;
  std::vector<Choice> choices_;  // of the children whose kind is an option
};

}  // namespace hebb
