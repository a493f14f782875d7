#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test.py DIR -- runs every suite on the build in DIR, and counts test cases, not programs.

First what Meson knows (tests/unit, tests/store, and the corpora of fuzz/), then the black-box
suites of tests/api on DIR/qund. The last line is "N passed, N failed" over all of them. A
program that crashes, leaks or hangs after its cases passed counts as one failure more.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SANITIZERS = {  # a report ends the program, and so fails its test
    "ASAN_OPTIONS": "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


def count(test):
    """(passed, failed) of one program of Meson's log."""
    lines = (test.get("stdout") or "").splitlines()
    passed = sum(1 for line in lines if re.match(r"ok \d", line) and "# SKIP" not in line)
    failed = sum(1 for line in lines if re.match(r"not ok \d", line))
    if test["result"] == "SKIP":
        return 0, 0
    if test["result"] != "OK":
        return passed, max(failed, 1)
    return (passed, failed) if passed or failed else (1, 0)


def run_meson(build, env):
    log = build / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    slow = "1" if build.name == "build" else "5"
    done = subprocess.run(["meson", "test", "-C", str(build), "--no-rebuild", "--print-errorlogs",
                           "--timeout-multiplier", slow], env=env)
    if not log.exists():
        print("FAILED meson ran no test")
        return 0, 1
    tests = [count(json.loads(line)) for line in log.read_text().splitlines()]
    passed, failed = sum(t[0] for t in tests), sum(t[1] for t in tests)
    if done.returncode and not failed:
        failed = 1
    print(f"unit, store, corpus: {passed} passed, {failed} failed", flush=True)
    return passed, failed


def run_api(build, env):
    api = subprocess.Popen([sys.executable, str(ROOT / "tests" / "api" / "run.py")], text=True,
                           stdout=subprocess.PIPE, env=dict(env, QUND=str(build / "qund")))
    last = ""
    for line in api.stdout:
        print(line, end="", flush=True)
        last = line
    found = re.match(r"(\d+) passed, (\d+) failed", last)
    passed, failed = (int(found[1]), int(found[2])) if found else (0, 1)
    if api.wait() and not failed:
        failed = 1
    return passed, failed


def main(build):
    env = dict(os.environ)
    for name, options in SANITIZERS.items():
        env.setdefault(name, options)
    suites = [run_meson(build, env), run_api(build, env)]
    passed, failed = (sum(column) for column in zip(*suites))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
