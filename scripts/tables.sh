#!/usr/bin/env bash
# Trains models of hebb and their peers on the same splits of 30 real tables, and prints a page of what came out.
#
#   scripts/tables.sh PROGRAM [OPTION...] [SET...]    PROGRAM is the hebb to measure, built for release
#
# Options and sets are those of `bench/tables.py run`, which says what is done and where it is kept: --models mlp,trees
# --splits 2 --threads 2 and so on. Tables come out of Debian's packages, peers from PyPI (6 GB of disk, most of it for
# PyTorch). Everything on one thread takes many hours; a run that was stopped goes on where it was.
set -euo pipefail
cd "$(dirname "$0")/.."

if (($# == 0)) || [[ "$1" == -* ]]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
program=$1
shift

scripts/setup.sh --tables
/usr/bin/python3 bench/tables.py run --program "$program" "$@"
/usr/bin/python3 bench/tables.py report "$@"
