#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py -- measures, and says what the goal was.

    python3 bench/run.py [--json FILE] [--list] [NAME]...

Without names all of BENCHES run. A bench is a module of this folder whose measure(say) gives
rows; say(text) shows what it is doing. One table at the end, the same numbers in FILE
(build/bench.json). Exit status 1 if a goal was missed. The program is QUND or build/qund.
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

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests" / "api")]

# In the order they run: name of the module, what it measures.
BENCHES = {
    "start": "size of the program, time to ready, memory when idle",
}


def row(name, value, unit, goal=None, most=True, note=""):
    """One number. `most`: the goal is an upper bound, else a lower one."""
    return {"name": name, "value": value, "unit": unit, "goal": goal, "most": most, "note": note}


def met(r):
    if r["goal"] is None:
        return None
    return r["value"] <= r["goal"] if r["most"] else r["value"] >= r["goal"]


def say(text):
    """Progress, on one line of a terminal that the next one overwrites."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)


def number(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def table(rows):
    lines = [("", "measured", "goal", "")]
    for r in rows:
        bound = "at most" if r["most"] else "at least"
        goal = "" if r["goal"] is None else f"{bound} {number(r['goal'])} {r['unit']}"
        verdict = {None: "", True: "met", False: "MISSED"}[met(r)]
        lines.append((r["name"], f"{number(r['value'])} {r['unit']}", goal,
                      "  ".join(filter(None, (verdict, r["note"])))))
    widths = [max(len(line[i]) for line in lines) for i in range(3)]
    for name, value, goal, verdict in lines:
        print(f"{name:<{widths[0]}}  {value:>{widths[1]}}  {goal:<{widths[2]}}  {verdict}".rstrip())


def machine():
    commit = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"],
                            capture_output=True, text=True).stdout.strip()
    return {"at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "commit": commit, "cores": os.cpu_count(), "kernel": platform.release(),
            "machine": platform.machine()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", default=str(ROOT / "build" / "bench.json"), metavar="FILE")
    parser.add_argument("--list", action="store_true", help="say what there is")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    if options.list:
        for name, what in BENCHES.items():
            print(f"{name:<12} {what}")
        return 0
    unknown = [n for n in options.names if n not in BENCHES]
    if unknown:
        parser.error(f"no bench is called {', '.join(unknown)}; there are: {', '.join(BENCHES)}")
    rows = []
    for name in options.names or BENCHES:
        say(f"{name}: {BENCHES[name]}")
        rows += [{"bench": name, **r} for r in importlib.import_module(name).measure(
            lambda text, name=name: say(f"{name}: {text}"))]
    if sys.stderr.isatty():
        say("")
    table(rows)
    pathlib.Path(options.json).write_text(
        json.dumps({"machine": machine(), "rows": rows}, ensure_ascii=False, indent=1) + "\n")
    return 0 if all(met(r) is not False for r in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
