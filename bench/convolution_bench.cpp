// Convolutions forward, backward and the gradient of their weights, every thread its own 32 images,
// as shards of training are; pools forward and backward, on one thread.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "kernels/convolution.h"
#include "kernels/images.h"
#include "kernels/threads.h"

namespace {

using Floats = std::vector<float>;
constexpr std::size_t kImages = 32;

struct Arrays {
  Arrays(const hebb::kernels::Convolution& plan, std::size_t n)
      : x(n * plan.shape().channels * plan.shape().in.height * plan.shape().in.width, 0.5F),
        dx(x.size()),
        y(n * plan.shape().out_channels * plan.shape().out.height * plan.shape().out.width, 0.25F),
        weights(plan.shape().out_channels * plan.shape().channels * plan.shape().kernel.height *
                    plan.shape().kernel.width,
                0.125F),
        bias(plan.shape().out_channels),
        forward(plan.packed_forward_size()),
        backward(plan.packed_backward_size()) {}
  Floats x, dx, y, weights, bias, forward, backward;
};

void convolution(benchmark::State& state) {
  const auto arg = [&](int i) { return static_cast<std::size_t>(state.range(i)); };
  hebb::kernels::ConvolutionShape shape;
  shape.channels = arg(0);
  shape.out_channels = arg(1);
  shape.in = shape.out = {arg(2), arg(2)};
  shape.kernel = {arg(3), arg(3)};
  shape.pad = {arg(3) / 2, arg(3) / 2};
  const hebb::kernels::Convolution plan(
      shape, arg(4) == 16 ? hebb::kernels::fastest_halves() : hebb::kernels::Halves::none);
  hebb::ThreadPool pool(static_cast<int>(arg(5)));
  std::vector<Arrays> all(pool.size(), Arrays(plan, kImages));
  for (auto _ : state) {
    pool.run(pool.size(), [&](std::size_t t, std::size_t) {
      Arrays& a = all[t];
      plan.pack_forward(a.weights.data(), a.forward.data());
      plan.forward(kImages, a.x.data(), a.forward.data(), a.bias.data(), a.y.data());
      plan.gradient(kImages, a.x.data(), a.y.data(), a.weights.data(), a.bias.data());
      plan.pack_backward(a.weights.data(), a.backward.data());
      plan.backward(kImages, a.y.data(), a.backward.data(), a.dx.data());
    });
    benchmark::DoNotOptimize(all[0].dx[0]);
    for (Arrays& a : all) std::fill(a.weights.begin(), a.weights.end(), 0.125F);
  }
  const std::size_t products =
      shape.out_channels * shape.channels * arg(3) * arg(3) * arg(2) * arg(2);
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(3 * 2 * products * kImages * pool.size()));
}
BENCHMARK(convolution)
    ->ArgNames({"in", "out", "size", "kernel", "bits", "threads"})
    ->ArgsProduct({{1}, {32}, {28}, {5}, {32, 16}, {2}})
    ->ArgsProduct({{32}, {64}, {14}, {5}, {32, 16}, {1, 2}})
    ->ArgsProduct({{16}, {32}, {14}, {3}, {32, 16}, {2}})
    ->ArgsProduct({{32}, {32}, {28}, {3}, {32, 16}, {2}})
    ->ArgsProduct({{8}, {16}, {14}, {3}, {32, 16}, {2}})
    ->UseRealTime();

void max_pool(benchmark::State& state) {
  const auto channels = static_cast<std::size_t>(state.range(0)),
             size = static_cast<std::size_t>(state.range(1)), half = size / 2;
  const hebb::kernels::PoolShape shape{size, size, channels, half, half, 2, 2, 2, 2};
  Floats x(kImages * size * size * channels), dx(x.size()), y(x.size() / 4), dy(y.size(), 0.25F);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i * 7919 % 101);
  for (auto _ : state) {
    hebb::kernels::max_pool(shape, kImages, x.data(), y.data());
    hebb::kernels::max_pool_backward(shape, kImages, x.data(), y.data(), dy.data(), dx.data());
    benchmark::DoNotOptimize(dx[0]);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(4 * 3 * x.size()));
}
BENCHMARK(max_pool)->ArgNames({"channels", "size"})->Args({8, 28})->Args({16, 14})->Args({64, 14});

}  // namespace
