// A text is read twice at most. The first pass writes every field that is a number directly to its
// place in the table and counts, for each column, the fields that are not numbers. This determines
// the types of the columns. The second pass reads only the columns of texts, if there are any.
// Threads take chunks of rows. Their findings are merged by operations whose order does not matter,
// and of several errors the first one in the file is reported.
#include "hebb/formats/csv.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <unordered_map>
#include <utility>

#include "data/labels.h"
#include "data/missing_words.h"
#include "formats/csv_file.h"
#include "formats/csv_number.h"
#include "formats/rows.h"
#include "formats/writers.h"
#include "hebb/core/error.h"
#include "hebb/core/log.h"
#include "hebb/core/text.h"

namespace hebb {
namespace {

void check_names(const std::vector<std::string>& names, const std::vector<std::size_t>& offsets) {
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!is_utf8(names[i]))
      throw CsvFault{offsets[i], concat("the name of column ", i + 1, kNotUtf8)};
    const auto [first, is_new] = seen.emplace(names[i], i);
    if (!is_new)
      throw CsvFault{offsets[i],
                     concat("columns ", first->second + 1, " and ", i + 1, " are both called '",
                            names[i], "': rename one, or say --no-header if these are no names")};
  }
}

// What the first row says.
struct Header {
  std::size_t body = 0;                    // where the rows begin
  std::vector<std::size_t> nameless = {};  // columns with an empty name
};

Header read_header(CsvFile& file) {
  const CsvText& text = file.text;
  const bool has_names = *file.options.header;
  Header header;
  std::vector<std::size_t> offsets;
  const std::size_t begin = text.begin();
  const std::size_t end = text.read_row(begin, text.size(), [&](const CsvCell& cell) {
    if (file.names.size() == CsvText::kMostColumns)
      throw CsvFault{cell.offset, concat("more than ", CsvText::kMostColumns, " columns")};
    std::string buffer;
    const auto name = has_names ? cell.plain(buffer) : std::string_view();
    if (has_names && name.empty()) header.nameless.push_back(file.names.size());
    file.names.push_back(name.empty() ? default_name(file.names.size()) : std::string(name));
    offsets.push_back(cell.offset);
  });
  header.body = begin;
  if (!has_names) return header;
  check_names(file.names, offsets);
  header.body = text.skip_blank_lines(end);
  if (header.body == text.size())
    throw CsvFault{header.body, "0 samples: no row follows the header"};
  return header;
}

[[noreturn]] void refuse_row(const CsvFile& file, std::size_t offset, std::size_t fields) {
  const std::size_t expected = file.names.size();
  std::string rule = concat(fields, fields == 1 ? " field" : " fields", ", expected ", expected,
                            *file.options.header ? " as in the header" : " as in the first row");
  bool blank = true;  // all fields too many
  std::size_t column = 0;
  file.text.read_row(offset, file.text.size(), [&](const CsvCell& cell) {
    if (column++ >= expected) blank &= cell.text.empty();
  });
  if (fields > expected && blank)
    rule += "; the row ends with separators that the first one lacks: remove them";
  else if (fields > expected && expected == 1 && *file.options.header)
    rule += "; if the first line is a title above the header, remove it";
  else if (fields > expected)
    rule += "; a field that holds a separator (as in 1,5) needs quotes";
  throw CsvFault{offset, std::move(rule)};
}

