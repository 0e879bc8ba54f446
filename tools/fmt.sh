#!/usr/bin/env bash
# Formats the Rust code; with --check it only says what is not formatted.
source "$(dirname "$0")/lib.sh"

# Debian's toolchain has no rustfmt; then any of rustup's toolchains will do.
if ! cargo fmt --version >/dev/null 2>&1 && have rustup; then
  for toolchain in $(rustup toolchain list | cut -d' ' -f1); do
    if RUSTUP_TOOLCHAIN=$toolchain cargo fmt --version >/dev/null 2>&1; then
      export RUSTUP_TOOLCHAIN=$toolchain
      break
    fi
  done
fi
cargo fmt --version >/dev/null 2>&1 || fail "rustfmt is missing" "no toolchain has it" "rustup component add rustfmt"
cargo fmt --all -- "$@"
