#!/bin/bash
# The private MariaDB under VAR: database.sh start|stop
set -euo pipefail
. "$(dirname "$0")/lib.sh"

socket=$(socket_path)
keys=$var/keys
as_root=
[ "$(id -u)" != 0 ] || as_root=--user=root

start() {
    local tick pid
    if pid=$(running mariadbd); then
        echo "already running, process $pid"
        return
    fi
    if [ ! -d "$var/mysql/mysql" ]; then
        rm -rf "$var/mysql.new"
        mariadb-install-db --no-defaults $as_root --datadir="$var/mysql.new" --skip-test-db \
            --skip-name-resolve --force --auth-root-authentication-method=socket \
            --auth-root-socket-user="$(id -un)"
        mv "$var/mysql.new" "$var/mysql"
    fi
    rm -f "$socket" "$var/run/mariadbd.pid"
    setsid --fork mariadbd --defaults-file="$top/conf/mariadb.cnf" $as_root \
        --datadir="$var/mysql" --socket="$socket" --pid-file="$var/run/mariadbd.pid" \
        --log-error="$var/log/mariadb.log" --tmpdir="$var/tmp" \
        </dev/null >>"$var/log/mariadb.log" 2>&1 8>&-

    for ((tick = 0; tick < 600; tick++)); do
        if mariadb --no-defaults -S "$socket" -u "$(id -un)" -e 'SELECT 1' >/dev/null 2>&1; then
            accounts
            return
        fi
        [ $tick -lt 20 ] || running mariadbd >/dev/null || break
        sleep 0.1
    done
    tail -n 20 "$var/log/mariadb.log"
    echo "MariaDB did not come up."
    exit 1
}

# legalnet_admin owns the schema (migrations, import); legalnet is what nginx
# uses and cannot change a table.
accounts() {
    secret "$keys/database_password"
    secret "$keys/admin_password"
    secret "$keys/legalnet.key"
    (umask 077 && cat >"$keys/admin.cnf") <<CNF
[client]
socket = $socket
user = legalnet_admin
password = $(cat "$keys/admin_password")
database = legalnet
default-character-set = utf8mb4
CNF
    mariadb --no-defaults -S "$socket" -u "$(id -un)" <<SQL
CREATE DATABASE IF NOT EXISTS legalnet CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE OR REPLACE USER legalnet_admin@localhost IDENTIFIED BY '$(cat "$keys/admin_password")';
CREATE OR REPLACE USER legalnet@localhost IDENTIFIED BY '$(cat "$keys/database_password")';
GRANT ALL ON legalnet.* TO legalnet_admin@localhost;
GRANT SELECT, INSERT, UPDATE, DELETE ON legalnet.* TO legalnet@localhost;
SQL
}

stop() {
    local pid
    pid=$(running mariadbd) || return 0
    kill "$pid"
    ends "$pid" 120 || { echo "MariaDB (process $pid) does not end; see $var/log/mariadb.log"; exit 1; }
}

"$1"
