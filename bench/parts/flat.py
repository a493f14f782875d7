# SPDX-License-Identifier: Apache-2.0
"""flat.py -- what an update costs by the size of its group, and by the number of groups.

One connection, so that no batch shares pages: that is the cost of one update. At 64 the
changes of a batch share pages, the more the fewer groups there are.
"""
from rows import compared

CAP = 1_000_000


def measure(run):
    corp = run.corp()
    seconds = run.pick(6, 2)
    sizes = [size for _, _, size in corp.ranges]
    with corp.server("--member-cap", CAP) as s:
        corp.update(s, 64, run.pick(2, 1))
        for n in 1, 64:
            got = {}
            for where in 1, 2:
                run.say(f"groups of {sizes[where]:,}, {n} connections")
                got[where] = corp.update(s, n, seconds, where=where)
            yield compared(f"group of {sizes[2]:,} members, {n} connections, CPU each",
                           got[2].cpu_us, "us", got[1].cpu_us, f"of {sizes[1]}",
                           at_most=1.2 if n == 1 else None)
            yield compared(f"group of {sizes[2]:,} members, {n} connections, p50",
                           got[2].p50, "ms", got[1].p50, f"of {sizes[1]}")
        run.say(f"{corp.groups:,} groups")
        many = {n: corp.update(s, n, seconds) for n in (1, 64)}
    small = run.small_corp()
    with small.server() as s:
        small.update(s, 64, run.pick(2, 1))
        run.say(f"{small.groups:,} groups")
        few = {n: small.update(s, n, seconds) for n in (1, 64)}
    for n in 1, 64:
        yield compared(f"{corp.groups:,} groups, {n} connections, CPU each", many[n].cpu_us,
                       "us", few[n].cpu_us, f"{small.groups:,} groups",
                       at_most=2)
