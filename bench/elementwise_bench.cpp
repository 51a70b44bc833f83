// Activations: the time of an element, forward and backward, for each row of the list. Those that
// hold exp take 5 to 20 times as long as relu; one that takes much longer than gelu has a part that
// the compiler did not turn into vector instructions.
#include "kernels/elementwise_functions.h"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <string>
#include <vector>

namespace {

using hebb::kernels::ElementwiseFunction;

constexpr std::size_t kCount = 4096;  // 16 KB: what a shard hands from layer to layer is in cache

void elementwise(benchmark::State& state, const ElementwiseFunction& function, bool forward) {
  std::vector<float> x(kCount), y(kCount), dx(kCount);
  for (std::size_t i = 0; i < kCount; ++i)
    x[i] = 8 * static_cast<float>(i) / static_cast<float>(kCount) - 4;
  const auto parameter = static_cast<float>(function.parameter.otherwise);
  function.forward(x.data(), kCount, parameter, y.data());
  const bool of_output = function.derivative == ElementwiseFunction::Derivative::of_output;
  const float* at = of_output ? y.data() : x.data();
  for (auto _ : state) {
    if (forward)
      function.forward(x.data(), kCount, parameter, dx.data());
    else
      function.backward(at, x.data(), kCount, parameter, dx.data());
    benchmark::DoNotOptimize(dx[0]);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kCount));
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const ElementwiseFunction& function : hebb::kernels::elementwise_functions())
    for (const bool forward : {true, false})
      benchmark::RegisterBenchmark(
          ("elementwise/" + std::string(function.name) + (forward ? "/forward" : "/backward"))
              .c_str(),
          [&function, forward](benchmark::State& state) { elementwise(state, function, forward); });
  return true;
}();

}  // namespace
