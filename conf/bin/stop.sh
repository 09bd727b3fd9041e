#!/bin/bash
# make stop: end the servers of VAR, nginx first; the data stay.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

mkdir -p "$var/log"
step "nginx" "End it by hand." conf/bin/nginx.sh stop
step "MariaDB" "It may still be writing; wait, and run make stop again." conf/bin/database.sh stop
