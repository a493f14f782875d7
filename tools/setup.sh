#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# setup.sh [build] [run] [test] [safety] [bench] [tools] -- installs what is missing, and says what and why.
# Debian and Ubuntu: with apt-get. Elsewhere: names what is missing and fails.
set -euo pipefail

# group package pkg-config-name-or-command why
needed() {
	cat <<'LIST'
build gcc gcc the compiler
build libc6-dev - the C library's headers
build meson meson describes the build
build ninja-build ninja runs the build
build pkg-config pkg-config finds the libraries
build libuv1-dev libuv event loop
build libssl-dev libssl TLS and hashes
build libjansson-dev jansson JSON
build libsqlite3-dev sqlite3 the embedded store
build libinih-dev inih configuration files
run curl curl the first call
test libcmocka-dev cmocka unit tests
test python3 python3 black-box tests
test openssl openssl checks certificates from outside
tools clang clang the second compiler, fuzzing
tools clang-format clang-format the format of the sources
tools clang-tidy clang-tidy static analysis
tools cppcheck cppcheck static analysis
tools gcovr gcovr coverage
LIST
}

# One line a missing package: package, then why.
missing_packages() {
	local group package probe why
	while read -r group package probe why; do
		[[ " $* " == *" $group "* ]] || continue
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q ' installed$' ||
			echo "$package $why"
	done < <(needed)
}

missing_elsewhere() {
	local group package probe why
	while read -r group package probe why; do
		[[ " $* " == *" $group "* && $probe != - ]] || continue
		command -v "$probe" >/dev/null || pkg-config --exists "$probe" 2>/dev/null ||
			echo "$probe $why"
	done < <(needed)
}

say() {
	local name why
	while read -r name why; do
		printf '  %-16s %s\n' "$name" "$why"
	done
}

main() {
	local groups=("${@:-build}") missing packages apt=(apt-get)

	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		missing=$(missing_elsewhere "${groups[@]}")
		[[ -z $missing ]] && return 0
		echo "setup: please install these with your system's package manager:"
		say <<<"$missing"
		return 1
	fi
	missing=$(missing_packages "${groups[@]}")
	[[ -z $missing ]] && return 0
	echo "setup: these packages are missing and will be installed:"
	say <<<"$missing"
	mapfile -t packages < <(cut -d' ' -f1 <<<"$missing")
	if [[ $(id -u) != 0 ]]; then
		if ! command -v sudo >/dev/null; then
			echo "setup: needs root; as root: apt-get install ${packages[*]}"
			return 1
		fi
		apt=(sudo apt-get)
	fi
	export DEBIAN_FRONTEND=noninteractive
	"${apt[@]}" update -q
	"${apt[@]}" install -y -q --no-install-recommends "${packages[@]}"
}

main "$@"
