#!/bin/bash
# The private nginx under VAR: nginx.sh configure|start|stop|ready|centers
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

# The first of each kind; one that was retired is not made again.
field_and_token_keys() {
    local kind
    for kind in token field; do
        compgen -G "$var/keys/$kind-*.key" >/dev/null || secret "$var/keys/$kind-1.key"
    done
    secret "$var/keys/index.key"
}

configure() {
    field_and_token_keys
    local brotli=/usr/lib/nginx/modules/ngx_http_brotli_static_module.so
    local workers=$(nproc)
    [ "$workers" -le 8 ] || workers=8   # conf/mariadb.cnf: 8 x 14 connections x 2 < 300
    names=([TOP]=$top [VAR]=$var [WEB]=$top/build/web [PAGES]=$var/pages [MODULES]=$top/$BUILD/modules
        [SOCKET]=$(socket_path) [PORT]=$PORT [OPS_PORT]=$ops_port [PREFIX]= [LISTEN6]=
        [BROTLI_STATIC]= [NOTICES]="legalnet_notice_file $var/notices.jsonl;" [WORKERS]=${WORKERS:-$workers} [LOG_LEVEL]=${LOG_LEVEL:-warn}
        [USER]=$(worker_user))
    [ ! -s /proc/net/if_inet6 ] || names[LISTEN6]="listen [::]:$PORT;"
    [ ! -e $brotli ] || names[BROTLI_STATIC]="brotli_static on;"

    local file
    for file in nginx.conf legalnet-http.conf legalnet.conf; do
        render $file >"$var/$file"
    done
    {
        [ ! -e $brotli ] || echo "load_module $brotli;"
        render modules-enabled/50-legalnet.conf
    } >"$var/modules.conf"
    mkdir -p "$var/tmp/body" "$var/pages"
    render ../build/pages.conf >"$var/pages/pages.conf"
    nginx -p "$var" -c "$var/nginx.conf" -e "$var/log/error.log" -t
}

# A new module needs a new process: reloading keeps the image that is loaded.
start() {
    stop
    nginx -p "$var" -c "$var/nginx.conf" -e "$var/log/error.log" 8>&-
}

ready() {
    local tick url=http://127.0.0.1
    for ((tick = 0; tick < 300; tick++)); do
        if curl -fsS "$url:$ops_port/readyz" && curl -fsS -o "$var/log/page" "$url:$PORT/"; then
            return
        fi
        sleep 0.1
    done
    tail -n 20 "$var/log/error.log"
    exit 1
}

# The list of service centers for who has no JavaScript, of the data as they are now.
centers() {
    conf/bin/centers.py "http://127.0.0.1:$PORT/api/v1" build/centers.html "$var/pages/centers.html"
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
