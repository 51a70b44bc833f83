// The parts of training: bare matrix products (their rate is what whole trainings are measured
// against) and the solver's pass.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/mlp.h"
#include "kernels/elementwise.h"
#include "kernels/product.h"
#include "kernels/threads.h"
#include "kernels/update.h"

namespace {

using Floats = std::vector<float>;

// Every thread its own product, as shards do: (m, k) x (k, n).
void product(benchmark::State& state) {
  const auto m = static_cast<std::size_t>(state.range(0));
  const auto n = static_cast<std::size_t>(state.range(1));
  const auto k = static_cast<std::size_t>(state.range(2));
  hebb::ThreadPool pool(static_cast<int>(state.range(3)));
  const Floats a(m * k, 0.5F), b(k * n, 0.25F);
  std::vector<Floats> c(pool.size(), Floats(m * n));
  for (auto _ : state) {
    pool.run(pool.size(), [&](std::size_t t, std::size_t) {
      hebb::kernels::product(m, n, k, a.data(), b.data(), c[t].data());
    });
    benchmark::DoNotOptimize(c[0][0]);
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(2 * m * n * k * pool.size()));
}
BENCHMARK(product)
    ->ArgNames({"m", "n", "k", "threads"})
    ->Args({128, 512, 784, 1})
    ->Args({128, 512, 784, 2})
    ->Args({64, 512, 512, 2})
    ->Args({32, 100, 784, 2})
    ->UseRealTime();

void adam(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const Floats g(n, 0.1F);
  Floats w(n, 1.0F), m(n), v(n);
  const hebb::kernels::AdamStep step{.rate = 1e-3F,
                                     .beta_1 = 0.9F,
                                     .beta_2 = 0.999F,
                                     .rest_1 = 0.1F,
                                     .rest_2 = 0.001F,
                                     .epsilon = 1e-8F,
                                     .l2 = 0,
                                     .decay = 0,
                                     .scale = 1};
  for (auto _ : state) {
    hebb::kernels::adam(step, n, g.data(), w.data(), m.data(), v.data());
    benchmark::DoNotOptimize(w[0]);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n));
}
BENCHMARK(adam)->Arg(32768)->Arg(1 << 22);

void dropout(benchmark::State& state) {
  const Floats x(128 * 512, 1.0F);
  Floats y(x.size());
  std::uint32_t step = 0;
  for (auto _ : state) {
    hebb::kernels::dropout(x.data(), 128, 512, 0.2F, 1, ++step, 0, 0, y.data());
    benchmark::DoNotOptimize(y[0]);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(x.size()));
}
BENCHMARK(dropout);

// One image of 28 x 28 through 784-100-10, from its bytes to probabilities.
void predict_one(benchmark::State& state) {
  const hebb::Dataset digits = hebb::load_dataset("mnist10k").slice(0, 500);
  hebb::MLPClassifier net({.max_iter = 1}, {.scale = "minmax"});
  net.fit(digits);
  const std::uint8_t* pixels = digits.images().pixels.get();
  const std::vector<double> image(pixels, pixels + digits.features());
  for (auto _ : state) benchmark::DoNotOptimize(net.predict_one(image));
}
BENCHMARK(predict_one);

}  // namespace
