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
#include "hebb/run/run.h"
#include "hebb/run/seconds.h"
#include "json.h"

namespace hebb::app {

/// Adds the keys that the documents of `fit` and `evaluate` share, after "schema".
void add_model(Json& document, const Model& model, const RunSeconds& seconds,
               const std::string& file);
/// Adds "train" and "test", if there are such scores: every number of the table.
void add_scores(Json& document, const Evaluation& evaluation);
/// Adds "findings": each with its kind, reason, advice and, if options can do it, the change of
/// options and the command.
void add_findings(Json& document, const std::vector<Finding>& findings);
/// Adds "importance": each column with the mean and the deviation of what is lost.
void add_importance(Json& document, const RunResult& result);
/// Prints the ten most important columns.
void print_importance(const RunResult& result);
/// Prints the findings below the table, without a reason that the table's verdict has stated.
void print_findings(const std::vector<Finding>& findings, const Evaluation& evaluation);
/// Prints the table of scores to standard output.
void print_table(const Evaluation& evaluation);

/// Rows of (layer, output, parameters) for aligned(), with a heading.
std::vector<std::vector<std::string>> layer_rows(const Network& network);
Json layers_json(const Network& network);
/// Rows of (unit, inputs, parameters), with a heading.
std::vector<std::vector<std::string>> unit_rows(const LinearUnits& units);
/// Adds "network" and "layers", or "units", whichever is not null.
void add_structure(Json& document, const Network* network, const LinearUnits* units);

/// Sets the option `tta` of a loaded model, if given: the number of copies of an image over which
/// predictions are averaged.
/// Errors: std::invalid_argument if the model has no option tta, or if it is out of range.
void set_tta(Estimator& estimator, const std::optional<std::size_t>& tta);

/// Calls load_for() and prints its notes.
Dataset load_noted(const Model& model, const std::string& name, const OptionValues& given,
                   TargetUse use, const std::vector<std::string>& keep = {});

}  // namespace hebb::app
