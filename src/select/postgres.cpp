#include "select/postgres.h"

#include <libpq-fe.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

#include "hebb/core/error.h"
#include "hebb/core/printable.h"

namespace hebb::postgres {
namespace {

constexpr std::string_view kPrefix = "postgresql:";

// "#NAME" at the end of an address. In a password '#' may stand too, but not behind the rest.
std::size_t begin_of_name(const std::string& text) {
  const auto hash = text.rfind('#');
  const bool is_name =
      hash != std::string::npos && hash + 1 < text.size() &&
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-",
                             hash + 1) == std::string::npos;
  return is_name ? hash : std::string::npos;
}

// Text for a part of a URI; `plain`: further characters that stand for themselves there.
std::string percent(const std::string& text, const std::string& plain = "") {
  const std::string is_plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-" + plain;
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string coded;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (is_plain.find(character) != std::string::npos)
      coded += character;
    else
      coded += {'%', kDigits[byte / 16], kDigits[byte % 16]};
  }
  return coded;
}

// What libpq read, as a URI without passwords.
std::string shown_uri(const PQconninfoOption* options) {
  std::string user, host, port, database, rest;
  for (const PQconninfoOption* one = options; one->keyword; ++one) {
    if (!one->val || std::string_view(one->dispchar) == "*") continue;
    const std::string_view key = one->keyword;
    const std::string value = one->val;
    // Several hosts, and the folder of a socket, stand behind the question mark.
    const bool plain = value.find_first_of(",/:") == std::string::npos;
    if (key == "user")
      user = percent(value) + '@';
    else if (key == "dbname")
      database = percent(value);
    else if (key == "host" && plain)
      host = percent(value);
    else if (key == "port" && plain)
      port = ':' + percent(value);
    else
      rest += (rest.empty() ? "?" : "&") + std::string(key) + '=' + percent(value, "/,:");
  }
  return "postgresql://" + user + host + port + '/' + database + rest;
}

template <class Number>
std::string digits(Number number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end.ptr};
}

// A message of libpq on one line.
std::string message_of(std::string_view text) {
  std::string line;
  for (const char character : text) {
    if (character == '\n')
      line += "; ";
    else if (character != '\t')
      line += character;
  }
  while (line.ends_with("; ")) line.resize(line.size() - 2);
  return printable(line);
}

// Whether the server gave up the transaction for a reason that passes. Source: PostgreSQL 15,
// appendix A.
bool passes(std::string_view code) {
  static const std::set<std::string_view> kCodes = {
      "40001", "40P01",           // serialization failure, deadlock
      "53300",                    // too many connections
      "57P01", "57P02", "57P03",  // shut down, crashed, starting up
      "25006"};                   // read only: the server became a replica
  return code.starts_with("08") || kCodes.contains(code);
}

}  // namespace

bool is_address(const std::string& text) {
  return text.starts_with(kPrefix) || text.starts_with("postgres://");
}

Address read_address(const std::string& text) {
  Address address;
  const auto hash = begin_of_name(text);
  if (hash != std::string::npos) address.name = text.substr(hash + 1);
  address.database = text.substr(0, hash);
  const bool words = text.starts_with(kPrefix) && !text.starts_with("postgresql://");
  if (words) address.database.erase(0, kPrefix.size());
  // The reason that libpq gives repeats the text, and with it a password.
  const std::unique_ptr<PQconninfoOption, decltype(&::PQconninfoFree)> options(
      ::PQconninfoParse(address.database.c_str(), nullptr), ::PQconninfoFree);
  check(options != nullptr, "study",
        "is no address of a database that libpq can read: postgresql://USER@HOST/DATABASE#NAME, or "
        "postgresql:KEY=VALUE ...#NAME; write other characters of a URI's parts as %23");
  address.shown = shown_uri(options.get());
  if (!address.name.empty()) address.shown += '#' + address.name;
  return address;
}

Values& Values::add(const std::string& text) {
  // A text that libpq takes ends at its first byte 0, and the server refuses what is not UTF-8.
  all_.emplace_back(text);
  const std::string safe = printable(text);
  if (safe.find("\\x") != std::string::npos) all_.back() = safe;
  return *this;
}

