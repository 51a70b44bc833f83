// Kinds of columns as texts: "when=date:dmy:year+days:2024-01-05".
#include <algorithm>
#include <utility>

#include "data/columns.h"
#include "hebb/core/error.h"
#include "hebb/core/fields.h"

namespace hebb {
namespace {

constexpr std::pair<ColumnKind, const char*> kKinds[] = {{ColumnKind::number, "number"},
                                                         {ColumnKind::category, "category"},
                                                         {ColumnKind::text, "text"},
                                                         {ColumnKind::date, "date"},
                                                         {ColumnKind::yes_no, "yes_no"},
                                                         {ColumnKind::money, "money"},
                                                         {ColumnKind::percent, "percent"},
                                                         {ColumnKind::unit, "unit"},
                                                         {ColumnKind::id, "id"},
                                                         {ColumnKind::row_number, "row_number"},
                                                         {ColumnKind::constant, "constant"},
                                                         {ColumnKind::duplicate, "duplicate"},
                                                         {ColumnKind::leak, "leak"},
                                                         {ColumnKind::drop, "drop"}};

std::vector<std::string_view> split(std::string_view text, char sign) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = std::min(text.find(sign), text.size());
    parts.push_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

const char* order_text(DateOrder order) {
  return order == kDmy ? "dmy" : order == kMdy ? "mdy" : "ymd";
}

}  // namespace

std::string to_string(ColumnKind kind) {
  for (const auto& [one, name] : kKinds)
    if (one == kind) return name;
  return {};
}

const std::vector<std::string>& column_kinds() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& [kind, name] : kKinds) all.emplace_back(name);
    return all;
  }();
  return names;
}

bool is_left_out(ColumnKind kind) { return kind >= ColumnKind::id; }

std::string TakenColumn::text() const {
  return name + '=' + to_string(kind) + (form.empty() ? "" : ":" + form);
}

TakenColumn TakenColumn::parse(const std::string& text) {
  const auto sign = text.rfind('=');
  check(sign != std::string::npos && sign > 0, "column", "must be NAME=KIND, got '", text, "'");
  TakenColumn taken{.name = text.substr(0, sign)};
  const std::string rest = text.substr(sign + 1);
  const std::string kind = rest.substr(0, rest.find(':'));
  if (kind.size() < rest.size()) taken.form = rest.substr(kind.size() + 1);
  const auto* const found =
      std::ranges::find(kKinds, kind, [](const auto& row) { return std::string(row.second); });
  if (found == std::end(kKinds)) {
    const auto near = nearest(kind, column_kinds());
    std::string all;
    for (const std::string& one : column_kinds()) all += (all.empty() ? "" : ", ") + one;
    check(false, "column", "'", kind, "' of '", text, "' is no kind of column",
          near.empty() ? "" : "; did you mean '" + near[0] + "'?", " The kinds are ", all);
  }
  taken.kind = found->first;
  const bool has_form = taken.kind == ColumnKind::date || taken.kind == ColumnKind::unit;
  check(taken.form.empty() || has_form, "column", "'", text,
        "': only date and unit are followed by ", "more, as in date:dmy or unit:kg");
  check(taken.kind != ColumnKind::date || date_form(taken.form), "column", "'", text,
        "': a date is date, date:ymd, date:dmy, date:mdy, or date:epoch for seconds since 1970");
  return taken;
}

std::string DateForm::text() const {
  std::string parts;
  const std::pair<bool, const char*> all[] = {
      {year, "year"}, {month, "month"}, {weekday, "weekday"}, {hour, "hour"}, {days, "days"}};
  for (const auto& [has, name] : all)
    if (has) parts += (parts.empty() ? "" : "+") + std::string(name);
  return concat(epoch ? "epoch" : order_text(order), ':', parts, ':', day_text(first));
}

std::vector<std::string> DateForm::names() const {
  std::vector<std::string> out;
  const auto cycle = [&](bool has, const std::string& part) {
    if (has) out.insert(out.end(), {part + "_sin", part + "_cos"});
  };
  if (year) out.emplace_back("year");
  cycle(month, "month");
  cycle(weekday, "weekday");
  cycle(hour, "hour");
  if (days) out.emplace_back("days");
  return out;
}

std::optional<DateForm> date_form(const std::string& text) {
  DateForm form;
  if (text.empty()) return form;
  const auto parts = split(text, ':');
  if (parts[0] == "epoch")
    form.epoch = true;
  else if (parts[0] == "ymd")
    form.order = kYmd;
  else if (parts[0] == "dmy")
    form.order = kDmy;
  else if (parts[0] == "mdy")
    form.order = kMdy;
  else
    return {};
  if (parts.size() == 1) return form;
  const auto first = parts.size() == 3 ? day_of(parts[2]) : std::nullopt;
  if (!first) return {};
  form.first = *first;
  const std::pair<const char*, bool*> all[] = {{"year", &form.year},
                                               {"month", &form.month},
                                               {"weekday", &form.weekday},
                                               {"hour", &form.hour},
                                               {"days", &form.days}};
  for (const std::string_view part : split(parts[1], '+')) {
    const auto* const found =
        std::ranges::find(all, part, [](const auto& row) { return std::string_view(row.first); });
    if (found == std::end(all)) return {};
    *found->second = true;
  }
  return form;
}

std::optional<Moment> read_moment(std::string_view text, const DateForm& form) {
  const auto date = take_date_apart(text, form.order == kYmd);
  if (!date) return {};
  if (date->orders & form.order) return moment_of(*date, form.order);
  // Another way of writing is certain if it is the only one.
  for (const DateOrder order : {kYmd, kDmy, kMdy})
    if (date->orders == order &&
        (order == kYmd || form.order == kYmd || text.find('.') != text.npos))
      return moment_of(*date, order);
  return {};
}

}  // namespace hebb
