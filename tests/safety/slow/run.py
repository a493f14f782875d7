#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""slow -- slow and greedy clients, ten times the load, and too little of everything.

Thousands of slow connections of five kinds beside honest clients at a fixed rate; an address
that takes all connections it can get; ten times the changes that can be made; then few
descriptors, a full disk and too little memory. Latencies are compared with quiet ones of the
same run, and a comparison that fails is made once more before it counts. The machine's own load
decides the figures, not the seed.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import harness  # noqa: E402  puts tests/api on the path

import narrow  # noqa: E402
import overload  # noqa: E402
import slowness  # noqa: E402


def main():
    run = harness.start("slow", __doc__)
    slowness.run_all(run)
    if run.size(short=False, ci=True, long=True):
        slowness.greedy_address(run)
    overload.run_all(run)
    overload.teeth(run)
    narrow.run_all(run)
    run.end()


if __name__ == "__main__":
    main()
