#!/usr/bin/env bash
# Installs what is missing from Debian 12, as root or with sudo, and nothing the second time.
#
#   scripts/setup.sh            what building and testing need
#   scripts/setup.sh --run      what building the program needs
#   scripts/setup.sh --check    for testing, and the formatter and the linter
#   scripts/setup.sh --fuzz     for building, and the compiler that fuzzes
#   scripts/setup.sh --bench    for building, and the benchmark library and the peers
#   scripts/setup.sh --pages    for building, and the browser that checks report pages
#   scripts/setup.sh --docs     what the documentation's site is made with
#   scripts/setup.sh --oracles  the peers that the tests' expected values come from
#   scripts/setup.sh --cluster  for testing, and the servers of a cluster
#   scripts/setup.sh --tables   R and its packages that hold real tables, to compare models on
#
# No server is started: tests start their own.
set -euo pipefail

# libdnnl-dev's own package for CMake looks for OpenCL, which it does not ask for.
run="g++ cmake ninja-build ca-certificates fonts-dejavu-core libcairo2-dev libcli11-dev libcurl4-openssl-dev
     libdnnl-dev libfmt-dev libjpeg62-turbo-dev liblinear-dev libpng-dev libpq-dev libsqlite3-dev libssl-dev libsvm-dev
     libtomlplusplus-dev libxgboost-dev libzip-dev nlohmann-json3-dev ocl-icd-opencl-dev opencl-c-headers pkg-config
     zlib1g-dev"
tests="libgtest-dev man-db postgresql python3 zsh fish"
# Older versions of the linter do not understand the ranges of g++ 12's library.
clang="clang-16 libclang-rt-16-dev libomp-16-dev"
check="$clang clang-format clang-tidy-16 git"

case "${1:-}" in
  "") wanted="$run $tests" ;;
  --run) wanted="$run" ;;
  --check) wanted="$run $tests $check" ;;
  --fuzz) wanted="$run $clang" ;;
  --bench) wanted="$run libbenchmark-dev python3 python3-sklearn python3-torch python3-pandas" ;;
  --pages)
    wanted="$run chromium"
    command -v npm >/dev/null || wanted+=" nodejs npm"  # others' packages of them clash with Debian's
    ;;
  --docs) wanted="cmark-gfm doxygen python3" ;;
  --oracles) wanted="python3 python3-sklearn python3-statsmodels python3-torch python3-xgboost libsvm-tools" ;;
  --cluster) wanted="$run $tests munge openssh-client openssh-server slurm-wlm" ;;
  --tables)
    wanted="python3 python3-venv r-base-core r-cran-aer r-cran-ggplot2 r-cran-kernlab r-cran-mass r-cran-mlbench
            r-cran-modeldata"
    ;;
  *) sed -n '2,15s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  echo "setup: no apt-get here: install what Debian calls" $wanted >&2
  exit 1
fi

missing=()
for package in $wanted; do
  if [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]]; then
    missing+=("$package")
  fi
done
if ((${#missing[@]} == 0)); then
  echo "setup: everything is installed"
  exit 0
fi

as_root=()
if ((EUID != 0)); then
  if ! command -v sudo >/dev/null; then
    echo "setup: needs root: run as root, or install sudo, or: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

log=$(mktemp)
# While packages are installed, Debian asks this file whether a server may start; PostgreSQL's packages ask
# the other one whether to make a database.
no_start=/usr/sbin/policy-rc.d
no_database=/etc/postgresql-common/createcluster.conf
made=()
finish() {
  rm -f "$log"
  ((${#made[@]} == 0)) || "${as_root[@]}" rm -f "${made[@]}"
}
trap finish EXIT
if [[ " ${missing[*]} " =~ " "(postgresql|munge|openssh-server|slurm-wlm)" " ]]; then
  if [[ ! -e $no_start ]]; then
    made+=("$no_start")
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$no_start" >/dev/null
    "${as_root[@]}" chmod 755 "$no_start"
  fi
  if [[ ! -e $no_database ]]; then
    "${as_root[@]}" mkdir -p "$(dirname "$no_database")"
    echo "create_main_cluster = false" | "${as_root[@]}" tee "$no_database" >/dev/null
  fi
fi
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Options::=--force-confold \
    -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" </dev/null >"$log" 2>&1
}
install() { apt install --no-install-recommends "${missing[@]}"; }

echo "setup: installing ${missing[*]}"
# Lists that are missing or old are the usual reason for a first failure.
if ! install; then
  echo "setup: updating the package lists"
  if ! { apt update && install; }; then
    cat "$log" >&2
    echo "setup: apt-get failed: see above, mend /etc/apt or the network, and run again" >&2
    exit 1
  fi
fi
echo "setup: installed ${#missing[@]} packages and what they depend on"
