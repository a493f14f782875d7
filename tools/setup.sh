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
build libseccomp-dev libseccomp limits the system calls of the server
run curl curl the first call
test libcmocka-dev cmocka unit tests
test python3 python3 black-box tests
test openssl openssl checks certificates from outside
bench wrk wrk load on a server
bench nginx nginx what HTTP alone is compared with
bench ejabberd ejabberdctl what the whole is compared with
bench erlang-p1-sqlite3 - its SQLite back end
bench valgrind valgrind counts instructions
safety clang clang builds the fuzz targets
safety libclang-rt-14-dev - sanitizers and libFuzzer
safety llvm llvm-cov which branches the corpus reaches
safety afl++ afl-fuzz the second fuzzer
safety nginx nginx to compare how HTTP is read
safety libnginx-mod-http-echo - shows what nginx has read
safety apache2-bin apache2 likewise
safety haproxy haproxy likewise
safety nodejs node likewise
safety mount mount file systems in files, whose power is cut
safety e2fsprogs mkfs.ext4 one of them
safety xfsprogs xfs_io the other, and how it is cut off
safety faketime faketime a process for which it is 2038
tools clang clang the second compiler, fuzzing
tools clang-format clang-format the format of the sources
tools clang-tidy clang-tidy static analysis
tools cppcheck cppcheck static analysis
tools gcovr gcovr coverage
tools systemd systemd-analyze how much the service could do
tools binutils readelf how the program was built
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

# install_quietly PACKAGE... -- Some bring services. Here they are programs that a suite runs in
# a folder of its own: none is started now (policy-rc.d), nor at the next boot.
install_quietly() {
	local policy=/usr/sbin/policy-rc.d root=() units before

	[[ $(id -u) == 0 ]] || root=(sudo)
	before=$(enabled_units)
	if [[ ! -e $policy ]]; then
		# shellcheck disable=SC2064
		trap "${root[*]} rm -f $policy" EXIT
		"${root[@]}" install -m 755 /dev/stdin $policy <<<$'#!/bin/sh\nexit 101'
	fi
	"${root[@]}" apt-get update -q
	"${root[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -q --no-install-recommends "$@"
	mapfile -t units < <(comm -13 <(echo "$before") <(enabled_units))
	[[ ${#units[@]} == 0 || -z ${units[0]} ]] && return 0
	echo "setup: not started, and disabled: ${units[*]}"
	"${root[@]}" systemctl disable "${units[@]}"
}

enabled_units() {
	command -v systemctl >/dev/null || return 0
	systemctl list-unit-files --state=enabled --no-legend --no-pager 2>/dev/null |
		cut -d' ' -f1 | sort || true
}

main() {
	local groups=("${@:-build}") missing packages

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
	if [[ $(id -u) != 0 ]] && ! command -v sudo >/dev/null; then
		echo "setup: needs root; as root: apt-get install ${packages[*]}"
		return 1
	fi
	install_quietly "${packages[@]}"
}

main "$@"
