#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""powercut -- what is left when power fails, simulated at every operation of the store."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import harness  # noqa: E402  puts tests/api on the path

import simulated  # noqa: E402


def main():
    run = harness.start("powercut", __doc__)
    simulated.run_all(run)
    run.end()


if __name__ == "__main__":
    main()
