#!/usr/bin/env bash
# Runs the tests: tools/test.sh [all|rust|wasm|e2e] [arguments for the test runner]
#
# rust  the workspace's tests, on SQLite and on a throw-away PostgreSQL
# wasm  the policy's JavaScript package: golden vectors and bad input in Node and Chromium, types, schema
# e2e   journeys in Chromium and WebKit against a real server with simulated iPhones, in Chromium on both databases
source "$(dirname "$0")/lib.sh"

part=${1:-all}
[ $# = 0 ] || shift

prepare tests

# Rust tests wait for phones and servers a good part of their time. Where all parts run, what the browser gets is built
# meanwhile; the parts after it then find the slow part of it done. What is wrong with it they find too, and say so.
build_for_browsers() {
  local log=$TARGET/for-browsers.log
  step "Meanwhile: what the browser gets, and the policy for JavaScript (see $log)"
  { nice tools/policy-pkg.sh --prepared && nice tools/site.sh; } >"$log" 2>&1 || say "Not built; the part that needs it says why."
}

test_rust() {
  local for_browsers="" status=0
  step "Rust tests, on SQLite and PostgreSQL"
  if [ -n "${BATON_TEST_ALL:-}" ]; then
    # Compiled first: two builds at a time would only wait for each other.
    cargo test --workspace --locked --no-run --quiet
    build_for_browsers &
    for_browsers=$!
  fi
  if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --workspace --locked "$@" || status=$?
  else
    cargo test --workspace --locked --all-targets "$@" || status=$?
  fi
  # Also when tests failed: the next part builds in the same folders.
  [ -z "$for_browsers" ] || wait "$for_browsers"
  [ "$status" = 0 ] || return "$status"
  step "Rust examples in the documentation"
  cargo test --workspace --locked --doc --quiet
}

test_wasm() {
  tools/policy-pkg.sh --prepared
  step "The policy's package in Node and Chromium"
  CHROMIUM=$(tools/chromium.sh)
  export CHROMIUM
  policy/wasm/test.sh
}

test_e2e() {
  tools/site.sh
  step "Journeys in Chromium and WebKit, on SQLite and PostgreSQL"
  # With the features that the Rust tests are built with, so that nothing is compiled twice.
  cargo test --workspace --locked --no-run --quiet --test it
  CHROMIUM=$(tools/chromium.sh)
  BATON_PROGRAM=$(cd "$TARGET/debug" && pwd)/baton
  export CHROMIUM BATON_PROGRAM
  if WEBKIT_DRIVER=$(tools/webkit.sh); then
    export WEBKIT_DRIVER
  else
    [ "${CI:-}" != true ] || fail "CI tests every browser, and there is no WebKit" "see above"
    unset WEBKIT_DRIVER
    say "Left out: WebKit, with and without WebAssembly (see above). Chromium alone is tested."
  fi
  node_modules/.bin/playwright test --config end2end/playwright.config.mjs "$@"
}

case $part in
  wasm) test_wasm ;;
  all | rust | e2e)
    # One PostgreSQL for all parts; the second pass through this script finds its address set.
    if [ -z "${BATON_TEST_POSTGRES_URL:-}" ]; then
      exec tools/with-postgres.sh tools/test.sh "$part" "$@"
    elif [ "$part" = all ]; then
      export BATON_TEST_ALL=1
      each_part make\ test "rust wasm e2e"
    else
      "test_$part" "$@"
    fi
    ;;
  *) fail "unknown part: $part" "" "say all, rust, wasm or e2e" ;;
esac
