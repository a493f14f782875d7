#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""soak -- millions of mixed requests, by count: nothing may grow but the store.

Updates, reads, creations, tokens, uploads, requests that are refused, connections that end,
are aborted in the middle of a request, and begin again (soak/run.py says how often). Memory,
descriptors and the log's size of the server are looked at all the time; over the last 80 % of
the requests they must not grow. The program that makes the requests is slow/clients.c.
"""
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "slow")]
import harness  # noqa: E402  puts tests/api on the path

import fleet  # noqa: E402
import qun  # noqa: E402

CONNECTIONS = 64
MIX = {"read": 500, "health": 255, "update": 100, "token": 50, "create": 5, "upload": 2,
       "upload_refused": 3, "bad_json": 20, "bad_group": 20, "bad_path": 20, "bad_length": 10,
       "last": 10, "half_body": 4, "half_upload": 1}
CACHE_MB = 4  # of the database: it is full soon, and is not taken for growth
WARM = 0.2  # of the requests: caches and pools fill, the explanations' 10,000 first of all
MANY = 1000000  # requests, of which a fifth fills them all
# How much more there may be at the end than after WARM. Memory: of some 20 MB, 2 % is a quarter
# of a byte for each of 1,600,000 requests; the allocator moves up to half of that. Descriptors: as
# many as connections, of which now and then one more or less is being closed.
GROWTH = {"memory, KB": 0.02, "descriptors": 0.05, "log, KB": 0.01}
COLD = 0.25  # the same of memory, with fewer than MANY requests
# The log's file keeps the length of its longest stretch: that of the moment when a checkpoint
# waited longest for the disk or for readers. Below this it may still find a longer one.
LOG_KB = 16384
# A fault, what grows by it, and after how many requests that must show.
FAULTS = {"request_leaked": ("memory, KB", 40000), "aborted_kept": ("descriptors", 40000),
          "checkpoint_skipped": ("log, KB", 80000), "upload_left": ("files", 20000)}


class Samples:
    """What a server had, after how many requests."""

    def __init__(self, server):
        self.server, self.rows = server, []

    def take(self, requests):
        pid, log = self.server.process.pid, self.server.data / "qun.db-wal"
        self.rows.append((requests, {
            "memory, KB": fleet.resident_kb(pid), "descriptors": fleet.descriptors(pid),
            "log, KB": log.stat().st_size // 1024}))

    def grown(self, what):
        """(the most in the first fifth after the warm one, the most in the last)"""
        total = self.rows[-1][0]

        def most(begin, end):
            return max(row[what] for n, row in self.rows if begin * total <= n <= end * total)
        return most(WARM, 2 * WARM), most(1 - WARM, 1)

    def too_much(self, what):
        """Whether it has grown by more than it may."""
        first, last = self.grown(what)
        cold = what == "memory, KB" and self.rows[-1][0] < MANY
        floor = LOG_KB if what == "log, KB" else 0
        return last > max(first * (1 + (COLD if cold else GROWTH[what])), floor)


def uploads_left(server):
    return len(list(server.data.rglob("upload-*.tmp")))


def soak(run, count, plant=None, seconds=None):
    """(what the clients saw, samples, uploads that were left behind)"""
    server = qun.Server("--cache-mb", CACHE_MB, env={"QUN_PLANT": plant} if plant else None)
    try:
        server.start()
        server.load(fleet.world())
        samples = Samples(server)
        job = fleet.clients(server, MIX, connections=CONNECTIONS, count=count, seconds=seconds,
                            tag="s", timeout_ms=30000, tell_ms=50)
        looked = done = 0
        while job.process.poll() is None:
            time.sleep(0.05)
            while looked < len(job.lines) and not job.lines[looked]["last"]:
                done += sum(job.lines[looked][k] for k in ("ok", "busy", "wrong", "lost"))
                looked += 1
            samples.take(done)
            run.progress(f"{done} of {count} requests, {samples.rows[-1][1]}")
        seen = job.last()
        left = uploads_left(server)
        if not plant:
            lost = fleet.not_kept([1] * fleet.GROUPS, fleet.versions(server), seen)
            run.check("every acknowledged update is there, none twice", not lost, lost)
            server.close()
        return seen, samples, left
    finally:
        server.kill()
        server.remove()


def faultless(run):
    count = run.size(short=40000, ci=2000000, long=43200000)
    with fleet.Others() as others:
        seen, samples, left = soak(run, count, seconds=run.size(short=60, ci=200, long=14000))
    run.count("requests", seen["requests"])
    run.count("requests a second", seen["requests"] * 1000 // seen["ms"])
    run.count("of each kind", seen["kinds"])
    run.count("connections", seen["reconnects"] + CONNECTIONS)
    fleet.check_time(run, f"{count} requests in time", seen["requests"] == count,
                     f"{seen['requests']} in {seen['ms'] // 1000} s", others)
    errors = fleet.honest(seen)
    run.check(f"no error in {seen['requests']} requests", not errors, errors)
    run.check("no upload is left behind", left == 0, f"{left} files")
    for what in GROWTH:
        first, last = samples.grown(what)
        run.count(what, {"after a fifth": first, "at the end": last})
        if what != "memory, KB" or not qun.sanitized():
            run.check(f"{what}: flat over the last 80 %", not samples.too_much(what),
                      f"{first} to {last}: {last / first - 1:+.2%}")


def teeth(run):
    for fault, (what, count) in FAULTS.items():
        _, samples, left = soak(run, count, fault)
        if what == "files":
            run.caught(fault, f"{left} files left" if left else "")
        else:
            first, last = samples.grown(what)
            run.caught(fault, f"{what}: {first} to {last}" if samples.too_much(what) else "")


def main():
    run = harness.start("soak", __doc__)
    faultless(run)
    teeth(run)
    run.end()


if __name__ == "__main__":
    main()
