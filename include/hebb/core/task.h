#pragma once

#include <string>
#include <string_view>

namespace hebb {

/// What a supervised estimator predicts: one of a set of labels, or numbers.
enum class Task { classify, regress };

/// "classify", "regress": as on the command line and in model files.
const std::string& task_name(Task task);
/// Errors: std::invalid_argument naming both tasks for any other text.
Task task_of(std::string_view name);

}  // namespace hebb
