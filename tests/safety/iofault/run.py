#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""iofault -- every system call of the store, the log, TLS files and sockets fails in turn.

A scenario is run once to count its calls at each place; then again and again, each time with
one call, the Nth of its place, made to fail: once, or from then on until the cause is taken
away. Never a false success: what was acknowledged is there after a restart, what was refused
is not. It recovers by itself when the cause ends; a failed write or sync of a commit or a
checkpoint stops it, it says so, and recovers at the restart.

At size ci every place and error is taken, at some of its calls; at size long every call.
"""
import collections
import concurrent.futures
import errno
import os
import pathlib
import re
import shutil
import struct
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "crash")]
import harness  # noqa: E402  puts tests/api on the path

import scenario  # noqa: E402
from model import Wrong  # noqa: E402

HALF = 0  # a short read or write
AT_ONCE = 3  # scenarios, which wait more than they work
MEMORY = "/dev/shm"  # a disk that is fast: here syncs need not be real
ERRORS = {
    "open": [errno.EIO, errno.ENOSPC, errno.EMFILE, errno.EINTR],
    "read": [errno.EIO, errno.EINTR, HALF],
    "write": [errno.EIO, errno.ENOSPC, errno.EINTR, HALF],
    "sync": [errno.EIO, errno.ENOSPC],
    "truncate": [errno.EIO, errno.ENOSPC],
    "rename": [errno.EIO, errno.ENOSPC],
    "unlink": [errno.EIO],
    "mkdir": [errno.ENOSPC, errno.EMLINK],
    "map": [errno.ENOMEM, errno.EIO],
    "lock": [errno.ENOLCK],
    "accept": [errno.EMFILE, errno.ENFILE, errno.ECONNABORTED, errno.EINTR],
    "socket": [errno.EMFILE],
    "close": [errno.EIO, errno.EINTR],
}
OF_SOCKETS = {
    "read": [errno.ECONNRESET, errno.EINTR, HALF],
    "write": [errno.ECONNRESET, errno.EPIPE, errno.EINTR, HALF],
    "close": [errno.EINTR],
}
LASTING = {errno.EIO, errno.ENOSPC, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EMLINK}
# The kernel's own, which do not fail so: event descriptors, its random numbers.
LEFT_OUT = {("read", "other"), ("write", "other"), ("close", "other"), ("map", "other"),
            ("read", "random"), ("close", "random")}
FAULTS = {  # planted in the program: the scenario and the calls that show it
    "sync_result_ignored": ("work", "sync log"),
    "short_write_ignored": ("work", "write upload"),
    "no_space_is_success": ("work", "write log"),
    "checkpoint_failure_ignored": ("idle", "sync database"),
}


def names_of(source, table):
    """The calls and the kinds, in the order in which shim.c counts them."""
    text = re.search(rf"#define {table}\(X\)((?:.*\\\n)*.*)", source)[1]
    return re.findall(r"X\((\w+)\)", text)


class Shim:
    def __init__(self, build):
        self.path = build / "tests" / "safety" / "iofault" / "iofault.so"
        source = (HERE / "shim.c").read_text()
        self.calls, self.kinds = names_of(source, "CALLS"), names_of(source, "KINDS")
        self.places = len(self.calls) * len(self.kinds)

    def counted(self, counts):
        """{(call, kind): how often}"""
        numbers = struct.unpack_from(f"{self.places}I", counts)
        pairs = [(call, kind) for call in self.calls for kind in self.kinds]
        return {pair: n for pair, n in zip(pairs, numbers) if n and pair not in LEFT_OUT}


def record(shim, name, template):
    """How often each place is passed in the scenario, from its start to its end."""
    one = scenario.Scenario(name, shim.path, template)
    counts = {}

    def remember(*_):
        counts.update(shim.counted(one.passed()))
        return verify()
    verify, one.verify = one.verify, remember
    how = one.run(shim.places)
    if how != "works":
        raise Wrong(f"without a fault it {how}")
    return counts


def all_faults(counts):
    """(place and error, fault as shim.c takes it)"""
    for (call, kind), n in counts.items():
        errors = OF_SOCKETS.get(call, ERRORS[call]) if kind == "socket" else ERRORS[call]
        for error in errors:
            for turn in range(1, n + 1):
                yield (call, kind, error, 0), f"{call} {kind} {turn} {error} 0"
                if error in LASTING and not (kind == "socket" and call != "accept"):
                    yield (call, kind, error, 1), f"{call} {kind} {turn} {error} 1"


def chosen(faults, wanted, rng):
    """At least one of each place and error, then by chance."""
    faults = list(faults)
    rng.shuffle(faults)
    first, rest, seen = [], [], set()
    for what, fault in faults:
        (rest if what in seen else first).append(fault)
        seen.add(what)
    if wanted is None:
        return first + rest
    return (first + rest)[:max(wanted, 1)] if wanted < len(first) else (first + rest)[:wanted]


def run_one(shim, template, name, fault, plant=""):
    """(how it ended, what is wrong)"""
    try:
        one = scenario.Scenario(name, shim.path, template if name != "first" else None, fault,
                                plant)
        return one.run(shim.places), ""
    except (Wrong, AssertionError) as e:
        return "wrong", f"{name}: {fault}: {e}"


def faultless(run, shim, template, pool):
    rng = run.random("faults")
    wanted = run.size(short=4, ci=180, long=None)
    ends, wrong, jobs = collections.Counter(), [], []
    for name in scenario.SCENARIOS:
        counts = record(shim, name, template if name != "first" else None)
        faults = chosen(all_faults(counts), wanted, rng)
        run.count(f"calls of {name}", sum(counts.values()))
        run.count(f"faults of {name}", len(faults))
        jobs += [pool.submit(run_one, shim, template, name, fault) for fault in faults]
    for done, job in enumerate(concurrent.futures.as_completed(jobs), 1):
        how, why = job.result()
        ends[how] += 1
        if why:
            wrong.append(why)
            print(f"iofault: {why}", flush=True)
        run.progress(f"{done} of {len(jobs)} faults, {len(wrong)} wrong")
    run.count("ends", dict(ends))
    run.check(f"{len(jobs)} faults: no false success, and it recovers", not wrong,
              f"{len(wrong)} wrong, the first: {wrong[0]}" if wrong else "")


def planted(run, shim, template, plant):
    """The first thing that is wrong with this fault in the program."""
    name, place = FAULTS[plant]
    rng = run.random(plant)
    error = {"short_write_ignored": HALF, "no_space_is_success": errno.ENOSPC}.get(
        plant, errno.EIO)
    call, kind = place.split()
    most = record(shim, name, template)[call, kind]
    turns = list(range(1, most + 1))
    rng.shuffle(turns)
    for turn in turns[:30]:
        _, why = run_one(shim, template, name, f"{place} {turn} {error} 0", plant)
        if why:
            return why[:200]
    return ""


def main():
    run = harness.start("iofault", __doc__)
    shim = Shim(run.args.build)
    if os.access(MEMORY, os.W_OK):
        tempfile.tempdir = MEMORY
    folder = pathlib.Path(tempfile.mkdtemp(prefix="qun-iofault-"))
    try:
        template = folder / "data"
        scenario.make_template(template)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            faultless(run, shim, template, pool)
        for plant in FAULTS:
            run.caught(plant, planted(run, shim, template, plant))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    run.end()


if __name__ == "__main__":
    main()
