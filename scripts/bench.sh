#!/usr/bin/env bash
# Measures hebb: its own parts with Google Benchmark; trainings, predictions and reading beside scikit-learn,
# PyTorch and pandas, alternately in one run. Writes docs/benchmarks.md. MNIST is read from HEBB_DATA_DIR.
# Takes about 10 minutes with 3 rounds, and 1 GB of disk.
#
#   scripts/bench.sh [ROUNDS]    how often each training is run (default 5)
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh --bench
cmake --preset release -B build/bench -D HEBB_BENCH=ON >/dev/null
cmake --build build/bench -j "$(nproc)"

build/bench/bench/hebb_bench --benchmark_repetitions=3 --benchmark_report_aggregates_only=true \
  --benchmark_out=build/bench/parts.json --benchmark_out_format=json
/usr/bin/python3 bench/peers.py --program build/bench/apps/hebb/hebb --parts build/bench/parts.json \
  --rounds "${1:-5}" --out docs/benchmarks.md
