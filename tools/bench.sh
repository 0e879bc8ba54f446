#!/usr/bin/env bash
# Runs the benchmarks: tools/bench.sh [arguments for cargo bench]
#
# Optimised builds, on SQLite and on a throw-away PostgreSQL; the first build takes some minutes. Results are printed as
# tables and written to target/bench/. Close what else runs on the machine: the figures are only as quiet as it is.
source "$(dirname "$0")/lib.sh"

prepare tests
step "Benchmarks of the server: signing in, the clip's pages, starting, following an edit"
tools/with-postgres.sh cargo bench -p baton --bench baton --locked "$@"
