#pragma once

#include <string>
#include <vector>

#include "hebb/estimators/candidate.h"  // IWYU pragma: export
#include "hebb/run/run.h"

namespace hebb {

/// Multi-layer perceptrons with these hidden layers, separated by `|`: "3,3|2,3,2|100".
/// Errors:  as parse_candidates(), for an mlp's option `hidden`.
std::vector<Candidate> parse_layouts(const std::string& text);

/// Every kind of the catalogue that can learn the task of a prepared run from its data, at its
/// defaults and with the preprocessing of the spec, except ensembles, which train several of the others.
std::vector<Candidate> fitting_candidates(const PreparedRun& run);

/// The run with this model in place of its own, on the same parts of its data, with the preprocessing
/// that is given in its spec.
/// Errors:  as prepare_run().
PreparedRun with_candidate(const PreparedRun& run, const Candidate& candidate);

}  // namespace hebb
