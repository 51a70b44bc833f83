#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/core/task.h"
#include "hebb/data/dataset.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/model/model.h"

namespace hebb {

/// The task chosen for a data set, and the reason in words.
struct TaskChoice {
  Task task = Task::classify;
  std::string reason;  ///< "the target has 3 labels"
};
/// Returns `asked` if it is set. Otherwise: classification for labels and for a single target of
/// integers with at most 20 distinct values, regression for other numbers.
TaskChoice choose_task(const Dataset& data, std::optional<Task> asked = {});

/// The data for a task: for classification, integers become classes.
/// Errors:  as Dataset::with_classes().
Dataset for_task(Dataset data, Task task);

/// The test part of a built-in set that has one, otherwise all of `data`.
Dataset test_part(const Dataset& data);

/// Leaves out the rows of weight 0, which count as absent. Returns a note in words; empty: there were
/// none.
/// Errors:  as Dataset::weighed().
std::string leave_out_weightless(Dataset& data);

/// The rows of `data` on which `model` is evaluated: all but those of weight 0 and those with a missing
/// value that its preprocessing drops.
/// Errors:  DataError if none is left.
Dataset predictable(Dataset data, const Model& model);

/// Data in the form that a model takes.
struct ModelData {
  Dataset data;
  std::vector<std::string> notes = {};  ///< in words: conversions of images, and how a file is read
};
/// load_dataset() for a model: the target's name is the model's unless `options` sets one, and
/// image files are converted to the form of its training images.
/// Errors:  as load_dataset().
ModelData load_for(const Model& model, const std::string& data, DataOptions options = {},
                   TargetUse use = TargetUse::required);
/// As load_formed(), with its counts as notes in words.
ModelData load_in_form(const std::string& data, const ImageForm& form,
                       const DataOptions& options = {}, TargetUse use = TargetUse::required);

}  // namespace hebb
