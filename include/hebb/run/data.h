#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hebb/core/options.h"
#include "hebb/core/record.h"
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

/// How data for a model is read: as its training data was, with categories in the columns that held
/// categories and numbers in those that held numbers. Options in `given` take precedence.
/// Errors:  std::invalid_argument for unknown or invalid options; ModelError for a model with invalid
///          ones.
DataOptions reading_for(const Model& model, const OptionValues& given = {});
/// Dataset::reading() as flags of the program: "--na=-999 --no-header".
std::string reading_text(const Record& reading);

/// Data in the form that a model takes.
struct ModelData {
  Dataset data;
  std::vector<std::string> notes = {};  ///< how it was read, and conversions of images, in words
};
/// load_dataset() with reading_for(): the target's name is the model's unless `given` sets one, image
/// files are converted to the form of its training images, and `data` may end in the numbers of
/// rows, as split_named_rows() reads them. `keep` is DataOptions::keep.
/// Errors:  as reading_for(), load_dataset() and Preprocessor::imputed_text(); std::invalid_argument for
///          rows that the data does not have.
ModelData load_for(const Model& model, const std::string& data, const OptionValues& given = {},
                   TargetUse use = TargetUse::required, const std::vector<std::string>& keep = {});
/// The data to predict: one name, or the paths of several image files.
/// Errors:  as load_for() and read_formed(); std::invalid_argument for several names if the model
///          was not trained on images.
ModelData load_to_predict(const Model& model, const std::vector<std::string>& data,
                          const OptionValues& given = {},
                          const std::vector<std::string>& keep = {});
/// As load_formed(), with its counts as notes in words.
ModelData load_in_form(const std::string& data, const ImageForm& form,
                       const DataOptions& options = {}, TargetUse use = TargetUse::required);

}  // namespace hebb
