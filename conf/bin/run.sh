#!/bin/bash
# make run: from a checkout to a running, filled instance.  Harmless when it
# runs already; PORT and VAR let another instance run beside this one.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

mkdir -p "$var"/{log,run,tmp,keys}
chmod 711 "$var" "$var/run" "$var/tmp"
chmod 700 "$var/keys" "$var/log"
exec 8>"$var/run/.lock"
flock -n 8 || fail "Another make run works on $var at this moment."

# Free, or ours already.
port_is_free() {
    running nginx >/dev/null || ! (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null
}

compile() {
    make --no-print-directory build
}

demo_data() {
    if [ "$(admin_sql -e 'SELECT COUNT(*) FROM (SELECT 1 FROM organization LIMIT 1) o')" = 0 ]; then
        migrations/demo/load.sh "$var"
    fi
}

# One for each of the branches that the law wants apart.  The passwords are shown
# this once, are in no log, and must be changed at the first sign-in.
first_administrators() {
    [ "$(admin_sql -e "SELECT COUNT(*) FROM account WHERE kind = 'staff'" legalnet)" = 0 ] || return 0
    (
        use_database
        for branch in system security audit; do
            "$BUILD/legalnet" admin create "$branch" --role "${branch}_administrator" \
                --key-file "$var/keys/legalnet.key"
        done
    )
}

echo "legalnet in $var"
step "Debian packages" "Install them by hand and run make run again." \
    conf/bin/packages.sh run
if ! port_is_free; then
    fail "Something else answers on port $PORT." "Stop it, or choose another: make run PORT=$((PORT + 10)) VAR=$VAR"
fi
step "Node packages" "Is the npm registry reachable? Then run make run again." \
    conf/bin/npm-ci.sh
step "modules, program, pages" "This is a mistake in the sources or a missing header." \
    compile
step "MariaDB" "See $var/log/mariadb.log; is the disk full?" \
    conf/bin/database.sh start
step "migrations" "Nothing was started on this schema." \
    conf/bin/migrate.sh up
if [ -x migrations/demo/load.sh ]; then
    step "demonstration data" "Empty the database (make stop; rm -r $VAR/mysql) and run make run again." \
        demo_data
fi
step "nginx configuration" "Correct the line that nginx names." \
    conf/bin/nginx.sh configure
step "nginx" "See $var/log/error.log." \
    conf/bin/nginx.sh start
step "answers" "See $var/log/error.log and http://127.0.0.1:$((PORT + 1))/readyz." \
    conf/bin/nginx.sh ready
step "list of service centers" "Does the API answer? See $var/log/error.log." \
    conf/bin/nginx.sh centers

administrators=$(first_administrators) ||
    fail "The first administrators could not be made." "Is $var/keys/admin_password the database's?"

cat <<TXT

legalnet answers at  http://localhost:$PORT/
the API              http://localhost:$PORT/api/v1/openapi.json
try                  curl -G 'http://localhost:$PORT/api/v1/practitioners' --data-urlencode 'q=zhang' -d limit=3
operations           curl http://127.0.0.1:$((PORT + 1))/readyz    (healthz, readyz, metrics)
sign-in codes        $var/notices.jsonl    (there is no SMS gateway)
logs and data        $var
stop                 make stop$([ "$VAR" = var ] || echo " VAR=$VAR")
TXT
if [ -n "$administrators" ]; then
    printf '\nadministrators, each with a password for the first sign-in (shown only now):\n'
    printf '%s\n' "$administrators" | sed 's/^/  /'
fi
