# SPDX-License-Identifier: Apache-2.0
"""latency.py -- latency of updates by the number of connections; what a checkpoint's portion
takes; pauses, beside a raw fsync probe (probe.py) in the same seconds."""
import json
import pathlib
import subprocess
import sys
import threading
import time

import corp as corps
from rows import row

CONNECTIONS = (1, 8, 64, 256)
PAUSE_S = 0.1
WATCHED = 1  # the range of groups whose updates the watcher makes
PROBE = pathlib.Path(corps.__file__).with_name("probe.py")


class Watcher(threading.Thread):
    """One more client, some hundred updates a second; it notes when each began and ended."""

    def __init__(self, server, corp):
        super().__init__()
        self.server, self.corp = server, corp
        self.ended, self.waits, self.fault = threading.Event(), [], None

    def run(self):
        first, count, size = self.corp.ranges[WATCHED]
        link = self.server.connect()
        while not self.ended.wait(0.005):
            n = self.corp.updates[WATCHED]
            self.corp.updates[WATCHED] += 1
            body = corps.update_body(first + n % count, size, n // count)
            began = time.monotonic()
            a = self.server.call("/v1.0/im/group/update", body, token=corps.TOKEN,
                                 connection=link)
            self.waits.append((began, time.monotonic()))
            if a.status != 200:
                self.fault = a
                return
        link.close()


def pauses(run, corp, server, seconds):
    """Rows on the waits over PAUSE_S of one client among 64 that are busy."""
    watcher = Watcher(server, corp)
    probe = subprocess.Popen([sys.executable, PROBE, run.home], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    watcher.start()
    try:
        busy = corp.update(server, 64, seconds)
    finally:
        watcher.ended.set()
        watcher.join()
        disk = json.loads(probe.communicate("\n")[0])
    if watcher.fault:
        raise RuntimeError(f"the watcher's update failed: {watcher.fault}")
    long = [(a, b) for a, b in watcher.waits if b - a > PAUSE_S]
    alone = [(a, b) for a, b in long
             if not any(began < b and ended > a for began, ended in disk["slow"])]
    longest = max(b - a for a, b in watcher.waits)
    yield row("pauses over 100 ms that the disk did not have", len(alone), "", at_most=0,
              note=f"{len(long)} in all, of {len(watcher.waits):,} waits; longest "
                   f"{max(longest * 1e3, busy.longest):.0f} ms; of a raw fsync "
                   f"{disk['longest_s'] * 1e3:.0f} ms")


def measure(run):
    corp = run.corp()
    seconds = run.pick(8, 2)
    with corp.server() as s:
        run.say("warming up")
        corp.update(s, 64, run.pick(4, 1))
        before = corps.metrics(s)
        for n in CONNECTIONS:
            run.say(f"{n} connections")
            got = corp.update(s, n, seconds)
            what = f"{n} connection" + ("s" if n > 1 else "")
            yield row(f"updates, {what}", got.rate, "/s", note=f"{got.cpu_us:.0f} us CPU each")
            yield row(f"  p50, {what}", got.p50, "ms")
            yield row(f"  p99, {what}", got.p99, "ms", at_most=30 if n == 64 else None)
            yield row(f"  p99.9, {what}", got.p999, "ms", note=f"longest {got.longest:.0f} ms")
        after = corps.metrics(s)
        p50, count = corps.quantile(before, after, "qun_store_checkpoint_seconds", 0.5)
        p99, _ = corps.quantile(before, after, "qun_store_checkpoint_seconds", 0.99)
        yield row("a checkpoint's portion, p50", p50 * 1e3, "ms", at_most=8,
                  note=f"{count:.0f} portions, p99 {p99 * 1e3:.1f} ms")
        run.say("pauses")
        yield from pauses(run, corp, s, run.pick(20, 3))
