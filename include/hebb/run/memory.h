#pragma once

#include <cstddef>

#include "hebb/data/dataset.h"
#include "hebb/estimators/catalogue.h"
#include "hebb/nn/network.h"
#include "hebb/preprocess/preprocess.h"
#include "hebb/train/options.h"

namespace hebb {

/// The number of outputs of a network for this target.
std::size_t output_count(const Target& target);

/// An estimate of the bytes that training `network` on `train` needs: the preprocessed data,
/// parameters and their gradients, the solver's state, activations of a batch.
double training_memory(const Network& network, const Dataset& train, const NetOptions& options);

/// Throws for a network that this machine cannot train, and for a table that it cannot hold with all
/// categories as inputs, before allocating memory for it. `limit` is
/// the available memory in bytes, as memory_limit() returns it; `options` are those of
/// training_options(). Inputs are counted by `fitted`, a preprocessor that is fitted to `train`, or else
/// estimated.
/// Errors:  std::invalid_argument naming option, estimate and limit; as parse_network_text().
void check_memory(const NetOptions& options, const Dataset& train, double limit,
                  const PreprocessOptions& preprocess = {}, const Preprocessor* fitted = nullptr);

/// The same for a kind whose row has training_bytes. Does nothing for others.
/// Errors:  std::invalid_argument naming kind, estimate and limit.
void check_memory(const EstimatorRow& row, const OptionSet& options, const Dataset& train,
                  double limit, const PreprocessOptions& preprocess = {});

/// The inputs that preprocessing makes of a sample: one for a number, one for each category.
std::size_t input_count(const Dataset& train, const PreprocessOptions& preprocess = {});

}  // namespace hebb
