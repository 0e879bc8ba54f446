#!/usr/bin/env bash
# Runs one fuzz target of the server: server/fuzz/run.sh openid_callback|ldap_answers|user_csv [SECONDS]
#
# The same as `cargo +nightly fuzz run -s none TARGET`, for who has no cargo-fuzz: libFuzzer with coverage, no sanitizer,
# because Baton has no unsafe code. Overflows and debug assertions are checked. It needs a nightly compiler and a C++
# compiler. Findings are left in server/fuzz/artifacts, what was learned in server/fuzz/corpus. Without seconds the corpus
# is tried once: server/fuzz/run.sh TARGET 0.
set -eu -o pipefail
cd "$(dirname "$0")"

target=${1:?say which target: openid_callback, ldap_answers or user_csv}
seconds=${2:-600}
features=()
case $target in
  openid_callback) shape=(-max_len=4096 -len_control=20 -dict=openid.dict) ;;
  ldap_answers) shape=(-max_len=2048 -len_control=20) ;;
  user_csv) shape=(-max_len=1024 -dict=csv.dict) features=(--features services) ;;
  *) echo "server/fuzz/run.sh: there is no target \`$target\`" >&2 && exit 1 ;;
esac

folder=$(cd ../.. && pwd)/target/server-fuzz
host=$(rustc +nightly -vV | sed -n 's/^host: //p')
# What cargo-fuzz passes, but for the sanitizer.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Coverflow-checks -Ccodegen-units=1"
cargo +nightly build --locked --release --target "$host" --target-dir "$folder" --bin "$target" \
  "${features[@]}"

mkdir -p "corpus/$target" "artifacts/$target"
# Databases of user_csv: a disk would be what is measured.
[ -d /dev/shm ] && export TMPDIR=/dev/shm
if [ "$seconds" = 0 ]; then shape+=(-runs=0); fi
exec "$folder/$host/release/$target" "corpus/$target" "seeds/$target" "${shape[@]}" -artifact_prefix="artifacts/$target/" \
  -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -print_final_stats=1
