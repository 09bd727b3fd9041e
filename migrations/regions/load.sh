#!/bin/bash
# The administrative divisions into the database that LEGALNET_DATABASE names
# (see migrations/client.sh). Repeatable: a newer data package updates names and
# adds what is new.
#
#   migrations/regions/load.sh [DIRECTORY]      default: build/regions
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
directory=${1:-$here/../../build/regions}

if [ ! -s "$directory/regions.sql" ] || [ "$here/build.mjs" -nt "$directory/regions.sql" ] ||
    [ "$here/../package.json" -nt "$directory/regions.sql" ]; then
    PATH=$here/../../node_modules/.bin:$PATH node "$here/build.mjs" "$directory"
fi
"$here/../client.sh" <"$directory/regions.sql" >/dev/null
