#!/bin/bash
# Migrations: migrate.sh up|status.  DATABASE_URL serves another server; without
# it the private one under VAR.  A DBA may as well apply migrations/*.sql by hand
# (the part above `-- migrate:down`) and note each number in schema_migrations.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

if [ -z "${DATABASE_URL:-}" ]; then
    [ -s "$var/keys/admin_password" ] || fail "There is no database under $var yet: make run"
    DATABASE_URL="mysql://legalnet_admin:$(cat "$var/keys/admin_password")@/legalnet?socket=$(socket_path)"
fi
export DATABASE_URL
dbmate="dbmate --no-dump-schema --migrations-dir migrations"

case ${1:-up} in
status)
    $dbmate status
    ;;
up)
    migrations/sums.sh check
    if ! $dbmate migrate; then
        echo
        $dbmate status || true
        echo "The first migration marked [ ] failed, for the reason above; those before it are applied."
        echo "Each file holds one DDL statement, so nothing of it remains: remove the cause and run"
        echo "make migrate again."
        exit 1
    fi
    ;;
*)
    fail "usage: $0 up|status"
    ;;
esac
