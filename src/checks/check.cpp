// Checks for common problems of data. The rules:
//
//   leak            the share of test rows that are also in the training part exceeds the share of
//                   training rows that have a duplicate there, by more than 0.01 and by more than
//                   three standard deviations
//   target copy     a numeric column correlates with the target by more than 0.9999; or less than
//                   0.0002 of its variance is within the classes; or each value of a categorical
//                   column occurs with one label only. In 20 rows or more.
//   row number      a column that numbers the rows, as row_number_columns() says
//   contradictions  rows with equal features and different labels
//   duplicates      rows with equal features, unless the columns have so few values that there are
//                   less than ten times as many possible rows as there are rows
//   missing         missing values
//   imbalance       a class ten times as frequent as another, or one of fewer than 10 samples
//   unscaled        columns whose standard deviations differ by a factor of 100, and whose ranges
//                   do too: a column that is rarely different from 0 has a small standard deviation
//                   whatever its scale
//   constant        columns with a single value
//
// columns.cpp lists the rules for predictors, ids, sentinels, spellings, dates and values that are
// missing with one label only.
//
// Numbers are labels if they are whole and have at most 20 values, as in the program.
#include "hebb/checks/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "checks/columns.h"
#include "checks/row_groups.h"
#include "data/columns.h"
#include "data/labels.h"
#include "hebb/core/printable.h"
#include "hebb/core/text.h"
#include "hebb/data/columns.h"

