#!/usr/bin/env bash
# Builds the policy for WebAssembly and runs the golden vectors against it in Node.
# Takes wasm-bindgen from PATH or .tools/bin, and honours CARGO_TARGET_DIR.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
export PATH="$root/.tools/bin:$PATH"

for tool in cargo wasm-bindgen node; do
  if ! command -v "$tool" >/dev/null; then
    echo "policy/wasm/test.sh: \`$tool\` is missing; \`make run\` installs what is needed" >&2
    exit 1
  fi
done

cd "$root"
echo "building the policy for WebAssembly"
cargo build --quiet -p baton-policy-wasm --target wasm32-unknown-unknown --profile wasm-release
wasm-bindgen --target experimental-nodejs-module --remove-name-section --out-dir "$target/policy-wasm" \
  "$target/wasm32-unknown-unknown/wasm-release/baton_policy_wasm.wasm"
echo '{"type":"module"}' >"$target/policy-wasm/package.json"

node "$here/test.mjs" "$target/policy-wasm/baton_policy_wasm.js" "$root/policy/vectors"
