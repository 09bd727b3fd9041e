#!/bin/bash
# The private nginx under VAR: nginx.sh configure|start|stop|ready
set -euo pipefail
. "$(dirname "$0")/lib.sh"

ops_port=${OPS_PORT:-$((PORT + 1))}

# Workers of a root-started nginx are www-data, if it can read the checkout and
# reach VAR; a checkout under /root leaves only root.
worker_user() {
    [ "$(id -u)" = 0 ] || return 0
    local path
    for path in "$top/conf" "$var/run" "$(dirname "$(socket_path)")"; do
        if ! setpriv --reuid=www-data --regid=www-data --clear-groups test -x "$path"; then
            echo "user root;"
            return
        fi
    done
    echo "user www-data;"
}

configure() {
    local brotli=/usr/lib/nginx/modules/ngx_http_brotli_static_module.so file brotli_static= listen6=
    mkdir -p "$var/tmp/body"
    [ ! -e $brotli ] || brotli_static="brotli_static on;"
    [ ! -s /proc/net/if_inet6 ] || listen6="listen [::]:$PORT;"
    for file in nginx.conf legalnet-http.conf legalnet.conf modules-enabled/50-legalnet.conf; do
        sed -e "s|@TOP@|$top|g; s|@VAR@|$var|g; s|@WEB@|$top/build/web|g" \
            -e "s|@MODULES@|$top/$BUILD/modules|g; s|@SOCKET@|$(socket_path)|g" \
            -e "s|@PORT@|$PORT|g; s|@OPS_PORT@|$ops_port|g; s|@PREFIX@||g" \
            -e "s|@WORKERS@|${WORKERS:-auto}|g; s|@USER@|$(worker_user)|g" \
            -e "s|@BROTLI_STATIC@|$brotli_static|g; s|@LISTEN6@|$listen6|g" \
            -e "s|@LOG_LEVEL@|${LOG_LEVEL:-warn}|g" \
            "conf/$file" >"$var/$(basename "$file")"
    done
    {
        [ -z "$brotli_static" ] || echo "load_module $brotli;"
        cat "$var/50-legalnet.conf"
    } >"$var/modules.conf"
    rm "$var/50-legalnet.conf"
    nginx -p "$var" -c "$var/nginx.conf" -e "$var/log/error.log" -t
}

# A new module needs a new process: reloading keeps the image that is loaded.
start() {
    stop
    nginx -p "$var" -c "$var/nginx.conf" -e "$var/log/error.log" 8>&-
}

ready() {
    local tick
    for ((tick = 0; tick < 300; tick++)); do
        curl -fsS "http://127.0.0.1:$ops_port/readyz" >"$var/log/readyz" 2>&1 && return
        sleep 0.1
    done
    curl -sS "http://127.0.0.1:$ops_port/readyz"
    tail -n 20 "$var/log/error.log"
    exit 1
}

stop() {
    local pid
    pid=$(running nginx) || return 0
    kill -QUIT "$pid"
    ends "$pid" 10 || { kill -TERM "$pid"; ends "$pid" 10; } || {
        echo "nginx (process $pid) does not end; see $var/log/error.log"
        exit 1
    }
}

"$1"
