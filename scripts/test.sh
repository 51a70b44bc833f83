#!/usr/bin/env bash
# Builds everything and runs the whole test suite; ends with a line "N passed, N failed".
#
#   scripts/test.sh [PRESET [OPTION...]]    dev (the default), clang, asan or tsan; options are CMake's
set -euo pipefail
cd "$(dirname "$0")/.."
preset="${1:-dev}"
jobs="$(nproc)"

case "$preset" in
  clang | asan) scripts/setup.sh --check ;;
  *) scripts/setup.sh ;;
esac
cmake --preset "$preset" "${@:2}"
cmake --build --preset "$preset" -j "$jobs"

reports="$PWD/build/$preset/reports"
rm -rf "$reports"
status=0
ctest --preset "$preset" -j "$jobs" --output-junit "$reports/ctest.xml" || status=$?
tests/count.py "$reports" || status=1
exit "$status"
