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

/// What every verb takes.
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

/// One options struct of a verb: the heading it stands under in help, and its defaults.
struct OptionList {
  std::string title;
  OptionSet options;
  std::string model = {};  ///< the kind of --model that takes it; empty: all do
};

template <class Options>
OptionList options(std::string title) {
  return {std::move(title), Options(), {}};
}

/// The options of one call of a verb: one struct for each list.
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

  /// The options of a model's list, which has these fields. Errors: std::invalid_argument if a value
  /// given does not fit it, naming option, range and value.
  OptionSet& of_model(const FieldList& fields);

  /// Sets every field of this name, whichever list it stands in, and remembers that it was given.
  /// Lists of several models may disagree on what fits: one that takes the value is enough.
  /// Errors: std::invalid_argument if none does.
  void set(const std::string& name, const Value& value);
  /// The same from a person's spelling; `off` switches a boolean off.
  void set_text(const std::string& name, const std::string& text, bool off = false);
  Value value(const std::string& name) const;
  /// Whether a flag, a variable, a file or a resumed command has set it.
  bool given(const std::string& name) const { return given_.contains(name); }
  const std::set<std::string>& given() const { return given_; }

  std::vector<std::string> arguments;  ///< the positional ones

 private:
  OptionSet& set_of(const FieldList& fields);
  const OptionSet& set_of(const FieldList& fields) const;
  template <class Read>
  void set_each(const std::string& name, const Read& read);

  std::vector<OptionSet> sets_;
  std::map<const FieldList*, std::map<std::string, std::string>> misfits_;  // option -> message
  std::set<std::string> given_;
};

/// One option of a verb. A name that several lists have (seed, threads) is one option, as the first
/// of them describes it; models may add ranges and defaults of their own.
struct Option {
  const Field* field = nullptr;
  std::string help;
  std::string range;                   ///< in few words
  std::vector<std::string> choices;    ///< of all lists; empty: any
  std::vector<std::string> models;     ///< that take it; empty: it has to do with none
  std::string taken_by;                ///< these in words; empty where it is all of them
  std::string heading;                 ///< it stands under this one in help
  std::string standard;                ///< the default, as help shows it
  std::string first_standard;          ///< that of the first list alone
  bool on = false;                     ///< a boolean that is true by default
  bool common = false;                 ///< in the short help
  std::vector<std::string> flags;      ///< with dashes, the one that is shown first
  std::vector<std::string> off_flags;  ///< those that switch a boolean off
};

/// A key by which an option is given: a flag, a variable or a line of a file.
struct Spelling {
  const Option* option = nullptr;
  bool off = false;                    ///< switches a boolean off
  std::string implies;                 ///< the boolean that is switched on beside; or empty
  std::vector<std::string> also = {};  ///< other options that models call by this flag
};

/// All options of a verb and the names they go by. A flag that a field declares goes before the
/// name of another field: --learning-rate is learning_rate_init, not learning_rate.
class OptionTable {
 public:
  explicit OptionTable(const Verb& verb);
  OptionTable(const OptionTable&) = delete;  // spellings point into options
  OptionTable& operator=(const OptionTable&) = delete;

  const std::vector<Option>& options() const { return options_; }
  /// "--hidden", "-o": nullptr where there is none.
  const Spelling* flag(const std::string& flag) const;
  /// "hidden", "hidden_layer_sizes", "early-stop": as in files and, in capitals, in variables.
  const Spelling* key(std::string key) const;
  std::vector<std::string> flags() const;
  std::vector<std::string> keys() const;
  /// The headings in the order of help.
  std::vector<std::string> headings() const;

 private:
  void add_flag(Option& option, const std::string& flag, bool off, const std::string& implies);

  std::vector<Option> options_;
  std::map<std::string, Spelling> spellings_;
  std::vector<std::string> heading_order_;
};

/// What stands for the value in help: "N", "FILE", "" for a boolean.
std::string placeholder(const Field& field);
/// The range in few words: "> 0", "relu, tanh, ..."; empty where anything goes.
std::string short_range(const Field& field);

/// Reads a value as a person writes it. Names that end in `_seconds` take 90, 90s, 5m and 1h.
/// Errors: std::invalid_argument naming option, range and text.
Value read_value(const Field& field, const std::string& text);

}  // namespace hebb::app
