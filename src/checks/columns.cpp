// Rules for single columns:
//
//   predictor       the values of a column tell the label in 99% of the rows, and in 95% of those
//                   that do not have the most frequent label: the categories, or up to one
//                   threshold more than there are labels. Features that measure something may do so
//                   too. Therefore one label must go with a single value, as a counter is above 0
//                   for one label only; or no other of three or more columns tells half as much. In
//                   20 rows and more, the more columns the more. Numbers are told by a column whose
//                   intervals or categories explain 99.9% of their variance on rows held out, while
//                   no other of three or more columns explains half of it. In 100 rows and more.
//   missing by label  values of a column are missing (or present) with one label only, where chance
//                   would do so in one of 1,000 such tables
//   ids             a text of its own in each of 20 rows or more
//   sentinels       the smallest or largest value is repeated and is apart from the others: by their
//                   range if it is written in nines (99, -999), by three times their range if not,
//                   or a negative number of nines among numbers >= 0
//   dates           nine of ten texts are dates
//   spelling        texts that differ in case, blanks and punctuation only
#include "checks/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <span>

#include "hebb/core/printable.h"
#include "hebb/core/text.h"

namespace hebb {
namespace {

constexpr std::size_t kFewRows = 20;
constexpr std::size_t kMostRows = 20'000;  // that are examined for predictors, and fewer if there
constexpr std::size_t kMostSteps = 200'000'000;  // are many columns and labels
constexpr std::size_t kMostClasses = 20;         // likewise
constexpr double kTold = 0.99, kToldOfRest = 0.95;
constexpr std::size_t kLeastRest = 8;  // rows without the most frequent label
constexpr double kSingle = 0.95;       // of a label's rows: they have a single value
constexpr double kOthersTell = 0.5;
constexpr double kChanceOfMissing = 0.001;
constexpr double kPure = 0.98;
constexpr std::size_t kLeastRepeats = 3;

// ----- Predictors

// The rows that are examined: all, or one of each block of equally many, at changing places, as the
// labels may come by turns.
std::vector<std::size_t> sample_of(std::size_t rows, std::size_t steps_of_row) {
  const std::size_t most = std::clamp<std::size_t>(kMostSteps / steps_of_row, 200, kMostRows);
  const std::size_t block = std::max<std::size_t>(1, (rows + most - 1) / most);
  std::vector<std::size_t> out;
  for (std::size_t begin = 0; begin < rows; begin += block)
    out.push_back(std::min(begin + out.size() * 7919 % block, rows - 1));
  return out;
}

// How well one column tells the label.
struct Told {
  std::size_t right = 0;
  bool single = false;  // a label goes with a single value
  std::string text;     // an example
};

// The rows of equal value, in order of the value, by label. A missing value is a value of its own.
struct ValueGroup {
  double value = 0;
  std::size_t rows = 0;
  std::vector<std::size_t> counts;
};

std::vector<ValueGroup> groups_of(const TableView& table, std::size_t column,
                                  const RowLabels& labels, const std::vector<std::size_t>& rows) {
  std::vector<std::pair<double, std::size_t>> values;
  for (const std::size_t row : rows) {
    const double value = table.at(row, column);
    values.emplace_back(std::isnan(value) ? std::numeric_limits<double>::infinity() : value,
                        labels.of_row[row]);
  }
  std::ranges::sort(values);
  std::vector<ValueGroup> groups;
  for (const auto& [value, label] : values) {
    if (groups.empty() || groups.back().value != value)
      groups.push_back({value, 0, std::vector<std::size_t>(labels.names.size())});
    ++groups.back().counts[label];
    ++groups.back().rows;
  }
  return groups;
}

// Each category is taken for its most frequent label; one that occurs once says nothing.
Told told_by_categories(const std::vector<ValueGroup>& groups) {
  Told told{.right = 0, .single = true, .text = "the category"};
  for (const ValueGroup& group : groups)
    if (group.rows > 1) told.right += *std::ranges::max_element(group.counts);
  return told;
}

// The most rows that intervals of the values can tell, each with one label: by dynamic programming
// over the values, the number of intervals so far, and the label of the last.
Told told_by_thresholds(const std::vector<ValueGroup>& groups, std::size_t labels) {
  const std::size_t intervals = std::min(labels + 1, groups.size());
  std::vector<std::size_t> best(intervals * labels);  // rows told
  for (const ValueGroup& group : groups) {
    for (std::size_t k = intervals; k-- > 0;) {
      std::size_t switched = 0;  // from any label of one interval fewer
      if (k > 0)
        switched = *std::max_element(best.begin() + static_cast<std::ptrdiff_t>((k - 1) * labels),
                                     best.begin() + static_cast<std::ptrdiff_t>(k * labels));
      for (std::size_t c = 0; c < labels; ++c)
        best[k * labels + c] = std::max(best[k * labels + c], switched) + group.counts[c];
    }
  }
  return {.right = *std::ranges::max_element(best), .single = false, .text = {}};
}

// "0 in all but 2 of the 300 rows of 'no'": the label that goes with a single value, and no other.
std::string single_value(const std::vector<ValueGroup>& groups, const RowLabels& labels,
                         const std::vector<std::size_t>& counts) {
  for (const ValueGroup& group : groups) {
    const auto label =
        static_cast<std::size_t>(std::ranges::max_element(group.counts) - group.counts.begin());
    const auto own = static_cast<double>(group.counts[label]);
    if (counts[label] < kLeastRest || own < kSingle * static_cast<double>(counts[label]) ||
        own < kTold * static_cast<double>(group.rows))
      continue;
    const std::string value =
        std::isfinite(group.value) ? fmt::format("{:.6g}", group.value) : "missing";
    return fmt::format("{} in {} of the {} rows of {}", value, group.counts[label], counts[label],
                       quoted_name(labels.names[label], 30));
  }
  return {};
}

// The share of the variance of the target, on every other of `rows`, that a column explains: by the
// means over the rows between them, of its categories or of up to 256 intervals of equally many rows.
double explained(const TableView& table, std::size_t column, std::span<const double> target,
                 const std::vector<std::size_t>& rows) {
  constexpr std::size_t kMostIntervals = 256, kLeastRows = 2;  // of an interval
  std::vector<std::pair<double, double>> learnt;               // value and target
  double all = 0;
  for (std::size_t i = 0; i < rows.size(); i += 2)
    if (const double value = table.at(rows[i], column); !std::isnan(value)) {
      learnt.emplace_back(value, target[rows[i]]);
      all += target[rows[i]];
    }
  if (learnt.size() < 2) return 0;
  all /= static_cast<double>(learnt.size());
  std::ranges::sort(learnt);
  const std::size_t least = table.columns[column].is_categorical()
                                ? 1
                                : std::max(kLeastRows, learnt.size() / kMostIntervals);
  std::vector<double> ends, means;  // the largest value of each interval; equal values are in one
  for (std::size_t begin = 0; begin < learnt.size();) {
    std::size_t end = begin;
    double sum = 0;
    while (end < learnt.size() &&
           (end - begin < least || learnt[end].first == learnt[end - 1].first))
      sum += learnt[end++].second;
    ends.push_back(learnt[end - 1].first);
    means.push_back(sum / static_cast<double>(end - begin));
    begin = end;
  }
  double mean = 0, count = 0, off = 0, square = 0;
  for (std::size_t i = 1; i < rows.size(); i += 2) mean += target[rows[i]], ++count;
  mean /= count;
  for (std::size_t i = 1; i < rows.size(); i += 2) {
    const double value = table.at(rows[i], column), truth = target[rows[i]];
    const auto at = std::ranges::lower_bound(ends, value);
    const bool beyond = at == ends.end();
    const bool unknown =
        std::isnan(value) || (table.columns[column].is_categorical() && (beyond || *at != value));
    const double guess = unknown  ? all
                         : beyond ? means.back()
                                  : means[static_cast<std::size_t>(at - ends.begin())];
    off += (truth - guess) * (truth - guess);
    square += (truth - mean) * (truth - mean);
  }
  return square > 0 ? 1 - off / square : 0;
}

// ----- Texts

// Letters and digits alone, in lower case.
std::string plain_spelling(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z')
      out += static_cast<char>(c - 'A' + 'a');
    else if (c != ' ' && c != '_' && c != '-' && c != '.' && c != '\t')
      out += c;
  }
  return out;
}

bool has_letters(const std::string& text) {
  return std::ranges::any_of(text, [](char c) { return c < '0' || c > '9'; });
}

// A date: three groups of digits with the same sign between them, one of them a year, or one of
// two digits and the name of a month. A time may follow.
bool is_date(const std::string& text) {
  static constexpr const char* kMonths[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                            "jul", "aug", "sep", "oct", "nov", "dec"};
  std::vector<int> numbers;
  std::vector<std::size_t> sizes;
  std::string signs, word;
  std::size_t at = 0;
  for (; at < text.size() && numbers.size() < 3;) {
    const std::size_t begin = at;
    int number = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at - begin < 5; ++at)
      number = 10 * number + (text[at] - '0');
    if (at > begin) {
      numbers.push_back(number);
      sizes.push_back(at - begin);
    } else if ((text[at] | 32) >= 'a' && (text[at] | 32) <= 'z') {
      word += static_cast<char>(text[at++] | 32);
    } else {
      signs += text[at++];
    }
  }
  const auto year = [&](std::size_t i) { return sizes[i] == 4 && numbers[i] / 1000 <= 2; };
  const auto day = [&](std::size_t i) {
    return sizes[i] <= 2 && numbers[i] >= 1 && numbers[i] <= 31;
  };
  if (!word.empty() && numbers.size() >= 2) {  // 3 May 2024, May 3, 2024
    const bool month = std::ranges::any_of(
        kMonths, [&](const char* name) { return word.starts_with(name) && word.size() <= 9; });
    return month && ((year(0) && day(1)) || (day(0) && year(1)));
  }
  if (!word.empty() || numbers.size() < 3 || signs.size() < 2 || signs[0] != signs[1] ||
      std::string("-/.").find(signs[0]) == std::string::npos)
    return false;
  const bool ends = at >= text.size() || text[at] == ' ' || text[at] == 'T';
  const bool has_month = numbers[1] <= 12 || numbers[0] <= 12;
  if (year(0)) return ends && numbers[1] >= 1 && numbers[1] <= 12 && day(2);
  return ends && has_month && day(0) && day(1) && (year(2) || sizes[2] == 2);
}

