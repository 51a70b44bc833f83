#include "select/sqlite.h"

#include <limits>
#include <stdexcept>
#include <utility>

#include "hebb/core/error.h"
#include "select/study_store.h"

namespace hebb::sqlite {
Statement::Statement(sqlite3* data, std::string path, const char* sql)
    : data_(data), path_(std::move(path)) {
  require(::sqlite3_prepare_v2(data, sql, -1, &statement_, nullptr) == SQLITE_OK);
}

Statement& Statement::bind(std::int64_t value) {
  require(::sqlite3_bind_int64(statement_, ++bound_, value) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind(double value) {
  require(::sqlite3_bind_double(statement_, ++bound_, value) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind(const std::string& value) {
  require(::sqlite3_bind_text(statement_, ++bound_, value.data(), static_cast<int>(value.size()),
                              SQLITE_TRANSIENT) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind_null() {
  ++bound_;
  return *this;
}

bool Statement::step() {
  const int code = ::sqlite3_step(statement_);
  require(code == SQLITE_ROW || code == SQLITE_DONE);
  return code == SQLITE_ROW;
}

double Statement::real(int column) const {
  return is_null(column) ? std::numeric_limits<double>::quiet_NaN()
                         : ::sqlite3_column_double(statement_, column);
}

std::string Statement::text(int column) const {
  const auto* bytes = ::sqlite3_column_text(statement_, column);
  return bytes ? std::string(reinterpret_cast<const char*>(bytes),
                             static_cast<std::size_t>(::sqlite3_column_bytes(statement_, column)))
               : std::string();
}

void Statement::require(bool holds) const {
  if (!holds) throw std::runtime_error(concat(path_, ": ", ::sqlite3_errmsg(data_)));
}

std::vector<StudyStep> read_steps(sqlite3* data, const std::string& path, int study) {
  std::vector<StudyStep> steps;
  sqlite::Statement one(
      data, path,
      "SELECT number, trial, rung, point, none, state, error, seconds FROM step WHERE study = ? "
      "ORDER BY number");
  one.bind(std::int64_t{study});
  while (one.step()) {
    if (one.integer(0) != static_cast<std::int64_t>(steps.size()))
      throw std::runtime_error(path + ": the study is damaged: a step is missing");
    StudyStep& step = steps.emplace_back();
    step.trial = static_cast<std::size_t>(one.integer(1));
    step.rung = static_cast<int>(one.integer(2));
    step.point = point_from(one.text(3), path);
    step.none = one.integer(4) != 0;
    step.ended = step.none || !one.is_null(5);
    if (!one.is_null(5)) step.state = state_from(one.text(5), path);
    step.error = one.text(6);
    step.seconds = one.is_null(7) ? 0 : one.real(7);
  }
  sqlite::Statement fold(
      data, path,
      "SELECT number, fold, score, train, epochs, seconds FROM fold WHERE study = ? AND number >= 0 "
      "ORDER BY number, fold");
  fold.bind(std::int64_t{study});
  while (fold.step()) {
    const auto number = static_cast<std::size_t>(fold.integer(0));
    if (number >= steps.size() ||
        steps[number].folds.size() != static_cast<std::size_t>(fold.integer(1)))
      throw std::runtime_error(path + ": the study is damaged: a fold is missing");
    steps[number].folds.push_back({.score = fold.real(2),
                                   .train_score = fold.real(3),
                                   .epochs = static_cast<std::size_t>(fold.integer(4)),
                                   .seconds = fold.real(5)});
    if (!steps[number].ended) steps[number].seconds += fold.real(5);
  }
  return steps;
}

std::vector<TrialFold> read_outer(sqlite3* data, const std::string& path, int study) {
  sqlite::Statement fold(
      data, path, "SELECT score, train, epochs, seconds FROM fold WHERE study = ? AND number = ?");
  fold.bind(std::int64_t{study}).bind(std::int64_t{kOuter});
  if (!fold.step()) return {};
  return {{.score = fold.real(0),
           .train_score = fold.real(1),
           .epochs = static_cast<std::size_t>(fold.integer(2)),
           .seconds = fold.real(3)}};
}

}  // namespace hebb::sqlite
