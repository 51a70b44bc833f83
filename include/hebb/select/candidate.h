#pragma once

#include <string>
#include <vector>

#include "hebb/core/options.h"
#include "hebb/run/run.h"

namespace hebb {

/// A model that takes part in a comparison or a search: a kind with some of its options.
struct Candidate {
  std::string name;  ///< as tables and sentences show it
  std::string kind;  ///< in the catalogue of estimators
  OptionValues options = {};

  bool operator==(const Candidate&) const = default;
};

/// Reads models as they are written on the command line, separated by commas:
///
///     mlp,logistic                        two kinds, at their defaults
///     mlp:hidden=50,alpha=0.01,logistic   options of a model, separated by commas too
///     mlp:hidden=50,20,mlp:hidden=100     a list as the value of an option
///
/// A part that is the name of a kind, or begins with one and a colon, begins the next model; a part
/// NAME=VALUE is an option of the model before it; any other part continues the value before it.
/// Commas within parentheses separate nothing, and blanks around a part are not part of it. Options have
/// the names and values of the command line, without dashes. The name of a candidate is its text.
/// Errors:  std::invalid_argument for a kind that does not exist, with the nearest one; for an option
///          that the kind does not have, with the nearest one, or a value that it does not take.
std::vector<Candidate> parse_candidates(const std::string& text);

/// Multi-layer perceptrons with these hidden layers, separated by `|`: "3,3|2,3,2|100".
/// Errors:  as parse_candidates(), for an mlp's option `hidden`.
std::vector<Candidate> parse_layouts(const std::string& text);

/// Every kind of the catalogue that can learn the task of a prepared run from its data, at its
/// defaults.
std::vector<Candidate> fitting_candidates(const PreparedRun& run);

/// The run with this model in place of its own, on the same parts of its data, with the preprocessing
/// that is given in its spec.
/// Errors:  as prepare_run().
PreparedRun with_candidate(const PreparedRun& run, const Candidate& candidate);

}  // namespace hebb
