#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

/// What studies need of PostgreSQL: the only place that names libpq.
namespace hebb::postgres {

/// A database and a name in it, as users write them: "postgresql://USER@HOST/DATABASE#NAME", or
/// "postgresql:KEY=VALUE ...#NAME" with libpq's key words. "#NAME" may be missing.
struct Address {
  std::string database = {};  ///< for libpq
  std::string name = {};      ///< letters, digits, '.', '_' and '-'; or empty
  std::string shown = {};     ///< database and name as a URI, without passwords
};

bool is_address(const std::string& text);
/// Errors: std::invalid_argument, which does not repeat the text, for one that libpq cannot read.
Address read_address(const std::string& text);

/// A connection that cannot be made, or was lost: what was not committed may be tried again.
class Unreachable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The values of a statement's $1, $2, ...
class Values {
 public:
  Values& add(const std::string& text);  ///< bytes that are not UTF-8 are escaped
  Values& add(double number);            ///< all 64 bits, also if it is not finite
  Values& add(std::int64_t number);
  Values& add_null();
  const std::vector<std::optional<std::string>>& all() const { return all_; }

 private:
  std::vector<std::optional<std::string>> all_;
};

/// What a statement returned.
class Rows {
 public:
  int size() const;
  /// How many rows it inserted or changed.
  std::int64_t changed() const;
  bool is_null(int row, int column) const;
  std::string text(int row, int column) const;
  std::int64_t integer(int row, int column) const;
  double real(int row, int column) const;
  bool truth(int row, int column) const;

 private:
  friend class Connection;
  std::shared_ptr<void> result_;
};

/// One connection. Errors of all functions: Unreachable; std::runtime_error for whatever else the
/// server refuses, with its reason.
class Connection {
 public:
  explicit Connection(Address address);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const std::string& shown() const { return address_.shown; }
  bool is_open() const;
  /// Connects, anew if it was connected.
  void open();
  void close() noexcept;
  Rows run(const char* sql, const Values& values = {});

 private:
  Address address_;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hebb::postgres
