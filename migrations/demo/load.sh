#!/bin/bash
# Demonstration data: the regions, then five places' invented bodies and people.
#
#   migrations/demo/load.sh VAR [SIZE]     into the private database under VAR
#   LEGALNET_DATABASE=mysql://... migrations/demo/load.sh "" [SIZE]
#
# SIZE is small (29,130 practitioners) or large (200,000, for benchmarks).
# Repeating it changes nothing that is there already.
set -euo pipefail

VAR=${1:-}
size=${2:-small}
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top"
build=${BUILD:-build}

if [ -z "${LEGALNET_DATABASE:-}" ]; then
    : "${VAR:?usage: $0 VAR [small|large]}"
    . conf/bin/lib.sh
    export LEGALNET_DATABASE="mysql://legalnet_admin@localhost/legalnet?socket=$(socket_path)"
    export LEGALNET_PASSWORD_FILE=$var/keys/admin_password
fi

part() {
    local began=$SECONDS
    echo "$1"
    "${@:2}"
    echo "  $((SECONDS - began)) s"
}

import() {
    "$build/legalnet" import "$1" "$build/demo/$size/$1.csv" --source demo
}

part "regions" migrations/regions/load.sh "$build/regions"
part "making the data ($size)" /usr/bin/python3 -B migrations/demo/generate.py \
    --regions "$build/regions/regions.tsv" --output "$build/demo/$size" --size "$size"
part "organizations" import organizations
part "practitioners" import practitioners
