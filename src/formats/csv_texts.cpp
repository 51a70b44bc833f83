// The second pass, over columns of texts. Each thread numbers the texts in the order in which it
// reads them. Then the texts of all threads are sorted together, and the threads' numbers are
// replaced by indices into the sorted list. The list, the indices and the places in errors do not
// depend on which thread read which chunk, or in which order.
#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "data/labels.h"
#include "formats/csv_file.h"
#include "formats/csv_number.h"
#include "hebb/core/error.h"
#include "hebb/core/text.h"

namespace hebb {
namespace {

constexpr std::size_t kManyTexts = 1000;
constexpr std::size_t kSeveralTexts = 20;

struct Hash : std::hash<std::string_view> {
  using is_transparent = void;
};
struct Met {
  std::size_t number, first;  // in the thread's order; the byte
};
using Texts = std::unordered_map<std::string, Met, Hash, std::equal_to<>>;

struct Collected {
  std::vector<std::vector<Texts>> by_thread;  // for each of the columns
  std::vector<std::size_t> reader;            // the thread that read a chunk
};

// What read_chunk needs to know of a column of the file.
struct Slot {
  std::size_t column;
  CsvPlace place;
  std::size_t most;  // texts; more are left out
};

// The position of the first text of a column.
std::size_t first_text(const CsvFile& file, std::size_t column) {
  std::string buffer;
  for (const auto& chunk : file.chunks)
    for (std::size_t at = chunk.begin; at < chunk.end;) {
      std::size_t c = 0, found = kNowhere;
      at = file.text.read_row(at, chunk.end, [&](const CsvCell& cell) {
        if (c++ == column && !file.missing.contains(cell.plain(buffer))) found = cell.offset;
      });
      if (found != kNowhere) return found;
      at = std::min(file.text.skip_blank_lines(at), chunk.end);
    }
  return 0;  // not reached: called only for columns with texts
}

// Amounts that are no numbers, since their units differ, are no names of cases.
bool are_amounts(const CsvFile& file, std::size_t column) {
  const auto odd = file.odd.find(column);
  return odd != file.odd.end() && 2 * odd->second.written.count > file.rows;
}

std::string several_units(const CsvFile& file, std::size_t column) {
  return concat(
      "; '", file.text_at(file.odd.at(column).written.first),
      "' is a number with a unit, and others have another or none: write all with one unit "
      "to have numbers");
}

CsvFault identity(const CsvFile& file, std::size_t column) {
  return {first_text(file, column),
          concat(file.column_text(column), " holds more than ", kManyTexts,
                 " texts that differ in most of the ", file.rows, " rows",
                 are_amounts(file, column)
                     ? several_units(file, column)
                     : ", as names or numbers of cases do: say --ignore " + file.argument(column))};
}

void read_chunk(const CsvFile& file, const CsvChunk& chunk, const std::vector<Slot>& slots,
                std::vector<Texts>& texts) {
  std::vector<std::size_t> slot_of(file.names.size(), kNowhere);
  for (std::size_t i = 0; i < slots.size(); ++i) slot_of[slots[i].column] = i;
  std::string buffer;
  std::size_t row = chunk.first_row;
  for (std::size_t at = chunk.begin; at < chunk.end; ++row) {
    std::size_t column = 0;
    at = file.text.read_row(at, chunk.end, [&](const CsvCell& cell) {
      const std::size_t s = slot_of[column++];
      if (s == kNowhere) return;
      const auto text = cell.plain(buffer);
      double number = std::numeric_limits<double>::quiet_NaN();
      if (!file.missing.contains(text)) {
        auto& seen = texts[s];
        auto found = seen.find(text);
        if (found == seen.end() && seen.size() < slots[s].most)
          found = seen.emplace(text, Met{seen.size(), cell.offset}).first;
        if (found != seen.end()) {
          number = static_cast<double>(found->second.number);
          found->second.first = std::min(found->second.first, cell.offset);
        }
      }
      if (slots[s].place.base != nullptr) slots[s].place.at(row) = number;
    });
    at = std::min(file.text.skip_blank_lines(at), chunk.end);
  }
}

Collected collect(const CsvFile& file, const std::vector<Slot>& slots) {
  Collected out;
  out.by_thread.resize(file.pool->size(), std::vector<Texts>(slots.size()));
  out.reader.resize(file.chunks.size());
  file.run(file.chunks.size(), [&](std::size_t i, std::size_t thread) {
    out.reader[i] = thread;
    read_chunk(file, file.chunks[i], slots, out.by_thread[thread]);
  });
  return out;
}

// The texts of all threads with the byte at which each first occurs, sorted.
std::vector<std::pair<std::string, std::size_t>> join(const Collected& collected,
                                                      std::size_t slot) {
  std::vector<std::pair<std::string, std::size_t>> all;
  for (const auto& texts : collected.by_thread)
    for (const auto& [text, met] : texts[slot]) all.emplace_back(text, met.first);
  std::ranges::sort(all);  // of equal texts, the earliest place is first
  const auto again = std::ranges::unique(all, {}, &std::pair<std::string, std::size_t>::first);
  all.erase(again.begin(), again.end());
  return all;
}

// Whether a column may hold texts that differ in most rows, as it becomes no categories of its own, or
// this is yet to be decided.
bool is_free(const CsvFile& file, std::size_t column) {
  const auto said = file.roles.said.find(column);
  if (said != file.roles.said.end()) return said->second.kind != ColumnKind::category;
  return file.infers && !are_amounts(file, column);
}

}  // namespace

// A few texts of which most differ are no error, but each becomes an input of its own.
void tell_identity(CsvFile& file, std::size_t column, std::size_t distinct) {
  const std::size_t values = file.rows - file.counts[column].missing.count;
  if (distinct < kSeveralTexts || 2 * distinct <= values) return;
  const std::string what = concat(file.column_text(column), " holds ", grouped(distinct),
                                  " different texts in ", counted(file.rows, "row"));
  file.note("columns",
            are_amounts(file, column)
                ? what + several_units(file, column)
                : what +
                      ", as names or numbers of cases do, and each becomes an input: "
                      "--ignore " +
                      file.argument(column) + " leaves it out",
            column);
}

std::vector<std::vector<std::string>> number_texts(CsvFile& file,
                                                   const std::vector<std::size_t>& columns,
                                                   ColumnFaults& faults) {
  if (columns.empty()) return {};
  const bool looking = file.options.read_for == ReadFor::look;
  std::vector<Slot> slots;
  const std::size_t most = std::max(kManyTexts, file.rows / 2);
  for (const auto column : columns)
    slots.push_back({.column = column,
                     .place = file.places[column],
                     .most = !looking && file.need(column).empty() && !is_free(file, column)
                                 ? most + 1
                                 : kNowhere});
  const auto collected = collect(file, slots);

  std::vector<std::vector<std::string>> out;
  for (std::size_t s = 0; s < slots.size(); ++s) {
    const auto all = join(collected, s);
    auto& sorted = out.emplace_back();
    if (all.size() >= slots[s].most) {
      faults.faults.push_back(identity(file, columns[s]));
      faults.to_ignore.push_back(columns[s]);
      continue;
    }
    if (file.need(columns[s]).empty() && !is_free(file, columns[s]))
      tell_identity(file, columns[s], all.size());
    for (const auto& [text, first] : all) {
      if (!is_utf8(text))
        throw CsvFault{first, concat("this text in ", file.column_text(columns[s]), kNotUtf8)};
      sorted.push_back(text);
    }
    sort_labels(sorted);
    std::unordered_map<std::string_view, double> number_of;
    number_of.reserve(sorted.size());
    for (std::size_t i = 0; i < sorted.size(); ++i)
      number_of.emplace(sorted[i], static_cast<double>(i));
    std::vector<std::vector<double>> replaced;
    for (const auto& texts : collected.by_thread) {
      auto& numbers = replaced.emplace_back(texts[s].size());
      for (const auto& [text, met] : texts[s]) numbers[met.number] = number_of.at(text);
    }
    file.run(file.chunks.size(), [&](std::size_t i, std::size_t) {
      const auto& numbers = replaced[collected.reader[i]];
      const auto& chunk = file.chunks[i];
      for (std::size_t row = chunk.first_row; row < chunk.first_row + chunk.rows; ++row) {
        double& value = slots[s].place.at(row);
        if (!std::isnan(value)) value = numbers[static_cast<std::size_t>(value)];
      }
    });
  }
  return out;
}

void find_spelling(const CsvFile& file, std::size_t column, Target& target) {
  const bool rounded = file.counts[column].first_rounded != kNowhere;
  std::vector<double> numbers(file.rows);
  const auto collected = collect(file, {{.column = column,
                                         .place = {numbers.data(), 1},
                                         .most = rounded ? kNowhere : kManyTexts + 1}});
  std::vector<std::vector<std::string_view>> texts;  // by thread, by the thread's number
  for (const auto& of_thread : collected.by_thread) {
    if (!rounded && of_thread[0].size() > kManyTexts) return;
    auto& list = texts.emplace_back(of_thread[0].size());
    for (const auto& [text, met] : of_thread[0]) list[met.number] = text;
  }
  std::size_t chunk = 0;
  keep_spelling(target, [&](std::size_t row) {
    while (row >= file.chunks[chunk].first_row + file.chunks[chunk].rows) ++chunk;
    return std::string(texts[collected.reader[chunk]][static_cast<std::size_t>(numbers[row])]);
  });
}

}  // namespace hebb
