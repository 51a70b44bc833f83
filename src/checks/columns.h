#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hebb/checks/check.h"

namespace hebb {

/// The target as labels from 0.
struct RowLabels {
  std::vector<std::size_t> of_row;
  std::vector<std::string> names;
  std::vector<std::size_t> counts;
};

using ColumnFindings = std::vector<ColumnFinding>;

/// The option of the program with the names of the columns found: "--ignore a,b", to be pasted. The
/// option alone if a name cannot stand in a list, or is one that nobody types.
std::string option_for(const char* option, const TableView& table, const ColumnFindings& found);

/// The rules for single columns of a table; their thresholds are listed at the beginning of
/// columns.cpp. `summaries`: of its columns. Each takes time in proportion to the table.
ColumnFindings find_predictors(const TableView& table, const RowLabels& labels);
ColumnFindings find_number_predictors(const TableView& table, std::span<const double> target);
ColumnFindings find_missing_by_label(const TableView& table, const RowLabels& labels,
                                     const std::vector<ColumnSummary>& summaries);
ColumnFindings find_text_ids(const TableView& table, const std::vector<ColumnSummary>& summaries);
ColumnFindings find_sentinels(const TableView& table, const std::vector<ColumnSummary>& summaries,
                              std::vector<double>* values);
ColumnFindings find_dates(const TableView& table);
ColumnFindings find_spellings(const TableView& table);
/// Spellings of one label among `names`: "'Basic' and 'basic'"; empty if there are none.
std::string spellings_of(const std::vector<std::string>& names);

}  // namespace hebb
