#!/usr/bin/env bash
# Runs the benchmarks: tools/bench.sh [all|server|policy] [for the server: arguments for cargo bench]
#
#   server  on SQLite and on a throw-away PostgreSQL
#   policy  Baton's policy engine beside cedar-policy and regorus, natively and in WebAssembly; some minutes
#
# Optimised builds; the first ones take some minutes. Results are printed as tables and written to target/bench/. Close
# what else runs on the machine: the figures are only as quiet as it is.
source "$(dirname "$0")/lib.sh"

bench_server() {
  prepare tests
  step "Benchmarks of the server: signing in, the clip's pages, starting, following an edit"
  tools/with-postgres.sh cargo bench -p baton --bench baton --locked "$@"
}

# The comparison is a workspace of its own, so that nothing else compiles the other engines.
bench_policy() {
  [ $# = 0 ] || fail "the policy's benchmark takes no arguments" "it got: $*" "run: make bench ARGS=policy"
  prepare run
  local build=$TARGET/policy-bench wasm=wasm32-unknown-unknown
  export PATH="$PWD/$TOOLS/bin:$PATH"
  in_bench() { cargo build --quiet --locked --manifest-path policy/bench/Cargo.toml --target-dir "$build" "$@"; }
  # in_wasm NAME PROFILE …: the module for Node, in its own folder.
  in_wasm() {
    local name=$1 profile=$2
    shift 2
    in_bench -p baton-policy-bench-wasm --target "$wasm" --profile "$profile" "$@"
    wasm-bindgen --target experimental-nodejs-module --out-dir "$build/$name" \
      "$build/$wasm/$profile/baton_policy_bench_wasm.wasm"
    printf '{"type":"module"}\n' >"$build/$name/package.json"
  }
  step "Building the policy's benchmark, natively and for WebAssembly"
  in_bench --release
  in_wasm wasm release
  in_wasm wasm-small wasm-release --no-default-features
  step "Benchmark of the policy: Baton beside cedar-policy and regorus"
  "$build/release/policy-bench" "$TARGET/bench"
  step "Benchmark of the policy in WebAssembly"
  node policy/bench/wasm/run.mjs "$build/wasm/baton_policy_bench_wasm.js" \
    "$build/wasm-small/baton_policy_bench_wasm.js" "$TARGET/bench/policy.json"
}

part=${1:-all}
[ $# = 0 ] || shift
case $part in
  all) each_part make\ bench "server policy" ;;
  server | policy) "bench_$part" "$@" ;;
  *) fail "unknown part: $part" "" "say all, server or policy" ;;
esac
