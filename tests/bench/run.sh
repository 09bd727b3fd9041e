#!/bin/bash
# make bench: the modules beside nginx's own limit, Go and Node, in one run.
# BENCH_SECONDS (default 4) a measurement, BENCH_ROUNDS (default 3) of each,
# BENCH_PAGE_ROUNDS (default 5) visits of each page; `run.sh page` measures these alone,
# `run.sh auth` what tokens and sign-ins cost.
# BENCH_SIZE (default large: 200,000 people; small: the 29,130 of make run).
set -euo pipefail
cd "$(dirname "$0")/../.."
export PATH=$PWD/node_modules/.bin:$PATH

conf/bin/packages.sh run test bench
[ "${1:-}" != page ] || exec /usr/bin/python3 -B tests/bench/page.py

mkdir -p build/bench
GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$PWD/build/bench/go-cache \
    go build -o build/bench/peer-go tests/bench/peers/peer.go

if [ "${1:-}" = auth ]; then
    GO111MODULE=off GOCACHE=$PWD/build/bench/go-cache \
        go build -o build/bench/token-go tests/bench/peers/token.go
    exec /usr/bin/python3 -B tests/bench/auth.py
fi

exec /usr/bin/python3 -B tests/bench/bench.py
