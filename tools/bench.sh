#!/usr/bin/env bash
# Runs the benchmarks. Each crate keeps its own in benches/.
source "$(dirname "$0")/lib.sh"

if [ -z "$(find . -path ./target -prune -o -path ./node_modules -prune -o -type d -name benches -print)" ]; then
  say "There are no benchmarks yet: no crate has a folder benches/."
  exit
fi
cargo bench --workspace --benches --locked "$@"
