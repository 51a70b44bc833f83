#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "hebb/data/dataset.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/estimator.h"
#include "hebb/metrics/evaluation.h"
#include "hebb/model/model.h"
#include "hebb/nn/network.h"
#include "hebb/report/diagnose.h"
#include "json.h"

namespace hebb::app {

/// Seconds of the steps of `fit` and `evaluate`; a negative one was not taken.
struct Seconds {
  double load = -1, fit = -1, evaluate = -1;
};

/// Seconds since this was made.
class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// The keys that documents of `fit` and `evaluate` share, behind "schema".
void add_model(Json& document, const Model& model, const Seconds& seconds, const std::string& file);
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

/// The part for testing that a built-in set comes with, otherwise all of it.
Dataset test_part(const Dataset& data);
/// The data for a model: labels as classes where it predicts classes.
Dataset labelled(const Dataset& data, bool classifies);
/// load_dataset() for a model: the target's name is the model's unless given, and image files are
/// brought to the form of its training images; notes say what that took.
Dataset load_for(const Model& model, const std::string& name, DataOptions options, TargetUse use);
/// load_formed(), with notes that say what it took.
Dataset load_formed_with_notes(const std::string& name, const ImageForm& form,
                               const DataOptions& options, TargetUse use);
/// The rows of `data` that `model` predicts: all, unless it drops those with a missing value.
Dataset predictable(Dataset data, const Model& model);

}  // namespace hebb::app
