#pragma once

#include "hebb/nn/loss.h"
#include "hebb/nn/network.h"
#include "hebb/train/trainer.h"

namespace hebb {

/// Sets the bias of the last layer to the prior: to the outputs that `activation` turns into the
/// weighted mean of the targets of `data`. These are the mean itself; for probabilities the
/// logarithms of the classes' shares, or of one output the log-odds of the second class; for counts
/// the logarithm of the mean. In a logarithm, a class without samples counts as one sample.
/// Computed in double, in the order of the rows.
/// Errors: std::invalid_argument for a network whose last layer has no bias for each output.
void set_prior_bias(Network& network, OutputActivation activation, const TrainingSet& data);

}  // namespace hebb
