#include "select/study_file.h"

#include <fcntl.h>
#include <sqlite3.h>
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

namespace hebb {
namespace {

constexpr int kApplication = 0x68656262;  // "hebb"
constexpr int kFormat = 1;
constexpr int kOuter = -1;  // the number of the step of put_outer()

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

// A statement with its values bound, in order.
class Statement {
 public:
  Statement(sqlite3* data, std::string path, const char* sql)
      : data_(data), path_(std::move(path)) {
    require(::sqlite3_prepare_v2(data, sql, -1, &statement_, nullptr) == SQLITE_OK);
  }
  ~Statement() { ::sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::int64_t value) {
    require(::sqlite3_bind_int64(statement_, ++bound_, value) == SQLITE_OK);
    return *this;
  }
  Statement& bind(double value) {  // NaN becomes null
    require(::sqlite3_bind_double(statement_, ++bound_, value) == SQLITE_OK);
    return *this;
  }
  Statement& bind(const std::string& value) {
    require(::sqlite3_bind_text(statement_, ++bound_, value.data(), static_cast<int>(value.size()),
                                SQLITE_TRANSIENT) == SQLITE_OK);
    return *this;
  }
  Statement& bind_null() {
    ++bound_;
    return *this;
  }
  /// The next row; false: there is none.
  bool step() {
    const int code = ::sqlite3_step(statement_);
    require(code == SQLITE_ROW || code == SQLITE_DONE);
    return code == SQLITE_ROW;
  }
  std::int64_t integer(int column) const { return ::sqlite3_column_int64(statement_, column); }
  bool is_null(int column) const {
    return ::sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  double real(int column) const {
    return is_null(column) ? std::numeric_limits<double>::quiet_NaN()
                           : ::sqlite3_column_double(statement_, column);
  }
  std::string text(int column) const {
    const auto* bytes = ::sqlite3_column_text(statement_, column);
    return bytes ? std::string(reinterpret_cast<const char*>(bytes),
                               static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column)))
                 : std::string();
  }

 private:
  void require(bool holds) const {
    if (!holds) throw std::runtime_error(concat(path_, ": ", ::sqlite3_errmsg(data_)));
  }

  sqlite3* data_;
  std::string path_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

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
  Statement statement(const char* sql) const { return {data, name(), sql}; }
  void run(const char* sql) const { statement(sql).step(); }
  std::int64_t number(const char* sql) const {
    Statement one = statement(sql);
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
    Statement one = statement("SELECT value FROM about WHERE name = ?");
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
  std::vector<StudyStep> steps;
  Statement one = state_->statement(
      "SELECT number, trial, rung, point, none, state, error, seconds FROM step WHERE study = ? "
      "ORDER BY number");
  one.bind(std::int64_t{study});
  while (one.step()) {
    if (one.integer(0) != static_cast<std::int64_t>(steps.size()))
      throw std::runtime_error(state_->name() + ": the study is damaged: a step is missing");
    StudyStep& step = steps.emplace_back();
    step.trial = static_cast<std::size_t>(one.integer(1));
    step.rung = static_cast<int>(one.integer(2));
    step.point = point_from(one.text(3), state_->name());
    step.none = one.integer(4) != 0;
    step.ended = step.none || !one.is_null(5);
    if (!one.is_null(5)) step.state = state_from(one.text(5), state_->name());
    step.error = one.text(6);
    step.seconds = one.is_null(7) ? 0 : one.real(7);
  }
  Statement fold = state_->statement(
      "SELECT number, fold, score, train, epochs, seconds FROM fold WHERE study = ? AND number >= 0 "
      "ORDER BY number, fold");
  fold.bind(std::int64_t{study});
  while (fold.step()) {
    const auto number = static_cast<std::size_t>(fold.integer(0));
    if (number >= steps.size() ||
        steps[number].folds.size() != static_cast<std::size_t>(fold.integer(1)))
      throw std::runtime_error(state_->name() + ": the study is damaged: a fold is missing");
    steps[number].folds.push_back({.score = fold.real(2),
                                   .train_score = fold.real(3),
                                   .epochs = static_cast<std::size_t>(fold.integer(4)),
                                   .seconds = fold.real(5)});
    if (!steps[number].ended) steps[number].seconds += fold.real(5);
  }
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
  Statement one =
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
  Statement fold = state_->statement(
      "SELECT score, train, epochs, seconds FROM fold WHERE study = ? AND number = ?");
  fold.bind(std::int64_t{study}).bind(std::int64_t{kOuter});
  if (!fold.step()) return {};
  return {{.score = fold.real(0),
           .train_score = fold.real(1),
           .epochs = static_cast<std::size_t>(fold.integer(2)),
           .seconds = fold.real(3)}};
}

void StudyFile::put_outer(int study, const TrialFold& result) {
  put(study, static_cast<std::size_t>(kOuter), 0, result);
}

std::vector<std::size_t> StudyFile::commit() {
  if (state_->begun) state_->run("COMMIT");
  state_->begun = false;
  return {};
}

}  // namespace hebb
