#!/usr/bin/env bash
# Builds the program and mistreats it: fills the disk under it at every size, lets each of its first
# 20,000 allocations fail in turn, gives it too little memory, too few files and threads, kills it at
# random moments of training, half of them while it saves, and sends it Ctrl-C and SIGTERM. Every run,
# resumed, has to end in the bytes of one never stopped, and no file may be lost or torn. Needs the right
# to mount.
#
#   scripts/storm.sh [--kills N] [--signals N] [--seed N]    100, 50 and 1 by default
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
cmake --preset dev >/dev/null
cmake --build --preset dev --target hebb_program hebb_failing_allocations -j "$(nproc)"
program=build/dev/apps/hebb/hebb

as_root=()
((EUID == 0)) || as_root=(--map-root-user)
unshare "${as_root[@]}" --mount python3 tests/faults/full_disk.py --program "$program"
python3 tests/faults/limits.py --program "$program" --jobs "$(nproc)" \
  --library build/dev/tests/libhebb_failing_allocations.so
exec python3 tests/faults/storm.py --program "$program" "$@"
