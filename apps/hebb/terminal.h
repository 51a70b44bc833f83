#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>

#include "options.h"

namespace hebb::app {

/// What one of the program's two outputs can show.
struct Terminal {
  bool tty = false;
  std::size_t width = 80;  ///< columns
  bool utf8 = false;
  bool color = false;
};

/// Looks at a file descriptor. `color` is auto, always or never; NO_COLOR and TERM=dumb are
/// honoured.
Terminal look_at(int descriptor, const std::string& color);

/// Standard error: notes, hints, warnings and one live line that none of them tears.
/// Any thread may call.
class Console {
 public:
  void configure(const GlobalOptions& options);
  /// Both with the width that they have now: windows change while training goes on.
  Terminal out() const;
  Terminal err() const;
  bool quiet() const { return quiet_; }

  /// A note, broken between words on a terminal; dropped by --quiet.
  void note(std::string_view text);
  /// "next: hebb ...", to be copied: never broken; dropped by --quiet.
  void hint(std::string_view label, std::string_view command);
  void warning(std::string_view text);
  void error(std::string_view text);

  /// Draws the live line anew; it is cut to the terminal's width. Empty: takes it away.
  void live(std::string_view text);

 private:
  void say(std::string_view code, std::string_view label, std::string_view text);
  void write(const std::string& text);

  std::mutex mutex_;
  Terminal out_, err_;
  bool quiet_ = false;
  bool is_live_ = false;
};

Console& console();

/// Writes results to standard output. Errors: std::system_error if it does not take them.
void write_results(std::string_view text);

/// `text` in bold where `terminal` has colours.
std::string bold(const std::string& text, const Terminal& terminal);

}  // namespace hebb::app
