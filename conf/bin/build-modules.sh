#!/bin/bash
# Build the dynamic modules against nginx's headers: build-modules.sh SRC OUT
#
# SRC is Debian's nginx-dev tree (it carries conf_flags, the very options of the
# installed nginx) or a source tree of any newer nginx.  OUT receives nginx/ (the
# configured copy) and modules/*.so.  SANITIZE=1 builds with ASan and UBSan.
# NGINX_FLAGS replaces the configure options for trees without conf_flags.
set -euo pipefail

src=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
top=$(cd "$(dirname "$0")/../.." && pwd)
tree=$out/nginx

exec 9>"$out/.lock"
flock 9

warnings="-Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wvla -Wno-unused-parameter"
cc_opt="-std=gnu11 -O2 -g $warnings"
ld_opt=
if [ "${SANITIZE:-}" = 1 ]; then
    cc_opt="$cc_opt -fsanitize=address,undefined -fno-omit-frame-pointer"
    # nodelete: nginx unloads modules before it exits; reports need their symbols,
    # and what their statics hold is not a leak.
    ld_opt="-fsanitize=address,undefined -Wl,-z,nodelete"
else
    cc_opt="$cc_opt -fstack-protector-strong -D_FORTIFY_SOURCE=2"
    ld_opt="-Wl,-z,relro -Wl,-z,now"
fi

if [ -f "$src/conf_flags" ]; then
    . "$src/conf_flags"
else
    options="--with-compat --with-debug --with-threads --with-http_ssl_module --with-http_v2_module"
    read -r -a NGX_CONF_FLAGS <<<"${NGINX_FLAGS:-$options}"
fi

# What decides the generated Makefile: configure again only when this changes.
stamp=$({
    echo "$src $cc_opt $ld_opt ${NGX_CONF_FLAGS[*]}"
    cksum "$src/src/core/nginx.h" "$top/config"
    ls "$top"/modules/*/*.[ch] 2>/dev/null || true
} | cksum)

if [ "$(cat "$out/.configured" 2>/dev/null)" != "$stamp" ]; then
    rm -rf "$tree" "$out/.configured"
    cp -r "$src" "$tree"
    rm -rf "$tree/objs" "$tree/Makefile"
    cd "$tree"
    configure=./configure
    [ -x $configure ] || configure=auto/configure
    if ! $configure "${NGX_CONF_FLAGS[@]}" --with-cc-opt="$cc_opt" --with-ld-opt="$ld_opt" \
            --add-dynamic-module="$top" >"$out/configure.log" 2>&1; then
        tail -n 20 "$out/configure.log" >&2
        echo "configuring against $src failed; the whole log is $out/configure.log" >&2
        exit 1
    fi
    echo "$stamp" >"$out/.configured"
fi

cd "$tree"
if ! make -s -j2 -f objs/Makefile modules >"$out/make.log" 2>&1; then
    cat "$out/make.log" >&2
    exit 1
fi

# install(1) unlinks before it writes: a running nginx keeps the image it mapped.
mkdir -p "$out/modules"
for so in objs/*legalnet*.so; do
    install -C -m 644 "$so" "$out/modules/"
done
