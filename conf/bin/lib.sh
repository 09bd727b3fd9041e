# What the scripts behind the Makefile share.  Sourced, with `set -euo pipefail`.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$top"

PORT=${PORT:-8080}
BUILD=${BUILD:-build}
mkdir -p "${VAR:=var}"
var=$(cd "$VAR" && pwd)
export PATH=$top/node_modules/.bin:$top/.toolchain/node_modules/.bin:$PATH:/usr/sbin

fail() {
    printf '\n%s\n' "$1" >&2
    [ $# -lt 2 ] || printf '%s\n' "${@:2}" >&2
    exit 1
}

# step TEXT HINT COMMAND...: one line of progress; on failure the end of what the
# command said, and what to do.
step() {
    local text=$1 hint=$2 began=$EPOCHREALTIME log took
    shift 2
    log=$var/log/make-$(basename "$1" .sh)${2:+-$2}.log
    printf '  %-34s ' "$text"
    if ! "$@" >"$log" 2>&1; then
        printf 'failed\n\n'
        tail -n 25 "$log" >&2
        fail "$text: failed. $hint" "All that it said is in $log"
    fi
    took=$(( ${EPOCHREALTIME/./} - ${began/./} ))
    printf '%5d.%d s\n' $((took / 1000000)) $((took / 100000 % 10))
}

# Socket paths end at 107 bytes: a deep checkout keeps its socket under /tmp.
socket_path() {
    local path=$var/run/mysql.sock
    if [ ${#path} -gt 100 ]; then
        path=/tmp/legalnet-$(id -u)-$(cksum <<<"$var" | cut -d' ' -f1)
        mkdir -p "$path"
        [ -O "$path" ] || fail "$path belongs to somebody else; choose a shorter VAR."
        chmod 711 "$path"
        path=$path/mysql.sock
    fi
    echo "$path"
}

# running NAME: the process of VAR/run/NAME.pid, if it is alive and really ours.
running() {
    local pid
    pid=$(cat "$var/run/$1.pid" 2>/dev/null) || return 1
    [ -n "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$var/" || return 1
    echo "$pid"
}

# ends PID SECONDS: wait until it is gone, or only waits to be reaped.
ends() {
    local tick
    for ((tick = 0; tick < $2 * 10; tick++)); do
        [ -n "$(tr -d '\0' 2>/dev/null <"/proc/$1/cmdline")" ] 2>/dev/null || return 0
        sleep 0.1
    done
    return 1
}

# secret FILE: 32 random bytes in hex, made once, for its owner only.
secret() {
    [ -s "$1" ] || (umask 077 && od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$1")
}

admin_sql() {
    mariadb --defaults-file="$var/keys/admin.cnf" --batch --skip-column-names "$@"
}

# use_database: what LEGALNET_DATABASE names, or the private one; then sql speaks to it.
use_database() {
    [ -z "${LEGALNET_DATABASE:-}" ] || return 0
    running mariadbd >/dev/null || fail "No MariaDB runs under $var: make run"
    export LEGALNET_DATABASE="mysql://legalnet_admin@localhost/legalnet?socket=$(socket_path)"
    export LEGALNET_PASSWORD_FILE=$var/keys/admin_password
}

sql() {
    migrations/client.sh --batch --skip-column-names "$@"
}

# render FILE: conf/FILE with every @NAME@ replaced from the array `names`.
declare -A names
render() {
    local name edits=
    for name in "${!names[@]}"; do
        edits+="s|@$name@|${names[$name]}|g;"
    done
    sed "$edits" "conf/$1"
}
