#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# run.sh [OPTION]... -- starts the demo, and says what to try first.
set -euo pipefail
cd "$(dirname "$0")/.."

address=127.0.0.1:7780
previous=
for option in "$@"; do
	[[ $previous == --listen ]] && address=$option
	[[ $option == --listen=* ]] && address=${option#--listen=}
	previous=$option
done

cat <<TEXT

Starting the demo. In another terminal, try:

  curl -X POST http://$address/v1.0/im/group/update \\
    -H 'x-acs-dingtalk-access-token: 6d1bxxxx' -H 'Content-Type: application/json' \\
    -d '{"chatid":"chatxxxx","name":"Hello, Qun"}'

Ctrl-C stops it; its data stays in ./qun-demo.

TEXT
exec build/qund --demo "$@"
