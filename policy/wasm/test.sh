#!/usr/bin/env bash
# Tests the policy's package: the golden vectors and bad input in Node and in Chromium, the README's example, the types, and
# the vectors' snapshots against the schema. tools/policy-pkg.sh builds the package; CHROMIUM names the browser.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ ! -f target/policy-pkg/index.js ]; then
  echo "policy/wasm/test.sh: there is no package; \`make policy-pkg\` builds it, \`make test-wasm\` does both" >&2
  exit 1
fi

node --test --test-reporter=spec policy/wasm/tests/*.test.mjs
