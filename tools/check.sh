#!/usr/bin/env bash
# Everything about the code that can be said without running it. Stops at the first finding.
source "$(dirname "$0")/lib.sh"

prepare check

step "Rust: format"
tools/fmt.sh --check -l || fail "the files above are not formatted" "" "make fmt"

step "Rust: clippy, for the server and for the browser (Cargo.lock must be up to date)"
cargo clippy --workspace --all-targets --locked -- -D warnings
cargo clippy -p baton-app --lib --features hydrate --target wasm32-unknown-unknown --locked -- -D warnings

step "Style sheets: stylelint, and the bundles build"
node_modules/.bin/stylelint 'style/**/*.css'
tools/site.sh --css

step "Tracked files: no machine's paths, no registry's addresses, links lead somewhere"
node tools/check/tracked-files.mjs
node tools/check/links.mjs

say "make check: everything in order."
