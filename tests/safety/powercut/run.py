#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""powercut -- what is left when power fails: nothing that was not synced.

Simulated at every operation of the store, with whatever part of the rest in any order
(simulated.py), and on real file systems (real.py), where those can be mounted.
"""
import pathlib
import sys

SAFETY = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(SAFETY), str(SAFETY / "crash")]
import harness  # noqa: E402  puts tests/api on the path

import real  # noqa: E402
import simulated  # noqa: E402


def main():
    run = harness.start("powercut", __doc__)
    simulated.run_all(run)
    real.run_all(run)
    run.end()


if __name__ == "__main__":
    main()
