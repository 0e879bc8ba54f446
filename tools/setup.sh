#!/usr/bin/env bash
# Makes the machine ready. Every step looks first and changes something only where it has to; nothing to do costs a second.
#
#   tools/setup.sh run     what `make run` needs: Rust with the wasm32 target, a C compiler, Node, and the site's tools
#   tools/setup.sh check   what `make check` needs: the linters instead of wasm-bindgen
#   tools/setup.sh tests   all of that, and what the tests run on: Playwright, PostgreSQL, OpenLDAP, Chromium, WebKit
#
# Tools go into .tools/, target/ and node_modules/. Only Debian packages and rustup's toolchains touch the system,
# and each is announced before (and asked for on a terminal).
source "$(dirname "$0")/lib.sh"

wanted_rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
wanted_node=20
wanted_bindgen=$(sed -n 's/^wasm-bindgen = "=\(.*\)"/\1/p' Cargo.toml)
wasm=wasm32-unknown-unknown

rust_ready() {
  have cargo && have rustc && at_least "$(rustc -V | cut -d' ' -f2 | cut -d- -f1)" "$wanted_rust"
}

wasm_ready() {
  local folder
  folder=$(rustc --print target-libdir --target "$wasm" 2>/dev/null) && ls "$folder"/libstd-*.rlib >/dev/null 2>&1
}

# Both questions have one answer: a toolchain that is new enough and knows the wasm32 target.
ensure_rust() {
  have cargo || have rustup ||
    fail "Rust is missing" "neither cargo nor rustup is on the PATH" "install Rust from https://rustup.rs, then run this again"
  if rust_ready && wasm_ready; then return; fi

  if have rustup && ! rust_ready; then
    confirm "Rust $wanted_rust or newer is needed. Fetching rustup's stable toolchain." &&
      RUST_BACKTRACE=0 RUSTUP_MAX_RETRIES=1 with_limit 900 rustup toolchain install stable --profile minimal -c clippy -c rustfmt || true
  fi
  if have rustup && rust_ready && ! wasm_ready; then
    confirm "Adding the target $wasm to Rust (rustup target add)." &&
      RUST_BACKTRACE=0 RUSTUP_MAX_RETRIES=1 with_limit 600 rustup target add "$wasm" || true
  fi
  if rust_ready && wasm_ready; then return; fi

  local remedy="rustup toolchain install stable && rustup target add $wasm (needs rustup's server)"
  if have rustup && debian_like && [ -z "${RUSTUP_TOOLCHAIN:-}" ]; then
    say "rustup's toolchains will not do, so Debian's own Rust takes their place for this checkout."
    tools/debian-rust.sh "$wanted_rust" || fail "no Rust toolchain with the target $wasm" "rustup's server and Debian's packages both failed (see above)" "$remedy"
    choose_toolchain
  fi
  rust_ready || fail "Rust $wanted_rust or newer is needed" "found: $(rustc -V 2>&1 | head -n 1)" "$remedy"
  wasm_ready || fail "Rust has no target $wasm" "it could not be added (see above)" "$remedy"
}

ensure_compiler() {
  if have cc; then return; fi
  if debian_like; then
    apt_install "the C compiler" gcc libc6-dev make
  else
    fail "a C compiler is missing" "SQLite and the cryptography are partly written in C, and there is no 'cc' on the PATH" \
      "macOS: xcode-select --install; Linux: install your distribution's gcc or clang"
  fi
}

ensure_node() {
  have node && have npm && at_least "$(node -p process.versions.node)" "$wanted_node" ||
    fail "Node.js $wanted_node or newer with npm is needed" "found: $(node --version 2>/dev/null || echo none)" \
      "install it from https://nodejs.org or with your version manager, then run this again"
}

# The program must be of exactly the library's version. Unoptimised it still takes well under a second, and builds in a third
# of the time.
ensure_bindgen() {
  if [ "$("$TOOLS/bin/wasm-bindgen" --version 2>/dev/null)" = "wasm-bindgen $wanted_bindgen" ]; then return; fi
  step "Installing wasm-bindgen $wanted_bindgen into $TOOLS (about a minute, once)"
  CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    CARGO_PROFILE_RELEASE_DEBUG=false PATH="$PWD/$TOOLS/bin:$PATH" \
    cargo install wasm-bindgen-cli --version "=$wanted_bindgen" --bin wasm-bindgen --root "$TOOLS" --target-dir "$TARGET/tools" --force ||
    fail "wasm-bindgen $wanted_bindgen could not be installed" "cargo install failed (see above)" \
      "check the network; or put that version's program into $TOOLS/bin yourself"
}

