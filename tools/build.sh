#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# build.sh DIR [MESON OPTION]... -- configures DIR if need be, and builds all of it. A folder
# that was configured before the tests' library was installed is configured again.
set -euo pipefail
cd "$(dirname "$0")/.."

dir=$1
shift
if [[ ! -f $dir/build.ninja ]]; then
	meson setup "$dir" "$@"
elif ! meson introspect --tests "$dir" | grep -q '"qun:unit"'; then
	meson setup --reconfigure "$dir" "$@"
fi
if [[ " $* " == *" -Dfuzz=true "* ]]; then
	ninja -C "$dir" fuzzers
else
	ninja -C "$dir"
fi
