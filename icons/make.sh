#!/usr/bin/env bash
# Makes every platform's icons from clearcut.svg. Needs Node and npm; works in a folder of its own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-save --no-audit --no-fund @tauri-apps/cli@2.12.3
npx --no-install tauri icon "$here/clearcut.svg" --output "$work/icons"
for name in 32x32.png 128x128.png 128x128@2x.png icon.icns icon.ico icon.png; do
  cp "$work/icons/$name" "$here/$name"
done
echo "wrote ${here##*/}/"