namespace hebb {
namespace {

constexpr std::size_t kMostLabels = 20;
constexpr std::size_t kFewSamples = 20;
constexpr std::size_t kFewOfAClass = 10;
constexpr double kImbalance = 10;
constexpr double kSpreads = 100;
constexpr double kCopy = 0.9999;  // correlation
constexpr std::size_t kManyValues = 10;
constexpr std::size_t kFewValues = 20;
constexpr double kPossibleRows = 10;  // over rows
constexpr double kLeak = 0.01;
constexpr double kChance = 3;  // standard deviations
constexpr std::size_t kShown = 5;

constexpr std::pair<const char*, const char*> kTitles[] = {
    {"leak", "rows of the test part in the training part"},
    {"target_copy", "a column reveals the target"},
    {"predictor", "a single column tells the target"},
    {"missing_by_label", "missing values tell the target"},
    {"row_number", "a column numbers the rows"},
    {"contradictions", "equal rows with different labels"},
    {"duplicates", "equal rows"},
    {"ids", "texts that identify the rows"},
    {"sentinels", "numbers that stand for missing values"},
    {"spelling", "spellings of one category"},
    {"dates", "dates as texts"},
    {"missing", "missing values"},
    {"imbalance", "imbalance"},
    {"unscaled", "unscaled features"},
    {"constant", "constant columns"}};

// "a, b, c and 4 more".
std::string listed(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < std::min(items.size(), kShown); ++i)
    out += (i > 0 ? ", " : "") + items[i];
  if (items.size() > kShown) out += fmt::format(" and {} more", items.size() - kShown);
  return out;
}

std::string quoted(const std::string& name) { return quoted_name(name); }

std::string count_of(std::size_t count, const char* one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

// ----- Labels

// The target as labels from 0, if it has classes.
using Labels = RowLabels;

std::optional<Labels> labels_of(const Dataset& data) {
  Target target = data.target();
  if (target.outputs() != 1 || target.per_step()) return {};
  if (std::ranges::any_of(target.values, [](double v) { return std::isnan(v); })) return {};
  if (!target.is_classes()) {
    if (target.exact.labels.size() > kMostLabels) return {};
    std::set<double> kinds;
    for (const double value : target.values) {
      if (!std::isfinite(value) || value != std::floor(value)) return {};
      kinds.insert(value);
      if (kinds.size() > kMostLabels) return {};
    }
    target = to_classes(std::move(target));
  }
  Labels labels{.of_row = {}, .names = target.classes, .counts = {}};
  labels.counts.resize(labels.names.size());
  for (const double value : target.values) {
    labels.of_row.push_back(static_cast<std::size_t>(value));
    ++labels.counts[labels.of_row.back()];
  }
  return labels;
}

// The data that the rules examine.
struct Facts {
  const Dataset& data;
  const Dataset* test;
  RowGroups groups;
  std::optional<Labels> labels;
  std::vector<ColumnSummary> columns;  // of the table, or of the steps

  bool is_number(std::size_t column) const { return !data.columns()[column].is_categorical(); }
  const std::string& name(std::size_t column) const { return data.columns()[column].name; }
};

// ----- The rules: each returns what was found, or an empty text

std::string leak(const Facts& facts) {
  if (facts.test == nullptr || facts.data.samples() == 0) return {};
  const auto found = facts.groups.find(*facts.test);
  std::vector<std::string> rows;
  for (std::size_t row = 0; row < found.size(); ++row)
    if (found[row])
      rows.push_back(fmt::format("row {} is row {}", facts.test->row_number(row),
                                 facts.data.row_number(*found[row])));
  if (rows.size() < 2) return {};
  const auto tests = static_cast<double>(found.size());
  std::size_t twins = 0;
  for (std::uint32_t row = 0; row < facts.data.samples(); ++row)
    twins += facts.groups.size_of(row) > 1 ? 1 : 0;
  const double natural = static_cast<double>(twins) / static_cast<double>(facts.data.samples());
  const double share = static_cast<double>(rows.size()) / tests;
  const double chance = kChance * std::sqrt(natural * (1 - natural) / tests);
  if (share <= natural + std::max(kLeak, chance)) return {};
  return fmt::format(
      "{} of the {} rows of the test part ({:.1f}%) are also in the training part, in which only "
      "{:.1f}% have a duplicate: {}",
      rows.size(), found.size(), 100 * share, 100 * natural, listed(rows));
}

double sum_of_squares(const ColumnSummary& column) {
  return column.std * column.std * static_cast<double>(column.count);
}

// For each column, the share of its variance that is between the classes.
std::vector<double> between_classes(const Facts& facts) {
  const TableView& table = facts.data.table();
  const std::size_t columns = table.columns.size();
  std::vector<double> sums(facts.labels->names.size() * columns);
  for (std::size_t row = 0; row < table.rows; ++row)
    for (std::size_t c = 0; c < columns; ++c)
      sums[facts.labels->of_row[row] * columns + c] += table.at(row, c) - facts.columns[c].mean;
  std::vector<double> shares(columns);
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t k = 0; k < facts.labels->names.size(); ++k)
      if (const double sum = sums[k * columns + c]; facts.labels->counts[k] > 0)
        shares[c] += sum * sum / static_cast<double>(facts.labels->counts[k]);
    shares[c] /= sum_of_squares(facts.columns[c]);
  }
  return shares;
}

// Whether each category of a column occurs with only one label.
bool tells_label(const Facts& facts, std::size_t column) {
  const TableView& table = facts.data.table();
  std::map<double, std::size_t> label_of;
  for (std::size_t row = 0; row < table.rows; ++row) {
    const double value = table.at(row, column);
    if (std::isnan(value)) return false;
    const auto label = facts.labels->of_row[row];
    if (label_of.emplace(value, label).first->second != label) return false;
  }
  return 2 * label_of.size() <= table.rows;
}

