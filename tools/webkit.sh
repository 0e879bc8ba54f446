#!/usr/bin/env bash
# Prints the path of the driver for WebKit, the engine of Safari: WEBKIT_DRIVER, else WebKitGTK's. It needs a screen that
# nobody sees (Xvfb), so both must be there.
#
# On a Mac there is none: WebKitGTK is not built for it, and Safari's own driver opens windows on the desk, one at a time, only
# after `safaridriver --enable`, and never without WebAssembly.
source "$(dirname "$0")/lib.sh"

if [ -n "${WEBKIT_DRIVER:-}" ]; then
  [ -x "$WEBKIT_DRIVER" ] || fail "WEBKIT_DRIVER names no program: $WEBKIT_DRIVER" "" "set it to WebKitWebDriver's path, or unset it"
  say "$WEBKIT_DRIVER"
  exit
fi

[ "$(uname)" = Linux ] || fail "no WebKit for the tests in a browser" "WebKitGTK and its driver run on Linux only" "run them on Linux, or leave them to CI"
have Xvfb && have WebKitWebDriver ||
  fail "no WebKit for the tests in a browser" "WebKitWebDriver and Xvfb are not both on the PATH" "make test installs them on Debian: webkit2gtk-driver xvfb"
command -v WebKitWebDriver
