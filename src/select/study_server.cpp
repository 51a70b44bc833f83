#include "select/study_server.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <exception>
#include <map>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/model/record.h"
#include "io/digest.h"
#include "select/postgres.h"

namespace hebb {
namespace {

using postgres::Rows;
using postgres::Values;
using ServerClock = std::chrono::steady_clock;

constexpr int kServerFormat = 1;
constexpr std::int64_t kChoice = -1;  // the number of the step of put_outer()

// `step.owner` is a process that lives: its last sign is near, before or after now, as the server's clock
// may have been set back since.
constexpr const char* kLives =
    "EXISTS (SELECT 1 FROM hebb.coordinator AS c WHERE c.id = s.owner AND"
    " greatest(c.heartbeat - clock_timestamp(), clock_timestamp() - c.heartbeat)"
    " < interval '1 millisecond' * ";

// A row, if there are tables. to_regclass() would remember that there were none.
constexpr const char* kHasTables =
    "SELECT 1 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n "
    "ON n.oid = c.relnamespace WHERE n.nspname = 'hebb' AND c.relname = 'format'";

std::string random_id() {
  std::random_device device;
  std::string id;
  for (int i = 0; i < 4; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (unsigned bits = device(), digit = 0; digit < 8; ++digit, bits >>= 4)
      id += kDigits[bits & 15U];
  }
  return id;
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// "wine-0f3a9c11": of what is being studied. The data's contents and the version are no part of it, so
// that a study of what has changed is refused, as it is in a file.
std::string default_name(const StudyStore::Identity& identity) {
  std::string name;
  for (const char one : identity.data.substr(identity.data.rfind('/') + 1))
    name += std::isalnum(static_cast<unsigned char>(one)) || one == '.' || one == '_' ? one : '-';
  const std::string text = identity.data + '\n' + to_json(identity.options);
  io::Sha256 hash;
  hash.update({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  constexpr std::size_t kDigits = 8;
  return name + '-' + hash.hex().substr(0, kDigits);
}

// The values that name a step.
Values step_key(std::int64_t id, int study, std::int64_t number) {
  return Values().add(id).add(std::int64_t{study}).add(number);
}

Values& add_fold(Values& values, const TrialFold& fold) {
  return values.add(fold.score)
      .add(fold.train_score)
      .add(static_cast<std::int64_t>(fold.epochs))
      .add(fold.seconds);
}

TrialFold fold_of(const Rows& rows, int row, int column) {
  return {.score = rows.real(row, column),
          .train_score = rows.real(row, column + 1),
          .epochs = static_cast<std::size_t>(rows.integer(row, column + 2)),
          .seconds = rows.real(row, column + 3)};
}

}  // namespace

struct StudyServer::State {
  // What has been put to a step and is not committed.
  struct Put {
    std::map<std::size_t, TrialFold> folds = {};
    std::optional<StudyStep> end = {};
  };

  State(const StudyControl& from, Times limits)
      : address(postgres::read_address(from.file)),
        connection(address),
        on_event(from.on_event),
        stop_requested(from.stop_requested),
        times(limits) {}

  postgres::Address address;
  postgres::Connection connection;
  std::function<void(const StudyEvent&)> on_event;
  std::function<bool()> stop_requested;
  Times times;
  std::string owner = random_id();
  std::int64_t id = 0;  // of the study
  bool reads = false;   // and does nothing else
  std::string place = {};
  std::map<std::pair<int, std::int64_t>, Put> puts = {};  // in the order in which steps are locked
  ServerClock::time_point beaten = {};

  // Runs `work` as one transaction. If the connection is lost, all of it is done again, so it must do no
  // harm if it has been done before.
  template <class Work>
  auto transaction(const Work& work) {
    std::optional<ServerClock::time_point> lost;
    for (;;) {
      try {
        if (!connection.is_open()) {
          connection.open();
          beaten = {};
        }
        const Rollback rollback{connection};
        connection.run("BEGIN");
        beat();
        auto result = work();
        connection.run("COMMIT");
        if (lost) tell(ServerBack());
        return result;
      } catch (const postgres::Unreachable& error) {
        wait_for_server(error, lost);
      }
    }
  }

  // Ends a transaction that an exception leaves.
  struct Rollback {
    postgres::Connection& connection;
    int before = std::uncaught_exceptions();
    ~Rollback() {
      if (std::uncaught_exceptions() > before) connection.close();
    }
  };

  template <class Told>
  void tell(const Told& event) const {
    if (on_event) on_event(event);
  }

  void wait_for_server(const postgres::Unreachable& error,
                       std::optional<ServerClock::time_point>& lost) {
    connection.close();
    const bool first = !lost;
    if (first) lost = ServerClock::now();
    // Before there was a study the address is rather wrong than the server away.
    if (id == 0) throw std::runtime_error(error.what());
    if (first) tell(ServerLost{.reason = error.what()});
    if (ServerClock::now() - *lost >= times.retry)
      throw std::runtime_error(concat(error.what(),
                                      ": the connection was lost, and tried again for ",
                                      std::chrono::duration<double>(times.retry).count(),
                                      " seconds; the same command goes on with the study"));
    if (stop_requested && stop_requested())
      throw std::runtime_error(concat(error.what(), ": the connection was lost"));
    constexpr std::chrono::milliseconds kPause{500};
    std::this_thread::sleep_for(std::min(kPause, times.retry));
  }

  // Within a transaction: says that this process lives.
  void beat() {
    const auto now = ServerClock::now();
    if (id == 0 || reads || now - beaten < times.beat) return;
    connection.run(
        "INSERT INTO hebb.coordinator (id, study, host, pid, heartbeat) "
        "VALUES ($1, $2, $3, $4, clock_timestamp()) "
        "ON CONFLICT (id) DO UPDATE SET heartbeat = clock_timestamp()",
        Values().add(owner).add(id).add(host_name()).add(std::int64_t{::getpid()}));
    beaten = now;
  }

  std::string lives() const { return concat(kLives, times.silent.count(), ")"); }

  void create_tables() {
    // Processes that come at once create them one after the other.
    constexpr std::int64_t kLock = 0x68656262;  // "hebb"
    connection.run("SELECT pg_advisory_xact_lock($1)", Values().add(kLock));
    if (has_tables()) return;
    for (const char* sql :
         {"CREATE SCHEMA IF NOT EXISTS hebb", "CREATE TABLE hebb.format (version integer NOT NULL)",
          "CREATE TABLE hebb.study (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
          " name text NOT NULL UNIQUE, data text NOT NULL, data_hash text NOT NULL,"
          " version text NOT NULL, options text NOT NULL, command text NOT NULL,"
          " complete boolean NOT NULL DEFAULT false,"
          " begun timestamptz NOT NULL DEFAULT clock_timestamp())",
          "CREATE TABLE hebb.coordinator (id text PRIMARY KEY,"
          " study bigint NOT NULL REFERENCES hebb.study ON DELETE CASCADE, host text NOT NULL,"
          " pid bigint NOT NULL, begun timestamptz NOT NULL DEFAULT clock_timestamp(),"
          " heartbeat timestamptz NOT NULL)",
          "CREATE TABLE hebb.step (study bigint NOT NULL REFERENCES hebb.study ON DELETE CASCADE,"
          " search integer NOT NULL, number bigint NOT NULL, trial bigint NOT NULL,"
          " rung integer NOT NULL, point text NOT NULL, none boolean NOT NULL, owner text,"
          " state text, error text, seconds double precision,"
          " PRIMARY KEY (study, search, number))",
          "CREATE TABLE hebb.fold (study bigint NOT NULL REFERENCES hebb.study ON DELETE CASCADE,"
          " search integer NOT NULL, number bigint NOT NULL, fold integer NOT NULL,"
          " score double precision NOT NULL, train double precision NOT NULL,"
          " epochs bigint NOT NULL, seconds double precision NOT NULL,"
          " PRIMARY KEY (study, search, number, fold))"})
      connection.run(sql);
    connection.run("INSERT INTO hebb.format VALUES ($1)",
                   Values().add(std::int64_t{kServerFormat}));
  }

  bool has_tables() {
    return connection
               .run(
                   "SELECT 1 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n "
                   "ON n.oid = c.relnamespace WHERE n.nspname = 'hebb' AND c.relname = 'format'")
               .size() > 0;
  }

  void check_format() {
    check(has_tables(), "study", place, ": the database has no studies");
    const Rows format = connection.run("SELECT version FROM hebb.format");
    const std::int64_t version = format.size() == 1 ? format.integer(0, 0) : 0;
    check(version == kServerFormat, "study", place, " has studies in format ", version,
          ", and this hebb has ", kServerFormat,
          ": finish them with the hebb that began them, or choose another database");
  }

  void open(const Identity& identity) {
    id = transaction([&] {
      const Rows encoding = connection.run("SHOW server_encoding");
      check(encoding.text(0, 0) == "UTF8", "study", place, ": the database stores text as ",
            encoding.text(0, 0), ": create one for studies with ENCODING 'UTF8'");
      if (!has_tables()) create_tables();
      check_format();
      connection.run(
          "INSERT INTO hebb.study (name, data, data_hash, version, options, command) "
          "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO NOTHING",
          Values()
              .add(address.name)
              .add(identity.data)
              .add(identity.data_hash)
              .add(identity.version)
              .add(to_json(identity.options))
              .add(identity.command));
      const Rows study = connection.run(
          "SELECT id, data, data_hash, version, options FROM hebb.study WHERE name = $1",
          Values().add(address.name));
      check(study.size() == 1, "study", place, " was removed while it was opened: try again");
      check_same_study({.data = study.text(0, 1),
                        .data_hash = study.text(0, 2),
                        .version = study.text(0, 3),
                        .options = record_from_json(study.text(0, 4))},
                       identity, place, "choose another name behind #");
      return study.integer(0, 0);
    });
  }

  // Locks the row of a step, so that its owner remains who it is. Returns whether there is such a row.
  bool lock(int study, std::int64_t number, bool own) {
    Values values = step_key(id, study, number);
    if (!own)
      return connection
                 .run(
                     "SELECT 1 FROM hebb.step WHERE study = $1 AND search = $2 AND number = $3 "
                     "FOR UPDATE",
                     values)
                 .size() > 0;
    return connection
               .run(
                   "SELECT 1 FROM hebb.step WHERE study = $1 AND search = $2 AND number = $3 "
                   "AND owner = $4 FOR UPDATE",
                   values.add(owner))
               .size() > 0;
  }

  bool claim(int study, std::int64_t number, const StudyStep& step) {
    const auto key = [&] { return step_key(id, study, number); };
    const Rows added = connection.run(
        "INSERT INTO hebb.step (study, search, number, trial, rung, point, none) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        key()
            .add(static_cast<std::int64_t>(step.trial))
            .add(std::int64_t{step.rung})
            .add(point_text(step.point))
            .add(step.none ? "true" : "false"));
    if (added.changed() > 0)
      connection.run("UPDATE hebb.study SET complete = false WHERE id = $1 AND complete",
                     Values().add(id));
    // The lock comes first: a statement sees what was committed before it began.
    lock(study, number, false);
    return connection
               .run(concat(
                        "UPDATE hebb.step AS s SET owner = $4 WHERE study = $1 AND search = $2 AND "
                        "number = $3 AND state IS NULL AND NOT none AND (owner IS NULL OR "
                        "owner = $4 OR NOT ",
                        lives(), ") RETURNING 1")
                        .c_str(),
                    key().add(owner))
               .size() > 0;
  }

  std::vector<StudyStep> steps(int study, std::size_t from, std::optional<std::size_t> most) {
    std::vector<StudyStep> steps;
    Values values = step_key(id, study, static_cast<std::int64_t>(from));
    if (most)
      values.add(static_cast<std::int64_t>(*most));
    else
      values.add_null();
    // Steps first: the folds of one that has ended were committed with it, or before.
    const Rows rows = connection.run(
        concat(
            "SELECT number, trial, rung, point, none, state, error, seconds, owner IS NOT NULL AND ",
            lives(),
            " FROM hebb.step AS s WHERE study = $1 AND search = $2 AND number >= $3 "
            "ORDER BY number LIMIT $4")
            .c_str(),
        values);
    for (int i = 0; i < rows.size(); ++i) {
      if (rows.integer(i, 0) != static_cast<std::int64_t>(from + steps.size()))
        throw std::runtime_error(place + ": the study is damaged: a step is missing");
      StudyStep& step = steps.emplace_back();
      step.trial = static_cast<std::size_t>(rows.integer(i, 1));
      step.rung = static_cast<int>(rows.integer(i, 2));
      step.point = point_from(rows.text(i, 3), place);
      step.none = rows.truth(i, 4);
      step.ended = step.none || !rows.is_null(i, 5);
      if (!rows.is_null(i, 5)) step.state = state_from(rows.text(i, 5), place);
      step.error = rows.text(i, 6);
      step.seconds = rows.is_null(i, 7) ? 0 : rows.real(i, 7);
      step.taken = rows.truth(i, 8);
    }
    const Rows folds = connection.run(
        "SELECT number, fold, score, train, epochs, seconds FROM hebb.fold WHERE study = $1 AND "
        "search = $2 AND number >= $3 AND ($4::bigint IS NULL OR number < $3 + $4) "
        "ORDER BY number, fold",
        values);
    for (int i = 0; i < folds.size(); ++i) {
      const auto number = static_cast<std::size_t>(folds.integer(i, 0)) - from;
      if (number >= steps.size()) break;  // of a step that was added since
      if (steps[number].folds.size() != static_cast<std::size_t>(folds.integer(i, 1)))
        throw std::runtime_error(place + ": the study is damaged: a fold is missing");
      steps[number].folds.push_back(fold_of(folds, i, 2));
      if (!steps[number].ended) steps[number].seconds += steps[number].folds.back().seconds;
    }
    return steps;
  }

  // Writes what was put to a step. Returns false, and writes nothing, if another process has it.
  bool write(int study, std::int64_t number, const Put& put) {
    if (!lock(study, number, true)) return false;
    for (const auto& [place_of, fold] : put.folds) {
      Values values = step_key(id, study, number).add(static_cast<std::int64_t>(place_of));
      connection.run(
          "INSERT INTO hebb.fold VALUES ($1, $2, $3, $4, $5, $6, $7, $8) "
          "ON CONFLICT DO NOTHING",
          add_fold(values, fold));
    }
    if (put.end)
      connection.run(
          "UPDATE hebb.step SET state = $4, error = $5, seconds = $6 WHERE study = $1 AND "
          "search = $2 AND number = $3",
          step_key(id, study, number)
              .add(to_string(put.end->state))
              .add(put.end->error)
              .add(put.end->seconds));
    return true;
  }

  Rows release() {
    return connection.run(
        "UPDATE hebb.step SET owner = NULL WHERE study = $1 AND owner = $2 AND state IS NULL",
        Values().add(id).add(owner));
  }
};

StudyServer::StudyServer(const StudyControl& control, const Identity& identity)
    : StudyServer(control, identity, Times()) {}

StudyServer::StudyServer(const StudyControl& control, const Identity& identity, Times times)
    : state_(std::make_unique<State>(control, times)) {
  if (state_->address.name.empty()) {
    state_->address.name = default_name(identity);
    state_->address.shown += '#' + state_->address.name;
  }
  state_->place = state_->address.shown;
  state_->open(identity);
}

StudyServer::StudyServer(const std::string& address)
    : state_(std::make_unique<State>(StudyControl{.file = address}, Times())) {
  state_->reads = true;
  state_->place = state_->address.shown;
  const std::string& name = state_->address.name;
  check_model(!name.empty(), state_->place, " names no study: add #NAME");
  state_->id = state_->transaction([&]() -> std::int64_t {
    state_->check_format();
    const Rows found =
        state_->connection.run("SELECT id FROM hebb.study WHERE name = $1", Values().add(name));
    check_model(found.size() == 1, state_->place, ": there is no study '", name, "'");
    return found.integer(0, 0);
  });
}

StudyServer::~StudyServer() {
  try {
    if (!state_->reads && state_->connection.is_open()) state_->release();
  } catch (const std::exception&) {  // others take its steps when it has been silent
  }
}

const std::string& StudyServer::place() const { return state_->place; }

std::vector<StudyStep> StudyServer::steps(int study, std::size_t from) const {
  return state_->transaction([&] { return state_->steps(study, from, {}); });
}

bool StudyServer::claim(int study, std::size_t number, StudyStep& step) {
  return state_->transaction([&] {
    const bool claimed = state_->claim(study, static_cast<std::int64_t>(number), step);
    step = state_->steps(study, number, 1).at(0);
    return claimed;
  });
}

void StudyServer::put(int study, std::size_t number, const StudyStep& step) {
  state_->puts[{study, static_cast<std::int64_t>(number)}].end = step;
}

void StudyServer::put(int study, std::size_t number, std::size_t fold, const TrialFold& result) {
  state_->puts[{study, static_cast<std::int64_t>(number)}].folds[fold] = result;
}

std::vector<TrialFold> StudyServer::outer(int study) const {
  return state_->transaction([&]() -> std::vector<TrialFold> {
    const Rows rows = state_->connection.run(
        "SELECT score, train, epochs, seconds FROM hebb.fold WHERE study = $1 AND search = $2 AND "
        "number = $3",
        step_key(state_->id, study, kChoice));
    if (rows.size() == 0) return {};
    return {fold_of(rows, 0, 0)};
  });
}

bool StudyServer::claim_outer(int study) {
  return state_->transaction([&] { return state_->claim(study, kChoice, {}); });
}

void StudyServer::put_outer(int study, const TrialFold& result) {
  State::Put& put = state_->puts[{study, kChoice}];
  put.folds[0] = result;
  put.end = StudyStep{};
}

void StudyServer::put_complete(bool complete) {
  // A step that is added says that it is not. One process that stops does not: others may go on.
  if (!complete) return;
  state_->transaction([&] {
    return state_->connection.run("UPDATE hebb.study SET complete = true WHERE id = $1",
                                  Values().add(state_->id));
  });
}

std::vector<std::size_t> StudyServer::commit() {
  if (state_->puts.empty()) return {};
  auto refused = state_->transaction([&] {
    std::vector<std::size_t> late;
    for (const auto& [key, put] : state_->puts)
      if (!state_->write(key.first, key.second, put))
        late.push_back(static_cast<std::size_t>(key.second));
    return late;
  });
  state_->puts.clear();
  return refused;
}

void StudyServer::release() {
  state_->transaction([&] { return state_->release(); });
}

std::string StudyServer::entry(const std::string& name) const {
  return state_->transaction([&] {
    const Rows rows = state_->connection.run(
        "SELECT data, data_hash, version, options, command, CASE WHEN complete THEN 'yes' ELSE 'no' "
        "END FROM hebb.study WHERE id = $1",
        Values().add(state_->id));
    check_model(rows.size() == 1, state_->place, " was removed");
    constexpr std::array kNames = {"data",    "data_hash", "version",
                                   "options", "command",   "complete"};
    const auto found = std::ranges::find(kNames, name);
    return found == kNames.end() ? "" : rows.text(0, static_cast<int>(found - kNames.begin()));
  });
}

void StudyServer::remove() {
  const auto removed = state_->transaction([&] {
    return state_->connection.run(
        concat(
            "DELETE FROM hebb.study AS t WHERE t.id = $1 AND NOT EXISTS (SELECT 1 FROM hebb.step AS "
            "s WHERE s.study = t.id AND s.state IS NULL AND ",
            state_->lives(), ")")
            .c_str(),
        Values().add(state_->id));
  });
  if (removed.changed() == 0)
    throw std::runtime_error(state_->place + ": another process is working on this study");
}

std::vector<std::string> studies_of(const std::string& database) {
  const postgres::Address address = postgres::read_address(database);
  postgres::Connection connection(address);
  connection.open();
  std::vector<std::string> studies;
  const Rows tables = connection.run(kHasTables);
  if (tables.size() == 0) return studies;
  const Rows rows = connection.run("SELECT name FROM hebb.study ORDER BY begun");
  const std::string before = address.shown.substr(0, address.shown.rfind('#'));
  for (int i = 0; i < rows.size(); ++i) studies.push_back(before + '#' + rows.text(i, 0));
  return studies;
}

}  // namespace hebb
