#!/usr/bin/env bash
# Photographs every page in every state, and looks it over: tools/pictures.sh [part of a page's name | readme]
#
# The pages are those of app/examples/gallery; no server is needed. target/pictures/index.html shows the pictures and what
# was found. `readme` makes the pictures in docs/pictures instead.
source "$(dirname "$0")/lib.sh"

prepare tests

step "Every page in every state, as files"
cargo run -p baton-app --example gallery --features pages --locked --quiet

CHROMIUM=$(tools/chromium.sh)
export CHROMIUM
if [ "${1:-}" = readme ]; then
  step "The pictures of the README"
  node app/examples/gallery/readme.mjs
else
  step "Pictures"
  node app/examples/gallery/shots.mjs "$@"
fi
