#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs.sh DIR -- writes the references that the tables make, with the programs of build/.
set -euo pipefail
cd "$(dirname "$0")/.."

mkdir -p "$1"
build/src/api/qun-docs "$1"
build/qund --print-options-reference=en >"$1/options.md"
build/qund --print-options-reference=zh >"$1/options.zh-CN.md"
