#include "hebb/select/compare_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hebb/core/error.h"
#include "hebb/core/printable.h"
#include "hebb/core/text.h"

namespace hebb {
namespace {

enum class Ending { csv, markdown, latex, other };

Ending ending_of_table(const std::string& path) {
  if (path.ends_with(".csv")) return Ending::csv;
  if (path.ends_with(".md")) return Ending::markdown;
  return path.ends_with(".tex") ? Ending::latex : Ending::other;
}

std::string four_digits(double value) {
  if (std::isnan(value)) return "-";
  return std::abs(value) < 1000 ? fmt::format("{:.4f}", value) : fmt::format("{:.4g}", value);
}

std::string p_value(double p) { return p < 0.001 ? "<0.001" : fmt::format("{:.3f}", p); }

const ComparedScore* main_score(const Comparison& comparison, const ComparedModel& model) {
  for (const ComparedScore& one : model.scores)
    if (one.score.key == comparison.metric) return &one;
  return nullptr;
}

const ComparedPair* against_best(const Comparison& comparison, std::size_t model) {
  for (const ComparedPair& pair : comparison.pairs)
    if (pair.first == comparison.ranking.front() && pair.second == model) return &pair;
  return nullptr;
}

// Ranked models first.
std::vector<std::size_t> in_order(const Comparison& comparison) {
  std::vector<std::size_t> order = comparison.ranking;
  for (std::size_t i = 0; i < comparison.models.size(); ++i)
    if (std::ranges::count(comparison.ranking, i) == 0) order.push_back(i);
  return order;
}

std::vector<std::string> row_of_model(const Comparison& comparison, std::size_t i, bool utf8) {
  const ComparedModel& model = comparison.models[i];
  std::vector<std::string> row = {model.candidate.name};
  const ComparedScore* score = main_score(comparison, model);
  if (!model.error.empty() || !score) {
    row.resize(9, "-");
    return row;
  }
  const FoldStatistics& of = score->score.test;
  row.push_back(four_digits(of.mean) +
                (of.defined < 2 ? "" : (utf8 ? " ± " : " +- ") + four_digits(of.deviation)));
  row.push_back(score->interval ? four_digits(score->interval->low) + (utf8 ? "–" : " to ") +
                                      four_digits(score->interval->high)
                                : "-");
  const ComparedPair* pair = against_best(comparison, i);
  row.push_back(pair ? p_value(pair->adjusted_p) : "-");
  row.push_back(fmt::format("{:.3g}", model.fit_seconds));
  row.push_back(fmt::format("{:.3g}", 1e6 * model.predict_seconds));
  row.push_back(bytes_text(model.peak_bytes));
  row.push_back(model.model_bytes ? bytes_text(*model.model_bytes) : "-");
  row.push_back(grouped(model.parameters));
  return row;
}

std::string markdown_cell(const std::string& text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '|' || c == '\\' || c == '*' || c == '_' || c == '`' || c == '<') out += '\\';
    out += c;
  }
  return out;
}

std::string latex_cell(const std::string& text) {
  std::string out;
  for (const char c : printable(text)) switch (c) {
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        out += std::string("\\") + c;
        break;
      case '\\':
        out += "\\textbackslash{}";
        break;
      case '~':
        out += "\\textasciitilde{}";
        break;
      case '^':
        out += "\\textasciicircum{}";
        break;
      case '<':
        out += "\\textless{}";
        break;
      case '>':
        out += "\\textgreater{}";
        break;
      case '|':
        out += "\\textbar{}";
        break;
      default:
        out += c;
    }
  return out;
}

std::string caption(const Comparison& comparison) {
  std::string text;
  for (const std::string& sentence : comparison.conclusions)
    text += (text.empty() ? "" : " ") + sentence;
  return text;
}

std::string markdown_of(const Comparison& comparison) {
  const ComparisonTable table = comparison_table(comparison);
  const auto line = [](const std::vector<std::string>& cells) {
    std::string out = "|";
    for (const std::string& cell : cells) out += ' ' + markdown_cell(cell) + " |";
    return out + '\n';
  };
  std::string out = line(table.headings) + '|';
  for (std::size_t i = 0; i < table.headings.size(); ++i) out += i == 0 ? " --- |" : " ---: |";
  out += '\n';
  for (const auto& row : table.rows) out += line(row);
  return out + '\n' + markdown_cell(caption(comparison)) + '\n';
}

