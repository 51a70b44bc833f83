#include "terminal.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "text.h"

namespace hebb::app {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}
namespace {

bool locale_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    std::string value(variable(name));
    if (value.empty()) continue;
    std::ranges::transform(value, value.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return value.find("utf-8") != std::string::npos || value.find("utf8") != std::string::npos;
  }
  return false;
}

int results_error = 0;  // of standard output: errno of the first call that failed

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(descriptor, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {  // a pipe that another program has set not to block
      pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
      ::poll(&ready, 1, -1);
      continue;
    }
    if (n < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string colored(std::string_view code, std::string_view text, const Terminal& terminal) {
  if (!terminal.color) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

// `terminal` with its current width; unchanged if the width is unknown.
Terminal with_width_of(int descriptor, Terminal terminal) {
  winsize size{};
  if (!terminal.tty || ::ioctl(descriptor, TIOCGWINSZ, &size) != 0) return terminal;
  if (size.ws_col > 0) terminal.width = size.ws_col;
  if (size.ws_row > 0) terminal.height = size.ws_row;
  return terminal;
}

bool is_caret(std::string_view line) {
  const std::size_t at = line.find_first_not_of(' ');
  return at != line.npos && line.substr(at) == "^";
}

// The part of a line around column `at` that fits into `width` columns, with dots where it is cut,
// and a caret below `at`.
std::string with_caret(std::string_view line, std::size_t at, std::size_t width) {
  constexpr std::size_t kDots = 3;
  const std::string dots(kDots, '.');
  std::string out;
  if (width > 4 * kDots && display_width(line) > width) {
    const std::size_t room = width - 2 * kDots;
    if (at > room / 3 * 2) {
      const std::string_view before = cut_to_width(line, at - room / 2);
      at -= display_width(before) - kDots;
      line.remove_prefix(before.size());
      out = dots;
    }
    const std::string_view part = cut_to_width(line, room);
    out.append(part);
    if (part.size() < line.size()) out += dots;
  } else {
    out = line;
  }
  return out + '\n' + std::string(at, ' ') + "^\n";
}

// Wraps long lines on a terminal. The further lines of a message are indented; of a line with a
// caret below its faulty character, only the part around it is shown if it is too long. Any other
// line break is from a file, so it is escaped, or the file could write messages.
std::string broken(std::string_view text, const Terminal& terminal) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\n "), text.size());
    lines.push_back(printable(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!terminal.tty) {
      out += lines[i] + '\n';
    } else if (i + 1 < lines.size() && is_caret(lines[i + 1])) {
      out += with_caret(lines[i], lines[i + 1].find('^'), terminal.width - 1);
      ++i;
    } else {
      const std::size_t indent = std::min(lines[i].find_first_not_of(' '), lines[i].size());
      const std::size_t room = std::max(terminal.width, indent + 12) - indent - 2;
      std::string blanks(indent, ' ');
      for (const std::string& piece : wrap(lines[i].substr(indent), room)) {
        out += blanks + piece + '\n';
        blanks.resize(indent + 2, ' ');
      }
    }
  }
  return out;
}

}  // namespace

Terminal look_at(int descriptor, const std::string& color) {
  Terminal terminal;
  terminal.tty = ::isatty(descriptor) == 1;
  terminal.utf8 = locale_is_utf8();
  terminal.color =
      color == "always" || (color == "auto" && terminal.tty && variable("NO_COLOR").empty() &&
                            variable("TERM") != "dumb" && !variable("TERM").empty());
  return with_width_of(descriptor, terminal);
}

void Console::configure(const GlobalOptions& options) {
  out_ = look_at(STDOUT_FILENO, options.color);
  err_ = look_at(STDERR_FILENO, options.color);
  quiet_ = options.quiet;
}

Terminal Console::out() const { return with_width_of(STDOUT_FILENO, out_); }
Terminal Console::err() const { return with_width_of(STDERR_FILENO, err_); }

void Console::note(std::string_view text) {
  if (!quiet_) write(broken(text, err()));
}

void Console::hint(std::string_view label, std::string_view command) {
  if (!quiet_)
    write(colored("2", std::string(label) + ":", err_) + ' ' + printable(command) + '\n');
}

void Console::advice(std::string_view label, std::string_view text) {
  if (!quiet_) say("2", std::string(label) + ':', text);
}

void Console::say(std::string_view code, std::string_view label, std::string_view text) {
  const std::string out = broken(std::string(label) + ' ' + std::string(text), err());
  write(colored(code, label, err_) + out.substr(label.size()));
}

void Console::warning(std::string_view text) { say("33", "hebb: warning:", text); }

void Console::error(std::string_view text) { say("31", "hebb: error:", text); }

void Console::live(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (text.empty() && live_lines_ == 0) return;
  std::string out = to_live_begin();
  const bool several = live_lines_ > 1;
  live_lines_ = 0;
  // Leave the last column free: some terminals wrap a full line.
  const std::size_t width = err().width - 1;
  do {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out += (live_lines_ == 0 ? "" : "\n") + printable(cut_to_width(text.substr(0, end), width)) +
           "\x1b[K";
    live_lines_ += end > 0 ? 1 : 0;
    text.remove_prefix(std::min(end + 1, text.size()));
  } while (!text.empty());
  write_all(STDERR_FILENO, several ? out + "\x1b[J" : out);
}

// Moves to where the live lines begin: they are overwritten, which does not flicker.
std::string Console::to_live_begin() const {
  return live_lines_ > 1 ? fmt::format("\r\x1b[{}A", live_lines_ - 1) : "\r";
}

// Overwrites the live lines; the next event redraws them below.
void Console::write(const std::string& text) {
  const std::lock_guard lock(mutex_);
  const char* const erase = live_lines_ > 1 ? "\x1b[J" : "\x1b[K";
  write_all(STDERR_FILENO, live_lines_ > 0 ? to_live_begin() + erase + text : text);
  live_lines_ = 0;
}

Console& console() {
  static Console instance;
  return instance;
}

void write_results(std::string_view text) {
  if (results_error != 0 || write_all(STDOUT_FILENO, text)) return;
  results_error = errno;
  if (results_lost())
    console().error("cannot write to standard output: " +
                    std::generic_category().message(results_error));
}

// A reader that closes the pipe, as `head` does, has all that it wants.
void write_sentence(const std::string& text) {
  const Terminal out = console().out();
  write_results(out.tty ? paragraph(text, out.width) : printable(text) + '\n');
}

bool results_lost() { return results_error != 0 && results_error != EPIPE; }

void write_data(std::string_view text) {
  if (!console().out().tty) return write_results(text);
  std::string lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines += printable(text.substr(0, end)) + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  write_results(lines);
}

std::string bold(const std::string& text, const Terminal& terminal) {
  return colored("1", printable(text), terminal);
}

}  // namespace hebb::app
