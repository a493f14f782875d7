#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py -- measures, beside what each figure is compared with, and says what the goal was.

    python3 bench/run.py [--size full|short] [--json FILE] [--keep] [--list] [PART]...

Without names all of PARTS run; `short` is a quick look: fewer groups, seconds for minutes, and
figures that mean less. A part is a module of parts/ whose measure(run) gives rows (rows.py).
One table at the end, the same figures in FILE (build/bench.json). Exit status 1 if a goal was
missed. The program is QUND or build/qund.
"""
import argparse
import datetime
import importlib
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests" / "api")]

import corp  # noqa: E402
import rows  # noqa: E402

# In the order they run: name of the module, what it measures.
PARTS = {
    "start": "size of the program, time to ready, memory when idle",
    "http": "HTTP alone, against nginx",
    "idle": "idle connections",
    "limit": "updates, against the SQL alone",
    "latency": "latency of updates, checkpoints, pauses",
    "flat": "cost of an update of large groups, and among many",
    "reads": "reads",
    "memory": "memory under load",
    "instructions": "instructions of an update, against those kept",
    "peer": "the same change through ejabberd",
}


class Run:
    """What the parts share: the size, progress, one folder, the loaded corps."""

    def __init__(self, size, home, keep):
        self.size, self.home, self.keep = size, home, keep
        self.began = time.monotonic()
        self.part, self.place = "", ""
        self._corps = {}

    def pick(self, full, short):
        return full if self.size == "full" else short

    def say(self, text):
        """Progress, on one line of a terminal that the next one overwrites."""
        line = f"{time.monotonic() - self.began:4.0f} s {self.place} {self.part}: {text}"
        if sys.stderr.isatty():
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)

    def corp(self):
        """The main one, with the small and the large groups of part `flat` (ranges 1 and 2);
        how far it has been updated goes on from part to part."""
        return self._corp(self.pick(1_000_000, 100_000),
                          [(4000, 3), (self.pick(20, 4), 100_000)])

    def small_corp(self):
        return self._corp(self.pick(10_000, 1_000), [])

    def _corp(self, groups, more):
        if groups not in self._corps:
            self.say(f"a corp of {groups:,} groups")
            self._corps[groups] = corp.Corp(self.home, groups, more, self.say)
        return self._corps[groups]


def machine():
    commit = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"],
                            capture_output=True, text=True).stdout.strip()
    cpus = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in cpus if line.startswith("model name")),
                 platform.machine())
    return {"at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "commit": commit, "cores": os.cpu_count(), "processor": model,
            "kernel": platform.release().split("-")[0]}


def measure(run, names):
    result = []
    for i, name in enumerate(names):
        run.part, run.place = name, f"[{i + 1}/{len(names)}]"
        run.say(PARTS[name])
        try:
            for r in importlib.import_module(f"parts.{name}").measure(run):
                result.append({"part": name, **r})
        except (RuntimeError, AssertionError, OSError) as fault:
            run.say(f"failed: {fault}")
            result.append({"part": name, **rows.row("could not be measured", 1, "", at_most=0,
                                                    note=str(fault))})
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="full", choices=("full", "short"))
    parser.add_argument("--json", default=str(ROOT / "build" / "bench.json"), metavar="FILE")
    parser.add_argument("--keep", action="store_true",
                        help="keep the counts of part instructions, to compare later ones with")
    parser.add_argument("--list", action="store_true", help="say what there is")
    parser.add_argument("names", nargs="*", metavar="PART")
    options = parser.parse_args()
    if options.list:
        for name, what in PARTS.items():
            print(f"{name:<14} {what}")
        return 0
    unknown = [n for n in options.names if n not in PARTS]
    if unknown:
        parser.error(f"no part is called {', '.join(unknown)}; there are: {', '.join(PARTS)}")
    about = {**machine(), "size": options.size, "load_before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory(prefix="qun-bench-", dir=ROOT / "build") as home:
        run = Run(options.size, home, options.keep)
        result = measure(run, [n for n in PARTS if not options.names or n in options.names])
        run.part, run.place = "", ""
        run.say("done")
        about["seconds"] = round(time.monotonic() - run.began)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    for line in rows.table(result):
        print(line)
    pathlib.Path(options.json).write_text(
        json.dumps({"machine": about, "rows": result}, ensure_ascii=False, indent=1) + "\n")
    missed = sum(r["met"] is False for r in result)
    print(f"{sum(r['met'] is True for r in result)} goals met, {missed} missed; "
          f"{about['seconds']} s; {options.json}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
