#!/bin/bash
# make install: lay out what an nginx that already serves a site needs.
# DESTDIR= stages it, MOUNT= is where legalnet appears in that site.
#
# Nothing under /etc/nginx is touched; the end says what to add there.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

dest=${DESTDIR:-}
mount=${MOUNT:-/legal}
[[ $mount =~ ^(/[A-Za-z0-9._-]+)+$ ]] || fail "MOUNT=$mount: give a path such as /legal"
share=/usr/share/legalnet
etc=/etc/legalnet
state=/var/lib/legalnet

names=([TOP]=$share [VAR]=$etc [WEB]=$share/web [MODULES]=/usr/lib/nginx/modules
    [NOTICES]="# legalnet_notice_gateway main https://127.0.0.1:8443/send key_file=$etc/keys/notice.key;"
    [PAGES]=$state [SOCKET]=/run/mysqld/mysqld.sock [PREFIX]=$mount
    [BROTLI_STATIC]="# brotli_static on;    # with Debian's libnginx-mod-http-brotli-static")

install -d "$dest"/usr/{bin,include/legalnet,lib/nginx/modules,share/nginx/modules-available} \
    "$dest$share"/{conf/messages,migrations,web} "$dest$etc" "$dest$state"
install -d -m 700 "$dest$etc/keys"
install -m 644 "$BUILD"/modules/*.so "$dest/usr/lib/nginx/modules/"
install -m 644 modules/core/ln{,_scope,_outside}.h "$dest/usr/include/legalnet/"
[ ! -e "$BUILD/legalnet" ] || install -m 755 "$BUILD/legalnet" "$dest/usr/bin/"
cp -r build/web/. "$dest$share/web/"
render ../build/pages.conf >"$dest$state/pages.conf"
install -m 644 build/centers.html "$dest$share/centers.html"
install -m 755 conf/bin/centers.py "$dest/usr/bin/legalnet-centers"
install -m 644 conf/messages/*.json "$dest$share/conf/messages/"
install -m 644 conf/security-headers.conf conf/page.conf "$dest$share/conf/"
install -m 644 migrations/[0-9]*.sql migrations/SHA256SUMS "$dest$share/migrations/"

# Configuration that an administrator edits is never overwritten.
keep() {
    if [ -e "$dest$2" ]; then
        render "$1" >"$dest$2.new"
    else
        render "$1" >"$dest$2"
    fi
}
keep modules-enabled/50-legalnet.conf /usr/share/nginx/modules-available/mod-legalnet.conf
keep legalnet-http.conf $etc/legalnet-http.conf
keep legalnet.conf $etc/legalnet.conf

cat <<TXT
Installed. To add legalnet to the site that nginx serves already:

  1. keys      umask 077; for name in legalnet token-1 field-1 index; do
                   head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' > $etc/keys/\$name.key
               done
               the database account's password into $etc/keys/database_password  (chmod 600)
  2. modules   ln -s /usr/share/nginx/modules-available/mod-legalnet.conf /etc/nginx/modules-enabled/60-legalnet.conf
  3. database  edit $etc/legalnet-http.conf, then
               ln -s $etc/legalnet-http.conf /etc/nginx/conf.d/legalnet.conf
               (examples: conf/examples/ in the sources)
  4. site      inside its server { }:   include $etc/legalnet.conf;
  5. nginx -t && systemctl reload nginx
  6. centers   the list of service centers for who has no JavaScript; daily from cron, and after an import:
               legalnet-centers https://THE.SITE$mount/api/v1 $share/centers.html $state/centers.html

It then answers under $mount/.  A newer module needs a restart or nginx's binary
upgrade: a reload keeps the code that is loaded.
TXT