std::vector<std::string> copies_of_labels(const Facts& facts) {
  const auto& counts = facts.labels->counts;
  const auto kinds = std::ranges::count_if(counts, [](std::size_t n) { return n > 0; });
  const std::size_t rows = facts.data.samples();
  if (kinds < 2 || 2 * static_cast<std::size_t>(kinds) > rows) return {};
  const auto shares = between_classes(facts);
  std::vector<std::string> out;
  for (std::size_t c = 0; c < shares.size(); ++c) {
    if (!facts.is_number(c) && tells_label(facts, c))
      out.push_back(fmt::format("each value of {} goes with one label", quoted(facts.name(c))));
    if (facts.is_number(c) && facts.columns[c].missing == 0 && facts.columns[c].varies() &&
        shares[c] > kCopy * kCopy)
      out.push_back(fmt::format("{} is the same, or nearly so, in all samples of a label",
                                quoted(facts.name(c))));
  }
  return out;
}

std::vector<std::string> copies_of_numbers(const Facts& facts) {
  const Target& target = facts.data.target();
  const TableView& table = facts.data.table();
  const std::size_t outputs = target.outputs(), columns = table.columns.size();
  std::vector<double> means(outputs), squares(outputs), products(outputs * columns);
  const auto rows = static_cast<double>(table.rows);
  for (std::size_t i = 0; i < target.values.size(); ++i)
    means[i % outputs] += target.values[i] / rows;
  for (std::size_t row = 0; row < table.rows; ++row)
    for (std::size_t t = 0; t < outputs; ++t) {
      const double deviation = target.values[row * outputs + t] - means[t];
      squares[t] += deviation * deviation;
      for (std::size_t c = 0; c < columns; ++c)
        products[t * columns + c] += deviation * (table.at(row, c) - facts.columns[c].mean);
    }
  std::vector<std::string> out;
  for (std::size_t t = 0; t < outputs; ++t)
    for (std::size_t c = 0; c < columns; ++c) {
      const auto& column = facts.columns[c];
      if (!target.classes_of(t).empty() || !facts.is_number(c) || column.missing > 0 ||
          column.distinct < kManyValues)
        continue;
      const double r = products[t * columns + c] / std::sqrt(squares[t] * sum_of_squares(column));
      if (std::abs(r) > kCopy)
        out.push_back(fmt::format("{} correlates with {} by {:.6g}", quoted(facts.name(c)),
                                  quoted(target.names[t]), r));
    }
  return out;
}

std::string target_copy(const Facts& facts) {
  if (!facts.data.is_table() || !facts.data.has_target() || facts.data.samples() < kFewSamples)
    return {};
  return listed(facts.labels ? copies_of_labels(facts) : copies_of_numbers(facts));
}

// Whether the values are a permutation of 0 .. rows - 1 or 1 .. rows.
bool numbers_rows(const TableView& table, std::size_t column) {
  std::vector<bool> seen(table.rows + 1);
  for (std::size_t row = 0; row < table.rows; ++row) {
    const double value = table.at(row, column);
    if (!(value >= 0 && value <= static_cast<double>(table.rows)) || value != std::floor(value))
      return false;
    const auto number = static_cast<std::size_t>(value);
    if (seen[number]) return false;
    seen[number] = true;
  }
  return !(seen.front() && seen.back());
}

double first_number(const TableView& table, std::size_t column) {
  double least = table.at(0, column);
  for (std::size_t row = 1; row < table.rows; ++row) least = std::min(least, table.at(row, column));
  return least;
}

std::vector<double> values_of(const TableView& table, std::size_t column) {
  std::vector<double> values(table.rows);
  for (std::size_t row = 0; row < table.rows; ++row) values[row] = table.at(row, column);
  return values;
}

