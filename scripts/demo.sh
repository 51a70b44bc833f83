#!/usr/bin/env bash
# From a fresh clone to a trained network: builds the program, trains it on the built-in handwritten
# digits, judges it, saves it and predicts with it. Needs no network beyond Debian's packages.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }
[[ -t 1 && -z "${NO_COLOR:-}" ]] || step() { printf '\n$ %s\n' "$*"; "$@"; }

scripts/setup.sh --run
cmake --preset release >/dev/null
cmake --build --preset release --target hebb_program -j "$(nproc)"

mkdir -p out
export PATH="$PWD/build/release/apps/hebb:$PATH"
step hebb fit mnist10k --hidden 512,512 --dropout 0.2 --epochs 20 --seed 1 -o out/digits.hebb
step hebb info out/digits.hebb
step hebb evaluate out/digits.hebb mnist10k --assert 'accuracy>=0.95'

printf '\n$ %s\n' "hebb predict out/digits.hebb mnist10k --proba | head -n 4"
hebb predict out/digits.hebb mnist10k --proba >out/predictions.csv
head -n 4 out/predictions.csv

printf '\nThe model is out/digits.hebb, the program %s\n' "build/release/apps/hebb/hebb"
