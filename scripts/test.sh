#!/usr/bin/env bash
# Builds everything and runs the whole test suite; ends with a line "N passed, N failed".
#
#   scripts/test.sh [PRESET]    dev (the default), asan or tsan
set -euo pipefail
cd "$(dirname "$0")/.."
preset="${1:-dev}"
jobs="$(nproc)"

scripts/setup.sh
cmake --preset "$preset"
cmake --build --preset "$preset" -j "$jobs"

report="$PWD/build/$preset/tests.xml"
rm -f "$report"
status=0
ctest --preset "$preset" -j "$jobs" --output-junit "$report" || status=$?

# The first number of that name in the report is the whole suite's.
count() { grep -oE "\\b$1=\"[0-9]+\"" "$report" | head -n 1 | tr -dc '0-9'; }
failed="$(count failures)"
skipped=$(($(count skipped) + $(count disabled)))
passed=$(($(count tests) - failed - skipped))
if ((passed + failed == 0)); then
  echo "test: no test was run" >&2
  status=1
fi
summary="$passed passed, $failed failed"
((skipped == 0)) || summary+=", $skipped skipped"
echo "$summary"
exit "$status"
