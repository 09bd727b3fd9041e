#!/bin/sh
# Checksums of the migrations: dbmate keeps none, and a file that was applied
# somewhere must never change.
#
#   migrations/sums.sh check    every file is listed and is what it was
#   migrations/sums.sh write    after adding a file
set -eu
cd "$(dirname "$0")"

listed() { sed 's/^[0-9a-f]*  //' SHA256SUMS | sort; }
present() { ls [0-9][0-9][0-9][0-9]_*.sql | sort; }

case "${1:-check}" in
write)
    sha256sum [0-9][0-9][0-9][0-9]_*.sql > SHA256SUMS
    ;;
check)
    if ! sha256sum --check --quiet --strict SHA256SUMS; then
        echo "migrations: a file differs from SHA256SUMS." \
             "An applied migration is never edited: undo the edit and add a new file." >&2
        exit 1
    fi
    if [ "$(listed)" != "$(present)" ]; then
        echo "migrations: SHA256SUMS does not list the files that are here." \
             "After adding a migration run migrations/sums.sh write." >&2
        exit 1
    fi
    ;;
*)
    echo "usage: $0 check | write" >&2
    exit 2
    ;;
esac
