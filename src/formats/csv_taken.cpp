// What the columns of the table are taken for, after they have been read as numbers and texts.
#include <algorithm>
#include <set>

#include "data/missing_words.h"
#include "formats/csv_file.h"
#include "hebb/core/error.h"
#include "hebb/core/text.h"

namespace hebb {
namespace {

// The kind of a column of numbers with a sign or a unit; nothing for plain numbers.
std::optional<TakenColumn> written_kind(const CsvFile& file, std::size_t column) {
  const auto odd = file.odd.find(column);
  if (!file.written.contains(column) || odd == file.odd.end() || odd->second.unit.empty())
    return {};
  TakenColumn taken{.name = file.names[column]};
  const auto unit = file.units.find(column);
  if (unit != file.units.end()) {
    taken.kind = ColumnKind::unit;
    taken.form = unit->second;
  } else if (is_money(odd->second.unit)) {
    taken.kind = ColumnKind::money;
  } else if (odd->second.unit == "%") {
    taken.kind = ColumnKind::percent;
  } else {
    return {};
  }
  return taken;
}

ColumnDecisions decide(const CsvFile& file, const Table& table, const Target& target) {
  ColumnsSaid said;
  for (const auto& [column, taken] : file.roles.said) said.kinds.push_back(taken);
  for (const std::size_t column : file.roles.stay) said.leave_in.push_back(file.names[column]);
  // Of these the user says that they are categories.
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const std::size_t column = file.roles.features[c];
    if (file.roles.categorical[column] && !file.roles.said.contains(column) &&
        table.columns[c].is_categorical())
      said.kinds.push_back({.name = table.columns[c].name, .kind = ColumnKind::category});
  }
  ColumnDecisions decided = decide_columns(table, target, said);
  std::set<std::string_view> by_user;
  for (const auto& [column, taken] : file.roles.said) by_user.insert(taken.name);
  std::erase_if(decided.taken, [&](const TakenColumn& taken) {
    return taken.kind == ColumnKind::category && !by_user.contains(taken.name);
  });
  return decided;
}

// Dates whose form is yet to be found are decided on; nothing else is.
ColumnDecisions complete(const CsvFile& file, const Table& table) {
  ColumnDecisions decided;
  for (const auto& [column, taken] : file.roles.said) {
    if (taken.kind != ColumnKind::date || taken.form.find(':') != std::string::npos) {
      decided.taken.push_back(taken);
      continue;
    }
    Table one{.rows = table.rows};
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (table.columns[c].name != taken.name) continue;
      one.columns.push_back(table.columns[c]);
      for (std::size_t row = 0; row < table.rows; ++row) one.values.push_back(table.at(row, c));
    }
    if (one.columns.empty()) continue;
    ColumnDecisions own = decide_columns(one, {}, {.kinds = {taken}});
    decided.taken.push_back(std::move(own.taken.front()));
    decided.notes.insert(decided.notes.end(), own.notes.begin(), own.notes.end());
  }
  return decided;
}

void tell_left(CsvFile& file, const std::map<std::string, TextsLeft>& left) {
  for (const std::size_t column : file.roles.features) {
    const auto found = left.find(file.names[column]);
    if (found == left.end()) continue;
    const auto& [count, first] = found->second;
    file.report.missing_texts.emplace(found->first, first);
    file.note("missing",
              concat(file.column_text(column), ": '", first,
                     "' is no date and counts as a missing value, in ", counted(count, "row")),
              column);
  }
}

}  // namespace

void take_columns_of(CsvFile& file, Table& table, const Target& target) {
  if (!file.infers && file.roles.said.empty()) return;
  if (file.roles.sequence) {
    for (const auto& [column, taken] : file.roles.said)
      check(taken.kind != ColumnKind::date && taken.kind != ColumnKind::text &&
                taken.kind != ColumnKind::yes_no,
            "column", "'", taken.text(), "' is for tables, and these are sequences");
    return;
  }
  const bool looks = file.options.read_for == ReadFor::look;
  ColumnDecisions decided = file.infers ? decide(file, table, target) : complete(file, table);
  std::set<std::string_view> named;
  for (const TakenColumn& taken : decided.taken) named.insert(taken.name);
  std::vector<TakenColumn> written;
  for (std::size_t column = 0; column < file.names.size() && !file.written.empty(); ++column)
    if (auto taken = written_kind(file, column); taken && !named.contains(taken->name))
      written.push_back(std::move(*taken));
  std::map<std::string_view, std::size_t> column_of;
  for (const std::size_t column : file.roles.features) column_of[file.names[column]] = column;
  for (const ColumnNote& note : decided.notes) {
    const std::string alike = "kinds " + to_string(note.kind);
    file.note("kinds", note.text, column_of.at(note.column), alike.c_str());
  }
  if (file.infers && !looks)
    for (const Column& column : table.columns)
      if (column.is_categorical() && !named.contains(column.name))
        tell_identity(file, column_of.at(column.name), column.categories.size());
  if (!looks) {
    std::map<std::string, TextsLeft> left;
    table = take_columns(std::move(table), decided.taken, file.text.name(), &left);
    tell_left(file, left);
  }
  for (TakenColumn& taken : written) decided.taken.push_back(std::move(taken));
  file.report.taken = std::move(decided.taken);
}

}  // namespace hebb
