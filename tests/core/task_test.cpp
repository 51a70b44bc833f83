#include "hebb/core/task.h"

#include <gtest/gtest.h>

#include "expect_error.h"

namespace hebb {
namespace {

TEST(Task, IsReadFromItsName) {
  for (const Task task : {Task::classify, Task::regress, Task::transform})
    EXPECT_EQ(task_of(task_name(task)), task) << task_name(task);
  EXPECT_EQ(task_name(Task::regress), "regress");
}

TEST(Task, RefusesOtherNames) {
  expect_error<std::invalid_argument>([] { task_of("cluster"); },
                                      {"classify, regress or transform", "got 'cluster'"});
}

}  // namespace
}  // namespace hebb
