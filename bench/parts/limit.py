# SPDX-License-Identifier: Apache-2.0
"""limit.py -- updates over HTTP against the SQL of the same updates alone (bench/limit.c), in
turns on one database, with the batch size that qund reached."""
import statistics

import corp as corps
import proc
from rows import compared, row

CONNECTIONS = 64
ROUNDS = 3
FRAME_HEAD = 24  # bytes before each page in SQLite's log


def page_bytes(corp):
    """From the head of the database file."""
    with open(corp.data / "qun.db", "rb") as f:
        size = int.from_bytes(f.read(18)[16:], "big")
    return 65536 if size == 1 else size


class Round:
    """Updates without and with TLS, and then the limit."""

    def __init__(self, run, corp, number):
        seconds = run.pick(5, 1)
        run.say(f"qund, round {number} of {ROUNDS}")
        with corp.server(tls=True) as s:
            corp.update(s, CONNECTIONS, run.pick(2, 1))
            pid = s.process.pid
            before, written = corps.metrics(s), proc.written(pid)
            self.http = corp.update(s, CONNECTIONS, seconds)
            after, written = corps.metrics(s), proc.written(pid) - written
            run.say(f"qund with TLS, round {number} of {ROUNDS}")
            self.tls = corp.update(s, CONNECTIONS, seconds, tls=True)

        def grown(what):
            return after[f"qun_store_{what}_total"] - before[f"qun_store_{what}_total"]
        self.batch = grown("changes") / grown("commits")
        log = grown("wal_pages_written") * (page_bytes(corp) + FRAME_HEAD)
        self.wal_bytes = log / grown("changes")
        self.moved_bytes = (written - log - self.http.bytes) / grown("changes")
        run.say(f"the SQL alone, round {number} of {ROUNDS}")
        self.limit = corp.limit(round(self.batch), run.pick(60_000, 6_000),
                                run.pick(10_000, 2_000))


def measure(run):
    corp = run.corp()
    rounds = [Round(run, corp, i + 1) for i in range(ROUNDS)]

    def median(what):
        return statistics.median(what(r) for r in rounds)

    def limit(what):
        return median(lambda r: r.limit[what])
    batch = median(lambda r: r.batch)
    rate, cpu = limit("ops_per_s"), limit("cpu_us_per_op")
    yield compared("updates, 64 connections", median(lambda r: r.http.rate), "/s", rate,
                   "SQL alone", at_least=0.85, note=f"batches of {batch:.0f}")
    yield compared("updates, CPU each", median(lambda r: r.http.cpu_us), "us", cpu,
                   "SQL alone", at_most=1.45)
    yield compared("updates, TLS", median(lambda r: r.tls.rate), "/s", rate, "SQL alone",
                   at_least=0.8)
    yield compared("updates, TLS, CPU each", median(lambda r: r.tls.cpu_us), "us", cpu,
                   "SQL alone")
    yield row("log written, an update", median(lambda r: r.wal_bytes) / 1e3, "KB", at_most=6,
              note=f"SQL alone {limit('wal_bytes_per_op') / 1e3:.2f} KB")
    yield row("checkpoint write-back, an update", median(lambda r: r.moved_bytes) / 1e3, "KB",
              note=f"SQL alone {limit('checkpoint_bytes_per_op') / 1e3:.2f} KB")
