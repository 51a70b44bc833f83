#!/usr/bin/env bash
# Measures hebb: its own parts with Google Benchmark; trainings, predictions and reading beside scikit-learn,
# PyTorch and pandas, alternately in one run. Writes docs/benchmarks.md. MNIST is read from HEBB_DATA_DIR.
# Takes about half an hour with 3 rounds, and 1 GB of disk.
#
#   scripts/bench.sh [ROUNDS]              how often each training is run (default 5)
#   scripts/bench.sh --only NAME [ROUNDS]  prints one row and writes nothing: a key of bench/work.py such as
#                                          mlp512, conv32 or mnist99, or read_csv, or predict_one; may be repeated
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=5 names=() out=(--out docs/benchmarks.md)
while (($#)); do
  case "$1" in
    --only) names+=("${2:?--only needs a name}") && shift ;;
    [1-9]*) rounds="$1" ;;
    *) sed -n '6,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift
done
((${#names[@]})) && out=()

scripts/setup.sh --bench
cmake --preset release -B build/bench -D HEBB_BENCH=ON >/dev/null
cmake --build build/bench -j "$(nproc)"

/usr/bin/python3 bench/peers.py --program build/bench/apps/hebb/hebb --parts-program build/bench/bench/hebb_bench \
  --rounds "$rounds" "${names[@]/#/--only=}" "${out[@]}"
