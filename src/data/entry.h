#pragma once

// Checks of what enters a data set. They run once, in the constructors, so that all later code may
// rely on indices and sizes. Errors of all: std::invalid_argument naming row, column, value and
// range. Rows are numbered from 1.

#include <cstddef>
#include <vector>

#include "hebb/data/dataset.h"

namespace hebb {

/// Every category value is missing (NaN) or the index of one of the column's categories, which
/// differ from one another.
void check_categories(const TableView& table);

/// As many target values as rows or steps, and every label is missing (NaN) or the index of one of
/// the column's classes, which differ from one another.
void check_target(const Target& target, std::size_t samples);

/// One weight per sample, or none.
void check_weight_count(const std::vector<double>& weights, std::size_t samples);

/// As check_target(), for sequences: a target with one row per step has one for each step.
void check_step_target(const Target& target, const Sequences& sequences);

/// The bytes of the images can be counted, and there are pixels if there are bytes.
void check_images(const Images& images);

/// Each group has a label; each time is finite and has a label if there are labels.
void check_groups(const Groups& groups, std::size_t samples);
void check_times(const Times& times, std::size_t samples);

}  // namespace hebb