std::string contradictions(const Facts& facts) {
  if (!facts.labels || facts.groups.copies() == 0) return {};
  // For each row that has copies: the labels of the copies, with their counts and one row of each.
  std::map<std::uint32_t, std::map<std::size_t, std::pair<std::size_t, std::uint32_t>>> labels;
  for (std::uint32_t row = 0; row < facts.data.samples(); ++row)
    if (facts.groups.size_of(row) > 1) {
      auto& seen = labels[facts.groups.first_of(row)];
      ++seen.emplace(facts.labels->of_row[row], std::pair(std::size_t{0}, row)).first->second.first;
    }
  std::size_t rows = 0, wrong = 0;
  std::vector<std::string> shown;
  for (const auto& [first, seen] : labels) {
    if (seen.size() < 2) continue;
    std::size_t most = 0, all = 0;
    std::string text;
    std::size_t told = 0;
    for (const auto& [label, met] : seen) {
      most = std::max(most, met.first);
      all += met.first;
      if (++told > kShown) continue;
      text +=
          fmt::format("{}{} ({})", text.empty() ? "row " : " and ",
                      facts.data.row_number(met.second), shown_name(facts.labels->names[label]));
    }
    rows += all;
    wrong += all - most;
    shown.push_back(text);
  }
  if (shown.empty()) return {};
  const auto samples = static_cast<double>(facts.data.samples());
  return fmt::format(
      "{} of {} rows equal others in every feature but have another label, so that no model can "
      "be right in more than {:.2f}% of the rows: {}",
      rows, facts.data.samples(), 100 * (1 - static_cast<double>(wrong) / samples), listed(shown));
}

// Whether the columns have so few values that repeated rows are to be expected.
bool must_repeat(const Facts& facts) {
  if (!facts.data.is_table()) return false;
  double possible = 1;
  for (std::size_t c = 0; c < facts.columns.size(); ++c) {
    const auto& column = facts.columns[c];
    if (column.distinct > kFewValues) {
      if (facts.is_number(c)) return false;
      possible *= static_cast<double>(facts.data.columns()[c].categories.size());
    } else {
      possible *= static_cast<double>(column.distinct + (column.missing > 0 ? 1 : 0));
    }
  }
  return possible <= kPossibleRows * static_cast<double>(facts.data.samples());
}

std::string duplicates(const Facts& facts) {
  if (facts.groups.copies() == 0 || must_repeat(facts)) return {};
  std::vector<std::string> rows;
  for (std::uint32_t row = 0; row < facts.data.samples() && rows.size() <= kShown; ++row)
    if (const auto first = facts.groups.first_of(row); first != row)
      rows.push_back(fmt::format("row {} is row {}", facts.data.row_number(row),
                                 facts.data.row_number(first)));
  const std::size_t copies = facts.groups.copies();
  std::string list = listed(
      {rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(std::min(rows.size(), kShown))});
  if (copies > kShown) list += fmt::format(" and {} more", copies - kShown);
  return fmt::format("{} of {} rows equal an earlier one in every feature: {}", copies,
                     facts.data.samples(), list);
}

std::string missing(const Facts& facts) {
  std::vector<std::string> names;
  std::size_t count = 0, values = 0;
  for (std::size_t c = 0; c < facts.columns.size(); ++c) {
    values += facts.columns[c].count + facts.columns[c].missing;
    if (facts.columns[c].missing == 0) continue;
    count += facts.columns[c].missing;
    names.push_back(fmt::format("{} {}", quoted(facts.name(c)), facts.columns[c].missing));
  }
  if (count == 0) return {};
  return fmt::format("{} of {} missing: {}", count, count_of(values, "value"), listed(names));
}

std::string imbalance(const Facts& facts) {
  if (!facts.labels || facts.labels->names.size() < 2) return {};
  const auto& counts = facts.labels->counts;
  const auto most = std::ranges::max_element(counts), least = std::ranges::min_element(counts);
  if (*least >= kFewOfAClass &&
      static_cast<double>(*most) <= kImbalance * static_cast<double>(*least))
    return {};
  const auto name = [&](auto at) {
    return quoted(facts.labels->names[static_cast<std::size_t>(at - counts.begin())]);
  };
  if (static_cast<double>(*most) <= kImbalance * static_cast<double>(*least))
    return fmt::format("class {} has only {}", name(least), count_of(*least, "sample"));
  return fmt::format("class {} has {}, class {} {}: always guessing {} is right in {:.1f}%",
                     name(most), count_of(*most, "sample"), name(least), *least, name(most),
                     100 * static_cast<double>(*most) / static_cast<double>(facts.data.samples()));
}