// "7" and "-12" are plain; "007", "+7", "7.0", "7e0" and numbers that a double may not represent
// exactly are not.
bool is_plain_whole(std::string_view text) {
  constexpr std::size_t kMostDigits = 15;
  if (text == "0") return true;
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() <= kMostDigits && text[0] != '0' &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The findings of one thread in its chunks.
struct Findings {
  std::vector<ColumnCount> counts;
  OddCounts odd;
  bool spelt = false;  // the target has a whole number that is not a plain one
};

void count_other(const CsvFile& file, const CsvCell& cell, Reading reading, std::size_t column,
                 Findings& found) {
  std::string buffer;
  const auto text = cell.plain(buffer);
  ColumnCount& count = found.counts[column];
  if (file.missing.contains(text)) {
    count.missing.add(cell.offset);
    if (!text.empty()) found.odd[column].named.add(cell.offset);
  } else if (reading == Reading::missing) {
    found.odd[column].nans.add(cell.offset);
  } else if (reading == Reading::not_finite) {
    count.infinite.add(cell.offset);
  } else if (is_missing_word(text)) {
    found.odd[column].words.add(cell.offset);
  } else if (const auto number = take_apart(text)) {
    found.odd[column].add_written(cell.offset, number->unit);
  } else {
    count.texts.add(cell.offset);
  }
}

void read_chunk(const CsvFile& file, const CsvChunk& chunk, Findings& found) {
  const std::size_t columns = file.names.size();
  const std::size_t labels = file.roles.targets.size() == 1 ? file.roles.targets[0] : kNowhere;
  const CsvPlace* const places = file.places.data();
  // Then 1.234 may be a thousand.
  const bool by_convention = convention_of(file.options) != kNoConvention;
  std::size_t row = chunk.first_row;
  for (std::size_t at = chunk.begin; at < chunk.end; ++row) {
    std::size_t column = 0;
    const std::size_t begin = at;
    at = file.text.read_row(at, chunk.end, [&](const CsvCell& cell) {
      const std::size_t c = column++;
      if (c >= columns || places[c].base == nullptr) return;
      double value = 0;
      auto reading = read_number(cell.text, value);
      if (file.missing.has_numbers() && file.missing.contains(cell.text))
        reading = Reading::missing;
      if (by_convention && reading == Reading::number &&
          cell.text.find_first_of(".,") != std::string_view::npos)
        reading = Reading::text;
      if (reading == Reading::number) [[likely]] {
        places[c].at(row) = value;
        if (is_rounded(cell.text, value)) [[unlikely]]
          found.counts[c].first_rounded = std::min(found.counts[c].first_rounded, cell.offset);
        if (c == labels && value == std::floor(value)) found.spelt |= !is_plain_whole(cell.text);
      } else {
        places[c].at(row) = std::numeric_limits<double>::quiet_NaN();
        count_other(file, cell, reading, c, found);
      }
    });
    if (column != columns) refuse_row(file, begin, column);
    at = std::min(file.text.skip_blank_lines(at), chunk.end);
  }
}

// Returns whether any whole number of the target is not spelt plainly.
bool read_numbers(CsvFile& file) {
  std::vector<Findings> found(file.pool->size());
  file.run(file.chunks.size(), [&](std::size_t i, std::size_t thread) {
    found[thread].counts.resize(file.names.size());
    read_chunk(file, file.chunks[i], found[thread]);
  });
  bool spelt = false;
  file.counts.resize(file.names.size());
  for (const auto& part : found) {
    spelt |= part.spelt;
    for (std::size_t c = 0; c < part.counts.size(); ++c) file.counts[c].join(part.counts[c]);
    for (const auto& [c, count] : part.odd) file.odd[c].join(count);
  }
  return spelt;
}

CsvParts allocate(CsvFile& file) {
  CsvParts parts;
  const CsvRoles& roles = file.roles;
  parts.table.rows = file.rows;
  parts.table.values.resize(file.rows * roles.features.size());
  parts.target.values.resize(file.rows * roles.targets.size());
  for (std::size_t i = 0; i < roles.features.size(); ++i) {
    parts.table.columns.push_back({.name = file.names[roles.features[i]], .categories = {}});
    file.places[roles.features[i]] = {parts.table.values.data() + i, roles.features.size()};
  }
  for (std::size_t i = 0; i < roles.targets.size(); ++i) {
    parts.target.names.push_back(file.names[roles.targets[i]]);
    file.places[roles.targets[i]] = {parts.target.values.data() + i, roles.targets.size()};
  }
  const auto place = [&](std::optional<std::size_t> column, std::vector<double>& values) {
    if (!column) return;
    values.resize(file.rows);
    file.places[*column] = {values.data(), 1};
  };
  place(roles.weight, parts.weights);
  place(roles.group, parts.groups);
  place(roles.sequence, parts.sequence);
  place(roles.order, parts.order);
  if (roles.time != roles.order) place(roles.time, parts.times);
  return parts;
}

void read_texts(CsvFile& file, CsvParts& parts) {
  ColumnFaults faults;
  const std::vector<std::size_t> columns = settle_columns(file, faults);
  auto texts = number_texts(file, columns, faults);
  faults.raise(file);
  if (columns.empty()) return;
  std::vector<std::size_t> feature_of(file.names.size(), kNowhere);  // there may be a million
  for (std::size_t i = 0; i < file.roles.features.size(); ++i)
    feature_of[file.roles.features[i]] = i;
  const auto& targets = file.roles.targets;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t c = columns[i];
    if (c == file.roles.group) {
      parts.group_labels = std::move(texts[i]);
    } else if (c == file.roles.sequence) {
      parts.ids = std::move(texts[i]);
    } else if (const auto target = std::ranges::find(targets, c); target != targets.end()) {
      parts.target.column_classes.resize(targets.size());
      parts.target.column_classes[static_cast<std::size_t>(target - targets.begin())] =
          std::move(texts[i]);
    } else if (feature_of[c] != kNowhere) {
      parts.table.columns[feature_of[c]].categories = std::move(texts[i]);
    } else if (c == file.roles.time) {
      parts.time_labels = std::move(texts[i]);
    }  // a column that is only `order` needs no texts, only their numbers
  }
  if (targets.size() == 1 && !parts.target.column_classes.empty()) {
    parts.target.classes = std::move(parts.target.column_classes.front());
    parts.target.column_classes.clear();
  }
}

