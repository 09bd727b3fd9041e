#!/bin/bash
# Install what is missing of Debian's packages: packages.sh [run] [test] [bench]
#
# Only this needs privilege.  No service is started, and one that a package
# enables for the next boot is disabled again, unless it was there before.
set -euo pipefail

run="ca-certificates gcc make libc6-dev util-linux procps
    nginx nginx-dev libnginx-mod-http-brotli-static
    mariadb-server-core mariadb-client libmariadb-dev libjansson-dev libssl-dev libcurl4-openssl-dev libjwt-dev libargon2-dev
    nodejs npm curl python3"
test="python3-pytest python3-pytest-xdist python3-httpx python3-pymysql
    python3-hypothesis python3-jsonschema python3-cryptography openssl libcmocka-dev clang libclang-rt-14-dev
    libasan8 libubsan1 chromium fonts-noto-cjk"
bench="wrk golang-go golang-github-go-sql-driver-mysql-dev"

wanted=
for group in "$@"; do
    wanted="$wanted ${!group}"
done

missing=
for package in $wanted; do
    if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
        # A command from elsewhere serves as well as Debian's package.
        case $package in
        nodejs) command -v node >/dev/null && continue ;;
        npm) command -v npm >/dev/null && continue ;;
        esac
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
        echo "These packages are missing and this user cannot install them:"
        echo "  apt-get install --no-install-recommends$missing"
        echo "Ask an administrator, or run the same command as root."
        exit 1
    }
    exec sudo "$0" "$@"
fi

echo "installing:$missing"
enabled=/etc/systemd/system/multi-user.target.wants/nginx.service
nginx_enabled=$(ls $enabled 2>/dev/null || true)
if [ ! -e /usr/sbin/policy-rc.d ]; then
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
fi

export DEBIAN_FRONTEND=noninteractive
install="apt-get install -y --no-install-recommends -o Dpkg::Use-Pty=0 -o Acquire::Retries=3"
$install $missing || { apt-get update && $install $missing; }

# What `systemctl disable nginx` does, also where systemctl is missing.
[ -n "$nginx_enabled" ] || rm -f $enabled