std::string unscaled(const Facts& facts) {
  std::optional<std::size_t> narrow, wide;
  double shortest = std::numeric_limits<double>::infinity(), longest = 0;
  const auto deviation = [&](std::size_t c) { return facts.columns[c].std; };
  for (std::size_t c = 0; c < facts.columns.size(); ++c) {
    if (!facts.is_number(c) || !facts.columns[c].varies()) continue;
    const double range = facts.columns[c].high - facts.columns[c].low;
    shortest = std::min(shortest, range);
    longest = std::max(longest, range);
    if (!narrow || deviation(c) < deviation(*narrow)) narrow = c;
    if (!wide || deviation(c) > deviation(*wide)) wide = c;
  }
  if (!narrow || !(longest > kSpreads * shortest) ||
      !(deviation(*wide) > kSpreads * deviation(*narrow)))
    return {};
  return fmt::format("column {} has a standard deviation of {:.4g}, column {} of {:.4g}",
                     quoted(facts.name(*wide)), deviation(*wide), quoted(facts.name(*narrow)),
                     deviation(*narrow));
}

std::string constant(const Facts& facts) {
  std::vector<std::string> names;
  for (std::size_t c = 0; c < facts.columns.size(); ++c)
    if (!facts.columns[c].varies()) names.push_back(quoted(facts.name(c)));
  if (names.empty()) return {};
  return fmt::format("{} of {}: {}", names.size(), count_of(facts.columns.size(), "column"),
                     listed(names));
}

// ----- The rules for single columns

std::string texts_of(const ColumnFindings& columns) {
  std::vector<std::string> texts;
  for (const auto& one : columns) texts.push_back(one.text);
  return listed(texts);
}

std::string na_of(std::vector<double> values) {
  std::ranges::sort(values);
  values.erase(std::ranges::unique(values).begin(), values.end());
  std::string list;
  for (const double value : values) list += fmt::format("{}{}", list.empty() ? "" : ",", value);
  return "--na=" + list;
}

std::string spellings(const Facts& facts) {
  std::string text = texts_of(find_spellings(facts.data.table()));
  const std::string same = facts.labels ? spellings_of(facts.labels->names) : "";
  if (!same.empty())
    text += (text.empty() ? "the label " : ", the label ") + quoted(facts.data.target().names[0]) +
            " has " + same;
  return text;
}

void find_in_columns(const Facts& facts, const auto& note) {
  if (!facts.data.is_table()) return;
  const TableView& table = facts.data.table();
  const Target& target = facts.data.target();
  auto told = facts.labels ? find_predictors(table, *facts.labels)
              : target.outputs() == 1 && !target.is_classes()
                  ? find_number_predictors(table, target.values)
                  : ColumnFindings();
  const std::string copies = told.empty() ? "" : target_copy(facts);
  std::erase_if(told, [&](const ColumnFinding& one) {
    return copies.find(quoted(facts.name(one.column))) != copies.npos;
  });
  note("predictor", texts_of(told),
       option_for("--ignore", table, told) +
           ", if it is not known before the target is: a score with it says nothing then");
  if (facts.labels) {
    const auto missing = find_missing_by_label(table, *facts.labels, facts.columns);
    note("missing_by_label", texts_of(missing),
         option_for("--ignore", table, missing) +
             ", unless they will be missing in the same way when predictions are made");
  }
  const auto dates = find_dates(table);
  auto ids = find_text_ids(table, facts.columns);
  std::erase_if(ids, [&](const ColumnFinding& id) {
    return std::ranges::find(dates, id.column, &ColumnFinding::column) != dates.end();
  });
  note("ids", texts_of(ids), option_for("--ignore", table, ids) + ": no later row has these texts");
  std::vector<double> values;
  const auto sentinels = find_sentinels(table, facts.columns, &values);
  note("sentinels", texts_of(sentinels),
       sentinels.empty() ? "" : na_of(values) + " --impute median, if they mean a missing value");
  note("spelling", spellings(facts),
       "write them alike in the file: each spelling is a category of its own");
  note("dates", texts_of(dates),
       (dates.size() == 1
            ? option_for("--time-column", table, dates) + ", to test on the last rows, or "
            : "") +
           option_for("--ignore", table, dates) + ": each date is a category of its own");
}

