#!/usr/bin/env bash
# Prints the path of the Chromium for the tests in a browser: CHROMIUM, else one that is installed, else Playwright's own.
# The headless shell comes first: it draws no windows, and the same journeys take it two thirds of the time.
source "$(dirname "$0")/lib.sh"

if [ -n "${CHROMIUM:-}" ]; then
  [ -x "$CHROMIUM" ] || fail "CHROMIUM names no program: $CHROMIUM" "" "set it to Chromium's executable, or unset it"
  say "$CHROMIUM"
  exit
fi

for name in chromium-headless-shell chromium chromium-browser google-chrome-stable google-chrome; do
  if have "$name"; then command -v "$name" && exit; fi
done

for app in "/Applications/Chromium.app/Contents/MacOS/Chromium" "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
  if [ -x "$app" ]; then say "$app" && exit; fi
done

own=$(node -e 'try { console.log(require("@playwright/test").chromium.executablePath()) } catch {}')
if [ -n "$own" ] && [ -x "$own" ]; then say "$own" && exit; fi

fail "no Chromium found" "" "make test installs it; or name its program in CHROMIUM"
