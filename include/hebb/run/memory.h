#pragma once

#include <cstddef>

#include "hebb/data/dataset.h"
#include "hebb/nn/network.h"
#include "hebb/train/options.h"

namespace hebb {

/// Outputs that a network for this target has.
std::size_t output_count(const Target& target);

/// An estimate of the bytes that training `network` on `train` takes: the data as the network sees
/// it, parameters with their gradients, the solver's state, activations of a batch.
double training_memory(const Network& network, const Dataset& train, const NetOptions& options);

/// Refuses a network that this machine cannot train, before any memory is taken for it. `limit` is
/// what there is, in bytes, as memory_limit() tells it.
/// Errors:  std::invalid_argument naming option, estimate and limit; as parse_network_text().
void check_memory(const NetOptions& options, const Dataset& train, double limit);

}  // namespace hebb