void check_weights(const CsvFile& file, const std::vector<double>& weights) {
  const auto negative = std::ranges::find_if(weights, [](double w) { return w < 0; });
  check_data(negative == weights.end(), file.text.name(), ": row ", negative - weights.begin() + 1,
             ": the weight in ", file.column_text(file.roles.weight.value_or(0)),
             " is negative; weights are 0 or more");
}

// A column whose name says that it is the target, in front of others, while the last one is taken.
void tell_target(CsvFile& file, TargetUse use) {
  static constexpr std::string_view names[] = {"label", "labels", "target", "class"};
  const auto says_target = [&](std::size_t column) {
    std::string name = file.names[column];
    std::ranges::transform(name, name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    return std::ranges::find(names, name) != std::end(names);
  };
  const auto& features = file.roles.features;
  if (!file.options.target.empty() || use == TargetUse::none || file.roles.targets.empty() ||
      features.empty() || says_target(file.roles.targets[0]) || !says_target(features[0]))
    return;
  file.note("target",
            concat("the first column is called '", file.names[features[0]],
                   "', but the target is the last one, '", file.names[file.roles.targets[0]],
                   "': if the first one is meant, say --target ", file.argument(features[0])));
}

void tell_layout(CsvFile& file, const std::vector<std::size_t>& empty) {
  const CsvLayout& layout = file.text.layout();
  if (!layout.title.empty())
    file.note("title", concat("the text above the header, beginning with '", layout.title,
                              "', is a title and is skipped"));
  if (!empty.empty())
    file.note(
        "columns",
        concat(counted(empty.size(), "column"), " with neither a name nor a value ",
               empty.size() == 1 ? "is" : "are", " left out (",
               empty.size() == 1 ? "number " : "the first is number ", empty.front() + 1, ")"));
}

// "likewise 57 more columns: 'c', 'd', 'e' and 54 more", in place of a note for each.
std::vector<ReadNote> shortened(const CsvFile& file) {
  constexpr std::size_t kMost = 4, kNamed = 3;
  std::map<std::string, std::vector<std::size_t>> alike;  // indices of notes
  for (std::size_t i = 0; i < file.report.notes.size(); ++i)
    if (!file.report.notes[i].column.empty()) alike[file.notes_alike[i]].push_back(i);
  std::vector<ReadNote> notes = file.report.notes;
  for (const auto& [key, all] : alike) {
    if (all.size() <= kMost) continue;
    std::string& text = notes[all[kNamed]].text;
    text = concat("likewise ", all.size() - kNamed, " more columns:");
    for (std::size_t i = kNamed; i < all.size(); ++i) {
      if (i < 2 * kNamed) text += concat(i > kNamed ? ", '" : " '", notes[all[i]].column, '\'');
      if (i > kNamed) notes[all[i]].text.clear();
    }
    if (all.size() > 2 * kNamed) text += concat(" and ", all.size() - 2 * kNamed, " more");
  }
  std::erase_if(notes, [](const ReadNote& one) { return one.text.empty(); });
  return notes;
}

// Labels are kept exactly, and so are groups, ids and times, which are texts if double rounds one.
void warn_of_rounding(const CsvFile& file, const CsvParts& parts) {
  std::vector<std::size_t> columns;
  const auto add = [&](std::size_t column, bool numbers) {
    if (numbers && file.counts[column].first_rounded != kNowhere) columns.push_back(column);
  };
  for (std::size_t i = 0; i < file.roles.features.size(); ++i)
    add(file.roles.features[i], !parts.table.columns[i].is_categorical());
  for (std::size_t i = 0; i < file.roles.targets.size(); ++i)
    add(file.roles.targets[i],
        parts.target.exact.values.empty() && parts.target.classes_of(i).empty());
  if (columns.empty()) return;
  const std::size_t first = file.counts[columns.front()].first_rounded;
  const std::string text = file.text_at(first);
  double value = 0;
  read_number(text, value);
  warn(concat(file.text.place(first), ": ", text, " in ", file.column_text(columns.front()),
              " is read as ", number_text(value),
              ", the nearest number that a double holds; if such numbers are codes, say "
              "--categorical ",
              file.argument(columns.front()),
              columns.size() > 1 ? concat(" (so do ", columns.size() - 1, " more columns)") : ""));
}

Dataset read_all(CsvFile& file, TargetUse use) {
  find_header(file);
  const Header header = read_header(file);
  const std::size_t body = header.body;
  file.chunks = file.text.chunks(body, [&](std::size_t n, const auto& task) { file.run(n, task); });
  const auto empty = find_empty(file, header.nameless);
  file.roles = assign_roles(file.names, file.text.name(), file.options, use, empty);
  tell_layout(file, empty);
  tell_target(file, use);
  // Limits the memory of the threads' counts to the size of the text.
  file.most_threads =
      std::max<std::size_t>(1, file.text.size() / (file.names.size() * sizeof(ColumnCount)));
  file.rows = file.chunks.back().first_row + file.chunks.back().rows;
  file.places.resize(file.names.size());
  // A field with its separator takes at least one byte, so more fields than bytes means that some
  // row is too short. This call reports that row, without storing numbers, before memory is
  // allocated for a table that cannot exist.
  if (file.rows > (file.text.size() + 1 - body) / file.names.size()) read_numbers(file);

  CsvParts parts = allocate(file);
  bool spelt = read_numbers(file);
  read_texts(file, parts);
  if (file.roles.targets.size() == 1) spelt |= file.written.contains(file.roles.targets[0]);
  check_weights(file, parts.weights);
  const auto is_whole = [](double v) { return v == std::floor(v); };
  if (spelt && !parts.target.has_labels() && std::ranges::all_of(parts.target.values, is_whole))
    find_spelling(file, file.roles.targets[0], parts.target);
  warn_of_rounding(file, parts);
  take_columns_of(file, parts.table, parts.target);
  Dataset data = assemble(file, std::move(parts));
  if (!file.roles.kept.empty()) {
    check(!data.is_sequences(), "keep", "is for tables: a sequence has many rows of ",
          file.text.name());
    data.set_kept(read_kept(file));
  }
  file.report.notes = shortened(file);
  if (file.options.report) *file.options.report = file.report;
  return data;
}

Dataset read_csv_file(const DataFile& file, const DataOptions& options, TargetUse use) {
  Dataset data = parse_csv(file.text(), file.name(), options, use);
  data.set_name(file.short_name());
  return data;
}

}  // namespace

