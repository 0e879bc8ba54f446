#!/usr/bin/env bash
# Debian's own Rust as rustup's toolchain `debian`, with the wasm32 target built from Debian's source package.
# For machines that cannot reach rustup's server. Called by setup.sh: debian-rust.sh WANTED_VERSION
#
# Debian ships the compiler and the library's source but no wasm32 library, so this builds it once (about a minute)
# and copies it to where the compiler looks for it.
source "$(dirname "$0")/lib.sh"

wanted=$1
wasm=wasm32-unknown-unknown
packages="rustc-web cargo-web rust-web-src rust-web-llvm rust-web-clippy lld-22"

installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -q '^installed$'; }

missing=()
for package in $packages; do installed "$package" || missing+=("$package"); done
if [ "${#missing[@]}" -gt 0 ]; then apt_install "Rust with the target $wasm" "${missing[@]}"; fi

version=$(/usr/bin/rustc -V | cut -d' ' -f2 | cut -d- -f1)
at_least "$version" "$wanted" ||
  fail "Debian's Rust is too old" "found $version, needed $wanted" "enable Debian's security packages (bookworm-security), then apt-get update"

rustup toolchain list | grep -q '^debian' || rustup toolchain link debian /usr
export RUSTUP_TOOLCHAIN=debian

folder=$(rustc --print target-libdir --target "$wasm")
if ! ls "$folder"/libstd-*.rlib >/dev/null 2>&1; then
  confirm "Building Rust's library for $wasm and copying it to $folder (about a minute)." ||
    fail "the target $wasm is missing" "you said no" "run this again and say yes"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cargo init --quiet --lib --vcs none --name empty "$work"
  (cd "$work" && RUSTC_BOOTSTRAP=1 cargo build --quiet --release -Zbuild-std=std,panic_abort --target "$wasm" --target-dir target) ||
    fail "Rust's library for $wasm could not be built" "see above" "check the network (the library's own dependencies are fetched), then run this again"
  as_root mkdir -p "$folder"
  for library in "$work/target/$wasm/release/deps/"*.rlib; do
    case $(basename "$library") in
      libempty-*) ;;
      *) as_root cp "$library" "$folder/" ;;
    esac
  done
fi

mkdir -p "$TOOLS"
say debian >"$TOOLS/toolchain"
say "Using Debian's Rust $version for this checkout (remembered in $TOOLS/toolchain)."
