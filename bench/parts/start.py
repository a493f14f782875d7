# SPDX-License-Identifier: Apache-2.0
"""start.py -- size of the program, time from its start to its ready line, and its memory when
nothing happens."""
import os
import pathlib
import statistics
import subprocess
import time

import proc
import qun
from rows import row

STARTS = 25
IDLE_S = 1.0
REQUESTS = 200


def stripped_mb(home):
    copy = os.path.join(home, "stripped")
    subprocess.run(["strip", "-o", copy, qun.program()], check=True)
    return os.path.getsize(copy) / 1e6


def prepare(data):
    """A small database: a corp of 50 people, and some changes of its group."""
    with qun.Server(data=data) as s:
        s.load(qun.small_world(users=50))
        link = s.connect()
        for i in range(20):
            a = s.call("/v1.0/im/group/update", {"chatid": "chat1", "name": f"group {i}"},
                       token="tok-dingcorp1", connection=link)
            assert a.status == 200, a
        link.close()


def start_ms(data):
    s = qun.Server(data=data)
    try:
        began = time.perf_counter()
        s.start()
        took = (time.perf_counter() - began) * 1e3
        s.close()
        return took
    finally:
        s.kill()
        s.remove()


def idle_mb(data, tls):
    """Memory right after the start, and after some requests."""
    with qun.Server(data=data, tls=tls) as s:
        time.sleep(IDLE_S)  # not a wait for anything: this is what idle means
        fresh = proc.memory_mb(s.process.pid)
        link = s.connect(tls)
        for i in range(REQUESTS):
            s.call("/v1.0/im/group/update", {"chatid": "chat1", "name": f"idle {i}"},
                   token="tok-dingcorp1", connection=link)
        link.close()
        time.sleep(IDLE_S)
        return fresh, proc.memory_mb(s.process.pid)


def starts(run, name, data, goal):
    run.say(f"{STARTS} starts, {name}")
    times = [start_ms(data) for _ in range(STARTS)]
    return row(f"time to ready, {name}, median", statistics.median(times), "ms", at_most=goal,
               note=f"{STARTS} starts, slowest {max(times):.0f} ms")


def measure(run):
    yield row("size of build/qund, stripped", stripped_mb(run.home), "MB", at_most=3)
    data = pathlib.Path(run.home) / "small"
    run.say("making a small database")
    prepare(data)
    yield starts(run, "small database", data, 50)
    corp = run.corp()
    yield starts(run, f"{corp.groups:,} groups", corp.data, 100)
    for tls in False, True:
        what = ", TLS" if tls else ""
        run.say("memory when idle" + what)
        fresh, used = idle_mb(data, tls)
        yield row(f"memory when idle{what}", fresh, "MB", at_most=15, note="resident (VmRSS)")
        yield row(f"memory after {REQUESTS} updates{what}", used, "MB", at_most=15)
