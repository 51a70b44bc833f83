// Whole fits of a perceptron, in one process: units train in a blink, and a process of its own for
// each would measure its start. peers.py measures scikit-learn's on data of the same kind.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "hebb/core/random.h"
#include "hebb/datasets/catalogue.h"
#include "hebb/estimators/linear.h"

namespace {

// Two clouds of deviation 1 around centres that every coordinate puts `apart` from each other.
hebb::Dataset clouds(std::size_t samples, std::size_t features, double apart) {
  const hebb::Random random(1, hebb::Purpose::data);
  hebb::Table table{.rows = samples, .columns = {}, .values = {}};
  for (std::size_t j = 0; j < features; ++j)
    table.columns.push_back({.name = "c" + std::to_string(j + 1)});
  table.values.reserve(samples * features);
  hebb::Target cloud{.names = {"cloud"}, .values = {}, .classes = {"0", "1"}};
  for (std::uint32_t i = 0; i < samples; ++i) {
    for (std::uint32_t j = 0; j < features; ++j)
      table.values.push_back(random.normal(i, j) + (i % 2 ? apart / 2 : -apart / 2));
    cloud.values.push_back(i % 2);
  }
  return hebb::Dataset(std::move(table), std::move(cloud));
}

void fit(benchmark::State& state, const hebb::Dataset& data, const hebb::PerceptronOptions& options,
         const char* scale) {
  std::size_t passes = 0;
  for (auto _ : state) {
    hebb::Perceptron unit(options, {.scale = scale});
    unit.fit(data);
    passes = unit.n_iter_;
  }
  state.counters["passes"] = static_cast<double>(passes);
}

// As many passes as the stop rule wants.
void perceptron_blobs(benchmark::State& state) {
  static const hebb::Dataset data = clouds(10'000, 2, 8);
  fit(state, data, {}, "none");
}
BENCHMARK(perceptron_blobs)->UseRealTime();

const hebb::PerceptronOptions kFivePasses{.max_iter = 5, .n_iter_no_change = 100};

void perceptron_mnist(benchmark::State& state) {
  static const hebb::Dataset data = hebb::load_dataset("mnist").split().first;
  fit(state, data, kFivePasses, "minmax");
}
BENCHMARK(perceptron_mnist)->UseRealTime();

void perceptron_wide(benchmark::State& state) {
  static const hebb::Dataset data = clouds(1'000'000, 100, 0.4);
  fit(state, data, kFivePasses, "none");
}
BENCHMARK(perceptron_wide)->UseRealTime();

}  // namespace
