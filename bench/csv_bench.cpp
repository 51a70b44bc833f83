// How fast a table is read: bytes a second of CSV text already in memory.
#include <benchmark/benchmark.h>

#include <string>

#include "hebb/core/random.h"
#include "hebb/formats/csv.h"

namespace {

constexpr std::size_t kRows = 200'000;

// Twenty columns of numbers, or of numbers and short labels, and a label to learn.
std::string text_of(bool categories) {
  const hebb::Random random(1, hebb::Purpose::data);
  const char* const cities[] = {"Rome", "Oslo", "Lima", "Kyiv"};
  std::string text;
  for (std::uint32_t column = 0; column < 20; ++column) text += "c" + std::to_string(column) + ",";
  text += "label\n";
  for (std::uint32_t row = 0; row < kRows; ++row) {
    for (std::uint32_t column = 0; column < 20; ++column) {
      const double value = random.uniform(row, column);
      if (categories && column % 4 == 0) {
        text += cities[static_cast<std::size_t>(value * 4)];
      } else {
        text += std::to_string(value);
      }
      text += ',';
    }
    text += row % 2 == 0 ? "yes\n" : "no\n";
  }
  return text;
}

void parse(benchmark::State& state, bool categories) {
  const std::string text = text_of(categories);
  const hebb::DataOptions options{.threads = static_cast<int>(state.range(0))};
  for (auto _ : state) benchmark::DoNotOptimize(hebb::parse_csv(text, "text", options));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

void csv_numbers(benchmark::State& state) { parse(state, false); }
void csv_mixed(benchmark::State& state) { parse(state, true); }
BENCHMARK(csv_numbers)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(csv_mixed)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
