#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hebb/core/fields.h"

namespace hebb {

/// The name and arguments of a layer, and the branches of a join. A network text is parsed into
/// specs, Layer::spec() returns one, and make_layer() builds a layer from one.
class LayerSpec {
 public:
  struct Argument {
    std::string key;  ///< empty if the text gives none
    /// The characters of the text or, from Layer::spec(), a value of the argument's own type: a
    /// size as std::int64_t, height and width as two of them.
    Value value;
    std::size_t key_at = 0, at = 0;  ///< positions of key and value in the text
    bool named = false;              ///< written key=value
    bool usual = false;              ///< has its default: the text omits it
  };
  using Branch = std::vector<LayerSpec>;

  LayerSpec() = default;
  explicit LayerSpec(std::string name_of_layer) : name(std::move(name_of_layer)) {}

  /// The whole text, for error messages, shared by the layers of one text; null if there is none.
  std::shared_ptr<const std::string> source;
  std::string name;
  std::size_t at = 0;
  std::vector<Argument> arguments;
  std::vector<Branch> branches;  ///< of a join: "residual(...)", "add(... | ...)"

  /// Adds an argument that the text always shows, without its name. For Layer::spec().
  LayerSpec& add(std::string key, Value value);
  /// Adds an argument that the text shows as key=value unless it equals its default, `usual`.
  LayerSpec& add(std::string key, Value value, const Value& usual);

  /// The argument named `key`, or the unnamed one at `position`; `otherwise` if it is omitted.
  /// Errors: std::invalid_argument that shows the text and points at the character.
  std::size_t whole(std::string_view key, std::size_t position,
                    std::optional<std::size_t> otherwise = {}) const;
  double real(std::string_view key, std::size_t position,
              std::optional<double> otherwise = {}) const;
  /// Height and width: one number for both, "3", or two, "3x5". `range` describes the allowed
  /// values in errors.
  std::pair<std::size_t, std::size_t> sizes(
      std::string_view key, std::size_t position,
      std::optional<std::pair<std::size_t, std::size_t>> otherwise = {},
      std::string_view range = "a whole number or two (3x5)") const;
  /// The argument's text, or `otherwise` if it is omitted.
  std::string text(std::string_view key, std::size_t position, const std::string& otherwise) const;
  /// Throws std::invalid_argument for arguments other than these, naming the nearest.
  void allow(const std::vector<std::string>& keys) const;
  /// Throws std::invalid_argument with the text and a caret under `place`.
  [[noreturn]] void fail(const std::string& message, std::size_t place) const;

 private:
  template <class Number, class Read>
  Number get(std::string_view key, std::size_t position, const std::optional<Number>& otherwise,
             std::string_view range, const Read& read) const;
  const Argument* find(std::string_view key, std::size_t position) const;
};

/// A size as a value.
inline Value size_value(std::size_t size) { return static_cast<std::int64_t>(size); }

/// The value of an argument as the network text writes it: "0.5", "same", "3x5".
std::string argument_text(const Value& value);

/// The network text of one layer, or of a sequence of layers: "conv(32,5,stride=2)". Parsing it
/// gives the same specs.
std::string to_text(const LayerSpec& spec);
std::string to_text(const std::vector<LayerSpec>& specs);

/// The maximum length of a network text, in bytes: some thousands of layers.
inline constexpr std::size_t kLongestNetworkText = std::size_t{1} << 16;

/// Parses a network text into layers. Layers are separated by blanks; their arguments are in
/// brackets, by position or by key: "linear(512) relu dropout(rate=0.5) linear(10)". The brackets
/// of a join contain its branches, separated by |: "concat(linear(8) relu | linear(8) tanh)".
/// Errors: std::invalid_argument that shows the text and points at the character, or for a text of
/// more than kLongestNetworkText bytes.
std::vector<LayerSpec> parse_network_text(std::string_view text);

}  // namespace hebb
