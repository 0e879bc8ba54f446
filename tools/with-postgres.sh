#!/usr/bin/env bash
# Runs a command beside a throw-away PostgreSQL server: own folder, own port, own user; gone afterwards, also on failure.
#
#   tools/with-postgres.sh CMD…    CMD finds the server in BATON_TEST_POSTGRES_URL (a superuser, who may create databases)
#   tools/with-postgres.sh --find  prints the folder of PostgreSQL's programs, or fails
#
# Where BATON_TEST_POSTGRES_URL is set already, that server is used and nothing is started.
source "$(dirname "$0")/lib.sh"

find_programs() {
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5,5nr) \
    /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then say "$folder" && return; fi
  done
  if have initdb && have pg_ctl; then dirname "$(command -v initdb)" && return; fi
  fail "PostgreSQL's server programs are missing" "no initdb and pg_ctl found" \
    "install the package postgresql, or name a running server in BATON_TEST_POSTGRES_URL"
}

if [ "${1:-}" = --find ]; then find_programs && exit; fi
if [ -n "${BATON_TEST_POSTGRES_URL:-}" ]; then exec "$@"; fi

programs=$(find_programs)

# A database per test is hundreds of files per test: in memory where there is room, which is three times as fast.
folder=${TMPDIR:-/tmp}
if [ -w /dev/shm ] && [ "$(df -Pm /dev/shm | awk 'NR == 2 { print $4 }')" -ge 2048 ]; then folder=/dev/shm; fi
home=$(mktemp -d "$folder/baton-pg.XXXXXX")

# PostgreSQL refuses to run as root.
owner=
if [ "$(id -u)" = 0 ]; then
  owner=nobody
  if id postgres >/dev/null 2>&1; then owner=postgres; fi
  chown "$owner" "$home"
fi
as_owner() {
  if [ -z "$owner" ]; then
    (cd "$home" && "$@")
  elif have runuser; then
    (cd "$home" && runuser -u "$owner" -- "$@")
  else
    (cd "$home" && setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups "$@")
  fi
}

remove() {
  as_owner "$programs/pg_ctl" stop -D "$home/data" -m immediate -s >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap remove EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

as_owner "$programs/initdb" -D "$home/data" -U baton --auth=trust -E UTF8 --locale=C --no-sync >"$home.log" 2>&1 || {
  cat "$home.log" >&2
  rm -f "$home.log"
  fail "the throw-away PostgreSQL could not be set up" "initdb failed (see above)" "check free space in $folder"
}
rm -f "$home.log"

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })')
# Nothing here has to survive a power cut, so it need not wait for the disk; nor is any table here for long enough that
# tidying it up would pay.
as_owner "$programs/pg_ctl" start -w -s -D "$home/data" -l "$home/log" -o "-p $port -k $home -c listen_addresses=127.0.0.1 \
  -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_connections=300" || {
  cat "$home/log" >&2
  fail "the throw-away PostgreSQL did not start" "see above" "run this again"
}

BATON_TEST_POSTGRES_URL="postgres://baton@127.0.0.1:$port/postgres" "$@"
