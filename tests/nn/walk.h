#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hebb/nn/network.h"

namespace hebb::test {

/// Where element `index` of a sample (C, H, W) lies in a network, which keeps images channels last:
/// (H, W, C). Samples of other ranks lie as they are.
inline std::size_t place(const Shape& sample, std::size_t index) {
  if (sample.rank() != 3) return index;
  const std::size_t pixels = sample[1] * sample[2];
  return index % pixels * sample[0] + index / pixels;
}

/// Forward and backward through the layers of a network one by one, all rows of a batch at once.
/// Values come and go in the order (n, C, H, W).
class Walk {
 public:
  Walk(const std::string& text, const Shape& sample, std::size_t rows, Pass pass = {})
      : network(text, sample), gradient(network.parameter_count()), pass_(pass) {
    values_.emplace_back(sample.with_front(rows));
    for (const auto& stage : network.stages()) {
      values_.emplace_back(stage.output.with_front(rows));
      saved_.emplace_back(stage.layer->saved_size(stage.input, rows));
    }
  }

  std::vector<float> forward(std::span<const float> x) {
    set(values_.front(), x);
    const auto& stages = network.stages();
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const View y = values_[i + 1].view();
      if (!stages[i].join)
        stages[i].layer->forward(at(i), parameters(i), values_[stages[i].inputs[0]].view(), y);
      else
        for (std::size_t k = 0; k < stages[i].inputs.size(); ++k)
          stages[i].join->join(k, stages[i].shapes, values_[stages[i].inputs[k]].view(), y);
    }
    return get(values_.back());
  }

  /// d loss / d inputs from d loss / d outputs; writes `gradient`.
  std::vector<float> backward(std::span<const float> dy) {
    const auto& stages = network.stages();
    std::vector<Tensor> deltas;  // by the outputs of each stage, and first by the inputs
    for (const Tensor& value : values_) deltas.emplace_back(value.shape());
    set(deltas.back(), dy);
    for (std::size_t i = stages.size(); i-- > 0;) {
      const auto& layer = *stages[i].layer;
      const auto own = std::span(gradient).subspan(stages[i].begin, stages[i].size);
      const ConstView above = deltas[i + 1].view();
      const auto add = [&](std::size_t value, const Tensor& more) {
        std::ranges::transform(more.span(), deltas[value].span(), deltas[value].data(),
                               std::plus());
      };
      if (stages[i].join) {
        for (std::size_t k = 0; k < stages[i].inputs.size(); ++k) {
          Tensor more(deltas[stages[i].inputs[k]].shape());
          stages[i].join->join_backward(k, stages[i].shapes, above, more.view(), false);
          add(stages[i].inputs[k], more);
        }
        continue;
      }
      const std::size_t from = stages[i].inputs[0];
      const ConstView x = values_[from].view(), y = values_[i + 1].view();
      if (layer.gradient_by_rows())
        layer.gradient_of_rows(at(i), parameters(i), x, above, own);
      else
        for (const auto& piece : layer.pieces(stages[i].input))
          layer.gradient(at(i), piece, x, above, own.subspan(piece.begin, piece.end - piece.begin),
                         false);
      Tensor more(deltas[from].shape());
      layer.backward(at(i), parameters(i), x, y, above, more.view());
      add(from, more);
    }
    return get(deltas.front());
  }

  Network network;
  std::vector<float> gradient;  ///< of the parameters, as they lie in the flat array

 private:
  Pass at(std::size_t stage) {
    Pass pass = pass_;
    pass.layer = static_cast<std::uint32_t>(stage);
    pass.saved = saved_[stage];
    return pass;
  }
  std::span<const float> parameters(std::size_t stage) const {
    return std::as_const(network).parameters().subspan(network.stages()[stage].begin,
                                                       network.stages()[stage].size);
  }
  static void set(Tensor& to, std::span<const float> from) {
    const Shape sample = to.shape().without_front();
    for (std::size_t i = 0; i < from.size(); ++i)
      to.view().row(i / sample.size())[place(sample, i % sample.size())] = from[i];
  }
  static std::vector<float> get(const Tensor& from) {
    const Shape sample = from.shape().without_front();
    std::vector<float> to(from.size());
    for (std::size_t i = 0; i < to.size(); ++i)
      to[i] = from.view().row(i / sample.size())[place(sample, i % sample.size())];
    return to;
  }

  Pass pass_;
  std::vector<Tensor> values_;  // before each stage, and behind the last
  std::vector<std::vector<float>> saved_;
};

}  // namespace hebb::test
