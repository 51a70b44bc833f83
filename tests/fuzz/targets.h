#pragma once

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hebb::fuzz {

/// What reads input that nobody vouches for. `run` returns, whatever the input; it throws if a
/// promise is broken: an error that the contract does not name, or an answer that contradicts
/// another. Memory errors are the sanitizers' business.
struct FuzzTarget {
  const char* name;
  void (*run)(std::string_view input);
};
const std::vector<FuzzTarget>& targets();

void fuzz_csv(std::string_view input);
void fuzz_idx(std::string_view input);
void fuzz_gzip(std::string_view input);
void fuzz_safetensors(std::string_view input);
void fuzz_model(std::string_view input);
void fuzz_checkpoint(std::string_view input);
void fuzz_network(std::string_view input);
void fuzz_config(std::string_view input);
void fuzz_flags(std::string_view input);
void fuzz_libsvm(std::string_view input);
void fuzz_npz(std::string_view input);
void fuzz_image(std::string_view input);
void fuzz_format(std::string_view input);
void fuzz_sequences(std::string_view input);
void fuzz_api(std::string_view input);

/// Throws, for an answer that is wrong.
inline void promise(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

/// Runs `action` and returns the message of its error if it is one of `Errors`, derived ones
/// included; any other goes on.
template <class... Errors, class Action>
std::optional<std::string> refused(const Action& action) {
  try {
    action();
  } catch (const std::exception& error) {
    if (!(dynamic_cast<const Errors*>(&error) || ...)) throw;
    promise(*error.what() != 0, "an error without a message");
    return error.what();
  }
  return {};
}

/// The same for a reader of a file: the message must name it.
template <class... Errors, class Action>
std::optional<std::string> refused_naming(const std::string& file, const Action& action) {
  auto message = refused<Errors...>(action);
  if (message) promise(message->find(file) != std::string::npos, "a message that names no file");
  return message;
}

}  // namespace hebb::fuzz
