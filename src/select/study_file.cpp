#include "select/study_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/vfs.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <map>
#include <string_view>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/model/record.h"
#include "io/descriptor.h"
#include "select/sqlite.h"

namespace hebb {
namespace {

using sqlite::kApplication, sqlite::kFormat, sqlite::kOuter;

// The file system of a path, if it is one whose locks are not those of one machine.
const char* network_file_system(const std::string& path) {
  static const std::map<unsigned long, const char*> kNames = {
      {0x6969, "NFS"},      {0x517B, "SMB"},        {0xFF534D42, "CIFS"}, {0xFE534D42, "SMB2"},
      {0x73757245, "Coda"}, {0x5346414F, "AFS"},    {0x00C36400, "Ceph"}, {0x0BD00BD0, "Lustre"},
      {0x47504653, "GPFS"}, {0x19830326, "BeeGFS"}, {0x01021997, "9P"},   {0x7461636F, "OCFS2"}};
  struct statfs info {};
  if (::statfs(path.c_str(), &info) != 0) return nullptr;
  const auto found = kNames.find(static_cast<unsigned long>(info.f_type) & 0xFFFFFFFFUL);
  return found == kNames.end() ? nullptr : found->second;
}

}  // namespace

struct StudyFile::State {
  std::string path;
  io::Descriptor lock{-1};  // closed after the database, whose locks closing it would end
  sqlite3* data = nullptr;
  bool begun = false;

  ~State() {
    if (data) ::sqlite3_close(data);
  }

  const std::string& name() const {
    static const std::string memory = "the study";
    return path.empty() ? memory : path;
  }
  sqlite::Statement statement(const char* sql) const { return {data, name(), sql}; }
  void run(const char* sql) const { statement(sql).step(); }
  std::int64_t number(const char* sql) const {
    sqlite::Statement one = statement(sql);
    one.step();
    return one.integer(0);
  }
  void begin() {
    if (!begun) run("BEGIN IMMEDIATE");
    begun = true;
  }

  void open() {
    if (!path.empty()) {
      const std::string folder = std::filesystem::path(path).parent_path().string();
      const char* network = network_file_system(folder.empty() ? "." : folder);
      check(network == nullptr, "study", path, " is on a network file system (",
            network ? network : "", "), whose locks do not protect a study: use a local disk");
      lock = io::open_file(path, O_RDWR | O_CREAT, 0666);
      if (!lock) io::fail(path, "open");
      if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        throw std::runtime_error(errno == EWOULDBLOCK
                                     ? path + ": another process is working on this study"
                                     : path + ": the study cannot be locked");
    }
    const char* const file = path.empty() ? ":memory:" : path.c_str();
    if (::sqlite3_open_v2(file, &data, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) !=
        SQLITE_OK)
      throw std::runtime_error(concat(name(), ": ", ::sqlite3_errmsg(data)));
    constexpr int kBusy = 10'000;  // milliseconds: others only read
    ::sqlite3_busy_timeout(data, kBusy);
  }

  // Whether it is new. Errors for a file that is no study.
  bool is_new() const {
    std::error_code failed;
    if (path.empty() || std::filesystem::file_size(path, failed) == 0) return true;
    std::int64_t application = 0, format = 0;
    try {
      application = number("PRAGMA application_id");
      format = number("PRAGMA user_version");
    } catch (const std::runtime_error&) {  // no database
      application = 0;
    }
    // Reading has undone what a process that was killed while it created the file had written.
    if (std::filesystem::file_size(path, failed) == 0) return true;
    check(application == kApplication, "study", path,
          " exists and is no study of hebb: choose "
          "another name");
    check(format == kFormat, "study", path, " is a study in format ", format,
          ", and this hebb has ", kFormat, ": finish it with the hebb that began it");
    return false;
  }

