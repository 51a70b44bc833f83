#!/usr/bin/env bash
# Format, headers, lint, tests that involve threads under the thread sanitizer, and tests under the address and
# undefined-behaviour sanitizers. Sources are linted, and tests run under the latter two, if they can be reached by what
# changed since all of them last passed (scripts/reach.py), or with --all. What passes as a whole is recorded, the linter
# in .ci/linted and the tests in .ci/whole, which are to be committed. Ends with a line "N passed, N failed".
#
#   scripts/check.sh [--all]
set -euo pipefail
cd "$(dirname "$0")/.."
jobs="$(nproc)"
all=false
case "${1:-}" in
  "") ;;
  --all) all=true ;;
  *) sed -n '7s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

scripts/setup.sh --check

# Keeps the commit at which a stage passed as a whole, if that is what the tree holds.
record() {
  if [[ -z "$(git status --porcelain --untracked-files=normal -- ':!.ci')" ]]; then git rev-parse HEAD >"$1"; fi
}

echo "check: format"
git ls-files -z '*.h' '*.cpp' | xargs -0 clang-format --dry-run -Werror

echo "check: headers"
scripts/headers.py

echo "check: lint"
cmake --preset dev >/dev/null
if $all; then
  scripts/lint.py --all build/dev
  record .ci/linted
else
  scripts/lint.py build/dev
fi

echo "check: threads"
# Those that share work or state between threads; the others run on one.
threaded='^(UserThreads|ThreadPool|Log|Trainer|Checkpoint|CliFit|Denormals|NetworkMembers|ValidationFolds)\.|(GraphEngine|EngineSeam|TabularEngine)\.|^(Csv|Registered)\..*Threads|CliBits\.|Resume\.|Contract/'
cmake --preset tsan >/dev/null
cmake --build --preset tsan --target hebb_tests hebb_extend_tests -j "$jobs"
TSAN_OPTIONS=second_deadlock_stack=1 ctest --preset tsan -j "$jobs" -R "$threaded"

echo "check: suite under sanitizers"
files=""
if ! $all; then files="$(scripts/reach.py)"; fi
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1
# fontconfig keeps what it has read of the machine until the process ends.
export LSAN_OPTIONS=suppressions=$PWD/tests/leaks.supp:print_suppressions=0
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
scripts/test.sh asan -D HEBB_TEST_FILES="$files"
if [[ -z "$files" ]]; then record .ci/whole; fi
