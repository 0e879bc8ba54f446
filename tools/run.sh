#!/usr/bin/env bash
# Builds Baton and starts it with the demo organisation and its simulated iPhones. Arguments go to `baton serve`.
source "$(dirname "$0")/lib.sh"

prepare run
tools/site.sh
step "Building the server (three to four minutes the first time)"
cargo build -p baton
step "Starting Baton"
exec "$TARGET/debug/baton" serve --demo "$@"
