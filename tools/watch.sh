#!/usr/bin/env bash
# Rebuilds and restarts Baton after every change; it looks at the files once a second. Arguments go to `baton serve`.
source "$(dirname "$0")/lib.sh"

prepare run

say "Watching app/, policy/, server/ and style/. Stop with Ctrl-C."
server=
stop() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
  fi
}
trap stop EXIT
trap 'exit 130' INT TERM

# The mark's time is that of the look before: a change made during a build is found by the next look.
mark=target/.watch
mkdir -p target
rm -f "$mark"
while :; do
  touch "$mark.next"
  if [ ! -f "$mark" ] || find app policy server style Cargo.toml Cargo.lock -type f -newer "$mark" 2>/dev/null | grep -q .; then
    mv "$mark.next" "$mark"
    # A change that does not build leaves the last good server running.
    if tools/site.sh && cargo build -p baton; then
      stop
      "$TARGET/debug/baton" serve --demo "$@" &
      server=$!
    fi
  fi
  sleep 1
done
