#!/bin/bash
# make test and make prove: tests/run.sh [prove | LANE...]
#
# Lanes: style; suite (browser operations db unit together: their waiting fills each
# other's gaps); shipped; web; sanitizer (fault api plugin fuzz).  What asks the API and
# what does it harm runs once, with the modules under sanitizers; `shipped` is what needs
# them as they are shipped.  Or by the folder's name.
# Every lane runs even when one before it failed; the exit status tells. With AGAIN=1
# the tests of a lane that failed are run once more: a shared machine may be late once,
# a mistake is there the second time too. What failed once stays in the output.
set -uo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/node_modules/.bin:$PWD/.toolchain/node_modules/.bin:$PATH

conf/bin/packages.sh run test || exit 1
make --no-print-directory node build || exit 1

# the longest files first, so that none runs alone at the end
suite="browser operations db unit"
failed=
lane() {
    local name=$1 began=$SECONDS
    shift
    printf '\n== %s\n' "$name"
    if "$@"; then
        printf '== %s: passed, %d s\n' "$name" $((SECONDS - began))
    else
        printf '== %s: FAILED, %d s\n' "$name" $((SECONDS - began))
        failed="$failed $name"
    fi
}

# pytest over the folders that hold tests; several stacks at a time, for much of a
# test is waiting, but one where time is measured (prove) and on an existing
# server, which all would share.
python_tests() {
    local marker=$1 folder folders=() workers=${WORKERS:-3}
    shift
    [[ $marker != prove ]] || workers=0
    for folder in "$@"; do
        [ -z "$(find "tests/$folder" -name 'test_*.py' 2>/dev/null)" ] || folders+=("tests/$folder")
    done
    [ ${#folders[@]} -gt 0 ] || return 0
    [ -z "${DATABASE:-}" ] || workers=0
    set -- /usr/bin/python3 -m pytest -q -n $workers --dist loadfile -m "$marker" "${folders[@]}"
    "$@" && return
    [ $? = 1 ] && [ -n "${AGAIN:-}" ] || return 1
    echo "once more, what failed:"
    "$@" --last-failed --last-failed-no-failures=none
}

web_tests() {
    npm run --silent --if-present test -w web
}

sanitized() {
    make --no-print-directory modules tool SANITIZE=1 && LN_SANITIZE=1 WORKERS=4 python_tests "$@"
}

if [ "${1:-}" = prove ]; then
    export LN_TEST_DISK=1 # what is promised, is promised with a disk
    lane prove python_tests prove fault plugin api db
    lane sanitizer sanitized prove fuzz
else
    for name in ${*:-style suite shipped web sanitizer}; do
        case $name in
        suite) lane suite python_tests "not prove" $suite ;;
        shipped) lane shipped python_tests shipped fault ;;
        web) lane web web_tests ;;
        sanitizer) lane sanitizer sanitized "not prove" fault api plugin fuzz ;;
        *) lane "$name" python_tests "not prove" "$name" ;;
        esac
    done
fi

printf '\n'
if [ -n "$failed" ]; then
    echo "failed:$failed"
    exit 1
fi
echo "all lanes passed in $SECONDS s"
