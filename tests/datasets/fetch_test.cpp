#include "datasets/fetch.h"

#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "expect_error.h"
#include "hebb/core/error.h"
#include "io/digest.h"
#include "scratch.h"

namespace hebb::io {
namespace {

using test::contains;
using test::read_text;
using test::Scratch;
using test::write_text;

// loopback_server.py as a child, for as long as this lives.
class Server {
 public:
  Server() {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("pipe failed");
    child_ = ::fork();
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(ends[1], STDOUT_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      ::execl(HEBB_PYTHON, HEBB_PYTHON, HEBB_SOURCE_DIR "/tests/datasets/loopback_server.py",
              nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) port_ += c;
    ::close(ends[0]);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  std::string operator/(const std::string& path) const {
    return "http://127.0.0.1:" + port_ + "/" + path;
  }

 private:
  pid_t child_ = -1;
  std::string port_;
};

// The same bytes as the server's.
std::string content() {
  std::string bytes(200'000, '\0');
  for (std::uint64_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(static_cast<std::uint8_t>(i * i / 7));
  return bytes;
}

std::string md5_of(const std::string& text) {
  return md5_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

class Fetch : public ::testing::Test {
 protected:
  void get(const std::vector<std::string>& urls) { fetch(urls, file_, md5_, options_); }
  std::string refusal(const std::vector<std::string>& urls) {
    return message_of<std::runtime_error>([&] { get(urls); });
  }
  void expect_file() {
    EXPECT_TRUE(read_text(file_) == content());
    EXPECT_FALSE(std::filesystem::exists(part_));
  }
  void expect_nothing() {
    EXPECT_FALSE(std::filesystem::exists(file_));
    EXPECT_FALSE(std::filesystem::exists(part_));
  }

  Server server_;
  Scratch scratch_;
  std::string file_ = scratch_ / "set/x.gz";
  std::string part_ = file_ + ".part";
  std::string md5_ = md5_of(content());
  FetchOptions options_{.connect_timeout = std::chrono::milliseconds(1000),
                        .stall_timeout = std::chrono::milliseconds(1000)};
};

TEST_F(Fetch, MakesTheFolderAndTheFile) {
  get({server_ / "full"});
  expect_file();
}

TEST_F(Fetch, ReportsProgress) {
  std::uint64_t last = 0;
  options_.progress = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_GT(done, last);
    EXPECT_EQ(total, content().size());
    last = done;
  };
  get({server_ / "full"});
  EXPECT_EQ(last, content().size());
}

TEST_F(Fetch, ReportsProgressOfTheWholeWhenItGoesOn) {
  std::filesystem::create_directories(scratch_ / "set");
  write_text(part_, content().substr(0, 150'000));
  std::uint64_t first = 0;
  options_.progress = [&](std::uint64_t done, std::uint64_t total) {
    if (first == 0) first = done;
    EXPECT_EQ(total, content().size());
  };
  get({server_ / "tail"});
  EXPECT_GT(first, 150'000U);
}

TEST_F(Fetch, EndsWhereProgressThrows) {
  options_.progress = [](std::uint64_t, std::uint64_t) { throw DataError("stop"); };
  EXPECT_EQ(message_of<DataError>([&] { get({server_ / "full", server_ / "full"}); }), "stop");
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(Fetch, GoesOnAfterACut) {
  EXPECT_PRED2(contains, refusal({server_ / "cut"}), "/cut: ");
  EXPECT_EQ(std::filesystem::file_size(part_), content().size() / 2);
  get({server_ / "tail"});  // answers only who asks for the rest
  expect_file();
}

TEST_F(Fetch, GoesOnAtTheNextMirror) {
  get({server_ / "cut", server_ / "tail"});
  expect_file();
}

TEST_F(Fetch, BeginsAnewWhereTheServerIgnoresTheRange) {
  get({server_ / "cut", server_ / "plain"});
  expect_file();
}

TEST_F(Fetch, BeginsAnewWhereAnOldPartDoesNotFit) {
  std::filesystem::create_directories(scratch_ / "set");
  for (const std::size_t size : {1000U, 200'000U, 300'000U}) {
    write_text(part_, std::string(size, 'x'));
    get({server_ / "full"});
    expect_file();
    std::filesystem::remove(file_);
  }
}

TEST_F(Fetch, RefusesWrongContentAndRemovesThePart) {
  const auto message = refusal({server_ / "wrong"});
  EXPECT_PRED2(contains, message, "wrong content: MD5 ");
  EXPECT_PRED2(contains, message, "expected " + md5_);
  expect_nothing();
}

TEST_F(Fetch, RefusesAnotherSize) {
  options_.size = content().size() + 1;
  EXPECT_PRED2(contains, refusal({server_ / "full"}), "sent 200000 bytes, expected 200001");
  expect_nothing();
}

TEST_F(Fetch, RefusesMoreThanTheSizeOrTheLimit) {
  options_.size = content().size();
  EXPECT_PRED2(contains, refusal({server_ / "more"}), "sends more than the 200000 bytes expected");
  options_.size = 0;
  options_.limit = 1000;
  EXPECT_PRED2(contains, refusal({server_ / "full"}), "sends more than the 1000 bytes expected");
  expect_nothing();
}

TEST_F(Fetch, EndsInTheTimeoutWhereAServerHangs) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_PRED2(contains, refusal({server_ / "hang"}), "/hang: no data for 1 s");
  EXPECT_PRED2(contains, refusal({server_ / "stall"}), "/stall: no data for 1 s");
  // Two time-outs of a second each, and what a busy machine adds.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST_F(Fetch, TakesTheNextMirrorAfterEveryKindOfFailure) {
  get({"http://127.0.0.1:1/x", server_ / "none", server_ / "hang", server_ / "wrong",
       server_ / "full"});
  expect_file();
}

TEST_F(Fetch, ListsEveryMirrorWithItsCauseAndTheRemedy) {
  const auto message = refusal({server_ / "none", "http://127.0.0.1:1/x"});
  EXPECT_PRED2(contains, message, "cannot fetch x.gz:\n  " + (server_ / "none") + ": ");
  EXPECT_PRED2(contains, message, "404");
  EXPECT_PRED2(contains, message, "\n  http://127.0.0.1:1/x: Failed to connect");
  EXPECT_PRED2(contains, message, "\n  get the file by other means and put it at " + file_);
  expect_nothing();
  options_.remedy = "ask a neighbour";
  EXPECT_TRUE(refusal({server_ / "none"}).ends_with("\n  ask a neighbour"));
}

TEST_F(Fetch, FollowsLinksButOnlyToTheWeb) {
  EXPECT_PRED2(contains, refusal({server_ / "to-file"}), "file");
  EXPECT_PRED2(contains, refusal({"file:///etc/hostname"}), "file");
  expect_nothing();
  get({server_ / "to-full"});
  expect_file();
}

TEST_F(Fetch, AsksNoProxyForThisMachine) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  get({server_ / "full"});
  ::unsetenv("http_proxy");
  expect_file();
}

TEST_F(Fetch, LeavesAFileAloneThatAnotherProcessFetches) {
  std::filesystem::create_directories(scratch_ / "set");
  write_text(part_, "x");
  FILE* held = ::fopen(part_.c_str(), "r");
  ASSERT_EQ(::flock(::fileno(held), LOCK_EX), 0);
  EXPECT_EQ(refusal({server_ / "full"}),
            part_ + ": another process is fetching this file; wait for it");
  ::fclose(held);
  EXPECT_EQ(read_text(part_), "x");
}

TEST_F(Fetch, NamesAFolderThatCannotBeMade) {
  write_text(scratch_ / "set", "");
  EXPECT_EQ(refusal({server_ / "full"}),
            (scratch_ / "set") + ": cannot create this folder: Not a directory");
}

}  // namespace
}  // namespace hebb::io
