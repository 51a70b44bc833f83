#include "hebb/core/task.h"

#include <array>

#include "hebb/core/error.h"

namespace hebb {
namespace {

constexpr std::array kTasks = {Task::classify, Task::regress};

}  // namespace

const std::string& task_name(Task task) {
  static const std::string classify = "classify", regress = "regress";
  return task == Task::classify ? classify : regress;
}

Task task_of(std::string_view name) {
  for (const Task task : kTasks)
    if (name == task_name(task)) return task;
  throw std::invalid_argument(concat("[task] must be classify or regress, got '", name, "'"));
}

}  // namespace hebb
