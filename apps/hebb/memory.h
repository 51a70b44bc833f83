#pragma once

#include <string>

#include "hebb/data/dataset.h"
#include "hebb/nn/network.h"
#include "hebb/train/options.h"

namespace hebb::app {

/// Bytes of memory that this process may take: the machine's, or its control group's where smaller.
double machine_memory();

/// Bytes that training `network` on `train` takes, about.
double training_memory(const Network& network, const Dataset& train, const NetOptions& options);

/// Refuses a network that this machine cannot train, before any memory is taken for it.
/// Errors: std::invalid_argument naming option, estimate and the machine's memory.
void check_memory(const NetOptions& options, const Dataset& train, std::size_t outputs);

/// Outputs that a network for this target has.
std::size_t output_count(const Target& target);

}  // namespace hebb::app
