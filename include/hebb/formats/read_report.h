#pragma once

#include <map>
#include <string>
#include <vector>

#include "hebb/core/fields.h"
#include "hebb/data/columns.h"

namespace hebb {

/// A fact on how a file was read, for the user.
struct ReadNote {
  /// What it is about: "source", "title", "header", "columns" or "target" of the file; "numbers",
  /// "missing" or "kinds", of one column.
  std::string kind;
  std::string text;         ///< one sentence, without the name of the file
  std::string column = {};  ///< the name of the column, if it is on one
};

/// What a reader found in a file and had not been told. Of many columns with notes of one kind, the
/// first few have theirs, and the others are named in one.
struct ReadReport {
  std::vector<ReadNote> notes = {};
  /// Options of DataOptions that were not set, as the content decided them: `header`, `decimal`,
  /// `thousands`. With them, other files of the same kind are read in the same way.
  std::map<std::string, Value> options = {};
  /// For each column in which a text was read as a missing value, the first such text.
  std::map<std::string, std::string> missing_texts = {};
  /// What columns were taken for; with ReadFor::look, what training would take them for.
  std::vector<TakenColumn> taken = {};
};

}  // namespace hebb
