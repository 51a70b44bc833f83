#pragma once

#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "scratch.h"
#include "select/postgres.h"

namespace hebb::test {

/// A PostgreSQL of its own on a socket in a temporary folder, with a database "studies". It runs as the
/// user postgres if the test runs as root, and ends with the test.
class Server {
 public:
  Server() {
    if (::geteuid() == 0) {
      const passwd* user = ::getpwnam("postgres");
      if (!user) user = ::getpwnam("nobody");
      if (!user || ::chown(folder_.path().c_str(), user->pw_uid, user->pw_gid) != 0)
        throw std::runtime_error("there is no user that PostgreSQL can run as");
      user_ = *user;
    }
    const pid_t made = start_program({program("initdb"), "-D", data(), "-U", "tester", "-A",
                                      "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"});
    int status = 0;
    ::waitpid(made, &status, 0);
    if (status != 0) throw std::runtime_error("initdb failed: " + read_text(folder_ / "log"));
    start();
    sql("CREATE DATABASE studies", "postgres");
  }
  ~Server() { stop(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void start() {
    process_ = start_program({program("postgres"), "-D", data(), "-k", folder_.path(), "-c",
                              "listen_addresses=", "-c", "fsync=off"});
    for (int i = 0;; ++i) {
      try {
        sql("SELECT 1", "postgres");
        return;
      } catch (const postgres::Unreachable&) {
        constexpr int kMost = 600;
        if (i == kMost) throw;
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
      }
    }
  }
  /// At once, as in a crash.
  void stop() {
    if (process_ > 0) ::kill(process_, SIGQUIT);
    if (process_ > 0) ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }

  /// "postgresql://tester@/studies?host=FOLDER#NAME"
  std::string address(const std::string& name = "", const std::string& database = "studies") const {
    return "postgresql://tester@/" + database + "?host=" + folder_.path() +
           (name.empty() ? "" : '#' + name);
  }
  /// The first value of the result.
  std::string sql(const std::string& text, const std::string& database = "studies") const {
    postgres::Connection connection(postgres::read_address(address("", database)));
    connection.open();
    const postgres::Rows rows = connection.run(text.c_str());
    return rows.size() > 0 ? rows.text(0, 0) : "";
  }

 private:
  static std::string program(const std::string& name) {
    const std::filesystem::path all = "/usr/lib/postgresql";
    std::vector<std::string> found;
    std::error_code failed;
    for (const auto& version : std::filesystem::directory_iterator(all, failed))
      if (std::filesystem::exists(version.path() / "bin" / name))
        found.push_back((version.path() / "bin" / name).string());
    if (found.empty())
      throw std::runtime_error(name +
                               " is not in /usr/lib/postgresql: scripts/setup.sh installs it");
    return *std::ranges::max_element(found);
  }
  std::string data() const { return folder_ / "data"; }

  pid_t start_program(const std::vector<std::string>& command) const {
    const std::string log = folder_ / "log";
    std::vector<char*> words;
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    const pid_t child = ::fork();
    if (child != 0) return child;
    if (user_.pw_uid != 0 && (::setgid(user_.pw_gid) != 0 || ::setuid(user_.pw_uid) != 0))
      ::_exit(126);
    ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
    const int to = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(::open("/dev/null", O_RDONLY), 0), ::dup2(to, 1), ::dup2(to, 2);
    ::close_range(3, ~0U, 0);
    if (::chdir("/") != 0) ::_exit(126);
    ::execv(words.front(), words.data());
    ::_exit(127);
  }

  Scratch folder_;
  passwd user_ = {};
  pid_t process_ = -1;
};

}  // namespace hebb::test
