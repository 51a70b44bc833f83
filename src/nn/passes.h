#pragma once

// Forward and backward passes through the stages of a network, for any storage of their values.

#include <algorithm>

#include "hebb/nn/network.h"

namespace hebb {

/// Runs stage `i`, with the ReLU that is fused into it. value(v) is a view of value `v`.
template <class Value>
void run_stage(const Network& network, std::size_t i, const Pass& pass, const Value& value,
               View y) {
  const Network::Stage& stage = network.stages()[i];
  if (stage.join) {
    for (std::size_t k = 0; k < stage.inputs.size(); ++k)
      stage.join->join(k, stage.shapes, value(stage.inputs[k]), y);
    return;
  }
  stage.layer->forward(pass, network.parameters_of(i), value(stage.inputs[0]), y);
  if (const Layer* relu = network.fused_into(i)) relu->forward(pass, {}, y, y);
}

/// Writes d loss / d value `v`, computed from the derivatives with respect to the outputs of the
/// stages that use it, in the order of the stages. `memory` returns views of the current rows:
/// value(v), delta(v) for the derivative and spare(v) for working memory of the same shape.
/// memory.pass(i) is the Pass of stage i.
template <class Memory>
void derive_value(const Network& network, std::size_t v, const Memory& memory) {
  const View dx = memory.delta(v);
  bool first = true;
  for (const Network::Use& use : network.uses(v)) {
    const Network::Stage& stage = network.stages()[use.stage];
    const View dy = memory.delta(use.stage + 1);
    if (stage.fused) continue;  // its derivative is that of its input already
    if (stage.join) {
      stage.join->join_backward(use.input, stage.shapes, dy, dx, !first);
    } else {
      const View to = first ? dx : memory.spare(v);
      stage.layer->backward(memory.pass(use.stage), network.parameters_of(use.stage),
                            memory.value(v), memory.value(use.stage + 1), dy, to);
      if (!first)
        std::transform(to.data, to.data + to.size(), dx.data, dx.data,
                       [](float more, float sum) { return sum + more; });
    }
    first = false;
  }
}

/// Applies the backward pass of the ReLU that is fused into stage `i` to d loss / d output, in
/// place. Called before the derivatives with respect to the stage's inputs are computed.
template <class Memory>
void derive_fused(const Network& network, std::size_t i, const Memory& memory) {
  const Layer* const relu = network.fused_into(i);
  if (!relu) return;
  const View dy = memory.delta(i + 1);
  const ConstView y = memory.value(i + 1);
  relu->backward(memory.pass(i), {}, y, y, dy, dy);
}

/// Whether derive_value() of `v` needs a spare view: more than one layer that is not a join uses
/// it.
inline bool needs_spare(const Network& network, std::size_t v) {
  return std::ranges::count_if(network.uses(v), [&](const Network::Use& use) {
           return network.stages()[use.stage].join == nullptr;
         }) > 1;
}

}  // namespace hebb
