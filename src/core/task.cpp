#include "hebb/core/task.h"

#include <array>

#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr std::array kTasks = {Task::classify, Task::regress, Task::transform};

}  // namespace

const std::string& task_name(Task task) {
  static const std::string classify = "classify", regress = "regress", transform = "transform";
  switch (task) {
    case Task::classify:
      return classify;
    case Task::regress:
      return regress;
    case Task::transform:
      break;
  }
  return transform;
}

Task task_of(std::string_view name) {
  for (const Task task : kTasks)
    if (name == task_name(task)) return task;
  throw std::invalid_argument(
      concat("[task] must be classify, regress or transform, got '", name, "'"));
}

}  // namespace hebb
