#!/usr/bin/env bash
# Makes the pictures of docs/gallery.md, docs/convolution.md and docs/units.md anew, by the commands that stand there.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh
cmake --preset dev >/dev/null
cmake --build --preset dev -j "$(nproc)" >/dev/null
export PATH="$PWD/build/dev/apps/hebb:$PATH"
images="$PWD/docs/images"
page="$PWD/docs/gallery.md"
sign="$PWD/build/dev/tests/house/snippet_units_2"

folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$sign" >/dev/null
mv adaline-sign.svg "$images/"
sed -n '/^```sh$/,/^```$/{/^\(hebb\|printf\) /p}' "$page" | while read -r command; do
  if [[ ! "$command" =~ ^(.*)" "(-o|--plot)" "([a-z-]+)\.png$ ]]; then
    bash -c "$command" >/dev/null </dev/null
    continue
  fi
  what="${BASH_REMATCH[1]}" flag="${BASH_REMATCH[2]}" name="${BASH_REMATCH[3]}"
  for theme in light dark; do
    bash -c "$what --theme $theme --figure-scale 1.25 --quiet $flag '$images/$name-$theme.png'" >/dev/null </dev/null
  done
  echo "gallery: $name"
done
