#!/usr/bin/env bash
# Format, lint, what involves threads under the thread sanitizer, and the whole suite under the address
# and undefined-behaviour sanitizers.
# Ends with a line "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")/.."
jobs="$(nproc)"

scripts/setup.sh --check

echo "check: format"
git ls-files -z '*.h' '*.cpp' | xargs -0 clang-format --dry-run -Werror

echo "check: lint"
cmake --preset dev >/dev/null
scripts/lint.py build/dev

echo "check: threads"
# The rest runs on one thread, or is a fault of files: it has nothing to race, and takes twice the time.
threaded='^(UserThreads|ThreadPool|Log|Trainer|Checkpoint|CliFit)\.|^Csv\..*Threads|CliBits\.|Resume\.|Contract/'
cmake --preset tsan >/dev/null
cmake --build --preset tsan --target hebb_tests -j "$jobs"
TSAN_OPTIONS=second_deadlock_stack=1 ctest --preset tsan -j "$jobs" -R "$threaded"

echo "check: suite under sanitizers"
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1
# fontconfig keeps what it has read of the machine until the process ends.
export LSAN_OPTIONS=suppressions=$PWD/tests/leaks.supp:print_suppressions=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
scripts/test.sh asan
