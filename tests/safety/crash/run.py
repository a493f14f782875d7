#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""crash -- kill -9 at random and at named points, then an exact comparison.

Sixteen clients change groups, people, media and worlds; the server dies, is started again,
sometimes dies again while it recovers, and the oracle compares what is there with what was
acknowledged, refused, and neither (oracle.py says what is compared). The kernel outlives the
process here: what a power cut adds is powercut's.

The seed repeats the requests and where the server is killed. How threads and connections are
ordered is not repeated.
"""
import collections
import math
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import harness  # noqa: E402  puts tests/api on the path

import life  # noqa: E402
from model import Wrong  # noqa: E402

POINT_S = 2  # within which a point is reached, or not
AGAIN = 0.2  # how often it is killed again while it recovers
# How often a point is passed in a round, roughly: the kill comes at one of these turns.
AT_START = {
    "migrate.log_on": 1, "migrate.tables_made": 5, "migrate.before_commit": 5,
    "migrate.applied": 5, "tls.key_written": 2, "file.written": 1, "file.renamed": 1,
}  # of a new folder
AT_WORK = {
    "start.opened": 1, "start.migrated": 1, "start.swept": 1, "start.step": 7, "sweep.batch": 1,
    "db.statement": 8000, "writer.change": 300, "writer.decided": 300,
    "writer.before_commit": 60, "writer.committed": 60, "writer.told": 300,
    "writer.reported": 60, "checkpoint.begin": 2, "checkpoint.end": 2, "media.written": 1,
    "media.synced": 10, "media.renamed": 10, "media.kept": 10, "upload.written": 8,
    "departure.found": 6, "departure.left": 6, "world.write": 8,
}
AT_STOP = {"close.begin": 5, "close.checkpointed": 5, "stop.step": 3}
FAULTS = {  # planted in the program, and a point at which a kill shows it
    "ack_before_commit": None, "two_transactions": "db.statement",
    "no_ledger_row": None, "log_removed_at_start": None,
}


class Kills:
    """Which point is next, and how often each was reached."""

    def __init__(self, rng):
        self.rng = rng
        self.reached, self.tried = collections.Counter(), collections.Counter()

    def point(self, points):
        """As QUN_KILL_AT takes it: one of those reached least; at its first turn if it was
        missed before."""
        fewest = min(self.reached[name] for name in points)
        name = self.rng.choice([name for name in points if self.reached[name] == fewest])
        self.tried[name] += 1
        missed = self.tried[name] > self.reached[name] + 1
        return f"{name}:{1 if missed else self.turn(points[name])}"

    def turn(self, most):
        """Small numbers and large ones alike."""
        return round(math.exp(self.rng.uniform(0, math.log(most)))) if most > 1 else 1

    def took(self, point, reached):
        self.reached[point.split(":")[0] if point and reached else "random"] += 1


def one_round(store, kills, rng, first, last):
    """A start, work, a death, perhaps another, and the comparison."""
    died = 1
    if first:
        point = kills.point(AT_START)
        if not store.start(point):
            kills.took(point, True)
            died += 1
        store.server.kill()
        store.bring_world()
    seconds = rng.uniform(0.01, 0.3)
    if rng.random() < 0.4:
        kills.took(None, store.work(None, seconds))
    elif rng.random() < 0.12:
        point = kills.point(AT_STOP)
        kills.took(point, store.work(point, seconds, signal.SIGTERM))
    else:
        point = kills.point(AT_WORK)
        kills.took(point, store.work(point, POINT_S))
    while rng.random() < AGAIN:
        died += 1
        store.start(kill_after_s=rng.uniform(0.0005, 0.012))
        store.server.kill()
        kills.took(None, False)
    store.verify(everything=last)
    return died


def faultless(run):
    wanted = run.size(short=10, ci=200, long=2500)
    rounds = run.size(short=8, ci=8, long=20)  # of one store
    rng = run.random("kills")
    kills, died, lives, wrong = Kills(rng), 0, 0, None
    total, rows, store = collections.Counter(), 0, None
    while died < wanted and not wrong:
        store, lives = life.Life(rng), lives + 1
        try:
            for number in range(rounds):
                died += one_round(store, kills, rng, number == 0, number == rounds - 1)
                run.progress(f"{died} of {wanted} kills, {store.oracle.rows} rows in this life")
                if died >= wanted:
                    break
        except Wrong as e:
            wrong = f"{e}; its data are kept in {store.server.home}"
        total += store.clients.counts
        rows += store.oracle.rows
        store.end(keep=bool(wrong))
    run.count("kills", died)
    run.count("stores", lives)
    run.count("acknowledged", total["A"])
    run.count("refused", total["F"])
    run.count("ledger rows", rows)
    run.count("kills at named points", {k: kills.reached[k] for k in sorted(kills.reached)})
    run.check(f"{died} kills: nothing acknowledged is lost, nothing is half applied, nothing "
              "refused is in effect", not wrong, wrong or f"{total['A']} acknowledged")
    missed = [name for name in {**AT_START, **AT_WORK, **AT_STOP} if not kills.reached[name]]
    if run.size(short=False, ci=True, long=True):
        run.check("every named point was reached", not missed, ", ".join(missed))


def planted(run, fault, point):
    """What the oracle says of a program with this fault, within some rounds; or nothing."""
    rng = run.random(fault)
    store = life.Life(rng, fault)
    kills = Kills(rng)
    try:
        store.bring_world()
        for _ in range(30):
            at = f"{point}:{kills.turn(AT_WORK[point])}" if point else None
            store.work(at, rng.uniform(0.05, 0.2))
            store.verify()
    except Wrong as e:
        return str(e)[:200]
    finally:
        store.end()
    return ""


def main():
    run = harness.start("crash", __doc__)
    faultless(run)
    for fault, point in FAULTS.items():
        run.caught(fault, planted(run, fault, point))
    run.end()


if __name__ == "__main__":
    main()
