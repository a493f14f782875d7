#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Clock: the wall clock jumps forth and back, over decades and past 2038, while the program runs.

No expired token comes back, no token outlives its 7200 s, numbers and versions only count up, times are
the clock's, and what waits for a time to pass waits by a clock that nobody sets. walk.py is a random
walk against a model; times.py has what a walk cannot: deadlines, limits on calls, the second in 2038
at which 32 bits end.
"""
import concurrent.futures
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "api")]
import harness  # noqa: E402
import qun  # noqa: E402
import times  # noqa: E402
import walk  # noqa: E402

# Planted faults that the walk must notice, and those of times.py with the check that must.
IN_WALK = ("expiry_unchecked", "clock_followed_back", "expired_kept", "time_of_32_bits")
IN_TIMES = {"tries_by_wall": times.wrong_secrets}


def teeth(run, folder):
    for fault in IN_WALK:
        found = None
        for i in range(10):
            found = found or walk.walk(run.random(f"{fault} {i}"), folder, 400, fault)
        run.caught(fault, found)
    for fault, check in IN_TIMES.items():
        run.caught(fault, times.checked(check, folder, fault))


def main():
    run = harness.start("clock", __doc__)
    walks, steps = run.size(short=1, ci=4, long=40), run.size(short=200, ci=1000, long=2500)
    with tempfile.TemporaryDirectory(prefix="qun-clock-") as folder:
        folder, faults = pathlib.Path(folder), []
        slow = times.Deadlines(folder)  # they take their time meanwhile
        pool = concurrent.futures.ThreadPoolExecutor()
        checks = times.CHECKS
        if qun.sanitized() or not shutil.which("faketime"):
            checks = [c for c in checks if c is not times.through_2038]
            run.skip("a process through 2038-01-19 03:14:08",
                     "no faketime here, or a sanitizer, which must be loaded before it")
        waiting = [(check, pool.submit(times.checked, check, folder)) for check in checks]
        for i in range(walks):
            fault = walk.walk(run.random(f"walk {i}"), folder, steps, progress=run.progress)
            faults += [f"walk {i}: {fault}"] if fault else []
        run.check("tokens, numbers, versions and times keep to the model", not faults,
                  faults[0] if faults else f"{walks} walks of {steps} steps")
        for check, result in waiting:
            fault = result.result()
            run.check(check.__doc__.splitlines()[0].rstrip("."), not fault, fault or "")
        fault = slow.end()
        run.check("deadlines of connections are not the wall clock's", not fault, fault or "")
        run.count("walks", walks)
        run.count("steps", walks * steps)
        teeth(run, folder)
    run.end()


if __name__ == "__main__":
    main()
