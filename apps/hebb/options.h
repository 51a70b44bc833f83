#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/core/options.h"

namespace hebb::app {

struct Verb;

/// The options that every verb takes.
struct GlobalOptions {
  std::optional<std::string> config;
  std::uint64_t random_state = 0;
  int threads = 0;
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  std::string color = "auto";
  std::string progress = "auto";

  static const FieldList& fields();
};

/// One options struct of a verb: its heading in help, and its defaults.
struct OptionList {
  std::string title;
  OptionSet options;
  std::string model = {};  ///< the kind of --model that has these options; empty: all kinds
};

template <class Options>
OptionList options(std::string title) {
  return {std::move(title), Options(), {}};
}

/// The configuration file that a call reads options from.
struct ConfigFile {
  std::string path;
  std::string given_by;  ///< the option or variable, for messages
  bool named = true;     ///< false: it was found in the current folder
};

/// The values of all options of one call of a verb: one struct for each OptionList.
class Settings {
 public:
  explicit Settings(const Verb& verb);

  template <class Options>
  Options& get() {
    return set_of(Options::fields()).template as<Options>();
  }
  template <class Options>
  const Options& get() const {
    return set_of(Options::fields()).template as<Options>();
  }

  /// The options of the model whose list has these fields. Errors: std::invalid_argument with option,
  /// range and value if a given value is invalid for that model.
  OptionSet& of_model(const FieldList& fields);

  /// Sets every field of this name, in all lists, and marks it as given. The lists of several models
  /// may have different ranges: the value must be valid in at least one of them.
  /// Errors: std::invalid_argument if it is valid in none.
  void set(const std::string& name, const Value& value);
  /// The same from text as a user writes it; `off` switches a boolean off.
  void set_text(const std::string& name, const std::string& text, bool off = false);
  /// From now on the option counts as not given; its value is kept.
  void forget(const std::string& name) { given_.erase(name); }
  Value value(const std::string& name) const;
  /// The options of this struct that were given.
  template <class Options>
  OptionValues given_values() const {
    return given_values(set_of(Options::fields()));
  }
  OptionValues given_values(const OptionSet& options) const;
  /// Whether a flag, a variable, a file or a resumed command has set it.
  bool given(const std::string& name) const { return given_.contains(name); }
  const std::set<std::string>& given() const { return given_; }

  std::vector<std::string> arguments;     ///< the positional ones
  std::set<std::string> by_flag;          ///< the options given by a flag of the call itself
  std::optional<ConfigFile> config_file;  ///< if options were read from one

 private:
  OptionSet& set_of(const FieldList& fields);
  const OptionSet& set_of(const FieldList& fields) const;
  template <class Read>
  void set_each(const std::string& name, const Read& read);

  std::vector<OptionSet> sets_;
  std::map<const FieldList*, std::map<std::string, std::string>> misfits_;  // option -> message
  std::set<std::string> given_;
};

/// One option of a verb. A name that occurs in several lists (seed, threads) is one option, with the
/// help of the first list; models may add their own ranges and defaults.
struct Option {
  const Field* field = nullptr;
  std::string help;
  std::string range;                   ///< short text
  std::vector<std::string> choices;    ///< of all lists; empty: any
  std::vector<std::string> models;     ///< that have it; empty: not an option of models
  std::string taken_by;                ///< these as text; empty if all models have it
  std::string heading;                 ///< of its section in help
  std::string standard;                ///< the default, as help shows it
  std::string first_standard;          ///< the default of the first list only
  bool on = false;                     ///< a boolean that is true by default, of some kind
  bool by_kind = false;                ///< its default depends on the kind of model
  bool common = false;                 ///< in the short help
  std::vector<std::string> flags;      ///< with dashes, the preferred one first
  std::vector<std::string> off_flags;  ///< those that switch a boolean off
};

/// A name by which an option is given: a flag, a variable or a key of a file.
struct Spelling {
  const Option* option = nullptr;
  bool off = false;                    ///< switches a boolean off
  std::string implies;                 ///< a boolean that it also switches on; or empty
  std::vector<std::string> also = {};  ///< other options of models with the same flag
};

/// All options of a verb and their names. A flag that a field declares takes precedence over the
/// name of another field: --learning-rate is learning_rate_init, not learning_rate.
class OptionTable {
 public:
  explicit OptionTable(const Verb& verb);
  OptionTable(const OptionTable&) = delete;  // spellings point into options
  OptionTable& operator=(const OptionTable&) = delete;

  const std::vector<Option>& options() const { return options_; }
  /// The option of a flag, such as "--hidden" or "-o"; nullptr if there is none.
  const Spelling* flag(const std::string& flag) const;
  /// The option of a key, such as "hidden", "hidden_layer_sizes" or "early-stop", as in files and, in
  /// capitals, in variables; nullptr if there is none.
  const Spelling* key(std::string key) const;
  std::vector<std::string> flags() const;
  std::vector<std::string> keys() const;
  /// The headings, in the order of help.
  std::vector<std::string> headings() const;

 private:
  void add_flag(Option& option, const std::string& flag, bool off, const std::string& implies);

  std::vector<Option> options_;
  std::map<std::string, Spelling> spellings_;
  std::vector<std::string> heading_order_;
};

/// The placeholder of the value in help: "N", "FILE", "" for a boolean.
std::string placeholder(const Field& field);
/// The range as short text: "> 0", "relu, tanh, ..."; empty if every value is valid.
std::string short_range(const Field& field);

/// Parses a value as a user writes it. Fields whose name ends in `_seconds` take 90, 90s, 5m and 1h.
/// Errors: std::invalid_argument with option, range and text.
Value read_value(const Field& field, const std::string& text);

}  // namespace hebb::app