// Best in bold; the sentences are a comment, for the caption.
std::string latex_of(const Comparison& comparison) {
  const ComparisonTable table = comparison_table(comparison);
  const auto line = [](const std::vector<std::string>& cells, bool bold) {
    std::string out;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      std::string cell = latex_cell(cells[i]);
      for (const auto& [sign, code] : {std::pair{"±", "$\\pm$"}, {"–", "--"}, {"µ", "\\textmu{}"}})
        if (const auto at = cell.find(sign); at != cell.npos)
          cell.replace(at, std::string_view(sign).size(), code);
      out += (i == 0 ? "" : " & ") + (bold && i < 2 ? "\\textbf{" + cell + '}' : cell);
    }
    return out + " \\\\\n";
  };
  std::string out = "% " + printable(caption(comparison)) + "\n\\begin{tabular}{l" +
                    std::string(table.headings.size() - 1, 'r') + "}\n\\toprule\n" +
                    line(table.headings, false) + "\\midrule\n";
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    out += line(table.rows[i], i == 0 && !comparison.ranking.empty());
  return out + "\\bottomrule\n\\end{tabular}\n";
}

std::string csv_of(const Comparison& comparison) {
  const auto number = [](double value) {
    return std::isnan(value) ? std::string() : fmt::format("{}", value);
  };
  std::vector<std::string> keys;
  for (const std::size_t i : comparison.ranking)
    if (keys.empty())
      for (const ComparedScore& one : comparison.models[i].scores) keys.push_back(one.score.key);
  std::string out =
      "model,kind,rank,p,adjusted_p,low,high,fit_seconds,predict_seconds,peak_bytes,model_bytes,"
      "parameters,error";
  for (const std::string& key : keys)
    for (const char* part : {"", "_std", "_train"}) out += ',' + csv_cell(key + part);
  out += '\n';
  std::size_t rank = 0;
  for (const std::size_t i : in_order(comparison)) {
    const ComparedModel& model = comparison.models[i];
    const bool ranked = rank < comparison.ranking.size();
    out += csv_cell(model.candidate.name) + ',' + csv_cell(model.candidate.kind) + ',' +
           (ranked ? std::to_string(++rank) : "");
    const ComparedPair* pair = ranked && rank > 1 ? against_best(comparison, i) : nullptr;
    out += pair ? ',' + number(pair->p) + ',' + number(pair->adjusted_p) : ",,";
    const ComparedScore* score = main_score(comparison, model);
    out += score && score->interval
               ? ',' + number(score->interval->low) + ',' + number(score->interval->high)
               : ",,";
    if (ranked)
      out += ',' + number(model.fit_seconds) + ',' + number(model.predict_seconds) + ',' +
             number(model.peak_bytes) + ',' + number(model.model_bytes.value_or(std::nan(""))) +
             ',' + std::to_string(model.parameters);
    else
      out += ",,,,,";
    out += ',' + csv_cell(model.error);
    for (const std::string& key : keys) {
      const auto at = std::ranges::find(model.scores, key,
                                        [](const ComparedScore& one) { return one.score.key; });
      if (at == model.scores.end())
        out += ",,,";
      else
        out += ',' + number(at->score.test.mean) + ',' + number(at->score.test.deviation) + ',' +
               number(at->score.train.mean);
    }
    out += '\n';
  }
  return out;
}

}  // namespace

ComparisonTable comparison_table(const Comparison& comparison, bool utf8) {
  ComparisonTable table{.headings = {"model", comparison.metric_label,
                                     fmt::format("{:g}% interval", 100 * comparison.level),
                                     "p, best", "fit, s", utf8 ? "predict, µs" : "predict, us",
                                     "memory", "file", "parameters"}};
  for (const std::size_t i : in_order(comparison))
    table.rows.push_back(row_of_model(comparison, i, utf8));
  return table;
}

std::string comparison_text(const Comparison& comparison, const std::string& path) {
  check_comparison_path(path);
  switch (ending_of_table(path)) {
    case Ending::csv:
      return csv_of(comparison);
    case Ending::markdown:
      return markdown_of(comparison);
    default:
      return latex_of(comparison);
  }
}

void check_comparison_path(const std::string& path) {
  check(ending_of_table(path) != Ending::other, "output",
        "tables of comparisons are written as .csv, .md or .tex; got '", path, "'");
}

}  // namespace hebb
