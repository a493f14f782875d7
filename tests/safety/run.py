#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py -- runs the harnesses of this folder, each NAME/run.py, one after the other.

    python3 tests/safety/run.py [--size short|ci|long] [--seed N] [--build DIR] [NAME]...

The last line is "N passed, N failed" over all of them.
"""
import argparse
import pathlib
import random
import re
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
LIMIT_S = {"short": 240, "ci": 420, "long": 4 * 3600}  # of one harness; past that it hangs


def run_one(folder, args, seed):
    """(passed, failed, skipped) of one harness, its output shown as it comes."""
    command = [sys.executable, str(folder / "run.py"), "--size", args.size, "--seed", str(seed)]
    if args.build:
        command += ["--build", args.build]
    command = ["timeout", "--kill-after=10", str(LIMIT_S[args.size]), *command]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, errors="replace")
    found = None
    for line in child.stdout:
        counts = re.fullmatch(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\n", line)
        if counts:
            found = counts
        else:
            print(line, end="", flush=True)
    status = child.wait()
    passed, failed, skipped = (int(n or 0) for n in found.groups()) if found else (0, 1, 0)
    if status and not failed:
        failed = 1
    if status in (124, 137):
        print(f"{folder.name}: stopped after {LIMIT_S[args.size]} s")
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=LIMIT_S, default="short")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--build", default="")
    parser.add_argument("names", nargs="*", metavar="NAME")
    args = parser.parse_args()
    folders = sorted(path.parent for path in HERE.glob("*/run.py"))
    unknown = set(args.names) - {folder.name for folder in folders}
    if unknown:
        parser.error(f"no such harness: {', '.join(sorted(unknown))}")
    total, lines = [0, 0, 0], []
    for folder in folders:
        if args.names and folder.name not in args.names:
            continue
        start = time.monotonic()
        seed = args.seed if args.seed is not None else random.SystemRandom().getrandbits(32)
        counts = run_one(folder, args, seed)
        total = [a + b for a, b in zip(total, counts)]
        lines.append(f"{folder.name:<14}{counts[0]:>5} passed {counts[1]:>3} failed "
                     f"{counts[2]:>3} skipped {time.monotonic() - start:>6.0f} s  seed {seed}")
    print(*lines, sep="\n")
    print(f"{total[0]} passed, {total[1]} failed" + (f", {total[2]} skipped" if total[2] else ""))
    return 1 if total[1] or not total[0] else 0


if __name__ == "__main__":
    sys.exit(main())
