#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "options.h"

namespace hebb::app {

/// The value of an environment variable; empty if it is not set.
std::string variable(const char* name);

/// The properties of standard output or standard error.
struct Terminal {
  bool tty = false;
  std::size_t width = 80;   ///< columns
  std::size_t height = 24;  ///< lines
  bool utf8 = false;
  bool color = false;
};

/// The properties of a file descriptor. `color` is auto, always or never; NO_COLOR and TERM=dumb are
/// honoured.
Terminal look_at(int descriptor, const std::string& color);

/// Standard error: notes, hints, warnings and live lines, which they do not overwrite. All are
/// printed as printable() has them, so they may contain names and labels from files.
/// Any thread may call its functions.
class Console {
 public:
  void configure(const GlobalOptions& options);
  /// Both with the current width: a window may be resized during training.
  Terminal out() const;
  Terminal err() const;
  bool quiet() const { return quiet_; }

  /// Prints a note, wrapped on a terminal; not printed with --quiet.
  void note(std::string_view text);
  /// Prints "next: hebb ...", for copying: never wrapped; not printed with --quiet.
  void hint(std::string_view label, std::string_view command);
  /// Prints "next: " and words that are no command, wrapped; not printed with --quiet.
  void advice(std::string_view label, std::string_view text);
  void warning(std::string_view text);
  void error(std::string_view text);

  /// Redraws the live lines, each cut to the terminal's width. Empty: removes them. They must not be
  /// more than the terminal has.
  void live(std::string_view text);

 private:
  void say(std::string_view code, std::string_view label, std::string_view text);
  void write(const std::string& text);

  std::mutex mutex_;
  Terminal out_, err_;
  bool quiet_ = false;
  std::string to_live_begin() const;

  std::size_t live_lines_ = 0;
};

Console& console();

/// Writes to standard output what contains no text from files, or only printable() text: tables and
/// JSON. A failure must not end a run that has other files to write. It is reported on standard
/// error, once and only if results are lost, and nothing more is written.
void write_results(std::string_view text);

/// Writes a sentence to standard output: wrapped on a terminal, one line elsewhere, where programs look
/// for it. Otherwise as write_results().
void write_sentence(const std::string& text);

/// Whether writing to standard output has failed for another reason than that its reader, as `head`,
/// has closed it.
bool results_lost();

/// Writes data for programs, such as predictions and names of files, to standard output: unchanged,
/// but to a terminal each line as printable() has it. `text` ends in a line end. Failures: as
/// write_results().
void write_data(std::string_view text);

/// printable(text) in bold if `terminal` has colours.
std::string bold(const std::string& text, const Terminal& terminal);

}  // namespace hebb::app
