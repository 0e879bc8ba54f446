#!/usr/bin/env bash
# Runs the benchmarks. Each crate keeps its own in benches/.
source "$(dirname "$0")/lib.sh"

if ! ls -d ./*/benches server/*/benches 2>/dev/null | grep -q .; then
  say "There are no benchmarks yet: no crate has a folder benches/."
  exit
fi
cargo bench --workspace --benches --locked "$@"