std::vector<Finding> findings(const Facts& facts) {
  std::vector<Finding> found;
  const auto note = [&](std::string_view kind, std::string reason, std::string advice) {
    if (reason.empty()) return;
    const auto* row = std::ranges::find(kTitles, kind, [](const auto& r) { return r.first; });
    found.push_back({row->first, row->second, std::move(reason), std::move(advice)});
  };
  note(
      "leak", leak(facts),
      "removing those rows from one of the parts: scores on training rows say nothing about new rows");
  note("target_copy", target_copy(facts),
       "leaving the column out with --ignore, unless it will be known when predictions are made");
  const ColumnFindings numbers = row_number_columns(facts.data);
  note("row_number", texts_of(numbers),
       option_for("--ignore", facts.data.table(), numbers) +
           ", unless the order of the rows is to be learnt");
  note("contradictions", contradictions(facts),
       "correct the labels, or add the feature that tells these rows apart");
  note("duplicates", duplicates(facts),
       "remove the copies before splitting off a test part, unless they are separate samples");
  note("missing", missing(facts),
       "--impute mean, median or mode to fill them, or drop to leave their rows out");
  note("imbalance", imbalance(facts),
       "balanced accuracy or F1 as the metric, --class-weight balanced for training, --stratify "
       "for the split; more samples of rare classes");
  find_in_columns(facts, note);
  note("unscaled", unscaled(facts), "one scale for all features: --scale standard, or minmax");
  note("constant", constant(facts), "leave them out with --ignore: they carry no information");
  const auto rank = [](const Finding& one) {
    return std::ranges::find(kTitles, one.kind, [](const auto& r) { return r.first; });
  };
  std::ranges::stable_sort(found, {}, rank);
  return found;
}

}  // namespace

std::vector<ColumnFinding> row_number_columns(const Dataset& data) {
  constexpr std::size_t kFewest = 8;
  ColumnFindings found;
  const TableView& table = data.table();
  if (!data.is_table() || table.rows < kFewest || table.columns.size() < 2) return found;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    if (column.is_categorical()) continue;
    if (numbers_rows(table, c))
      found.push_back({c, fmt::format("column {} numbers the rows, from {}", quoted(column.name),
                                      first_number(table, c))});
    else if (is_called_an_id(column.name) && are_different_integers(values_of(table, c)))
      found.push_back({c, fmt::format("column {} has another whole number in each row, as ids do",
                                      quoted(column.name))});
  }
  return found;
}

const std::vector<std::string>& data_finding_kinds() {
  static const std::vector<std::string> kinds = [] {
    std::vector<std::string> names;
    for (const auto& [kind, title] : kTitles) names.emplace_back(kind);
    return names;
  }();
  return kinds;
}

std::vector<Finding> check_dataset(const Dataset& data, const Dataset* test) {
  if (const std::size_t begin = data.test_begin(); test == nullptr && begin > 0) {
    const Dataset rest = data.slice(begin, data.samples());
    return check_dataset(data.slice(0, begin), &rest);
  }
  if (data.samples() == 0 || data.features() == 0) return {};
  return findings(
      {.data = data,
       .test = test,
       .groups = RowGroups(data),
       .labels = labels_of(data),
       .columns = summarise(data.is_sequences() ? data.sequences().table() : data.table())});
}

}  // namespace hebb
