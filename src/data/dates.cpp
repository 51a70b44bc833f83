#include "data/dates.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

namespace hebb {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr double kDay = 86400;  // seconds

bool is_digit_at(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

// Takes 1 to `most` digits off the front; -1: there are none, or more.
int take_number(std::string_view& text, std::size_t most, std::size_t* digits = nullptr) {
  int number = 0;
  std::size_t at = 0;
  for (; is_digit_at(text, at); ++at) {
    if (at == most) return -1;
    number = 10 * number + (text[at] - '0');
  }
  if (digits != nullptr) *digits = at;
  text.remove_prefix(at);
  return at == 0 ? -1 : number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// "AM" or "PM", in any case, at the front.
std::optional<bool> take_half(std::string_view& text) {
  std::string_view rest = text;
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (rest.size() < 2 || (rest[1] | 0x20) != 'm') return {};
  const char half = static_cast<char>(rest[0] | 0x20);
  if (half != 'a' && half != 'p') return {};
  text = rest.substr(2);
  return half == 'p';
}

// "Z", "+02:00", "-0530" at the front.
bool take_zone(std::string_view& text, double& offset) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (text.empty() || take(text, 'Z')) return true;
  const bool west = text.starts_with('-');
  if (!west && !text.starts_with('+')) return false;
  text.remove_prefix(1);
  if (!is_digit_at(text, 0) || !is_digit_at(text, 1)) return false;
  const int hours = 10 * (text[0] - '0') + (text[1] - '0');
  text.remove_prefix(2);
  int minutes = 0;
  if (!text.empty()) {
    take(text, ':');
    if (text.size() != 2 || !is_digit_at(text, 0) || !is_digit_at(text, 1)) return false;
    minutes = 10 * (text[0] - '0') + (text[1] - '0');
    text.remove_prefix(2);
  }
  if (hours > 14 || minutes > 59) return false;
  offset = (west ? -60.0 : 60.0) * (60 * hours + minutes);
  return true;
}

// Reads " 10:15:30.5 PM +02:00", the whole of the text.
bool read_time(std::string_view text, WrittenDate& date) {
  int hours = take_number(text, 2);
  if (hours < 0 || !take(text, ':')) return false;
  const int minutes = take_number(text, 2);
  if (minutes < 0 || minutes > 59) return false;
  double seconds = 0;
  if (take(text, ':')) {
    const int whole = take_number(text, 2);
    if (whole < 0 || whole > 60) return false;
    seconds = whole;
    if (take(text, '.') || take(text, ',')) {
      double unit = 0.1;
      if (!is_digit_at(text, 0)) return false;
      for (; is_digit_at(text, 0); unit /= 10, text.remove_prefix(1))
        seconds += unit * (text[0] - '0');
    }
  }
  if (const auto afternoon = take_half(text)) {
    if (hours < 1 || hours > 12) return false;
    hours = hours % 12 + (*afternoon ? 12 : 0);
  }
  if (hours > 23) return false;
  date.has_time = true;
  date.seconds = 3600.0 * hours + 60.0 * minutes + seconds;
  return take_zone(text, date.offset) && text.empty();
}

year_month_day calendar_day(const WrittenDate& date, DateOrder order) {
  const auto& n = date.numbers;
  const int year = order == kYmd ? n[0] : n[2];
  const int month = order == kMdy ? n[0] : n[1];
  const int day = order == kYmd ? n[2] : order == kDmy ? n[0] : n[1];
  return year_month_day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                        std::chrono::day(static_cast<unsigned>(day)));
}

Moment moment_at(sys_days day, double seconds, double offset) {
  const year_month_day date(day);
  // 1970-01-01 was a Thursday.
  const auto number = day.time_since_epoch().count();
  const auto weekday = ((number + 3) % 7 + 7) % 7;
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<int>(static_cast<unsigned>(date.month())),
          .weekday = static_cast<int>(weekday),
          .hour = seconds / 3600,
          .days = static_cast<double>(number) + (seconds - offset) / kDay};
}

}  // namespace

std::optional<WrittenDate> take_date_apart(std::string_view text, bool compact) {
  // Most texts that are no dates end here.
  if (text.size() < 8 || text.size() > 40 || !is_digit_at(text, 0)) return {};
  WrittenDate date;
  const auto allow = [&](DateOrder order) {
    const year_month_day day = calendar_day(date, order);
    // What an offset from UTC adds is within the years of four digits.
    if (day.ok() && static_cast<int>(day.year()) >= 1 && static_cast<int>(day.year()) <= 9998)
      date.orders |= order;
  };
  if (compact && text.find_first_not_of("0123456789") == std::string_view::npos) {
    if (text.size() != 8) return {};
    std::string_view year = text.substr(0, 4), month = text.substr(4, 2), day = text.substr(6);
    date.numbers[0] = take_number(year, 4);
    date.numbers[1] = take_number(month, 2);
    date.numbers[2] = take_number(day, 2);
    allow(kYmd);
    if (date.orders == kNoOrder) return {};
    return date;
  }
  std::size_t digits[3] = {};
  char sign = 0;
  for (int i = 0; i < 3; ++i) {
    if (i > 0) {
      if (text.empty()) return {};
      const char found = text.front();
      if (i == 1 && found != '-' && found != '/' && found != '.') return {};
      if (i == 2 && found != sign) return {};
      sign = found;
      text.remove_prefix(1);
    }
    date.numbers[i] = take_number(text, 4, &digits[i]);
    if (date.numbers[i] < 0) return {};
  }
  if (digits[0] == 4 && digits[1] <= 2 && digits[2] <= 2) {
    allow(kYmd);
  } else if (digits[2] == 4 && digits[0] <= 2 && digits[1] <= 2) {
    allow(kDmy);
    if (sign != '.') allow(kMdy);
  }
  if (date.orders == kNoOrder) return {};
  if (text.empty()) return date;
  if (!take(text, 'T')) {
    take(text, ',');
    if (!take(text, ' ')) return {};
    while (take(text, ' ')) {
    }
  }
  if (!read_time(text, date)) return {};
  return date;
}

Moment moment_of(const WrittenDate& date, DateOrder order) {
  return moment_at(sys_days(calendar_day(date, order)), date.seconds, date.offset);
}

std::optional<Moment> moment_of_epoch(double seconds) {
  static const double least = *day_of("0001-01-01") * kDay, most = *day_of("9998-12-31") * kDay;
  if (!(seconds >= least && seconds <= most)) return {};
  const double whole = std::floor(seconds / kDay);
  return moment_at(sys_days(days(static_cast<int>(whole))), seconds - whole * kDay, 0);
}

std::string day_text(double since) {
  const year_month_day date(sys_days(days(static_cast<int>(std::floor(since)))));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::optional<double> day_of(std::string_view text) {
  const auto date = take_date_apart(text);
  if (!date || date->orders != kYmd || date->has_time) return {};
  return moment_of(*date, kYmd).days;
}

}  // namespace hebb
