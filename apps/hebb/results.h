#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/estimator.h"
#include "hebb/metrics/evaluation.h"
#include "hebb/model/model.h"
#include "hebb/nn/network.h"
#include "hebb/run/data.h"
#include "hebb/run/diagnose.h"
#include "hebb/run/seconds.h"
#include "json.h"

namespace hebb::app {

/// The keys that documents of `fit` and `evaluate` share, behind "schema".
void add_model(Json& document, const Model& model, const RunSeconds& seconds,
               const std::string& file);
/// "train" and "test", as far as they are there: every number of the table.
void add_scores(Json& document, const Evaluation& evaluation);
/// "findings": each with its kind, reason and advice.
void add_findings(Json& document, const std::vector<Finding>& findings);
/// Prints them below the table, but for what its verdict says already.
void print_findings(const std::vector<Finding>& findings, const Evaluation& evaluation);
/// Prints the table on standard output, and what was undefined on standard error.
void print_table(const Evaluation& evaluation);

/// Refuses to write over a file that is being read.
/// Errors: std::invalid_argument naming option and file.
void check_not_input(const std::string& output, const std::string& option,
                     const std::vector<std::string>& inputs);

/// Rows of (layer, output, parameters) for aligned(), with a heading.
std::vector<std::vector<std::string>> layer_rows(const Network& network);
Json layers_json(const Network& network);
/// Rows of (unit, inputs, parameters), with a heading.
std::vector<std::vector<std::string>> unit_rows(const LinearUnits& units);
/// "network" and "layers", or "units", whichever is given.
void add_structure(Json& document, const Network* network, const LinearUnits* units);

/// Sets what acts when a loaded model predicts: how many threads, and where it is given, over how
/// many copies of an image predictions are averaged.
/// Errors: std::invalid_argument for copies with a model that has none, or out of range.
void set_for_prediction(Estimator& estimator, const std::optional<std::size_t>& tta, int threads);

/// load_for(), whose notes are printed.
Dataset load_noted(const Model& model, const std::string& name, const DataOptions& options,
                   TargetUse use);

}  // namespace hebb::app
