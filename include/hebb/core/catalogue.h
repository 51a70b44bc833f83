#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hebb/core/error.h"
#include "hebb/core/fields.h"

/// A catalogue is one explicit table for an open kind (layers, losses, solvers, data sets, ...):
/// rows with a `name`, a line of `help`, and how to make the thing. These serve all of them.
namespace hebb {

/// The names of all rows, in their order.
template <class Rows>
std::vector<std::string> row_names(const Rows& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) names.push_back(row.name);
  return names;
}

/// The row of this name. `where` is the option that names it, `kind` says what it is: "loss".
/// Errors: std::invalid_argument with the nearest name.
template <class Rows>
const auto& find_row(const Rows& rows, std::string_view name, std::string_view where,
                     std::string_view kind) {
  for (const auto& row : rows)
    if (row.name == name) return row;
  const auto near = nearest(name, row_names(rows));
  throw std::invalid_argument(concat("[", where, "] there is no ", kind, " '", name, "'",
                                     near.empty() ? "" : "; did you mean " + near.front() + "?"));
}

}  // namespace hebb
