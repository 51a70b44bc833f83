#!/usr/bin/env bash
# Fuzzes what reads files, texts and flags, one target after the other, with what tests/fuzz/corpus
# holds and what earlier runs found. Fails if anything is found, and says where the input lies.
# Models and checkpoints are changed below their checksums: tests/fuzz/changes.h.
#
#   scripts/fuzz.sh [SECONDS] [TARGET...]        60 seconds each, all targets
#   scripts/fuzz.sh --runs NUMBER [TARGET...]    as many inputs each, however long it takes
#   scripts/fuzz.sh --keep [TARGET...]           put what was found useful into the corpus, smallest first
set -euo pipefail
cd "$(dirname "$0")/.."

keep=""
bound=(-max_total_time=60)
if [[ "${1:-}" == --keep ]]; then
  keep=1
  shift
elif [[ "${1:-}" =~ ^[0-9]+$ ]]; then
  bound=(-max_total_time="$1")
  shift
elif [[ "${1:-}" == --runs ]]; then
  [[ "${2:-}" =~ ^[0-9]+$ ]] || { echo "fuzz: --runs needs a number" >&2; exit 2; }
  bound=(-runs="$2")
  shift 2
fi
targets=("$@")
if ((${#targets[@]} == 0)); then
  for folder in tests/fuzz/corpus/*/; do targets+=("$(basename "$folder")"); done
fi

scripts/setup.sh --fuzz
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz -j "$(nproc)" --target "${targets[@]/#/fuzz_}"

# Targets write files and sync them: not to a disk.
[[ -w /dev/shm ]] && export TMPDIR=/dev/shm
# Without fake stacks and without -entropic, each of which takes a third of the time.
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=0:detect_stack_use_after_return=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export OMP_NUM_THREADS=1

found=0
for target in "${targets[@]}"; do
  program="build/fuzz/tests/fuzz/fuzz_$target"
  seeds="tests/fuzz/corpus/$target"
  work="build/fuzz/corpus/$target"
  log="build/fuzz/$target.log"
  mkdir -p "$work"
  limits=(-rss_limit_mb=2048 -timeout=20 -max_len=8192 -entropic=0)
  if [[ -n "$keep" ]]; then
    "$program" "${limits[@]}" -merge=1 "$seeds" "$work" >"$log" 2>&1
    echo "fuzz: $target: $(ls "$seeds" | wc -l) inputs, $(du -bs "$seeds" | cut -f1) bytes"
    continue
  fi
  dictionary="tests/fuzz/$target.dict"
  [[ -f "$dictionary" ]] && limits+=(-dict="$dictionary")
  status=0
  "$program" "${limits[@]}" "${bound[@]}" -print_final_stats=1 \
    -artifact_prefix="build/fuzz/$target-" "$work" "$seeds" >"$log" 2>&1 </dev/null || status=$?
  runs="$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  coverage="$(grep -oE 'cov: [0-9]+' "$log" | tail -n 1 || true)"
  echo "fuzz: $target: ${runs:-0} runs, ${coverage:-no coverage}"
  if ((status != 0)); then
    found=1
    grep -E '^(==[0-9]+==)?ERROR|SUMMARY|runtime error|what\(\)|Test unit written' "$log" || true
    echo "fuzz: $target: found something: see $log"
  fi
done
exit "$found"
