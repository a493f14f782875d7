# SPDX-License-Identifier: Apache-2.0
"""harness.py -- what the harnesses of this folder share: size, seed, time, counts, results.

    run = harness.start("crash", __doc__)           # reads the command line
    kills = run.size(short=5, ci=200, long=2000)    # the figure of the chosen size
    rng = run.random("load")                        # a generator that the seed repeats
    run.progress(f"{n} of {kills} kills")           # at most one line a second
    run.check("no acknowledged change is lost", lost == 0, f"{lost} lost")
    run.caught("ack_before_commit", found)          # a planted fault: must have been found
    run.count("kills", kills)                       # a figure for the result file
    run.end()                                       # "N passed, N failed", and exit
"""
import argparse
import datetime
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SIZES = ("short", "ci", "long")
sys.path.insert(0, str(ROOT / "tests" / "api"))  # qun.py: a real qund


class Run:
    """One run of one harness."""

    def __init__(self, name, args):
        self.name, self.args = name, args
        self.seed = args.seed
        self.started = time.monotonic()
        self.passed = self.failed = self.skipped = 0
        self.counts, self.failures, self.skips = {}, [], []
        self.told = 0.0
        print(f"{name}: size {args.size}, seed {self.seed} (--seed {self.seed} repeats it)",
              flush=True)

    def size(self, **figures):
        """The figure for the size of this run; all of SIZES must be given."""
        assert set(figures) == set(SIZES), figures
        return figures[self.args.size]

    def random(self, purpose):
        """A generator of its own for each purpose, so that one does not disturb another."""
        return random.Random(f"{self.seed}/{purpose}")

    def seconds(self):
        return time.monotonic() - self.started

    def progress(self, text):
        if time.monotonic() - self.told >= 1:
            self.told = time.monotonic()
            print(f"{self.name}: {self.seconds():.0f} s, {text}", flush=True)

    def check(self, promise, kept, found=""):
        """One result. `found` says what was seen, kept or not."""
        if kept:
            self.passed += 1
        else:
            self.failed += 1
            self.failures.append(f"{promise}: {found}")
        print(f"{self.name}: {'ok' if kept else 'FAILED'}: {promise}"
              f"{f' ({found})' if found else ''}", flush=True)

    def caught(self, fault, found):
        """A planted fault counts as a result: one that goes unnoticed is a failure."""
        self.check(f"planted fault {fault} is caught", bool(found), found or "not noticed")

    def skip(self, what, why):
        """Something that this machine cannot do. Named at the end, never counted as passed."""
        self.skipped += 1
        self.skips.append(f"{what}: {why}")
        print(f"{self.name}: SKIPPED: {what}: {why}", flush=True)

    def count(self, what, figure):
        self.counts[what] = figure

    def result(self):
        return {
            "harness": self.name, "size": self.args.size, "seed": self.seed,
            "date": datetime.date.today().isoformat(), "commit": commit(),
            "cores": os.cpu_count(), "seconds": round(self.seconds()),
            "passed": self.passed, "failed": self.failed, "skipped": self.skips,
            "failures": self.failures, "counts": self.counts,
        }

    def end(self):
        if not self.passed and not self.failed:
            self.check("the harness checks something", False, "it checked nothing")
        for what, figure in self.counts.items():
            print(f"{self.name}: {what}: {figure}")
        if self.args.result:
            pathlib.Path(self.args.result).write_text(
                json.dumps(self.result(), indent=1, ensure_ascii=False) + "\n")
        more = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{self.passed} passed, {self.failed} failed{more}", flush=True)
        sys.exit(1 if self.failed else 0)


def start(name, about, more=None):
    """Reads the command line; says what it does with --help. more(parser) adds options of the
    harness's own."""
    parser = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, default="short",
                        help="short: seconds, ci: what every change must pass, long: a campaign")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"),
                        help="repeats a run; by default a new one")
    parser.add_argument("--build", default=str(ROOT / "build-plants"),
                        help="a build folder made with -Dplants=true")
    parser.add_argument("--result", help="write the result to this file as JSON")
    if more:
        more(parser)
    args = parser.parse_args()
    args.build = pathlib.Path(args.build).resolve()
    qund = args.build / "qund"
    if not os.access(qund, os.X_OK):
        parser.error(f"{qund} is not there: make safety builds it "
                     "(tools/build.sh build-plants -Dplants=true)")
    os.environ["QUND"] = str(qund)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what is left is cleared away
    return Run(name, args)


def commit():
    """The commit that is tested, with + if the files differ from it."""
    try:
        git = ["git", "-C", str(ROOT)]
        head = subprocess.run([*git, "rev-parse", "--short=12", "HEAD"], text=True, check=True,
                              capture_output=True).stdout.strip()
        changed = subprocess.run([*git, "status", "--porcelain", "-uno"], text=True, check=True,
                                 capture_output=True).stdout
        return head + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
