#!/usr/bin/env bash
# Everything about the code that can be said without running it: tools/check.sh [all|format|clippy|styles|files]
source "$(dirname "$0")/lib.sh"

prepare check

check_format() {
  step "Rust: format"
  tools/fmt.sh --check -l || fail "the files above are not formatted" "" "make fmt"
}

check_clippy() {
  step "Rust: clippy, for the server and for the browser (Cargo.lock must be up to date)"
  cargo clippy --workspace --all-targets --locked -- -D warnings
  cargo clippy -p baton-app --lib --features hydrate --target wasm32-unknown-unknown --locked -- -D warnings
}

check_styles() {
  step "Style sheets: stylelint, and the bundles build"
  node_modules/.bin/stylelint 'style/**/*.css'
  tools/site.sh --css
}

check_files() {
  step "Tracked files: no machine's paths, no registry's addresses, links lead somewhere, no unit test is left out"
  node tools/check/tracked-files.mjs
  node tools/check/links.mjs
  node tools/check/unit-tests.mjs
}

parts="format clippy styles files"
case ${1:-all} in
  all) each_part make\ check "$parts" ;;
  format | clippy | styles | files) "check_$1" ;;
  *) fail "unknown part: $1" "" "say all, or one of: $parts" ;;
esac
