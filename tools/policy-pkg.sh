#!/usr/bin/env bash
# Builds the policy as a JavaScript package for Node and browsers, into target/policy-pkg, and says what it weighs.
# `policy/wasm/package` has what is written by hand; the types are made from policy/wasm/types.schema.json.
source "$(dirname "$0")/lib.sh"

# prepare has been called where a test runs this.
[ "${1:-}" = --prepared ] || prepare run

out=target/policy-pkg
work=target/policy-pkg-work
wasm=wasm32-unknown-unknown
# Of everything in it, compressed by brotli. The target is missed (docs/policy.md says by what); the bound keeps it from
# growing until then. Lower it with every saving.
target_size=100000
at_most=220000

step "Building the policy for JavaScript"
cargo build -p baton-policy-wasm --locked --target "$wasm" --profile wasm-release
rm -rf "$out" "$work"
mkdir -p "$out" "$work"
"$TOOLS/bin/wasm-bindgen" --target web --no-typescript --remove-name-section --out-dir "$work" \
  "$TARGET/$wasm/wasm-release/baton_policy_wasm.wasm"
shrink_wasm "$work/baton_policy_wasm_bg.wasm" "$out/baton_policy_wasm_bg.wasm"
cp "$work/baton_policy_wasm.js" policy/wasm/package/* policy/snapshot.schema.json LICENSE-MIT LICENSE-APACHE "$out/"
node tools/policy-types.mjs policy/wasm/types.schema.json "$out/types.d.ts"

node -e '
  const fs = require("fs"), { brotliCompressSync } = require("zlib");
  const [folder, target, most] = process.argv.slice(1).map((given, index) => (index ? Number(given) : given));
  let loaded = 0, all = 0;
  for (const name of fs.readdirSync(folder).sort()) {
    const size = brotliCompressSync(fs.readFileSync(`${folder}/${name}`)).length;
    all += size;
    if (/\.(js|wasm)$/.test(name)) loaded += size;
    console.log(`   ${size.toLocaleString("en").padStart(8)}  ${name}`);
  }
  const shown = (size) => size.toLocaleString("en");
  console.log(`   ${folder}: ${shown(all)} bytes in brotli, ${shown(loaded)} of them are loaded`);
  if (all > target) console.log(`   That is ${shown(all - target)} more than the target of ${shown(target)}.`);
  if (all > most) {
    console.error(`Stopped: the package has ${shown(all)} bytes in brotli, and may have ${shown(most)}`);
    process.exitCode = 1;
  }
' "$out" "$target_size" "$at_most"
