#pragma once

// The common first steps of training and of the learning rate search.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hebb/optim/optimizer.h"
#include "hebb/train/trainer.h"

namespace hebb {

/// Errors: std::invalid_argument for options out of range, for data without samples, and for a
/// network without parameters or with another number of outputs than the targets.
/// Also checks the set, as check_set().
void check_trainable(const Network& network, const Loss& loss, const TrainingSet& data,
                     const NetOptions& options);

/// Errors: std::invalid_argument for rows, classes, weights or sizes that do not fit inputs, targets
/// and network.
void check_set(const Network& network, const TrainingSet& set);

/// Whether a batch of one sample gives a layer of batch normalisation a single value per channel, so
/// that its output does not depend on the sample: images of more than one pixel have several values.
bool normalizes_over_samples(const Network& network);

/// The warning of a validation score that is undefined.
std::string undefined_score_text(std::size_t samples);

/// Rows of a full-batch objective that are in memory at once.
inline constexpr std::size_t kObjectiveRows = 1024;

/// The number of samples of an update.
std::size_t batch_size_for(const NetOptions& options, std::size_t samples);

/// Writes the rows of `data` to `order` in the order of an epoch (from 0), a function of seed and
/// epoch. Without options.shuffle, `order` does not change. Shapes:  order as data.rows.
void arrange_rows(std::vector<std::uint32_t>& order, const TrainingSet& data,
                  const NetOptions& options, std::size_t epoch);

/// Errors: std::invalid_argument for solver lbfgs, which does not update by batches.
std::unique_ptr<Optimizer> make_optimizer(const NetOptions& options);

}  // namespace hebb
