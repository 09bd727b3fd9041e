#!/bin/bash
# make backup: every table of the database into one file, while it serves.
#
#   backup.sh [FILE]     VAR/backup/legalnet-<time>.sql.gz unless said
#
# One snapshot of all tables: writes go on meanwhile, and what a transaction wrote
# is there whole or not at all.  A migration in between makes it fail, and leave no
# file.  LEGALNET_DATABASE names another server than the private one under VAR (see
# migrations/client.sh).  The keys are not in it: they belong in another place.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
umask 077
use_database

file=${1:-$var/backup/legalnet-$(date -u +%Y%m%dT%H%M%SZ).sql.gz}
[ ! -e "$file" ] || fail "$file is there already; nothing was written."
mkdir -p "$(dirname "$file")"

versions=$(sql -e 'SELECT version FROM schema_migrations ORDER BY version' | xargs)
[ -n "$versions" ] || fail "There is nothing to save: this database has no migrations."

trap 'rm -f "$file.part"' EXIT
{
    echo "-- legalnet backup $(date -u +%Y-%m-%dT%H:%M:%SZ)"
    echo "-- migrations: $versions"
    # No DROP TABLE: whoever feeds it to a database that is in use gets an error.
    LEGALNET_CLIENT=mariadb-dump migrations/client.sh --single-transaction --skip-lock-tables \
        --quick --hex-blob --skip-add-drop-table --skip-triggers --no-tablespaces
} | gzip >"$file.part"
gzip -dc "$file.part" | tail -n 1 | grep -q '^-- Dump completed' ||
    fail "The dump ends early; nothing was kept."
sync "$file.part"
mv "$file.part" "$file"

echo "$file: $(stat -c %s "$file") bytes, migrations to ${versions##* }"
echo "Keep it away from this machine, and $var/keys/legalnet.key in a third place."