std::string as_number(double value) { return fmt::format("{}", value); }

bool is_of_nines(double value) {
  std::string digits = fmt::format("{}", std::abs(value));
  return digits.size() >= (value < 0 ? 1U : 2U) &&
         digits.find_first_not_of('9') == std::string::npos;
}

}  // namespace

ColumnFindings find_predictors(const TableView& table, const RowLabels& labels) {
  const std::size_t columns = table.columns.size();
  if (columns == 0 || labels.names.empty()) return {};
  const auto rows =
      sample_of(table.rows, columns * labels.names.size() * (labels.names.size() + 1));
  std::vector<std::size_t> counts(labels.names.size());
  for (const std::size_t row : rows) ++counts[labels.of_row[row]];
  const std::size_t most = *std::ranges::max_element(counts), rest = rows.size() - most;
  const double enough = kFewRows * (1 + std::log10(static_cast<double>(columns)));
  if (static_cast<double>(rows.size()) < enough || rest < kLeastRest || counts.size() < 2 ||
      counts.size() > kMostClasses)
    return {};
  std::vector<Told> told;
  std::vector<double> skill;  // share of the rows that always guessing the largest label misses
  for (std::size_t c = 0; c < columns; ++c) {
    const auto groups = groups_of(table, c, labels, rows);
    const bool texts = table.columns[c].is_categorical();
    told.push_back(texts ? told_by_categories(groups) : told_by_thresholds(groups, counts.size()));
    if (!texts) told.back().text = single_value(groups, labels, counts);
    told.back().single = !told.back().text.empty();
    if (!texts && !told.back().single) told.back().text = "a threshold";
    skill.push_back(told.back().right > most
                        ? static_cast<double>(told.back().right - most) / static_cast<double>(rest)
                        : 0);
  }
  ColumnFindings found;
  for (std::size_t c = 0; c < columns; ++c) {
    const double right = static_cast<double>(told[c].right) / static_cast<double>(rows.size());
    if (right < kTold || skill[c] < kToldOfRest) continue;
    double others = 0;
    for (std::size_t other = 0; other < columns && !told[c].single; ++other)
      if (other != c) others = std::max(others, skill[other]);
    if (!told[c].single && (columns < 3 || others > kOthersTell)) continue;
    found.push_back(
        {c, fmt::format("{} alone tells the label in {:.1f}% of the rows ({}), where always "
                        "guessing the most frequent one is right in {:.1f}%",
                        quoted_name(table.columns[c].name), 100 * right, told[c].text,
                        100 * static_cast<double>(most) / static_cast<double>(rows.size()))});
  }
  return found;
}

