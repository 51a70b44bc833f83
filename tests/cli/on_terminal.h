#pragma once

#include <pty.h>
#include <sys/ioctl.h>

#include "cli/run.h"

namespace hebb::test {

/// What the program, which is expected to end with `code`, writes to a terminal of this width, which
/// becomes another, `later`, once an epoch shows.
inline std::string on_terminal(const Folder& folder, const std::vector<std::string>& arguments,
                               int width, const std::string& locale, int later = 0, int code = 0) {
  winsize size{};
  size.ws_row = 24;
  size.ws_col = static_cast<unsigned short>(width);
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) {
    if (::chdir(folder.path().c_str()) != 0) ::_exit(127);
    ::unsetenv("LC_ALL"), ::unsetenv("LC_CTYPE"), ::unsetenv("NO_COLOR");
    ::setenv("LANG", locale.c_str(), 1);
    ::setenv("TERM", "xterm", 1);
    std::vector<char*> words = {const_cast<char*>(HEBB_PROGRAM)};
    for (const auto& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execv(HEBB_PROGRAM, words.data());
    ::_exit(127);
  }
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = ::read(terminal, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
    if (later == 0 || text.find("\repoch") == std::string::npos) continue;
    size.ws_col = static_cast<unsigned short>(later);
    EXPECT_EQ(::ioctl(terminal, TIOCSWINSZ, &size), 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(terminal);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == code) << text;
  return text;
}

}  // namespace hebb::test
