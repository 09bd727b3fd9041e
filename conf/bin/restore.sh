#!/bin/bash
# make restore FILE=…: what `make backup` wrote, into an empty database.
#
# LEGALNET_DATABASE names another server than the private one under VAR (see
# migrations/client.sh), which is started and made when it is not there.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

file=${1:-}
[ -n "$file" ] || fail "Which backup?  make restore FILE=var/backup/legalnet-….sql.gz"
[ -r "$file" ] || fail "$file cannot be read."

# All of it is looked at before anything is written.
gzip -t "$file" || fail "$file is damaged; nothing was restored."
gzip -dc "$file" | tail -n 1 | grep -q '^-- Dump completed' ||
    fail "$file ends early; nothing was restored."
head=$(gzip -dc "$file" | sed -n '1,2p;2q' || true)
versions=$(sed -n 's/^-- migrations: //p' <<<"$head")
grep -q '^-- legalnet backup ' <<<"$head" && [ -n "$versions" ] ||
    fail "$file is no backup of legalnet; nothing was restored."

# Modules run on their schema and on the next one, so an older backup is fine.
for version in $versions; do
    # numbers from 9000 on are for modules of others, who bring their own files
    [ "$version" -ge 9000 ] || ls migrations/"$version"_*.sql >/dev/null 2>&1 ||
        fail "This backup has migration $version, which these sources do not know." \
            "Restore it with the version of legalnet that it is from, or a newer one."
done

if [ -z "${LEGALNET_DATABASE:-}" ]; then
    mkdir -p "$var"/{log,run,tmp,keys}
    chmod 711 "$var" "$var/run" "$var/tmp"
    chmod 700 "$var/keys" "$var/log"
    step "MariaDB" "See $var/log/mariadb.log; is the disk full?" conf/bin/database.sh start
fi
use_database
tables=$(sql -e 'SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()')
[ "$tables" = 0 ] ||
    fail "The database holds $tables tables; a backup is restored into an empty one only." \
        "Give another VAR, or another empty schema in LEGALNET_DATABASE."

gzip -dc "$file" | migrations/client.sh ||
    fail "Restoring failed, for the reason above: what stands there now is not whole." \
        "Empty the database, remove the cause, and restore again."

there=$(sql -e 'SELECT version FROM schema_migrations ORDER BY version' | xargs)
[ "$there" = "$versions" ] ||
    fail "The migrations in the database ($there) are not those of the backup ($versions)."
tables=$(sql -e 'SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()')
echo "$tables tables restored, migrations to ${versions##* }."
echo "With the legalnet.key of that time in keys/, make run brings it up to date and serves it."