ColumnFindings find_number_predictors(const TableView& table, std::span<const double> target) {
  constexpr std::size_t kFewest = 100, kSteps = 30;  // of a sort
  constexpr double kExplained = 0.999;
  const std::size_t columns = table.columns.size();
  if (columns < 3 || table.rows < kFewest || target.size() != table.rows ||
      !std::ranges::all_of(target, [](double value) { return std::isfinite(value); }))
    return {};
  const auto rows = sample_of(table.rows, columns * kSteps);
  std::vector<double> shares;
  for (std::size_t c = 0; c < columns; ++c) shares.push_back(explained(table, c, target, rows));
  ColumnFindings found;
  for (std::size_t c = 0; c < columns; ++c) {
    if (shares[c] <= kExplained) continue;
    double others = 0;
    for (std::size_t other = 0; other < columns; ++other)
      if (other != c) others = std::max(others, shares[other]);
    if (others > kOthersTell) continue;
    found.push_back(
        {c, fmt::format("{} alone explains {:.2f}% of the variance of the target on rows "
                        "held out, and no other column explains half of it",
                        quoted_name(table.columns[c].name), 100 * shares[c])});
  }
  return found;
}

ColumnFindings find_missing_by_label(const TableView& table, const RowLabels& labels,
                                     const std::vector<ColumnSummary>& summaries) {
  ColumnFindings found;
  const std::size_t classes = labels.names.size();
  const auto n = static_cast<double>(table.rows);
  const double tests = static_cast<double>(table.columns.size()) * 2;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (summaries[c].missing == 0 || summaries[c].count == 0) continue;
    std::vector<std::size_t> missing(classes), present(classes);
    for (std::size_t row = 0; row < table.rows; ++row)
      ++(std::isnan(table.at(row, c)) ? missing : present)[labels.of_row[row]];
    for (const bool is_missing : {true, false}) {
      const auto& here = is_missing ? missing : present;
      const auto& there = is_missing ? present : missing;
      const auto top = static_cast<std::size_t>(std::ranges::max_element(here) - here.begin());
      const auto all = static_cast<double>(std::accumulate(here.begin(), here.end(), 0UL));
      const auto own = static_cast<double>(here[top]);
      const double share = static_cast<double>(labels.counts[top]) / n;
      const bool elsewhere = std::accumulate(there.begin(), there.end(), 0UL) > there[top];
      if (own < kPure * all || !elsewhere ||
          own * std::log(share) + std::log(tests) > std::log(kChanceOfMissing))
        continue;
      found.push_back(
          {c, fmt::format("{} is {} in {} rows, {} of them of label {}",
                          quoted_name(table.columns[c].name), is_missing ? "missing" : "present",
                          all, own == all ? "all" : fmt::format("{}", own),
                          quoted_name(labels.names[top], 30))});
      break;
    }
  }
  return found;
}