Values& Values::add(double number) {
  all_.emplace_back(std::isnan(number) ? "NaN" : digits(number));
  return *this;
}

Values& Values::add(std::int64_t number) {
  all_.emplace_back(digits(number));
  return *this;
}

Values& Values::add_null() {
  all_.emplace_back();
  return *this;
}

namespace {

const PGresult* result_of(const std::shared_ptr<void>& result) {
  return static_cast<const PGresult*>(result.get());
}

}  // namespace

int Rows::size() const { return ::PQntuples(result_of(result_)); }

std::int64_t Rows::changed() const {
  const std::string_view text = ::PQcmdTuples(static_cast<PGresult*>(result_.get()));
  std::int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

bool Rows::is_null(int row, int column) const {
  return ::PQgetisnull(result_of(result_), row, column) != 0;
}

std::string Rows::text(int row, int column) const {
  return ::PQgetvalue(result_of(result_), row, column);
}

std::int64_t Rows::integer(int row, int column) const {
  const std::string value = text(row, column);
  std::int64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

double Rows::real(int row, int column) const {
  double number = std::numeric_limits<double>::quiet_NaN();
  const std::string value = text(row, column);  // "Infinity" and "NaN" are words of from_chars too
  std::from_chars(value.data(), value.data() + value.size(), number);
  return number;
}

bool Rows::truth(int row, int column) const { return text(row, column) == "t"; }

struct Connection::State {
  PGconn* connection = nullptr;
  ~State() { ::PQfinish(connection); }

  [[noreturn]] void fail(const std::string& shown, const PGresult* result = nullptr) const {
    const char* code = result ? ::PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    const char* primary = result ? ::PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
    const std::string message =
        shown + ": " + message_of(primary ? primary : ::PQerrorMessage(connection));
    // Without a code it is a message of libpq's own, to which the connection may still look sound.
    if (!code || passes(code)) throw Unreachable(message);
    throw std::runtime_error(message);
  }
};

Connection::Connection(Address address)
    : address_(std::move(address)), state_(std::make_unique<State>()) {}

Connection::~Connection() = default;

bool Connection::is_open() const {
  return state_->connection && ::PQstatus(state_->connection) == CONNECTION_OK;
}

void Connection::close() noexcept {
  ::PQfinish(state_->connection);
  state_->connection = nullptr;
}

void Connection::open() {
  close();
  // What stands before "dbname" are defaults. A network that swallows everything is a lost
  // connection after half a minute.
  const std::array keys = {"fallback_application_name",
                           "connect_timeout",
                           "keepalives_idle",
                           "keepalives_interval",
                           "keepalives_count",
                           "tcp_user_timeout",
                           "dbname",
                           "client_encoding",
                           static_cast<const char*>(nullptr)};
  const std::array values = {"hebb",
                             "10",
                             "10",
                             "5",
                             "3",
                             "25000",
                             address_.database.c_str(),
                             "UTF8",
                             static_cast<const char*>(nullptr)};
  state_->connection = ::PQconnectdbParams(keys.data(), values.data(), 1);
  if (!state_->connection) throw Unreachable(shown() + ": out of memory");
  if (::PQstatus(state_->connection) != CONNECTION_OK) state_->fail(shown());
  ::PQsetNoticeProcessor(
      state_->connection, [](void*, const char*) {}, nullptr);
  // Numbers come back with all their digits.
  run("SET extra_float_digits = 1");
}

Rows Connection::run(const char* sql, const Values& values) {
  std::vector<const char*> texts;
  for (const auto& value : values.all()) texts.push_back(value ? value->c_str() : nullptr);
  Rows rows;
  rows.result_ =
      std::shared_ptr<void>(::PQexecParams(state_->connection, sql, static_cast<int>(texts.size()),
                                           nullptr, texts.data(), nullptr, nullptr, 0),
                            [](void* result) { ::PQclear(static_cast<PGresult*>(result)); });
  const auto* result = result_of(rows.result_);
  const ExecStatusType status = ::PQresultStatus(result);
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) state_->fail(shown(), result);
  return rows;
}

}  // namespace hebb::postgres