# ensure_packages site|all: npm's packages, for the site alone or for the tests too.
ensure_packages() {
  local stamp=node_modules/.baton-$1 all=node_modules/.baton-all lock
  lock=$(fingerprint package.json package-lock.json)
  if [ "$(cat "$all" 2>/dev/null)" = "$lock" ] || [ "$(cat "$stamp" 2>/dev/null)" = "$lock" ]; then return; fi
  local omit=()
  [ "$1" = all ] || omit=(--omit=dev)
  step "Installing npm packages ($1) into node_modules"
  npm ci --no-audit --no-fund --loglevel=error "${omit[@]+"${omit[@]}"}" ||
    fail "the npm packages could not be installed" "npm ci failed (see above)" "check the network, then run this again"
  printf '%s\n' "$lock" >"$stamp"
}

ensure_postgres() {
  if [ -n "${BATON_TEST_POSTGRES_URL:-}" ] || tools/with-postgres.sh --find >/dev/null 2>&1; then return; fi
  if debian_like; then
    apt_install "the tests on PostgreSQL (they start a server of their own and leave Debian's alone)" postgresql
  else
    fail "PostgreSQL's server programs are missing" "the tests start a throw-away server of their own" \
      "install PostgreSQL 15 or newer (macOS: brew install postgresql), or name a server in BATON_TEST_POSTGRES_URL"
  fi
}

# without_services CMD…: runs CMD while Debian packages may not start their services. Also when it fails, the ban ends.
without_services() {
  local ban=/usr/sbin/policy-rc.d status=0
  if [ -e "$ban" ]; then
    "$@"
    return
  fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$ban" >/dev/null && as_root chmod +x "$ban" || true
  ("$@") || status=$?
  as_root rm -f "$ban"
  return "$status"
}

# The tests start a server of their own. Without one they leave the real directory out and say so; in CI they fail.
ensure_slapd() {
  if tools/slapd.sh >/dev/null 2>&1; then return; fi
  if debian_like; then
    local was_there=false
    if dpkg -s slapd >/dev/null 2>&1; then was_there=true; fi
    without_services apt_install "the tests on a real directory (they start a server of their own; Debian's stays off)" slapd ldap-utils
    # It would start with the machine next time; one that somebody runs already is left alone.
    if [ "$was_there" = false ] && have systemctl; then as_root systemctl disable slapd >/dev/null 2>&1 || true; fi
  elif [ "${CI:-}" = true ]; then
    tools/slapd.sh
  else
    say "Left out: the tests on a real directory. OpenLDAP's server is missing; install it with your package manager (macOS: brew install openldap)."
  fi
}

# Journeys change the embedded database from outside with it; Node has SQLite from version 22 on only.
ensure_python() {
  if have python3 && python3 -c 'import sqlite3' 2>/dev/null; then return; fi
  if debian_like; then
    apt_install "journeys that look into the database" python3
  else
    say "Missing: Python 3 with sqlite3, for the journeys of passkeys; install it with your package manager."
  fi
}

# Any Chromium will do; CI, which waits for it, fetches the quicker one beside it where Debian has it.
ensure_chromium() {
  local package=chromium
  if debian_like && apt-cache show chromium-headless-shell >/dev/null 2>&1; then package=chromium-headless-shell; fi
  if tools/chromium.sh >/dev/null 2>&1; then
    if [ "${CI:-}" != true ] || [ -n "${CHROMIUM:-}" ] || have "$package"; then return; fi
  fi
  if debian_like; then
    apt_install "the tests in a browser" "$package" fonts-dejavu-core
  else
    confirm "Fetching Playwright's Chromium for the tests in a browser." && npx playwright install chromium ||
      fail "no Chromium for the tests in a browser" "Playwright could not fetch it (see above)" \
        "install Chromium or Chrome and name its program in CHROMIUM"
  fi
}

# Where there is no WebKit to be had, tools/test.sh says that the tests leave it out.
ensure_webkit() {
  if tools/webkit.sh >/dev/null 2>&1; then return; fi
  if debian_like; then apt_install "the tests in WebKit, Safari's engine" webkit2gtk-driver xvfb; fi
}

purpose=${1:-run}
case $purpose in
  run) packages=site ;;
  check | tests) packages=all ;;
  *) fail "unknown argument: $purpose" "" "say run, check or tests" ;;
esac

ensure_node
ensure_compiler
ensure_rust
ensure_packages "$packages"
if [ "$purpose" != check ]; then ensure_bindgen; fi
if [ "$purpose" = tests ]; then
  ensure_postgres
  ensure_slapd
  ensure_python
  ensure_chromium
  ensure_webkit
fi