Dataset parse_csv(std::string_view text, const std::string& name, const DataOptions& options,
                  TargetUse use) {
  check_fields(options);
  // A model keeps these texts, and its file is UTF-8.
  check(std::ranges::all_of(options.na, is_utf8), "na", "is not UTF-8");
  check(is_utf8(options.sep.value_or("")), "sep", "is not UTF-8");
  const CsvText csv(text, name, options.sep);
  constexpr std::size_t kForOneThread = std::size_t{1} << 20;
  ThreadPool pool(text.size() <= kForOneThread ? 1 : options.threads);
  CsvFile file{.text = csv,
               .options = options,
               .missing = MissingTexts(options.na),
               .names = {},
               .roles = {},
               .places = {},
               .counts = {},
               .odd = {},
               .written = {},
               .units = {},
               .report = {},
               .notes_alike = {},
               .chunks = {},
               .pool = &pool};
  const bool asks = options.kinds ? *options.kinds == "auto" : options.infer_kinds;
  file.infers = asks && options.precedent.categorical.empty() && !options.sequence;
  try {
    Dataset data = read_all(file, use);
    data.set_name(name);
    // With what the content of the file decided, so that other files are read alike.
    DataOptions used = options;
    for (const auto& [option, value] : file.report.options)
      if (const Field* field = find_field(DataOptions::fields(), option)) field->set(&used, value);
    used.column.clear();
    std::set<std::string_view> decided;  // there may be a million
    for (const TakenColumn& taken : file.report.taken) decided.insert(taken.name);
    for (const auto& [column, said] : file.roles.said)
      if (!decided.contains(said.name)) used.column.push_back(said.text());
    for (const TakenColumn& taken : file.report.taken) used.column.push_back(taken.text());
    data.set_reading(record_by_name(std::move(used), file.names));
    return data;
  } catch (const CsvFault& fault) {
    csv.raise(fault);
  }
}

Dataset read_csv(const std::string& path, const DataOptions& options, TargetUse use) {
  return read_csv_file(DataFile(path), options, use);
}

FormatRow csv_format() {
  return {.name = "csv",
          .kinds = {"CSV", "TSV"},
          .help = "rows of numbers and texts below the names of their columns",
          .endings = {".csv"},
          .takes_columns = true,
          .is_text = true,
          .read = read_csv_file,
          .write = csv_text};
}

}  // namespace hebb