  void create(const Identity& identity) {
    begin();
    run("CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID");
    run("CREATE TABLE step (study INTEGER, number INTEGER, trial INTEGER, rung INTEGER, point TEXT,"
        " none INTEGER, state TEXT, error TEXT, seconds REAL, PRIMARY KEY (study, number))"
        " WITHOUT ROWID");
    run("CREATE TABLE fold (study INTEGER, number INTEGER, fold INTEGER, score REAL, train REAL,"
        " epochs INTEGER, seconds REAL, PRIMARY KEY (study, number, fold)) WITHOUT ROWID");
    for (const auto& [key, value] : {std::pair<std::string, std::string>{"data", identity.data},
                                     {"data_hash", identity.data_hash},
                                     {"version", identity.version},
                                     {"options", to_json(identity.options)},
                                     {"command", identity.command}})
      statement("INSERT INTO about VALUES (?, ?)").bind(key).bind(value).step();
    run(concat("PRAGMA application_id = ", kApplication).c_str());
    run(concat("PRAGMA user_version = ", kFormat).c_str());
  }

  std::string about(const char* key) const {
    sqlite::Statement one = statement("SELECT value FROM about WHERE name = ?");
    one.bind(std::string(key));
    return one.step() ? one.text(0) : "";
  }

  Identity identity() const {
    return {.data = about("data"),
            .data_hash = about("data_hash"),
            .version = about("version"),
            .options = record_from_json(about("options"))};
  }
};

StudyFile::StudyFile(const std::string& path, const Identity& identity)
    : state_(std::make_unique<State>()) {
  state_->path = path;
  state_->open();
  if (state_->is_new())
    state_->create(identity);
  else
    check_same_study(state_->identity(), identity, path, "choose another file");
  commit();
}

StudyFile::~StudyFile() = default;

const std::string& StudyFile::place() const { return state_->path; }

std::vector<StudyStep> StudyFile::steps(int study, std::size_t from) const {
  std::vector<StudyStep> steps = sqlite::read_steps(state_->data, state_->name(), study);
  steps.erase(steps.begin(),
              steps.begin() + static_cast<std::ptrdiff_t>(std::min(from, steps.size())));
  return steps;
}

bool StudyFile::claim(int study, std::size_t number, StudyStep& step) {
  put(study, number, step);
  return !step.ended;
}

void StudyFile::put(int study, std::size_t number, const StudyStep& step) {
  state_->begin();
  sqlite::Statement one =
      state_->statement("INSERT OR REPLACE INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  one.bind(std::int64_t{study})
      .bind(static_cast<std::int64_t>(number))
      .bind(static_cast<std::int64_t>(step.trial))
      .bind(std::int64_t{step.rung})
      .bind(point_text(step.point))
      .bind(std::int64_t{step.none});
  if (step.ended && !step.none)
    one.bind(to_string(step.state)).bind(step.error).bind(step.seconds);
  else
    one.bind_null().bind_null().bind_null();
  one.step();
}

void StudyFile::put(int study, std::size_t number, std::size_t fold, const TrialFold& result) {
  state_->begin();
  state_->statement("INSERT OR REPLACE INTO fold VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(std::int64_t{study})
      .bind(static_cast<std::int64_t>(number))
      .bind(static_cast<std::int64_t>(fold))
      .bind(result.score)
      .bind(result.train_score)
      .bind(static_cast<std::int64_t>(result.epochs))
      .bind(result.seconds)
      .step();
}

std::vector<TrialFold> StudyFile::outer(int study) const {
  return sqlite::read_outer(state_->data, state_->name(), study);
}

void StudyFile::put_outer(int study, const TrialFold& result) {
  put(study, static_cast<std::size_t>(kOuter), 0, result);
}

void StudyFile::put_complete(bool complete) {
  state_->begin();
  state_->statement("INSERT OR REPLACE INTO about VALUES ('complete', ?)")
      .bind(std::string(complete ? "yes" : "no"))
      .step();
}

std::vector<std::size_t> StudyFile::commit() {
  if (state_->begun) state_->run("COMMIT");
  state_->begun = false;
  return {};
}

}  // namespace hebb
