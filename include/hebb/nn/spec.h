#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hebb {

/// One layer as the network text writes it: a name and its arguments, with their places.
class LayerSpec {
 public:
  struct Argument {
    std::string key;  ///< empty for one without a name
    std::string value;
    std::size_t key_at, at;  ///< of the first character of key and value in the text
  };
  std::string source;  ///< the whole text, for messages
  std::string name;
  std::size_t at = 0;
  std::vector<Argument> arguments;
  std::vector<LayerSpec> parts;  ///< the layers inside "residual(...)"

  /// The argument of this name, or without name at this position; `otherwise` where it is left out.
  /// Errors: std::invalid_argument that shows the text and points at the character.
  std::size_t whole(std::string_view key, std::size_t position,
                    std::optional<std::size_t> otherwise = {}) const;
  double real(std::string_view key, std::size_t position,
              std::optional<double> otherwise = {}) const;
  /// One number for both, or two: "3", "3x5" (height x width). `range` says in errors what it
  /// takes.
  std::pair<std::size_t, std::size_t> sizes(
      std::string_view key, std::size_t position,
      std::optional<std::pair<std::size_t, std::size_t>> otherwise = {},
      std::string_view range = "a whole number or two (3x5)") const;
  /// Its text, or `otherwise`.
  std::string text(std::string_view key, std::size_t position, const std::string& otherwise) const;
  /// Refuses arguments other than these, naming the nearest.
  void allow(const std::vector<std::string>& keys) const;
  /// Throws std::invalid_argument with the text and a caret under `place`.
  [[noreturn]] void fail(const std::string& message, std::size_t place) const;

 private:
  const Argument* find(std::string_view key, std::size_t position) const;
};

/// Cuts a network text into layers: names separated by blanks, arguments in brackets, by position
/// or by key. "linear(512) relu dropout(rate=0.5) linear(10)". Inside "residual(...)" stand layers
/// again. Errors: std::invalid_argument that
/// shows the text and points at the character.
std::vector<LayerSpec> parse_network_text(std::string_view text);

}  // namespace hebb
