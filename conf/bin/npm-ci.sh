#!/bin/bash
# Install exactly what package-lock.json names.  Node 22 for everything else
# comes out of this (node_modules/.bin/node); Debian's Node only starts npm.
set -euo pipefail
cd "$(dirname "$0")/../.."

mkdir -p build
exec 9>build/.npm-lock
flock 9

want=$(cksum <package-lock.json)
if [ "$(cat node_modules/.legalnet 2>/dev/null)" != "$want" ]; then
    npm ci --no-audit --no-fund >build/npm.log 2>&1 || { cat build/npm.log >&2; exit 1; }
    echo "$want" >node_modules/.legalnet
fi
touch node_modules/.legalnet
