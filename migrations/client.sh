#!/bin/bash
# The mariadb client on the database that LEGALNET_DATABASE names:
#
#   LEGALNET_DATABASE='mysql://user[:password]@host[:port]/name[?socket=/path][?tls_ca=/path]' \
#   [LEGALNET_PASSWORD_FILE=/path] migrations/client.sh [OPTION...] <file.sql
#
# LEGALNET_CLIENT=mariadb-dump calls that one instead.
#
# The password goes through the environment: arguments are seen by everybody.
set -euo pipefail

url=${LEGALNET_DATABASE:?a URL like mysql://user@host/name}
pattern='^mysql://([^:@/]*)(:([^@/]*))?@([^:/?]*)(:([0-9]+))?/([^?]+)(\?((socket|tls_ca)=([^&]+)))?$'

if ! [[ $url =~ $pattern ]]; then
    echo "$0: LEGALNET_DATABASE is not of the form mysql://user[:password]@host[:port]/name," >&2
    echo "or that with ?socket=/path or ?tls_ca=/path (TLS, and the authority that signed for the host)" >&2
    exit 2
fi

decoded() {
    printf '%b' "${1//%/\\x}"
}

user=$(decoded "${BASH_REMATCH[1]}")
password=$(decoded "${BASH_REMATCH[3]}")
host=${BASH_REMATCH[4]:-localhost}
port=${BASH_REMATCH[6]}
name=$(decoded "${BASH_REMATCH[7]}")
socket= tls=()
case ${BASH_REMATCH[10]} in
socket) socket=$(decoded "${BASH_REMATCH[11]}") ;;
tls_ca) tls=(--ssl --ssl-ca="$(decoded "${BASH_REMATCH[11]}")" --ssl-verify-server-cert) ;;
esac

if [ -z "$password" ] && [ -n "${LEGALNET_PASSWORD_FILE:-}" ]; then
    password=$(cat "$LEGALNET_PASSWORD_FILE")
fi

# The client takes localhost for the socket that it was compiled with.
protocol=
[ -z "$port" ] || protocol=--protocol=tcp

export MYSQL_PWD=$password
exec "${LEGALNET_CLIENT:-mariadb}" --no-defaults --default-character-set=utf8mb4 \
    --user="$user" --host="$host" $protocol ${port:+--port="$port"} ${socket:+--socket="$socket"} \
    "${tls[@]}" "$@" "$name"