ColumnFindings find_text_ids(const TableView& table, const std::vector<ColumnSummary>& summaries) {
  ColumnFindings found;
  if (table.rows < kFewRows) return found;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const Column& column = table.columns[c];
    if (!column.is_categorical() || summaries[c].missing > 0 ||
        column.categories.size() < table.rows)
      continue;
    std::vector<bool> seen(column.categories.size());
    bool repeated = false;
    for (std::size_t row = 0; row < table.rows && !repeated; ++row) {
      const auto category = static_cast<std::size_t>(table.at(row, c));
      repeated = seen[category];
      seen[category] = true;
    }
    if (!repeated)
      found.push_back(
          {c, fmt::format("{} has another text in each row, such as {}", quoted_name(column.name),
                          quoted_name(column.categories[0], 30))});
  }
  return found;
}

ColumnFindings find_sentinels(const TableView& table, const std::vector<ColumnSummary>& summaries,
                              std::vector<double>* values) {
  const std::size_t columns = table.columns.size();
  struct Ends {  // the values next to the smallest and the largest, and how often those occur
    double low = std::numeric_limits<double>::infinity(), high = -low;
    std::size_t lowest = 0, highest = 0;
  };
  std::vector<Ends> ends(columns);
  for (std::size_t row = 0; row < table.rows; ++row)
    for (std::size_t c = 0; c < columns; ++c) {
      const double value = table.at(row, c);
      if (std::isnan(value)) continue;
      Ends& of = ends[c];
      if (value == summaries[c].low)
        ++of.lowest;
      else
        of.low = std::min(of.low, value);
      if (value == summaries[c].high)
        ++of.highest;
      else
        of.high = std::max(of.high, value);
    }
  ColumnFindings found;
  for (std::size_t c = 0; c < columns; ++c) {
    const ColumnSummary& of = summaries[c];
    if (table.columns[c].is_categorical() || of.distinct < 3) continue;
    const auto look = [&](double value, std::size_t count, double next, double far) {
      const double gap = std::abs(value - next), range = std::abs(far - next);
      const double usual = static_cast<double>(of.count) / static_cast<double>(of.distinct);
      const bool nines = is_of_nines(value);
      const bool negative = value < 0 && next >= 0 && nines;
      const bool known = nines && (gap > range || (gap > 0.2 * range && std::abs(value) > 99 &&
                                                   static_cast<double>(count) > 5 * usual));
      const bool other = gap > 3 * range && count >= 5 && of.distinct > 10;
      if (count < kLeastRepeats || count == of.count || !(negative || known || other)) return;
      found.push_back({c, fmt::format("{} is {} in {} rows, where the others are {:.6g} to {:.6g}",
                                      quoted_name(table.columns[c].name), as_number(value), count,
                                      std::min(next, far), std::max(next, far))});
      values->push_back(value);
    };
    look(of.low, ends[c].lowest, ends[c].low, of.high);
    look(of.high, ends[c].highest, ends[c].high, of.low);
  }
  return found;
}

