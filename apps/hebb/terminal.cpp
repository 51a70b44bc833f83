#include "terminal.h"

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
  if (terminal.tty && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    terminal.width = size.ws_col;
  return terminal;
}

// Wraps long lines on a terminal. The further lines of a message are indented, and not wrapped: they
// contain a text with a caret below the faulty character. Any other line break is from a file, so it
// is escaped, or the file could write messages.
std::string broken(std::string_view text, const Terminal& terminal) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\n "), text.size());
    const std::string line = printable(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool fixed = !terminal.tty || line.starts_with(' ');
    for (const std::string& piece : fixed ? std::vector{line} : wrap(line, terminal.width - 2))
      out += (fixed || out.empty() ? "" : "  ") + piece + '\n';
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

void Console::say(std::string_view code, std::string_view label, std::string_view text) {
  const std::string out = broken(std::string(label) + ' ' + std::string(text), err());
  write(colored(code, label, err_) + out.substr(label.size()));
}

void Console::warning(std::string_view text) { say("33", "hebb: warning:", text); }

void Console::error(std::string_view text) { say("31", "hebb: error:", text); }

void Console::live(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (text.empty() && !is_live_) return;
  // Leave the last column free: some terminals wrap a full line.
  const std::string line = printable(cut_to_width(text, err().width - 1));
  write_all(STDERR_FILENO, '\r' + line + "\x1b[K");
  is_live_ = !text.empty();
}

// Overwrites the live line; the next event redraws it below.
void Console::write(const std::string& text) {
  const std::lock_guard lock(mutex_);
  write_all(STDERR_FILENO, is_live_ ? "\r\x1b[K" + text : text);
  is_live_ = false;
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
