# shellcheck shell=bash disable=SC2034 # the variables are for the scripts that source this
# What the scripts in tools/ share: messages, questions, versions, fingerprints. Sourced by bash, also by macOS's bash 3.2.
# It moves to the root of the checkout, so that every path in the scripts is relative to it.

set -eu -o pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# rustup's programs, also in a shell that was opened before rustup was installed.
PATH=$PATH:${CARGO_HOME:-${HOME:-}/.cargo}/bin

# The one folder, beside target/ and node_modules/, that the set-up writes into.
TOOLS=.tools
TARGET=${CARGO_TARGET_DIR:-target}

# The set-up notes here which toolchain it had to choose, where rustup's default one cannot build for the browser.
choose_toolchain() {
  if [ -z "${RUSTUP_TOOLCHAIN:-}" ] && [ -f "$TOOLS/toolchain" ]; then
    RUSTUP_TOOLCHAIN=$(cat "$TOOLS/toolchain")
    export RUSTUP_TOOLCHAIN
  fi
}
choose_toolchain

# prepare run|check|tests: the set-up, and its choice of a toolchain for this script too.
prepare() {
  tools/setup.sh "$1"
  choose_toolchain
}

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }

# fail WHAT WHY REMEDY: the three things a person needs to go on.
fail() {
  printf '\nStopped: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf '  Why:     %s\n' "$2" >&2
  [ -z "${3:-}" ] || printf '  Remedy:  %s\n' "$3" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

interactive() { [ -t 0 ] && [ -t 1 ] && [ "${CI:-}" != true ]; }

# confirm WHAT: says what is about to change; on a terminal it asks, elsewhere it goes on.
confirm() {
  say "$1"
  interactive || return 0
  local answer
  read -r -p "Go on? [Y/n] " answer
  case $answer in
    "" | y | Y | yes | Yes) ;;
    *) return 1 ;;
  esac
}

# at_least HAVE WANTED: compares versions such as 1.95.0, number by number.
at_least() {
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -t. -k1,1n -k2,2n -k3,3n | head -n 1)" = "$2" ]
}

# with_limit SECONDS CMD…: ends CMD after that time where the system has `timeout` (macOS has none).
with_limit() {
  local seconds=$1
  shift
  if have timeout; then timeout "$seconds" "$@"; else "$@"; fi
}

# fingerprint PATH…: one hash over the names and contents of the files below these paths.
fingerprint() {
  local sum=sha256sum
  have sha256sum || sum="shasum -a 256"
  # shellcheck disable=SC2086 # the command has arguments
  find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 $sum | $sum | cut -d' ' -f1
}

# as_root CMD…: runs CMD with the rights to install packages.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# each_part NAME PARTS: calls this script again for each part, all of them also after one failed, and says how each ended.
each_part() {
  local name=$1 part begin word summary="" failed=""
  for part in $2; do
    begin=$SECONDS
    if "tools/$(basename "$0")" "$part"; then
      word="passed"
    else
      word="FAILED"
      failed="$failed $part"
    fi
    summary="$summary$(printf '  %s  %-7s %5d s' "$word" "$part" $((SECONDS - begin)))
"
  done
  printf '\n%s:\n%s' "$name" "$summary"
  [ -z "$failed" ] || fail "$name found something in:$failed" "" "look for the first error of that part above"
}

# shrink_wasm IN OUT […]: a module for the browser, smaller; further arguments go to wasm-opt. What one caller has stays a
# function of its own: that is more bytes, and fewer once they are compressed.
shrink_wasm() {
  local from=$1 to=$2
  shift 2
  node_modules/.bin/wasm-opt -Os "$@" --one-caller-inline-max-function-size=15 --enable-bulk-memory \
    --enable-bulk-memory-opt --enable-call-indirect-overlong --enable-multivalue --enable-mutable-globals \
    --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext "$from" -o "$to"
}

debian_like() { have apt-get && have dpkg; }

# apt_install WHY PACKAGE…: installs Debian packages, after saying so. Fails with the remedy where it may not.
apt_install() {
  local why=$1
  shift
  local remedy="as an administrator: apt-get install $*"
  [ "$(id -u)" = 0 ] || have sudo || fail "$why needs the Debian packages: $*" "you are not root, and sudo is missing" "$remedy"
  confirm "Installing Debian packages for $why: $*" ||
    fail "$why needs the Debian packages: $*" "you said no" "$remedy"
  if [ ! -f "$TOOLS/apt-updated" ] || [ -n "$(find "$TOOLS/apt-updated" -mmin +720)" ]; then
    say "apt-get update"
    as_root apt-get update -q=2 || fail "the list of Debian packages cannot be fetched" "apt-get update failed (see above)" "check the network, then run this again"
    mkdir -p "$TOOLS" && touch "$TOOLS/apt-updated"
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q=2 -o Dpkg::Use-Pty=0 --no-install-recommends "$@" ||
    fail "the Debian packages could not be installed: $*" "apt-get install failed (see above)" "$remedy"
}
