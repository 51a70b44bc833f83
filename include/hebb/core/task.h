#pragma once

#include <string>
#include <string_view>

namespace hebb {

/// What an estimator does: it predicts one of a set of labels, predicts numbers, or transforms
/// features without looking at a target.
enum class Task { classify, regress, transform };

/// "classify", "regress", "transform": as on the command line and in model files.
const std::string& task_name(Task task);
/// Errors: std::invalid_argument naming all tasks for any other text.
Task task_of(std::string_view name);

}  // namespace hebb
