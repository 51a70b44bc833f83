#!/usr/bin/env bash
# Builds the documentation as a static site in build/site: the guide (docs/*.md), the reference, the gallery, and the
# API from the contracts in the public headers. No page needs a script or a server.
# Fails on a warning of Doxygen, and on a link of the guide that leads nowhere.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh --docs
rm -rf build/site build/docs
mkdir -p build/site build/docs
scripts/site.py prepare
doxygen docs/Doxyfile
scripts/site.py guide
echo "docs: build/site/index.html"
