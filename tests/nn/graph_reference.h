#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

#include "hebb/nn/spec.h"
#include "hebb/tensor/tensor.h"
#include "nn/references.h"

namespace hebb::test {

/// A sample in double, (C, H, W) or (features).
struct Sample {
  Shape shape;
  Doubles values;
};

inline Doubles take(const Doubles& parameters, std::size_t& at, std::size_t count) {
  const auto begin = parameters.begin() + static_cast<std::ptrdiff_t>(at);
  at += count;
  return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

inline Sample convolve(const LayerSpec& spec, const Sample& x, const Doubles& parameters,
                       std::size_t& at) {
  const std::size_t out = spec.whole("out", 0), kernel = spec.whole("kernel", 1);
  const std::size_t stride = spec.whole("stride", 2, 1);
  Windows windows{.channels = x.shape[0], .image = {x.shape[1], x.shape[2]}};
  windows.kernel = {kernel, kernel};
  windows.stride = {stride, stride};
  for (const std::size_t axis : {0U, 1U}) {
    windows.out[axis] = (windows.image[axis] + stride - 1) / stride;
    const std::size_t reach = (windows.out[axis] - 1) * stride + kernel;
    windows.before[axis] = (std::max(reach, windows.image[axis]) - windows.image[axis]) / 2;
  }
  const Doubles own = take(parameters, at, out * (x.shape[0] * kernel * kernel + 1));
  Sample y{{out, windows.out[0], windows.out[1]}, {}};
  y.values = convolution(windows, out, 1, x.values, own, Doubles(y.shape.size())).y;
  return y;
}

inline Sample run(const std::vector<LayerSpec>& specs, Sample x, const Doubles& parameters,
                  std::size_t& at);

/// Adds option A of residual parts: every s-th pixel, channels that are lacking are zero.
inline void add_shortcut(const Sample& skipped, Sample& y) {
  if (skipped.shape.rank() == 1) {
    for (std::size_t i = 0; i < y.values.size(); ++i) y.values[i] += skipped.values[i];
    return;
  }
  const auto stride = [&](std::size_t axis) {
    return (skipped.shape[axis] + y.shape[axis] - 1) / y.shape[axis];
  };
  for (std::size_t c = 0; c < skipped.shape[0]; ++c)
    for (std::size_t i = 0; i < y.shape[1]; ++i)
      for (std::size_t k = 0; k < y.shape[2]; ++k)
        y.values[(c * y.shape[1] + i) * y.shape[2] + k] +=
            skipped
                .values[(c * skipped.shape[1] + i * stride(1)) * skipped.shape[2] + k * stride(2)];
}

inline Sample join(const LayerSpec& spec, const Sample& x, const Doubles& parameters,
                   std::size_t& at) {
  std::vector<Sample> ends;
  for (const auto& branch : spec.branches) ends.push_back(run(branch, x, parameters, at));
  Sample y = ends[0];
  if (spec.name == "residual") add_shortcut(x, y);
  for (std::size_t k = 1; k < ends.size(); ++k) {
    if (spec.name == "add") {
      std::ranges::transform(y.values, ends[k].values, y.values.begin(), std::plus());
    } else {
      y.shape[0] += ends[k].shape[0];
      y.values.insert(y.values.end(), ends[k].values.begin(), ends[k].values.end());
    }
  }
  return y;
}

/// What a network makes of a sample, in plain double arithmetic: it reads the same text as the
/// network and walks down it. `at` is how many parameters were taken.
inline Sample run(const std::vector<LayerSpec>& specs, Sample x, const Doubles& parameters,
                  std::size_t& at) {
  for (const LayerSpec& spec : specs) {
    if (!spec.branches.empty()) {
      x = join(spec, x, parameters, at);
    } else if (spec.name == "conv") {
      x = convolve(spec, x, parameters, at);
    } else if (spec.name == "linear") {
      const std::size_t out = spec.whole("out", 0);
      x.values = linear(x.values, take(parameters, at, out * (x.values.size() + 1)));
      x.shape = {out};
    } else if (spec.name == "flatten") {
      x.shape = {x.values.size()};
    } else if (spec.name == "maxpool") {  // of 2
      const Sample before = x;
      Windows windows{.channels = x.shape[0], .image = {x.shape[1], x.shape[2]}};
      windows.kernel = windows.stride = {2, 2};
      windows.out = {x.shape[1] / 2, x.shape[2] / 2};
      x.shape = {x.shape[0], windows.out[0], windows.out[1]};
      x.values = max_pool(windows, before.values, Doubles(x.shape.size())).y;
    } else {
      x.values = layer_references().at(spec.name)(x.values, {});
    }
  }
  return x;
}

}  // namespace hebb::test
