#!/usr/bin/env bash
# Builds what the browser gets, into target/site/pkg (the server serves it at /pkg/): baton.js and baton.wasm for the
# console's islands, main.css and clip.css, the icons, and each of them compressed beside it (.gz, .br).
#
#   tools/site.sh         builds what changed since the last time
#   tools/site.sh --css   only the style sheets and icons
source "$(dirname "$0")/lib.sh"

site=target/site
pkg=$site/pkg
work=target/site-work
wasm=wasm32-unknown-unknown
mkdir -p "$pkg" "$work"

# Called when something was rebuilt: the server can compress too, but not as well, and not in a debug build.
compress() {
  node -e '
    const fs = require("fs"), zlib = require("zlib");
    for (const name of process.argv.slice(1)) {
      const bytes = fs.readFileSync(name);
      fs.writeFileSync(name + ".gz", zlib.gzipSync(bytes, { level: 9 }));
      fs.writeFileSync(name + ".br", zlib.brotliCompressSync(bytes));
      const size = (suffix) => fs.statSync(name + suffix).size.toLocaleString("en");
      console.log(`   ${name}: ${size("")} bytes, ${size(".gz")} gzip, ${size(".br")} brotli`);
    }' "$@"
}

# unchanged NAME HASH FILE…: whether the files are there and were made from inputs with this hash.
unchanged() {
  local name=$1 hash=$2 file
  shift 2
  for file in "$@"; do [ -f "$file" ] || return 1; done
  [ "$(cat "$work/$name.hash" 2>/dev/null)" = "$hash" ]
}

# cargo knows best whether anything changed; the steps after it are skipped where its result is the same.
build_wasm() {
  local hash built=$TARGET/$wasm/wasm-release/baton_app.wasm
  step "Building the islands for the browser (one to two minutes the first time)"
  cargo build -p baton-app --lib --target "$wasm" --features hydrate --profile wasm-release
  hash=$(fingerprint "$built" package-lock.json tools/site.sh tools/lib.sh tools/check/wasm-weight.mjs)
  if unchanged wasm "$hash" "$pkg/baton.js" "$pkg/baton.wasm"; then return; fi

  "$TOOLS/bin/wasm-bindgen" --target web --no-typescript --out-dir "$work/bindgen" --out-name baton "$built"
  shrink_wasm "$work/bindgen/baton_bg.wasm" "$work/named.wasm" -g
  node tools/check/wasm-weight.mjs "$work/named.wasm" "$work/baton.wasm"
  # Modules that wasm-bindgen took from crates lie beside its script.
  if [ -d "$work/bindgen/snippets" ]; then cp -R "$work/bindgen/snippets" "$pkg/"; fi
  sed 's/baton_bg\.wasm/baton.wasm/g' "$work/bindgen/baton.js" >"$pkg/baton.js"
  mv "$work/baton.wasm" "$pkg/baton.wasm"
  compress "$pkg/baton.js" "$pkg/baton.wasm"
  printf '%s' "$hash" >"$work/wasm.hash"
}

# Into a folder of their own first: cargo-leptos empties the site's folder and copies them from there.
build_css() {
  local assets=target/site-assets/pkg hash sheet
  hash=$(fingerprint style package-lock.json tools/site.sh)
  if unchanged css "$hash" "$pkg/main.css" "$pkg/clip.css"; then return; fi

  step "Bundling the style sheets"
  mkdir -p "$assets"
  for sheet in main clip; do
    node_modules/.bin/lightningcss --bundle --minify --targets 'safari >= 16, chrome >= 111, firefox >= 115' \
      "style/$sheet.css" -o "$assets/$sheet.css"
  done
  if [ -d style/icons ]; then cp style/icons/* "$assets/"; fi
  cp "$assets"/* "$pkg/"
  compress "$pkg/main.css" "$pkg/clip.css"
  printf '%s' "$hash" >"$work/css.hash"
}

build_css
[ "${1:-}" = --css ] || build_wasm
