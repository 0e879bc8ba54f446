#!/usr/bin/env bash
# Rebuilds and restarts Baton after every change. cargo-leptos does it best and reloads the page too; where a person does
# not have it, this looks at the files once a second. Arguments go to `baton serve`.
source "$(dirname "$0")/lib.sh"

tools/setup.sh run
if have cargo-leptos; then exec cargo leptos watch -- serve --demo "$@"; fi

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

seen=
while :; do
  now=$(find app policy server style Cargo.toml Cargo.lock -type f -newer target/.watched 2>/dev/null | head -n 1)
  if [ -z "$seen" ] || [ -n "$now" ]; then
    seen=yes
    mkdir -p target && touch target/.watched
    # A change that does not build leaves the last good server running.
    if tools/site.sh && cargo build -p baton; then
      stop
      "$TARGET/debug/baton" serve --demo "$@" &
      server=$!
    fi
  fi
  sleep 1
done
