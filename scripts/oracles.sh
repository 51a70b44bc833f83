#!/usr/bin/env bash
# Makes the values in tests/oracles/ anew, from Debian's scikit-learn and PyTorch.
#
#   scripts/oracles.sh [NAME...]        writes them, all or those of tests/oracles/NAME.py
#   scripts/oracles.sh --check [...]    fails if a committed value differs by more than rounding
#
# mnist10k_digest is made from MNIST in HEBB_DATA_DIR, and left out where that is not set.
set -euo pipefail
cd "$(dirname "$0")/.."

check=false
if [[ "${1:-}" == --check ]]; then check=true && shift; fi
names=("$@")
if ((${#names[@]} == 0)); then
  for script in $(grep -l 'common.write(__file__' tests/oracles/*.py); do names+=("$(basename "$script" .py)"); done
fi

scripts/setup.sh --oracles
into=tests/oracles
if $check; then
  into="$(mktemp -d)"
  trap 'rm -rf "$into"' EXIT
fi

# Debian's own interpreter sees Debian's packages. One thread, so that sums run in one order.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1
for name in "${names[@]}"; do
  if [[ "$name" == mnist10k_digest && -z "${HEBB_DATA_DIR:-}" ]]; then
    echo "oracles: $name is left out: HEBB_DATA_DIR is not set"
    continue
  fi
  /usr/bin/python3 "tests/oracles/$name.py" "$into"
done
if $check; then
  /usr/bin/python3 tests/oracles/compare.py "$into" tests/oracles
  echo "oracles: the committed values hold"
fi
