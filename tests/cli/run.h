#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "scratch.h"

namespace hebb::test {

using Json = nlohmann::ordered_json;

/// A folder of its own, in which the program runs.
class Folder : public Scratch {
 public:
  std::string write(const std::string& name, const std::string& text) const {
    write_text(*this / name, text);
    return *this / name;
  }
  std::string read(const std::string& name) const { return read_text(*this / name); }
  bool has(const std::string& name) const { return std::filesystem::exists(*this / name); }
};

struct Result {
  int code = -1;  ///< 128 + number where a signal ended it
  std::string out, err;

  Json json() const { return Json::parse(out); }
};

struct Surroundings {
  std::string in = {};  ///< standard input
  std::map<std::string, std::string> variables = {};
  std::string out_file = {};  ///< standard output goes there
  int signal = 0;             ///< sent once standard error holds this:
  std::string once = {};
  int then = 0;       ///< another signal, a tenth of a second later
  rlim_t memory = 0;  ///< most bytes of address space; 0: any. Not under sanitizers, which take all
  std::string program = HEBB_PROGRAM;
  std::optional<std::size_t> file_limit = {};  ///< bytes that a file may have
  int ignored = 0;                             ///< a signal that it ignores from its start
  bool one_thread = false;                     ///< asking the system for another is an error
};

/// From now on the system refuses this process, and programs in its place, another thread.
inline bool refuse_threads() {
  // clone3() is unknown, so that the C library takes clone(), whose flags can be looked at.
  std::array<sock_filter, 8> code = {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone3, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog program{static_cast<unsigned short>(code.size()), code.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/// Runs the program in `folder` and waits for its end.
inline Result run(const Folder& folder, const std::vector<std::string>& arguments,
                  const Surroundings& around = {}) {
  std::array<int, 2> in{}, out{}, err{};
  if (::pipe(in.data()) || ::pipe(out.data()) || ::pipe(err.data()))
    throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::dup2(err[1], 2);
    if (!around.out_file.empty()) ::dup2(::open(around.out_file.c_str(), O_WRONLY), 1);
    for (const auto* ends : {&in, &out, &err})
      for (const int end : *ends) ::close(end);
    ::signal(SIGPIPE, SIG_DFL);
    if (::chdir(folder.path().c_str()) != 0) ::_exit(127);
    for (const char* name : {"HEBB_DATA_DIR", "NO_COLOR", "LC_ALL", "LC_CTYPE"}) ::unsetenv(name);
    ::setenv("LANG", "C.UTF-8", 1);
    ::setenv("XDG_CACHE_HOME", folder.path().c_str(), 1);
#ifndef HEBB_ADDRESS_SANITIZER
    const rlimit most{around.memory, around.memory};
    if (around.memory > 0 && ::setrlimit(RLIMIT_AS, &most) != 0) ::_exit(127);
#endif
    for (const auto& [name, value] : around.variables) ::setenv(name.c_str(), value.c_str(), 1);
    if (around.file_limit) {
      const rlimit limit{*around.file_limit, *around.file_limit};
      ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    if (around.ignored != 0) ::signal(around.ignored, SIG_IGN);
    if (around.one_thread && !refuse_threads()) ::_exit(126);
    std::vector<char*> words = {const_cast<char*>(around.program.c_str())};
    for (const auto& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execv(around.program.c_str(), words.data());
    ::_exit(127);
  }
  ::close(in[0]), ::close(out[1]), ::close(err[1]);
  Result result;
  const auto drain = [](int from, std::string& to, const auto& on_text) {
    std::array<char, 4096> buffer{};
    for (ssize_t n = 0; (n = ::read(from, buffer.data(), buffer.size())) > 0;) {
      to.append(buffer.data(), static_cast<std::size_t>(n));
      on_text();
    }
    ::close(from);
  };
  std::thread read_out([&] { drain(out[0], result.out, [] {}); });
  std::thread read_err([&] {
    bool sent = false;
    drain(err[0], result.err, [&] {
      if (around.signal == 0 || sent || result.err.find(around.once) == std::string::npos) return;
      sent = ::kill(child, around.signal) == 0;
      if (around.then == 0) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      ::kill(child, around.then);
    });
  });
  std::thread write_in([&] {
    if (!around.in.empty()) (void)!::write(in[1], around.in.data(), around.in.size());
    ::close(in[1]);
  });
  int status = 0;
  ::waitpid(child, &status, 0);
  read_out.join(), read_err.join(), write_in.join();
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

/// A small table with a text, a category with gaps, and labels of text.
inline std::string people_csv(int rows = 60) {
  std::string text = "age,city,income,likes\n";
  for (int i = 0; i < rows; ++i) {
    const bool tea = i % 2 == 0;
    text += std::to_string(20 + i % 37) + (i % 3 == 0   ? ",Rome,"
                                           : i % 3 == 1 ? ",Oslo,"
                                                        : ",Bonn,");
    text += (i % 10 == 7 ? std::string() : std::to_string(tea ? 10 + i % 5 : 40 + i % 5)) +
            (tea ? ",tea\n" : ",\"coffee, black\"\n");
  }
  return text;
}

}  // namespace hebb::test