ColumnFindings find_dates(const TableView& table) {
  constexpr std::size_t kEnough = 1000;  // texts
  ColumnFindings found;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const auto& texts = table.columns[c].categories;
    const std::size_t looked = std::min(kEnough, texts.size());
    std::size_t dates = 0;
    for (std::size_t i = 0; i < looked; ++i) dates += is_date(texts[i]) ? 1 : 0;
    if (looked < 3 || 10 * dates < 9 * looked) continue;
    found.push_back(
        {c, fmt::format("{} has dates as texts, such as {}", quoted_name(table.columns[c].name),
                        quoted_name(texts[0], 30))});
  }
  return found;
}

std::string spellings_of(const std::vector<std::string>& names) {
  std::map<std::string, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (has_letters(names[i])) groups[plain_spelling(names[i])].push_back(i);
  std::string out;
  std::size_t count = 0;
  for (const auto& [plain, of] : groups) {
    if (of.size() < 2 || plain.empty()) continue;
    if (++count > 1) continue;
    for (std::size_t k = 0; k < std::min<std::size_t>(3, of.size()); ++k)
      out += (k > 0 ? " and " : "") + quoted_name(names[of[k]], 30);
  }
  return count > 1 ? fmt::format("{} and {} more", out, count - 1) : out;
}

ColumnFindings find_spellings(const TableView& table) {
  ColumnFindings found;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const auto& texts = table.columns[c].categories;
    if (2 * texts.size() > table.rows) continue;  // ids and free texts
    if (const std::string same = spellings_of(texts); !same.empty())
      found.push_back({c, fmt::format("{} has {}", quoted_name(table.columns[c].name), same)});
  }
  return found;
}

std::string option_for(const char* option, const TableView& table, const ColumnFindings& found) {
  constexpr std::size_t kLongest = 60;
  std::string names;
  for (const auto& one : found) {
    const std::string& name = table.columns[one.column].name;
    const bool listable = !name.empty() && name.size() <= kLongest && name.front() != ' ' &&
                          name.back() != ' ' && name.find(',') == name.npos;
    if (!listable)
      return fmt::format("{} with {} number", option, found.size() == 1 ? "its" : "their");
    names += (names.empty() ? "" : ",") + name;
  }
  return fmt::format("{}{}{}", option, names.starts_with('-') ? '=' : ' ', shell_word(names));
}

}  // namespace hebb
