#pragma once

#include <clocale>
#include <cstdlib>
#include <string>

#include "scratch.h"

namespace hebb::test {

/// While one lives, C's functions write numbers as Germans do: 0,5. `is_set` tells whether this
/// machine could be brought to it.
class CommaLocale {
 public:
  CommaLocale() {
    const std::string command =
        "localedef -i de_DE -f UTF-8 " + (scratch_ / "de_DE.UTF-8") + " > /dev/null 2>&1";
    if (std::system(command.c_str()) != 0) return;
    setenv("LOCPATH", scratch_.path().c_str(), 1);
    is_set = std::setlocale(LC_NUMERIC, "de_DE.UTF-8") != nullptr;
  }
  ~CommaLocale() {
    std::setlocale(LC_NUMERIC, "C");
    unsetenv("LOCPATH");
  }
  CommaLocale(const CommaLocale&) = delete;
  CommaLocale& operator=(const CommaLocale&) = delete;

  bool is_set = false;

 private:
  const Scratch scratch_;
};

}  // namespace hebb::test
