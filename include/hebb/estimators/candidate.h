#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hebb/core/options.h"

namespace hebb {

/// A model that takes part in an ensemble, a comparison or a search: a kind with some of its options.
struct Candidate {
  std::string name;  ///< as tables and sentences show it
  std::string kind;  ///< in the catalogue of estimators
  OptionValues options = {};

  bool operator==(const Candidate&) const = default;
};

/// Reads models as they are written on the command line, separated by commas:
///
///     mlp,logistic                                two kinds, at their defaults
///     mlp:hidden=50,alpha=0.01,logistic           options of a model, separated by commas too
///     mlp:hidden=50,20,mlp:hidden=100             a list as the value of an option
///     voting:models=(mlp:hidden=9,logistic),mlp   a value in parentheses
///
/// A part that is the name of a kind, or begins with one and a colon, begins the next model; a part
/// NAME=VALUE is an option of the model before it; any other part continues the value before it.
/// Commas within parentheses separate nothing, and blanks around a part are not part of it. A pair of
/// parentheses around a whole value is not part of it. Options have the names and values of the
/// command line, without dashes. The name of a candidate is its text. Kinds of the classical room are
/// known after register_classical().
/// Errors:  std::invalid_argument for a kind that does not exist, with the nearest one; for an option
///          that the kind does not have, with the nearest one, or a value that it does not take; for
///          models within models beyond 8 levels.
std::vector<Candidate> parse_candidates(const std::string& text);

/// The text of a kind with the recorded options that are not at their defaults, which
/// parse_candidates() reads.
/// Errors:  std::invalid_argument for a kind that does not exist, and for values that no text can
///          hold, such as a label with an unpaired parenthesis.
std::string candidate_text(const std::string& kind, const OptionSet& options);

/// All options of a candidate. Errors: as parse_candidates().
OptionSet options_of(const Candidate& candidate);

/// How many models are within each other in what a kind with these options trains: 0 for a network, 1
/// for an ensemble of networks. Errors: as parse_candidates().
std::size_t nesting(const OptionSet& options);
/// Errors: std::invalid_argument naming `option` for more than 8, which is what model files hold.
void check_nesting(const OptionSet& options, const std::string& option);

}  // namespace hebb
