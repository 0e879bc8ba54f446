#!/usr/bin/env bash
# Runs one fuzz target of the policy: policy/fuzz/run.sh rule_text|snapshot|engine_and_oracle [SECONDS]
#
# The same as `cargo +nightly fuzz run -s none TARGET`, for who has no cargo-fuzz: libFuzzer with coverage, no sanitizer,
# because the policy has no unsafe code. Overflows and debug assertions are checked. It needs a nightly compiler and a
# C++ compiler. Findings are left in policy/fuzz/artifacts, what was learned in policy/fuzz/corpus.
set -eu -o pipefail
cd "$(dirname "$0")"

target=${1:?say which target: rule_text, snapshot or engine_and_oracle}
seconds=${2:-600}
case $target in
  rule_text) shape=(-max_len=512 -only_ascii=0 -dict=words.dict) seeds=seeds/rule_text ;;
  snapshot) shape=(-max_len=4096 -dict=words.dict) seeds=seeds/snapshot ;;
  engine_and_oracle) shape=(-max_len=48 -len_control=0) seeds=random ;;
  *) echo "policy/fuzz/run.sh: there is no target \`$target\`" >&2 && exit 1 ;;
esac

folder=$(cd ../.. && pwd)/target/policy-fuzz
host=$(rustc +nightly -vV | sed -n 's/^host: //p')
# What cargo-fuzz passes, but for the sanitizer.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Coverflow-checks -Ccodegen-units=1"
cargo +nightly build --locked --release --target "$host" --target-dir "$folder" --bin "$target"

mkdir -p "corpus/$target" "artifacts/$target"
if [ "$seeds" = random ]; then
  # Organisations to begin with: the bytes are seeds.
  seeds="corpus/$target"
  [ -n "$(ls -A "$seeds")" ] || for number in $(seq 48); do head -c 48 /dev/urandom >"$seeds/seed-$number"; done
fi
exec "$folder/$host/release/$target" "corpus/$target" "$seeds" "${shape[@]}" -artifact_prefix="artifacts/$target/" \
  -max_total_time="$seconds" -timeout=20 -rss_limit_mb=4096 -print_final_stats=1
