#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/core/task.h"
#include "hebb/data/dataset.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/model/model.h"

namespace hebb {

/// What a data set is learnt for, and why, in words.
struct TaskChoice {
  Task task = Task::classify;
  std::string reason;  ///< "the target has 3 labels"
};
/// `asked`, or where it is unset: labels, and one target of whole numbers with at most 20 distinct
/// values, are classified; other numbers are predicted by regression.
TaskChoice choose_task(const Dataset& data, std::optional<Task> asked = {});

/// The data for a task: to classify, whole numbers become classes.
/// Errors:  as Dataset::with_classes().
Dataset for_task(Dataset data, Task task);

/// The part for testing that a built-in set comes with, otherwise all of it.
Dataset test_part(const Dataset& data);

/// The rows of `data` that `model` predicts: all, unless its preprocessing drops rows with a
/// missing value.
Dataset predictable(Dataset data, const Model& model);

/// Data as a model takes it.
struct ModelData {
  Dataset data;
  std::vector<std::string> notes = {};  ///< what was done to images, in words
};
/// load_dataset() for a model: the target's name is the model's unless `options` has one, and image
/// files are brought to the form of its training images.
/// Errors:  as load_dataset().
ModelData load_for(const Model& model, const std::string& data, DataOptions options = {},
                   TargetUse use = TargetUse::required);
/// load_formed() with its counts in words.
ModelData load_in_form(const std::string& data, const ImageForm& form,
                       const DataOptions& options = {}, TargetUse use = TargetUse::required);

}  // namespace hebb
