#!/usr/bin/env bash
# Checks a report page in a real browser: nothing on the console, no request off the page, no rule of
# axe-core (accessibility) broken, light and dark, wide and narrow. Without PAGE it makes one from mnist10k.
# Takes axe-core and puppeteer-core from npm. Pictures of the page go to build/report/.
#
#   scripts/check_report.sh [PAGE]
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh --pages
mkdir -p build/report
npm install --silent --no-audit --no-fund --prefix build/report axe-core puppeteer-core >/dev/null
page="${1:-}"
if [[ -z "$page" ]]; then
  cmake --preset dev >/dev/null
  cmake --build --preset dev --target hebb_program -j "$(nproc)" >/dev/null
  page=build/report/mnist10k.html
  build/dev/apps/hebb/hebb fit mnist10k --hidden 100 --epochs 10 --report "$page" --quiet >/dev/null
fi
stat -c '%n: %s bytes' "$page"
node tests/report/check_page.mjs build/report/node_modules "$page" "build/report/$(basename "$page" .html)"
