# SPDX-License-Identifier: Apache-2.0
"""start.py -- size of the program, time from its start to its ready line on a small database
that exists, and its memory when nothing happens."""
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import qun
from run import row

STARTS = 25
IDLE_S = 1.0
REQUESTS = 200


def stripped_mb():
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "qund")
        subprocess.run(["strip", "-o", copy, qun.program()], check=True)
        return os.path.getsize(copy) / 1e6


def resident_mb(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise ValueError("the kernel does not tell the memory of a process")


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


def start_ms(data, *options):
    s = qun.Server(*options, data=data)
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
        fresh = resident_mb(s.process.pid)
        link = s.connect(tls)
        for i in range(REQUESTS):
            s.call("/v1.0/im/group/update", {"chatid": "chat1", "name": f"idle {i}"},
                   token="tok-dingcorp1", connection=link)
        link.close()
        time.sleep(IDLE_S)
        return fresh, resident_mb(s.process.pid)


def measure(say):
    rows = [row("size of build/qund, stripped", stripped_mb(), "MB", 3)]
    with tempfile.TemporaryDirectory(prefix="qun-bench-") as folder:
        data = os.path.join(folder, "data")
        say("making a small database")
        prepare(data)
        times = []
        for i in range(STARTS):
            if i % 5 == 0:
                say(f"start {i + 1} of {STARTS}")
            times.append(start_ms(data))
        rows.append(row("time to ready, median", statistics.median(times), "ms", 50,
                        note=f"{STARTS} starts, slowest {max(times):.0f} ms"))
        for tls in False, True:
            say("memory when idle" + (" with TLS" if tls else ""))
            fresh, used = idle_mb(data, tls)
            what = " with TLS" if tls else ""
            rows.append(row(f"memory when idle{what}", fresh, "MB", 15, note="resident (VmRSS)"))
            rows.append(row(f"memory after {REQUESTS} updates{what}", used, "MB", 15))
    return rows
