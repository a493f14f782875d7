#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh SECONDS -- runs each harness that long from its kept corpus. New inputs go to
# build-fuzz/corpus/NAME; a finding stays in build-fuzz/NAME-*: copy it to fuzz/corpus/NAME
# when it is fixed, and the ordinary tests replay it.
set -euo pipefail
cd "$(dirname "$0")/.."

passed=0 failed=0
for harness in fuzz/fuzz_*.c; do
	name=${harness#fuzz/fuzz_}
	name=${name%.c}
	mkdir -p "build-fuzz/corpus/$name"
	echo "fuzz $name: $1 s"
	if "build-fuzz/fuzz/fuzz_$name" -max_total_time="$1" -print_final_stats=1 \
		-timeout=10 -artifact_prefix="build-fuzz/$name-" \
		"build-fuzz/corpus/$name" "fuzz/corpus/$name" >"build-fuzz/$name.log" 2>&1; then
		grep -E 'number_of_executed_units' "build-fuzz/$name.log"
		passed=$((passed + 1))
	else
		tail -n 40 "build-fuzz/$name.log"
		failed=$((failed + 1))
	fi
done
echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
