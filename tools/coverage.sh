#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Branch coverage of src/group/ by its unit tests, a line per file. Fails under 100 %: the
# rules are pure, so nothing in them is out of a test's reach.
set -eu

cd "$(dirname "$0")/.."
tests="arena department departure employee external field group_calls group_create group_effects
	group_legacy group_update people rule str text"
build=build-coverage

[ -f $build/build.ninja ] ||
	meson setup $build -Db_coverage=true -Dbuildtype=debug >/dev/null
find $build -name '*.gcda' -delete # counts add up over runs
targets=
for t in $tests; do
	targets="$targets tests/unit/test_$t"
done
# shellcheck disable=SC2086 # a list of words
ninja -j2 -C $build $targets >/dev/null
for t in $targets; do
	CMOCKA_MESSAGE_OUTPUT=STDOUT $build/"$t" >$build/coverage.log 2>&1 || {
		cat $build/coverage.log >&2
		exit 1
	}
done
gcovr --root . --object-directory $build --filter 'src/group/' --branches \
	--fail-under-branch 100 $build/src/group
