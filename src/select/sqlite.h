#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <vector>

#include "select/step.h"

/// What reading and writing the file of a study have in common.
namespace hebb::sqlite {

inline constexpr int kApplication = 0x68656262;  // "hebb", as the database's application_id
inline constexpr int kFormat = 1;                // its user_version
inline constexpr int kOuter = -1;  // in place of the number of a step: the score on an outer fold

/// A statement with its values bound, in order.
class Statement {
 public:
  /// Errors, of all functions: std::runtime_error that begins with `path`.
  Statement(sqlite3* data, std::string path, const char* sql);
  ~Statement() { ::sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  Statement& bind(std::int64_t value);
  Statement& bind(double value);  ///< NaN becomes null
  Statement& bind(const std::string& value);
  Statement& bind_null();
  /// The next row; false: there is none.
  bool step();
  std::int64_t integer(int column) const { return ::sqlite3_column_int64(statement_, column); }
  bool is_null(int column) const {
    return ::sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  double real(int column) const;  ///< null becomes NaN
  std::string text(int column) const;

 private:
  void require(bool holds) const;

  sqlite3* data_;
  std::string path_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

/// The steps of search `study`, with their folds, and the score of its choice on its outer fold.
/// Errors: std::runtime_error for a study that is damaged.
std::vector<StudyStep> read_steps(sqlite3* data, const std::string& path, int study);
std::vector<TrialFold> read_outer(sqlite3* data, const std::string& path, int study);

}  // namespace hebb::sqlite
