#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh SECONDS -- runs each harness that long from its kept corpus, two at a time. New inputs
# go to build-fuzz/corpus/NAME; a finding stays in build-fuzz/NAME-*: copy it to
# fuzz/corpus/NAME when it is fixed, and the ordinary tests replay it.
set -uo pipefail
cd "$(dirname "$0")/.."

# NAME SECONDS
run_one() {
	mkdir -p "build-fuzz/corpus/$1"
	if "build-fuzz/fuzz/fuzz_$1" -max_total_time="$2" -print_final_stats=1 -timeout=20 \
		-dict="fuzz/$1.dict" -artifact_prefix="build-fuzz/$1-" \
		"build-fuzz/corpus/$1" "fuzz/corpus/$1" >"build-fuzz/$1.log" 2>&1; then
		echo "ok $1: $(grep -a number_of_executed_units "build-fuzz/$1.log")"
	else
		echo "FAILED $1: $(tail -n 40 "build-fuzz/$1.log")"
	fi
}
export -f run_one

said=$(for harness in fuzz/fuzz_*.c; do
	name=${harness#fuzz/fuzz_}
	echo "${name%.c}"
done | xargs -P 2 -I NAME bash -c "run_one NAME $1" | tee /dev/stderr)
passed=$(grep -ac '^ok ' <<<"$said")
failed=$(grep -ac '^FAILED ' <<<"$said")
echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
